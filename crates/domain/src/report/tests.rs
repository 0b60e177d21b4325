//! What stands in reports of checks of all kinds.

use chrono::NaiveDate;

use super::*;
use crate::{
    checks::{
        Basis, CheckStatus, CheckType, DataSet, InputField, RunStatus, Table, Weights,
        dossier::sample::{NOW, Sample},
        finding::{Cell, Row},
    },
    country::Country,
};
use Language::{En, Es, Pt};

fn report(mut sample: Sample, language: Language) -> CheckReport {
    let frame = Frame {
        client: "Ejemplo S.A.S.",
        created_by: "backoffice",
        finished: Some(NOW.plus_seconds(60)),
        verification_url: "https://cotejo.example/v/1",
        verification_code: "AAAA-BBBB",
        language,
    };
    check_report(&sample.dossier(), &frame)
}

/// A table with these rows of (label, value).
fn table(title: &str, rows: &[&[(&str, &str)]]) -> Table {
    let cell = |(label, value): &(&str, &str)| Cell {
        label: (*label).to_owned(),
        value: (*value).to_owned(),
    };
    let row = |cells: &&[(&str, &str)]| Row {
        cells: cells.iter().map(cell).collect(),
    };
    Table {
        title: title.to_owned(),
        rows: rows.iter().map(row).collect(),
    }
}

fn sample() -> Sample {
    let fines = table(
        "Procesos y sanciones",
        &[
            &[("Fecha", "01/02/2020"), ("Asunto", "COBRO")],
            &[("Fecha", "03/04/2021"), ("Valor", "$ 5")],
        ],
    );
    Sample::colombian()
        .says(
            "co-rama-judicial-procesos",
            DataSet::LegalBackground,
            Basis::Id,
            Severity::Low,
            vec![fines],
        )
        .finding(
            "all-ofac-sdn",
            DataSet::InternationalBackground,
            Basis::Name,
            Severity::High,
            "Listed",
        )
        .run(
            "co-policia-nacional",
            DataSet::CriminalRecord,
            RunStatus::Completed,
        )
        .run("co-fiscalia-spoa", DataSet::CriminalRecord, RunStatus::Expired)
        .skipped("co-rues", &[InputField::TaxId, InputField::CompanyName])
        .skipped("co-datacredito", &[])
}

#[test]
fn the_cover_tells_whom_when_and_by_whom() {
    let cover = report(sample(), Es).cover;
    assert_eq!(cover.subject, "ANA PRUEBA");
    assert_eq!(cover.kind, "Persona · Colombia");
    assert_eq!(
        (cover.score.text.as_str(), cover.score.thousandths),
        ("0.88", Some(880))
    );
    assert_eq!(cover.score.risk.word, "Riesgo muy bajo");
    let told: Vec<String> = cover
        .particulars
        .iter()
        .map(|fact| format!("{}: {}", fact.label, fact.value))
        .collect();
    assert_eq!(
        told,
        [
            "Verificación: CHK00000000000000000000000000000007",
            "Estado: Completada",
            "Creada: 2 de enero de 2026, 03:04 UTC",
            "Terminada: 2 de enero de 2026, 03:05 UTC",
            "Solicitada por: Ejemplo S.A.S.",
            "Creada con la llave: backoffice",
        ],
    );
}

#[test]
fn a_clients_own_type_is_named_and_has_its_own_weights() {
    let weights = Weights::from([
        (DataSet::LegalBackground, 875_000),
        (DataSet::TrafficFines, 125_000),
    ]);
    let report = report(sample().of_type("Conductores", weights), Es);
    assert_eq!(report.cover.kind, "Persona · Conductores · Colombia");
    assert!(
        report
            .digest
            .starts_with("Verificación de persona (Conductores) en Colombia: ")
    );
    let weights: Vec<&str> = report.data_sets.iter().map(|line| line.weight.as_str()).collect();
    assert_eq!(weights, ["0 %", "87.5 %", "0 %", "0 %", "12.5 %"]);
}

