//! What keys and users may do: permissions, the roles that name sets of them, and masks over personal data.

use serde_json::Value;

crate::text_enum! {
    /// What a key or a user may do. The product permissions come in pairs; the others are special and granted one by
    /// one; the masks take away.
    pub enum Permission {
        /// Everything, including what comes later. Masks still apply.
        Administrator = "administrator",
        /// Read checks.
        ChecksRead = "checks.read",
        /// Create and delete checks.
        ChecksWrite = "checks.write",
        /// Read validations.
        ValidationsRead = "validations.read",
        /// Create validations.
        ValidationsWrite = "validations.write",
        /// Read processes and flows.
        IdentityRead = "identity.read",
        /// Create processes and flows.
        IdentityWrite = "identity.write",
        /// Read the account.
        AccountRead = "account.read",
        /// Change the account.
        AccountWrite = "account.write",
        /// Override the status of a finished process.
        OverrideStatus = "identity.processes.override.status",
        /// Enroll faces that count without a first validation (`confirmation=none`).
        UnconfirmedEnrollments = "validations.enrollments.unconfirmed",
        /// Make and revoke keys.
        Keys = "keys",
        /// Read the audit trail.
        Audit = "audit",
        /// Erase a person.
        Erasure = "erasure",
        /// Does not see document numbers.
        MaskDocuments = "mask.documents",
        /// Does not see names.
        MaskNames = "mask.names",
        /// Does not see phones, e-mail addresses and home addresses.
        MaskContacts = "mask.contacts",
    }
}

/// What keeps a key from seeing personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mask {
    /// Document numbers.
    Documents,
    /// Names.
    Names,
    /// Phones and addresses.
    Contacts,
}

/// How wide a permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// One product, reading or writing.
    Product,
    /// Special: never inherited, granted one by one.
    Special,
    /// Takes away what would be seen: always inherited.
    Mask(Mask),
}

impl Permission {
    /// How wide it reaches.
    pub const fn reach(self) -> Reach {
        match self {
            Self::ChecksRead
            | Self::ChecksWrite
            | Self::ValidationsRead
            | Self::ValidationsWrite
            | Self::IdentityRead
            | Self::IdentityWrite
            | Self::AccountRead
            | Self::AccountWrite => Reach::Product,
            Self::Administrator
            | Self::OverrideStatus
            | Self::UnconfirmedEnrollments
            | Self::Keys
            | Self::Audit
            | Self::Erasure => Reach::Special,
            Self::MaskDocuments => Reach::Mask(Mask::Documents),
            Self::MaskNames => Reach::Mask(Mask::Names),
            Self::MaskContacts => Reach::Mask(Mask::Contacts),
        }
    }

    /// Every permission of the products.
    pub fn products() -> impl Iterator<Item = Self> {
        Self::ALL
            .iter()
            .copied()
            .filter(|permission| permission.reach() == Reach::Product)
    }
}

/// Whether a set of permissions allows something.
pub fn allow(held: &[Permission], wanted: Permission) -> bool {
    match wanted.reach() {
        Reach::Mask(_) => held.contains(&wanted),
        Reach::Product | Reach::Special => {
            held.contains(&Permission::Administrator) || held.contains(&wanted)
        }
    }
}

/// The masks of a set of permissions.
pub fn masks(held: &[Permission]) -> Vec<Mask> {
    let mask = |permission: &Permission| match permission.reach() {
        Reach::Mask(mask) => Some(mask),
        Reach::Product | Reach::Special => None,
    };
    held.iter().filter_map(mask).collect()
}

/// The maker of a key does not hold what the key was to be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the maker does not hold {0}")]
pub struct NotHeld(pub Permission);

