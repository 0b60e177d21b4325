//! GET /v1/checks/{check_id}: whole bodies, one a kind of subject, and what is true of all of them.

use axum::http::StatusCode;
use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_testkit::{Caller, TestApp};
use serde_json::Value;

use crate::support::{
    PERSON, create, finish, get, list, path, scenario, tenant, text, usual_client, wire, with,
};

async fn usual(app: &TestApp) -> Caller {
    let client = usual_client(app).await;
    app.checks(Some(app.token(&client, 1, &[Permission::Administrator]).await))
}

/// A body without its sources and without the data sets that cost nothing: the clean person's shows both in full.
fn in_short(mut check: Value) -> String {
    let members = check.as_object_mut().expect("a check");
    members.remove("statuses");
    members["scores"]
        .as_array_mut()
        .expect("a list")
        .retain(|score| score["score"] != 1);
    wire(&check)
}

fn number(value: &Value, member: &str) -> f64 {
    value[member]
        .as_f64()
        .unwrap_or_else(|| panic!("no number {member} in {value}"))
}

/// What every started check keeps to.
fn assert_sound(check: &Value) {
    for summary in ["summary", "company_summary", "vehicle_summary"] {
        let result = text(&check[summary], "result");
        let relevant = match text(check, "type") {
            "person" => summary == "summary",
            "vehicle" => summary != "company_summary",
            _ => summary == "company_summary",
        };
        assert_eq!(result == "skipped", !relevant, "{summary} {result}");
    }
    for status in list(check, "statuses") {
        let database = text(status, "database_id");
        assert!(database.len() == 43 && database.starts_with("DBI"), "{status}");
        assert!(!text(status, "database_name").is_empty());
        let invalid = status.get("invalid_inputs").is_some();
        assert!(!invalid || text(status, "status") == "skipped", "{status}");
        assert_eq!(status.get("data_set").is_none(), invalid, "{status}");
    }
    let scores = list(check, "scores");
    let names: Vec<&str> = scores.iter().map(|score| text(score, "data_set")).collect();
    assert!(names.is_sorted() && !names.is_empty(), "{names:?}");
    for score in scores {
        let side = |side: &str| number(&score[side], "score");
        let worse = side("by_id").min(side("by_name"));
        assert!((number(score, "score") - worse).abs() < 1e-9, "{score}");
        for scored in [score, &score["by_id"], &score["by_name"]] {
            let expected = match (text(scored, "severity"), text(scored, "result")) {
                ("unknown", "not_found") | ("very_high", _) => 0.0,
                ("unknown" | "none", _) => 1.0,
                ("very_low", _) => 0.8,
                ("low", _) => 0.6,
                ("medium", _) => 0.4,
                ("high", _) => 0.2,
                other => panic!("{other:?}"),
            };
            assert_eq!(scored["score"].as_f64(), Some(expected), "{scored}");
        }
        let consulted =
            |status: &&Value| status["data_set"] == score["data_set"] && status["status"] != "skipped";
        assert!(
            list(check, "statuses").iter().any(|status| consulted(&status)),
            "{score}"
        );
    }
    for member in ["score", "id_score", "name_score"] {
        let score = number(check, member);
        assert!((0.0..=1.0).contains(&score), "{member} {score}");
    }
}

