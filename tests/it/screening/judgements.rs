//! Judgements: whom a check is taken for, by what, and how sure that is.

use cotejo_domain::clients::ClientKind;
use cotejo_testkit::TestApp;
use serde_json::json;

use super::{JOSE, Screened, Tenant, jose, load, person, prueba};
use crate::support::{Form, PERSON, list, text, usual_client, with};

const NOT_FOUND: [&str; 2] = ["not_found", "none"];
const VERY_HIGH: [&str; 2] = ["found", "very_high"];
const HIGH: [&str; 2] = ["found", "high"];
const MEDIUM: [&str; 2] = ["found", "medium"];

/// A company of which only the name is known.
const COMPANY: &[(&str, &str)] = &[
    ("type", "company"),
    ("country", "ALL"),
    ("company_name", "Empresa de Prueba, S.A."),
];

#[tokio::test]
async fn documents_names_and_births_come_to_one_judgement() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose(), prueba()]).await;
    let document = with(PERSON, &[("national_id", "1.023.456.789")]);
    let named = |name| with(JOSE, &[("name", name)]);
    let born = |name, day| with(JOSE, &[("name", name), ("date_of_birth", day)]);
    let carrying = |name, number| with(JOSE, &[("name", name), ("passport", number)]);
    let (exact, soft, weak) = (
        "José María Ficticio Inventado",
        "Jose M. Ficticio Inventado",
        "El Invento",
    );
    let formless = with(COMPANY, &[("company_name", "Empresa de Prueba")]);
    let another_number = with(
        PERSON,
        &[("first_name", "José María"), ("last_name", "Ficticio Inventado")],
    );
    let table: [(&str, Form<'_>, &str, [&str; 2]); 18] = [
        ("the document", document, "by_id", VERY_HIGH),
        ("the name", named(exact), "by_name", VERY_HIGH),
        ("an alias", named("Pepe Ficticio"), "by_name", VERY_HIGH),
        (
            "another sex",
            named("María José Ficticio Inventado"),
            "by_name",
            NOT_FOUND,
        ),
        ("an initial", named(soft), "by_name", HIGH),
        (
            "an initial, the day of birth",
            born(soft, "1960-01-01"),
            "by_name",
            VERY_HIGH,
        ),
        (
            "an initial, another age",
            born(soft, "1990-05-05"),
            "by_name",
            NOT_FOUND,
        ),
        (
            "the name, the day of birth",
            born(exact, "1960-01-01"),
            "by_name",
            VERY_HIGH,
        ),
        (
            "the name, another age",
            born(exact, "1990-05-05"),
            "by_name",
            NOT_FOUND,
        ),
        (
            "the name, another number of its country",
            another_number,
            "by_name",
            NOT_FOUND,
        ),
        ("a weak alias", named(weak), "by_name", MEDIUM),
        (
            "a weak alias, the day of birth",
            born(weak, "1960-01-01"),
            "by_name",
            VERY_HIGH,
        ),
        (
            "a weak alias, another age",
            born(weak, "1990-05-05"),
            "by_name",
            NOT_FOUND,
        ),
        (
            "the digits of another document",
            carrying(soft, "1023456789"),
            "by_id",
            HIGH,
        ),
        (
            "those digits, another name",
            carrying("Ana Prueba", "1023456789"),
            "by_id",
            NOT_FOUND,
        ),
        ("a company", COMPANY.to_vec(), "by_name", VERY_HIGH),
        ("a company without its form", formless, "by_name", HIGH),
        (
            "a person of its name",
            named("Empresa de Prueba"),
            "by_name",
            NOT_FOUND,
        ),
    ];
    for (why, form, side, expected) in table {
        let found = acme.screened(&app, &form).await;
        assert_eq!(found.side(side), expected, "{why} {:#?}", found.hits);
        assert_eq!(found.hits.is_empty(), expected == NOT_FOUND, "{why}");
    }
}

