//! Lists: a version comes into force whole or not at all, costs what it changes, and can be asked for ever.

use std::{error::Error as _, path::PathBuf, sync::mpsc};

use axum::http::StatusCode;
use cotejo_app::watchlists::{LoadError, LoadOutcome, Loaded, find_lists, read_list};
use cotejo_domain::permissions::Permission;
use cotejo_testkit::{START, TestApp};
use serde_json::{Value, json};

use super::{
    JOSE, LIST, Listed, Publication, Tenant, be_seen, company, crowd, jose, load, names, person, prueba,
};
use crate::support::{assert_refused, text};

/// How many rows are in force, and how many have ended.
async fn rows(app: &TestApp) -> (i64, i64) {
    sqlx::query_as(
        "select count(*) filter (where until is null), count(*) filter (where until is not null)
         from watchlist_entries",
    )
    .fetch_one(&app.database.pool)
    .await
    .unwrap()
}

/// The ids and names of the entries in force.
async fn in_force(app: &TestApp) -> Vec<(String, String)> {
    sqlx::query_as("select entry, name from watchlist_entries where until is null order by entry")
        .fetch_all(&app.database.pool)
        .await
        .unwrap()
}

/// A version of three, and one that adds, changes and removes one each of them and leaves one alone.
fn versions() -> [Vec<Listed>; 2] {
    let stays = company(9004, "OTRA EMPRESA DE PRUEBA S.A.");
    let changed = jose().remarks("DOB 02 Feb 1961; Cedula No. 1023456789 (Colombia); a.k.a. 'EL INVENTO'.");
    [
        vec![jose(), prueba(), stays.clone()],
        vec![changed, person(9003, "NUEVO INVENTADO, Ana"), stays],
    ]
}

#[tokio::test]
async fn the_same_files_are_loaded_once() {
    let app = TestApp::new().await;
    let publication = Publication::of(&[jose(), prueba()]);
    let list = publication.read();
    let outcome = app.app.load_list(&list, false, |_, _| {}).await.unwrap();
    assert!(matches!(outcome, LoadOutcome::Loaded(_)), "{outcome:?}");
    for again in [list, publication.read()] {
        let outcome = app.app.load_list(&again, false, |_, _| {}).await.unwrap();
        assert_eq!(outcome, LoadOutcome::Unchanged);
    }
    assert_eq!(app.app.list_versions(LIST, 10).await.unwrap().len(), 1);
    let lists = app.app.loaded_lists().await.unwrap();
    assert_eq!((lists[0].list.as_str(), lists[0].entries), (LIST, 2));
}

#[tokio::test]
async fn files_that_were_in_force_before_the_last_ones_are_loaded_again() {
    let app = TestApp::new().await;
    let [first, second] = versions();
    let old = load(&app, &first).await;
    load(&app, &second).await;
    let again = load(&app, &first).await;
    assert!(again.version > old.version);
    assert_eq!((again.added, again.changed, again.removed), (1, 1, 1));
    let changes = app
        .app
        .diff_versions(LIST, (old.version, again.version), |change| {
            panic!("there and back is no change: {change:?}");
        });
    assert_eq!(changes.await.unwrap(), 0);
}

#[tokio::test]
async fn a_new_version_writes_only_what_changed() {
    let app = TestApp::new().await;
    let [first, second] = versions();
    let loaded = load(&app, &first).await;
    let counts = |loaded: Loaded| [loaded.entries, loaded.added, loaded.changed, loaded.removed];
    assert_eq!((counts(loaded), rows(&app).await), ([3, 3, 0, 0], (3, 0)));
    let loaded = load(&app, &second).await;
    assert_eq!((counts(loaded), rows(&app).await), ([3, 1, 1, 1], (3, 2)));
    let ids: Vec<String> = in_force(&app).await.into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["9001", "9003", "9004"]);
    let versions = app.app.list_versions(LIST, 10).await.unwrap();
    let told: Vec<_> = versions
        .iter()
        .map(|version| [version.entries, version.added, version.changed, version.removed])
        .collect();
    assert_eq!(told, [[3, 1, 1, 1], [3, 3, 0, 0]], "newest first");
    assert_eq!(versions[0].id, loaded.version);
}

