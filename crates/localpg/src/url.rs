//! The addresses under which the database is reached.

use std::fmt::Write as _;

/// Escapes everything that has a meaning in some part of an address.
fn escape(text: &str) -> String {
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut escaped, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                escaped.push(char::from(byte));
            } else {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "%{byte:02X}");
            }
            escaped
        })
}

/// `postgres://user:password@…/database`, with TLS off: nothing leaves the machine, and asking the server whether
/// it speaks TLS would cost a round trip per connection.
fn url(user: &str, password: &str, authority: &str, database: &str, query: &str) -> String {
    let [user, password, database] = [user, password, database].map(escape);
    format!("postgres://{user}:{password}@{authority}/{database}?{query}sslmode=disable")
}

/// Through the unix socket. `localhost` is a filler: clients take the folder that the query names.
pub(crate) fn socket(user: &str, password: &str, database: &str, folder: &str, port: u16) -> String {
    url(
        user,
        password,
        "localhost",
        database,
        &format!("host={}&port={port}&", escape(folder)),
    )
}

/// Through loopback.
pub(crate) fn tcp(user: &str, password: &str, database: &str, port: u16) -> String {
    url(user, password, &format!("127.0.0.1:{port}"), database, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_escaped() {
        assert_eq!(
            socket("a@b", "p:/?#&% ñ", "d", "/tmp/x", 5432),
            "postgres://a%40b:p%3A%2F%3F%23%26%25%20%C3%B1@localhost/d?host=%2Ftmp%2Fx&port=5432&sslmode=disable"
        );
        assert_eq!(
            tcp("u", "p", "d", 1),
            "postgres://u:p@127.0.0.1:1/d?sslmode=disable"
        );
    }
}