#[tokio::test]
async fn what_is_not_there_or_not_ours_is_the_same_404() {
    let app = TestApp::new().await;
    let (ours, theirs) = (app.sandbox("ours").await, app.sandbox("theirs").await);
    let check = create(&theirs, PERSON).await;
    let foreign = path(&check);
    let paths = [
        foreign.as_str(),
        "/v1/checks/CHK00000000000000000000000000000000",
        "/v1/checks/CHK1",
        "/v1/checks/x",
        "/v1/checks/%00",
        "/v1/checks/%ff",
        &foreign.replace("CHK", "chk"),
        &foreign.replace("CHK", "RPT"),
    ];
    for path in paths {
        for path in [path.to_owned(), format!("{path}/details")] {
            let answer = ours.get(&path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(
                answer.text, r#"{"code":10404,"http_code":404,"message":"The Check was not found"}"#,
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn a_clean_person() {
    let app = TestApp::new().await;
    let caller = usual(&app).await;
    let check = create(
        &caller,
        &with(PERSON, &[("first_name", "Ana"), ("last_name", "Prueba")]),
    )
    .await;
    app.work().await;
    let answer = caller.get(&path(&check)).await;
    assert_sound(&answer.json["check"]);
    insta::assert_snapshot!(wire(&answer.json), @r#"
    {
      "check": {
        "check_id": "CHK#1",
        "company_summary": {"company_status": "not_found", "result": "skipped"},
        "country": "CO",
        "creation_date": "2026-01-02T03:04:05.123456789Z",
        "first_name": "Ana",
        "id_score": 1,
        "last_name": "Prueba",
        "name_score": 1,
        "national_id": "1000000001",
        "score": 1,
        "scores": [
          {"by_id": {"result": "found", "score": 1, "severity": "none"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "affiliations_and_insurances", "result": "found", "score": 1, "severity": "none"},
          {"by_id": {"result": "ignored", "score": 1, "severity": "unknown"}, "by_name": {"result": "not_found", "score": 1, "severity": "none"}, "data_set": "alert_in_media", "result": "not_found", "score": 1, "severity": "none"},
          {"by_id": {"result": "not_found", "score": 1, "severity": "none"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "behavior", "result": "not_found", "score": 1, "severity": "none"},
          {"by_id": {"result": "found", "score": 1, "severity": "none"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "credit_history", "result": "found", "score": 1, "severity": "none"},
          {"by_id": {"result": "found", "score": 1, "severity": "none"}, "by_name": {"result": "not_found", "score": 1, "severity": "none"}, "data_set": "criminal_record", "result": "found", "score": 1, "severity": "none"},
          {"by_id": {"result": "found", "score": 1, "severity": "none"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "document_validation", "result": "found", "score": 1, "severity": "none"},
          {"by_id": {"result": "not_found", "score": 1, "severity": "none"}, "by_name": {"result": "not_found", "score": 1, "severity": "none"}, "data_set": "international_background", "result": "not_found", "score": 1, "severity": "none"},
          {"by_id": {"result": "found", "score": 1, "severity": "none"}, "by_name": {"result": "not_found", "score": 1, "severity": "none"}, "data_set": "legal_background", "result": "found", "score": 1, "severity": "none"},
          {"by_id": {"result": "found", "score": 1, "severity": "none"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "personal_identity", "result": "found", "score": 1, "severity": "none"},
          {"by_id": {"result": "not_found", "score": 1, "severity": "none"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "professional_background", "result": "not_found", "score": 1, "severity": "none"},
          {"by_id": {"result": "found", "score": 1, "severity": "none"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "taxes_and_finances", "result": "found", "score": 1, "severity": "none"}
        ],
        "status": "completed",
        "statuses": [
          {"data_set": "personal_identity", "database_id": "DBIbf194862f8c9e77c9ccb2a013b7dae57e815484f", "database_name": "Registraduría Nacional del Estado Civil - Archivo Nacional de Identificación", "status": "completed"},
          {"database_id": "DBI7b43a3135b311860820fb5427a41f8ce5dae01ff", "database_name": "Registraduría Nacional del Estado Civil - Certificado de Vigencia de la Cédula", "invalid_inputs": ["issue_date"], "status": "skipped"},
          {"data_set": "personal_identity", "database_id": "DBIce4300b7ac1c8643fbee36ccaa8f13d6340867fe", "database_name": "Registraduría Nacional del Estado Civil - Consulta de Defunción", "status": "completed"},
          {"database_id": "DBI31d099619e56b91ef065ac2d9ff8ef235dce19bb", "database_name": "Migración Colombia - Cédula de Extranjería", "invalid_inputs": ["foreign_id"], "status": "skipped"},
          {"database_id": "DBI61dab7fb48d4366fe127aceeb612379502dfe95a", "database_name": "Migración Colombia - Permiso por Protección Temporal", "invalid_inputs": ["ptp"], "status": "skipped"},
          {"data_set": "criminal_record", "database_id": "DBI228d268ecf8bc1ea369b0dad203eab4a1f61500f", "database_name": "Policía Nacional de Colombia - Antecedentes Judiciales", "status": "completed"},
          {"database_id": "DBI34bc34555277e37a7c5305b26d156cde4eb7cfbe", "database_name": "Policía Nacional de Colombia - Inhabilidades por Delitos Sexuales contra Menores", "invalid_inputs": ["issue_date"], "status": "skipped"},
          {"data_set": "criminal_record", "database_id": "DBIbfbff5d2f60c278c04cdb229182fe1619840e3f1", "database_name": "Policía Nacional de Colombia - Los Más Buscados", "status": "completed"},
          {"data_set": "criminal_record", "database_id": "DBI0982d53324dc1d324546672ddbf47515e1721a1b", "database_name": "Fiscalía General de la Nación - Sistema Penal Oral Acusatorio (SPOA)", "status": "completed"},
          {"data_set": "criminal_record", "database_id": "DBIe95397260ff2b46a1de0ef1f3ff53d0099b5511a", "database_name": "INPEC - Registro de la Población Privada de la Libertad", "status": "completed"},
          {"data_set": "criminal_record", "database_id": "DBI6f64549e59039f58aca174724ab1c3da4b2ee25a", "database_name": "Rama Judicial - Juzgados de Ejecución de Penas y Medidas de Seguridad", "status": "completed"},
          {"data_set": "criminal_record", "database_id": "DBIc83eb1fe066073586e335e445606923f5616b2bc", "database_name": "Rama Judicial - Consulta de Procesos Nacional Unificada", "status": "completed"},
          {"data_set": "legal_background", "database_id": "DBIc83eb1fe066073586e335e445606923f5616b2bc", "database_name": "Rama Judicial - Consulta de Procesos Nacional Unificada", "status": "completed"},
          {"data_set": "criminal_record", "database_id": "DBIc98fbe1cb95a561e1dd494f5b6f4e259484ce8be", "database_name": "Rama Judicial - Justicia XXI Web (TYBA)", "status": "completed"},
          {"data_set": "legal_background", "database_id": "DBIc98fbe1cb95a561e1dd494f5b6f4e259484ce8be", "database_name": "Rama Judicial - Justicia XXI Web (TYBA)", "status": "completed"},
          {"data_set": "criminal_record", "database_id": "DBI89953a6536bc6f23e32a79d7bdd612d54feced12", "database_name": "Procuraduría General de la Nación - Antecedentes (SIRI)", "status": "completed"},
          {"data_set": "legal_background", "database_id": "DBI89953a6536bc6f23e32a79d7bdd612d54feced12", "database_name": "Procuraduría General de la Nación - Antecedentes (SIRI)", "status": "completed"},
          {"data_set": "legal_background", "database_id": "DBIe1a094cc5c301280099d16ba364d5aac5df2a64f", "database_name": "Contraloría General de la República - Boletín de Responsables Fiscales", "status": "completed"},
          {"database_id": "DBI9d9986111b8144123ed78fec9fe281d4085d6af9", "database_name": "Personería de Bogotá - Antecedentes Disciplinarios", "invalid_inputs": ["issue_date"], "status": "skipped"},
          {"data_set": "legal_background", "database_id": "DBI182d3fc6533cc23a05d2ecf610c3369ed650f340", "database_name": "MinTIC - Registro de Deudores Alimentarios Morosos (REDAM)", "status": "completed"},
          {"data_set": "behavior", "database_id": "DBIb3236e7961aa722f0a47838c7d357ef0e3ef998d", "database_name": "Policía Nacional de Colombia - Registro Nacional de Medidas Correctivas (RNMC)", "status": "completed"},
          {"data_set": "legal_background", "database_id": "DBIb3236e7961aa722f0a47838c7d357ef0e3ef998d", "database_name": "Policía Nacional de Colombia - Registro Nacional de Medidas Correctivas (RNMC)", "status": "completed"},
          {"data_set": "legal_background", "database_id": "DBI6fc22640415fcd72cca4968dd99692bc985a5cce", "database_name": "Función Pública - Declaraciones de Personas Expuestas Políticamente", "status": "completed"},
          {"data_set": "legal_background", "database_id": "DBIb661adac511469eeb2ab7d8c6cac50c463effc09", "database_name": "Colombia Compra Eficiente - Multas y Sanciones a Contratistas (SECOP)", "status": "completed"},
          {"data_set": "taxes_and_finances", "database_id": "DBI86445258167de2242d0ad9b88103a2b656be09cc", "database_name": "DIAN - Estado del Registro Único Tributario (RUT)", "status": "completed"},
          {"data_set": "taxes_and_finances", "database_id": "DBIed730ec0de4b4c528ae3e01e3780ebbd2603e685", "database_name": "Contaduría General de la Nación - Boletín de Deudores Morosos del Estado (BDME)", "status": "completed"},
          {"data_set": "credit_history", "database_id": "DBId7847e020dc05e312a6821ccf9f5a46dfb5978d4", "database_name": "DataCrédito Experian - Historia de Crédito", "status": "completed"},
          {"data_set": "credit_history", "database_id": "DBIc18387650ac32c8651543c7b738fd9fe0943bee3", "database_name": "TransUnion Colombia - Historia de Crédito", "status": "completed"},
          {"data_set": "affiliations_and_insurances", "database_id": "DBIef93ab2cd48d3102cf7698df2686654028494574", "database_name": "ADRES - Base de Datos Única de Afiliados (BDUA)", "status": "completed"},
          {"database_id": "DBI337e2a990ed65e22d801999d0fbffd3aa9e490f8", "database_name": "Ministerio de Salud - Registro Único de Afiliados (RUAF)", "invalid_inputs": ["issue_date"], "status": "skipped"},
          {"data_set": "affiliations_and_insurances", "database_id": "DBIf0e1c7e07c283a4ee61faf31d2f130643bd3d585", "database_name": "Departamento Nacional de Planeación - SISBÉN", "status": "completed"},
          {"data_set": "professional_background", "database_id": "DBI62955bf8fdfd3a86d28aaa7552f2761058ee686e", "database_name": "Ministerio de Salud - Registro Único Nacional del Talento Humano en Salud (RETHUS)", "status": "completed"},
          {"data_set": "professional_background", "database_id": "DBIec8228b7f49505dba78c9d190ab2f4eb657d0773", "database_name": "COPNIA - Registro Nacional de Ingenieros", "status": "completed"},
          {"data_set": "professional_background", "database_id": "DBI99d9af8ab381b98bfc78fc27636477c6d773a6ad", "database_name": "Rama Judicial - Registro Nacional de Abogados (SIRNA)", "status": "completed"},
          {"data_set": "professional_background", "database_id": "DBIecbde5035b4d37dbd2287e63eb69dddbb3c5e65c", "database_name": "SENA - Certificados Académicos", "status": "completed"},
          {"data_set": "alert_in_media", "database_id": "DBI5e48e08a7974006e773a09b9169038424b99cbf3", "database_name": "Google Noticias - Colombia", "status": "completed"},
          {"data_set": "alert_in_media", "database_id": "DBI901d7533cf3444bf394a3dd68c53b70a2b719f99", "database_name": "El Tiempo - Buscador", "status": "completed"},
          {"data_set": "document_validation", "database_id": "DBI062b6925d3a778550ee8df9224f6f435bbe1617e", "database_name": "Cédula de Ciudadanía - Estructura", "status": "completed"},
          {"database_id": "DBI34869855c887db8fd2338836fc58b7a5541ab209", "database_name": "Cédula de Extranjería, PPT y PEP - Estructura", "invalid_inputs": ["foreign_id"], "status": "skipped"},
          {"data_set": "international_background", "database_id": "DBIfb1806533c8dc2a0132124afd3834d9642ce68f2", "database_name": "OFAC - Specially Designated Nationals and Blocked Persons List", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBI967c0293ee2e9aab6dbfd7787f10c6e51982654b", "database_name": "OFAC - Consolidated Sanctions List (Non-SDN)", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBI07568aff3bfdbe93134edbcf2a7da0e1d8c2f183", "database_name": "United Nations Security Council Consolidated List", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBI35bad5b3917ab655a4db5690b0bfa86c4bb5c15c", "database_name": "European Union - Consolidated Financial Sanctions List", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBIfc26b11e51b0911a27f2e040f722a5c295c7a0b0", "database_name": "United Kingdom - UK Sanctions List", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBI23a9336f921354cb80ffb2caf414ef499cd44b18", "database_name": "INTERPOL - Red Notices", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBIc200132067d0a0d5c05a550f8ca317dd1abd40a1", "database_name": "INTERPOL - United Nations Security Council Special Notices", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBI70a68aa451bead59e8bd439c9ff73d926af9b478", "database_name": "FBI - Most Wanted", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBI7691328afa0dc849e522fe98bf2ac16c750a666f", "database_name": "DEA - Fugitives", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBI5b0e17ff8493ea605518ab24a5a7d46b624aaa8c", "database_name": "U.S. Marshals Service - 15 Most Wanted Fugitives", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBId7378b4f9583a37eb68cdcdbda05f0f1e2138a8d", "database_name": "Europol - Europe's Most Wanted Fugitives", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBI0744501b64227bdb54eeeb51d4868edd03c4a7b4", "database_name": "World Bank - Listing of Ineligible Firms and Individuals", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBI3372eae5bca8be23c13281b0fbc53b0426be9f33", "database_name": "Inter-American Development Bank - Sanctioned Firms and Individuals", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBIc424f5a2f2fcd9380b58e96a49bbefe522a8ee42", "database_name": "U.S. International Trade Administration - Consolidated Screening List", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBIa78b1409267a59d4aab86255efb997b9b8a6e351", "database_name": "Global Affairs Canada - Consolidated Canadian Autonomous Sanctions List", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBI34d81521642d303b60f183d86ced43d5e1b9e3d7", "database_name": "OpenSanctions - Politically Exposed Persons", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBI45834a064233fdd807608bc1f095fae99be6d0c9", "database_name": "CIA - Chiefs of State and Cabinet Members of Foreign Governments", "status": "completed"},
          {"data_set": "international_background", "database_id": "DBIfdff17091878ac1293812efe8a30795257f05503", "database_name": "ICIJ - Offshore Leaks Database", "status": "completed"},
          {"data_set": "alert_in_media", "database_id": "DBI708eb2beb548a70bcb7b76e273e98a2fe9f101a6", "database_name": "Google News - International", "status": "completed"},
          {"data_set": "alert_in_media", "database_id": "DBI64dce8e7bb77590f7a7ce4e406ae6f69ef937b47", "database_name": "GDELT Project - Global News", "status": "completed"},
          {"database_id": "DBIa87fff3b10bc0fe5afcb62af2d93df190003f5b8", "database_name": "International Mobile Equipment Identity - GSMA TS.06", "invalid_inputs": ["imei"], "status": "skipped"}
        ],
        "summary": {"date_of_birth": "1980-10-20T00:00:00Z", "gender": "female", "identity_status": "found", "names_found": [{"count": 4, "first_name": "Ana", "last_name": "Prueba"}], "result": "found", "tax_id": "1000000001-9"},
        "type": "person",
        "update_date": "2026-01-02T03:04:05Z",
        "vehicle_summary": {"result": "skipped", "vehicle_status": "not_found"}
      },
      "details": "/v1/checks/CHK#1/details",
      "self": "/v1/checks/CHK#1"
    }
    "#);
}

#[tokio::test]
async fn a_person_who_has_died() {
    let app = TestApp::new().await;
    let check = finish(&app, &usual(&app).await, &scenario("scenario.dead")).await;
    assert_sound(&check);
    insta::assert_snapshot!(in_short(check), @r#"
    {
      "check_id": "CHK#1",
      "company_summary": {"company_status": "not_found", "result": "skipped"},
      "country": "CO",
      "creation_date": "2026-01-02T03:04:05.123456789Z",
      "custom_input": "scenario.dead",
      "first_name": "Ana",
      "id_score": 0.8,
      "last_name": "Prueba",
      "name_score": 1,
      "national_id": "1000000001",
      "score": 0.8,
      "scores": [{"by_id": {"result": "found", "score": 0, "severity": "very_high"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "personal_identity", "result": "found", "score": 0, "severity": "very_high"}],
      "status": "completed",
      "summary": {"date_of_birth": "1980-10-20T00:00:00Z", "death_date": "2020-08-30T00:00:00Z", "gender": "female", "identity_status": "dead", "names_found": [{"count": 4, "first_name": "Ana", "last_name": "Prueba"}], "result": "found", "tax_id": "1000000001-9"},
      "type": "person",
      "update_date": "2026-01-02T03:04:05Z",
      "vehicle_summary": {"result": "skipped", "vehicle_status": "not_found"}
    }
    "#);
}

#[tokio::test]
async fn a_person_whom_no_registry_knows() {
    let app = TestApp::new().await;
    let check = finish(&app, &usual(&app).await, &scenario("scenario.identity_not_found")).await;
    assert_sound(&check);
    insta::assert_snapshot!(in_short(check), @r#"
    {
      "check_id": "CHK#1",
      "company_summary": {"company_status": "not_found", "result": "skipped"},
      "country": "CO",
      "creation_date": "2026-01-02T03:04:05.123456789Z",
      "custom_input": "scenario.identity_not_found",
      "first_name": "Ana",
      "id_score": 0,
      "last_name": "Prueba",
      "name_score": 0.2,
      "national_id": "1000000001",
      "score": 0,
      "scores": [
        {"by_id": {"result": "not_found", "score": 0, "severity": "unknown"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "affiliations_and_insurances", "result": "not_found", "score": 0, "severity": "unknown"},
        {"by_id": {"result": "ignored", "score": 1, "severity": "unknown"}, "by_name": {"result": "not_found", "score": 0, "severity": "unknown"}, "data_set": "alert_in_media", "result": "not_found", "score": 0, "severity": "unknown"},
        {"by_id": {"result": "not_found", "score": 0, "severity": "unknown"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "behavior", "result": "not_found", "score": 0, "severity": "unknown"},
        {"by_id": {"result": "not_found", "score": 0, "severity": "unknown"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "credit_history", "result": "not_found", "score": 0, "severity": "unknown"},
        {"by_id": {"result": "not_found", "score": 0, "severity": "unknown"}, "by_name": {"result": "not_found", "score": 0, "severity": "unknown"}, "data_set": "criminal_record", "result": "not_found", "score": 0, "severity": "unknown"},
        {"by_id": {"result": "not_found", "score": 0, "severity": "unknown"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "document_validation", "result": "not_found", "score": 0, "severity": "unknown"},
        {"by_id": {"result": "not_found", "score": 0, "severity": "unknown"}, "by_name": {"result": "not_found", "score": 0, "severity": "unknown"}, "data_set": "international_background", "result": "not_found", "score": 0, "severity": "unknown"},
        {"by_id": {"result": "not_found", "score": 0, "severity": "unknown"}, "by_name": {"result": "not_found", "score": 0, "severity": "unknown"}, "data_set": "legal_background", "result": "not_found", "score": 0, "severity": "unknown"},
        {"by_id": {"result": "not_found", "score": 0, "severity": "very_high"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "personal_identity", "result": "not_found", "score": 0, "severity": "very_high"},
        {"by_id": {"result": "not_found", "score": 0, "severity": "unknown"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "professional_background", "result": "not_found", "score": 0, "severity": "unknown"},
        {"by_id": {"result": "not_found", "score": 0, "severity": "unknown"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "taxes_and_finances", "result": "not_found", "score": 0, "severity": "unknown"}
      ],
      "status": "completed",
      "summary": {"identity_status": "not_found", "result": "not_found"},
      "type": "person",
      "update_date": "2026-01-02T03:04:05Z",
      "vehicle_summary": {"result": "skipped", "vehicle_status": "not_found"}
    }
    "#);
}

#[tokio::test]
async fn a_person_of_another_name() {
    let app = TestApp::new().await;
    let check = finish(&app, &usual(&app).await, &scenario("scenario.name_mismatch")).await;
    assert_sound(&check);
    insta::assert_snapshot!(in_short(check), @r#"
    {
      "check_id": "CHK#1",
      "company_summary": {"company_status": "not_found", "result": "skipped"},
      "country": "CO",
      "creation_date": "2026-01-02T03:04:05.123456789Z",
      "custom_input": "scenario.name_mismatch",
      "first_name": "Ana",
      "id_score": 1,
      "last_name": "Prueba",
      "name_score": 1,
      "national_id": "1000000001",
      "score": 1,
      "scores": [],
      "status": "completed",
      "summary": {"date_of_birth": "1980-10-20T00:00:00Z", "gender": "female", "identity_status": "found", "names_found": [{"count": 4, "first_name": "PAOLA MERCEDES", "last_name": "GUERRERO HUAMAN"}], "result": "found", "tax_id": "1000000001-9"},
      "type": "person",
      "update_date": "2026-01-02T03:04:05Z",
      "vehicle_summary": {"result": "skipped", "vehicle_status": "not_found"},
      "wrong_inputs": [{"Input": "first_name"}, {"Input": "last_name"}]
    }
    "#);
}

#[tokio::test]
async fn a_person_with_records_of_many_kinds() {
    let app = TestApp::new().await;
    let check = finish(&app, &usual(&app).await, &scenario("scenario.mixed")).await;
    assert_sound(&check);
    insta::assert_snapshot!(in_short(check), @r#"
    {
      "check_id": "CHK#1",
      "company_summary": {"company_status": "not_found", "result": "skipped"},
      "country": "CO",
      "creation_date": "2026-01-02T03:04:05.123456789Z",
      "custom_input": "scenario.mixed",
      "first_name": "Ana",
      "id_score": 0.6,
      "last_name": "Prueba",
      "name_score": 0.94,
      "national_id": "1000000001",
      "score": 0.58,
      "scores": [
        {"by_id": {"result": "ignored", "score": 1, "severity": "unknown"}, "by_name": {"result": "found", "score": 0.4, "severity": "medium"}, "data_set": "alert_in_media", "result": "found", "score": 0.4, "severity": "medium"},
        {"by_id": {"result": "found", "score": 0.4, "severity": "medium"}, "by_name": {"result": "not_found", "score": 1, "severity": "none"}, "data_set": "criminal_record", "result": "found", "score": 0.4, "severity": "medium"},
        {"by_id": {"result": "found", "score": 0.6, "severity": "low"}, "by_name": {"result": "found", "score": 0.4, "severity": "medium"}, "data_set": "legal_background", "result": "found", "score": 0.4, "severity": "medium"},
        {"by_id": {"result": "found", "score": 0.8, "severity": "very_low"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "taxes_and_finances", "result": "found", "score": 0.8, "severity": "very_low"}
      ],
      "status": "completed",
      "summary": {"date_of_birth": "1980-10-20T00:00:00Z", "gender": "female", "identity_status": "found", "names_found": [{"count": 4, "first_name": "Ana", "last_name": "Prueba"}], "result": "found", "tax_id": "1000000001-9"},
      "type": "person",
      "update_date": "2026-01-02T03:04:05Z",
      "vehicle_summary": {"result": "skipped", "vehicle_status": "not_found"}
    }
    "#);
}

#[tokio::test]
async fn a_company_that_was_struck_off() {
    let app = TestApp::new().await;
    let form = [
        ("type", "company"),
        ("country", "CO"),
        ("tax_id", "800.197.268-4"),
        ("custom_input", "scenario.company_cancelled"),
    ];
    let check = finish(&app, &usual(&app).await, &form).await;
    assert_sound(&check);
    insta::assert_snapshot!(in_short(check), @r#"
    {
      "check_id": "CHK#1",
      "company_summary": {"company_status": "cancelled", "names_found": [{"company_name": "AGROINDUSTRIAS UNION S.A.S.", "count": 8}], "result": "found"},
      "country": "CO",
      "creation_date": "2026-01-02T03:04:05.123456789Z",
      "custom_input": "scenario.company_cancelled",
      "id_score": 0.68,
      "name_score": 1,
      "score": 0.68,
      "scores": [
        {"by_id": {"result": "found", "score": 0.2, "severity": "high"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "business_background", "result": "found", "score": 0.2, "severity": "high"},
        {"by_id": {"result": "found", "score": 0.2, "severity": "high"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "taxes_and_finances", "result": "found", "score": 0.2, "severity": "high"}
      ],
      "status": "completed",
      "summary": {"identity_status": "not_found", "result": "skipped"},
      "tax_id": "800.197.268-4",
      "type": "company",
      "update_date": "2026-01-02T03:04:05Z",
      "vehicle_summary": {"result": "skipped", "vehicle_status": "not_found"}
    }
    "#);
}

#[tokio::test]
async fn a_vehicle_with_fines() {
    let app = TestApp::new().await;
    let form = [
        ("type", "vehicle"),
        ("country", "CO"),
        ("license_plate", "abc-456"),
        ("national_id", "1000000001"),
        ("custom_input", "scenario.traffic_fines"),
    ];
    let check = finish(&app, &usual(&app).await, &form).await;
    assert_sound(&check);
    insta::assert_snapshot!(in_short(check), @r#"
    {
      "check_id": "CHK#1",
      "company_summary": {"company_status": "not_found", "result": "skipped"},
      "country": "CO",
      "creation_date": "2026-01-02T03:04:05.123456789Z",
      "custom_input": "scenario.traffic_fines",
      "id_score": 0.94,
      "license_plate": "abc-456",
      "name_score": 1,
      "national_id": "1000000001",
      "score": 0.94,
      "scores": [{"by_id": {"result": "found", "score": 0.4, "severity": "medium"}, "by_name": {"result": "ignored", "score": 1, "severity": "unknown"}, "data_set": "traffic_fines", "result": "found", "score": 0.4, "severity": "medium"}],
      "status": "completed",
      "summary": {
        "date_of_birth": "1980-10-20T00:00:00Z",
        "drivers_license": {"categories": [{"category": "A2"}, {"category": "B1"}]},
        "gender": "male",
        "identity_status": "found",
        "names_found": [{"count": 3, "first_name": "OSCAR NICOLAS", "last_name": "LEON REYES"}],
        "result": "found",
        "tax_id": "1000000001-9"
      },
      "type": "vehicle",
      "update_date": "2026-01-02T03:04:05Z",
      "vehicle_summary": {
        "capacity": 5,
        "color": "GRIS PLATA",
        "license_plate": "abc-456",
        "manufacturer": "NISSAN",
        "model": "VERSA",
        "number_of_doors": 4,
        "obligatory_insurance_expiration_date": "2026-05-27",
        "obligatory_insurance_status": "VIGENTE",
        "result": "found",
        "service_type": "PARTICULAR",
        "vehicle_category": "M1",
        "vehicle_id": "3N1WZUYJ9HP534905",
        "vehicle_status": "found",
        "vehicle_type": "AUTOMOVIL",
        "year": 2017
      }
    }
    "#);
}

#[tokio::test]
async fn the_other_scenarios_keep_to_the_same_rules() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    for name in [
        "issue_date_mismatch",
        "tax_name_mismatch",
        "sanctioned",
        "homonyms",
        "source_error",
        "debts",
    ] {
        let name = format!("scenario.{name}");
        let check = finish(&app, &caller, &scenario(&name)).await;
        assert_eq!(check["status"], "completed", "{name}");
        assert_sound(&check);
    }
    let check = finish(&app, &caller, &scenario("scenario.sources_failing")).await;
    assert_eq!(check["status"], "error");
    assert_sound(&check);
}

fn is_over(status: &Value) -> bool {
    matches!(text(status, "status"), "completed" | "skipped")
}

#[tokio::test]
async fn a_check_under_way_shows_its_running_score() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    for (name, status, result) in [
        ("slow", "in_progress", "pending"),
        ("delayed", "delayed", "delayed"),
    ] {
        let name = format!("scenario.{name}");
        let check = finish(&app, &caller, &scenario(&name)).await;
        assert_eq!(text(&check, "status"), status);
        assert_sound(&check);
        assert_eq!(check["score"], 1, "what is not known yet counts as good");
        let waiting: Vec<&Value> = list(&check, "statuses")
            .iter()
            .filter(|status| !is_over(status))
            .collect();
        assert_eq!(waiting.len(), 1, "{check}");
        assert_eq!(
            waiting[0]["status"],
            if result == "pending" {
                "not_started"
            } else {
                "delayed"
            }
        );
        assert_eq!(waiting[0]["data_set"], "criminal_record");
        app.clock.advance(std::time::Duration::from_secs(11));
        app.work_scheduled().await;
        let check = get(&caller, &check).await;
        assert_eq!(text(&check, "status"), "completed");
        assert!(list(&check, "statuses").iter().all(is_over));
        assert_eq!(
            check["update_date"].as_str().map(str::len),
            Some("2026-01-02T03:04:05Z".len())
        );
    }
}

#[tokio::test]
async fn a_check_that_waits_for_its_turn_shows_what_it_showed_at_its_creation() {
    let app = TestApp::new().await;
    let mut client = app.client("acme", ClientKind::Sandbox).await;
    client.settings.concurrent_checks = 0;
    app.app.set_settings(&client).await.unwrap();
    let caller = app.checks(Some(app.token(&client, 1, &[Permission::Administrator]).await));
    let answer = caller.post("/v1/checks", PERSON).await;
    app.work().await;
    let read = caller.get(&path(&answer.json["check"])).await;
    assert_eq!((read.status, read.text), (StatusCode::OK, answer.text));
}

#[tokio::test]
async fn a_finished_check_reads_the_same_from_its_stored_body_and_from_its_rows() {
    let app = TestApp::new().await;
    let (_, caller) = tenant(&app, "acme", ClientKind::Sandbox).await;
    let check = finish(&app, &caller, &scenario("scenario.mixed")).await;
    let stored = caller.get(&path(&check)).await.text;
    sqlx::query("update checks set render_version = -1")
        .execute(&app.database.pool)
        .await
        .unwrap();
    assert_eq!(caller.get(&path(&check)).await.text, stored);
}

#[tokio::test]
async fn a_live_client_without_sources_gets_no_clean_score() {
    let app = TestApp::new().await;
    let caller = app.live("acme").await;
    let brazilian = [
        ("country", "BR"),
        ("national_id", "52998224725"),
        ("date_of_birth", "1990-01-01"),
        ("region", "SP"),
    ];
    let check = finish(&app, &caller, &with(PERSON, &brazilian)).await;
    assert_eq!(check["status"], "error");
}
