//! Mail against a real SMTP server: what arrives, and what is made of each way in which it does not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    io,
    net::{IpAddr, TcpListener},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

use cotejo_providers::mail::{Mail, MailError, Mailer as _, Smtp};
use mailin_embedded::{
    Handler, Response, Server,
    response::{NO_MAILBOX, OK, OUT_OF_SPACE},
};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::yield_now,
    time::timeout,
};

/// Answers by the recipient's name, and passes on what it takes.
#[derive(Clone)]
struct Post {
    connections: Arc<AtomicUsize>,
    taken: UnboundedSender<String>,
    to: String,
    data: Vec<u8>,
    /// Mails to `slow` are answered once the other end is dropped.
    gate: Arc<Mutex<Receiver<()>>>,
}

impl Handler for Post {
    fn helo(&mut self, _: IpAddr, _: &str) -> Response {
        self.connections.fetch_add(1, Ordering::SeqCst);
        OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        to.clone_into(&mut self.to);
        match to.split('@').next() {
            Some("nobody") => NO_MAILBOX,
            Some("full") => OUT_OF_SPACE,
            _ => OK,
        }
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.data.extend(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        if self.to.starts_with("slow@") {
            self.gate.lock().unwrap().recv().ok();
        }
        let mail = String::from_utf8(std::mem::take(&mut self.data)).unwrap();
        self.taken.send(mail).ok();
        OK
    }
}

struct PostOffice {
    smtp: Smtp,
    taken: UnboundedReceiver<String>,
    connections: Arc<AtomicUsize>,
    _gate: Sender<()>,
}

/// A server on a port of its own. Its thread ends with the process.
fn post_office() -> PostOffice {
    let (sender, taken) = unbounded_channel();
    let (gate, closed) = channel();
    let connections = Arc::<AtomicUsize>::default();
    let post = Post {
        connections: connections.clone(),
        taken: sender,
        to: String::new(),
        data: Vec::new(),
        gate: Arc::new(Mutex::new(closed)),
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let smtp = client(listener.local_addr().unwrap().port());
    let mut server = Server::new(post);
    server.with_tcp_listener(listener);
    thread::spawn(move || drop(server.serve()));
    PostOffice {
        smtp,
        taken,
        connections,
        _gate: gate,
    }
}

fn client(port: u16) -> Smtp {
    Smtp::new(
        &format!("smtp://127.0.0.1:{port}"),
        "Cotejo <no-reply@cotejo.example>",
    )
    .unwrap()
}

fn mail(to: &str) -> Mail {
    Mail {
        to: format!("{to}@example.com"),
        subject: "Tu código de verificación".to_owned(),
        text: "¡Hola!\nTu código es 123456.\n.\nNo lo compartas.".to_owned(),
    }
}

#[tokio::test]
async fn accents_and_dots_arrive() {
    let mut office = post_office();
    office.smtp.send(&mail("ana")).await.unwrap();
    let taken = office.taken.recv().await.unwrap();
    let (head, text) = taken.split_once("\r\n\r\n").unwrap();
    for line in [
        "To: ana@example.com",
        "Subject: Tu =?utf-8?b?Y8OzZGlnbw==?= de =?utf-8?b?dmVyaWZpY2FjacOzbg==?=",
        "Auto-Submitted: auto-generated",
        "Content-Transfer-Encoding: quoted-printable",
    ] {
        assert!(head.split("\r\n").any(|found| found == line), "{line}\n{head}");
    }
    assert_eq!(
        text.trim_end(),
        "=C2=A1Hola!\r\nTu c=C3=B3digo es 123456.\r\n.\r\nNo lo compartas."
    );
}

#[tokio::test]
async fn what_the_server_says_decides_whether_it_is_worth_trying_again() {
    let office = post_office();
    for (to, error) in [
        (
            "nobody",
            MailError::Refused("the server refused it with 550".to_owned()),
        ),
        (
            "full",
            MailError::Unavailable("the server put it off with 452".to_owned()),
        ),
    ] {
        let found = office.smtp.send(&mail(to)).await.unwrap_err();
        assert_eq!(found.is_transient(), matches!(error, MailError::Unavailable(_)));
        assert_eq!(found, error);
    }
}

#[tokio::test]
async fn without_a_server_it_is_unavailable() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = client(port).send(&mail("ana")).await.unwrap_err();
    assert_eq!(error, MailError::Unavailable("no connection".to_owned()));
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let mut office = post_office();
    for _ in 0..3 {
        office.smtp.send(&mail("ana")).await.unwrap();
        office.taken.recv().await.unwrap();
        // The connection is parked by a task of its own.
        yield_now().await;
    }
    assert_eq!(office.connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn after_a_mail_was_given_up_the_next_one_does_not_follow_on_its_connection() {
    let mut office = post_office();
    let given_up = timeout(Duration::from_millis(200), office.smtp.send(&mail("slow"))).await;
    assert!(given_up.is_err());
    yield_now().await;
    office.smtp.send(&mail("ana")).await.unwrap();
    let taken = office.taken.recv().await.unwrap();
    assert!(taken.contains("To: ana@example.com"), "{taken}");
    assert_eq!(office.connections.load(Ordering::SeqCst), 2);
}
