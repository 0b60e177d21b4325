//! Mail against a real SMTP server: what arrives, and what is made of each way in which it does not.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use cotejo_providers::mail::{Mail, MailError, Mailer as _, Smtp};
use cotejo_testkit::SmtpServer;
use tokio::{task::yield_now, time::timeout};

fn client(server: &SmtpServer) -> Smtp {
    Smtp::new(&server.url(), "Cotejo <no-reply@cotejo.example>").unwrap()
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
    let server = SmtpServer::start();
    client(&server).send(&mail("ana")).await.unwrap();
    let [(to, mail)] = server.received().try_into().unwrap();
    assert_eq!(to, "ana@example.com");
    let (head, text) = mail.split_once("\r\n\r\n").unwrap();
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
    let server = SmtpServer::start();
    let smtp = client(&server);
    for (to, code, error) in [
        (
            "nobody",
            550,
            MailError::Refused("the server refused it with 550".to_owned()),
        ),
        (
            "full",
            452,
            MailError::Unavailable("the server put it off with 452".to_owned()),
        ),
    ] {
        let mail = mail(to);
        server.refuse(&mail.to, code);
        let found = smtp.send(&mail).await.unwrap_err();
        assert_eq!(found.is_transient(), matches!(error, MailError::Unavailable(_)));
        assert_eq!(found, error);
    }
    assert_eq!(server.received(), []);
}

#[tokio::test]
async fn without_a_server_it_is_unavailable() {
    let smtp = client(&SmtpServer::start());
    let error = smtp.send(&mail("ana")).await.unwrap_err();
    assert_eq!(error, MailError::Unavailable("no connection".to_owned()));
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let server = SmtpServer::start();
    let smtp = client(&server);
    for _ in 0..3 {
        smtp.send(&mail("ana")).await.unwrap();
        // The connection is parked by a task of its own.
        yield_now().await;
    }
    assert_eq!(server.received().len(), 3);
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn after_a_mail_was_given_up_the_next_one_does_not_follow_on_its_connection() {
    let server = SmtpServer::start();
    let smtp = client(&server);
    let slow = mail("slow");
    server.fall_silent(&slow.to);
    let given_up = timeout(Duration::from_millis(200), smtp.send(&slow)).await;
    assert!(given_up.is_err());
    yield_now().await;
    smtp.send(&mail("ana")).await.unwrap();
    let [(to, _)] = server.received().try_into().unwrap();
    assert_eq!(to, "ana@example.com");
    assert_eq!(server.connections(), 2);
}
