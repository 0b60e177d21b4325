//! The outbox: messages that a sandbox client would have sent.

use cotejo_domain::{
    fields::{FieldErrors, Fields},
    ids::MessageId,
    messages::{Channel, Message},
    permissions::Permission,
};
use cotejo_store::messages::Listing;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Cleared, sandbox_of};
use crate::{
    App, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

/// A message of the outbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageBody {
    /// Its id
    #[schema(value_type = String)]
    pub id: MessageId,
    /// `email`, `sms`, `whatsapp` or `call`
    #[schema(value_type = String, example = "sms")]
    pub channel: Channel,
    /// Whom to
    pub to: String,
    /// Its subject; empty but for mail
    pub subject: String,
    /// Its text
    pub body: String,
    /// The one-time code in the text; empty where there is none
    pub code: String,
    /// RFC 3339
    pub creation_date: String,
}

impl From<Message> for MessageBody {
    fn from(message: Message) -> Self {
        Self {
            id: message.id,
            channel: message.channel,
            to: message.to,
            subject: message.subject,
            body: message.body,
            code: message.code,
            creation_date: message.created.rfc3339_nanos(),
        }
    }
}

impl App {
    /// GET /v1/sandbox/outbox: what was "sent", newest first.
    pub async fn list_outbox(&self, caller: &Caller, query: &Fields) -> AppResult<Page<MessageBody>> {
        let client = sandbox_of(caller, Permission::AccountRead)?.id;
        let mut errors = FieldErrors::default();
        let channel = query.one_of("channel", Channel::ALL, &mut errors);
        errors.into_result()?;
        // A `+` that arrived as a blank, as an unescaped query sends it, is read as one.
        let to = query.get("to").map(|to| {
            to.strip_prefix(' ')
                .map_or(to.to_owned(), |digits| format!("+{digits}"))
        });
        let filter = format!(
            "{} {}",
            channel.map_or("", Channel::as_str),
            to.as_deref().unwrap_or_default()
        );
        let scope = Scope {
            client,
            route: "/v1/sandbox/outbox",
            filter: &filter,
        };
        let listing = Listing {
            channel,
            to,
            after: self.start_after(scope, query.get("start_key"))?,
            limit: ROWS,
        };
        let mut conn = self.inner.pool.acquire().await?;
        let rows = cotejo_store::messages::outbox(&mut conn, client, &listing).await?;
        Ok(self
            .page(scope, PAGE, rows, |message| Position::Id(message.id.0))
            .map(MessageBody::from))
    }

    /// DELETE /v1/sandbox/outbox
    pub async fn clear_outbox(&self, command: &Command) -> AppResult<Done> {
        let client = sandbox_of(&command.caller, Permission::AccountWrite)?.id;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let cleared = cotejo_store::messages::clear(&mut write.tx, client).await?;
        let audited = Audited {
            action: "sandbox.outbox_cleared",
            resource: client.0,
            ..Audited::default()
        };
        let answer = Cleared {
            message: "the outbox is empty".to_owned(),
            cleared,
        };
        self.end(write, command, audited, 200, &answer).await
    }
}
