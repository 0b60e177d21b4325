//! The sealed form of a file: a header with the salt, then chunks.

use bytes::{BufMut as _, Bytes, BytesMut};
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
};

/// The key of an object.
pub type Key = [u8; 32];

/// What makes each writing of an object use a key of its own. Drawn at random by whoever writes.
pub type Salt = [u8; 32];

/// Bytes of a file in a chunk; the last one has fewer, or none.
pub const CHUNK: usize = 64 * 1024;

/// Bytes that sealing adds to a chunk.
pub(crate) const TAG: usize = 16;

/// What a sealed file begins with: the form's version.
pub(crate) const MAGIC: &[u8; 4] = b"CJF1";

/// Length of the header.
pub(crate) const HEADER: usize = MAGIC.len() + 32;

/// The file does not open: it is not one of ours, was cut or changed, or the key is another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Broken;

/// Seals and opens the chunks of one file, in order.
pub(crate) struct Chunks {
    key: LessSafeKey,
    name: String,
    next: u64,
}

impl Chunks {
    pub fn new(key: &Key, salt: &Salt, name: &str) -> Self {
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), salt);
        let key =
            UnboundKey::new(&CHACHA20_POLY1305, derived.as_ref()).expect("a MAC of SHA-256 has 32 bytes");
        Self {
            key: LessSafeKey::new(key),
            name: name.to_owned(),
            next: 0,
        }
    }

    /// The header of a file of this salt.
    pub fn header(salt: &Salt) -> Bytes {
        let mut header = BytesMut::with_capacity(HEADER);
        header.put_slice(MAGIC);
        header.put_slice(salt);
        header.freeze()
    }

    /// The salt of a header.
    pub fn salt(header: &[u8]) -> Result<Salt, Broken> {
        let salt = header.strip_prefix(MAGIC).ok_or(Broken)?;
        salt.try_into().map_err(|_| Broken)
    }

    /// Seals a chunk in its place; what it was is gone.
    pub fn seal(&mut self, chunk: &mut Vec<u8>, last: bool) {
        let nonce = self.nonce(last);
        self.key
            .seal_in_place_append_tag(nonce, Aad::from(self.name.as_bytes()), chunk)
            .expect("a chunk is far shorter than the cipher allows");
    }

    /// Opens a chunk in its place.
    pub fn open(&mut self, sealed: &mut Vec<u8>, last: bool) -> Result<(), Broken> {
        let nonce = self.nonce(last);
        let opened = self
            .key
            .open_in_place(nonce, Aad::from(self.name.as_bytes()), sealed)
            .map_err(|_| Broken)?;
        let length = opened.len();
        sealed.truncate(length);
        Ok(())
    }

    /// The place of the chunk, and whether it is the last: no two chunks of a key have the same.
    fn nonce(&mut self, last: bool) -> Nonce {
        let mut nonce = [0; NONCE_LEN];
        nonce[..8].copy_from_slice(&self.next.to_be_bytes());
        nonce[NONCE_LEN - 1] = u8::from(last);
        self.next += 1;
        Nonce::assume_unique_for_key(nonce)
    }
}
