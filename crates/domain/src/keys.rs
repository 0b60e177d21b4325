//! API keys: HS256 tokens that we make and verify, and the record that is their authority.
//!
//! Claims as in `contract/checks-wire.md` §1.2. The token itself is stored nowhere.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    clients::Client,
    ids::BillingHubId,
    permissions::{Mask, Permission},
    time::Timestamp,
};

crate::text_enum! {
    /// What a key is for.
    pub enum KeyType {
        /// A client's servers; lives for decades.
        Backend = "backend",
        /// One process in a browser; lives for two hours.
        Web = "web",
        /// A mobile SDK.
        Sdk = "sdk",
        /// Makes SDK keys.
        Generator = "generator",
    }
}

/// What the record of a key says; the authority on whether and how it works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// The token's `jti`.
    pub id: Uuid,
    /// Name, unique among the client's live keys.
    pub name: String,
    /// What it is for.
    pub key_type: KeyType,
    /// 0 or 1: which generation of the wire the key's owner speaks.
    pub version: u8,
    /// The token's `grant`; empty for backend keys.
    pub grant: String,
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// The billing hub it belongs to.
    pub billing_hub: Option<BillingHubId>,
    /// When it stops working.
    pub expires: Timestamp,
    /// When it was revoked, if it was.
    pub revoked: Option<Timestamp>,
    /// When it was made.
    pub created: Timestamp,
    /// The version it had before it was changed.
    pub previous_version: Option<u8>,
    /// Whose it is.
    pub client: Client,
}

impl KeyRecord {
    /// Whether the key may do this.
    pub fn may(&self, permission: Permission) -> bool {
        crate::permissions::allow(&self.permissions, permission)
    }

    /// Which personal data it does not see.
    pub fn masks(&self) -> Vec<Mask> {
        crate::permissions::masks(&self.permissions)
    }
}

/// The claims of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The account that a web token is made for.
    #[serde(default)]
    pub account_id: String,
    /// JSON as text: what a web token carries besides.
    #[serde(default)]
    pub additional_data: String,
    /// The tenant.
    pub client_id: String,
    /// Seconds since 1970.
    pub exp: i64,
    /// The product that the key is granted; empty for backend keys.
    #[serde(default)]
    pub grant: String,
    /// Seconds since 1970.
    pub iat: i64,
    /// The account service's own URL.
    pub iss: String,
    /// Names the record.
    pub jti: Uuid,
    /// Name of the key.
    pub key_name: String,
    /// What the key is for.
    pub key_type: String,
    /// `<client_id>-<key_name>`.
    pub username: String,
    /// The app that an SDK key is bound to; the vendor's SDK compares it with its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application_id: Option<String>,
}
