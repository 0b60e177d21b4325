//! The audit trail as a chain: exports verify without the database, and whatever was tampered with shows.

use std::time::Duration;

use axum::http::StatusCode;
use cotejo_domain::{
    audit::{Checkpoint, Line, Report, Signer, Verifier},
    clients::Client,
    permissions::Permission,
};
use cotejo_testkit::{Caller, TestApp};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    audit::{hubs, trail},
    who::{administrator, everything, holder, invite, put},
};
use crate::support::{PERSON, create, path, text, with};

/// The lines of an export.
pub async fn export(caller: &Caller) -> Vec<String> {
    let answer = caller.get("/v1/audit/export").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.headers["content-type"], "application/x-ndjson");
    assert!(answer.text.ends_with('\n'));
    answer.text.lines().map(str::to_owned).collect()
}

/// What verifying the lines comes to, without the database.
fn verify(app: &TestApp, lines: &[String], known: Option<&Checkpoint>) -> Report {
    let mut verifier = Verifier::new(app.app.audit_keys().unwrap(), known.cloned());
    for line in lines {
        // What is wrong with it is in the report too.
        let _ = verifier.push(line);
    }
    verifier.finish()
}

/// The newest checkpoint that the API lists.
async fn checkpoint(caller: &Caller) -> Checkpoint {
    let listed = everything(caller, "/v1/audit/checkpoints", "checkpoints").await;
    match text(listed.last().unwrap(), "line").parse().unwrap() {
        Line::Checkpoint(checkpoint) => checkpoint,
        Line::Entry { .. } => panic!("an entry is no checkpoint"),
    }
}

/// A trail of a few entries in two exports, and what was kept from the first one.
async fn exported(app: &TestApp) -> (Client, Caller, Checkpoint, Vec<String>) {
    let (client, admin) = administrator(app, "acme").await;
    hubs(&admin, 0..3).await;
    export(&admin).await;
    let known = checkpoint(&admin).await;
    hubs(&admin, 3..6).await;
    let lines = export(&admin).await;
    (client, admin, known, lines)
}

#[tokio::test]
async fn an_export_ends_with_a_checkpoint_over_everything_before_it() {
    let app = TestApp::new().await;
    let (client, admin, known, lines) = exported(&app).await;
    for known in [None, Some(&known)] {
        let report = verify(&app, &lines, known);
        assert_eq!(report.faults, []);
        assert_eq!(report.client, Some(client.id));
        // The client, its key, six hubs and two exports.
        assert_eq!(
            (report.entries, report.first, report.last),
            (10, Some(1), Some(10))
        );
        assert_eq!(
            (report.checkpoints, report.vouched_until, report.tail),
            (2, Some(10), 0)
        );
    }
    let listed = everything(&admin, "/v1/audit/checkpoints", "checkpoints").await;
    let entries = trail(&app, &admin).await;
    assert_eq!(listed.len(), 2);
    for (place, (checkpoint, sequence)) in listed.iter().zip([6, 10]).enumerate() {
        let entry = &entries[sequence - 1];
        assert_eq!(
            (&checkpoint["sequence"], &entry["action"]),
            (&sequence.into(), &"audit.exported".into())
        );
        assert_eq!(
            (&checkpoint["hash"], text(entry, "hash").len()),
            (&entry["hash"], 64)
        );
        assert_eq!(checkpoint["public_key"], app.app.audit_keys().unwrap()[0]);
        assert_eq!(text(checkpoint, "line"), lines[[6, 11][place]]);
    }
}

/// What somebody does to the lines of an export.
type Tampering<'a> = &'a dyn Fn(&mut Vec<String>);

