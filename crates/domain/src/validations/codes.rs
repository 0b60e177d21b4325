//! One-time codes: what they are, how many there may be, and the messages that carry them.

use super::config::{Config, Setting};
use super::request::{Asked, Validator, VerifyChannel};
use crate::{ids::Ids, language::Language, messages::Channel, messages::Text};

/// Digits of a code.
pub const DIGITS: usize = 6;

/// Most codes that an address, a phone or an account is sent within [`WINDOW_SECONDS`].
pub const MOST_SENT: i64 = 10;

/// Most wrong guesses about an address, a phone or an account within [`WINDOW_SECONDS`]. A code is guessed right once in
/// 50,000 times at most.
pub const MOST_GUESSES: i64 = 20;

/// What codes and guesses are counted over, in seconds.
pub const WINDOW_SECONDS: i64 = 3600;

/// A new code; every one is as likely as every other.
pub fn new(ids: &dyn Ids) -> String {
    format!("{:0DIGITS$}", ids.below(1_000_000))
}

/// Whether a text can be a code at all.
pub fn is_code(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// How a code goes out.
pub const fn channel(asked: &Asked) -> Channel {
    match asked {
        Asked::Phone { channel, .. } => match channel {
            VerifyChannel::Sms => Channel::Sms,
            VerifyChannel::Call => Channel::Call,
            VerifyChannel::Whatsapp => Channel::Whatsapp,
        },
        _ => Channel::Email,
    }
}

/// The message that carries a code, for an hour's fraction of `minutes`.
pub fn message(asked: &Asked, config: &Config, client: &str, code: &str, minutes: u32) -> Text {
    match asked {
        Asked::Phone { locale, channel, .. } => {
            let name = config.text(Validator::PhoneVerification, Setting::CustomName);
            let from = name.as_deref().unwrap_or(client);
            Text {
                subject: String::new(),
                body: phone(locale.language(), *channel, from, code, minutes),
            }
        }
        Asked::Email { language } => mail(*language, config, client, code, minutes),
        _ => Text {
            subject: String::new(),
            body: code.to_owned(),
        },
    }
}

fn phone(language: Language, channel: VerifyChannel, from: &str, code: &str, minutes: u32) -> String {
    // Spoken, a code is told digit by digit, and twice.
    let told = match channel {
        VerifyChannel::Sms | VerifyChannel::Whatsapp => code.to_owned(),
        VerifyChannel::Call => {
            let digits: Vec<String> = code.chars().map(String::from).collect();
            let spoken = digits.join(", ");
            format!("{spoken}. {spoken}")
        }
    };
    match language {
        Language::Es => format!(
            "{from}: su código de verificación es {told}. Vence en {minutes} minutos. No lo comparta."
        ),
        Language::En => format!(
            "{from}: your verification code is {told}. It expires in {minutes} minutes. Do not share it."
        ),
        Language::Pt => format!(
            "{from}: seu código de verificação é {told}. Expira em {minutes} minutos. Não o compartilhe."
        ),
    }
}

fn mail(language: Language, config: &Config, client: &str, code: &str, minutes: u32) -> Text {
    let own = |setting| config.text(Validator::EmailVerification, setting);
    let subject = own(Setting::EmailSubject).unwrap_or_else(|| {
        let usual = language.choose(
            "Su código de verificación",
            "Your verification code",
            "Seu código de verificação",
        );
        format!("{usual} – {client}")
    });
    let title = own(Setting::EmailTitle).unwrap_or_else(|| {
        language
            .choose(
                "Verifique su correo electrónico",
                "Verify your e-mail address",
                "Verifique o seu e-mail",
            )
            .to_owned()
    });
    let before = own(Setting::EmailText1).unwrap_or_else(|| match language {
        Language::Es => format!("{client} quiere confirmar que este correo es suyo. Ingrese este código:"),
        Language::En => format!("{client} wants to confirm that this address is yours. Enter this code:"),
        Language::Pt => format!("{client} quer confirmar que este e-mail é seu. Digite este código:"),
    });
    let after = own(Setting::EmailText2).unwrap_or_else(|| match language {
        Language::Es => format!("Vence en {minutes} minutos. Si no lo pidió, ignore este mensaje."),
        Language::En => {
            format!("It expires in {minutes} minutes. If you did not ask for it, ignore this message.")
        }
        Language::Pt => format!("Expira em {minutes} minutos. Se não o pediu, ignore esta mensagem."),
    });
    let help = own(Setting::SupportEmail).map_or_else(String::new, |address| {
        let word = language.choose("Ayuda", "Help", "Ajuda");
        format!("\n{word}: {address}\n")
    });
    Text {
        subject,
        body: format!("{title}\n\n{before}\n\n{code}\n\n{after}\n{help}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fields::Fields, ids::SystemIds, validations::request::PhoneLocale};

    #[test]
    fn codes_are_spread_evenly() {
        // Each digit at each place some 1,000 times of 10,000: five standard deviations are 150.
        let mut seen = [[0_i32; 10]; DIGITS];
        for _ in 0..10_000 {
            let code = new(&SystemIds);
            assert!(is_code(&code));
            for (place, digit) in code.bytes().enumerate() {
                seen[place][usize::from(digit - b'0')] += 1;
            }
        }
        for (place, digits) in seen.iter().enumerate() {
            for (digit, count) in digits.iter().enumerate() {
                assert!((count - 1000).abs() < 150, "{digit} at {place}: {count} times");
            }
        }
    }

    #[test]
    fn what_is_no_code_is_told_at_once() {
        for text in ["", "12345", "1234567", "12345a", "12345６", " 12345"] {
            assert!(!is_code(text), "{text:?}");
        }
    }

    #[test]
    fn every_language_and_channel_carries_the_code() {
        let config = Config::default();
        for locale in PhoneLocale::ALL {
            for channel in VerifyChannel::ALL {
                let asked = Asked::Phone {
                    phone_type: crate::validations::request::PhoneType::Home,
                    locale: *locale,
                    channel: *channel,
                };
                let text = message(&asked, &config, "Acme", "012345", 5);
                let spoken = if *channel == VerifyChannel::Call {
                    "0, 1, 2, 3, 4, 5"
                } else {
                    "012345"
                };
                assert!(
                    text.body.contains(spoken) && text.body.contains("Acme"),
                    "{}",
                    text.body
                );
            }
        }
        for language in Language::ALL {
            let text = message(
                &Asked::Email { language: *language },
                &config,
                "Acme",
                "012345",
                5,
            );
            assert!(text.body.contains("\n012345\n") && text.subject.contains("Acme"));
        }
    }

    #[test]
    fn the_clients_own_words_stand_in_the_mail() {
        let mut config = Config::default();
        let mut fields = Fields::default();
        for (name, value) in [
            ("validator", "email-verification"),
            ("email_subject", "Hola"),
            ("email_title", "Título"),
            ("email_text_1", "Antes"),
            ("email_text_2", "Después"),
            ("support_email", "ayuda@example.com"),
        ] {
            fields.add(name, value.to_owned());
        }
        config.change(&fields).unwrap();
        let text = message(
            &Asked::Email {
                language: Language::Es,
            },
            &config,
            "Acme",
            "000001",
            5,
        );
        assert_eq!(text.subject, "Hola");
        assert_eq!(
            text.body,
            "Título\n\nAntes\n\n000001\n\nDespués\n\nAyuda: ayuda@example.com\n"
        );
    }
}
