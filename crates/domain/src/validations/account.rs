//! Accounts of validations: whom a client's enrollments and validations are about (seed 001, Accounts).

use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use uuid::Uuid;

use super::documents::{DocumentCountry, DocumentType};
use crate::{
    contacts::{self, is_account_id, is_email},
    fields::{FieldErrors, Fields},
    ids::{AccountId, ClientId},
    time::{Timestamp, parse_date},
};

/// The client's own id of a person: letters, digits, `_`, `.` and `-` (seed 001, Create Enrollment).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountName(String);

/// The text names no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must have 1 to 128 of the characters a-z A-Z 0-9 _ . -")]
pub struct InvalidAccountName;

impl AccountName {
    /// The name that an account without one is given.
    pub fn of(id: Uuid) -> Self {
        Self(AccountId(id).to_string())
    }

    /// As the client spells it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountName {
    type Err = InvalidAccountName;

    fn from_str(text: &str) -> Result<Self, InvalidAccountName> {
        is_account_id(text)
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidAccountName)
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Reads the account that a request is about; absent is one that is made for it.
pub fn account_of(fields: &Fields, errors: &mut FieldErrors) -> Option<AccountName> {
    let read = fields.get("account_id")?.parse();
    read.map_err(|error: InvalidAccountName| errors.push("account_id", error.to_string()))
        .ok()
}

/// What is known of the person of an account; everything may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Where the person is.
    pub country: Option<DocumentCountry>,
    /// What `document_number` is the number of.
    pub document_type: Option<DocumentType>,
    /// The number of the document.
    pub document_number: Option<String>,
    /// The day on which it was issued.
    pub document_issue_date: Option<NaiveDate>,
    /// Given names.
    pub first_name: Option<String>,
    /// Surnames.
    pub last_name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Phone.
    pub phone_number: Option<String>,
    /// Name on Facebook.
    pub facebook_user: Option<String>,
    /// Name on Twitter.
    pub twitter_user: Option<String>,
}

/// Longest name, and longest of the other texts.
const LONGEST_TEXT: usize = 200;

impl Person {
    /// Reads what a request says of a person.
    pub fn parse(fields: &Fields, errors: &mut FieldErrors) -> Self {
        let mut text = |name: &str| fields.text(name, LONGEST_TEXT, errors);
        let (document_number, first_name, last_name) =
            (text("document_number"), text("first_name"), text("last_name"));
        let (facebook_user, twitter_user) = (text("facebook_user"), text("twitter_user"));
        let (email, phone) = (text("email"), text("phone_number"));
        let email = email.filter(|email| {
            let good = is_email(email);
            if !good {
                errors.push("email", "must be an e-mail address");
            }
            good
        });
        let phone_number = phone.and_then(|phone| {
            let read = contacts::phone(&phone);
            if read.is_none() {
                errors.push("phone_number", PHONE);
            }
            read
        });
        // The reference and the guides name the same day differently.
        let issued = ["document_expedition_date", "document_issue_date"]
            .into_iter()
            .find(|name| fields.get(name).is_some());
        let document_issue_date = issued.and_then(|name| {
            let text = fields.get(name)?;
            let date = parse_date(text.get(..10).unwrap_or(text));
            if date.is_none() {
                errors.push(name, "must be a date (RFC 3339)");
            }
            date
        });
        Self {
            country: fields.one_of("country", DocumentCountry::ALL, errors),
            document_type: fields.one_of("document_type", DocumentType::ALL, errors),
            document_number,
            document_issue_date,
            first_name,
            last_name,
            email,
            phone_number,
            facebook_user,
            twitter_user,
        }
    }
}

/// What is expected of a phone.
pub const PHONE: &str = "must be a phone number with its country code, as +573001234567";

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Whose it is.
    pub client: ClientId,
    /// Its id with us.
    pub id: Uuid,
    /// Its id with the client.
    pub name: AccountName,
    /// Whom it is about.
    pub person: Person,
    /// When it was made, in the client's time.
    pub created: Timestamp,
}

impl Account {
    /// Reads an account that is to be made.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn parse(
        fields: &Fields,
        client: ClientId,
        id: Uuid,
        created: Timestamp,
    ) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = account_of(fields, &mut errors);
        let person = Person::parse(fields, &mut errors);
        errors.into_result()?;
        Ok(Self {
            client,
            id,
            name: name.unwrap_or_else(|| AccountName::of(id)),
            person,
            created,
        })
    }

    /// An account of which nothing is known but its name.
    pub fn bare(client: ClientId, id: Uuid, name: Option<AccountName>, created: Timestamp) -> Self {
        Self {
            client,
            id,
            name: name.unwrap_or_else(|| AccountName::of(id)),
            person: Person::default(),
            created,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_accounts() {
        for name in ["a", "user_1", "A.b-c", "scenario.underage", &"x".repeat(128)] {
            assert_eq!(name.parse::<AccountName>().unwrap().as_str(), name);
        }
        for name in ["", "a b", "a/b", "ñ", "a@b", "a\n", &"x".repeat(129)] {
            assert_eq!(name.parse::<AccountName>(), Err(InvalidAccountName), "{name:?}");
        }
    }
}