#[tokio::test]
async fn features_tell_what_lifted_a_hit() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose(), prueba()]).await;
    // A weak alias leaves the most room.
    let soft = with(JOSE, &[("name", "El Invento")]);
    let scored = |found: &Screened| found.hits[0]["score"].as_f64().unwrap();
    let alone = scored(&acme.screened(&app, &soft).await);
    for (more, feature, value, rises) in [
        (("date_of_birth", "1960-01-01"), "birth", json!("same"), true),
        (("date_of_birth", "1961-01-01"), "birth", json!("near"), true),
        (("date_of_birth", "1960-08-15"), "birth", json!("doubtful"), false),
        (("country", "CO"), "same_country", json!(true), true),
    ] {
        let mut form = with(&soft, &[more]);
        if more.0 == "country" {
            // Names alone are enough in every country, in two parts.
            let parts = [("name", ""), ("first_name", "El"), ("last_name", "Invento")];
            form = with(&form, &parts);
        }
        let found = acme.screened(&app, &form).await;
        assert_eq!(found.hits[0]["features"][feature], value, "{more:?}");
        let score = scored(&found);
        assert_eq!(score > alone, rises, "{more:?}: {score}, alone {alone}");
    }
}

#[tokio::test]
async fn what_tied_them_together_is_told() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    load(&app, &[jose(), prueba()]).await;
    let named = |name| with(JOSE, &[("name", name)]);
    for (name, matched, strength) in [
        ("El Invento", "EL INVENTO", "weak"),
        ("Pepe Ficticio", "FICTICIO, Pepe", "strong"),
        (
            "José María Ficticio Inventado",
            "FICTICIO INVENTADO, Jose Maria",
            "primary",
        ),
    ] {
        let hit = &acme.screened(&app, &named(name)).await.hits[0];
        assert_eq!(hit["matched_name"], matched);
        assert_eq!(hit["features"]["name_strength"], strength, "{name}");
    }
    let elsewhere = with(JOSE, &[("passport", "1023456789")]);
    let document = with(PERSON, &[("national_id", "1023456789")]);
    for (form, rule, numbers) in [
        (elsewhere, "document_digits", "alike"),
        (document, "document", "same"),
    ] {
        let hit = &acme.screened(&app, &form).await.hits[0];
        assert_eq!((&hit["rule"], &hit["basis"]), (&json!(rule), &json!("id")));
        assert_eq!(hit["features"]["document"], numbers);
    }
}

#[tokio::test]
async fn exact_matching_is_stricter_than_soft() {
    let app = TestApp::new().await;
    load(&app, &[jose()]).await;
    let form = with(JOSE, &[("name", "Jose M. Ficticio")]);
    let soft = Tenant::new(&app, "soft").await;
    assert_eq!(soft.screened(&app, &form).await.side("by_name")[0], "found");
    let mut exact = Tenant::new(&app, "exact").await;
    exact.client.settings.names_matching_type = "exact".parse().unwrap();
    app.app.set_settings(&exact.client).await.unwrap();
    // For a second a process believes what it knows of a key: a key that was not used yet is looked up.
    assert_eq!(exact.screened(&app, &form).await.side("by_name"), NOT_FOUND);
    assert_eq!(exact.screened(&app, JOSE).await.side("by_name"), VERY_HIGH);
}

#[tokio::test]
async fn a_live_client_is_screened_against_the_same_list() {
    let app = TestApp::new().await;
    let live = app.client("live", ClientKind::Live).await;
    let live = Tenant::of(&app, live).await;
    let before = live.screened(&app, JOSE).await;
    assert_eq!(before.entries(), [] as [&str; 0]);
    load(&app, &[jose()]).await;
    let after = live.screened(&app, JOSE).await;
    assert_eq!(
        (after.entries(), after.side("by_name")),
        (vec!["9001"], VERY_HIGH)
    );
}

#[tokio::test]
async fn who_gives_a_document_is_screened_by_the_name_that_a_registry_knows() {
    let app = TestApp::new().await;
    let acme = Tenant::of(&app, usual_client(&app).await).await;
    load(&app, &[prueba()]).await;
    let unlisted = acme.screened(&app, PERSON).await;
    assert_eq!(unlisted.side("by_name"), NOT_FOUND);
    let known = &list(&unlisted.check["summary"], "names_found")[0];
    let (first, last) = (text(known, "first_name"), text(known, "last_name"));
    load(&app, &[prueba(), person(9003, &format!("{last}, {first}"))]).await;
    let listed = acme.screened(&app, PERSON).await;
    assert_eq!(listed.entries(), ["9003"]);
    assert_eq!(listed.side("by_name"), VERY_HIGH);
    assert_eq!(listed.hits[0]["basis"], "name");
}