/// What a new key carries (ruling on keys): the product permissions of its maker, or of these the granted ones where
/// any is named; every special one only where it is granted and held; the maker's masks always.
///
/// # Errors
/// The first granted permission that the maker does not hold.
pub fn inherited(maker: &[Permission], granted: &[Permission]) -> Result<Vec<Permission>, NotHeld> {
    let named = granted
        .iter()
        .any(|permission| permission.reach() == Reach::Product);
    let products = Permission::products()
        .filter(|permission| allow(maker, *permission) && (!named || granted.contains(permission)));
    let mut carried: Vec<Permission> = products.collect();
    for permission in granted {
        match permission.reach() {
            _ if carried.contains(permission) => {}
            Reach::Mask(_) => carried.push(*permission),
            Reach::Product | Reach::Special if allow(maker, *permission) => carried.push(*permission),
            Reach::Product | Reach::Special => return Err(NotHeld(*permission)),
        }
    }
    for permission in maker {
        if matches!(permission.reach(), Reach::Mask(_)) && !carried.contains(permission) {
            carried.push(*permission);
        }
    }
    Ok(carried)
}

/// A named set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BuiltinRole {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// What it allows.
    pub permissions: &'static [Permission],
}

/// The roles that every client has.
pub const ROLES: &[BuiltinRole] = {
    use Permission as P;
    &[
        BuiltinRole {
            name: "administrator",
            description: "Everything",
            permissions: &[P::Administrator],
        },
        BuiltinRole {
            name: "operator",
            description: "Works with checks, validations and processes",
            permissions: &[
                P::ChecksRead,
                P::ChecksWrite,
                P::ValidationsRead,
                P::ValidationsWrite,
                P::IdentityRead,
                P::IdentityWrite,
                P::AccountRead,
            ],
        },
        BuiltinRole {
            name: "reader",
            description: "Sees results without document numbers and contacts",
            permissions: &[
                P::ChecksRead,
                P::ValidationsRead,
                P::IdentityRead,
                P::MaskDocuments,
                P::MaskContacts,
            ],
        },
        BuiltinRole {
            name: "auditor",
            description: "Reads everything, the audit trail too, and changes nothing",
            permissions: &[
                P::ChecksRead,
                P::ValidationsRead,
                P::IdentityRead,
                P::AccountRead,
                P::Audit,
            ],
        },
        BuiltinRole {
            name: "developer",
            description: "Makes keys, hooks and rules",
            permissions: &[
                P::AccountRead,
                P::AccountWrite,
                P::Keys,
                P::ChecksRead,
                P::ChecksWrite,
            ],
        },
    ]
};

/// Members of bodies that hold personal data, and the mask that hides them.
const MASKED: &[(&str, Mask)] = &[
    ("national_id", Mask::Documents),
    ("native_national_id", Mask::Documents),
    ("foreign_id", Mask::Documents),
    ("passport", Mask::Documents),
    ("pep", Mask::Documents),
    ("ptp", Mask::Documents),
    ("diplomatic_id", Mask::Documents),
    ("tax_id", Mask::Documents),
    ("state_id", Mask::Documents),
    ("driver_license", Mask::Documents),
    ("owner_document_id", Mask::Documents),
    ("document_number", Mask::Documents),
    ("found_rfc", Mask::Documents),
    ("rfc", Mask::Documents),
    ("nss", Mask::Documents),
    ("imss", Mask::Documents),
    ("first_name", Mask::Names),
    ("last_name", Mask::Names),
    ("name", Mask::Names),
    ("entry_name", Mask::Names),
    ("matched_name", Mask::Names),
    ("found_first_name", Mask::Names),
    ("found_last_name", Mask::Names),
    ("names_found", Mask::Names),
    ("voter_id", Mask::Documents),
    ("curp", Mask::Documents),
    ("cic", Mask::Documents),
    ("citizen_id", Mask::Documents),
    ("ocr", Mask::Documents),
    ("cpf", Mask::Documents),
    ("registration_number", Mask::Documents),
    ("machine_readable", Mask::Documents),
    ("machine_readable", Mask::Names),
    ("first_last_name", Mask::Names),
    ("second_last_name", Mask::Names),
    ("residence_address", Mask::Contacts),
    ("street", Mask::Contacts),
    ("facebook_user", Mask::Contacts),
    ("twitter_user", Mask::Contacts),
    // A picture of a document shows all of it.
    ("front_image", Mask::Documents),
    ("front_image", Mask::Names),
    ("reverse_image", Mask::Documents),
    ("reverse_image", Mask::Names),
    ("face_photo", Mask::Names),
    ("document_front_url", Mask::Documents),
    ("document_front_url", Mask::Names),
    ("document_reverse_url", Mask::Documents),
    ("document_reverse_url", Mask::Names),
    ("face_image_url", Mask::Names),
    ("invoice_url", Mask::Names),
    ("invoice_url", Mask::Contacts),
    ("input_files", Mask::Documents),
    ("input_files", Mask::Names),
    ("phone_number", Mask::Contacts),
    ("phone", Mask::Contacts),
    ("cell_phone", Mask::Contacts),
    ("email", Mask::Contacts),
    ("address", Mask::Contacts),
    // The same as the two other faces spell them.
    ("firstName", Mask::Names),
    ("lastName", Mask::Names),
    ("surname", Mask::Names),
    ("documentNumber", Mask::Documents),
    ("phoneNumber", Mask::Contacts),
    ("emailAddress", Mask::Contacts),
    ("visualZoneValue", Mask::Documents),
    ("visualZoneValue", Mask::Names),
    ("visualZoneValue", Mask::Contacts),
    // What sources print may hold any of it.
    ("value", Mask::Documents),
    ("value", Mask::Names),
    ("value", Mask::Contacts),
];

