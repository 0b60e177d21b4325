//! The rules about what a document says: complete, agreeing with itself, in force.

use chrono::Datelike as _;

use super::{
    consistency,
    judge::{Case, invalid, skipped, valid},
    kinds::Layout,
    limits,
    sources::same_number,
};
use crate::{
    identifiers::{self, Kind, Verdict},
    validations::{DeclinedReason, DocumentType, Field, SubKind, SubValidation},
};

impl Case<'_> {
    pub(super) fn required(&self) -> SubValidation {
        const KIND: SubKind = SubKind::RequiredData;
        let Some(layout) = self.layout else {
            return skipped(KIND, "The layout of this document is not known");
        };
        let missing = consistency::required(layout, self.back.is_some())
            .iter()
            .find(|(field, _)| self.fields.get(*field).is_none());
        match missing {
            Some((_, reason)) => invalid(KIND, "Data that has to be there is missing", *reason),
            None => valid(KIND, "All data is there"),
        }
    }

    pub(super) fn mrz(&self) -> SubValidation {
        const KIND: SubKind = SubKind::Mrz;
        let Some(zone) = self.zone else {
            let wanted = self
                .layout
                .is_some_and(|layout| consistency::has_zone(layout, self.back.is_some()));
            let remains = [Some(self.front), self.back]
                .into_iter()
                .flatten()
                .any(consistency::has_remains_of_a_zone);
            return match (wanted, remains) {
                (_, true) => invalid(
                    KIND,
                    "The zone is not in its form",
                    DeclinedReason::InvalidMrzFormat,
                ),
                (true, false) => invalid(KIND, "The zone is missing", DeclinedReason::MissingMrz),
                (false, false) => skipped(KIND, "The document has no machine-readable zone"),
            };
        };
        let checks = &zone.checks;
        // Mexico's institute makes the digits of the number, the birth and the expiry by the rule, and not the last.
        let last = if zone.issuer == "MEX" {
            None
        } else {
            checks.composite
        };
        if [checks.number, checks.birth, checks.expiry, last].contains(&Some(false)) {
            return invalid(
                KIND,
                "A check digit of the zone is wrong",
                DeclinedReason::InvalidMrz,
            );
        }
        valid(KIND, "The check digits of the zone agree")
    }

    pub(super) fn barcode(&self) -> SubValidation {
        const KIND: SubKind = SubKind::Barcode;
        let codes = [Some(self.front), self.back]
            .into_iter()
            .flatten()
            .flat_map(|side| &side.barcodes);
        let count = codes.count();
        if self.sources.barcode.is_empty() {
            let chilean = matches!(self.layout, Some(Layout::ClCedula | Layout::ClForeignId));
            return if chilean && count > 0 {
                invalid(
                    KIND,
                    "The code does not lead to the registry",
                    DeclinedReason::InvalidQrContent,
                )
            } else {
                skipped(KIND, "No barcode of a known kind was read")
            };
        }
        let other = [Field::DocumentNumber, Field::IssueNumber]
            .iter()
            .any(|field| self.sources.pairs(*field).iter().any(|(a, b)| !same_number(a, b)));
        if other {
            return invalid(
                KIND,
                "The barcode has another number",
                DeclinedReason::InvalidQrContent,
            );
        }
        valid(KIND, "The barcode agrees with the document")
    }

    pub(super) fn document_number(&self) -> SubValidation {
        const KIND: SubKind = SubKind::DocumentNumber;
        let Some(number) = self.fields.get(Field::DocumentNumber) else {
            return skipped(KIND, "There is no number");
        };
        let kind = self.layout.and_then(consistency::number_kind);
        if kind.is_some_and(|kind| identifiers::check(kind, number).verdict == Verdict::Invalid) {
            return invalid(
                KIND,
                "The number is not one of its kind",
                DeclinedReason::InvalidDocumentNumber,
            );
        }
        for field in [Field::DocumentNumber, Field::IssueNumber, Field::Cpf] {
            if self.sources.pairs(field).iter().any(|(a, b)| !same_number(a, b)) {
                return invalid(
                    KIND,
                    "The number is not the same everywhere",
                    DeclinedReason::DataInconsistency,
                );
            }
        }
        let cpf = self.fields.get(Field::Cpf);
        if cpf.is_some_and(|cpf| identifiers::check(Kind::BrCpf, cpf).verdict == Verdict::Invalid) {
            return invalid(KIND, "The CPF is none", DeclinedReason::InvalidDocumentNumber);
        }
        let code = self.fields.get(Field::PostalCode);
        if code.is_some_and(|code| !consistency::is_postal_code(code)) {
            return invalid(KIND, "The postal code is none", DeclinedReason::InvalidPostalCode);
        }
        valid(KIND, "The number is in order")
    }

    pub(super) fn curp(&self) -> SubValidation {
        const KIND: SubKind = SubKind::Curp;
        let Some(curp) = self.fields.get(Field::Curp) else {
            return skipped(KIND, "The document has no CURP");
        };
        let check = identifiers::check(Kind::MxCurp, curp);
        if check.verdict == Verdict::Invalid {
            return invalid(KIND, "The CURP is none", DeclinedReason::InvalidCurp);
        }
        if consistency::curp_contradicts(&check, curp, &self.fields) {
            return invalid(
                KIND,
                "The CURP is another person's",
                DeclinedReason::DataInconsistency,
            );
        }
        valid(KIND, "The CURP agrees with the document")
    }

    pub(super) fn date_of_birth(&self) -> SubValidation {
        const KIND: SubKind = SubKind::DateOfBirth;
        let Some(birth) = self.date(Field::DateOfBirth) else {
            return skipped(KIND, "There is no date of birth");
        };
        let differs = |field| self.sources.pairs(field).iter().any(|(a, b)| a != b);
        if differs(Field::DateOfBirth) || differs(Field::Gender) {
            return invalid(
                KIND,
                "It is not the same everywhere",
                DeclinedReason::DataInconsistency,
            );
        }
        if birth > self.expected.today {
            return invalid(KIND, "It is not over yet", DeclinedReason::DataInconsistency);
        }
        valid(KIND, "The date of birth is in order")
    }

    pub(super) fn names(&self) -> SubValidation {
        const KIND: SubKind = SubKind::Names;
        if self.fields.get(Field::LastName).is_none() && self.fields.get(Field::Name).is_none() {
            return skipped(KIND, "There are no names");
        }
        if consistency::names_contradict(&self.sources) {
            return invalid(
                KIND,
                "The names are not the same everywhere",
                DeclinedReason::DataInconsistency,
            );
        }
        valid(KIND, "The names are in order")
    }

    pub(super) fn issue_date(&self) -> SubValidation {
        const KIND: SubKind = SubKind::IssueDate;
        let Some(issued) = self.date(Field::IssueDate) else {
            return skipped(KIND, "There is no date of issue");
        };
        let before_birth = self.date(Field::DateOfBirth).is_some_and(|birth| issued < birth);
        let after_expiry = self
            .date(Field::ExpirationDate)
            .is_some_and(|expires| issued > expires);
        if issued > self.expected.today || before_birth || after_expiry {
            return invalid(
                KIND,
                "It cannot have been issued then",
                DeclinedReason::InvalidIssueDate,
            );
        }
        // Colombia gives this card to adults alone.
        let adult_at = |age: i32| {
            self.date(Field::DateOfBirth)
                .is_none_or(|birth| consistency::age(birth, issued) >= age)
        };
        if matches!(self.layout, Some(Layout::CoCedula | Layout::CoCedulaDigital)) && !adult_at(limits::ADULT)
        {
            return invalid(
                KIND,
                "Its holder was a minor then",
                DeclinedReason::InvalidIssueDate,
            );
        }
        // Mexico's card is valid for ten years.
        let term = self
            .date(Field::ExpirationDate)
            .map(|expires| expires.year() - issued.year());
        if self.layout == Some(Layout::MxIne) && term.is_some_and(|years| years != 10) {
            return invalid(
                KIND,
                "Its term is not ten years",
                DeclinedReason::ProductionDataInconsistency,
            );
        }
        valid(KIND, "The date of issue is in order")
    }

    pub(super) fn expiration_date(&self) -> SubValidation {
        const KIND: SubKind = SubKind::ExpirationDate;
        let Some(expires) = self.date(Field::ExpirationDate) else {
            return skipped(KIND, "The document has no date of expiry");
        };
        // Mexico's card ends with a year on its front and with a day of that year in its zone.
        let same =
            |a: &str, b: &str| a == b || (self.layout == Some(Layout::MxIne) && a.get(..4) == b.get(..4));
        if self
            .sources
            .pairs(Field::ExpirationDate)
            .iter()
            .any(|(a, b)| !same(a, b))
        {
            return invalid(
                KIND,
                "It is not the same everywhere",
                DeclinedReason::DataInconsistency,
            );
        }
        if expires < self.expected.today {
            return invalid(
                KIND,
                "The document has expired",
                DeclinedReason::DocumentHasExpired,
            );
        }
        valid(KIND, "The document is in force")
    }

    pub(super) fn age(&self) -> SubValidation {
        const KIND: SubKind = SubKind::Age;
        let Some(birth) = self.date(Field::DateOfBirth) else {
            return skipped(KIND, "There is no date of birth");
        };
        let age = consistency::age(birth, self.expected.today);
        // A minor's card is a minor's.
        if age < limits::ADULT && self.expected.kind.document_type != DocumentType::IdentityCard {
            return invalid(KIND, "The person is a minor", DeclinedReason::Underage);
        }
        if age > limits::OLDEST {
            return invalid(KIND, "Nobody is so old", DeclinedReason::AgeAboveThreshold);
        }
        if self.expected.age_limit.is_some_and(|limit| age > limit) {
            return invalid(
                KIND,
                "The person is older than is admitted",
                DeclinedReason::AgeAboveLimit,
            );
        }
        valid(KIND, "The age is in order")
    }

    pub(super) fn account(&self) -> SubValidation {
        const KIND: SubKind = SubKind::AccountId;
        let (Some(account), Some(number)) = (
            self.expected.account_number,
            self.fields.get(Field::DocumentNumber),
        ) else {
            return skipped(KIND, "The account has no number to compare with");
        };
        if same_number(account, number) {
            return valid(KIND, "The number is the account's");
        }
        invalid(
            KIND,
            "The number is not the account's",
            DeclinedReason::DocumentDoesNotMatchAccountId,
        )
    }
}
