//! Documents of persons: one spelling of their numbers, whoever wrote them.

use serde::{Deserialize, Serialize};

use crate::{
    checks::{InputField, Inputs, documents::examine},
    identifiers::warnings::GENERIC_NUMBER,
    validations::{DocumentCountry, DocumentType},
};

/// A document of a person. Its `Debug` leaves out the number: it may end up in a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Where it is from.
    pub country: DocumentCountry,
    /// What it is.
    pub document_type: DocumentType,
    /// Its number, as it was read or given.
    pub number: String,
}

impl std::fmt::Debug for Paper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Paper({} {})", self.country, self.document_type)
    }
}

/// The inputs of a check that are numbers of a person's documents. Licences of a state and permits that no document of
/// the validators stands for are not among them: their numbers repeat.
const INPUTS: &[(InputField, DocumentType)] = &[
    (InputField::NationalId, DocumentType::NationalId),
    (InputField::ForeignId, DocumentType::ForeignId),
    (InputField::Passport, DocumentType::Passport),
    (InputField::Ptp, DocumentType::Ppt),
    (InputField::Pep, DocumentType::Pep),
    (InputField::TaxId, DocumentType::TaxId),
    (InputField::DriverLicense, DocumentType::DriverLicense),
];

/// Shortest number that tells a person from others.
const SHORTEST: usize = 4;

impl Paper {
    /// The documents that the inputs of a check name, the one that tells most first.
    pub fn of_inputs(country: DocumentCountry, inputs: &Inputs) -> Vec<Self> {
        let own = INPUTS.iter().filter_map(|(input, document_type)| {
            Some(Self {
                country,
                document_type: *document_type,
                number: inputs.get(*input)?.to_owned(),
            })
        });
        let native = || {
            Some(Self {
                country: inputs.get(InputField::NativeCountry)?.parse().ok()?,
                document_type: DocumentType::NationalId,
                number: inputs.get(InputField::NativeNationalId)?.to_owned(),
            })
        };
        own.chain(native()).collect()
    }

    /// What its number is the number of, where it tells a person from all others: the paper that stands for the national
    /// document has the same number as that one. None for papers that are nobody's, and for those whose numbers are a
    /// state's and not a country's.
    const fn numbered_as(&self) -> Option<DocumentType> {
        use DocumentType as T;
        match self.document_type {
            T::NationalId | T::IdentityCard | T::TemporaryNationalId => Some(T::NationalId),
            T::DriverLicense | T::Cnh => Some(T::DriverLicense),
            T::Rut | T::TaxId => Some(T::TaxId),
            T::ForeignId | T::Passport | T::Ppt | T::Pep => Some(self.document_type),
            T::Invoice | T::PictureId | T::Record | T::GeneralRegistration => None,
        }
    }

    /// As `document_type` of a customer tells it: one of the vendor's three, or none.
    pub const fn shown_type(&self) -> Option<DocumentType> {
        use DocumentType as T;
        match self.document_type {
            T::NationalId | T::IdentityCard | T::TemporaryNationalId => Some(T::NationalId),
            T::ForeignId | T::Ppt | T::Pep => Some(T::ForeignId),
            T::Passport => Some(T::Passport),
            T::DriverLicense
            | T::Cnh
            | T::Rut
            | T::TaxId
            | T::Invoice
            | T::PictureId
            | T::Record
            | T::GeneralRegistration => None,
        }
    }

    /// `<country>/<type>/<canonical number>`: the same for two spellings of one document. None where the number does not
    /// tell one person from another.
    pub fn canonical(&self) -> Option<String> {
        let document_type = self.numbered_as()?;
        let ruled = self.country.of_checks().and_then(|country| {
            let (input, _) = INPUTS.iter().find(|(_, of)| *of == document_type)?;
            let inputs = Inputs::from_iter([(*input, self.number.clone())]);
            examine(country, *input, &inputs)
        });
        if let Some(check) = &ruled
            && check.warnings.contains(&GENERIC_NUMBER)
        {
            return None;
        }
        let plain = || -> String {
            let kept = self.number.chars().filter(char::is_ascii_alphanumeric);
            kept.map(|c| c.to_ascii_uppercase()).collect()
        };
        let number: String = ruled.and_then(|check| check.canonical).unwrap_or_else(plain);
        (number.len() >= SHORTEST).then(|| format!("{}/{document_type}/{number}", self.country.lower()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(country: &str, document_type: &str, number: &str) -> Option<String> {
        let paper = Paper {
            country: country.parse().unwrap(),
            document_type: document_type.parse().unwrap(),
            number: number.to_owned(),
        };
        paper.canonical()
    }

    #[test]
    fn spellings_of_one_document_are_one() {
        for (country, document_type, number, key) in [
            (
                "CO",
                "national-id",
                "1.000.000.001",
                Some("co/national-id/1000000001"),
            ),
            (
                "co",
                "identity-card",
                "1000000001",
                Some("co/national-id/1000000001"),
            ),
            ("CO", "foreign-id", "1000000001", Some("co/foreign-id/1000000001")),
            ("PE", "national-id", "12345678", Some("pe/national-id/12345678")),
            (
                "CL",
                "national-id",
                "12.345.678-5",
                Some("cl/national-id/123456785"),
            ),
            ("AR", "national-id", "12.345.678", Some("ar/national-id/12345678")),
            ("ALL", "passport", "ab 123456", Some("all/passport/AB123456")),
            ("CO", "invoice", "1000000001", None),
            ("BR", "general-registration", "12345678", None),
            ("CO", "national-id", "--", None),
            ("MX", "tax-id", "XAXX010101000", None),
        ] {
            assert_eq!(
                canonical(country, document_type, number).as_deref(),
                key,
                "{country} {document_type}"
            );
        }
    }

    #[test]
    fn a_check_names_every_document_of_the_person() {
        let inputs = Inputs::from_iter([
            (InputField::ForeignId, "123456".to_owned()),
            (InputField::NativeCountry, "VE".to_owned()),
            (InputField::NativeNationalId, "V12345678".to_owned()),
            (InputField::StateId, "12345678".to_owned()),
        ]);
        let papers = Paper::of_inputs(DocumentCountry::Co, &inputs);
        let told: Vec<(DocumentCountry, DocumentType)> = papers
            .iter()
            .map(|paper| (paper.country, paper.document_type))
            .collect();
        assert_eq!(
            told,
            [
                (DocumentCountry::Co, DocumentType::ForeignId),
                (DocumentCountry::Ve, DocumentType::NationalId)
            ]
        );
    }
}
