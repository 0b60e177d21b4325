//! Ids as the TrustX face spells them: the UUID in base32, without padding (RFC 4648 §6; ruling on three spellings).

use std::{fmt, str::FromStr};

use uuid::Uuid;

use crate::ids::InvalidId;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Characters of an id: 128 bits by five, the last two bits of the last character are none.
const LENGTH: usize = 26;

/// Any resource's id as the TrustX face spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base32Id(pub Uuid);

impl fmt::Display for Base32Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(LENGTH);
        let (mut held, mut bits) = (0_u32, 0);
        // A byte of nothing behind the last one fills its last character.
        for byte in self.0.as_bytes().iter().chain(&[0]) {
            held = ((held << 8) | u32::from(*byte)) & 0xFFF;
            bits += 8;
            while bits >= 5 && text.len() < LENGTH {
                bits -= 5;
                text.push(char::from(ALPHABET[((held >> bits) & 31) as usize]));
            }
        }
        f.write_str(&text)
    }
}

impl FromStr for Base32Id {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text.len() != LENGTH {
            return Err(InvalidId);
        }
        let mut value = 0_u128;
        for (place, byte) in text.bytes().enumerate() {
            let digit = ALPHABET
                .iter()
                .position(|known| *known == byte)
                .ok_or(InvalidId)? as u128;
            value = match place + 1 {
                // One spelling each: what is no bit of the id has to be zero.
                LENGTH if digit & 3 != 0 => return Err(InvalidId),
                LENGTH => (value << 3) | (digit >> 2),
                _ => (value << 5) | digit,
            };
        }
        Ok(Self(Uuid::from_u128(value)))
    }
}

impl serde::Serialize for Base32Id {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_id_reads_back(value: u128) {
            let id = Base32Id(Uuid::from_u128(value));
            let text = id.to_string();
            prop_assert_eq!(text.len(), LENGTH);
            prop_assert_eq!(text.parse(), Ok(id));
        }

        #[test]
        fn what_is_read_is_printed_the_same(text in "[A-Z2-7]{26}") {
            if let Ok(id) = text.parse::<Base32Id>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }

        #[test]
        fn other_texts_are_no_ids(text in "\\PC{0,40}") {
            prop_assert!(text.len() == LENGTH || text.parse::<Base32Id>().is_err());
        }
    }

    #[test]
    fn the_spelling_is_that_of_the_standard() {
        for (value, text) in [
            (0, "AAAAAAAAAAAAAAAAAAAAAAAAAA"),
            (1, "AAAAAAAAAAAAAAAAAAAAAAAAAE"),
            (u128::MAX, "77777777777777777777777774"),
            // RFC 4648 §10: the bytes of "foobar" begin as MZXW6YTBOI.
            (
                0x666F_6F62_6172_0000_0000_0000_0000_0000,
                "MZXW6YTBOIAAAAAAAAAAAAAAAA",
            ),
        ] {
            assert_eq!(Base32Id(Uuid::from_u128(value)).to_string(), text);
        }
        for wrong in [
            "AAAAAAAAAAAAAAAAAAAAAAAAAB",
            "aaaaaaaaaaaaaaaaaaaaaaaaaa",
            "AAAAAAAAAAAAAAAAAAAAAAAAA1",
            "AAAAAAAAAAAAAAAAAAAAAAAAAA======",
        ] {
            assert_eq!(wrong.parse::<Base32Id>(), Err(InvalidId), "{wrong}");
        }
    }
}
