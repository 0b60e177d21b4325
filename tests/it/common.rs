//! What the four APIs promise alike: keys, permissions, limits, unknown routes, slashes, request ids, outages.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_httpkit::{access::Limits, serve};
use cotejo_testkit::{Caller, TestApp, TestAppBuilder};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_util::sync::CancellationToken;

use crate::support::{PERSON, another_process, assert_refused, create, header, list, path, tenant};

const UNAUTHORIZED: &str = r#"{"code":10401,"http_code":401,"message":"Unauthorized"}"#;
const UNKNOWN: &str = r#"{"message":"Missing Authentication Token"}"#;
const UNAVAILABLE: &str = "The service is not available, please try again";

async fn assert_unauthorized(caller: &Caller, why: &str) {
    let answer = caller.get("/v1/checks").await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (StatusCode::UNAUTHORIZED, UNAUTHORIZED),
        "{why}"
    );
}

/// A token with other characters in the middle of one of its three parts.
fn tampered(token: &str, part: usize) -> String {
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let middle = parts[part].len() / 2;
    let other = if parts[part][middle..].starts_with('A') {
        "B"
    } else {
        "A"
    };
    parts[part].replace_range(middle..=middle, other);
    parts.join(".")
}

#[tokio::test]
async fn without_a_good_key_the_answer_is_401() {
    let app = TestApp::new().await;
    let client = app.client("acme", ClientKind::Sandbox).await;
    let token = app.token(&client, 1, &[Permission::Administrator]).await;
    assert_unauthorized(&app.checks(None), "no key").await;
    let (unsigned, _) = token.rsplit_once('.').unwrap();
    let (_, payload) = unsigned.split_once('.').unwrap();
    // {"alg":"none","kid":"test","typ":"JWT"}
    let none = format!("eyJhbGciOiJub25lIiwia2lkIjoidGVzdCIsInR5cCI6IkpXVCJ9.{payload}.");
    for (key, why) in [
        (String::new(), "an empty key"),
        ("x".to_owned(), "no token"),
        ("a.b.c".to_owned(), "three parts of nothing"),
        (format!("{unsigned}."), "no signature"),
        (none, "no algorithm"),
        (tampered(&token, 0), "another header"),
        (tampered(&token, 1), "another payload"),
        (tampered(&token, 2), "another signature"),
        (format!("Bearer {token}"), "a bearer"),
    ] {
        assert_unauthorized(&app.checks(Some(key)), why).await;
    }
    sqlx::query("delete from api_keys")
        .execute(&app.database.pool)
        .await
        .unwrap();
    assert_unauthorized(&app.checks(Some(token)), "a key without a record").await;
}

#[tokio::test]
async fn a_revoked_key_stops_working_at_once_here_and_within_a_second_elsewhere() {
    let app = TestApp::new().await;
    let client = app.client("acme", ClientKind::Sandbox).await;
    let token = app.token(&client, 1, &[Permission::Administrator]).await;
    let (here, elsewhere) = (app.checks(Some(token.clone())), another_process(&app, &token));
    for caller in [&here, &elsewhere] {
        assert_eq!(caller.get("/v1/checks").await.status, StatusCode::OK);
    }
    let name = &app.app.list_keys(&client).await.unwrap()[0].name;
    app.app.revoke_key(&client, name).await.unwrap();
    assert_unauthorized(&here, "revoked").await;
    tokio::time::sleep(Duration::from_millis(1050)).await;
    assert_unauthorized(&elsewhere, "revoked a second ago").await;
}

#[tokio::test]
async fn an_expired_key_is_403() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    app.clock.advance(Duration::from_secs(60 * 365 * 24 * 3600));
    assert_refused(&caller.get("/v1/checks").await, 403, "The API key has expired");
}

#[tokio::test]
async fn a_key_may_do_what_it_was_made_for() {
    let app = TestApp::new().await;
    let (client, administrator) = tenant(&app, "acme", ClientKind::Sandbox).await;
    let check = create(&administrator, PERSON).await;
    let path = path(&check);
    let details = format!("{path}/details");
    let health = "/v1/health?country=CO&unixTimestampSeconds=0&unixtimezoneOffsetSeconds=0";
    let calls: [(Method, &str, &str, bool); 6] = [
        (Method::GET, "/v1/checks", "", false),
        (Method::GET, &path, "", false),
        (Method::GET, &details, "", false),
        (Method::GET, health, "", false),
        (Method::POST, "/v1/checks", "", true),
        (Method::DELETE, &path, "", true),
    ];
    let keys: [(&[Permission], bool, bool); 3] = [
        (&[], false, false),
        (
            &[Permission::ChecksRead, Permission::ValidationsWrite],
            true,
            false,
        ),
        (
            &[Permission::ChecksWrite, Permission::Keys, Permission::Audit],
            false,
            true,
        ),
    ];
    for (permissions, reads, writes) in keys {
        let caller = app.checks(Some(app.token(&client, 1, permissions).await));
        for (method, path, body, is_write) in &calls {
            let answer = caller.send(method.clone(), path, &[], body).await;
            if if *is_write { writes } else { reads } {
                assert_ne!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
            } else {
                assert_refused(&answer, 403, "User is not authorized to access this resource");
            }
        }
    }
}

