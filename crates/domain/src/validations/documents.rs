//! Which documents can be validated: by country and type, with their sides and names.
//!
//! The countries and types are those of the reference and of the vendor's own app (`contract/identity-wire.md` §3.9).

use serde::{Deserialize, Serialize};

use crate::language::Language;

crate::text_enum! {
    /// The country of a document; `ALL` is for passports.
    pub enum DocumentCountry {
        /// Any country: passports.
        All = "ALL",
        /// Argentina.
        Ar = "AR",
        /// Bolivia.
        Bo = "BO",
        /// Brazil.
        Br = "BR",
        /// Chile.
        Cl = "CL",
        /// Colombia.
        Co = "CO",
        /// Costa Rica.
        Cr = "CR",
        /// Dominican Republic.
        Do = "DO",
        /// Ecuador.
        Ec = "EC",
        /// Guatemala.
        Gt = "GT",
        /// Mexico.
        Mx = "MX",
        /// Peru.
        Pe = "PE",
        /// El Salvador.
        Sv = "SV",
        /// Venezuela.
        Ve = "VE",
    }
}

impl DocumentCountry {
    /// As validation accounts and document details print it.
    pub fn lower(self) -> String {
        self.as_str().to_ascii_lowercase()
    }

    /// Its name for people.
    pub const fn name(self, language: Language) -> &'static str {
        match self {
            Self::All => language.choose("Cualquier país", "Any country", "Qualquer país"),
            Self::Ar => "Argentina",
            Self::Bo => "Bolivia",
            Self::Br => language.choose("Brasil", "Brazil", "Brasil"),
            Self::Cl => "Chile",
            Self::Co => "Colombia",
            Self::Cr => "Costa Rica",
            Self::Do => language.choose(
                "República Dominicana",
                "Dominican Republic",
                "República Dominicana",
            ),
            Self::Ec => language.choose("Ecuador", "Ecuador", "Equador"),
            Self::Gt => "Guatemala",
            Self::Mx => language.choose("México", "Mexico", "México"),
            Self::Pe => language.choose("Perú", "Peru", "Peru"),
            Self::Sv => "El Salvador",
            Self::Ve => "Venezuela",
        }
    }

    /// The country of checks in which its people are looked up; none where there are no checks.
    pub const fn of_checks(self) -> Option<crate::country::Country> {
        use crate::country::Country;
        match self {
            Self::Br => Some(Country::Br),
            Self::Cl => Some(Country::Cl),
            Self::Co => Some(Country::Co),
            Self::Cr => Some(Country::Cr),
            Self::Mx => Some(Country::Mx),
            Self::Pe => Some(Country::Pe),
            Self::All | Self::Ar | Self::Bo | Self::Do | Self::Ec | Self::Gt | Self::Sv | Self::Ve => None,
        }
    }
}

crate::text_enum! {
    /// What a document is.
    pub enum DocumentType {
        /// The national document.
        NationalId = "national-id",
        /// The document of a foreigner who lives there.
        ForeignId = "foreign-id",
        /// Driving licence.
        DriverLicense = "driver-license",
        /// Passport.
        Passport = "passport",
        /// Document of a minor.
        IdentityCard = "identity-card",
        /// Registration with Colombia's tax office.
        Rut = "rut",
        /// Colombia's permit for temporary protection.
        Ppt = "ppt",
        /// Colombia's former special permit of stay.
        Pep = "pep",
        /// An invoice that shows an address.
        Invoice = "invoice",
        /// Any document with a picture.
        PictureId = "picture-id",
        /// Any other document.
        Record = "record",
        /// Brazil's driving licence.
        Cnh = "cnh",
        /// Brazil's general registration.
        GeneralRegistration = "general-registration",
        /// Mexico's tax certificate.
        TaxId = "tax-id",
        /// What stands for a national document that is being made.
        TemporaryNationalId = "temporary-national-id",
    }
}

/// A document that can be validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentKind {
    /// Where it is from.
    pub country: DocumentCountry,
    /// What it is.
    pub document_type: DocumentType,
}

/// A document that can be validated, and what it is like.
#[derive(Debug, Clone, Copy)]
pub struct Supported {
    /// Which document.
    pub kind: DocumentKind,
    /// Whether its back is wanted too.
    pub two_sided: bool,
    /// Its name where it is used.
    pub name: &'static str,
}

use DocumentCountry as C;
use DocumentType as T;

const fn document(country: C, document_type: T, sides: u8, name: &'static str) -> Supported {
    let kind = DocumentKind {
        country,
        document_type,
    };
    Supported {
        kind,
        two_sided: sides == 2,
        name,
    }
}

