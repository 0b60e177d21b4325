//! Companies, money and insurances.

use cotejo_domain::country::Country;

use super::Phrase;

/// First words of company names.
#[rustfmt::skip]
pub(in crate::sandbox) const ROOTS: &[&str] = &[
    "ANDINA", "PACIFICO", "HORIZONTE", "AURORA", "CUMBRE", "NUEVO MUNDO", "DEL SUR", "DEL NORTE", "CENTRAL", "UNION",
    "PROGRESO", "IMPERIAL", "ORION", "ATLAS", "DELTA", "OMEGA", "CONDOR", "JAGUAR", "CEIBA", "EL ROBLE", "LA PALMA",
    "SAN MARTIN", "SANTA LUCIA", "TRES RIOS",
];

/// Lines of business: the word of the name, and the activity as a registry prints it.
pub(in crate::sandbox) const LINES: &[(Phrase, Phrase)] = &[
    (
        Phrase("COMERCIALIZADORA", "COMERCIO", "TRADING"),
        Phrase(
            "COMERCIO AL POR MAYOR NO ESPECIALIZADO",
            "COMERCIO ATACADISTA EM GERAL",
            "WHOLESALE TRADE",
        ),
    ),
    (
        Phrase("TRANSPORTES", "TRANSPORTES", "TRANSPORT"),
        Phrase(
            "TRANSPORTE DE CARGA POR CARRETERA",
            "TRANSPORTE RODOVIARIO DE CARGA",
            "ROAD FREIGHT",
        ),
    ),
    (
        Phrase("CONSTRUCTORA", "CONSTRUTORA", "CONSTRUCTION"),
        Phrase(
            "CONSTRUCCION DE EDIFICIOS",
            "CONSTRUCAO DE EDIFICIOS",
            "BUILDING CONSTRUCTION",
        ),
    ),
    (
        Phrase("INVERSIONES", "INVESTIMENTOS", "HOLDINGS"),
        Phrase(
            "ACTIVIDADES DE SOCIEDADES DE CARTERA",
            "HOLDINGS NAO FINANCEIRAS",
            "HOLDING COMPANY",
        ),
    ),
    (
        Phrase("ALIMENTOS", "ALIMENTOS", "FOODS"),
        Phrase(
            "ELABORACION DE PRODUCTOS ALIMENTICIOS",
            "FABRICACAO DE ALIMENTOS",
            "FOOD PRODUCTS",
        ),
    ),
    (
        Phrase("TECNOLOGIA", "TECNOLOGIA", "SOFTWARE"),
        Phrase(
            "DESARROLLO DE SISTEMAS INFORMATICOS",
            "DESENVOLVIMENTO DE SOFTWARE",
            "SOFTWARE DEVELOPMENT",
        ),
    ),
    (
        Phrase("AGROINDUSTRIAS", "AGROPECUARIA", "FARMS"),
        Phrase(
            "CULTIVO DE PRODUCTOS AGRICOLAS",
            "CULTIVO DE LAVOURAS TEMPORARIAS",
            "CROP FARMING",
        ),
    ),
    (
        Phrase("SEGURIDAD", "SEGURANCA", "SECURITY"),
        Phrase(
            "ACTIVIDADES DE SEGURIDAD PRIVADA",
            "VIGILANCIA E SEGURANCA PRIVADA",
            "PRIVATE SECURITY",
        ),
    ),
];

/// The legal form that most companies of a country have.
pub(in crate::sandbox) const fn legal_form(country: Country) -> &'static str {
    match country {
        Country::All => "INC.",
        Country::Br => "LTDA",
        Country::Co => "S.A.S.",
        Country::Cl => "SPA",
        Country::Mx => "S.A. DE C.V.",
        Country::Pe => "S.A.C.",
        Country::Cr => "S.A.",
    }
}

/// How money is written, and what one unit of our amounts is worth in it.
pub(in crate::sandbox) const fn currency(country: Country) -> (&'static str, u64) {
    match country {
        Country::All => ("USD", 1),
        Country::Br => ("R$", 5),
        Country::Co => ("$", 4_000),
        Country::Cl => ("$", 900),
        Country::Mx => ("$", 18),
        Country::Pe => ("S/", 4),
        Country::Cr => ("CRC", 500),
    }
}

/// Who insures health and pensions.
pub(in crate::sandbox) const fn insurers(country: Country) -> &'static [&'static str] {
    match country {
        Country::All => &["SOCIAL SECURITY"],
        Country::Br => &["INSS"],
        Country::Co => &["NUEVA EPS", "EPS SURA", "SALUD TOTAL", "COMPENSAR"],
        Country::Cl => &["FONASA", "ISAPRE CONSALUD", "ISAPRE COLMENA"],
        Country::Mx => &["IMSS", "ISSSTE"],
        Country::Pe => &["ESSALUD", "SIS"],
        Country::Cr => &["CAJA COSTARRICENSE DE SEGURO SOCIAL"],
    }
}

/// Creditors that do not exist.
pub(in crate::sandbox) const CREDITORS: &[&str] = &[
    "BANCO DE EJEMPLO",
    "FINANCIERA DEL VALLE",
    "TELEFONIA SUR",
    "ALMACENES NORTE",
];

/// Taxes that may be owed.
pub(in crate::sandbox) const TAXES: &[Phrase] = &[
    Phrase("IMPUESTO SOBRE LA RENTA", "IMPOSTO DE RENDA", "INCOME TAX"),
    Phrase("IMPUESTO AL VALOR AGREGADO", "ICMS", "VALUE ADDED TAX"),
    Phrase("IMPUESTO PREDIAL", "IPTU", "PROPERTY TAX"),
];

/// Professions that a state registers.
pub(in crate::sandbox) const PROFESSIONS: &[Phrase] = &[
    Phrase("CONTADOR PUBLICO", "CONTADOR", "ACCOUNTANT"),
    Phrase("INGENIERO CIVIL", "ENGENHEIRO CIVIL", "CIVIL ENGINEER"),
    Phrase("ABOGADO", "ADVOGADO", "LAWYER"),
    Phrase("ENFERMERO", "ENFERMEIRO", "NURSE"),
];