#[tokio::test]
async fn an_unknown_route_or_method_is_403_whoever_asks() {
    let app = TestApp::new().await;
    let client = app.client("acme", ClientKind::Sandbox).await;
    let token = app.token(&client, 1, &[Permission::Administrator]).await;
    let mut callers = vec![
        app.checks(None),
        app.checks(Some(token.clone())),
        app.checks(Some("x".to_owned())),
    ];
    callers.extend(app.others(None));
    callers.extend(app.others(Some(&token)));
    for caller in callers {
        for (method, path) in [
            (Method::GET, "/"),
            (Method::GET, "/v1"),
            (Method::GET, "/v1/nothing"),
            (Method::PUT, "/v1/checks"),
            (Method::PATCH, "/v1/checks/x"),
            (Method::POST, "/v1/checks/x/y"),
            (Method::POST, "/healthz"),
            (Method::GET, "/v1/checks/x/details/y"),
        ] {
            let answer = caller.send(method.clone(), path, &[], "").await;
            assert_eq!(
                (answer.status, answer.text.as_str()),
                (StatusCode::FORBIDDEN, UNKNOWN),
                "{method} {path}"
            );
            assert_eq!(header(&answer, "content-type"), "application/json");
        }
    }
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = create(&caller, PERSON).await;
    for path in ["/v1/checks".to_owned(), path(&check), "/v1/checks/x".to_owned()] {
        let (get, head) = (
            caller.get(&path).await,
            caller.send(Method::HEAD, &path, &[], "").await,
        );
        assert_eq!((head.status, head.text.as_str()), (get.status, ""));
        assert_eq!(header(&head, "content-type"), "application/json");
        assert_eq!(header(&head, "content-length"), get.text.len().to_string());
    }
    let nobody = app.checks(None).send(Method::HEAD, "/v1/checks", &[], "").await;
    assert_eq!(
        (nobody.status, nobody.text.as_str()),
        (StatusCode::UNAUTHORIZED, "")
    );
}

#[tokio::test]
async fn options_tells_the_methods() {
    let app = TestApp::new().await;
    for caller in [app.checks(None), app.sandbox("acme").await] {
        for (path, methods) in [
            ("/v1/checks", &["GET", "HEAD", "POST"][..]),
            ("/v1/checks/x", &["DELETE", "GET", "HEAD"]),
            ("/v1/health", &["GET", "HEAD"]),
        ] {
            let answer = caller.send(Method::OPTIONS, path, &[], "").await;
            assert_eq!(
                (answer.status, answer.text.as_str()),
                (StatusCode::NO_CONTENT, ""),
                "{path}"
            );
            let mut allowed: Vec<&str> = header(&answer, "allow").split(',').map(str::trim).collect();
            allowed.sort_unstable();
            assert_eq!(allowed, methods, "{path}");
        }
    }
}

#[tokio::test]
async fn slashes_too_many_are_tolerated() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = create(&caller, PERSON).await;
    let path = path(&check);
    for path in [
        format!("/{path}"),
        format!("{path}/"),
        format!("//{path}//"),
        format!("/{path}/?lang=es"),
    ] {
        assert_eq!(caller.get(&path).await.json["check"], check, "{path}");
    }
    assert_eq!(caller.post("//v1/checks/", PERSON).await.status, StatusCode::OK);
    assert_eq!(list(&caller.get("/v1/checks/").await.json, "checks").len(), 1);
}

#[tokio::test]
async fn a_request_id_is_returned_or_made() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    for path in ["/v1/checks", "/v1/nothing", "/v1/checks/x", "/healthz"] {
        let given = caller
            .send(Method::GET, path, &[("X-Request-Id", "order 7")], "")
            .await;
        assert_eq!(header(&given, "x-request-id"), "order 7");
        let made = caller.get(path).await;
        let id = header(&made, "x-request-id");
        assert!(
            id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()),
            "{id}"
        );
        assert_ne!(id, header(&caller.get(path).await, "x-request-id"));
        let long = "x".repeat(129);
        let replaced = caller
            .send(Method::GET, path, &[("X-Request-Id", &long)], "")
            .await;
        assert_eq!(header(&replaced, "x-request-id").len(), 32);
    }
}

