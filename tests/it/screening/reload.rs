//! Reloading: a list is read again on time from where it came, and a failure is noted and changes nothing.

use cotejo_app::watchlists::{LoadError, LoadOutcome, Reloaded, find_lists, read_list};
use cotejo_testkit::{START, TestApp};
use serde_json::json;

use super::failure;
use super::{JOSE, LIST, Listed, Publication, Tenant, be_seen, crowd, files, jose, load, names, prueba};
use crate::support::text;

const HOURLY: Option<i64> = Some(3600);

/// Makes what is reloaded due.
async fn make_due(app: &TestApp) {
    sqlx::query(
        "update watchlists set next_at = clock_timestamp() - interval '1 second' where next_at is not null",
    )
    .execute(&app.database.pool)
    .await
    .unwrap();
}

/// Reloads the list now.
pub async fn reload(app: &TestApp) -> Reloaded {
    make_due(app).await;
    let reloaded = app.app.reload_due_list().await.unwrap().expect("a list is due");
    assert_eq!(reloaded.list, LIST);
    be_seen().await;
    reloaded
}

/// Loads a list that is reloaded every hour from these places.
pub async fn load_from(app: &TestApp, entries: &[Listed], places: &[String]) -> i64 {
    let version = load(app, entries).await.version;
    let list = Publication::of(entries).read();
    app.app.reload_list_from(&list, places, HOURLY).await.unwrap();
    version
}

#[tokio::test]
async fn what_changed_comes_into_force_and_the_rest_is_confirmed() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let publication = Publication::of(&[prueba()]);
    let first = load_from(&app, &[prueba()], &[publication.place()]).await;
    assert!(
        app.app.reload_due_list().await.unwrap().is_none(),
        "it is due in an hour"
    );
    sqlx::query("update watchlists set checked_at = null")
        .execute(&app.database.pool)
        .await
        .unwrap();
    let reloaded = reload(&app).await;
    assert!(
        matches!(reloaded.outcome, Ok(LoadOutcome::Unchanged)),
        "{reloaded:?}"
    );
    let confirmed: bool =
        sqlx::query_scalar("select checked_at is not null and failure is null from watchlists")
            .fetch_one(&app.database.pool)
            .await
            .unwrap();
    assert!(confirmed);
    assert_eq!(acme.list_now().await["version"], first);
    publication.publish(&[jose(), prueba()]);
    let reloaded = reload(&app).await;
    let Ok(LoadOutcome::Loaded(loaded)) = reloaded.outcome else {
        panic!("{reloaded:?}");
    };
    assert_eq!(
        (loaded.entries, loaded.added, loaded.changed, loaded.removed),
        (2, 1, 0, 0)
    );
    let list = acme.list_now().await;
    assert_eq!(
        (&list["version"], &list["reload_seconds"]),
        (&json!(loaded.version), &json!(3600))
    );
    assert_eq!(acme.screened(&app, JOSE).await.entries(), ["9001"]);
    assert!(
        app.app.reload_due_list().await.unwrap().is_none(),
        "the next one is in an hour"
    );
}

#[tokio::test]
async fn what_is_no_longer_reloaded_is_never_due() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let publication = Publication::of(&[jose()]);
    load_from(&app, &[jose()], &[publication.place()]).await;
    make_due(&app).await;
    app.app
        .reload_list_from(&publication.read(), &[], None)
        .await
        .unwrap();
    make_due(&app).await;
    assert!(app.app.reload_due_list().await.unwrap().is_none());
    assert!(acme.list_now().await.get("reload_seconds").is_none());
}

#[tokio::test]
async fn one_process_reloads_a_list_that_is_due() {
    let app = TestApp::new().await;
    let publication = Publication::of(&[jose()]);
    load_from(&app, &[jose()], &[publication.place()]).await;
    publication.publish(&[jose(), prueba()]);
    make_due(&app).await;
    let other = app.another_process();
    let (one, two) = tokio::join!(app.app.reload_due_list(), other.reload_due_list());
    let reloads = [one.unwrap(), two.unwrap()];
    assert_eq!(reloads.iter().flatten().count(), 1, "{reloads:?}");
}

#[tokio::test]
async fn a_failure_is_noted_and_the_version_stays_in_force() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let mut entries = crowd(60);
    entries.push(jose());
    let publication = Publication::of(&entries);
    let version = load_from(&app, &entries, &[publication.place()]).await;
    let whole = names(&entries);
    let cut = |publication: &Publication| publication.write("sdn.csv", &whole[..whole.len() / 2]);
    let table: [(&str, &dyn Fn(&Publication), &str); 6] = [
        ("cut within a line", &cut, "the list was refused: sdn.csv, line "),
        (
            "an empty download",
            &|place| place.write("sdn.csv", ""),
            "the list was refused: sdn.csv",
        ),
        (
            "much is gone",
            &|place| place.publish(&[jose()]),
            "60 of the 61 entries in force are missing",
        ),
        (
            "a file is gone",
            &|place| {
                place.clear();
                place.write("sdn.csv", &whole);
            },
            "cannot be read",
        ),
        (
            "nothing is there",
            &|place| {
                place.clear();
                place.write("readme.txt", "moved");
            },
            "holds no list that is known",
        ),
        ("the folder is gone", &Publication::clear, "cannot be read"),
    ];
    for (why, spoil, told) in table {
        publication.publish(&entries);
        spoil(&publication);
        let reloaded = reload(&app).await;
        assert!(reloaded.outcome.is_err(), "{why} {reloaded:?}");
        let list = acme.list_now().await;
        assert!(failure(&app).await.contains(told), "{why}: {list}");
        assert_eq!(
            (&list["version"], &list["entries"]),
            (&json!(version), &json!(61)),
            "{why}"
        );
        assert_eq!(acme.screened(&app, JOSE).await.entries(), ["9001"], "{why}");
        // A list that is whole again is what it was, and the failure is over.
        publication.clear();
        publication.publish(&entries);
        let mended = reload(&app).await;
        assert!(
            matches!(mended.outcome, Ok(LoadOutcome::Unchanged)),
            "{why} {mended:?}"
        );
        assert!(acme.list_now().await.get("failure").is_none(), "{why}");
    }
}

