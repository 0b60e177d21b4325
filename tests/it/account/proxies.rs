//! Where a request came from, as the audit trail keeps it, over a real socket.

use cotejo_domain::{clients::ClientKind, permissions::Permission};
use cotejo_httpkit::{ApiState, access::Limits, proxies::Proxies, serve};
use cotejo_testkit::{TestApp, state};
use reqwest::{Client, Method};
use tokio_util::sync::CancellationToken;

use super::who::{everything, holder};
use crate::support::text;

const CHECK: &str = "type=person&country=CO&national_id=1000000001&user_authorized=1";
const HOOK: &str = "event_type=check&subscriber_type=web&subscriber_url=http://127.0.0.1:9/";

fn http() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

/// The origins that the trail tells of a check and a hook, made and deleted behind these proxies.
async fn origins(trusted: &str, forwarded: &[&str]) -> Vec<String> {
    let app = TestApp::new().await;
    let client = app.client("acme", ClientKind::Sandbox).await;
    let key = holder(&app, &client, &[Permission::Administrator]).await;
    let listener = serve::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let service = cotejo_checks::service(ApiState {
        proxies: Proxies::parse(trusted).unwrap(),
        ..state(app.app.clone(), Limits::default())
    });
    let served = tokio::spawn(serve::serve(listener, service, stop.clone()));
    let http = http();
    let ask = async |method: Method, path: &str, body: &'static str| {
        let mut request = http.request(method, format!("http://{address}{path}"));
        request = request.header("Truora-API-Key", &key).body(body);
        for value in forwarded {
            request = request.header("X-Forwarded-For", *value);
        }
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path} {}", answer.status());
        answer.json::<serde_json::Value>().await.unwrap()
    };
    let check = ask(Method::POST, "/v1/checks", CHECK).await;
    ask(Method::DELETE, text(&check, "self"), "").await;
    let hook = ask(Method::POST, "/v1/hooks", HOOK).await;
    ask(
        Method::DELETE,
        &format!("/v1/hooks/{}", text(&hook, "hook_id")),
        "",
    )
    .await;
    stop.cancel();
    served.await.unwrap().unwrap();
    app.work().await;
    let mut entries = everything(&app.account(Some(key)), "/v1/audit", "entries").await;
    entries.reverse();
    let told: Vec<&str> = entries[2..].iter().map(|entry| text(entry, "action")).collect();
    assert_eq!(
        told,
        ["check.created", "check.deleted", "hook.created", "hook.deleted"]
    );
    entries[2..]
        .iter()
        .map(|entry| text(entry, "origin").to_owned())
        .collect()
}

#[tokio::test]
async fn the_origin_is_the_peer_unless_a_trusted_proxy_says_otherwise() {
    for (trusted, forwarded, origin) in [
        ("", &[][..], "127.0.0.1"),
        ("", &["203.0.113.9"], "127.0.0.1"),
        ("10.0.0.0/8, ::1", &["203.0.113.9"], "127.0.0.1"),
        ("127.0.0.1", &[], "127.0.0.1"),
        ("127.0.0.1", &["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.0/8", &["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        ("127.0.0.0/8", &["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        (
            "127.0.0.1, 10.0.0.0/8",
            &["198.51.100.1, 203.0.113.9, 10.1.2.3"],
            "203.0.113.9",
        ),
        ("127.0.0.1", &["203.0.113.9, somebody"], "127.0.0.1"),
        ("127.0.0.1", &["2001:db8::7"], "2001:db8::7"),
    ] {
        let told = origins(trusted, forwarded).await;
        assert_eq!(told, [origin; 4], "{trusted} {forwarded:?}");
    }
}
