//! Messages to people: codes, notices, invitations.

use uuid::Uuid;

use crate::{
    country::Country,
    ids::{ClientId, MessageId},
    language::Language,
    time::Timestamp,
};

crate::text_enum! {
    /// How a message goes out.
    pub enum Channel {
        /// By mail.
        Email = "email",
        /// As a short message.
        Sms = "sms",
        /// By WhatsApp.
        Whatsapp = "whatsapp",
        /// Spoken, in a call.
        Call = "call",
    }
}

crate::text_enum! {
    /// What became of a message.
    pub enum MessageState {
        /// It stays in a sandbox client's outbox.
        Outbox = "outbox",
        /// It is to be sent.
        Waiting = "waiting",
        /// It was handed to its channel.
        Sent = "sent",
        /// Its channel refused it.
        Failed = "failed",
    }
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Whose.
    pub client: ClientId,
    /// Its id.
    pub id: MessageId,
    /// How it goes out.
    pub channel: Channel,
    /// Whom to.
    pub to: String,
    /// Its subject; empty but for mail.
    pub subject: String,
    /// Its text.
    pub body: String,
    /// The one-time code in the text.
    pub code: String,
    /// What became of it.
    pub state: MessageState,
    /// What it is about: it is deleted with it.
    pub resource: Option<Uuid>,
    /// What it is for: one message a resource and purpose, unless this is empty.
    pub purpose: &'static str,
    /// When it was made, in the client's time.
    pub created: Timestamp,
}

/// A subject and a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its subject; empty but for mail.
    pub subject: String,
    /// Its text.
    pub body: String,
}

/// The language in which people of a country are written to.
pub const fn language_of(country: Country) -> Language {
    match country {
        Country::Br => Language::Pt,
        Country::All | Country::Co | Country::Cl | Country::Mx | Country::Pe | Country::Cr => Language::Es,
    }
}

/// The notice that the law wants: somebody looks at the person's background (ruling on the notice by law).
pub fn notice_of_check(client: &str, country: Country) -> Text {
    let body = match language_of(country) {
        Language::Pt => format!("{client} está consultando seus antecedentes com a sua autorização."),
        Language::Es => format!("{client} está consultando sus antecedentes con su autorización."),
        Language::En => format!("{client} is checking your background with your authorization."),
    };
    Text {
        subject: String::new(),
        body,
    }
}

/// An invitation to become a user. `link` opens it; `token` is what it carries.
pub fn invitation(client: &str, name: &str, token: &str, hours: i64, language: Language) -> Text {
    let name = if name.is_empty() {
        String::new()
    } else {
        format!(" {name}")
    };
    match language {
        Language::Es => Text {
            subject: format!("Invitación a {client}"),
            body: format!(
                "Hola{name}:\n\n{client} le invita a su cuenta de Cotejo. Este es su código de invitación, válido \
                 {hours} horas:\n\n{token}\n\nSi no esperaba este mensaje, ignórelo.\n"
            ),
        },
        Language::En => Text {
            subject: format!("Invitation to {client}"),
            body: format!(
                "Hello{name},\n\n{client} invites you to its Cotejo account. This is your invitation code, good for \
                 {hours} hours:\n\n{token}\n\nIf you did not expect this message, ignore it.\n"
            ),
        },
        Language::Pt => Text {
            subject: format!("Convite para {client}"),
            body: format!(
                "Olá{name},\n\n{client} convida você para a sua conta do Cotejo. Este é o seu código de convite, \
                 válido por {hours} horas:\n\n{token}\n\nSe não esperava esta mensagem, ignore-a.\n"
            ),
        },
    }
}

crate::text_enum! {
    /// Why we disabled a hook.
    pub enum DisabledReason {
        /// Its receiver said that it is gone for good.
        Gone = "the receiver answered 410 Gone",
        /// It failed for too long.
        Failing = "nothing could be delivered for 5 days",
    }
}

