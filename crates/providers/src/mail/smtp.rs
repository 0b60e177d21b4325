//! Mail by SMTP.
//!
//! lettre speaks it, and two habits of lettre shape this module. Its time-out ends with connecting, so that a
//! server which falls silent would hold a mail for ever; the whole of a mail is limited here. And it puts a
//! connection back into its pool even when the mail on it was given up half-way, where the next mail would go
//! on inside the first. So each mail has a transport, that is a connection, to itself, and only one that has
//! got its answer is used again.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox, SinglePart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{self, AsyncSmtpTransportBuilder},
};
use tokio::time::timeout;

use super::{Mail, MailError, Mailer, address};

/// How long the server has to take a mail, with connecting.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Answers that blame our credentials and not the mail. It can be sent once they are mended.
const ABOUT_CREDENTIALS: [u16; 4] = [530, 534, 535, 538];

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// Sends by an SMTP server.
pub struct Smtp {
    server: AsyncSmtpTransportBuilder,
    from: Mailbox,
    limit: Duration,
    idle: Mutex<Vec<Transport>>,
}

/// Why mail cannot be sent with these settings. The URL is not repeated: it has a password.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpConfigError {
    /// The URL is none of SMTP.
    #[error("the URL must be smtps://user:password@host, or smtp://…?tls=required")]
    Url,
    /// The sender is none.
    #[error("the sender must be an address, such as Cotejo <no-reply@example.com>")]
    From,
}

impl Smtp {
    /// A sender over `smtps://user:password@host:port`, or `smtp://` with `?tls=required`,
    /// `?tls=opportunistic` or without TLS. `from` is an address, with or without a name.
    pub fn new(url: &str, from: &str) -> Result<Self, SmtpConfigError> {
        let server = Transport::from_url(url).map_err(|_| SmtpConfigError::Url)?;
        Ok(Self {
            server,
            from: from.parse().map_err(|_| SmtpConfigError::From)?,
            limit: TIMEOUT,
            idle: Mutex::default(),
        })
    }

    fn transport(&self) -> Transport {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.unwrap_or_else(|| self.server.clone().build())
    }

    fn put_back(&self, transport: Transport) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(transport);
    }

    fn message(&self, mail: &Mail) -> Result<Message, MailError> {
        let to = address(&mail.to).ok_or_else(|| refused("its address is none"))?;
        // Programs that answer mails do not answer one that says so (RFC 3834).
        let automatic = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&mail.subject)
            .message_id(None)
            .date_now()
            .raw_header(automatic)
            .singlepart(SinglePart::plain(mail.text.clone()))
            .map_err(|_| refused("it cannot be written as a mail"))
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = self.message(mail)?;
        let transport = self.transport();
        let sent = timeout(self.limit, transport.send(message))
            .await
            .map_err(|_| unavailable("it took too long"))?;
        self.put_back(transport);
        sent.map_err(|error| explain(&error))?;
        Ok(())
    }
}

fn explain(error: &smtp::Error) -> MailError {
    match error.status().map(u16::from) {
        Some(code) if ABOUT_CREDENTIALS.contains(&code) => {
            unavailable(format!("the server refused the credentials with {code}"))
        }
        Some(code) if error.is_permanent() => refused(format!("the server refused it with {code}")),
        Some(code) => unavailable(format!("the server put it off with {code}")),
        None if error.is_tls() => unavailable("the TLS handshake failed"),
        None if error.is_response() => unavailable("the server's answer is not SMTP"),
        None if error.is_client() => unavailable("the server cannot do what is needed"),
        None => unavailable("no connection"),
    }
}

fn refused(reason: impl Into<String>) -> MailError {
    MailError::Refused(reason.into())
}

