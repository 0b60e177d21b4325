//! Calls to clients' URLs against real receivers, friendly and not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{future::Future, net::SocketAddr, time::Duration};

use cotejo_providers::outbound::{Guard, Outbound, Request, Response, SendError, Sent};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep},
};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{body_string, header, method, path},
};

const LOOPBACK: &str = "127.0.0.0/8";

fn outbound(cidrs: &str, limit: Duration) -> Outbound {
    drop(rustls::crypto::ring::default_provider().install_default());
    Outbound::with_timeout(Guard::parse(cidrs).unwrap(), limit).unwrap()
}

fn post(url: impl Into<String>) -> Request {
    Request {
        method: "POST".to_owned(),
        url: url.into(),
        headers: vec![("content-type".to_owned(), "application/jwt".to_owned())],
        body: "a.b.c".to_owned(),
    }
}

async fn send(url: impl Into<String>) -> Sent {
    outbound(LOOPBACK, Duration::from_secs(5)).send(post(url)).await
}

async fn refusal(request: Request) -> SendError {
    outbound(LOOPBACK, Duration::from_secs(5))
        .send(request)
        .await
        .outcome
        .unwrap_err()
}

/// A receiver that reads the head of one request and then does as it pleases with the connection.
async fn receiver<F>(then: impl FnOnce(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 4096];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        then(stream).await;
    });
    address
}

/// A receiver that answers with these bytes and closes.
async fn says(answer: &'static [u8]) -> SocketAddr {
    receiver(async move |mut stream| stream.write_all(answer).await.unwrap()).await
}

async fn answered(template: ResponseTemplate) -> Response {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(template)
        .mount(&server)
        .await;
    send(server.uri()).await.outcome.unwrap()
}

#[tokio::test]
async fn what_is_sent_and_what_is_kept() {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200)
        .insert_header("x-kept", "yes")
        .insert_header("set-cookie", "session=secret")
        .set_body_string("gracias, señor");
    Mock::given(method("POST"))
        .and(path("/hook"))
        .and(header("content-type", "application/jwt"))
        .and(header(
            "user-agent",
            concat!("Cotejo/", env!("CARGO_PKG_VERSION")),
        ))
        .and(body_string("a.b.c"))
        .respond_with(answer)
        .expect(1)
        .mount(&server)
        .await;
    let sent = send(format!("{}/hook", server.uri())).await;
    let answer = sent.outcome.unwrap();
    assert_eq!((answer.status, answer.retry_after), (200, None));
    assert!(answer.head.starts_with("HTTP/1.1 200 OK\n"), "{}", answer.head);
    assert!(answer.head.contains("\nx-kept: yes\n"), "{}", answer.head);
    assert!(answer.head.contains("\nset-cookie: …\n"), "{}", answer.head);
    assert!(answer.head.ends_with("\n\ngracias, señor"), "{}", answer.head);
    assert!(sent.elapsed > Duration::ZERO);
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let template = ResponseTemplate::new(302).insert_header("location", "http://169.254.169.254/");
    let answer = answered(template).await;
    assert_eq!(answer.status, 302);
    assert!(
        answer.head.contains("\nlocation: http://169.254.169.254/\n"),
        "{}",
        answer.head
    );
}

#[tokio::test]
async fn a_receiver_that_asks_for_rest_is_heard() {
    let template = ResponseTemplate::new(429).insert_header("retry-after", "3");
    let answer = answered(template).await;
    assert_eq!(
        (answer.status, answer.retry_after),
        (429, Some(Duration::from_secs(3)))
    );
}

