//! What is said of checks of all kinds.

use chrono::NaiveDate;

use super::*;
use crate::{
    checks::{CheckStatus, CheckType, InputField, dossier::sample::Sample, facts::CompanyStatus},
    country::Country,
};
use Language::{En, Es, Pt};

const POLICE: &str = "co-policia-nacional";

fn summary(mut sample: Sample, language: Language) -> String {
    digest(&sample.dossier(), language).summary
}

fn with_records() -> Sample {
    use Basis::{Id, Name};
    use DataSet::{CriminalRecord, InternationalBackground, LegalBackground};
    Sample::colombian()
        .finding(POLICE, CriminalRecord, Id, Severity::High, "Antecedentes penales")
        .finding(
            "co-rama-judicial-procesos",
            LegalBackground,
            Id,
            Severity::Low,
            "Procesos y sanciones",
        )
        .finding(
            "co-procuraduria-antecedentes",
            LegalBackground,
            Id,
            Severity::Low,
            "Procesos y sanciones",
        )
        .finding(
            "all-ofac-sdn",
            InternationalBackground,
            Name,
            Severity::Medium,
            "Listed",
        )
        .run("co-simit", DataSet::TrafficFines, RunStatus::Expired)
        .skipped("co-rues", &[InputField::TaxId])
}

#[test]
fn a_clean_person() {
    for (language, expected) in [
        (
            Es,
            "Verificación de persona en Colombia: ANA PRUEBA, documento nacional 1000000001. Puntaje 1 de 1 (riesgo \
             mínimo): 1 por documento y 1 por nombre. La identidad fue encontrada. Se consultó 1 fuente, que \
             respondió. No se encontró nada desfavorable.",
        ),
        (
            En,
            "Check of a person in Colombia: ANA PRUEBA, national ID 1000000001. Score 1 of 1 (minimal risk): 1 by \
             document and 1 by name. The identity was found. 1 source was asked and answered. Nothing unfavourable \
             was found.",
        ),
        (
            Pt,
            "Verificação de pessoa na Colômbia: ANA PRUEBA, documento nacional 1000000001. Pontuação 1 de 1 (risco \
             mínimo): 1 por documento e 1 por nome. A identidade foi encontrada. Foi consultada 1 fonte, que \
             respondeu. Nada desfavorável foi encontrado.",
        ),
    ] {
        assert_eq!(summary(Sample::colombian(), language), expected);
    }
}

#[test]
fn a_person_with_records_failures_and_homonyms() {
    for (language, expected) in [
        (
            Es,
            "Verificación de persona en Colombia: ANA PRUEBA, documento nacional 1000000001. Puntaje 0.42 de 1 \
             (riesgo medio): 0.48 por documento y 0.94 por nombre. La identidad fue encontrada. Se consultaron 6 \
             fuentes: 5 respondieron y 1 no respondió; 1 se omitió. Por documento: 1 hallazgo de severidad alta \
             (antecedentes penales) y 2 hallazgos de severidad baja (antecedentes judiciales). Solo por nombre: 1 \
             hallazgo de severidad media (antecedentes internacionales); puede ser de un homónimo.",
        ),
        (
            En,
            "Check of a person in Colombia: ANA PRUEBA, national ID 1000000001. Score 0.42 of 1 (medium risk): 0.48 \
             by document and 0.94 by name. The identity was found. 6 sources were asked: 5 answered and 1 did not \
             answer; 1 was skipped. By document: 1 finding of high severity (criminal records) and 2 findings of low \
             severity (legal background). By name alone: 1 finding of medium severity (international background); it \
             may belong to a homonym.",
        ),
        (
            Pt,
            "Verificação de pessoa na Colômbia: ANA PRUEBA, documento nacional 1000000001. Pontuação 0.42 de 1 \
             (risco médio): 0.48 por documento e 0.94 por nome. A identidade foi encontrada. Foram consultadas 6 \
             fontes: 5 responderam e 1 não respondeu; 1 foi omitida. Por documento: 1 achado de gravidade alta \
             (antecedentes criminais) e 2 achados de gravidade baixa (antecedentes judiciais). Apenas por nome: 1 \
             achado de gravidade média (antecedentes internacionais); pode ser de um homônimo.",
        ),
    ] {
        assert_eq!(summary(with_records(), language), expected);
    }
}

