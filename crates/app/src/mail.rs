//! Messages to people: into a sandbox client's outbox, or by mail through the deployment's server.

use async_trait::async_trait;
use cotejo_domain::{
    clients::Client,
    ids::{ClientId, MessageId},
    messages::{Channel, Message, MessageState, Text},
};
use cotejo_providers::mail::Mail;
use cotejo_queue::{Handler, Lane, Lease, NewJob, Outcome};
use futures_util::future::join_all;
use serde::Deserialize;
use sqlx::PgConnection;
use std::time::Duration;
use uuid::Uuid;

use crate::{
    App, AppResult,
    jobs::{outcome, payload},
};

/// Kind of the job that sends one mail.
const MAIL_JOB: &str = "mail.send";

/// How long a mail waits for a server that is not there.
const PAUSE: Duration = Duration::from_secs(60);

/// Sends mails.
pub struct SendMail(pub App);

#[derive(Deserialize)]
struct MailPayload {
    client: Uuid,
    message: Uuid,
}

#[async_trait]
impl Handler for SendMail {
    fn kind(&self) -> &'static str {
        MAIL_JOB
    }

    fn concurrency(&self) -> usize {
        8
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        join_all(
            leases
                .iter()
                .map(|lease| async move { outcome(self.0.send_mail(lease).await) }),
        )
        .await
    }
}

impl App {
    /// Writes a mail in the transaction that causes it: into the outbox of a sandbox client, else to be sent.
    /// `about` is a resource and what the mail is for: a second one of both is left out, unless it is for nothing in
    /// particular.
    pub(crate) async fn put_mail(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        to: &str,
        text: &Text,
        about: Option<(Uuid, &'static str)>,
    ) -> AppResult<()> {
        let now = self.now(client);
        let message = Message {
            client: client.id,
            id: MessageId(self.ids().uuid(now)),
            channel: Channel::Email,
            to: to.to_owned(),
            subject: text.subject.clone(),
            body: text.body.clone(),
            code: String::new(),
            state: if client.is_sandbox() {
                MessageState::Outbox
            } else {
                MessageState::Waiting
            },
            resource: about.map(|(resource, _)| resource),
            purpose: about.map_or("", |(_, purpose)| purpose),
            created: now,
        };
        let put = cotejo_store::messages::insert(&mut *conn, std::slice::from_ref(&message)).await?;
        if put.is_empty() || client.is_sandbox() {
            return Ok(());
        }
        let job = NewJob {
            id: self.ids().uuid(self.clock().now()),
            kind: MAIL_JOB,
            payload: format!(r#"{{"client":"{}","message":"{}"}}"#, client.id.0, message.id.0),
            lane: Lane::of(client.id.0, 1),
            after: Duration::ZERO,
            key: None,
            clock: None,
        };
        Ok(cotejo_queue::enqueue(conn, &[job]).await?)
    }

    /// Writes to the administrators of a client.
    pub(crate) async fn tell_administrators(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        text: &Text,
    ) -> AppResult<()> {
        for user in cotejo_store::users::administrators(&mut *conn, client.id).await? {
            self.put_mail(&mut *conn, client, &user.email, text, None).await?;
        }
        Ok(())
    }

    async fn send_mail(&self, lease: &Lease) -> AppResult<Outcome> {
        let payload: MailPayload = payload(lease)?;
        let (client, id) = (ClientId(payload.client), MessageId(payload.message));
        let mut conn = self.inner.pool.acquire().await?;
        let message = cotejo_store::messages::find(&mut conn, client, id).await?;
        drop(conn);
        let state = match message.filter(|message| message.state == MessageState::Waiting) {
            None => MessageState::Sent,
            Some(message) => {
                let Some(mailer) = &self.inner.mailer else {
                    return Ok(Outcome::Later(PAUSE));
                };
                let mail = Mail {
                    to: message.to,
                    subject: message.subject,
                    text: message.body,
                };
                match mailer.send(&mail).await {
                    Ok(()) => MessageState::Sent,
                    Err(error) if error.is_transient() => return Ok(Outcome::Failed(error.to_string())),
                    Err(error) => {
                        tracing::warn!(client.id = %client, message.id = %id, error = %error, "a mail was refused");
                        MessageState::Failed
                    }
                }
            }
        };
        let mut tx = self.inner.pool.begin().await?;
        if !cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            cotejo_store::messages::settle(&mut tx, client, id, state).await?;
            tx.commit().await?;
        }
        Ok(Outcome::Done)
    }
}
