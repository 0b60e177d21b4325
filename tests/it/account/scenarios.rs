//! GET /v1/sandbox/scenarios: what is listed can be sent as it is, and leads to what it says.

use axum::http::StatusCode;
use cotejo_testkit::{Caller, TestApp};
use serde_json::{Value, json};

use super::tenant::{Tenant, members, post_json};
use crate::support::{assert_wrong, get, list, text};

/// The list, as far as a query asks for it.
async fn scenarios(tenant: &Tenant, query: &str) -> Value {
    let answer = tenant.account.get(&format!("/v1/sandbox/scenarios{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json
}

/// Creates the check that an example asks for.
async fn send(caller: &Caller, example: &Value) -> Value {
    let answer = post_json(caller, "/v1/checks", example).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{example} {}", answer.text);
    answer.json["check"].clone()
}

/// The severity of a data set of a check.
fn severity<'a>(check: &'a Value, data_set: &str) -> &'a str {
    let scores = list(check, "scores");
    let score = scores.iter().find(|score| score["data_set"] == data_set);
    text(
        score.unwrap_or_else(|| panic!("no {data_set} in {scores:?}")),
        "severity",
    )
}

fn runs(check: &Value, status: &str) -> usize {
    list(check, "statuses")
        .iter()
        .filter(|run| run["status"] == status)
        .count()
}

#[tokio::test]
async fn every_scenario_has_a_name_a_description_and_two_ways_to_ask_for_it() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let all = scenarios(&acme, "").await;
    assert_eq!(members(&all), ["examples", "scenarios"]);
    let all = list(&all, "scenarios");
    for scenario in all {
        assert_eq!(
            members(scenario),
            [
                "custom_input",
                "description",
                "document_digits",
                "examples",
                "name",
                "product"
            ]
        );
        assert_eq!(
            scenario["custom_input"],
            format!("scenario.{}", text(scenario, "name"))
        );
        assert!(!text(scenario, "description").is_empty());
        // A validation is led by its account, whose request says nothing else.
        let of_checks = scenario["product"] == "checks";
        assert_eq!(!list(scenario, "examples").is_empty(), of_checks, "{scenario}");
        let digits = text(scenario, "document_digits");
        let same = all.iter().filter(|other| other["document_digits"] == digits);
        assert!(same.count() == 1 || (digits.is_empty() && !of_checks), "{digits}");
    }
    // What the ruling asks for.
    for name in ["slow", "source_error", "delayed"] {
        assert!(all.iter().any(|scenario| scenario["name"] == name), "{name}");
    }
}

#[tokio::test]
async fn the_list_is_narrowed_by_country_and_type() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let whole = scenarios(&acme, "").await;
    let count = |list_of: &Value| -> usize {
        list(list_of, "scenarios")
            .iter()
            .map(|scenario| list(scenario, "examples").len())
            .sum()
    };
    for (query, country, check_type) in [
        ("?country=co", Some("CO"), None),
        ("?type=Vehicle", None, Some("vehicle")),
        ("?country=BR&type=company", Some("BR"), Some("company")),
    ] {
        let narrowed = scenarios(&acme, query).await;
        let examples = list(&narrowed, "scenarios")
            .iter()
            .flat_map(|scenario| list(scenario, "examples"));
        for example in examples.chain(list(&narrowed, "examples")) {
            assert!(
                country.is_none_or(|country| example["country"] == country),
                "{example}"
            );
            assert!(
                check_type.is_none_or(|check_type| example["type"] == check_type),
                "{example}"
            );
        }
        assert!((1..count(&whole)).contains(&count(&narrowed)), "{query}");
    }
    let wrong = acme
        .account
        .get("/v1/sandbox/scenarios?country=XX&type=ghost")
        .await;
    assert_wrong(&wrong, &["country", "type"]);
}

#[tokio::test]
async fn every_example_can_be_sent_as_it_is_and_its_identifiers_are_valid() {
    let app = TestApp::new().await;
    let mut acme = Tenant::sandbox(&app, "acme").await;
    acme.client.settings.strict_identifiers = true;
    app.app.set_settings(&acme.client).await.unwrap();
    // What a process knows of a client it believes for a second.
    tokio::time::sleep(std::time::Duration::from_millis(1050)).await;
    let all = scenarios(&acme, "").await;
    for scenario in list(&all, "scenarios") {
        for example in list(scenario, "examples") {
            send(&acme.checks, example).await;
        }
    }
    let mut neutral = Vec::new();
    for example in list(&all, "examples") {
        neutral.push(send(&acme.checks, example).await);
    }
    app.work().await;
    for check in &neutral {
        let check = get(&acme.checks, check).await;
        assert_eq!(check["status"], "completed", "{check:#}");
        for score in list(&check, "scores") {
            assert_eq!(
                score["severity"], "none",
                "{} {} {score}",
                check["country"], check["type"]
            );
        }
        assert_eq!(check.get("wrong_inputs"), None, "{check:#}");
    }
}

