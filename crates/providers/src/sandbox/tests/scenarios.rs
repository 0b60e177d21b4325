//! Every scenario: what selects it and what it leads to.

use super::*;
use cotejo_domain::checks::{
    CheckStatus, ResultKind, Severity, facts::CompanyStatus, outcome, run::Mark, summary,
};

#[test]
fn the_table_of_scenarios_is_unambiguous() {
    for (i, scenario) in SCENARIOS.iter().enumerate() {
        assert!(
            scenario.suffix.len() == 4 && scenario.suffix.starts_with("91"),
            "{}",
            scenario.name
        );
        assert!(!scenario.description.is_empty() && !scenario.applies_to.is_empty());
        for other in &SCENARIOS[i + 1..] {
            assert_ne!(scenario.name, other.name);
            assert_ne!(scenario.plate_suffix(), other.plate_suffix(), "{}", scenario.name);
        }
    }
}

#[test]
fn every_scenario_has_an_example_for_each_type_that_it_applies_to() {
    for scenario in SCENARIOS {
        for check_type in scenario.applies_to {
            let countries = Country::ALL
                .iter()
                .filter(|country| example(**country, *check_type, scenario).is_some());
            assert_ne!(countries.count(), 0, "{} {check_type}", scenario.name);
        }
    }
}

#[test]
fn what_selects_a_scenario() {
    use CheckType::{Company, Person, Vehicle};
    use InputField as F;
    for (country, check_type, field, value, expected) in [
        (
            Country::Co,
            Person,
            F::NationalId,
            "1.032.459.104",
            Some("criminal_high"),
        ),
        (Country::Co, Person, F::NationalId, "1032459140", None),
        (
            Country::Cl,
            Person,
            F::NationalId,
            "15.829.104-K",
            Some("criminal_high"),
        ),
        (
            Country::Cl,
            Person,
            F::NationalId,
            "15829104k",
            Some("criminal_high"),
        ),
        (
            Country::Br,
            Person,
            F::NationalId,
            "123.459.104-00",
            Some("criminal_high"),
        ),
        (
            Country::Br,
            Company,
            F::TaxId,
            "12.349.104/0001-00",
            Some("criminal_high"),
        ),
        (Country::Co, Company, F::TaxId, "900129104", Some("criminal_high")),
        (
            Country::Co,
            Company,
            F::TaxId,
            "900.129.104-7",
            Some("criminal_high"),
        ),
        (
            Country::Mx,
            Person,
            F::NationalId,
            "ROSC850910MDFJLR42",
            Some("criminal_high"),
        ),
        (
            Country::Mx,
            Company,
            F::TaxId,
            "ABC060910D44",
            Some("criminal_high"),
        ),
        (
            Country::Pe,
            Person,
            F::NationalId,
            "12349104",
            Some("criminal_high"),
        ),
        (
            Country::Cr,
            Person,
            F::NationalId,
            "1-0229-9104",
            Some("criminal_high"),
        ),
        (Country::Cr, Person, F::NationalId, "1-0229-1049", None),
        (
            Country::Co,
            Vehicle,
            F::LicensePlate,
            "ABC 118",
            Some("stolen_vehicle"),
        ),
        (
            Country::Br,
            Vehicle,
            F::LicensePlate,
            "abc1d18",
            Some("stolen_vehicle"),
        ),
        (Country::Co, Vehicle, F::LicensePlate, "ABC18D", None),
        (Country::Co, Vehicle, F::LicensePlate, "ABC123", None),
        (Country::Co, Person, F::LicensePlate, "ABC118", None),
        (Country::Co, Person, F::NationalId, "1032459118", None),
        (
            Country::Co,
            Person,
            F::CustomInput,
            "run 7 scenario.dead, please",
            Some("dead"),
        ),
        (Country::Co, Person, F::CustomInput, "scenario.unheard_of", None),
        (Country::Co, Person, F::CustomInput, "scenario.", None),
    ] {
        let found =
            scenario_of(country, check_type, &inputs(&[(field, value)])).map(|scenario| scenario.name);
        assert_eq!(found, expected, "{country} {check_type} {field} {value}");
    }
    let both = inputs(&[(F::CustomInput, "scenario.clean"), (F::NationalId, "1032459104")]);
    assert_eq!(
        scenario_of(Country::Co, Person, &both).map(|scenario| scenario.name),
        Some("clean")
    );
    let owner = inputs(&[(F::LicensePlate, "ABC123"), (F::NationalId, "1032459104")]);
    assert_eq!(
        scenario_of(Country::Co, Vehicle, &owner).map(|scenario| scenario.name),
        Some("criminal_high")
    );
}

