//! One-time codes: sent when a validation is made, entered to perform it.

use std::time::Duration;

use cotejo_domain::{
    clients::Client,
    fields::FieldErrors,
    ids::{ClientId, ValidationId},
    permissions::Permission,
    validations::{
        AccountName, Asked, Enrolled, Enrollment, Guess, Validation, Validator,
        codes::{self, MOST_GUESSES, MOST_SENT, WINDOW_SECONDS},
        config::Config,
        request::VerifyChannel,
    },
};
use cotejo_store::validations::{self as store, SentCode, Tries};
use sqlx::PgConnection;

use super::{VALIDATION, body::Shown, body::ValidationBody};
use crate::{
    App, AppError, AppResult,
    command::{Audited, Begun, Command, Done},
    messages::Outgoing,
    secrets::{Purpose, hmac_sha256, is_hmac_sha256},
};

/// Longest text that is taken for a code.
const LONGEST: usize = 64;

fn too_many() -> AppError {
    AppError::TooMany {
        message: "max rate limit reached".to_owned(),
        retry_after: Duration::from_secs(WINDOW_SECONDS.unsigned_abs()),
    }
}

/// The address or phone of an enrollment.
pub(super) fn contact(enrollment: &Enrollment) -> Option<&str> {
    match &enrollment.enrolled {
        Enrolled::Email { email } => Some(email),
        Enrolled::Phone { phone_number, .. } => Some(phone_number),
        Enrolled::Face { .. } | Enrolled::ReportedFace { .. } => None,
    }
}

impl App {
    /// Refuses to send a live client's code that nothing here can send.
    pub(super) fn can_send(&self, asked: &Asked) -> AppResult<()> {
        match asked {
            Asked::Email { .. } if self.inner.mailer.is_none() => {
                Err(AppError::NotConfigured("a mail server"))
            }
            Asked::Phone {
                channel: VerifyChannel::Whatsapp,
                ..
            } => Err(FieldErrors::one(
                "verify_channel",
                "whatsapp needs an approved outbound message of category OTP",
            )
            .into()),
            Asked::Phone { .. } if self.inner.gateway.is_none() => {
                Err(AppError::NotConfigured("a gateway for messages to phones"))
            }
            _ => Ok(()),
        }
    }

    /// Makes the code of a new validation and the message that carries it. Nothing of it is logged.
    pub(super) async fn make_code(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        validation: &Validation,
        contact: &str,
        config: &Config,
    ) -> AppResult<(SentCode, Outgoing)> {
        store::lock_tries(&mut *conn, client.id, validation.account, contact).await?;
        let tries = self.tries(conn, client, validation, contact).await?;
        if tries.sent >= MOST_SENT || tries.guesses >= MOST_GUESSES {
            return Err(too_many());
        }
        let code = codes::new(self.ids());
        let minutes = validation.terms.timeout.div_ceil(60);
        let (_, key) = self.inner.secrets.active(Purpose::Codes);
        let sent = SentCode {
            contact: contact.to_owned(),
            hash: with_parts(client.id, validation.id, &code, |parts| hmac_sha256(&key, parts)).to_vec(),
        };
        let message = Outgoing {
            channel: codes::channel(&validation.asked),
            to: contact.to_owned(),
            text: codes::message(&validation.asked, config, &client.name, &code, minutes),
            code,
            about: Some((validation.id.0, "code")),
        };
        Ok((sent, message))
    }

    async fn tries(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        validation: &Validation,
        contact: &str,
    ) -> AppResult<Tries> {
        let since = self.now(client).plus_seconds(-WINDOW_SECONDS);
        Ok(store::tries(conn, client.id, validation.account, contact, since).await?)
    }

    /// Performs a validation with the code that the person was sent. `account` is the path's, where it names one.
    pub async fn perform_validation(
        &self,
        command: &Command,
        id: ValidationId,
        account: Option<&AccountName>,
    ) -> AppResult<Done> {
        command.caller.require(Permission::ValidationsWrite)?;
        let fields = command.fields()?;
        let mut errors = FieldErrors::default();
        let known = [Validator::EmailVerification, Validator::PhoneVerification];
        let validator = fields.required_one_of("type", &known, &mut errors);
        let token = fields.required_text("token", LONGEST, "is required", &mut errors);
        errors.into_result()?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client();
        let mut validation = store::lock(&mut write.tx, client.id, id)
            .await?
            .filter(|validation| account.is_none_or(|name| *name == validation.account_name))
            .ok_or(VALIDATION)?;
        if Some(validation.asked.validator()) != validator {
            return Err(FieldErrors::one("type", "is another type than the validation's").into());
        }
        let token = token.unwrap_or_default();
        self.guess_code(&mut write.tx, client, &mut validation, &token)
            .await?;
        self.carry_process_on(&mut write.tx, client, &validation).await?;
        let audited = Audited {
            action: "validation.performed",
            resource: id.0,
            detail: validation.status().to_string(),
            ..Audited::default()
        };
        let body = ValidationBody::of(&validation, Shown::default());
        self.end(write, command, audited, 200, &body).await
    }

    /// Counts a code that was entered for a validation that is kept as it is: it ends by the right one, or by the last
    /// wrong one.
    pub(crate) async fn guess_code(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        validation: &mut Validation,
        text: &str,
    ) -> AppResult<()> {
        let now = self.now(client);
        // One whose time is over is ended by its job; it is over all the same.
        if validation.is_final() || validation.clone().expire(now) {
            return Err(AppError::Conflict("the validation has ended".to_owned()));
        }
        let sent = store::code(&mut *conn, client.id, validation.id).await?;
        let sent = sent.ok_or_else(|| AppError::internal("a code was never made"))?;
        let tries = self.tries(&mut *conn, client, validation, &sent.contact).await?;
        if tries.guesses >= MOST_GUESSES {
            return Err(too_many());
        }
        let right = self.is_code(validation, &sent, text);
        match validation.guess(right, now) {
            Guess::Right => {}
            Guess::Wrong | Guess::Last => store::count_guess(&mut *conn, client.id, validation.id).await?,
        }
        if validation.is_final() {
            self.conclude_alone(conn, client, validation).await
        } else {
            Ok(store::update(conn, validation).await?)
        }
    }

    /// Whether a text is the validation's code; compared through a MAC, so that a guess takes as long wherever it is
    /// wrong.
    fn is_code(&self, validation: &Validation, sent: &SentCode, text: &str) -> bool {
        codes::is_code(text)
            && with_parts(validation.client, validation.id, text, |parts| {
                let mut keys = self.inner.secrets.all(Purpose::Codes);
                keys.any(|key| is_hmac_sha256(&key, parts, &sent.hash))
            })
    }
}

/// What the MAC of a code is over: a code of another validation is another code.
fn with_parts<T>(client: ClientId, id: ValidationId, code: &str, of: impl FnOnce(&[&[u8]]) -> T) -> T {
    of(&[client.0.as_bytes(), id.0.as_bytes(), code.as_bytes()])
}