#[tokio::test]
async fn a_new_version_ends_a_failure_too() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let publication = Publication::of(&[jose()]);
    load_from(&app, &[jose()], &[publication.place()]).await;
    publication.write("sdn.csv", "x");
    assert!(reload(&app).await.outcome.is_err());
    assert!(acme.list_now().await.get("failure").is_some());
    publication.publish(&[jose(), prueba()]);
    let mended = reload(&app).await;
    assert!(matches!(mended.outcome, Ok(LoadOutcome::Loaded(_))), "{mended:?}");
    assert!(acme.list_now().await.get("failure").is_none());
}

#[tokio::test]
async fn another_list_in_its_place_is_refused() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let publication = Publication::of(&[jose()]);
    let version = load_from(&app, &[jose()], &[publication.place()]).await;
    publication.clear();
    let consolidated = [
        "cons_prim.csv",
        "cons_add.csv",
        "cons_alt.csv",
        "cons_comments.csv",
    ];
    for ((_, text), name) in files(&[jose(), prueba()]).iter().zip(consolidated) {
        publication.write(name, text);
    }
    let reloaded = reload(&app).await;
    let Err(LoadError::Other { found, expected, .. }) = &reloaded.outcome else {
        panic!("{reloaded:?}");
    };
    assert_eq!((found.as_str(), expected.as_str()), ("ofac-consolidated", LIST));
    let list = acme.list_now().await;
    assert_eq!(list["version"], version);
    assert!(failure(&app).await.contains("ofac-consolidated"), "{list}");
    // Beside it, the other one is no trouble.
    publication.publish(&[jose()]);
    let reloaded = reload(&app).await;
    assert!(
        matches!(reloaded.outcome, Ok(LoadOutcome::Unchanged)),
        "{reloaded:?}"
    );
}

#[tokio::test]
async fn a_mapping_is_remembered() {
    const MAPPING: &str = r#"
        list = "ofac-sdn"
        title = "By columns"
        format = "csv"
        [columns]
        entry_id = "id"
        kind = "person"
        name = "name"
    "#;
    let app = TestApp::new().await;
    let publication = Publication::of(&[]);
    publication.clear();
    publication.write("people.csv", "id,name\n1,FICTICIO Ana\n");
    let mapping = Publication::of(&[]);
    mapping.write("people.mapping.toml", MAPPING);
    let (data, columns) = (
        format!("{}/people.csv", publication.place()),
        format!("{}/people.mapping.toml", mapping.place()),
    );
    let found = find_lists(data.as_ref(), Some(columns.as_ref()))
        .unwrap()
        .pop()
        .unwrap();
    let list = read_list(found).unwrap();
    app.app.load_list(&list, false, |_, _| {}).await.unwrap();
    app.app
        .reload_list_from(&list, std::slice::from_ref(&data), HOURLY)
        .await
        .unwrap();
    drop(mapping);
    publication.write("people.csv", "id,name\n1,FICTICIO Ana\n2,FICTICIO Eva\n");
    let reloaded = reload(&app).await;
    let Ok(LoadOutcome::Loaded(loaded)) = reloaded.outcome else {
        panic!("{reloaded:?}");
    };
    assert_eq!((loaded.entries, loaded.added), (2, 1));
}

#[tokio::test]
async fn a_list_that_missed_two_reloads_is_stale() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let publication = Publication::of(&[jose()]);
    load_from(&app, &[jose()], &[publication.place()]).await;
    for (age, stale) in [(0, false), (7200, false), (7201, true)] {
        let at = f64::from(i32::try_from(START.seconds() - age).unwrap());
        for dated in [
            "update watchlist_versions set loaded_at = to_timestamp($1) - interval '1 day'",
            "update watchlists set checked_at = to_timestamp($1)",
        ] {
            sqlx::query(dated)
                .bind(at)
                .execute(&app.database.pool)
                .await
                .unwrap();
        }
        let list = acme.list_now().await;
        assert_eq!(
            (&list["age_seconds"], &list["stale"]),
            (&json!(age), &json!(stale)),
            "{list}"
        );
    }
}

/// Every client reads failures; where a list lies on this machine is the operator's.
#[tokio::test]
async fn a_failure_does_not_tell_clients_where_a_list_lies() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let publication = Publication::of(&[jose()]);
    let place = publication.place();
    load_from(&app, &[jose()], std::slice::from_ref(&place)).await;
    drop(publication);
    assert!(reload(&app).await.outcome.is_err());
    let list = acme.list_now().await;
    assert!(!text(&list, "failure").contains(&place), "{list}");
}