#[test]
fn what_is_worst_comes_first_and_failures_last() {
    let told = digest(&with_records().dossier(), En).highlights;
    let told: Vec<_> = told
        .iter()
        .map(|highlight| {
            format!(
                "{} {}: {}",
                highlight.data_set, highlight.severity, highlight.text
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "criminal_record high: Policía Nacional de Colombia - Antecedentes Judiciales: Criminal records",
            "international_background medium: OFAC - Specially Designated Nationals and Blocked Persons List: Listed \
             (by name alone, possibly a homonym)",
            "legal_background low: Rama Judicial - Consulta de Procesos Nacional Unificada: Proceedings and sanctions",
            "legal_background low: Procuraduría General de la Nación - Antecedentes (SIRI): Proceedings and \
             sanctions",
            "traffic_fines unknown: Federación Colombiana de Municipios - SIMIT did not answer in time",
        ],
    );
}

#[test]
fn the_state_of_the_subject() {
    let vehicle = |sample: Sample| {
        sample.run(
            "co-runt-vehiculos",
            DataSet::VehicleInformation,
            RunStatus::Completed,
        )
    };
    let plate = [(InputField::LicensePlate, "ABC123")];
    let nit = [(InputField::TaxId, "900123456-8")];
    let names = [(InputField::FirstName, "ANA"), (InputField::LastName, "PRUEBA")];
    let identity = |status| {
        Sample::new(CheckType::Person, Country::Br, &names).run("br-x", DataSet::PersonalIdentity, status)
    };
    for (sample, language, expected) in [
        (
            Sample::colombian().person(NaiveDate::from_ymd_opt(2020, 2, 29)),
            Es,
            "Consta el fallecimiento de la persona el 29 de febrero de 2020.",
        ),
        (
            identity(RunStatus::Completed),
            Es,
            "Ningún registro de identidad conoce el documento.",
        ),
        (identity(RunStatus::Error), En, "No identity register answered."),
        (
            Sample::new(CheckType::Person, Country::Br, &names),
            Pt,
            "Nenhum registro de identidade foi consultado.",
        ),
        (
            Sample::new(CheckType::Company, Country::Co, &nit)
                .run("co-rues", DataSet::BusinessBackground, RunStatus::Completed)
                .company(CompanyStatus::Suspended),
            En,
            "Check of a company in Colombia: ANDINA S.A.S., tax number 900123456-8.",
        ),
        (
            Sample::new(CheckType::Company, Country::Co, &nit)
                .run("co-rues", DataSet::BusinessBackground, RunStatus::Completed)
                .company(CompanyStatus::Suspended),
            Pt,
            "Situação da empresa: suspensa.",
        ),
        (
            vehicle(Sample::new(CheckType::Vehicle, Country::Co, &plate)).vehicle(),
            Es,
            "Vehículo encontrado: CHEVROLET ONIX 2019.",
        ),
        (
            vehicle(Sample::new(CheckType::Vehicle, Country::Mx, &plate)),
            En,
            "Check of a vehicle in Mexico: plate ABC123. ",
        ),
        (
            vehicle(Sample::new(CheckType::Vehicle, Country::Mx, &plate)),
            En,
            "The vehicle was not found.",
        ),
        (
            Sample::new(CheckType::Person, Country::All, &names),
            Es,
            "Verificación de persona en listas internacionales: ANA PRUEBA. ",
        ),
        (
            Sample::new(CheckType::Person, Country::Co, &[]),
            En,
            "Check of a person in Colombia: no particulars of the subject. ",
        ),
    ] {
        let said = summary(sample, language);
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn a_check_that_is_not_done_says_so_and_calls_nothing_clean() {
    let said = summary(Sample::colombian().status(CheckStatus::NotStarted), Es);
    assert!(said.ends_with("1000000001. Todavía no ha comenzado."), "{said}");

    let open = Sample::colombian().run(POLICE, DataSet::CriminalRecord, RunStatus::NotStarted);
    let said = summary(open.status(CheckStatus::InProgress), En);
    assert!(
        said.contains("It is in progress: what follows may change."),
        "{said}"
    );
    assert!(
        said.contains("2 sources were asked: 1 answered and 1 is pending."),
        "{said}"
    );
    assert!(said.ends_with("Nothing unfavourable was found so far."), "{said}");

    let partly = Sample::colombian().run(POLICE, DataSet::CriminalRecord, RunStatus::Error);
    let said = summary(partly, Es);
    assert!(
        said.ends_with("En las que respondieron no se encontró nada desfavorable."),
        "{said}"
    );

    let failed = Sample::new(CheckType::Person, Country::Co, &[])
        .run(POLICE, DataSet::CriminalRecord, RunStatus::Error)
        .status(CheckStatus::Error);
    let said = summary(failed, Pt);
    assert!(said.contains("Terminou com erro"), "{said}");
    assert!(
        said.ends_with("Foi consultada 1 fonte: 1 não respondeu."),
        "{said}"
    );
}

#[test]
fn inputs_that_differ_from_the_registers() {
    let inputs = |fields: &[(InputField, &str)]| {
        Sample::new(CheckType::Person, Country::Co, fields)
            .finding(
                "co-registraduria-ani",
                DataSet::PersonalIdentity,
                Basis::Id,
                Severity::None,
                "x",
            )
            .person(None)
    };
    let last = (InputField::LastName, "OTRA");
    let first = (InputField::FirstName, "BEATRIZ");
    for (fields, language, expected) in [
        (
            &[last][..],
            Es,
            "Dato que no coincide con los registros: apellidos.",
        ),
        (
            &[first, last],
            Es,
            "Datos que no coinciden con los registros: nombres y apellidos.",
        ),
        (
            &[first, last],
            Pt,
            "Dados que divergem dos registros: nome e sobrenome.",
        ),
    ] {
        let said = summary(inputs(fields), language);
        assert!(said.ends_with(expected), "{said}");
    }
}

#[test]
fn findings_beyond_the_twentieth_are_only_counted() {
    let mut sample = Sample::colombian();
    for _ in 0..30 {
        sample = sample.finding(POLICE, DataSet::CriminalRecord, Basis::Name, Severity::Low, "");
    }
    let told = digest(&sample.dossier(), Es);
    assert_eq!(told.highlights.len(), 20);
    assert!(
        told.summary
            .contains("30 hallazgos de severidad baja (antecedentes penales); pueden ser de homónimos.")
    );
    assert!(
        told.highlights[0]
            .text
            .ends_with(": Antecedentes penales (solo por nombre, posible homónimo)")
    );
}