#[tokio::test]
async fn two_versions_are_compared_member_by_member() {
    let app = TestApp::new().await;
    let [first, second] = versions();
    let (old, new) = (
        load(&app, &first).await.version,
        load(&app, &second).await.version,
    );
    let mut told = Vec::new();
    let tell = |change| {
        told.push(change);
        Ok(())
    };
    assert_eq!(app.app.diff_versions(LIST, (old, new), tell).await.unwrap(), 3);
    let short: Vec<_> = told
        .iter()
        .map(|change| (change.entry.as_str(), change.change, change.name.as_str()))
        .collect();
    assert_eq!(
        short,
        [
            ("9001", "changed", "FICTICIO INVENTADO, Jose Maria"),
            ("9002", "removed", "EMPRESA DE PRUEBA S.A."),
            ("9003", "added", "NUEVO INVENTADO, Ana"),
        ]
    );
    let mut members = told[0].members.clone();
    members.sort_by(|a, b| a.0.cmp(&b.0));
    let names: Vec<&str> = members.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["birth_dates", "remarks"]);
    assert_eq!(
        (&members[0].1, &members[0].2),
        (&json!(["1960-01-01"]), &json!(["1961-02-02"]))
    );
    assert!(told[1].members.is_empty() && told[2].members.is_empty());
}

#[tokio::test]
async fn an_old_version_can_still_be_read() {
    let app = TestApp::new().await;
    let [first, second] = versions();
    let (old, new) = (
        load(&app, &first).await.version,
        load(&app, &second).await.version,
    );
    let all = ["9001", "9002", "9003", "9004"];
    for (version, ids, born) in [
        (old, ["9001", "9002", "9004"], "1960-01-01"),
        (new, ["9001", "9003", "9004"], "1961-02-02"),
    ] {
        let entries = app.app.list_entries(LIST, version, &all).await.unwrap();
        let found: Vec<&str> = entries.iter().map(|entry| entry.entry_id.as_str()).collect();
        assert_eq!(found, ids);
        assert_eq!(entries[0].birth_dates, [born]);
    }
    let before = app.app.list_entries(LIST, old - 1, &all).await.unwrap();
    assert!(before.is_empty(), "{before:?}");
}

#[tokio::test]
async fn a_version_that_lost_much_is_refused() {
    let app = TestApp::new().await;
    // Of sixty, a fifth is twelve.
    let whole = crowd(60);
    let first = load(&app, &whole).await;
    let cut = Publication::of(&whole[13..]).read();
    let refused = app.app.load_list(&cut, false, |_, _| {}).await.unwrap_err();
    assert!(
        matches!(refused, LoadError::Shrinks { lost: 13, before: 60 }),
        "{refused}"
    );
    assert_eq!(rows(&app).await, (60, 0));
    assert_eq!(app.app.loaded_lists().await.unwrap()[0].version, first.version);
    let outcome = app.app.load_list(&cut, true, |_, _| {}).await.unwrap();
    assert!(
        matches!(
            outcome,
            LoadOutcome::Loaded(Loaded {
                entries: 47,
                removed: 13,
                ..
            })
        ),
        "{outcome:?}"
    );
    assert_eq!(rows(&app).await, (47, 13));
}

#[tokio::test]
async fn a_fifth_or_ten_entries_may_be_lost() {
    for (whole, lost) in [(60, 12), (12, 10), (10, 9)] {
        let app = TestApp::new().await;
        let entries = crowd(whole);
        load(&app, &entries).await;
        let loaded = load(&app, &entries[lost..]).await;
        assert_eq!(loaded.removed, lost, "{lost} of {whole}");
    }
}

