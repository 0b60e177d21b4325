//! Properties of all answers.

use super::*;
use cotejo_domain::checks::{ResultKind, Severity, summary};
use proptest::prelude::*;

fn all_reports(client: ClientId) -> Vec<Report> {
    let mut reports = Vec::new();
    for (country, check_type) in kinds() {
        for inputs in samples(country, check_type, 3) {
            for source in Catalogue::builtin().consulted(country, check_type) {
                reports.push(report(Query {
                    client,
                    ..query(source, country, check_type, &inputs)
                }));
            }
        }
    }
    reports
}

#[test]
fn the_same_question_has_the_same_answer_and_another_client_other_answers() {
    let ours = all_reports(client(1));
    assert_eq!(ours, all_reports(client(1)));
    assert_ne!(ours, all_reports(client(2)));
}

#[test]
fn without_a_scenario_everything_is_in_order() {
    for (country, check_type) in kinds() {
        let samples = samples(country, check_type, 40);
        assert_eq!(samples.len(), 40, "{country} {check_type}");
        for inputs in samples {
            let check = Check::carry_out(country, check_type, &inputs);
            let scores = check.scores();
            assert_eq!(
                scores.score,
                scoring::Score::ONE,
                "{country} {check_type} {inputs:?}"
            );
            assert_eq!(
                summary::wrong_inputs(&check.inputs, &check.runs),
                Vec::<&str>::new()
            );
            assert!(
                check
                    .findings
                    .iter()
                    .all(|finding| finding.severity == Severity::None)
            );
            assert!(
                check.findings.iter().any(|finding| !finding.tables.is_empty()) || country == Country::All
            );
        }
    }
}

#[test]
fn a_subject_of_whom_only_the_number_is_known_is_clean_as_well() {
    let documents =
        (0..).map(|number| inputs(&[(InputField::NationalId, &format!("10{:08}", number * 7_919))]));
    let neutral = |inputs: &Inputs| scenario_of(Country::Co, CheckType::Person, inputs).is_none();
    for inputs in documents.filter(neutral).take(200) {
        let check = Check::carry_out(Country::Co, CheckType::Person, &inputs);
        assert_eq!(check.scores().score, scoring::Score::ONE);
        assert!(
            check
                .known_person()
                .is_some_and(|person| !person.last_name.is_empty())
        );
    }
}

#[test]
fn examples_are_requests_that_the_service_accepts() {
    for (scenario, country, check_type, inputs) in examples() {
        let about = format!("{} {country} {check_type} {inputs:?}", scenario.name);
        let mut errors = FieldErrors::default();
        check_required(country, check_type, &inputs, &mut errors);
        assert_eq!(errors, FieldErrors::default(), "{about}");
        let invalid = cotejo_domain::checks::documents::invalid_documents(country, &inputs);
        assert!(invalid.is_empty(), "{about}: {invalid:?}");
        let digits = if check_type == CheckType::Vehicle {
            scenario.plate_suffix()
        } else {
            scenario.suffix
        };
        assert!(digits.bytes().all(|digit| digit.is_ascii_digit()));
    }
}

#[test]
fn a_source_speaks_of_its_own_data_sets_and_in_whole_tables() {
    for (scenario, country, check_type, inputs) in examples() {
        let asked = |source: &&Source| {
            source
                .inputs
                .iter()
                .any(|way| way.iter().all(|field| inputs.has(*field)))
        };
        for source in Catalogue::builtin().consulted(country, check_type).filter(asked) {
            let Ok(Answer::Report(report)) = Sandbox::answer(query(source, country, check_type, &inputs))
            else {
                continue;
            };
            for finding in report.findings {
                let about = format!("{} {} {}", scenario.name, source.key, finding.data_set);
                assert!(source.data_sets.contains(&finding.data_set), "{about}");
                assert!(source.by.contains(&finding.basis), "{about}");
                assert!(
                    matches!(finding.result, ResultKind::Found | ResultKind::NotFound),
                    "{about}"
                );
                assert_eq!(
                    finding.result == ResultKind::Found,
                    !finding.tables.is_empty(),
                    "{about}"
                );
                for cell in finding
                    .tables
                    .iter()
                    .flat_map(|table| &table.rows)
                    .flat_map(|row| &row.cells)
                {
                    assert!(
                        !cell.label.is_empty() && !cell.value.is_empty(),
                        "{about}: {cell:?}"
                    );
                }
            }
        }
    }
}

fn any_inputs() -> impl Strategy<Value = Inputs> {
    let text = prop_oneof![
        "\\PC{0,12}",
        "[0-9A-Z .-]{0,20}",
        "[0-9]{3,14}91[0-3][0-9][0-9K]{0,2}",
        "scenario\\.[a-z_]{0,12}"
    ];
    prop::collection::vec((prop::sample::select(InputField::ALL), text), 0..6)
        .prop_map(|pairs| pairs.into_iter().collect())
}

proptest! {
    #[test]
    fn no_input_is_too_strange(
        inputs in any_inputs(),
        country in prop::sample::select(Country::ALL),
        check_type in prop::sample::select(CheckType::ALL),
        created in any::<i64>(),
        now in any::<i64>(),
        source in prop::sample::select(Catalogue::builtin().all()),
    ) {
        let (created, now) = (Timestamp::from_nanos(created), Timestamp::from_nanos(now));
        let query = Query { created, now, ..query(&source, country, check_type, &inputs) };
        if let Ok(Answer::Report(report)) = Sandbox::answer(query) {
            prop_assert!(report.findings.iter().all(|finding| source.data_sets.contains(&finding.data_set)));
        }
    }
}