/// What the examples of a scenario come to in a data set, where the country has one.
const OUTCOMES: &[(&str, DataSet, Basis, ResultKind, Severity)] = {
    use Basis::{Id, Name};
    use DataSet as D;
    use ResultKind::{Found, NotFound};
    use Severity::{High, Low, Medium, VeryHigh};
    &[
        ("identity_not_found", D::PersonalIdentity, Id, NotFound, VeryHigh),
        ("dead", D::PersonalIdentity, Id, Found, VeryHigh),
        ("criminal_high", D::CriminalRecord, Id, Found, VeryHigh),
        ("criminal_low", D::CriminalRecord, Id, Found, Low),
        ("legal_medium", D::LegalBackground, Id, Found, Medium),
        ("homonyms", D::CriminalRecord, Name, Found, High),
        ("homonyms", D::CriminalRecord, Id, Found, Severity::None),
        ("sanctioned", D::InternationalBackground, Name, Found, VeryHigh),
        ("traffic_fines", D::TrafficFines, Id, Found, Medium),
        ("expired_licence", D::DrivingLicenses, Id, Found, Medium),
        ("company_cancelled", D::BusinessBackground, Name, Found, High),
        ("company_suspended", D::BusinessBackground, Name, Found, Medium),
        (
            "company_not_found",
            D::BusinessBackground,
            Name,
            NotFound,
            VeryHigh,
        ),
        ("stolen_vehicle", D::VehicleInformation, Id, Found, VeryHigh),
        ("vehicle_not_found", D::VehicleInformation, Id, NotFound, VeryHigh),
        ("media_alert", D::AlertInMedia, Name, Found, High),
        ("debts", D::TaxesAndFinances, Id, Found, Medium),
        ("mixed", D::AlertInMedia, Name, Found, Medium),
        ("insurance_expired", D::VehiclePermits, Id, Found, Medium),
        ("company_not_reinscribed", D::BusinessBackground, Name, Found, Low),
        ("company_incapable", D::BusinessBackground, Name, Found, High),
    ]
};

#[test]
fn a_scenario_leads_to_its_outcome_wherever_it_has_an_example() {
    for (name, data_set, basis, result, severity) in OUTCOMES {
        let mut seen = 0;
        for (scenario, country, check_type, inputs) in examples().filter(|example| example.0.name == *name) {
            let check = Check::carry_out(country, check_type, &inputs);
            let Some(scored) = check.marks(*data_set) else {
                continue;
            };
            let side = if *basis == Basis::Id {
                scored.by_id
            } else {
                scored.by_name
            };
            if side.mark.result == ResultKind::Ignored {
                continue;
            }
            let about = format!("{} {country} {check_type}", scenario.name);
            assert_eq!(
                side.mark,
                Mark {
                    result: *result,
                    severity: *severity
                },
                "{about} {data_set}"
            );
            seen += 1;
        }
        assert_ne!(seen, 0, "{name} {data_set}");
    }
}

#[test]
fn an_example_differs_from_a_clean_check() {
    for (scenario, country, check_type, inputs) in examples().filter(|example| example.0.name != "clean") {
        let check = Check::carry_out(country, check_type, &inputs);
        let bad = check
            .findings
            .iter()
            .any(|finding| finding.severity != Severity::None);
        let wrong = !summary::wrong_inputs(&inputs, &check.runs).is_empty();
        let failed = check.runs.iter().any(|run| run.status == RunStatus::Error);
        let waits = matches!(scenario.name, "slow" | "delayed");
        let attached = check.attachments > 0;
        assert!(
            bad || wrong || failed || waits || attached,
            "{} {country} {check_type} {inputs:?}",
            scenario.name
        );
    }
}

