//! When two requests ask for the same check.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{NewCheck, inputs::Kind};
use crate::ids::BillingHubId;

/// The fingerprint of a request: equal for requests of the same type, country and inputs within a billing hub.
///
/// A keyed hash, because a plain one of a document number is found by trying them all. What does not describe the
/// subject (`report_id`, `watch`, `user_authorized`, `force_creation`) is no part of it.
pub fn fingerprint(key: &[u8; 32], check: &NewCheck, hub: Option<BillingHubId>) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    let mut part = |text: &str| {
        mac.update(&(text.len() as u64).to_be_bytes());
        mac.update(text.as_bytes());
    };
    part(check.check_type.as_str());
    if let Some(custom) = &check.custom {
        part(&custom.name);
        for (data_set, weight) in &custom.weights {
            part(data_set.as_str());
            part(&weight.to_string());
        }
    }
    part(check.country.as_str());
    part(&hub.map(|hub| hub.to_string()).unwrap_or_default());
    for (field, value) in check.inputs.iter() {
        part(field.as_str());
        part(&canonical(field.kind(), value));
    }
    mac.finalize().into_bytes().into()
}

fn canonical(kind: Kind, value: &str) -> String {
    match kind {
        Kind::Number => value
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_uppercase)
            .collect(),
        Kind::Text(_) => value
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase(),
        Kind::Date | Kind::OneOf(_) => value.to_owned(),
    }
}
