//! How people are reached, and what clients call them: e-mail addresses, phones, account ids.

/// Whether a text is an account's id: `[a-zA-Z0-9_.-]+`.
pub fn is_account_id(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

/// Whether a text has the shape of an e-mail address; whether it exists only mail can tell.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |text: &str| {
        !text
            .chars()
            .any(|char| char.is_whitespace() || char.is_control() || "<>,;\"()".contains(char))
    };
    text.len() <= 254
        && !local.is_empty()
        && local.len() <= 64
        && domain.contains('.')
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !domain.contains("..")
        && !local.contains('@')
        && plain(local)
        && plain(domain)
}

/// A phone as `+` and 8 to 15 digits (E.164); what people write between the digits is dropped. A `+` that arrived as a
/// blank, as an unescaped form sends it, is read as one.
pub fn phone(text: &str) -> Option<String> {
    let text = text.trim();
    let written = text.strip_prefix('+').unwrap_or(text).chars();
    let digits: String = written.filter(|c| !" -().".contains(*c)).collect();
    let good = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    good.then(|| format!("+{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_read_as_their_digits() {
        for (text, phone) in [
            ("+573001234567", Some("+573001234567")),
            (" 573001234567", Some("+573001234567")),
            ("+57 300-123 4567", Some("+573001234567")),
            ("+1 (415) 555.0100", Some("+14155550100")),
            ("+57300", None),
            ("+57300123456٧", None),
            ("+573001234567890123", None),
            ("phone", None),
            ("", None),
        ] {
            assert_eq!(super::phone(text).as_deref(), phone, "{text:?}");
        }
    }

    #[test]
    fn addresses() {
        for (text, good) in [
            ("ana@example.com", true),
            ("o'higgins+x@mail.example.cl", true),
            ("ana@correo.español.example", true),
            ("ana", false),
            ("ana@example", false),
            ("@example.com", false),
            ("ana@@example.com", false),
            ("ana@example..com", false),
            ("ana maria@example.com", false),
            ("ana@example.com,luis@example.com", false),
            ("ana@example.com\r\nBcc: x@example.com", false),
        ] {
            assert_eq!(is_email(text), good, "{text:?}");
        }
    }
}