#[tokio::test]
async fn scenarios_lead_to_what_they_say() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let all = scenarios(&acme, "").await;
    let table: [(&str, fn(&Value)); 13] = [
        ("clean", |check| {
            assert!(
                list(check, "scores")
                    .iter()
                    .all(|score| score["severity"] == "none")
            );
        }),
        ("identity_not_found", |check| {
            assert_eq!(check["summary"]["identity_status"], "not_found");
            assert_eq!(severity(check, "personal_identity"), "very_high");
        }),
        ("dead", |check| {
            assert_eq!(check["summary"]["identity_status"], "dead");
            assert_eq!(severity(check, "personal_identity"), "very_high");
        }),
        ("criminal_high", |check| {
            assert_eq!(severity(check, "criminal_record"), "very_high")
        }),
        ("criminal_low", |check| {
            assert_eq!(severity(check, "criminal_record"), "low")
        }),
        ("legal_medium", |check| {
            assert_eq!(severity(check, "legal_background"), "medium")
        }),
        ("name_mismatch", |check| {
            assert_eq!(
                check["wrong_inputs"],
                json!([{ "Input": "first_name" }, { "Input": "last_name" }])
            );
        }),
        ("sanctioned", |check| {
            assert_eq!(severity(check, "international_background"), "very_high")
        }),
        ("company_cancelled", |check| {
            assert_eq!(severity(check, "business_background"), "high")
        }),
        ("traffic_fines", |check| {
            assert_eq!(severity(check, "traffic_fines"), "medium")
        }),
        ("stolen_vehicle", |check| {
            let scores = list(check, "scores");
            assert!(
                scores.iter().any(|score| score["severity"] == "very_high"),
                "{scores:?}"
            );
        }),
        ("source_error", |check| {
            assert_eq!(check["status"], "completed");
            assert!(runs(check, "error") > 0);
        }),
        ("sources_failing", |check| {
            assert_eq!(check["status"], "error");
            assert!(runs(check, "error") > runs(check, "completed"));
        }),
    ];
    for (name, expected) in table {
        let scenario = list(&all, "scenarios")
            .iter()
            .find(|scenario| scenario["name"] == name)
            .unwrap();
        let colombian = list(scenario, "examples")
            .iter()
            .filter(|example| example["country"] == "CO");
        let mut seen = 0;
        for example in colombian {
            let check = send(&acme.checks, example).await;
            app.work().await;
            let check = get(&acme.checks, &check).await;
            assert_eq!(
                check["status"] == "error",
                name == "sources_failing",
                "{name} {check:#}"
            );
            expected(&check);
            seen += 1;
        }
        assert!(seen > 0, "{name}");
    }
}

#[tokio::test]
async fn scenarios_of_time_go_by_the_clients_clock() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let all = scenarios(&acme, "?country=CO&type=person").await;
    for (name, at_first, advance, run) in [
        ("slow", "in_progress", "4s", "completed"),
        ("delayed", "delayed", "11s", "completed"),
        ("stuck", "in_progress", "3h", "expired"),
    ] {
        let scenario = list(&all, "scenarios")
            .iter()
            .find(|scenario| scenario["name"] == name)
            .unwrap();
        let check = send(&acme.checks, &scenario["examples"][0]).await;
        app.work().await;
        assert_eq!(get(&acme.checks, &check).await["status"], at_first, "{name}");
        acme.advance(&app, "1s").await;
        assert_eq!(
            get(&acme.checks, &check).await["status"],
            at_first,
            "{name} after a second"
        );
        acme.advance(&app, advance).await;
        let check = get(&acme.checks, &check).await;
        assert_eq!(check["status"], "completed", "{name} {check:#}");
        assert!(runs(&check, run) > 0, "{name}");
        if name == "delayed" {
            let query = format!("?resource_id={}", text(&check, "check_id"));
            let events = acme.events(&query).await;
            let told: Vec<&str> = events.iter().map(|event| text(event, "event_action")).collect();
            assert_eq!(told, ["created", "started", "delayed", "finished"]);
        }
    }
}