#[tokio::test]
async fn loopback_is_refused_unless_it_is_allowed() {
    let server = MockServer::start().await;
    let port = server.address().port();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "[::ffff:127.0.0.1]",
        "localhost",
        "a.localhost",
    ] {
        let guarded = outbound("", Duration::from_secs(5));
        let sent = guarded.send(post(format!("http://{host}:{port}/"))).await;
        assert_eq!(sent.outcome, Err(SendError::Refused), "{host}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
    // By its name too, that is through the resolver; 404 is the server's word.
    assert_eq!(
        send(format!("http://localhost:{port}/"))
            .await
            .outcome
            .unwrap()
            .status,
        404
    );
}

#[tokio::test]
async fn a_name_that_means_an_address_which_is_not_permitted_is_refused() {
    let server = MockServer::start().await;
    let port = server.address().port();
    // One loopback is permitted, so that the URL passes and the resolver decides: `localhost` may mean ::1 as
    // well.
    let guarded = outbound("::1/128", Duration::from_secs(5));
    let outcome = guarded
        .send(post(format!("http://localhost:{port}/")))
        .await
        .outcome;
    assert!(
        matches!(outcome, Err(SendError::Refused | SendError::Connect)),
        "{outcome:?}"
    );
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn each_way_to_get_no_answer_has_its_name() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    // A label of more than 63 characters is refused by the resolver before anybody is asked.
    let nowhere = format!("http://{}.invalid/", "a".repeat(64));
    for (url, error) in [
        (format!("http://{closed}/"), SendError::Connect),
        (nowhere, SendError::Unresolved),
        (
            format!("https://{}/", says(b"this is not TLS at all").await),
            SendError::Tls,
        ),
        (format!("https://{}/", says(b"").await), SendError::Tls),
        (
            format!("http://{}/", says(b"this is not HTTP at all\r\n\r\n").await),
            SendError::Broken,
        ),
        (format!("http://{}/", says(b"").await), SendError::Broken),
        (
            format!("http://{}/", says(b"HTTP/1.1 200 OK\r\nx-half: ").await),
            SendError::Broken,
        ),
    ] {
        assert_eq!(send(&url).await.outcome, Err(error), "{url}");
    }
}

#[tokio::test]
async fn a_receiver_that_hangs_times_out() {
    let address = receiver(async |stream| {
        sleep(Duration::from_secs(60)).await;
        drop(stream);
    })
    .await;
    let impatient = outbound(LOOPBACK, Duration::from_millis(200));
    let sent = impatient.send(post(format!("http://{address}/"))).await;
    assert_eq!(sent.outcome, Err(SendError::TimedOut));
    assert!(sent.elapsed < Duration::from_secs(2), "{:?}", sent.elapsed);
}

#[tokio::test]
async fn an_endless_body_is_left_after_its_beginning() {
    let address = receiver(async |mut stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        while stream.write_all(&[b'x'; 4096]).await.is_ok() {}
    })
    .await;
    let sent = send(format!("http://{address}/")).await;
    let answer = sent.outcome.unwrap();
    assert_eq!((answer.status, answer.head.chars().count()), (200, 1024));
    assert!(sent.elapsed < Duration::from_secs(1), "{:?}", sent.elapsed);
}

#[tokio::test]
async fn a_body_that_does_not_come_is_waited_for_a_second() {
    let address = receiver(async |mut stream| {
        stream
            .write_all(b"HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\nthe ")
            .await
            .unwrap();
        sleep(Duration::from_millis(200)).await;
        stream.write_all(b"start").await.unwrap();
        sleep(Duration::from_secs(60)).await;
    })
    .await;
    let start = Instant::now();
    let answer = send(format!("http://{address}/")).await.outcome.unwrap();
    assert_eq!(answer.status, 201);
    assert!(answer.head.ends_with("\n\nthe start"), "{}", answer.head);
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_body_that_breaks_off_does_not_undo_its_status() {
    let address = says(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf").await;
    let answer = send(format!("http://{address}/")).await.outcome.unwrap();
    assert_eq!(answer.status, 200);
    assert!(answer.head.ends_with("\n\nhalf"), "{}", answer.head);
}

#[tokio::test]
async fn what_is_no_request_is_not_sent() {
    let with_header = |name: &str, value: &str| Request {
        headers: vec![(name.to_owned(), value.to_owned())],
        ..post("http://127.0.0.1:1/")
    };
    let with_method = |method: &str| Request {
        method: method.to_owned(),
        ..post("http://127.0.0.1:1/")
    };
    for request in [
        post("ftp://127.0.0.1/"),
        post("http://user:word@127.0.0.1/"),
        with_method(""),
        with_method("GET / HTTP/1.1\r\n"),
        with_method("CONNECT"),
        with_header("", "a"),
        with_header("a b", "c"),
        with_header("a", "b\r\nc: d"),
        with_header("Content-Length", "1"),
        with_header("Transfer-Encoding", "chunked"),
        with_header("HOST", "example.com"),
    ] {
        let (method, url, headers) = (
            request.method.clone(),
            request.url.clone(),
            request.headers.clone(),
        );
        let error = refusal(request).await;
        assert!(
            matches!(error, SendError::Unusable(_)),
            "{method} {url} {headers:?}: {error}"
        );
    }
}