#[tokio::test]
async fn a_live_key_has_a_limit_and_a_sandbox_key_has_none() {
    let app = TestAppBuilder::default()
        .limits(Limits::per_second(1, 1))
        .build()
        .await;
    let (live, sandbox) = (app.live("live").await, app.sandbox("sandbox").await);
    let (last, over) = (live.get("/v1/checks").await, live.get("/v1/checks").await);
    assert_eq!(last.status, StatusCode::OK);
    assert_refused(&over, 429, "max rate limit reached");
    assert_eq!(
        (header(&last, "retry-after"), header(&over, "retry-after")),
        ("", "1")
    );
    for answer in [last, over] {
        for (name, value) in [("limit", "1"), ("remaining", "0"), ("reset", "1")] {
            assert_eq!(header(&answer, &format!("ratelimit-{name}")), value, "{name}");
        }
    }
    for _ in 0..10 {
        let answer = sandbox.get("/v1/checks").await;
        assert_eq!(
            (answer.status, header(&answer, "ratelimit-limit")),
            (StatusCode::OK, "")
        );
    }
}

#[tokio::test]
async fn the_limit_is_the_keys_own() {
    let app = TestAppBuilder::default()
        .limits(Limits::per_second(1, 1))
        .build()
        .await;
    let (client, first) = tenant(&app, "live", ClientKind::Live).await;
    let second = app.checks(Some(app.token(&client, 0, &[Permission::Administrator]).await));
    assert_eq!(first.get("/v1/checks").await.status, StatusCode::OK);
    assert_eq!(second.get("/v1/checks").await.status, StatusCode::OK);
    assert_eq!(
        first.get("/v1/checks").await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
}

#[tokio::test]
async fn without_the_database_the_answer_is_503() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = create(&caller, PERSON).await;
    app.database.pool.close().await;
    // The key is remembered for a second: these fail in the use case itself, the last one at the door.
    let (list, one) = (caller.get("/v1/checks").await, caller.get(&path(&check)).await);
    let (new, gone) = (
        caller.post("/v1/checks", PERSON).await,
        caller.delete(&path(&check)).await,
    );
    tokio::time::sleep(Duration::from_millis(1050)).await;
    let unknown = caller.get("/v1/checks").await;
    for answer in [list, one, new, gone, unknown] {
        assert_refused(&answer, 503, UNAVAILABLE);
        assert_eq!(header(&answer, "retry-after"), "1");
    }
    assert_unauthorized(&app.checks(None), "no key needs no database").await;
    let ready = caller.get("/readyz").await;
    assert_eq!(
        (ready.status, ready.text.as_str()),
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
    );
    assert_eq!(caller.get("/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn connections_that_were_cut_are_replaced() {
    let app = TestApp::new().await;
    let caller = app.sandbox("acme").await;
    let check = create(&caller, PERSON).await;
    // The one that cuts is cut last.
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() \
               order by pid = pg_backend_pid()";
    assert!(sqlx::query(cut).execute(&app.database.pool).await.is_err());
    // Whoever is given a cut connection hears of the outage; nobody is after it.
    for _ in 0..16 {
        let answer = caller.get(&path(&check)).await;
        if answer.status != StatusCode::OK {
            assert_refused(&answer, 503, UNAVAILABLE);
        }
    }
    for _ in 0..16 {
        assert_eq!(caller.get(&path(&check)).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn over_a_socket_a_clients_habits_are_tolerated() {
    let app = TestApp::new().await;
    let client = app.client("acme", ClientKind::Sandbox).await;
    let token = app.token(&client, 1, &[Permission::Administrator]).await;
    let listener = serve::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let state = cotejo_testkit::state(app.app.clone(), cotejo_httpkit::access::Limits::default());
    let served = tokio::spawn(serve::serve(
        listener,
        cotejo_checks::service(state),
        stop.clone(),
    ));
    for key_header in [
        "Truora-API-Key",
        "Truora-Api-Key",
        "truora-api-key",
        "TRUORA-API-KEY",
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "GET //v1/checks/ HTTP/1.1\r\nHost: x\r\n{key_header}: {token}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(
            answer.ends_with(r#"{"checks":[],"self":"/v1/checks","next":""}"#),
            "{answer}"
        );
    }
    stop.cancel();
    served.await.unwrap().unwrap();
}
