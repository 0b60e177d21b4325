//! Checkpoints: signatures under the trail so far.

use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

use super::Hash;
use crate::{
    hex::{hex, unhex},
    ids::ClientId,
    time::Timestamp,
};

/// What the text that is signed begins with, so that no other signature of the key passes for one.
const LABEL: &str = "cotejo audit checkpoint 1";

/// Says, signed, which hash an entry of a trail has, and thereby what everything before it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose trail.
    pub client: ClientId,
    /// Number of the entry.
    pub sequence: i64,
    /// Hash of the entry.
    pub hash: Hash,
    /// When it was signed.
    pub at: Timestamp,
    /// The Ed25519 key that signed, in hex.
    pub key: String,
    /// The signature, in hex.
    pub signature: String,
}

impl Checkpoint {
    /// Whether the checkpoint is as its key signed it, and that is one of the trusted keys where any is.
    ///
    /// Without a trusted key this only shows that the checkpoint is whole: anybody can sign one with a key
    /// of their own.
    pub fn verify(&self, trusted: &[String]) -> bool {
        let is_own = |key: &String| key.eq_ignore_ascii_case(&self.key);
        let expected = trusted.is_empty() || trusted.iter().any(is_own);
        let (Some(key), Some(signature)) = (unhex(&self.key), unhex(&self.signature)) else {
            return false;
        };
        let signed = UnparsedPublicKey::new(&ED25519, key);
        expected && signed.verify(self.message().as_bytes(), &signature).is_ok()
    }

    /// What is signed. No part can hold a line feed, so that no two checkpoints have the same.
    fn message(&self) -> String {
        let Self {
            client,
            sequence,
            hash,
            at,
            key,
            ..
        } = self;
        format!("{LABEL}\n{client}\n{sequence}\n{}\n{at}\n{key}", hex(hash))
    }
}

/// The bytes are no seed of an Ed25519 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a seed of an Ed25519 key")]
pub struct InvalidSeed;

/// Signs checkpoints.
#[derive(Debug)]
pub struct Signer(Ed25519KeyPair);

impl Signer {
    /// The signer whose private key is this seed.
    ///
    /// # Errors
    /// Bytes that are no seed; all of 32 bytes are one.
    pub fn from_seed(seed: [u8; 32]) -> Result<Self, InvalidSeed> {
        Ed25519KeyPair::from_seed_unchecked(&seed)
            .map(Self)
            .map_err(|_| InvalidSeed)
    }

    /// The public key in hex, as checkpoints name it.
    pub fn key(&self) -> String {
        hex(self.0.public_key().as_ref())
    }

    /// Signs that the client's entry of this number has this hash.
    pub fn sign(&self, client: ClientId, sequence: i64, hash: Hash, at: Timestamp) -> Checkpoint {
        let mut checkpoint = Checkpoint {
            client,
            sequence,
            hash,
            at,
            key: self.key(),
            signature: String::new(),
        };
        checkpoint.signature = hex(self.0.sign(checkpoint.message().as_bytes()).as_ref());
        checkpoint
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn signer(seed: u8) -> Signer {
        Signer::from_seed([seed; 32]).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        let at = Timestamp::from_nanos(1_767_323_045_123_456_789);
        signer(7).sign(ClientId(Uuid::from_u128(1)), 42, [3; 32], at)
    }

    #[test]
    fn a_checkpoint_is_good_for_its_key_only() {
        let good = checkpoint();
        assert!(good.verify(&[]));
        assert!(good.verify(&[signer(8).key(), signer(7).key()]));
        assert!(good.verify(&[signer(7).key().to_uppercase()]));
        assert!(!good.verify(&[signer(8).key()]));
        assert!(!good.verify(&[String::new()]));
    }

    #[test]
    fn what_is_signed_is_fixed() {
        let hash = "03".repeat(32);
        // The key of RFC 8032's construction for the seed of 32 sevens.
        let key = "ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c";
        assert_eq!(
            checkpoint().message(),
            format!(
                "cotejo audit checkpoint 1\nTCI00000000000000000000000000000001\n42\n{hash}\n\
                 2026-01-02T03:04:05.123456789Z\n{key}"
            )
        );
    }

    #[test]
    fn every_change_breaks_the_signature() {
        let changes: [fn(&mut Checkpoint); 9] = [
            |it| it.client = ClientId(Uuid::from_u128(2)),
            |it| it.sequence += 1,
            |it| it.hash[31] ^= 1,
            |it| it.at = it.at.plus_seconds(1),
            |it| it.key = signer(8).key(),
            |it| it.key = "not hex".to_owned(),
            |it| {
                it.signature
                    .replace_range(0..1, if it.signature.starts_with('0') { "1" } else { "0" })
            },
            |it| it.signature = it.signature.to_uppercase(),
            |it| it.signature.clear(),
        ];
        for (index, change) in changes.iter().enumerate() {
            let mut changed = checkpoint();
            change(&mut changed);
            assert!(!changed.verify(&[]), "change {index}");
        }
    }
}
