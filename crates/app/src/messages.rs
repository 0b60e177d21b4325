//! Messages to people: into a sandbox client's outbox, or by mail and phone through the deployment's servers.

use async_trait::async_trait;
use cotejo_domain::{
    clients::Client,
    ids::{ClientId, MessageId, ValidationId},
    messages::{Channel, Message, MessageState, Text},
    validations::{Asked, DeclinedReason, Outcome as Verdict, request::PhoneLocale},
};
use cotejo_providers::{
    mail::Mail,
    phone::{PhoneError, PhoneMessage},
};
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

/// Kind of the job that sends one message to a phone.
const PHONE_JOB: &str = "phone.send";

/// How long a message waits for a server that is not there.
const PAUSE: Duration = Duration::from_secs(60);

/// Sends mails.
pub struct SendMail(pub App);

/// Sends messages to phones.
pub struct SendToPhone(pub App);

/// A message that is to go out.
pub(crate) struct Outgoing {
    pub channel: Channel,
    pub to: String,
    pub text: Text,
    /// The one-time code in the text; empty where there is none.
    pub code: String,
    /// A resource and what the message is for: a second one of both is left out, unless it is for nothing in particular.
    pub about: Option<(Uuid, &'static str)>,
}

/// What became of a message that was handed over.
enum Handed {
    /// It went out.
    Sent,
    /// It never will: what that means for a validation whose code it carries.
    Failed(Verdict),
    /// It is tried again.
    Again(Outcome),
}

#[derive(Deserialize)]
struct MessagePayload {
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
                .map(|lease| async move { outcome(self.0.send_message(lease).await) }),
        )
        .await
    }
}

#[async_trait]
impl Handler for SendToPhone {
    fn kind(&self) -> &'static str {
        PHONE_JOB
    }

    fn concurrency(&self) -> usize {
        8
    }

    async fn run(&self, leases: &[Lease]) -> Vec<Outcome> {
        join_all(
            leases
                .iter()
                .map(|lease| async move { outcome(self.0.send_message(lease).await) }),
        )
        .await
    }
}