#[test]
fn data_sets_are_told_worst_first_and_then_by_weight() {
    let lines = report(sample(), En).data_sets;
    let told: Vec<String> = lines
        .iter()
        .take(5)
        .map(|line| {
            let word = |tone: &Option<Tone>| tone.as_ref().map_or("–", |tone| &tone.word).to_owned();
            let sides = format!("{} / {}", word(&line.by_id), word(&line.by_name));
            format!(
                "{}: {}, {}, {sides}, {}",
                line.name,
                line.result,
                word(&line.severity),
                line.weight
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "International background: Found, High, – / High, 10 %",
            "Legal background: Found, Low, Low / –, 10 %",
            "Criminal records: Not found, None, None / –, 60 %",
            "Personal identity: Found, None, None / –, 20 %",
            "Affiliations and insurances: Not consulted, –, – / –, 0 %",
        ],
    );
}

#[test]
fn chapters_tell_what_was_found_and_who_found_nothing() {
    let chapters = report(sample(), Pt).chapters;
    let names: Vec<_> = chapters.iter().map(|chapter| chapter.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Antecedentes internacionais",
            "Antecedentes judiciais",
            "Antecedentes criminais",
            "Identidade pessoal"
        ],
    );
    let listed = &chapters[0].entries[0];
    assert_eq!(listed.basis, "Apenas por nome");
    assert_eq!(
        listed.homonym.as_deref(),
        Some("Vinculado apenas pelo nome: pode ser de um homônimo.")
    );
    assert_eq!(listed.tables[0].title, "Listado");
    assert!(chapters[2].entries.is_empty());
    assert_eq!(
        chapters[2].nothing,
        ["Policía Nacional de Colombia - Antecedentes Judiciales"]
    );
}

#[test]
fn a_table_has_every_column_that_a_row_has() {
    let sheet = &report(sample(), En).chapters[1].entries[0].tables[0];
    assert_eq!(sheet.title, "Proceedings and sanctions");
    let columns: Vec<_> = sheet.columns.iter().map(|column| column.label.as_str()).collect();
    assert_eq!(columns, ["Date", "Matter", "Amount"]);
    assert_eq!(
        sheet.rows,
        [["01/02/2020", "COBRO", ""], ["03/04/2021", "", "$ 5"]]
    );
    assert_eq!((sheet.columns[2].length, sheet.columns[2].word), (6, 6));
    let twice = table("", &[&[("Alias", "A"), ("Alias", "B")]]);
    let sample = Sample::colombian().says("x", DataSet::Behavior, Basis::Id, Severity::Low, vec![twice]);
    let sheet = &report(sample, En).chapters[0].entries[0].tables[0];
    assert_eq!(sheet.rows, [["A", "B"]]);
}

