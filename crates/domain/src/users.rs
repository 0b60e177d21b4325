//! People of a client: who may sign in, and as what.

use crate::{
    contacts::is_email,
    fields::{FieldErrors, Fields, must_be_one_of},
    ids::{ClientId, UserId},
    language::Language,
    time::Timestamp,
};

crate::text_enum! {
    /// Whether a user may sign in.
    pub enum UserStatus {
        /// Was invited and has no password yet.
        Invited = "invited",
        /// May sign in.
        Active = "active",
        /// May not.
        Disabled = "disabled",
    }
}

/// How long an invitation is good, in seconds.
pub const INVITATION_SECONDS: i64 = 72 * 3600;

/// How long a session lasts, in seconds.
pub const SESSION_SECONDS: i64 = 12 * 3600;

/// Wrong passwords before a user is locked out, and for how long, in seconds.
pub const FAILURES: i16 = 5;
/// How long a user is locked out.
pub const LOCKED_SECONDS: i64 = 15 * 60;

/// A person of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Whose.
    pub client: ClientId,
    /// Its id.
    pub id: UserId,
    /// The address, unique in the client in any case.
    pub email: String,
    /// The name.
    pub name: String,
    /// The language of what is written to it.
    pub language: Language,
    /// Name of its role.
    pub role: String,
    /// Whether it may sign in.
    pub status: UserStatus,
    /// When it last did.
    pub last_login: Option<Timestamp>,
    /// When it was invited.
    pub created: Timestamp,
    /// When it was changed last.
    pub updated: Timestamp,
}

/// What is said of a user that is invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The address.
    pub email: String,
    /// The name.
    pub name: String,
    /// The role.
    pub role: String,
    /// The language.
    pub language: Option<Language>,
}

impl Invitation {
    /// Reads the fields of a request. Whether the role exists is for the caller to judge.
    ///
    /// # Errors
    /// Every field that is missing or wrong.
    pub fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let email = fields.text("email", 254, &mut errors).unwrap_or_default();
        if errors.0.is_empty() && !is_email(&email) {
            errors.push("email", "must be an e-mail address");
        }
        let role = fields.text("role", 100, &mut errors).unwrap_or_default();
        if fields.get("role").is_none() {
            errors.push("role", "is required");
        }
        let name = fields.text("name", 100, &mut errors).unwrap_or_default();
        let language = fields.one_of("language", Language::ALL, &mut errors);
        errors.into_result()?;
        Ok(Self {
            email,
            name,
            role,
            language,
        })
    }
}

/// What is changed of a user; what is absent stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The role.
    pub role: Option<String>,
    /// Active or disabled.
    pub status: Option<UserStatus>,
    /// The name.
    pub name: Option<String>,
}

impl Change {
    /// Reads the fields of a request.
    ///
    /// # Errors
    /// Every field that is wrong; all of them where none is there.
    pub fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        const SETTABLE: &[UserStatus] = &[UserStatus::Active, UserStatus::Disabled];
        let mut errors = FieldErrors::default();
        let status = fields.one_of("status", SETTABLE, &mut errors);
        if status == Some(UserStatus::Invited) {
            errors.push("status", must_be_one_of(SETTABLE));
        }
        let change = Self {
            role: fields.text("role", 100, &mut errors),
            status,
            name: fields.text("name", 100, &mut errors),
        };
        if errors.0.is_empty() && change.role.is_none() && change.status.is_none() && change.name.is_none() {
            errors.push("role", "or status or name is required");
        }
        errors.into_result()?;
        Ok(change)
    }
}

/// Whether a text can be a password: 12 to 128 characters. No rule of composition: length is what counts (NIST
/// SP 800-63B).
pub fn is_password(text: &str) -> bool {
    (12..=128).contains(&text.chars().count())
}