#[tokio::test]
async fn every_tampering_with_an_export_is_found() {
    let app = TestApp::new().await;
    let (_, _, known, lines) = exported(&app).await;
    let stranger = Signer::from_seed([9; 32]).unwrap();
    let resigned = Line::Checkpoint(stranger.sign(known.client, 6, known.hash, known.at)).to_string();
    let (_, other) = administrator(&app, "other").await;
    let foreign = export(&other).await;
    let tamperings: [(&str, Tampering<'_>); 8] = [
        ("changed", &|lines| lines[2] = lines[2].replace("hub 0", "hub 9")),
        ("removed", &|lines| drop(lines.remove(3))),
        ("swapped", &|lines| lines.swap(3, 4)),
        ("inserted", &|lines| lines.insert(3, lines[2].clone())),
        ("another client's", &|lines| lines.insert(3, foreign[0].clone())),
        ("beginning cut off", &|lines| drop(lines.drain(..2))),
        ("end cut off", &|lines| lines.truncate(4)),
        ("signed anew", &|lines| lines[6].clone_from(&resigned)),
    ];
    for (name, tamper) in tamperings {
        let mut tampered = lines.clone();
        tamper(&mut tampered);
        assert_ne!(tampered, lines, "{name}");
        let report = verify(&app, &tampered, Some(&known));
        assert_ne!(report.faults, [], "{name}");
        assert!(report.vouched_until < Some(10), "{name} {report:?}");
    }
}

#[tokio::test]
async fn what_is_changed_in_the_database_is_found() {
    for statement in [
        "update audit_entries set detail = 'another' where client_id = $1 and sequence = 4",
        "update audit_entries set actor = $1 where client_id = $1 and sequence = 4",
        "update audit_entries set origin = '192.0.2.1' where client_id = $1 and sequence = 4",
        "update audit_entries set at_ns = at_ns - 1 where client_id = $1 and sequence = 4",
        "update audit_entries set resource_id = $1 where client_id = $1 and sequence = 4",
        "update audit_entries set subject = decode('00', 'hex') where client_id = $1 and sequence = 4",
        "delete from audit_entries where client_id = $1 and sequence = 4",
    ] {
        let app = TestApp::new().await;
        let (client, admin, known, _) = exported(&app).await;
        let done = sqlx::query(statement)
            .bind(client.id.0)
            .execute(&app.database.pool)
            .await
            .unwrap();
        assert_eq!(done.rows_affected(), 1);
        let report = verify(&app, &export(&admin).await, Some(&known));
        assert_eq!(report.faults.len(), 1, "{statement} {report:?}");
        assert_eq!(report.vouched_until, None, "{statement}");
    }
}

#[tokio::test]
async fn a_long_trail_is_exported_whole() {
    let app = TestApp::new().await;
    let (client, admin) = administrator(&app, "acme").await;
    let insert = "insert into audit_entries (client_id, id, action, resource_id, at_ns, detail)
                  select $1, gen_random_uuid(), 'key.created', $1, number, 'key ' || number
                  from generate_series(1, 2300) as number order by number";
    sqlx::query(insert)
        .bind(client.id.0)
        .execute(&app.database.pool)
        .await
        .unwrap();
    let report = verify(&app, &export(&admin).await, None);
    assert_eq!((report.faults, report.entries), (vec![], 2303));
    assert_eq!((report.vouched_until, report.tail), (Some(2303), 0));
}

#[tokio::test]
async fn heads_are_signed_without_being_asked_and_an_hour_later_again() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    for (turn, pause, signed) in [(0, 0, 1), (1, 3599, 1), (2, 1, 2)] {
        app.clock.advance(Duration::from_secs(pause));
        hubs(&admin, turn..turn + 1).await;
        app.work().await;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        app.app.start_singletons(&tasks, &stop);
        for _ in 0..100 {
            let listed = everything(&admin, "/v1/audit/checkpoints", "checkpoints").await;
            if listed.len() == signed && turn != 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stop.cancel();
        tasks.close();
        tasks.wait().await;
        let listed = everything(&admin, "/v1/audit/checkpoints", "checkpoints").await;
        assert_eq!(listed.len(), signed, "turn {turn}");
    }
    assert_eq!(verify(&app, &export(&admin).await, None).faults, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_sealers_at_once_leave_neither_gap_nor_fork() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let mut tasks = JoinSet::new();
    for (turn, sealer) in [app.app.clone(), app.another_process()].into_iter().enumerate() {
        tasks.spawn(async move {
            for _ in 0..30 {
                sealer.work_once().await.unwrap();
            }
        });
        let (admin, first) = (admin.clone(), u32::try_from(turn).unwrap() * 30);
        tasks.spawn(async move { hubs(&admin, first..first + 30).await });
    }
    tasks.join_all().await;
    let report = verify(&app, &export(&admin).await, None);
    assert_eq!((report.faults, report.entries), (vec![], 63));
}

#[tokio::test]
async fn a_check_is_in_the_trail_without_the_person_and_after_its_deletion() {
    let app = TestApp::new().await;
    let (client, admin) = administrator(&app, "acme").await;
    let checks = app.checks(Some(holder(&app, &client, &[Permission::Administrator]).await));
    let form = with(PERSON, &[("first_name", "Xiomara"), ("last_name", "Quintanilla")]);
    let check = create(&checks, &form).await;
    app.work().await;
    let before = export(&admin).await;
    checks.delete(&path(&check)).await;
    let after = export(&admin).await;
    // An export is followed by its checkpoint alone: the trail before is as it was.
    assert_eq!(after[..before.len()], before[..]);
    assert_eq!(verify(&app, &after, Some(&checkpoint(&admin).await)).faults, []);
    let entry: Value = serde_json::from_str(&before[3]).unwrap();
    assert_eq!(entry["action"], "check.created");
    assert_eq!(text(&entry, "subject").len(), 64);
    for secret in ["1000000001", "xiomara", "quintanilla"] {
        assert!(!after.join("\n").to_lowercase().contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn before_and_after_are_committed_to_and_not_kept() {
    let app = TestApp::new().await;
    let (_, admin) = administrator(&app, "acme").await;
    let user = invite(&admin, "ana@example.com", "operator").await;
    let path = format!("/v1/users/{}", text(&user, "user_id"));
    for role in ["reader", "auditor"] {
        assert_eq!(
            put(&admin, &path, &json!({"role": role})).await.status,
            StatusCode::OK
        );
    }
    let lines = export(&admin).await;
    let changes: Vec<Value> = lines
        .iter()
        .filter(|line| line.contains("user.changed"))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(changes.len(), 2);
    for change in &changes {
        assert_eq!(text(change, "before").len(), 64);
        assert_ne!(change["before"], change["after"]);
    }
    assert_eq!(changes[0]["after"], changes[1]["before"]);
    assert!(!lines.join("\n").contains("ana@example.com"));
}