#[test]
fn sources_that_said_nothing_say_why() {
    let told: Vec<String> = report(sample(), Es)
        .silent
        .iter()
        .map(|silent| {
            format!(
                "{}|{}|{}|{}",
                silent.source, silent.data_sets, silent.status, silent.reason
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "Fiscalía General de la Nación - Sistema Penal Oral Acusatorio (SPOA)|Antecedentes penales|No respondió a \
             tiempo|",
            "Confecámaras - Registro Único Empresarial y Social (RUES)||Omitida|Datos que faltan o no son válidos: número tributario \
             y razón social",
            "DataCrédito Experian - Historia de Crédito|Historial crediticio|Omitida|No configurada en esta instalación",
        ],
    );
}

#[test]
fn facts_of_each_kind_of_subject() {
    let plate = [(InputField::LicensePlate, "ABC123")];
    let nit = [(InputField::TaxId, "900123456-8")];
    let vehicle = Sample::new(CheckType::Vehicle, Country::Co, &plate)
        .run(
            "co-runt-vehiculos",
            DataSet::VehicleInformation,
            RunStatus::Completed,
        )
        .vehicle();
    let company = Sample::new(CheckType::Company, Country::Co, &nit)
        .run("co-rues", DataSet::BusinessBackground, RunStatus::Completed)
        .company(crate::checks::facts::CompanyStatus::Active);
    let dead = Sample::colombian().person(NaiveDate::from_ymd_opt(2020, 2, 29));
    for (sample, subject, expected) in [
        (
            vehicle,
            "Placa ABC123",
            "Marca: CHEVROLET; Línea: ONIX; Año del modelo: 2019",
        ),
        (
            company,
            "ANDINA S.A.S.",
            "Razón social encontrada: ANDINA S.A.S. (1 fuente); Situación de la empresa: Activa",
        ),
        (
            dead,
            "ANA PRUEBA",
            "Nombre encontrado: ANA PRUEBA (1 fuente); Identidad: Fallecida; Fecha de nacimiento: 3 de mayo de 1990; \
             Fecha de defunción: 29 de febrero de 2020; Sexo: Femenino",
        ),
    ] {
        let report = report(sample, Es);
        let facts: Vec<String> = report
            .facts
            .iter()
            .map(|fact| format!("{}: {}", fact.label, fact.value))
            .collect();
        assert_eq!(
            (report.cover.subject.as_str(), facts.join("; ").as_str()),
            (subject, expected)
        );
    }
}

#[test]
fn a_check_that_has_not_started_has_no_score() {
    let report = report(Sample::colombian().status(CheckStatus::NotStarted), En);
    assert_eq!(
        report.cover.warning.as_deref(),
        Some("This check is not finished: its content may change.")
    );
    assert_eq!(report.cover.score.thousandths, None);
    assert_eq!(report.cover.score.risk.word, "Not scored yet");
}

#[test]
fn where_nothing_answered_nothing_looks_clean() {
    let failed = Sample::new(CheckType::Person, Country::Co, &[])
        .run("co-policia-nacional", DataSet::CriminalRecord, RunStatus::Error)
        .status(CheckStatus::Error);
    let report = report(failed, En);
    assert_eq!(report.cover.score.text, "1");
    assert_eq!(report.cover.score.risk.severity, Severity::Unknown);
    assert_eq!(report.cover.score.risk.word, "Incomplete result");
    assert!(report.cover.warning.is_some());
    let line = report
        .data_sets
        .iter()
        .find(|line| line.name == "Criminal records")
        .unwrap();
    assert_eq!((line.result.as_str(), &line.severity), ("No answer", &None));
}

#[test]
fn whatever_the_sources_say_a_report_is_bounded_and_says_what_it_leaves_out() {
    let long = "x".repeat(6_000);
    let rows = vec![[("Motivo", long.as_str())]; 60];
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(<[_; 1]>::as_slice).collect();
    let wide = table("Multas", &rows);
    let mut sample = Sample::colombian();
    for _ in 0..300 {
        sample = sample.says(
            "x",
            DataSet::TrafficFines,
            Basis::Id,
            Severity::Low,
            vec![wide.clone()],
        );
    }
    let report = report(sample, En);
    assert!(serde_json::to_string(&report).unwrap().len() < 600_000);
    let fines = &report.chapters[0];
    let first = &fines.entries[0].tables[0];
    assert!(first.rows[0][0].ends_with("x… (1000 more characters)"));
    assert_eq!(first.rows.len(), 50);
    assert_eq!(
        first.left_out.as_deref(),
        Some("10 rows left out; the API has them.")
    );
    assert!(
        fines
            .left_out
            .as_deref()
            .unwrap()
            .ends_with("entries left out; the API has them.")
    );
    assert!(!report.chapters[1].entries.is_empty(), "{:?}", report.chapters[1]);
}

#[test]
fn lines_and_labels_take_their_room_too() {
    let (lines, label) = ("\n".repeat(4_000), "l".repeat(5_000));
    let tall = table(&label, &[&[(label.as_str(), lines.as_str())][..]; 50]);
    let sample = Sample::colombian().says("x", DataSet::TrafficFines, Basis::Id, Severity::Low, vec![tall]);
    let sheet = &report(sample, En).chapters[0].entries[0].tables[0];
    assert!(
        sheet.title.ends_with("… (4800 more characters)"),
        "{}",
        sheet.title
    );
    assert_eq!(sheet.columns[0].label, sheet.title);
    assert!(sheet.rows.len() < 3, "{}", sheet.rows.len());
}

#[test]
fn the_three_languages_say_the_same_in_other_words() {
    let [es, en, pt] = [Es, En, Pt].map(|language| report(sample(), language));
    for other in [&en, &pt] {
        assert_ne!(es.words, other.words);
        assert_eq!(es.chapters.len(), other.chapters.len());
        assert_eq!(es.notes.len(), other.notes.len());
        assert_eq!(es.dated, other.dated);
    }
    assert_eq!(es.title, "Verificación de antecedentes: ANA PRUEBA");
}