/// Hides the members of a body that these masks are over: texts become asterisks but for their last two characters,
/// lists and objects become empty.
pub fn hide(body: &mut Value, masks: &[Mask]) {
    match body {
        Value::Object(members) => {
            for (name, value) in members {
                let masked = MASKED
                    .iter()
                    .any(|(known, mask)| known == name && masks.contains(mask));
                match value {
                    Value::String(text) if masked => *text = asterisks(text),
                    Value::Array(items) if masked => items.clear(),
                    other => hide(other, masks),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, masks)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn asterisks(text: &str) -> String {
    let length = text.chars().count();
    let shown = if length > 4 { 2 } else { 0 };
    text.chars()
        .enumerate()
        .map(|(place, char)| if place + shown < length { '*' } else { char })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    use Permission as P;

    #[test]
    fn a_key_inherits_products_and_masks_and_nothing_special() {
        for (maker, granted, carried) in [
            (
                &[P::Administrator][..],
                &[][..],
                Ok(Permission::products().collect::<Vec<_>>()),
            ),
            (&[P::ChecksRead, P::Keys], &[], Ok(vec![P::ChecksRead])),
            (
                &[P::ChecksRead, P::Keys],
                &[P::Keys],
                Ok(vec![P::ChecksRead, P::Keys]),
            ),
            (
                &[P::ChecksRead, P::ChecksWrite],
                &[P::ChecksRead],
                Ok(vec![P::ChecksRead]),
            ),
            (&[P::ChecksRead], &[P::Audit], Err(NotHeld(P::Audit))),
            (&[P::ChecksRead], &[P::ChecksWrite], Err(NotHeld(P::ChecksWrite))),
            (
                &[P::ChecksRead, P::MaskNames],
                &[],
                Ok(vec![P::ChecksRead, P::MaskNames]),
            ),
            (
                &[P::ChecksRead],
                &[P::MaskNames],
                Ok(vec![P::ChecksRead, P::MaskNames]),
            ),
        ] {
            assert_eq!(inherited(maker, granted), carried, "{maker:?} {granted:?}");
        }
    }

    #[test]
    fn an_administrator_is_not_masked_unless_told() {
        assert!(allow(&[P::Administrator], P::Audit));
        assert!(!allow(&[P::Administrator], P::MaskNames));
        assert_eq!(masks(&[P::Administrator, P::MaskNames]), [Mask::Names]);
    }

    #[test]
    fn masked_members_are_hidden_at_any_depth() {
        let mut body = serde_json::json!({
            "national_id": "1000000001", "first_name": "Ana", "score": 1,
            "summary": {"names_found": [{"first_name": "ANA"}], "gender": "female"},
            "tables": [{"rows": [{"cells": [{"label": "Documento", "value": "1000000001"}]}]}]
        });
        hide(&mut body, &[Mask::Documents]);
        assert_eq!(body["national_id"], "********01");
        assert_eq!(body["first_name"], "Ana");
        assert_eq!(body["tables"][0]["rows"][0]["cells"][0]["value"], "********01");
        hide(&mut body, &[Mask::Names]);
        assert_eq!(body["first_name"], "***");
        assert_eq!(body["summary"]["names_found"], serde_json::json!([]));
    }
}
