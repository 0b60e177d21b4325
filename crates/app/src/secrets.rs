//! Master keys, and the keys that are derived from them, one a purpose.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use cotejo_domain::ids::ClientId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
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
    /// Secrets at rest.
    Seals,
    /// Checkpoints of the audit trail.
    Checkpoints,
    /// Commitments of the audit trail.
    Commitments,
    /// Files at rest.
    Files,
    /// Links that need no key.
    Links,
    /// Codes by which documents are verified.
    Documents,
    /// One-time codes.
    Codes,
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
            if id.is_empty() || id.len() > 255 || keys.iter().any(|(known, _)| known == id) {
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

/// What is sealed belongs to one client and one place; moved elsewhere it does not open.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Whose it is.
    pub client: ClientId,
    /// What it is (`hook.signing_key`).
    pub what: &'static str,
    /// Of which object.
    pub of: &'a [u8],
}

/// Something sealed cannot be opened: it was changed, moved, or sealed under a master key that is not there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed secret cannot be opened")]
pub struct Unopened;

impl MasterKeys {
    /// Encrypts a secret for its place. The result names the master key, so that a rotation leaves old ones readable.
    pub fn seal(&self, place: Place<'_>, nonce: [u8; 32], secret: &[u8]) -> Vec<u8> {
        let (id, master) = self.active(Purpose::Seals);
        let nonce = &nonce[..NONCE_LEN];
        let unique: [u8; NONCE_LEN] = nonce.try_into().expect("a slice of that length");
        let mut sealed = secret.to_vec();
        aead(&master, place)
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(unique),
                Aad::from(context(place)),
                &mut sealed,
            )
            .expect("a secret is far shorter than what the cipher takes");
        let name = id.as_bytes();
        let length = u8::try_from(name.len()).expect("ids of master keys are short");
        [&[1, length], name, nonce, &sealed].concat()
    }

    /// Decrypts what was sealed for the same place.
    ///
    /// # Errors
    /// If it was not.
    pub fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, Unopened> {
        let [1, length, rest @ ..] = sealed else {
            return Err(Unopened);
        };
        let (name, rest) = rest.split_at_checked(usize::from(*length)).ok_or(Unopened)?;
        let (nonce, secret) = rest.split_at_checked(NONCE_LEN).ok_or(Unopened)?;
        let name = std::str::from_utf8(name).map_err(|_| Unopened)?;
        let master = self.by_id(name, Purpose::Seals).ok_or(Unopened)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| Unopened)?;
        let mut secret = secret.to_vec();
        let opened = aead(&master, place)
            .open_in_place(nonce, Aad::from(context(place)), &mut secret)
            .map_err(|_| Unopened)?;
        Ok(opened.to_vec())
    }
}

/// Each client has a key of its own.
fn aead(master: &[u8; 32], place: Place<'_>) -> LessSafeKey {
    let key = hmac_sha256(master, &[place.client.0.as_bytes()]);
    LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &key).expect("a key of 32 bytes"))
}

fn context(place: Place<'_>) -> Vec<u8> {
    [place.what.as_bytes(), &[0], place.of].concat()
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
        Purpose::Seals => b"cotejo seals 1",
        Purpose::Checkpoints => b"cotejo audit checkpoints 1",
        Purpose::Commitments => b"cotejo audit commitments 1",
        Purpose::Files => b"cotejo files 1",
        Purpose::Links => b"cotejo links 1",
        Purpose::Documents => b"cotejo documents 1",
        Purpose::Codes => b"cotejo codes 1",
    };
    hmac_sha256(master, &[label])
}

/// HMAC-SHA256 over parts, each led by its length so that no two lists of parts collide.
pub fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    mac_of(key, parts).finalize().into_bytes().into()
}

/// Whether this is the HMAC of these parts; takes as long whatever is given.
pub fn is_hmac_sha256(key: &[u8], parts: &[&[u8]], given: &[u8]) -> bool {
    mac_of(key, parts).verify_slice(given).is_ok()
}

fn mac_of(key: &[u8], parts: &[&[u8]]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
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
    fn what_is_sealed_opens_in_its_place_alone() {
        let old = MasterKeys::parse(&MasterKeys::generate("old", [1; 32])).unwrap();
        let both = [
            MasterKeys::generate("new", [2; 32]),
            MasterKeys::generate("old", [1; 32]),
        ]
        .join(",");
        let both = MasterKeys::parse(&both).unwrap();
        let place = |client: u128, what| Place {
            client: ClientId(uuid::Uuid::from_u128(client)),
            what,
            of: b"hook",
        };
        let sealed = old.seal(place(1, "key"), [9; 32], b"secret");
        assert_eq!(both.open(place(1, "key"), &sealed).unwrap(), b"secret");
        assert_eq!(both.open(place(2, "key"), &sealed), Err(Unopened));
        assert_eq!(both.open(place(1, "other"), &sealed), Err(Unopened));
        for cut in 0..sealed.len() {
            assert_eq!(both.open(place(1, "key"), &sealed[..cut]), Err(Unopened));
        }
        let later = both.seal(place(1, "key"), [9; 32], b"secret");
        assert_eq!(old.open(place(1, "key"), &later), Err(Unopened));
    }

    #[test]
    fn unusable_texts_are_refused() {
        let twice = format!("a:{0},a:{0}", STANDARD.encode([1; 32]));
        for text in ["", "a", "a:", "a:AAAA", ":AAAA", &twice] {
            assert_eq!(MasterKeys::parse(text).unwrap_err(), InvalidMasterKeys, "{text}");
        }
    }
}
