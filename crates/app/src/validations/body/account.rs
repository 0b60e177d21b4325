//! How the wire prints an account.

use cotejo_domain::{
    time::date_on_the_wire,
    validations::{Account, AccountName, DocumentCountry, DocumentType},
};
use serde::Serialize;
use utoipa::ToSchema;

/// A validation account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountBody {
    /// Account ID, the client's own or one that was given
    account_id: String,
    /// Country, lower case
    #[serde(skip_serializing_if = "Option::is_none")]
    country: Option<String>,
    /// RFC 3339 with nanoseconds
    creation_date: String,
    /// Day on which the document was issued
    #[serde(skip_serializing_if = "Option::is_none")]
    document_expedition_date: Option<String>,
    /// What `national_id` is the number of
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    document_type: Option<DocumentType>,
    /// E-mail address
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Facebook username
    #[serde(skip_serializing_if = "Option::is_none")]
    facebook_user: Option<String>,
    /// Given names
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<String>,
    /// Surnames
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<String>,
    /// Number of the document
    #[serde(skip_serializing_if = "Option::is_none")]
    national_id: Option<String>,
    /// Phone
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<String>,
    /// Twitter username
    #[serde(skip_serializing_if = "Option::is_none")]
    twitter_user: Option<String>,
}

impl From<&Account> for AccountBody {
    fn from(account: &Account) -> Self {
        let person = account.person.clone();
        Self {
            account_id: account.name.to_string(),
            country: person.country.map(DocumentCountry::lower),
            creation_date: account.created.rfc3339_nanos(),
            document_expedition_date: person.document_issue_date.map(date_on_the_wire),
            document_type: person.document_type,
            email: person.email,
            facebook_user: person.facebook_user,
            first_name: person.first_name,
            last_name: person.last_name,
            national_id: person.document_number,
            phone_number: person.phone_number,
            twitter_user: person.twitter_user,
        }
    }
}

/// An account's name as it is printed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String)]
pub struct AccountText(String);

impl From<&AccountName> for AccountText {
    fn from(name: &AccountName) -> Self {
        Self(name.to_string())
    }
}
