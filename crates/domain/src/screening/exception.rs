//! False positives that an operator set aside.

use super::subject::Subject;
use crate::{ids::ExceptionId, time::Timestamp};

/// A subject is not an entry: so an operator decided. It holds for that subject and for what the list says of that
/// entry; where either changes, the hit speaks again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Its id.
    pub id: ExceptionId,
    /// SHA-256 of what the list said of the entry.
    pub entry_digest: Vec<u8>,
    /// Salt of the subject's digest.
    pub salt: Vec<u8>,
    /// [`Subject::digest`] of the subject.
    pub subject: Vec<u8>,
    /// When it ends by itself.
    pub expires: Option<Timestamp>,
    /// When it was undone.
    pub revoked: Option<Timestamp>,
}

impl Exception {
    /// Whether it is in force.
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|end| now < end)
    }

    /// Whether it keeps a hit quiet: the subject and the entry are those that it was made for.
    pub fn quiets(&self, subject: &Subject, entry_digest: &[u8], now: Timestamp) -> bool {
        self.is_in_force(now)
            && self.entry_digest == entry_digest
            && self.subject == subject.digest(&self.salt)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        checks::{CheckType, InputField, Inputs},
        country::Country,
    };

    fn subject(inputs: &[(InputField, &str)]) -> Subject {
        let inputs: Inputs = inputs
            .iter()
            .map(|(field, value)| (*field, (*value).to_owned()))
            .collect();
        Subject::of(CheckType::Person, Country::Co, &inputs)
    }

    fn exception(subject: &Subject) -> Exception {
        Exception {
            id: ExceptionId(Uuid::nil()),
            entry_digest: vec![1],
            salt: vec![7; 32],
            subject: subject.digest(&[7; 32]).to_vec(),
            expires: Some(Timestamp::from_nanos(100)),
            revoked: None,
        }
    }

    const NAME: (InputField, &str) = (InputField::Name, "Ana Prueba");
    const NUMBER: (InputField, &str) = (InputField::NationalId, "1.000.000.001");
    const BORN: (InputField, &str) = (InputField::DateOfBirth, "1990-01-02");

    #[test]
    fn it_holds_for_one_person_however_written_and_no_other() {
        let exception = exception(&subject(&[NAME, NUMBER, BORN]));
        let now = Timestamp::from_nanos(1);
        let spelt = [
            (InputField::Name, "ANA  PRUEBA"),
            (InputField::NationalId, "1000000001"),
            BORN,
            (InputField::CustomInput, "ours"),
        ];
        assert!(exception.quiets(&subject(&spelt), &[1], now));
        for other in [
            subject(&[NAME, NUMBER]),
            subject(&[NAME, BORN, (InputField::NationalId, "1000000002")]),
            subject(&[(InputField::Name, "Ana Prueva"), NUMBER, BORN]),
            subject(&[NAME, NUMBER, BORN, (InputField::Passport, "AB123456")]),
        ] {
            assert!(!exception.quiets(&other, &[1], now), "{other:?}");
        }
    }

    #[test]
    fn it_ends_with_the_entry_with_its_time_and_when_undone() {
        let ana = subject(&[NAME, NUMBER, BORN]);
        let exception = exception(&ana);
        assert!(!exception.quiets(&ana, &[2], Timestamp::from_nanos(1)));
        assert!(!exception.quiets(&ana, &[1], Timestamp::from_nanos(100)));
        let undone = Exception {
            revoked: Some(Timestamp::from_nanos(2)),
            ..exception
        };
        assert!(!undone.quiets(&ana, &[1], Timestamp::from_nanos(3)));
    }
}