#[tokio::test]
async fn entries_that_were_replaced_are_lost_too() {
    let app = TestApp::new().await;
    load(&app, &crowd(60)).await;
    let others: Vec<Listed> = (101..=160)
        .map(|id| person(id, &format!("OTRA MULTITUD {id}, Inventada")))
        .collect();
    let refused = app
        .app
        .load_list(&Publication::of(&others).read(), false, |_, _| {})
        .await;
    assert!(
        matches!(refused, Err(LoadError::Shrinks { lost: 60, before: 60 })),
        "{refused:?}"
    );
}

#[test]
fn a_malformed_file_is_refused_with_its_line() {
    // Nothing is said of them in the other files.
    let entries = [person(9001, "FICTICIO INVENTADO, Jose"), prueba()];
    let names = names(&entries);
    for (text, line) in [
        ("9001,\"FICTICIO INVENTADO, Jose", "line 1"),
        (&names[..names.len() - 10], "line 2"),
        (names.trim_end_matches('\u{1a}'), "cut short"),
        ("\u{1a}", "no entry"),
    ] {
        let publication = Publication::of(&entries);
        publication.write("sdn.csv", text);
        let found = find_lists(&PathBuf::from(publication.place()), None).unwrap();
        let error = read_list(found.into_iter().next().unwrap()).unwrap_err();
        let source = error.source().map(ToString::to_string).unwrap_or_default();
        assert!(source.contains(line), "{text}: {error} {source}");
    }
}

#[tokio::test]
async fn loads_of_one_list_at_the_same_time_end_in_one_whole_version() {
    let app = TestApp::new().await;
    load(&app, &crowd(60)).await;
    let other = app.another_process();
    let mut renamed = crowd(60);
    for entry in &mut renamed {
        entry.name = format!("{} Maria", entry.name);
    }
    let mut longer = crowd(60);
    longer.extend([jose(), prueba()]);
    let (one, two) = (Publication::of(&renamed).read(), Publication::of(&longer).read());
    let (first, second) = tokio::join!(
        app.app.load_list(&one, false, |_, _| {}),
        other.load_list(&two, false, |_, _| {}),
    );
    let version = |outcome: Result<LoadOutcome, LoadError>| match outcome {
        Ok(LoadOutcome::Loaded(loaded)) => loaded.version,
        other => panic!("{other:?}"),
    };
    let (first, second) = (version(first), version(second));
    let last = if first > second { renamed } else { longer };
    let mut expected: Vec<_> = last
        .iter()
        .map(|entry| (entry.id.to_string(), entry.name.clone()))
        .collect();
    expected.sort();
    let mut found = in_force(&app).await;
    found.sort();
    assert_eq!(found, expected);
    let list = &app.app.loaded_lists().await.unwrap()[0];
    assert_eq!(list.version, first.max(second));
    assert_eq!(usize::try_from(list.entries).unwrap(), expected.len());
}

