//! Which document a side is of.

use super::{
    page::Page,
    side::{BarcodeKind, SideReading, Zone, ZoneFormat},
};
use crate::validations::{DocumentCountry, DocumentKind, DocumentType};

crate::text_enum! {
    /// A document whose layout is known.
    pub enum Layout {
        /// Colombia's citizen's card with the barcode.
        CoCedula = "co_national-id-2000",
        /// Colombia's citizen's card since 2020.
        CoCedulaDigital = "co_national-id-2020",
        /// Colombia's foreigner's card.
        CoForeignId = "co_foreign-id",
        /// Mexico's voter's card.
        MxIne = "mx_national-id",
        /// Peru's identity card.
        PeDni = "pe_national-id",
        /// Chile's identity card.
        ClCedula = "cl_national-id",
        /// Chile's identity card for foreigners.
        ClForeignId = "cl_foreign-id",
        /// Brazil's driving licence.
        BrCnh = "br_cnh",
        /// A passport.
        Passport = "passport",
    }
}

/// Which side of a document it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// The one with the portrait.
    Front,
    /// The other one.
    Back,
}

/// What a side was recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recognised {
    /// Of which document.
    pub layout: Layout,
    /// Which side.
    pub face: Face,
}

impl Layout {
    /// Whether a document of this layout is one of that kind.
    pub fn is(self, kind: DocumentKind) -> bool {
        use DocumentCountry as C;
        use DocumentType as T;
        let (country, types): (C, &[T]) = match self {
            Self::CoCedula | Self::CoCedulaDigital => (C::Co, &[T::NationalId]),
            Self::CoForeignId => (C::Co, &[T::ForeignId]),
            Self::MxIne => (C::Mx, &[T::NationalId]),
            Self::PeDni => (C::Pe, &[T::NationalId]),
            Self::ClCedula => (C::Cl, &[T::NationalId]),
            Self::ClForeignId => (C::Cl, &[T::ForeignId]),
            Self::BrCnh => (C::Br, &[T::Cnh, T::DriverLicense]),
            // Whose passport it is, the zone tells.
            Self::Passport => return matches!(kind.document_type, T::Passport | T::PictureId),
        };
        country == kind.country && (types.contains(&kind.document_type) || kind.document_type == T::PictureId)
    }

    /// Whether there is a layout for that kind at all: of other kinds only what all documents have in common is read.
    pub fn known(kind: DocumentKind) -> bool {
        kind.document_type != DocumentType::PictureId && Self::ALL.iter().any(|layout| layout.is(kind))
    }
}

/// Words of which any one tells the layout, besides those that have to stand on the side, too.
type Words = (Layout, Face, &'static [&'static str], &'static [&'static str]);

/// The first row that fits decides, so the particular stand before the general.
const WORDS: &[Words] = &[
    (Layout::CoForeignId, Face::Front, &["CEDULA DE EXTRANJERIA"], &[]),
    (
        Layout::CoCedulaDigital,
        Face::Front,
        &["CEDULA DE CIUDADANIA"],
        &["NUIP", "FECHA DE EXPIRACION", "LUGAR DE NACIMIENTO"],
    ),
    (Layout::CoCedula, Face::Front, &["CEDULA DE CIUDADANIA"], &[]),
    (
        Layout::CoCedula,
        Face::Back,
        &["FECHA Y LUGAR DE EXPEDICION"],
        &["INDICE DERECHO", "REGISTRADOR NACIONAL", "ESTATURA"],
    ),
    (
        Layout::MxIne,
        Face::Front,
        &["CREDENCIAL PARA VOTAR", "CLAVE DE ELECTOR"],
        &[],
    ),
    (
        Layout::PeDni,
        Face::Front,
        &[
            "DOCUMENTO NACIONAL DE IDENTIDAD",
            "REGISTRO NACIONAL DE IDENTIFICACION Y ESTADO CIVIL",
        ],
        &["PERU", "REPUBLICA DEL PERU", "PRIMER APELLIDO", "PRE NOMBRES"],
    ),
    (
        Layout::ClForeignId,
        Face::Front,
        &["CEDULA DE IDENTIDAD PARA EXTRANJEROS", "EXTRANJEROS"],
        &["CHILE", "REPUBLICA DE CHILE", "RUN"],
    ),
    (
        Layout::ClCedula,
        Face::Front,
        &[
            "CEDULA DE IDENTIDAD",
            "SERVICIO DE REGISTRO CIVIL E IDENTIFICACION",
        ],
        &["CHILE", "REPUBLICA DE CHILE", "RUN"],
    ),
    (
        Layout::BrCnh,
        Face::Front,
        &[
            "CARTEIRA NACIONAL DE HABILITACAO",
            "CARTEIRA DE HABILITACAO",
            "1 HABILITACAO",
        ],
        &[],
    ),
    (
        Layout::Passport,
        Face::Front,
        &["PASAPORTE", "PASSPORT", "PASSAPORTE"],
        &[],
    ),
];

/// What a side shows; none where nothing on it is known.
pub fn recognise(side: &SideReading) -> Option<Recognised> {
    let page = Page::new(side);
    let by_words = WORDS.iter().find_map(|(layout, face, any, also)| {
        let fits = |words: &[&str]| words.iter().any(|phrase| page.has(phrase));
        (fits(any) && (also.is_empty() || fits(also))).then_some(Recognised {
            layout: *layout,
            face: *face,
        })
    });
    let by_zone = side.zone.as_ref().and_then(of_zone);
    let by_barcode = side
        .barcodes
        .iter()
        .any(|code| code.kind == BarcodeKind::Pdf417 && super::barcode::is_cedula(&code.bytes));
    match (by_zone, by_words) {
        // Peru's card has its zone below the portrait, and so has a passport.
        (Some(zone), Some(words)) if zone.layout == words.layout => Some(words),
        (Some(zone), _) => Some(zone),
        (None, _) if by_barcode => Some(Recognised {
            layout: Layout::CoCedula,
            face: Face::Back,
        }),
        (None, words) => words,
    }
}

fn of_zone(zone: &Zone) -> Option<Recognised> {
    let code = zone.document_code.as_str();
    let (layout, face) = match (zone.format, zone.issuer.as_str()) {
        (ZoneFormat::Td3, _) if code.starts_with('P') => (Layout::Passport, Face::Front),
        (ZoneFormat::Td1, "COL") if code == "IC" => (Layout::CoCedulaDigital, Face::Back),
        (ZoneFormat::Td1, "COL") => (Layout::CoForeignId, Face::Back),
        (ZoneFormat::Td1, "MEX") => (Layout::MxIne, Face::Back),
        (ZoneFormat::Td1, "CHL") if zone.nationality == "CHL" => (Layout::ClCedula, Face::Back),
        (ZoneFormat::Td1, "CHL") => (Layout::ClForeignId, Face::Back),
        (ZoneFormat::Td1, "PER") => (Layout::PeDni, Face::Back),
        (ZoneFormat::Td1, "BRA") => (Layout::BrCnh, Face::Back),
        _ => return None,
    };
    Some(Recognised { layout, face })
}
