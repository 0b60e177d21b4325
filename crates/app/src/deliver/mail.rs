//! Telling an event by mail.

use cotejo_domain::{
    clients::Client,
    events::Event,
    language::Language,
    messages::{self, Text},
    rules::Template,
};
use cotejo_providers::mail::Mail;

use super::attempt::Told;
use crate::{App, AppError, AppResult, events::resource_id, rules::wire_of};

/// What a mail says.
pub(super) enum MailText {
    /// That something happened.
    Notice(Language),
    /// Templates of subject and body.
    Templates(String, String),
}

impl App {
    pub(super) async fn mail(
        &self,
        tenant: &Client,
        readers: &[String],
        text: &MailText,
        event: &Event,
    ) -> Told {
        let Ok(text) = mail_text(text, event) else {
            return Told::refused("the mail could not be put together");
        };
        if tenant.is_sandbox() {
            // What a mail says of a resource goes when the resource goes.
            let about = Some((event.resource, ""));
            let put = async {
                let mut conn = self.inner.pool.acquire().await?;
                for reader in readers {
                    self.put_mail(&mut conn, tenant, reader, &text, about).await?;
                }
                Ok::<_, AppError>(())
            };
            return match put.await {
                Ok(()) => Told::taken(),
                Err(_) => Told::later("the outbox could not be written"),
            };
        }
        let Some(mailer) = &self.inner.mailer else {
            return Told::later("no mail server is configured");
        };
        for reader in readers {
            let mail = Mail {
                to: reader.clone(),
                subject: text.subject.clone(),
                text: text.body.clone(),
            };
            if let Err(error) = mailer.send(&mail).await {
                return if error.is_transient() {
                    Told::later(&error.to_string())
                } else {
                    Told::refused(&error.to_string())
                };
            }
        }
        Told::taken()
    }
}

fn mail_text(text: &MailText, event: &Event) -> AppResult<Text> {
    match text {
        MailText::Notice(language) => Ok(messages::event_notice(
            event.event_type.as_str(),
            event.action.as_str(),
            &resource_id(event.event_type, event.resource),
            &event.created.rfc3339_seconds(),
            *language,
        )),
        MailText::Templates(subject, body) => {
            let wire = wire_of(event)?;
            let render = |template: &str| Template::parse(template).map(|template| template.render(&wire));
            Ok(Text {
                subject: render(subject).map_err(AppError::internal)?,
                body: render(body).map_err(AppError::internal)?,
            })
        }
    }
}
