//! What Cotejo knows and decides, without I/O.
//!
//! Every rule of the product lives here as a pure function over plain types, so that it can be tested as a
//! table. Nothing in this crate reads a clock, draws a random number (except [`ids::SystemIds`], the one home
//! of chance), opens a file or speaks to a database.

pub mod archive;
pub mod audit;
pub mod batches;
pub mod checks;
pub mod clients;
pub mod contacts;
pub mod continuous;
pub mod country;
pub mod csv;
pub mod customers;
pub mod events;
pub mod faults;
pub mod fields;
pub mod files;
pub mod functions;
pub mod hex;
pub mod hooks;
pub mod identifiers;
pub mod ids;
pub mod key_requests;
pub mod keys;
pub mod language;
pub mod messages;
pub mod names;
pub mod permissions;
pub mod processes;
pub mod reading;
pub mod report;
pub mod rules;
pub mod screening;
pub mod secret;
pub mod settings;
pub mod sources;
pub mod time;
pub mod users;
pub mod validations;
pub mod webhooks;
pub mod wording;

/// Makes an enum whose values have one canonical text, accepted in any case.
///
/// Generates `ALL`, `as_str`, `Display`, `FromStr` (case-insensitive), and serde in the canonical form.
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$vmeta:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every value, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The canonical text.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::fields::UnknownValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL
                    .iter()
                    .copied()
                    .find(|value| value.as_str().eq_ignore_ascii_case(text))
                    .ok_or($crate::fields::UnknownValue)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(|_| serde::de::Error::unknown_variant(&text, &[$($text),+]))
            }
        }
    };
}
