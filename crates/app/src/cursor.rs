//! Cursors of lists: opaque, unforgeable, bound to the client, the route and the filters.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use cotejo_domain::{fields::FieldErrors, ids::ClientId};

use crate::{
    App, AppResult,
    secrets::{Purpose, hmac_sha256},
};

const MAC: usize = 12;

/// What a cursor is bound to.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// Whose list.
    pub client: ClientId,
    /// Which list.
    pub route: &'a str,
    /// Filtered by what.
    pub filter: &'a str,
}

impl App {
    /// Makes the `start_key` of the page behind `position`.
    pub(crate) fn cursor(&self, scope: Scope<'_>, position: &[u8]) -> String {
        let mut bytes = position.to_vec();
        bytes.extend_from_slice(
            &mac_of(&self.inner.secrets.active(Purpose::Cursors).1, scope, position)[..MAC],
        );
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a `start_key`; a broken one, or one of another list, is an error of that field.
    pub(crate) fn position(&self, scope: Scope<'_>, cursor: &str) -> AppResult<Vec<u8>> {
        let position = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|mut bytes| {
            let mac = bytes.split_off(bytes.len().checked_sub(MAC)?);
            // A cursor that another replica made during a rotation of the keys is as good.
            let mut keys = self.inner.secrets.all(Purpose::Cursors);
            keys.any(|key| mac_of(&key, scope, &bytes)[..MAC] == mac)
                .then_some(bytes)
        });
        Ok(position.ok_or_else(invalid)?)
    }
}

fn mac_of(key: &[u8], scope: Scope<'_>, position: &[u8]) -> [u8; 32] {
    let Scope {
        client,
        route,
        filter,
    } = scope;
    hmac_sha256(
        key,
        &[client.0.as_bytes(), route.as_bytes(), filter.as_bytes(), position],
    )
}

/// The error of a `start_key` that is none.
pub(crate) fn invalid() -> FieldErrors {
    FieldErrors::one("start_key", "is not a key of this list")
}
