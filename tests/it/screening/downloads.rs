//! Lists that are fetched from URLs: redirects are followed, and half a file is none.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use cotejo_app::watchlists::LoadOutcome;
use cotejo_testkit::TestApp;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::failure;
use super::{
    JOSE, Listed, Tenant, files, jose, names, person, prueba,
    reload::{load_from, reload},
};
use crate::support::text;

/// A publisher's server: it answers each path as it was told, and hangs up.
struct Site {
    url: String,
    pages: Arc<Mutex<HashMap<String, String>>>,
    server: JoinHandle<()>,
}

impl Site {
    async fn start(entries: &[Listed]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let pages: Arc<Mutex<HashMap<String, String>>> = Arc::default();
        let told = Arc::clone(&pages);
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                answer(stream, &told).await;
            }
        });
        let site = Self { url, pages, server };
        site.publish(entries);
        site
    }

    fn publish(&self, entries: &[Listed]) {
        for (name, text) in files(entries) {
            self.page(&format!("/{name}"), &ok(text.len(), &text));
        }
    }

    /// How a path is answered, to the byte.
    fn page(&self, path: &str, answer: &str) {
        self.pages
            .lock()
            .unwrap()
            .insert(path.to_owned(), answer.to_owned());
    }

    /// The URLs of the list's files.
    fn places(&self) -> Vec<String> {
        files(&[])
            .iter()
            .map(|(name, _)| format!("{}/{name}", self.url))
            .collect()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn answer(mut stream: TcpStream, pages: &Mutex<HashMap<String, String>>) {
    let (mut asked, mut part) = (Vec::new(), [0; 1024]);
    while !asked.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut part).await {
            Ok(read) if read > 0 => asked.extend_from_slice(&part[..read]),
            _ => return,
        }
    }
    let asked = String::from_utf8_lossy(&asked).into_owned();
    let path = asked.split(' ').nth(1).unwrap_or_default();
    let page = pages.lock().unwrap().get(path).cloned();
    let page = page.unwrap_or_else(|| head("404 Not Found", "Content-Length: 0"));
    drop(stream.write_all(page.as_bytes()).await);
    drop(stream.shutdown().await);
}

fn head(status: &str, header: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{header}\r\nConnection: close\r\n\r\n")
}

/// A file that is announced with this length.
fn ok(announced: usize, text: &str) -> String {
    head("200 OK", &format!("Content-Length: {announced}")) + text
}

#[tokio::test]
async fn a_list_is_fetched_from_its_urls() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let site = Site::start(&[prueba()]).await;
    load_from(&app, &[prueba()], &site.places()).await;
    let reloaded = reload(&app).await;
    assert!(
        matches!(reloaded.outcome, Ok(LoadOutcome::Unchanged)),
        "{reloaded:?}"
    );
    site.publish(&[jose(), prueba()]);
    // The publisher's own path leads to the store that holds the file, over several steps.
    let file = names(&[jose(), prueba()]);
    for (path, to) in [
        ("/sdn.csv", "/store/1"),
        ("/store/1", "2?version=7"),
        ("/store/2?version=7", &format!("{}/store/3", site.url)),
    ] {
        site.page(
            path,
            &head("302 Found", &format!("Location: {to}\r\nContent-Length: 0")),
        );
    }
    site.page("/store/3", &ok(file.len(), &file));
    let reloaded = reload(&app).await;
    assert!(
        matches!(reloaded.outcome, Ok(LoadOutcome::Loaded(_))),
        "{reloaded:?}"
    );
    assert_eq!(acme.screened(&app, JOSE).await.entries(), ["9001"]);
}

#[tokio::test]
async fn a_download_that_fails_is_noted() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let entries = [jose(), prueba()];
    let site = Site::start(&entries).await;
    let version = load_from(&app, &entries, &site.places()).await;
    let file = names(&[jose(), prueba(), person(9003, "NUEVO INVENTADO, Ana")]);
    let half = &file[..file.len() / 2];
    let to = |location: &str| head("302 Found", &format!("Location: {location}\r\nContent-Length: 0"));
    for (page, told) in [
        (
            head("500 Internal Server Error", "Content-Length: 0"),
            "the server answered 500",
        ),
        (
            head("404 Not Found", "Content-Length: 0"),
            "the server answered 404",
        ),
        (head("204 No Content", "X: y"), "the server answered 204"),
        (head("302 Found", "Content-Length: 0"), "the server answered 302"),
        (ok(file.len(), half), "the file broke off"),
        // Nobody said how long it is, but it ends within a line.
        (head("200 OK", "X: y") + half, "the list was refused: sdn.csv"),
        (ok(0, ""), "the list was refused: sdn.csv"),
        (to("/sdn.csv"), "redirects without end"),
        (to("http://10.0.0.1/sdn.csv"), "the address is not permitted"),
        (to("file:///etc/hostname"), "its URL cannot be called"),
        (
            "no HTTP\r\n\r\n".to_owned(),
            "the connection broke or the answer was not HTTP",
        ),
    ] {
        site.page("/sdn.csv", &page);
        let reloaded = reload(&app).await;
        assert!(reloaded.outcome.is_err(), "{told}: {reloaded:?}");
        let list = acme.list_now().await;
        assert!(failure(&app).await.contains(told), "{told}: {list}");
        assert_eq!(list["version"], version, "{told}");
    }
    site.publish(&entries);
    let mended = reload(&app).await;
    assert!(matches!(mended.outcome, Ok(LoadOutcome::Unchanged)), "{mended:?}");
    assert!(acme.list_now().await.get("failure").is_none());
}

/// Some publishers have a URL for each subscriber, and every client reads failures.
#[tokio::test]
async fn a_failure_does_not_tell_clients_the_key_within_a_url() {
    let app = TestApp::new().await;
    let acme = Tenant::new(&app, "acme").await;
    let site = Site::start(&[jose()]).await;
    let secret = format!("{}/missing.csv?token=geheim", site.url);
    load_from(&app, &[jose()], &[secret]).await;
    assert!(reload(&app).await.outcome.is_err());
    let list = acme.list_now().await;
    assert!(!text(&list, "failure").contains("geheim"), "{list}");
}
