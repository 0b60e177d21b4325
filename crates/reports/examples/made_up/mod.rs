//! A check of somebody who does not exist, with something of everything that a report shows.

use cotejo_domain::{
    checks::{
        Basis, Check, CheckStatus, CheckType, DataSet, Dossier, Facts, Finding, InputField, Inputs, Priority,
        ResultKind, Run, RunStatus, Severity, Table, Told,
        facts::PersonFacts,
        finding::{Cell, Row},
        plan::{Step, plan},
        scoring,
    },
    country::Country,
    ids::{CheckId, ClientId},
    language::Language,
    report::{CheckReport, Frame, check_report},
    sources::Catalogue,
    time::{Timestamp, parse_date},
};
use uuid::Uuid;

/// 2 March 2026, 14:05:09 UTC.
const CREATED: Timestamp = Timestamp::from_nanos(1_772_460_309_000_000_000);

/// What one source says: its key, the data set, the basis, the severity, the table's title, its labels and its rows.
type Says = (
    &'static str,
    DataSet,
    Basis,
    Severity,
    &'static str,
    &'static [&'static str],
    &'static [&'static [&'static str]],
);

#[rustfmt::skip]
const SAYS: &[Says] = &[
    ("co-registraduria-ani", DataSet::PersonalIdentity, Basis::Id, Severity::None, "Registro de identidad",
        &["Número de documento", "Nombres", "Apellidos", "Fecha de nacimiento", "Sexo", "Fecha de expedición", "Estado"],
        &[&["1000000001", "ANA", "PRUEBA EJEMPLO", "03/05/1990", "FEMENINO", "10/06/2008", "VIGENTE"]]),
    ("co-policia-nacional", DataSet::CriminalRecord, Basis::Id, Severity::None, "Antecedentes penales",
        &["Resultado"], &[&["NO TIENE ASUNTOS PENDIENTES CON LAS AUTORIDADES JUDICIALES"]]),
    ("co-rama-judicial-procesos", DataSet::LegalBackground, Basis::Id, Severity::Medium, "Procesos y sanciones",
        &["Nombre completo", "Número de documento", "Número de proceso", "Despacho", "Asunto", "Fecha"],
        &[&["ANA PRUEBA EJEMPLO", "1000000001", "11001600004220140012300", "JUZGADO CIVIL DEL CIRCUITO 12 DE BOGOTA",
            "PROCESO EJECUTIVO SINGULAR", "14/08/2019"],
          &["ANA PRUEBA EJEMPLO", "1000000001", "11001600007120130045600", "JUZGADO CIVIL DEL CIRCUITO 3 DE CALI",
            "RESTITUCION DE INMUEBLE ARRENDADO", "02/11/2017"]]),
    ("co-procuraduria-antecedentes", DataSet::LegalBackground, Basis::Id, Severity::None, "Procesos y sanciones",
        &["Resultado"], &[&["NO REGISTRA SANCIONES NI INHABILIDADES VIGENTES"]]),
    ("all-ofac-sdn", DataSet::InternationalBackground, Basis::Name, Severity::High, "Listed",
        &["Entry", "Kind", "Name", "Aliases", "Programs", "Birth dates", "Countries", "Listed on", "Remarks"],
        &[&["900001", "person", "PRUEBA EJEMPLO, Ana", "Анна Пруэба; آنا بروبا; 安娜", "SDNTK", "1961", "CO; PA",
            "2018-04-12", "Linked to a company that does not exist. See https://lists.example/entries/900001?lang=en&\
            format=full&token=0123456789abcdef0123456789abcdef0123456789abcdef for the whole entry."]]),
    ("co-simit", DataSet::TrafficFines, Basis::Id, Severity::Low, "Multas de tránsito",
        &["Número de comparendo", "Infracción", "Fecha", "Valor", "Estado"],
        &[&["11001000000012", "EXCEDER EL LIMITE DE VELOCIDAD", "03/02/2021", "$ 468.500", "PENDIENTE DE PAGO"],
          &["11001000000047", "ESTACIONAR EN SITIO PROHIBIDO", "19/07/2022", "$ 234.300", "PENDIENTE DE PAGO"],
          &["11001000000093", "NO DETENERSE ANTE LUZ ROJA", "30/09/2023", "$ 522.900", "PENDIENTE DE PAGO"]]),
    ("co-dian-rut", DataSet::TaxesAndFinances, Basis::Id, Severity::None, "Registro de contribuyentes",
        &["Nombre completo", "Número de contribuyente", "Estado"],
        &[&["ANA PRUEBA EJEMPLO", "1000000001-8", "ACTIVO"]]),
    ("co-adres-bdua", DataSet::AffiliationsAndInsurances, Basis::Id, Severity::None, "Afiliación a la seguridad social",
        &["Nombre completo", "Entidad", "Fecha", "Estado"],
        &[&["ANA PRUEBA EJEMPLO", "EPS DE EJEMPLO", "01/03/2018", "ACTIVO"]]),
    ("co-google-noticias", DataSet::AlertInMedia, Basis::Name, Severity::VeryLow, "Noticias",
        &["Titular", "Medio", "Fecha", "Enlace"],
        &[&["Imputan cargos por corrupción a una homónima de Ana Prueba", "El Diario de Ejemplo", "11/01/2024",
            "https://news.example/48151623"]]),
];