impl App {
    /// Writes a mail in the transaction that causes it. `about` is a resource and what the mail is for.
    pub(crate) async fn put_mail(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        to: &str,
        text: &Text,
        about: Option<(Uuid, &'static str)>,
    ) -> AppResult<()> {
        let mail = Outgoing {
            channel: Channel::Email,
            to: to.to_owned(),
            text: text.clone(),
            code: String::new(),
            about,
        };
        self.put_message(conn, client, mail).await
    }

    /// Writes a message in the transaction that causes it: into the outbox of a sandbox client, else to be sent.
    pub(crate) async fn put_message(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        message: Outgoing,
    ) -> AppResult<()> {
        let now = self.now(client);
        let message = Message {
            client: client.id,
            id: MessageId(self.ids().uuid(now)),
            channel: message.channel,
            to: message.to,
            subject: message.text.subject,
            body: message.text.body,
            code: message.code,
            state: if client.is_sandbox() {
                MessageState::Outbox
            } else {
                MessageState::Waiting
            },
            resource: message.about.map(|(resource, _)| resource),
            purpose: message.about.map_or("", |(_, purpose)| purpose),
            created: now,
        };
        let put = cotejo_store::messages::insert(&mut *conn, std::slice::from_ref(&message)).await?;
        if put.is_empty() || client.is_sandbox() {
            return Ok(());
        }
        Ok(cotejo_queue::enqueue(conn, &[self.send_job(&message)]).await?)
    }

    /// The job that sends a message.
    pub(crate) fn send_job(&self, message: &Message) -> NewJob {
        NewJob {
            id: self.ids().uuid(self.clock().now()),
            kind: if message.channel == Channel::Email {
                MAIL_JOB
            } else {
                PHONE_JOB
            },
            payload: format!(
                r#"{{"client":"{}","message":"{}"}}"#,
                message.client.0, message.id.0
            ),
            // Somebody waits for a code.
            lane: Lane::of(message.client.0, i16::from(message.code.is_empty())),
            after: Duration::ZERO,
            key: None,
            clock: None,
        }
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

    async fn send_message(&self, lease: &Lease) -> AppResult<Outcome> {
        let payload: MessagePayload = payload(lease)?;
        let (client, id) = (ClientId(payload.client), MessageId(payload.message));
        let mut conn = self.inner.pool.acquire().await?;
        let message = cotejo_store::messages::find(&mut conn, client, id).await?;
        drop(conn);
        let Some(message) = message.filter(|message| message.state == MessageState::Waiting) else {
            return self.drop_lease(lease).await;
        };
        let about = message.resource.filter(|_| !message.code.is_empty());
        // A code that validates nothing any more is sent to nobody, and forgotten.
        if let Some(validation) = about
            && self.has_ended(client, ValidationId(validation)).await?
        {
            let mut tx = cotejo_store::begin(&self.inner.pool).await?;
            cotejo_queue::finish(&mut tx, &[lease]).await?;
            cotejo_store::messages::settle(&mut tx, client, id, MessageState::Failed).await?;
            tx.commit().await?;
            return Ok(Outcome::Done);
        }
        let handed = if message.channel == Channel::Email {
            self.hand_to_mailer(message).await
        } else {
            let locale = self.locale_of(client, about).await?;
            self.hand_to_gateway(message, locale).await
        };
        let (state, verdict) = match handed {
            Handed::Again(outcome) => return Ok(outcome),
            Handed::Sent => (MessageState::Sent, None),
            Handed::Failed(verdict) => (MessageState::Failed, Some(verdict)),
        };
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        if !cotejo_queue::finish(&mut tx, &[lease]).await?.is_empty() {
            cotejo_store::messages::settle(&mut tx, client, id, state).await?;
            if let Some(validation) = about {
                self.code_went_out(&mut tx, client, ValidationId(validation), verdict)
                    .await?;
            }
            tx.commit().await?;
        }
        Ok(Outcome::Done)
    }

    async fn has_ended(&self, client: ClientId, id: ValidationId) -> AppResult<bool> {
        let mut conn = self.inner.pool.acquire().await?;
        let found = cotejo_store::validations::find(&mut conn, client, id).await?;
        Ok(found.is_none_or(|validation| validation.is_final()))
    }

    async fn hand_to_mailer(&self, message: Message) -> Handed {
        let Some(mailer) = &self.inner.mailer else {
            return Handed::Again(Outcome::Later(PAUSE));
        };
        let (client, id) = (message.client, message.id);
        let mail = Mail {
            to: message.to,
            subject: message.subject,
            text: message.body,
        };
        match mailer.send(&mail).await {
            Ok(()) => Handed::Sent,
            Err(error) if error.is_transient() => Handed::Again(Outcome::Failed(error.to_string())),
            Err(error) => {
                tracing::warn!(client.id = %client, message.id = %id, error = %error, "a mail was refused");
                Handed::Failed(Verdict::Declined(DeclinedReason::EmailNotValidVerdict))
            }
        }
    }

    /// The language in which a message is spoken: that of the validation whose code it carries.
    async fn locale_of(&self, client: ClientId, validation: Option<Uuid>) -> AppResult<PhoneLocale> {
        let Some(id) = validation else {
            return Ok(PhoneLocale::Es);
        };
        let mut conn = self.inner.pool.acquire().await?;
        let found = cotejo_store::validations::find(&mut conn, client, ValidationId(id)).await?;
        Ok(match found.map(|validation| validation.asked) {
            Some(Asked::Phone { locale, .. }) => locale,
            _ => PhoneLocale::Es,
        })
    }

    async fn hand_to_gateway(&self, message: Message, locale: PhoneLocale) -> Handed {
        let Some(gateway) = &self.inner.gateway else {
            return Handed::Again(Outcome::Later(PAUSE));
        };
        let (client, id) = (message.client, message.id);
        let sent = gateway
            .send(&PhoneMessage {
                to: message.to,
                text: message.body,
                spoken: message.channel == Channel::Call,
                language: locale.as_str(),
            })
            .await;
        match sent {
            Ok(()) => Handed::Sent,
            Err(PhoneError::OutOfReach) => {
                Handed::Failed(Verdict::Declined(DeclinedReason::PhoneNumberOutOfCoverage))
            }
            Err(error @ PhoneError::Unavailable(_)) => Handed::Again(Outcome::Failed(error.to_string())),
            Err(error @ PhoneError::Refused(_)) => {
                tracing::warn!(client.id = %client, message.id = %id, error = %error, "a message was refused");
                Handed::Failed(Verdict::SystemError)
            }
        }
    }
}
