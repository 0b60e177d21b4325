//! Master keys, and the keys that are derived from them, one a purpose.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The master keys of a deployment; the first makes, all verify.
#[derive(Clone)]
pub struct MasterKeys(Vec<(String, [u8; 32])>);

/// What a derived key is for. One key never serves two purposes.
#[derive(Debug, Clone, Copy)]
pub enum Purpose {
    /// Signing API keys.
    Tokens,
    /// Fingerprints of checks.
    Fingerprints,
    /// Cursors of lists.
    Cursors,
}

/// The text of the master keys cannot be used. Its content is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "master keys have the form id:base64,id:base64 with 32 bytes each; `openssl rand -base64 32` makes one"
)]
pub struct InvalidMasterKeys;

impl MasterKeys {
    /// Reads `id:base64,…`.
    pub fn parse(text: &str) -> Result<Self, InvalidMasterKeys> {
        let mut keys = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (id, key) = part.split_once(':').ok_or(InvalidMasterKeys)?;
            let key = STANDARD.decode(key.trim()).map_err(|_| InvalidMasterKeys)?;
            let key: [u8; 32] = key.try_into().map_err(|_| InvalidMasterKeys)?;
            if id.is_empty() || keys.iter().any(|(known, _)| known == id) {
                return Err(InvalidMasterKeys);
            }
            keys.push((id.to_owned(), key));
        }
        if keys.is_empty() {
            Err(InvalidMasterKeys)
        } else {
            Ok(Self(keys))
        }
    }

    /// One new key, as text for [`MasterKeys::parse`].
    pub fn generate(id: &str, secret: [u8; 32]) -> String {
        format!("{id}:{}", STANDARD.encode(secret))
    }

    /// Id and derived key of the active master key.
    pub fn active(&self, purpose: Purpose) -> (&str, [u8; 32]) {
        let (id, master) = &self.0[0];
        (id, derive(master, purpose))
    }

    /// The derived keys of all master keys, the active one first.
    pub fn all(&self, purpose: Purpose) -> impl Iterator<Item = [u8; 32]> {
        self.0.iter().map(move |(_, master)| derive(master, purpose))
    }

    /// The derived key of a master key by its id.
    pub fn by_id(&self, id: &str, purpose: Purpose) -> Option<[u8; 32]> {
        self.0
            .iter()
            .find(|(known, _)| known == id)
            .map(|(_, master)| derive(master, purpose))
    }
}

impl std::fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(id, _)| id)).finish()
    }
}

fn derive(master: &[u8; 32], purpose: Purpose) -> [u8; 32] {
    let label: &[u8] = match purpose {
        Purpose::Tokens => b"cotejo api tokens 1",
        Purpose::Fingerprints => b"cotejo check fingerprints 1",
        Purpose::Cursors => b"cotejo list cursors 1",
    };
    hmac_sha256(master, &[label])
}

/// HMAC-SHA256 over parts, each led by its length so that no two lists of parts collide.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_each_purpose_has_its_own() {
        let text = format!(
            "{}, {}",
            MasterKeys::generate("b", [2; 32]),
            MasterKeys::generate("a", [1; 32])
        );
        let keys = MasterKeys::parse(&text).unwrap();
        assert_eq!(keys.active(Purpose::Tokens).0, "b");
        assert_ne!(keys.active(Purpose::Tokens).1, keys.active(Purpose::Cursors).1);
        assert_ne!(keys.by_id("a", Purpose::Tokens), keys.by_id("b", Purpose::Tokens));
        assert_eq!(keys.by_id("c", Purpose::Tokens), None);
    }

    #[test]
    fn unusable_texts_are_refused() {
        let twice = format!("a:{0},a:{0}", STANDARD.encode([1; 32]));
        for text in ["", "a", "a:", "a:AAAA", ":AAAA", &twice] {
            assert_eq!(MasterKeys::parse(text).unwrap_err(), InvalidMasterKeys, "{text}");
        }
    }
}
