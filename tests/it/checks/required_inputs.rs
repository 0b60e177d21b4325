//! Which inputs a check must have: the table of the vendor's reference, row by row.

use axum::http::StatusCode;
use cotejo_testkit::{Answer, Caller, TestApp};

use crate::support::{assert_wrong, with, wrong_fields};

/// A row of the table: country, type, the document that makes the subject a foreigner, all starred inputs.
type Row<'a> = (&'a str, &'a str, Option<&'a str>, &'a [(&'a str, &'a str)]);

const BORN: (&str, &str) = ("date_of_birth", "1990-01-31");
const ISSUED: (&str, &str) = ("issue_date", "2015-06-01");
const FIRST: (&str, &str) = ("first_name", "Ana");
const LAST: (&str, &str) = ("last_name", "Prueba");
const NATIVE: (&str, &str) = ("native_country", "VE");
const PHONE: (&str, &str) = ("phone_number", "+51 900 000 000");
const FOREIGN: (&str, &str) = ("foreign_id", "654321");

#[rustfmt::skip]
const ROWS: &[Row<'_>] = &[
    ("CL", "person", None, &[("national_id", "12345678-5")]),
    ("CL", "person", Some("foreign_id"), &[("foreign_id", "24567890-K"), BORN, FIRST, LAST, NATIVE]),
    ("CL", "vehicle", None, &[("national_id", "12345678-5"), ("license_plate", "BBCL23")]),
    ("CL", "vehicle", Some("foreign_id"),
        &[("foreign_id", "24567890-K"), FIRST, LAST, BORN, NATIVE, ("license_plate", "BBCL23")]),
    ("CO", "person", None, &[("national_id", "1000000001")]),
    ("CO", "person", Some("foreign_id"), &[FOREIGN, BORN, ISSUED]),
    ("CO", "person", Some("ptp"), &[("ptp", "1234567"), BORN, ISSUED]),
    ("CO", "company", None, &[("tax_id", "800197268-4")]),
    ("CO", "vehicle", None, &[("national_id", "1000000001"), ("license_plate", "ABC456")]),
    ("CO", "vehicle", Some("foreign_id"), &[FOREIGN, ("license_plate", "ABC456"), ISSUED]),
    ("MX", "person", None, &[("national_id", "PEPA900131MDFRRN05")]),
    ("MX", "person", Some("foreign_id"), &[FOREIGN]),
    ("MX", "company", None, &[("tax_id", "AAA010101AAA")]),
    ("MX", "vehicle", None, &[("license_plate", "ABC-12-34")]),
    ("BR", "person", None, &[("national_id", "529.982.247-25"), BORN, ("region", "SP")]),
    ("BR", "company", None, &[("tax_id", "11.222.333/0001-81")]),
    ("BR", "vehicle", None, &[("license_plate", "ABC1D23")]),
    ("CR", "person", None, &[("national_id", "1-0123-0456")]),
    ("CR", "person", Some("foreign_id"), &[("foreign_id", "155812345678")]),
    ("CR", "vehicle", None, &[("license_plate", "BCD123")]),
    ("PE", "person", None, &[("national_id", "40123456"), BORN]),
    ("PE", "person", Some("foreign_id"), &[("foreign_id", "001234567"), PHONE]),
    ("PE", "vehicle", None, &[("national_id", "40123456"), BORN, ("license_plate", "ABC-123")]),
    ("PE", "vehicle", Some("foreign_id"), &[("foreign_id", "001234567"), BORN, ("license_plate", "ABC-123")]),
    ("ALL", "person", None, &[("name", "Ana Prueba")]),
    ("ALL", "company", None, &[("company_name", "Prueba S.A.")]),
];

async fn ask(caller: &Caller, country: &str, check_type: &str, inputs: &[(&str, &str)]) -> Answer {
    let form = with(
        &[
            ("country", country),
            ("type", check_type),
            ("user_authorized", "true"),
        ],
        inputs,
    );
    caller.post("/v1/checks", &form).await
}

#[tokio::test]
async fn the_starred_inputs_of_each_row_are_enough() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    for (country, check_type, _, inputs) in ROWS {
        let answer = ask(&caller, country, check_type, inputs).await;
        assert_eq!(
            answer.status,
            StatusCode::CREATED,
            "{country} {check_type} {inputs:?} {}",
            answer.text
        );
    }
}

#[tokio::test]
async fn each_starred_input_that_is_missing_is_named() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    for (country, check_type, foreign, inputs) in ROWS {
        for (missing, _) in *inputs {
            let answer = ask(&caller, country, check_type, &with(inputs, &[(missing, "")])).await;
            let row = format!("{country} {check_type} without {missing}: {}", answer.text);
            if foreign.is_none_or(|document| document != *missing) {
                assert_wrong(&answer, &[missing]);
            } else if *country == "CL" && *check_type == "person" {
                assert_eq!(
                    answer.status,
                    StatusCode::CREATED,
                    "two names are enough for a person: {row}"
                );
            } else {
                // Without the document of a foreigner the subject is a national, who lacks theirs.
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{row}");
                assert!(wrong_fields(&answer).contains(&"national_id"), "{row}");
            }
        }
    }
}