/// What administrators hear when a hook was disabled.
pub fn hook_disabled(hook: &str, url: &str, reason: DisabledReason, language: Language) -> Text {
    let reason = match reason {
        DisabledReason::Gone => language.choose(
            "el receptor respondió 410 Gone",
            reason.as_str(),
            "o receptor respondeu 410 Gone",
        ),
        DisabledReason::Failing => language.choose(
            "no se pudo entregar nada durante 5 días",
            reason.as_str(),
            "nada pôde ser entregue durante 5 dias",
        ),
    };
    match language {
        Language::Es => Text {
            subject: format!("El hook {hook} fue deshabilitado"),
            body: format!(
                "El hook {hook} ({url}) fue deshabilitado: {reason}.\n\nLos eventos se conservan: corrija el receptor, \
                 habilite el hook y reenvíe el período perdido.\n"
            ),
        },
        Language::En => Text {
            subject: format!("Hook {hook} was disabled"),
            body: format!(
                "Hook {hook} ({url}) was disabled: {reason}.\n\nThe events are kept: mend the receiver, enable the \
                 hook and replay what was missed.\n"
            ),
        },
        Language::Pt => Text {
            subject: format!("O hook {hook} foi desativado"),
            body: format!(
                "O hook {hook} ({url}) foi desativado: {reason}.\n\nOs eventos são mantidos: corrija o receptor, ative \
                 o hook e reenvie o período perdido.\n"
            ),
        },
    }
}

/// What administrators hear when a process's status was overridden (seed 000). Only ids and who: mail is read on the way.
pub fn status_overridden(
    process: &str,
    before: &str,
    after: &str,
    reason: &str,
    by: &str,
    language: Language,
) -> Text {
    match language {
        Language::Es => Text {
            subject: format!("El estado del proceso {process} fue modificado"),
            body: format!(
                "{by} cambió el estado del proceso {process} de {before} a {after}.\n\nRazón: {reason}\n"
            ),
        },
        Language::En => Text {
            subject: format!("The status of process {process} was changed"),
            body: format!(
                "{by} changed the status of process {process} from {before} to {after}.\n\nReason: {reason}\n"
            ),
        },
        Language::Pt => Text {
            subject: format!("O status do processo {process} foi alterado"),
            body: format!(
                "{by} alterou o status do processo {process} de {before} para {after}.\n\nMotivo: {reason}\n"
            ),
        },
    }
}

/// What the owner of a rule's action hears when a delivery failed for good.
pub fn delivery_failed(
    action: &str,
    delivery: &str,
    error: &str,
    status: Option<u16>,
    language: Language,
) -> Text {
    let action = if action.is_empty() { "webhook" } else { action };
    let outcome = status.map_or_else(|| error.to_owned(), |status| format!("HTTP {status}"));
    match language {
        Language::Es => Text {
            subject: format!("Una entrega de {action} falló"),
            body: format!("La entrega {delivery} de la acción {action} falló definitivamente: {outcome}.\n"),
        },
        Language::En => Text {
            subject: format!("A delivery of {action} failed"),
            body: format!("Delivery {delivery} of action {action} failed for good: {outcome}.\n"),
        },
        Language::Pt => Text {
            subject: format!("Uma entrega de {action} falhou"),
            body: format!("A entrega {delivery} da ação {action} falhou definitivamente: {outcome}.\n"),
        },
    }
}

/// What an e-mail subscriber hears of an event. Only ids: mail is read on the way.
pub fn event_notice(event: &str, action: &str, resource: &str, at: &str, language: Language) -> Text {
    let words = language.choose("Evento", "Event", "Evento");
    let (what, about, when) = match language {
        Language::Es => ("Evento", "Recurso", "Fecha"),
        Language::En => ("Event", "Resource", "Date"),
        Language::Pt => ("Evento", "Recurso", "Data"),
    };
    Text {
        subject: format!("{words}: {event} {action}"),
        body: format!("{what}: {event} {action}\n{about}: {resource}\n{when}: {at}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_exists_in_every_language() {
        for language in Language::ALL {
            for text in [
                invitation("Acme", "Ana", "token", 72, *language),
                delivery_failed("sales", "DLV1", "there was no answer in time", None, *language),
                hook_disabled("HOK1", "https://example.com", DisabledReason::Gone, *language),
                status_overridden("IDP1", "failure", "success", "Other", "ana", *language),
                event_notice("check", "finished", "CHK1", "2026-01-02T03:04:05Z", *language),
            ] {
                assert!(!text.subject.is_empty() && !text.body.is_empty());
                assert!(!text.subject.contains('\n'));
            }
        }
    }

    #[test]
    fn brazilians_are_written_to_in_portuguese() {
        assert!(
            notice_of_check("Acme", Country::Br)
                .body
                .contains("seus antecedentes com a sua")
        );
        assert!(
            notice_of_check("Acme", Country::Co)
                .body
                .contains("sus antecedentes")
        );
    }
}
