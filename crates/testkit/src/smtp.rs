//! An SMTP server that keeps what it takes.
//!
//! mailin speaks the protocol and leaves the connections to us; the server that its authors put around it
//! builds a second TLS stack. Ours speaks plain SMTP on loopback. It has a thread and a runtime to itself, so
//! that it answers whatever the test's own runtime is doing, and so that it is gone, with its port and its
//! connections, once it is dropped.

use std::{
    collections::HashMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

use mailin::{Action, Handler, Response, Session, SessionBuilder, response::OK};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
    select,
    sync::Notify,
};

/// A server on a port of its own. It takes all mail but that to recipients of whom the test says otherwise.
pub struct SmtpServer {
    address: SocketAddr,
    state: Shared,
    stop: Arc<Notify>,
    thread: Option<JoinHandle<()>>,
}

/// What the server does with mail to a recipient that it does not simply take.
#[derive(Debug, Clone, Copy)]
enum Exception {
    Refuse(u16),
    FallSilent,
}

#[derive(Debug, Default)]
struct State {
    connections: usize,
    exceptions: HashMap<String, Exception>,
    received: Vec<(String, String)>,
}

#[derive(Debug, Clone, Default)]
struct Shared(Arc<Mutex<State>>);

impl Shared {
    fn with<T>(&self, use_state: impl FnOnce(&mut State) -> T) -> T {
        use_state(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SmtpServer {
    /// Starts it.
    ///
    /// # Panics
    /// Without a free port.
    #[expect(clippy::expect_used, reason = "a test without its server has failed")]
    pub fn start() -> Self {
        let (runtime, listener, address) = listen().expect("a port on loopback");
        let state = Shared::default();
        let stop = Arc::<Notify>::default();
        let thread = thread::spawn({
            let (state, stop) = (state.clone(), Arc::clone(&stop));
            move || {
                runtime.block_on(async {
                    select! {
                        () = stop.notified() => {}
                        Err(error) = accept(&listener, &state) => panic!("no connection: {error}"),
                    }
                });
            }
        });
        Self {
            address,
            state,
            stop,
            thread: Some(thread),
        }
    }

    /// Where it listens: `smtp://127.0.0.1:port`.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Refuses mail to an address with a code: 550 for ever, 452 for now.
    pub fn refuse(&self, recipient: &str, code: u16) {
        self.except(recipient, Exception::Refuse(code));
    }

    /// Reads mail to an address to its end, and then neither keeps nor answers it.
    pub fn fall_silent(&self, recipient: &str) {
        self.except(recipient, Exception::FallSilent);
    }

    /// What it took until now: the recipient, and the mail with its head. A mail is here before its sender is
    /// answered.
    pub fn received(&self) -> Vec<(String, String)> {
        self.state.with(|state| state.received.clone())
    }

    /// How many connections it was called on.
    pub fn connections(&self) -> usize {
        self.state.with(|state| state.connections)
    }

    fn except(&self, recipient: &str, exception: Exception) {
        self.state
            .with(|state| state.exceptions.insert(recipient.to_owned(), exception));
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.stop.notify_one();
        drop(self.thread.take().map(JoinHandle::join));
    }
}

/// Listens before there is a thread, so that nobody can call too early.
fn listen() -> io::Result<(Runtime, TcpListener, SocketAddr)> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let listener = {
        let _within = runtime.enter();
        TcpListener::from_std(listener)?
    };
    Ok((runtime, listener, address))
}

async fn accept(listener: &TcpListener, state: &Shared) -> io::Result<()> {
    loop {
        let (stream, client) = listener.accept().await?;
        state.with(|state| state.connections += 1);
        let session = SessionBuilder::new("mail.example").build(client.ip(), Post::new(state.clone()));
        // Clients may break off as they like, so nobody asks how a conversation ended.
        tokio::spawn(converse(stream, session));
    }
}

async fn converse(stream: TcpStream, mut session: Session<Post>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = Vec::new();
    let mut answer = session.greeting();
    loop {
        if answer.action != Action::NoReply {
            stream.write_all(&answer.buffer()?).await?;
        }
        line.clear();
        if answer.action == Action::Close || stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        answer = session.process(&line);
    }
}

/// What is known of the mail that is being sent on one connection.
struct Post {
    state: Shared,
    recipients: Vec<String>,
    data: Vec<u8>,
}

impl Post {
    fn new(state: Shared) -> Self {
        Self {
            state,
            recipients: Vec::new(),
            data: Vec::new(),
        }
    }

    fn exception(&self, recipient: &str) -> Option<Exception> {
        self.state.with(|state| state.exceptions.get(recipient).copied())
    }
}

impl Handler for Post {
    fn rcpt(&mut self, to: &str) -> Response {
        match self.exception(to) {
            Some(Exception::Refuse(code)) => Response::custom(code, "Not here".to_owned()),
            Some(Exception::FallSilent) | None => OK,
        }
    }

    fn data_start(&mut self, _: &str, _: &str, _: bool, to: &[String]) -> Response {
        to.clone_into(&mut self.recipients);
        self.data.clear();
        OK
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        self.data.extend(line);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let silent = |to: &String| matches!(self.exception(to), Some(Exception::FallSilent));
        if self.recipients.iter().any(silent) {
            let mut silence = OK;
            silence.action = Action::NoReply;
            return silence;
        }
        let mail = String::from_utf8_lossy(&self.data);
        let received = self.recipients.iter().map(|to| (to.clone(), mail.to_string()));
        self.state.with(|state| state.received.extend(received));
        OK
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead as _, Write as _},
        net::TcpStream,
    };

    use super::*;

    /// Says each line and expects an answer with its code; a line of a mail has none.
    fn talk(server: &SmtpServer, lines: &[(&str, Option<u16>)]) {
        let mut stream = io::BufReader::new(TcpStream::connect(server.address).unwrap());
        let mut answer = String::new();
        stream.read_line(&mut answer).unwrap();
        for (line, code) in lines {
            stream
                .get_mut()
                .write_all(format!("{line}\r\n").as_bytes())
                .unwrap();
            if let Some(code) = code {
                answer.clear();
                stream.read_line(&mut answer).unwrap();
                assert!(answer.starts_with(&format!("{code} ")), "{line}: {answer}");
            }
        }
    }

    #[test]
    fn each_recipient_that_was_taken_gets_the_mail() {
        let server = SmtpServer::start();
        server.refuse("nobody@example.com", 550);
        talk(
            &server,
            &[
                ("HELO client.example", Some(250)),
                ("MAIL FROM:<no-reply@cotejo.example>", Some(250)),
                ("RCPT TO:<forgotten@example.com>", Some(250)),
                ("RSET", Some(250)),
                ("MAIL FROM:<no-reply@cotejo.example>", Some(250)),
                ("RCPT TO:<ana@example.com>", Some(250)),
                ("RCPT TO:<nobody@example.com>", Some(550)),
                ("RCPT TO:<luis@example.com>", Some(250)),
                ("DATA", Some(354)),
                ("Subject: Hola", None),
                ("", None),
                ("Tu código:", None),
                ("..", None),
                (".", Some(250)),
                ("QUIT", Some(221)),
            ],
        );
        let mail = || "Subject: Hola\r\n\r\nTu código:\r\n.\r\n".to_owned();
        assert_eq!(
            server.received(),
            [
                ("ana@example.com".to_owned(), mail()),
                ("luis@example.com".to_owned(), mail()),
            ]
        );
        assert_eq!(server.connections(), 1);
    }

    #[test]
    fn a_dropped_server_is_gone_at_once() {
        let server = SmtpServer::start();
        let address = server.address;
        let mut open = io::BufReader::new(TcpStream::connect(address).unwrap());
        let mut line = String::new();
        open.read_line(&mut line).unwrap();
        drop(server);
        line.clear();
        assert_eq!(open.read_line(&mut line).unwrap(), 0);
        assert!(TcpStream::connect(address).is_err());
    }
}
