//! What keys of version 0 and 1 see of the same check.

use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_testkit::{Caller, TestApp};
use serde_json::Value;

use crate::support::{create, finish, get, list, path, scenario, tenant, with};

const SUMMARIES: [&str; 3] = ["summary", "company_summary", "vehicle_summary"];

/// One client's callers with keys of version 0 and 1.
async fn both(app: &TestApp) -> (Caller, Caller) {
    let (client, new) = tenant(app, "acme", ClientKind::Sandbox).await;
    (
        app.checks(Some(app.token(&client, 0, &[Permission::Administrator]).await)),
        new,
    )
}

/// Everything through which a caller sees a check.
async fn views(caller: &Caller, check: &Value) -> [Value; 2] {
    let listed = caller.get("/v1/checks").await.json;
    [get(caller, check).await, list(&listed, "checks")[0].clone()]
}

#[tokio::test]
async fn version_0_speaks_of_homonyms() {
    let app = TestApp::new().await;
    let (old, _) = both(&app).await;
    let check = finish(&app, &old, &scenario("scenario.homonyms")).await;
    for view in views(&old, &check).await {
        assert_eq!(view.get("name_score"), None);
        assert!(view["homonym_score"].as_f64().unwrap() < 1.0);
        let homonyms = list(&view, "homonym_scores");
        for (homonym, score) in homonyms.iter().zip(list(&view, "scores")) {
            let mut by_name = score["by_name"].clone();
            by_name["data_set"] = score["data_set"].clone();
            assert_eq!(*homonym, by_name);
        }
        assert_eq!(homonyms.len(), list(&view, "scores").len());
        for summary in SUMMARIES {
            assert!(view[summary].is_object());
            assert_eq!(view[summary].get("result"), None, "{summary}");
        }
    }
}

#[tokio::test]
async fn version_1_speaks_of_names() {
    let app = TestApp::new().await;
    let (_, new) = both(&app).await;
    let check = finish(&app, &new, &scenario("scenario.homonyms")).await;
    for view in views(&new, &check).await {
        assert!(view["name_score"].as_f64().unwrap() < 1.0);
        assert_eq!(
            (view.get("homonym_score"), view.get("homonym_scores")),
            (None, None)
        );
        for summary in SUMMARIES {
            assert!(view[summary]["result"].is_string(), "{summary}");
        }
    }
}

#[tokio::test]
async fn it_is_the_same_check_to_both() {
    let app = TestApp::new().await;
    let (old, new) = both(&app).await;
    let check = finish(&app, &new, &scenario("scenario.homonyms")).await;
    let (mut seen_by_old, mut seen_by_new) = (get(&old, &check).await, get(&new, &check).await);
    assert_eq!(seen_by_old["homonym_score"], seen_by_new["name_score"]);
    let (a, b) = (
        seen_by_old.as_object_mut().unwrap(),
        seen_by_new.as_object_mut().unwrap(),
    );
    for member in ["homonym_score", "homonym_scores", "name_score"]
        .into_iter()
        .chain(SUMMARIES)
    {
        a.remove(member);
        b.remove(member);
    }
    assert_eq!(seen_by_old, seen_by_new);
}

#[tokio::test]
async fn a_new_check_and_a_deleted_one_speak_the_callers_version_too() {
    let app = TestApp::new().await;
    let (old, new) = both(&app).await;
    let form = with(&scenario("x"), &[("force_creation", "1")]);
    for (caller, shown, hidden) in [
        (&old, "homonym_score", "name_score"),
        (&new, "name_score", "homonym_score"),
    ] {
        let check = create(caller, &form).await;
        assert_eq!((&check[shown], check.get(hidden)), (&0.into(), None));
        assert_eq!(check.get("homonym_scores"), None, "there are no scores yet");
        let deleted = caller.delete(&path(&check)).await.json;
        assert_eq!(deleted["check"], check);
    }
}
