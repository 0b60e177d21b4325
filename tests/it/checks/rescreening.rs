//! Lists and continuous checks: a new version has exactly those screened again whose answer it can change.

use std::{
    process,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use cotejo_app::{
    continuous::ScreenAgain,
    watchlists::{LoadOutcome, find_lists, read_list},
};
use cotejo_domain::clients::ClientKind;
use cotejo_queue::{Handler, Lease, Marks};
use cotejo_testkit::TestApp;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::continuous::{Tenant, anyone};
use crate::support::{PERSON, create, finish, list, text, with};

const FIRST: &str = "Segismunda Ficticia Quintanal";
const SECOND: &str = "Baldomero Inventado Robledal";
/// Somebody whom nobody checks.
const OTHER: &str = "Zenobia Imaginaria Peñaflor";

/// Whom a list names: an entry's id, its name, and what else is said of it.
type Listed<'a> = (&'a str, &'a str, &'a str);

/// Puts a made-up version of the UN's list in force.
pub async fn load(app: &TestApp, entries: &[Listed<'_>]) {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let individual = |(id, name, remark): &Listed<'_>| {
        format!(
            "<INDIVIDUAL><DATAID>{id}</DATAID><FIRST_NAME>{name}</FIRST_NAME>\
             <COMMENTS1>{remark}</COMMENTS1></INDIVIDUAL>"
        )
    };
    let individuals: String = entries.iter().map(individual).collect();
    let name = format!(
        "cotejo-rescreening-{}-{}.xml",
        process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    );
    let path = std::env::temp_dir().join(name);
    let text = format!(
        "<CONSOLIDATED_LIST dateGenerated=\"2026-01-01\"><INDIVIDUALS>{individuals}</INDIVIDUALS>\
         <ENTITIES/></CONSOLIDATED_LIST>"
    );
    std::fs::write(&path, text).unwrap();
    let read = read_list(find_lists(&path, None).unwrap().remove(0)).unwrap();
    std::fs::remove_file(&path).unwrap();
    let outcome = app.app.load_list(&read, false, |_, _| {}).await.unwrap();
    assert!(matches!(outcome, LoadOutcome::Loaded(_)), "{outcome:?}");
}

/// Takes the jobs of a kind that are ready.
async fn claim(app: &TestApp, handler: &dyn Handler) -> Vec<Lease> {
    let mut conn = app.database.pool.acquire().await.unwrap();
    let lease = Duration::from_secs(30);
    cotejo_queue::claim(&mut conn, handler.kind(), &mut Marks::default(), 16, lease)
        .await
        .unwrap()
}

/// What caused the runs of a continuous check, in their order.
async fn causes(app: &TestApp, watch: &Value) -> Vec<String> {
    sqlx::query_scalar(
        "select cause from continuous_runs
         where 'CCK' || replace(continuous_id::text, '-', '') = $1 order by seq",
    )
    .bind(text(watch, "continuous_check_id"))
    .fetch_all(&app.database.pool)
    .await
    .unwrap()
}

/// How many runs each of these had.
async fn runs<const N: usize>(acme: &Tenant, watches: [&Value; N]) -> [u64; N] {
    let mut counters = [0; N];
    for (counter, watch) in counters.iter_mut().zip(watches) {
        *counter = acme.now(watch).await["counter"].as_u64().unwrap();
    }
    counters
}

/// A client with a list in force and two people under continuous checks, of whom it names neither.
async fn two_people(app: &TestApp, kind: ClientKind) -> (Tenant, Value, Value) {
    load(app, &[("1", OTHER, "")]).await;
    app.work().await;
    let acme = Tenant::new(app, "acme", kind).await;
    let mut watches = Vec::new();
    for name in [FIRST, SECOND] {
        let check = finish(app, &acme.checks, &anyone(name)).await;
        assert_eq!(check["status"], "completed", "{check:#}");
        watches.push(acme.watch(&check, &[("frequency", "monthly")]).await);
    }
    let second = watches.remove(1);
    (acme, watches.remove(0), second)
}

/// Who is screened again when a list names the first, changes what it says of another, forgets the first.
async fn those_whom_a_change_concerns(kind: ClientKind) {
    let app = TestApp::new().await;
    let (acme, first, second) = two_people(&app, kind).await;
    for (entries, expected, score_status) in [
        (&[("1", OTHER, ""), ("2", FIRST, "")][..], [1, 0], "down"),
        (&[("1", OTHER, "a new remark"), ("2", FIRST, "")], [1, 0], "down"),
        (&[("1", OTHER, "a new remark")], [2, 0], "up"),
        (
            &[("1", OTHER, "a new remark"), ("3", "Somebody Else", "")],
            [2, 0],
            "up",
        ),
    ] {
        load(&app, entries).await;
        app.work().await;
        assert_eq!(runs(&acme, [&first, &second]).await, expected, "{entries:?}");
        let now = acme.now(&first).await;
        assert_eq!(now["score_status"], score_status, "{entries:?} {now:#}");
        assert_eq!(now["next_run_date"], first["next_run_date"], "the rhythm stays");
        assert_eq!(now["check"]["status"], "completed");
        assert_eq!(now["check"]["name"], FIRST);
    }
    assert_eq!(causes(&app, &first).await, ["list", "list"]);
    let history = acme.history(&first).await;
    assert_eq!(history[0]["previous_check_id"], history[1]["check_id"]);
    assert_eq!(history[1]["previous_check_id"], first["original_check_id"]);
    let events = acme.events("?event_type=continuous_check").await;
    let told: Vec<&Value> = events.iter().map(|event| &event["resource_id"]).collect();
    assert_eq!(told, [&first["continuous_check_id"]; 2]);
}

#[tokio::test]
async fn a_change_concerns_those_whom_it_names_or_named_in_a_sandbox() {
    those_whom_a_change_concerns(ClientKind::Sandbox).await;
}

#[tokio::test]
async fn a_change_concerns_those_whom_it_names_or_named_of_a_live_client() {
    those_whom_a_change_concerns(ClientKind::Live).await;
}

#[tokio::test]
async fn an_entry_that_gets_the_name_concerns_its_bearer_and_one_that_loses_it_too() {
    let app = TestApp::new().await;
    let (acme, first, second) = two_people(&app, ClientKind::Sandbox).await;
    load(&app, &[("1", FIRST, "")]).await;
    app.work().await;
    assert_eq!(runs(&acme, [&first, &second]).await, [1, 0]);
    load(&app, &[("1", SECOND, "")]).await;
    app.work().await;
    assert_eq!(runs(&acme, [&first, &second]).await, [2, 1]);
    assert_eq!(acme.now(&first).await["score_status"], "up");
    assert_eq!(acme.now(&second).await["score_status"], "down");
    load(&app, &[("1", SECOND, "of another programme")]).await;
    app.work().await;
    assert_eq!(runs(&acme, [&first, &second]).await, [2, 2]);
    assert_eq!(acme.now(&second).await["score_status"], "same");
}

#[tokio::test]
async fn who_is_disabled_or_over_is_left_alone() {
    let app = TestApp::new().await;
    let (acme, first, second) = two_people(&app, ClientKind::Sandbox).await;
    acme.change(&first, &json!({ "status": "disabled" })).await;
    let check = finish(
        &app,
        &acme.checks,
        &with(&anyone(FIRST), &[("force_creation", "true")]),
    )
    .await;
    let over = acme
        .watch(&check, &[("frequency", "daily"), ("end_date", "2026-01-03")])
        .await;
    acme.advance(&app, "2d").await;
    assert_eq!(acme.now(&over).await.get("next_run_date"), None);
    load(&app, &[("1", FIRST, "")]).await;
    app.work().await;
    assert_eq!(runs(&acme, [&first, &second, &over]).await, [0, 0, 1]);
    assert_eq!(causes(&app, &over).await, ["schedule"]);
}

#[tokio::test]
async fn a_run_for_a_list_is_one_besides_those_that_were_planned() {
    let app = TestApp::new().await;
    let (acme, first, second) = two_people(&app, ClientKind::Sandbox).await;
    acme.advance(&app, "10d").await;
    load(&app, &[("1", OTHER, ""), ("2", FIRST, "")]).await;
    app.work().await;
    acme.advance(&app, "25d").await;
    assert_eq!(runs(&acme, [&first, &second]).await, [2, 1]);
    assert_eq!(causes(&app, &first).await, ["list", "schedule"]);
    assert_eq!(causes(&app, &second).await, ["schedule"]);
    let now = acme.now(&first).await;
    assert_eq!(now["next_run_date"], "2026-03-02T00:00:00Z");
    assert_eq!(now["score_status"], "same", "the run before it told already");
    let days: Vec<String> = acme
        .history(&first)
        .await
        .iter()
        .map(|run| text(run, "creation_date")[..10].to_owned())
        .collect();
    assert_eq!(days, ["2026-02-02", "2026-01-12"]);
}

#[tokio::test]
async fn who_is_known_by_document_is_found_by_the_name_that_a_registry_told() {
    let app = TestApp::new().await;
    load(&app, &[("1", OTHER, "")]).await;
    let acme = Tenant::new(&app, "acme", ClientKind::Sandbox).await;
    let check = finish(&app, &acme.checks, PERSON).await;
    let watch = acme.watch(&check, &[("frequency", "monthly")]).await;
    let details = acme
        .checks
        .get(&format!("/v1/checks/{}/details", text(&check, "check_id")))
        .await;
    let named = list(&details.json, "details")
        .iter()
        .find(|detail| detail["data_set"] == "personal_identity" && detail["found_first_name"] != "")
        .unwrap_or_else(|| panic!("no name in {}", details.text));
    let name = format!(
        "{} {}",
        text(named, "found_first_name"),
        text(named, "found_last_name")
    );
    load(&app, &[("1", OTHER, ""), ("2", &name, "")]).await;
    app.work().await;
    assert_eq!(causes(&app, &watch).await, ["list"]);
    assert_eq!(acme.now(&watch).await["score_status"], "down");
}

#[tokio::test]
async fn a_likeness_concerns_a_client_as_strictly_as_it_compares_names() {
    let app = TestApp::new().await;
    load(&app, &[("1", OTHER, "")]).await;
    let mut acme = Tenant::new(&app, "acme", ClientKind::Sandbox).await;
    let check = finish(&app, &acme.checks, &anyone("Segismunda F. Quintanal")).await;
    let watch = acme.watch(&check, &[("frequency", "monthly")]).await;
    acme.compare_names(&app, "exact").await;
    load(&app, &[("1", OTHER, ""), ("2", FIRST, "")]).await;
    app.work().await;
    assert_eq!(runs(&acme, [&watch]).await, [0]);
    acme.compare_names(&app, "soft").await;
    load(&app, &[("1", OTHER, ""), ("2", FIRST, "a remark")]).await;
    app.work().await;
    assert_eq!(runs(&acme, [&watch]).await, [1]);
    assert_eq!(acme.now(&watch).await["score_status"], "down");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_is_carried_out_on_the_version_that_caused_it() {
    let app = TestApp::new().await;
    let (acme, first, _) = two_people(&app, ClientKind::Sandbox).await;
    let stop = CancellationToken::new();
    let workers = [app.app.clone(), app.another_process()]
        .map(|process| tokio::spawn(cotejo_worker::run(process, stop.clone())));
    // Others are screened all the while: each process has always just heard which versions are in force.
    let (caller, others) = (acme.checks.clone(), stop.clone());
    let others = tokio::spawn(async move {
        while !others.is_cancelled() {
            create(&caller, &with(&anyone(SECOND), &[("force_creation", "true")])).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    for version in 0..8 {
        let (entries, expected): (&[Listed<'_>], _) = if version % 2 == 0 {
            (&[("1", OTHER, ""), ("2", FIRST, "")], "down")
        } else {
            (&[("1", OTHER, "")], "up")
        };
        load(&app, entries).await;
        // Late is no mistake on a machine that does other things; the wrong version is.
        let begun = std::time::Instant::now();
        loop {
            let now = acme.now(&first).await;
            if now["counter"] == version + 1 && now["check"]["status"] == "completed" {
                break;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "version {version}: no run in {now:#}"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // Read once more: an answer may see the run before its end, and its check behind it.
        let now = acme.now(&first).await;
        assert_eq!(text(&now, "score_status"), expected, "version {version}: {now:#}");
    }
    stop.cancel();
    others.await.unwrap();
    for worker in workers {
        worker.await.unwrap();
    }
}

#[tokio::test]
async fn a_worker_that_was_taken_for_dead_causes_no_second_run() {
    let app = TestApp::new().await;
    let (acme, first, second) = two_people(&app, ClientKind::Sandbox).await;
    load(&app, &[("1", OTHER, ""), ("2", FIRST, "")]).await;
    let handler = ScreenAgain(app.app.clone());
    let lost = claim(&app, &handler).await;
    assert_eq!(lost.len(), 1);
    // Its lease is over, and another worker does all there is to do before it goes on.
    sqlx::query("update jobs set state = 'ready' where kind = 'lists.changed'")
        .execute(&app.database.pool)
        .await
        .unwrap();
    app.work().await;
    assert_eq!(runs(&acme, [&first, &second]).await, [1, 0]);
    handler.run(&lost).await;
    app.work().await;
    assert_eq!(runs(&acme, [&first, &second]).await, [1, 0]);
}

#[tokio::test]
async fn a_lists_first_version_concerns_whom_it_names() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme", ClientKind::Sandbox).await;
    let mut watches = Vec::new();
    for name in [FIRST, SECOND] {
        let check = finish(&app, &acme.checks, &anyone(name)).await;
        watches.push(acme.watch(&check, &[("frequency", "monthly")]).await);
    }
    load(&app, &[("1", OTHER, ""), ("2", FIRST, "")]).await;
    app.work().await;
    assert_eq!(runs(&acme, [&watches[0], &watches[1]]).await, [1, 0]);
}
