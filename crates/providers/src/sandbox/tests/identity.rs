//! Who a document belongs to.

use super::*;
use chrono::NaiveDate;

fn person_of(country: Country, given: &[(InputField, &str)], asker: u128) -> PersonFacts {
    let inputs = inputs(given);
    let source = Catalogue::builtin()
        .consulted(country, CheckType::Person)
        .find(|source| source.data_sets.contains(&DataSet::PersonalIdentity))
        .unwrap();
    let query = Query {
        client: client(asker),
        ..query(source, country, CheckType::Person, &inputs)
    };
    report(query).facts.person.unwrap()
}

#[test]
fn a_document_is_one_person_however_it_is_typed() {
    for (country, spellings) in [
        (Country::Cl, ["12.345.678-5", "123456785"]),
        (Country::Br, ["123.456.789-09", "12345678909"]),
        (Country::Pe, ["12345678", "12345678-9"]),
        (Country::Mx, ["gaal800101hdflrn09", "GAAL800101HDFLRN09"]),
    ] {
        let [one, other] = spellings.map(|text| person_of(country, &[(InputField::NationalId, text)], 1));
        assert_eq!(
            (&one.first_name, &one.last_name),
            (&other.first_name, &other.last_name),
            "{country}"
        );
        assert_eq!(one.date_of_birth, other.date_of_birth);
    }
}

#[test]
fn another_client_knows_somebody_else() {
    let given = [(InputField::NationalId, "1032456789")];
    let people: Vec<_> = (1..6)
        .map(|client| person_of(Country::Co, &given, client))
        .collect();
    assert!(
        people
            .windows(2)
            .any(|pair| pair[0].last_name != pair[1].last_name)
    );
    assert_eq!(people[0], person_of(Country::Co, &given, 1));
}

#[test]
fn the_registries_believe_what_the_caller_says() {
    let person = person_of(
        Country::Co,
        &[
            (InputField::NationalId, "1032456789"),
            (InputField::FirstName, "Zoë"),
            (InputField::LastName, "Nuñez Prueba"),
            (InputField::DateOfBirth, "1991-02-28"),
            (InputField::IssueDate, "2010-03-04"),
            (InputField::Gender, "female"),
        ],
        1,
    );
    assert_eq!(
        (person.first_name.as_str(), person.last_name.as_str()),
        ("Zoë", "Nuñez Prueba")
    );
    assert_eq!(person.date_of_birth, NaiveDate::from_ymd_opt(1991, 2, 28));
    assert_eq!(person.issue_date, NaiveDate::from_ymd_opt(2010, 3, 4));
    assert_eq!(person.gender.as_deref(), Some("female"));
}

#[test]
fn a_curp_tells_birth_sex_and_initials() {
    let person = person_of(Country::Mx, &[(InputField::NationalId, "ROSC850317MDFJLR02")], 1);
    assert_eq!(person.date_of_birth, NaiveDate::from_ymd_opt(1985, 3, 17));
    assert_eq!(person.gender.as_deref(), Some("female"));
    let initials: Vec<_> = person
        .last_name
        .split(' ')
        .filter_map(|word| word.chars().next())
        .collect();
    assert_eq!(initials, ['R', 'S']);
    assert!(person.first_name.starts_with('C'));
    assert!(person.rfc.unwrap().starts_with("ROSC850317"));
    assert_eq!(person.nss.unwrap().len(), 11);
}

#[test]
fn every_registry_of_a_check_knows_the_same_person() {
    for (country, check_type) in kinds().filter(|(_, check_type)| *check_type != CheckType::Company) {
        for inputs in samples(country, check_type, 10) {
            let check = Check::carry_out(country, check_type, &inputs);
            let mut people = check.runs.iter().filter_map(|run| run.facts.person.as_ref());
            let Some(first) = people.next() else { continue };
            for person in people {
                assert_eq!(
                    (&person.first_name, &person.last_name),
                    (&first.first_name, &first.last_name)
                );
            }
        }
    }
}

#[test]
fn a_vehicle_and_a_company_are_described_in_full() {
    for (country, check_type) in kinds() {
        for inputs in samples(country, check_type, 5) {
            let check = Check::carry_out(country, check_type, &inputs);
            let facts: Vec<&Facts> = check.runs.iter().map(|run| &run.facts).collect();
            match check_type {
                CheckType::Vehicle => {
                    let vehicle = facts.iter().find_map(|facts| facts.vehicle.as_ref()).unwrap();
                    let whole = serde_json::to_value(vehicle).unwrap();
                    assert_eq!(whole.as_object().unwrap().len(), 13, "{whole}");
                    assert!(vehicle.obligatory_insurance_expiration_date.unwrap() > CREATED.date());
                }
                CheckType::Company => {
                    let company = facts.iter().find_map(|facts| facts.company.as_ref()).unwrap();
                    assert_eq!(Some(company.name.as_str()), inputs.get(InputField::CompanyName));
                }
                CheckType::Person => assert!(country == Country::All || check.known_person().is_some()),
            }
        }
    }
}

#[test]
fn names_that_are_said_to_differ_differ_under_every_liberty() {
    for (country, check_type) in kinds().filter(|(country, _)| *country != Country::All) {
        for mut inputs in samples(country, check_type, 30) {
            inputs.set(InputField::CustomInput, "scenario.name_mismatch");
            let check = Check::carry_out(country, check_type, &inputs);
            let wrong = cotejo_domain::checks::summary::wrong_inputs(&inputs, &check.runs);
            let expected: &[&str] = if check_type == CheckType::Company {
                &[]
            } else {
                &["first_name", "last_name"]
            };
            assert_eq!(wrong, expected, "{country} {inputs:?}");
        }
    }
}