#[tokio::test]
async fn the_same_files_at_the_same_time_are_loaded_once() {
    let app = TestApp::new().await;
    let other = app.another_process();
    let list = Publication::of(&[jose(), prueba()]).read();
    let (first, second) = tokio::join!(
        app.app.load_list(&list, false, |_, _| {}),
        other.load_list(&list, false, |_, _| {}),
    );
    let outcomes = [first.unwrap(), second.unwrap()];
    assert!(outcomes.contains(&LoadOutcome::Unchanged), "{outcomes:?}");
    assert_eq!(app.app.list_versions(LIST, 10).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_reads_during_a_load_sees_the_old_version_whole() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let old = load(&app, &[jose(), prueba()]).await;
    let new = Publication::of(&[prueba(), person(9003, "NUEVO INVENTADO, Ana")]).read();
    // The load stops where its entries are written and nothing is committed.
    let ((stopped, stops), (go, going)) = (mpsc::channel(), mpsc::channel());
    let loader = app.app.clone();
    let loading = tokio::spawn(async move {
        let pause = move |_, _| {
            stopped.send(()).unwrap();
            tokio::task::block_in_place(|| going.recv()).unwrap();
        };
        loader.load_list(&new, false, pause).await.unwrap()
    });
    tokio::task::spawn_blocking(move || stops.recv())
        .await
        .unwrap()
        .unwrap();
    let during = acme.screened(&app, JOSE).await;
    assert_eq!(during.entries(), ["9001"]);
    assert_eq!(during.hits[0]["version"], old.version);
    assert_eq!(acme.list_now().await["version"], old.version);
    let all = ["9001", "9002", "9003"];
    let entries = app.app.list_entries(LIST, old.version, &all).await.unwrap();
    assert_eq!(entries.len(), 2);
    go.send(()).unwrap();
    let LoadOutcome::Loaded(loaded) = loading.await.unwrap() else {
        panic!("another version was loaded");
    };
    be_seen().await;
    assert_eq!(acme.screened(&app, JOSE).await.entries(), [] as [&str; 0]);
    assert_eq!(acme.list_now().await["version"], loaded.version);
}

#[tokio::test]
async fn lists_tell_version_age_and_checksum() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let nothing = acme.checks.get("/v1/screening/lists").await;
    assert_eq!(
        nothing.json,
        json!({ "lists": [], "self": "/v1/screening/lists", "next": "" })
    );
    let publication = Publication::of(&[jose(), prueba()]);
    let list = publication.read();
    let outcome = app.app.load_list(&list, false, |_, _| {}).await.unwrap();
    let LoadOutcome::Loaded(loaded) = outcome else {
        panic!("{outcome:?}");
    };
    // Versions are dated by the database; here it was an hour before the test begins.
    sqlx::query("update watchlist_versions set loaded_at = to_timestamp($1)")
        .bind(f64::from(i32::try_from(START.seconds() - 3600).unwrap()))
        .execute(&app.database.pool)
        .await
        .unwrap();
    let told = acme.list_now().await;
    assert_eq!(
        told,
        json!({
            "list": LIST,
            "title": "OFAC Specially Designated Nationals",
            "version": loaded.version,
            "published": "",
            "checksum": list.checksum(),
            "entries": 2,
            "load_date": "2026-01-02T02:04:05Z",
            "confirmation_date": "2026-01-02T02:04:05Z",
            "age_seconds": 3600,
            "stale": false,
        })
    );
    assert_eq!(text(&told, "checksum").len(), 64);
}

#[tokio::test]
async fn lists_are_for_those_who_read_checks() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    for (permission, may) in [
        (Permission::ChecksRead, true),
        (Permission::ChecksWrite, false),
        (Permission::AccountRead, false),
    ] {
        let caller = acme.holding(&app, &[permission]).await;
        let answer = caller.get("/v1/screening/lists").await;
        if may {
            assert_eq!(answer.status, StatusCode::OK, "{permission}");
        } else {
            assert_refused(&answer, 403, "User is not authorized to access this resource");
        }
    }
}

#[tokio::test]
async fn the_published_lists_load() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/watchlists");
    if !folder.is_dir() {
        eprintln!("skipped: there is no folder of published lists beside the project");
        return;
    }
    let app = TestApp::new().await;
    for found in find_lists(&folder, None).unwrap() {
        let list = read_list(found).unwrap();
        let outcome = app.app.load_list(&list, false, |_, _| {}).await.unwrap();
        assert!(matches!(outcome, LoadOutcome::Loaded(_)));
    }
    let lists = app.app.loaded_lists().await.unwrap();
    assert_eq!(lists.len(), 3);
    let told: Vec<Value> = lists.iter().map(|list| json!(list)).collect();
    assert!(
        told.iter().all(|list| list["entries"].as_i64() > Some(0)),
        "{told:?}"
    );
}