#[test]
fn summaries_and_wrong_inputs() {
    for (scenario, country, check_type, inputs) in examples() {
        let check = Check::carry_out(country, check_type, &inputs);
        let summaries = summary::summarize(check_type, CheckStatus::Completed, &check.runs);
        let wrong = summary::wrong_inputs(&inputs, &check.runs);
        let about = format!("{} {country} {check_type} {inputs:?}", scenario.name);
        let expected: &[&str] = match scenario.name {
            "name_mismatch" => &["first_name", "last_name"],
            "issue_date_mismatch" => &["document_expedition_date"],
            "tax_name_mismatch" => &["tax_id"],
            _ => &[],
        };
        assert_eq!(wrong, expected, "{about}");
        let status = match scenario.name {
            "dead" => Some(summary::IdentityStatus::Dead),
            "identity_not_found" => Some(summary::IdentityStatus::NotFound),
            "criminal_high" if check_type == CheckType::Person && country != Country::All => {
                Some(summary::IdentityStatus::Found)
            }
            _ => None,
        };
        assert!(
            status.is_none_or(|status| summaries.person.identity_status == status),
            "{about}"
        );
        let standing = match scenario.name {
            "company_cancelled" => CompanyStatus::Cancelled,
            "company_suspended" => CompanyStatus::Suspended,
            "company_not_reinscribed" => CompanyStatus::NotReinscribed,
            "company_incapable" => CompanyStatus::Incapable,
            "company_not_found" => CompanyStatus::NotFound,
            _ if check_type == CheckType::Company => CompanyStatus::Active,
            _ => CompanyStatus::NotFound,
        };
        assert_eq!(summaries.company.status, standing, "{about}");
        let known = check_type == CheckType::Vehicle && scenario.name != "vehicle_not_found";
        assert_eq!(summaries.vehicle.facts.model.is_some(), known, "{about}");
    }
}

#[test]
fn homonyms_are_other_people_of_the_same_name() {
    let scenario = SCENARIOS
        .iter()
        .find(|scenario| scenario.name == "homonyms")
        .unwrap();
    let inputs = example(Country::Co, CheckType::Person, scenario).unwrap();
    let check = Check::carry_out(Country::Co, CheckType::Person, &inputs);
    let born = check
        .known_person()
        .unwrap()
        .date_of_birth
        .unwrap()
        .format("%d/%m/%Y")
        .to_string();
    let mut rows = 0;
    for finding in check
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::High)
    {
        assert_eq!(finding.basis, Basis::Name);
        for row in &finding.tables[0].rows {
            assert!(
                row.cells
                    .iter()
                    .any(|cell| cell.label == "Fecha de nacimiento" && cell.value != born)
            );
            rows += 1;
        }
    }
    assert!(rows > 2);
}

#[test]
fn failing_sources() {
    for (scenario, country, check_type, inputs) in examples() {
        let check = Check::carry_out(country, check_type, &inputs);
        let weights = cotejo_domain::checks::weights::default_weights(country, check_type);
        let mut failed: Vec<&str> = check
            .runs
            .iter()
            .filter(|run| run.status == RunStatus::Error)
            .map(|run| run.source.as_str())
            .collect();
        failed.dedup();
        let (count, expected) = match scenario.name {
            "source_error" | "stuck" => (failed.len() == 1, CheckStatus::Completed),
            "sources_failing" => (failed.len() > 1, CheckStatus::Error),
            _ => (failed.is_empty(), CheckStatus::Completed),
        };
        let about = format!("{} {country} {check_type}: {failed:?}", scenario.name);
        assert!(count, "{about}");
        assert_eq!(outcome::status(&check.runs, weights), expected, "{about}");
    }
}

#[test]
fn one_source_takes_its_time() {
    let at = |seconds: i64| CREATED.plus_seconds(seconds);
    let (not_yet, delayed) = (
        |s| Some(Answer::NotYet(Duration::from_secs(s))),
        |s| Some(Answer::Delayed(Duration::from_secs(s))),
    );
    for (name, attempt, now, expected) in [
        ("slow", 0, at(0), not_yet(3)),
        ("slow", 0, at(1), not_yet(2)),
        ("slow", 1, at(0), None),
        ("slow", 0, at(4), None),
        ("delayed", 0, at(0), delayed(10)),
        ("delayed", 7, at(9), delayed(1)),
        ("delayed", 7, at(10), None),
        ("stuck", 99, at(1_000_000), not_yet(60)),
    ] {
        let scenario = SCENARIOS.iter().find(|scenario| scenario.name == name).unwrap();
        for (country, check_type) in kinds() {
            let inputs = example(country, check_type, scenario).unwrap();
            let waiting: Vec<_> = Catalogue::builtin()
                .consulted(country, check_type)
                .map(|source| Query {
                    attempt,
                    now,
                    ..query(source, country, check_type, &inputs)
                })
                .map(|query| Sandbox::answer(query).unwrap())
                .filter(|answer| !matches!(answer, Answer::Report(_)))
                .collect();
            assert_eq!(
                waiting,
                expected.clone().into_iter().collect::<Vec<_>>(),
                "{name} {country} {check_type}"
            );
        }
    }
}
