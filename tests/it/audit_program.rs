//! `cotejo audit`: a trail that was tampered with is found out, in a file and in the database.

use std::{path::Path, process::Output};

use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_testkit::TestApp;

use crate::processes::{KEYS, program};

/// What was done to a trail.
type Tampering = (&'static str, fn(&mut Vec<String>));

const TAMPERINGS: &[Tampering] = &[
    ("changed", |lines| {
        lines[3] = lines[3].replace("hook.created", "hook.deleted")
    }),
    ("removed", |lines| drop(lines.remove(1))),
    ("inserted", |lines| lines.insert(2, lines[1].clone())),
    ("moved", |lines| lines.swap(1, 2)),
];

fn cotejo(app: &TestApp, arguments: &[&str]) -> Output {
    program("cotejo")
        .args(arguments)
        .env("DATABASE_URL", &app.database.url)
        .env("COTEJO_MASTER_KEYS", KEYS)
        .env("COTEJO_DATA_DIR", "/nonexistent")
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A client with a trail of some entries, and its export.
async fn exported(app: &TestApp) -> String {
    let client = app.client("acme", ClientKind::Sandbox).await;
    let token = app.token(&client, 1, &[Permission::Administrator]).await;
    let account = app.account(Some(token));
    for _ in 0..5 {
        let form = [
            ("subscriber_type", "web"),
            ("event_type", "all"),
            ("subscriber_url", "http://127.0.0.1:9/"),
        ];
        assert_eq!(account.post("/v1/hooks", &form).await.status, 201);
    }
    let output = cotejo(app, &["audit", "export", "--client", "acme"]);
    assert!(output.status.success(), "{output:?}");
    said(&output)
}

fn write(path: &Path, lines: &[String]) {
    std::fs::write(path, lines.join("\n") + "\n").unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_verified_without_the_database() {
    let app = TestApp::new().await;
    let export = exported(&app).await;
    let lines: Vec<String> = export.lines().map(str::to_owned).collect();
    assert!(lines.last().unwrap().contains(r#""type":"checkpoint""#));
    let folder = std::env::temp_dir().join(format!("cotejo-audit-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (good, bad) = (folder.join("good.jsonl"), folder.join("bad.jsonl"));
    let (good_path, bad_path) = (good.to_str().unwrap(), bad.to_str().unwrap());
    write(&good, &lines);
    let key = said(&cotejo(&app, &["audit", "key"]));
    let offline = |path: &str, more: &[&str]| {
        let arguments = [&["audit", "verify", path, "--key", key.trim()], more].concat();
        program("cotejo")
            .args(arguments)
            .env_remove("DATABASE_URL")
            .output()
            .unwrap()
    };
    assert!(offline(good_path, &[]).status.success());
    for (what, tamper) in TAMPERINGS {
        let mut tampered = lines.clone();
        tamper(&mut tampered);
        assert_ne!(tampered, lines, "{what}");
        write(&bad, &tampered);
        let output = offline(bad_path, &[]);
        assert!(!output.status.success(), "{what} {}", said(&output));
    }
    // What was cut off is found out by whoever kept a checkpoint.
    write(&bad, &lines[..3]);
    assert!(offline(bad_path, &[]).status.success());
    assert!(!offline(bad_path, &["--known", good_path]).status.success());
    drop(std::fs::remove_dir_all(&folder));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_the_database_is_found_out() {
    let app = TestApp::new().await;
    exported(&app).await;
    let verify = || cotejo(&app, &["audit", "verify", &app.database.url]);
    let output = verify();
    assert!(output.status.success(), "{output:?}");
    sqlx::query("update audit_entries set detail = 'another' where sequence = 3")
        .execute(&app.database.pool)
        .await
        .unwrap();
    let output = verify();
    assert!(!output.status.success(), "{output:?}");
    assert!(said(&output).contains("line 3"), "{}", said(&output));
}