/// Sources that do not answer.
const FAILS: &[(&str, RunStatus)] = &[
    ("co-fiscalia-spoa", RunStatus::Expired),
    ("co-movilidad-bogota", RunStatus::Error),
];

/// The report of that check.
pub fn report(language: Language) -> CheckReport {
    let inputs: Inputs = [
        (InputField::NationalId, "1.000.000.001"),
        (InputField::FirstName, "Ana"),
        (InputField::LastName, "Prueba Modelo"),
        (InputField::IssueDate, "2008-06-11"),
    ]
    .into_iter()
    .map(|(field, value)| (field, value.to_owned()))
    .collect();
    let check = check(inputs);
    let (runs, told) = runs(&check);
    let scores = scoring::score(check.check_type, &runs, check.weights());
    let dossier = Dossier {
        check: &check,
        runs: &runs,
        told: &told,
        scores: &scores,
        catalogue: Catalogue::builtin(),
    };
    let frame = Frame {
        client: "Compañía de Ejemplo S.A.S.",
        created_by: "backoffice",
        finished: Some(check.updated),
        verification_url: "https://cotejo.example/verify/CHK0195575a9b127c3d8e4f5a6b7c8d9e0f?code=7Q4M-K2XD-9TVA",
        verification_code: "7Q4M-K2XD-9TVA",
        language,
    };
    check_report(&dossier, &frame)
}

fn check(inputs: Inputs) -> Check {
    Check {
        client: ClientId(Uuid::nil()),
        id: CheckId(Uuid::from_u128(0x0195_575a_9b12_7c3d_8e4f_5a6b_7c8d_9e0f)),
        check_type: CheckType::Person,
        custom: None,
        country: Country::Co,
        status: CheckStatus::Completed,
        priority: Priority::Medium,
        inputs,
        billing_hub: None,
        report: None,
        previous: None,
        created: CREATED,
        updated: CREATED.plus_seconds(74),
        started: Some(CREATED),
        delayed_since: None,
        delayed_total_ns: 0,
        version: 4,
    }
}

/// A run for each source and data set of the plan, with what the source says.
fn runs(check: &Check) -> (Vec<Run>, Vec<Told>) {
    let (mut runs, mut told) = (Vec::new(), Vec::new());
    for planned in plan(Catalogue::builtin(), check.scope(), &check.inputs) {
        let key = planned.source.key.as_str();
        let seq = |runs: &Vec<Run>| i16::try_from(runs.len()).unwrap_or(i16::MAX);
        let bases = match planned.step {
            Step::Ask(bases) | Step::AskWithFoundName(bases) => bases,
            Step::Skip(invalid) => {
                runs.push(Run::skipped(seq(&runs), key, None, invalid, CREATED));
                continue;
            }
        };
        for data_set in planned.data_sets {
            let mut run = Run::open(seq(&runs), key, data_set, &bases, CREATED);
            match FAILS.iter().find(|(source, _)| *source == key) {
                Some((_, status)) => run.set_status(*status, CREATED),
                None => {
                    let findings = findings(key, data_set);
                    run.complete(&findings, CREATED);
                    if data_set == DataSet::PersonalIdentity && !findings.is_empty() {
                        run.facts = facts();
                    }
                    told.extend(findings.into_iter().map(|finding| Told {
                        run: run.seq,
                        finding,
                    }));
                }
            }
            runs.push(run);
        }
    }
    (runs, told)
}

fn findings(key: &str, data_set: DataSet) -> Vec<Finding> {
    SAYS.iter()
        .filter(|(source, set, ..)| *source == key && *set == data_set)
        .map(|(_, _, basis, severity, title, labels, rows)| Finding {
            data_set,
            basis: *basis,
            result: ResultKind::Found,
            severity: *severity,
            first_name: "ANA".to_owned(),
            last_name: "PRUEBA EJEMPLO".to_owned(),
            company_name: String::new(),
            tables: vec![table(title, labels, rows)],
            evidence: None,
        })
        .collect()
}

fn table(title: &str, labels: &[&str], rows: &[&[&str]]) -> Table {
    let row = |values: &&[&str]| Row {
        cells: labels
            .iter()
            .zip(*values)
            .map(|(label, value)| Cell {
                label: (*label).to_owned(),
                value: (*value).to_owned(),
            })
            .collect(),
    };
    Table {
        title: title.to_owned(),
        rows: rows.iter().map(row).collect(),
    }
}

fn facts() -> Facts {
    Facts {
        person: Some(PersonFacts {
            first_name: "ANA".to_owned(),
            last_name: "PRUEBA EJEMPLO".to_owned(),
            date_of_birth: parse_date("1990-05-03"),
            gender: Some("female".to_owned()),
            issue_date: parse_date("2008-06-10"),
            ..PersonFacts::default()
        }),
        ..Facts::default()
    }
}
