//! Mail to people: the port, and SMTP behind it.

mod smtp;

use async_trait::async_trait;
use lettre::Address;

pub use smtp::{Smtp, SmtpConfigError};

/// Longest address that SMTP can carry (RFC 5321).
const LONGEST_ADDRESS: usize = 254;

/// A mail of plain text to one person. It has no `Debug`, because all of it is personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The address, without a name.
    pub to: String,
    /// The subject. Line breaks in it are data like all else.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Why a mail was not sent. The reasons are ours: what the server said stays out of them, because servers
/// repeat addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// This mail will never be taken.
    #[error("the mail was refused: {0}")]
    Refused(String),
    /// It may be taken later.
    #[error("the mail could not be handed over: {0}")]
    Unavailable(String),
}

impl MailError {
    /// Whether sending it again can help.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// Something that sends mails.
#[async_trait]
pub trait Mailer: Send + Sync + 'static {
    /// Hands the mail over. After an [`MailError::Unavailable`] it may have been taken all the same: SMTP
    /// cannot tell a lost answer from a lost mail.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}

/// Whether mails can be sent to the text: one address, without a name.
pub fn valid_address(text: &str) -> bool {
    address(text).is_some()
}

fn address(text: &str) -> Option<Address> {
    (text.len() <= LONGEST_ADDRESS).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, good) in [
            ("ana@example.com", true),
            ("ana.maria+codes@mail.example.com", true),
            ("o'higgins@example.cl", true),
            ("ana@correo.español.example", true),
            ("", false),
            ("ana", false),
            ("ana@", false),
            ("@example.com", false),
            ("ana@@example.com", false),
            ("ana@example..com", false),
            ("ana maria@example.com", false),
            ("Ana <ana@example.com>", false),
            ("ana@example.com,luis@example.com", false),
            ("ana@example.com\r\nBcc: luis@example.com", false),
            ("ana\r\n@example.com", false),
            ("ana@example.com\0", false),
            (" ana@example.com", false),
        ] {
            assert_eq!(valid_address(text), good, "{text:?}");
        }
    }

    #[test]
    fn an_address_has_at_most_254_characters() {
        let label = "a".repeat(60);
        let domain = |length: usize| format!("{label}.{label}.{label}.{:b<length$}", "");
        let whole = |length: usize| format!("ana@{}", domain(length - 4 - 3 * 61));
        assert!(valid_address(&whole(240)));
        assert!(!valid_address(&whole(255)));
    }
}