#[tokio::test]
async fn what_the_table_prints_as_not_available_is_refused() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let everything = [
        ("tax_id", "800197268-4"),
        ("company_name", "Prueba S.A."),
        ("name", "Ana Prueba"),
        ("license_plate", "ABC456"),
        BORN,
        ISSUED,
        FIRST,
        LAST,
        PHONE,
        ("region", "SP"),
    ];
    let national = with(&everything, &[("national_id", "1000000001")]);
    for (country, check_type) in [
        ("CL", "company"),
        ("PE", "company"),
        ("CR", "company"),
        ("ALL", "vehicle"),
    ] {
        assert_wrong(&ask(&caller, country, check_type, &national).await, &["type"]);
    }
    let foreign = with(&everything, &[FOREIGN]);
    for (country, check_type) in [
        ("BR", "person"),
        ("MX", "vehicle"),
        ("BR", "vehicle"),
        ("CR", "vehicle"),
    ] {
        assert_wrong(
            &ask(&caller, country, check_type, &foreign).await,
            &["foreign_id"],
        );
    }
}

#[tokio::test]
async fn two_names_are_enough_for_a_person_and_one_is_not() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    for country in ["BR", "CO", "CL", "MX", "PE", "CR", "ALL"] {
        let answer = ask(&caller, country, "person", &[FIRST, LAST]).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{country} {}", answer.text);
        let answer = ask(&caller, country, "person", &[FIRST]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{country}");
    }
    for country in ["CO", "CL", "MX", "PE", "BR", "CR"] {
        let answer = ask(&caller, country, "vehicle", &[FIRST, LAST]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{country}");
    }
}

#[tokio::test]
async fn a_mexican_can_be_asked_for_by_birth() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let inputs = [FIRST, LAST, ("state_id", "DF"), ("gender", "FEMALE"), BORN];
    let answer = ask(&caller, "MX", "person", &inputs).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
    assert_eq!(answer.json["check"]["gender"], "female");
    for missing in ["first_name", "last_name"] {
        let answer = ask(&caller, "MX", "person", &with(&inputs, &[(missing, "")])).await;
        assert_wrong(&answer, &[missing]);
    }
}

#[tokio::test]
async fn a_colombian_vehicle_can_be_asked_for_by_its_number_and_its_owners_document() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let owner = [
        ("owner_document_type", "national-id"),
        ("owner_document_id", "1000000001"),
    ];
    let (plate, number) = (("license_plate", "ABC456"), ("vehicle_id", "1HGBH41JXMN109186"));
    for inputs in [
        [plate, owner[0], owner[1]].as_slice(),
        &[number, owner[0], owner[1]],
        &[number, ("national_id", "1000000001")],
        &[number, FOREIGN, ISSUED],
    ] {
        let answer = ask(&caller, "CO", "vehicle", inputs).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{inputs:?} {}", answer.text);
    }
    assert_wrong(
        &ask(&caller, "CO", "vehicle", &[plate, owner[0]]).await,
        &["owner_document_id"],
    );
    assert_wrong(
        &ask(&caller, "CO", "vehicle", &[plate, owner[1]]).await,
        &["owner_document_type"],
    );
}

#[tokio::test]
async fn a_permit_of_venezuelans_is_a_foreigners_document() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    for permit in [("pep", "123456789012345"), ("ptp", "1234567")] {
        let answer = ask(&caller, "CO", "person", &[permit, BORN, ISSUED]).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        assert_wrong(
            &ask(&caller, "CO", "person", &[permit]).await,
            &["date_of_birth", "issue_date"],
        );
    }
}

#[tokio::test]
async fn a_document_of_the_country_of_birth_needs_the_country() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let inputs = [("national_id", "1000000001"), ("native_national_id", "V12345678")];
    assert_wrong(&ask(&caller, "CO", "person", &inputs).await, &["native_country"]);
    assert_eq!(
        ask(&caller, "CO", "person", &with(&inputs, &[NATIVE]))
            .await
            .status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn the_international_checks_take_names() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    assert_wrong(
        &ask(&caller, "ALL", "person", &[("national_id", "1000000001")]).await,
        &["name"],
    );
    assert_wrong(&ask(&caller, "ALL", "person", &[LAST]).await, &["first_name"]);
    assert_wrong(
        &ask(&caller, "ALL", "company", &[("tax_id", "800197268-4")]).await,
        &["company_name"],
    );
}