/// Every document that can be validated.
#[rustfmt::skip]
pub const SUPPORTED: &[Supported] = &[
    document(C::All, T::Passport, 1, "Pasaporte"),
    document(C::Ar, T::NationalId, 2, "Documento Nacional de Identidad"),
    document(C::Bo, T::NationalId, 2, "Cédula de identidad"),
    document(C::Br, T::Cnh, 2, "Carteira Nacional de Habilitação"),
    document(C::Br, T::DriverLicense, 2, "Carteira Nacional de Habilitação"),
    document(C::Br, T::GeneralRegistration, 2, "Registro Geral"),
    document(C::Br, T::NationalId, 2, "Carteira de Identidade Nacional"),
    document(C::Br, T::Passport, 1, "Passaporte"),
    document(C::Br, T::Invoice, 1, "Comprovante de residência"),
    document(C::Br, T::PictureId, 1, "Documento com foto"),
    document(C::Br, T::Record, 1, "Outro documento"),
    document(C::Cl, T::NationalId, 2, "Cédula de identidad"),
    document(C::Cl, T::ForeignId, 2, "Cédula de identidad para extranjeros"),
    document(C::Cl, T::DriverLicense, 2, "Licencia de conducir"),
    document(C::Cl, T::Passport, 1, "Pasaporte"),
    document(C::Cl, T::Invoice, 1, "Comprobante de domicilio"),
    document(C::Cl, T::PictureId, 1, "Documento con foto"),
    document(C::Cl, T::Record, 1, "Otro documento"),
    document(C::Co, T::NationalId, 2, "Cédula de ciudadanía"),
    document(C::Co, T::ForeignId, 2, "Cédula de extranjería"),
    document(C::Co, T::Rut, 1, "Registro Único Tributario"),
    document(C::Co, T::Ppt, 2, "Permiso por Protección Temporal"),
    document(C::Co, T::Pep, 1, "Permiso Especial de Permanencia"),
    document(C::Co, T::Passport, 1, "Pasaporte"),
    document(C::Co, T::IdentityCard, 2, "Tarjeta de identidad"),
    document(C::Co, T::TemporaryNationalId, 1, "Contraseña"),
    document(C::Co, T::DriverLicense, 2, "Licencia de conducción"),
    document(C::Co, T::Invoice, 1, "Comprobante de domicilio"),
    document(C::Co, T::PictureId, 1, "Documento con foto"),
    document(C::Co, T::Record, 1, "Otro documento"),
    document(C::Cr, T::NationalId, 2, "Cédula de identidad"),
    document(C::Cr, T::ForeignId, 2, "DIMEX"),
    document(C::Ec, T::NationalId, 2, "Cédula de identidad"),
    document(C::Mx, T::NationalId, 2, "Credencial para votar"),
    document(C::Mx, T::TaxId, 1, "Constancia de situación fiscal"),
    document(C::Mx, T::ForeignId, 2, "Tarjeta de residente"),
    document(C::Mx, T::Passport, 1, "Pasaporte"),
    document(C::Mx, T::DriverLicense, 2, "Licencia de conducir"),
    document(C::Mx, T::Invoice, 1, "Comprobante de domicilio"),
    document(C::Mx, T::PictureId, 1, "Documento con foto"),
    document(C::Mx, T::Record, 1, "Otro documento"),
    document(C::Pe, T::NationalId, 2, "Documento Nacional de Identidad"),
    document(C::Pe, T::ForeignId, 2, "Carné de extranjería"),
    document(C::Pe, T::Passport, 1, "Pasaporte"),
    document(C::Pe, T::Invoice, 1, "Comprobante de domicilio"),
    document(C::Pe, T::PictureId, 1, "Documento con foto"),
    document(C::Pe, T::Record, 1, "Otro documento"),
    document(C::Sv, T::NationalId, 2, "Documento Único de Identidad"),
    document(C::Sv, T::ForeignId, 2, "Carné de residente"),
    document(C::Sv, T::Passport, 1, "Pasaporte"),
    document(C::Ve, T::NationalId, 1, "Cédula de identidad"),
];

impl DocumentKind {
    /// What the document is like; none where it cannot be validated.
    pub fn supported(self) -> Option<&'static Supported> {
        SUPPORTED.iter().find(|supported| supported.kind == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_document_stands_twice_and_every_country_is_listed() {
        for (place, supported) in SUPPORTED.iter().enumerate() {
            let again = SUPPORTED
                .iter()
                .skip(place + 1)
                .find(|other| other.kind == supported.kind);
            assert!(again.is_none(), "{:?}", supported.kind);
        }
        for text in ["co", "CO", "all", "Ve"] {
            let country: DocumentCountry = text.parse().unwrap();
            assert!(DocumentCountry::ALL.contains(&country));
        }
    }
}
