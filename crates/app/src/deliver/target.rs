//! Whom a delivery goes to: a hook or an action of a rule, as it is kept.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cotejo_domain::{
    clients::Client,
    hooks::{Enabled, Subscriber},
    ids::HookId,
    rules::Action,
    time::Timestamp,
};
use cotejo_store::deliveries::{self, Due};
use uuid::Uuid;

use super::{
    mail::MailText,
    web::{Payload, Web},
};
use crate::{App, AppResult, hooks::still_signs};

/// Most deliveries that are read at once.
const BATCH: i64 = 64;

/// Whom a delivery goes to.
pub(super) enum Target {
    Web(Web),
    Mailbox {
        readers: Vec<String>,
        text: MailText,
    },
    /// Disabled or gone: what waits for it is given up.
    Nobody,
}

/// A target with what is kept of it.
pub(super) struct Loaded {
    pub(super) target: Target,
    /// The hook, where the target is one: how it fares is noted.
    pub(super) hook: Option<(HookId, Option<Timestamp>, String)>,
    pub(super) due: Vec<Due>,
}

impl App {
    pub(super) async fn load_target(
        &self,
        conn: &mut sqlx::PgConnection,
        tenant: &Client,
        target: Uuid,
    ) -> AppResult<Loaded> {
        let now = self.now(tenant);
        let due = deliveries::due(&mut *conn, tenant.id, target, now, BATCH).await?;
        if let Some(stored) = cotejo_store::hooks::find(&mut *conn, tenant.id, HookId(target), false).await? {
            let hook = &stored.hook;
            let noted = (hook.id, hook.failing_since, url_of(&hook.subscription.subscriber));
            let mut keys = vec![self.open_key(tenant.id, hook.id, &stored.signing_key)?];
            if let Some(previous) = still_signs(stored.previous_key.as_ref(), now) {
                keys.push(self.open_key(tenant.id, hook.id, previous)?);
            }
            let target = match &hook.subscription.subscriber {
                _ if hook.subscription.status == Enabled::Disabled => Target::Nobody,
                Subscriber::Web { url, method, format } => Target::Web(Web {
                    status_email: None,
                    method: *method,
                    url: url.clone(),
                    format: *format,
                    keys,
                    headers: Vec::new(),
                    payload: Payload::Event,
                }),
                Subscriber::Email {
                    address, language, ..
                } => Target::Mailbox {
                    readers: vec![address.clone()],
                    text: MailText::Notice(*language),
                },
            };
            return Ok(Loaded {
                target,
                hook: Some(noted),
                due,
            });
        }
        let action = cotejo_store::rules::enabled_action(conn, tenant.id, target).await?;
        let target = match action {
            None => Target::Nobody,
            Some(stored) => of_action(self.open_action(tenant.id, &stored)?),
        };
        Ok(Loaded {
            target,
            hook: None,
            due,
        })
    }
}

fn url_of(subscriber: &Subscriber) -> String {
    match subscriber {
        Subscriber::Web { url, .. } => url.clone(),
        Subscriber::Email { address, .. } => address.clone(),
    }
}

fn of_action(action: Action) -> Target {
    match action {
        Action::Webhook {
            name,
            status_email,
            method,
            url,
            headers,
            credentials,
            variables,
            body,
            format,
            signing_key,
        } => {
            let mut own: Vec<(String, String)> = headers.into_iter().collect();
            if let Some((user, password)) = credentials {
                let basic = STANDARD.encode(format!("{user}:{password}"));
                own.push(("authorization".to_owned(), format!("Basic {basic}")));
            }
            Target::Web(Web {
                status_email: (!status_email.is_empty()).then_some((status_email, name)),
                method,
                url,
                format,
                keys: vec![signing_key],
                headers: own,
                payload: match body {
                    Some(template) => Payload::Template(template),
                    None if variables.is_empty() => Payload::Event,
                    None => Payload::Variables(variables),
                },
            })
        }
        Action::Email { to, subject, body } => Target::Mailbox {
            readers: to,
            text: MailText::Templates(subject, body),
        },
    }
}