fn unavailable(reason: impl Into<String>) -> MailError {
    MailError::Unavailable(reason.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::net::TcpListener;

    use super::*;

    const FROM: &str = "Cotejo <no-reply@cotejo.example>";

    fn smtp(url: &str) -> Smtp {
        Smtp::new(url, FROM).unwrap()
    }

    fn mail(subject: &str, text: &str) -> Mail {
        Mail {
            to: "ana@example.com".to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
        }
    }

    fn written(mail: &Mail) -> String {
        let message = smtp("smtp://127.0.0.1").message(mail).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    /// Names of the headers: what stands before the colon of each line that continues no other.
    fn header_names(written: &str) -> Vec<&str> {
        let head = written.split("\r\n\r\n").next().unwrap_or_default();
        let mut names: Vec<&str> = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split(':').next().unwrap_or_default())
            .collect();
        names.sort_unstable();
        names
    }

    const HEADERS: [&str; 9] = [
        "Auto-Submitted",
        "Content-Transfer-Encoding",
        "Content-Type",
        "Date",
        "From",
        "MIME-Version",
        "Message-ID",
        "Subject",
        "To",
    ];

    #[test]
    fn settings() {
        for (url, from, wrong) in [
            ("smtp://localhost", FROM, None),
            ("smtp://user:p%40ss@mail.example:587?tls=required", FROM, None),
            ("smtp://mail.example?tls=opportunistic", FROM, None),
            ("smtps://user:pass@mail.example", "no-reply@cotejo.example", None),
            ("mail.example:25", FROM, Some(SmtpConfigError::Url)),
            ("http://mail.example", FROM, Some(SmtpConfigError::Url)),
            (
                "smtp://mail.example?tls=perhaps",
                FROM,
                Some(SmtpConfigError::Url),
            ),
            ("", FROM, Some(SmtpConfigError::Url)),
            ("smtp://mail.example", "Cotejo", Some(SmtpConfigError::From)),
            ("smtp://mail.example", "", Some(SmtpConfigError::From)),
        ] {
            assert_eq!(Smtp::new(url, from).err(), wrong, "{url} {from}");
        }
    }

    #[test]
    fn a_mail_says_what_it_is() {
        let written = written(&mail("Code", "It is 123456."));
        assert_eq!(header_names(&written), HEADERS);
        for line in [
            "From: Cotejo <no-reply@cotejo.example>\r\n",
            "To: ana@example.com\r\n",
            "Subject: Code\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Content-Type: text/plain; charset=utf-8\r\n",
        ] {
            assert!(written.contains(line), "{line}{written}");
        }
    }

    #[test]
    fn a_bad_address_is_refused() {
        for to in ["ana", "ana@example.com\r\nBcc: luis@example.com"] {
            let mail = Mail {
                to: to.to_owned(),
                ..mail("", "")
            };
            let error = smtp("smtp://127.0.0.1").message(&mail).unwrap_err();
            assert_eq!(error, refused("its address is none"));
        }
    }

    #[tokio::test]
    async fn a_silent_server_is_not_waited_for() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let smtp = Smtp {
            limit: Duration::from_millis(100),
            ..smtp(&format!("smtp://{}", listener.local_addr().unwrap()))
        };
        let error = smtp.send(&mail("Code", "It is 123456.")).await.unwrap_err();
        assert_eq!(error, unavailable("it took too long"));
    }

    /// Text in which line breaks and what looks like headers are likely.
    fn hostile() -> impl Strategy<Value = String> {
        let pieces = prop_oneof![
            prop::sample::select(vec![
                "\r\n",
                "\r",
                "\n",
                "\0",
                " ",
                ": ",
                "Bcc: luis@example.com",
                "\r\n\r\n",
                "."
            ])
            .prop_map(str::to_owned),
            any::<char>().prop_map(String::from),
            "[a-zé ]{0,90}",
        ];
        prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn no_subject_and_no_text_make_a_header(subject in hostile(), text in hostile()) {
            let written = written(&mail(&subject, &text));
            prop_assert_eq!(header_names(&written), HEADERS);
        }
    }
}
