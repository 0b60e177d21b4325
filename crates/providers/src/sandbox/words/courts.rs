//! Courts, offences and press: the matter of which records are made.

use cotejo_domain::{checks::Severity, country::Country};

use super::{Language, Phrase};

/// Cities of a country, the seats of its courts.
pub(in crate::sandbox) const fn cities(country: Country) -> &'static [&'static str] {
    match country {
        Country::All => &["BOGOTA", "MIAMI", "MADRID", "PANAMA", "LIMA", "LYON"],
        Country::Br => &[
            "SAO PAULO",
            "RIO DE JANEIRO",
            "CURITIBA",
            "RECIFE",
            "SALVADOR",
            "FORTALEZA",
            "CAMPINAS",
        ],
        Country::Co => &[
            "BOGOTA",
            "MEDELLIN",
            "CALI",
            "BARRANQUILLA",
            "CARTAGENA",
            "BUCARAMANGA",
            "PEREIRA",
        ],
        Country::Cl => &[
            "SANTIAGO",
            "VALPARAISO",
            "CONCEPCION",
            "ANTOFAGASTA",
            "TEMUCO",
            "RANCAGUA",
            "TALCA",
        ],
        Country::Mx => &[
            "CIUDAD DE MEXICO",
            "GUADALAJARA",
            "MONTERREY",
            "PUEBLA",
            "TIJUANA",
            "LEON",
            "MERIDA",
        ],
        Country::Pe => &[
            "LIMA", "AREQUIPA", "TRUJILLO", "CHICLAYO", "PIURA", "CUSCO", "HUANCAYO",
        ],
        Country::Cr => &[
            "SAN JOSE",
            "ALAJUELA",
            "CARTAGO",
            "HEREDIA",
            "LIBERIA",
            "PUNTARENAS",
            "LIMON",
        ],
    }
}

/// Criminal courts; the city follows.
pub(in crate::sandbox) const CRIMINAL_COURT: Phrase =
    Phrase("JUZGADO PENAL DEL CIRCUITO", "VARA CRIMINAL", "CRIMINAL COURT");

/// Courts of all other matters; the city follows.
pub(in crate::sandbox) const CIVIL_COURT: Phrase =
    Phrase("JUZGADO CIVIL DEL CIRCUITO", "VARA CIVEL", "CIVIL COURT");

/// Prosecutors who follow a stolen vehicle; the city follows.
pub(in crate::sandbox) const PROSECUTOR: Phrase = Phrase(
    "FISCALIA SECCIONAL",
    "DELEGACIA DE ROUBOS E FURTOS",
    "PROSECUTOR'S OFFICE",
);

const GRAVE: &[Phrase] = &[
    Phrase("HOMICIDIO", "HOMICIDIO", "HOMICIDE"),
    Phrase(
        "EXTORSION AGRAVADA",
        "EXTORSAO QUALIFICADA",
        "AGGRAVATED EXTORTION",
    ),
    Phrase("SECUESTRO SIMPLE", "SEQUESTRO E CARCERE PRIVADO", "KIDNAPPING"),
    Phrase(
        "TRAFICO DE ESTUPEFACIENTES",
        "TRAFICO DE DROGAS",
        "DRUG TRAFFICKING",
    ),
    Phrase("LAVADO DE ACTIVOS", "LAVAGEM DE DINHEIRO", "MONEY LAUNDERING"),
];

const SERIOUS: &[Phrase] = &[
    Phrase("HURTO CALIFICADO", "FURTO QUALIFICADO", "BURGLARY"),
    Phrase("ESTAFA", "ESTELIONATO", "FRAUD"),
    Phrase("FALSEDAD EN DOCUMENTO PRIVADO", "FALSIDADE IDEOLOGICA", "FORGERY"),
    Phrase("LESIONES PERSONALES", "LESAO CORPORAL", "ASSAULT"),
];

const LIGHT: &[Phrase] = &[
    Phrase("DAÑO EN BIEN AJENO", "DANO SIMPLES", "CRIMINAL DAMAGE"),
    Phrase("INJURIA", "INJURIA", "DEFAMATION"),
    Phrase(
        "INASISTENCIA ALIMENTARIA",
        "ABANDONO MATERIAL",
        "FAILURE TO PAY MAINTENANCE",
    ),
];

/// Offences that fit a severity.
pub(in crate::sandbox) const fn offences(severity: Severity) -> &'static [Phrase] {
    match severity {
        Severity::VeryHigh | Severity::High => GRAVE,
        Severity::Medium => SERIOUS,
        Severity::Low | Severity::VeryLow | Severity::None | Severity::Unknown => LIGHT,
    }
}

/// Matters of courts other than the criminal ones.
pub(in crate::sandbox) const MATTERS: &[Phrase] = &[
    Phrase(
        "PROCESO EJECUTIVO SINGULAR",
        "EXECUCAO DE TITULO EXTRAJUDICIAL",
        "ENFORCEMENT OF A DEBT",
    ),
    Phrase(
        "RESTITUCION DE INMUEBLE ARRENDADO",
        "DESPEJO POR FALTA DE PAGAMENTO",
        "EVICTION",
    ),
    Phrase("ORDINARIO LABORAL", "RECLAMACAO TRABALHISTA", "LABOUR CLAIM"),
    Phrase(
        "SANCION DISCIPLINARIA",
        "IMPROBIDADE ADMINISTRATIVA",
        "DISCIPLINARY SANCTION",
    ),
    Phrase(
        "RESPONSABILIDAD CIVIL",
        "INDENIZACAO POR DANO MATERIAL",
        "CIVIL LIABILITY",
    ),
];

/// Where a case stands, for cases of a severity.
pub(in crate::sandbox) const fn case_states(severity: Severity) -> &'static [Phrase] {
    match severity {
        Severity::VeryHigh | Severity::High => &[
            Phrase("CONDENADO", "CONDENADO", "CONVICTED"),
            Phrase(
                "ORDEN DE CAPTURA VIGENTE",
                "MANDADO DE PRISAO EM ABERTO",
                "WARRANT OUTSTANDING",
            ),
        ],
        Severity::Medium => &[Phrase("EN JUICIO", "EM ANDAMENTO", "ON TRIAL")],
        Severity::Low | Severity::VeryLow | Severity::None | Severity::Unknown => {
            &[Phrase("ARCHIVADO", "ARQUIVADO", "CLOSED")]
        }
    }
}

/// Sanctions programmes.
pub(in crate::sandbox) const PROGRAMMES: &[&str] =
    &["SDNTK", "SDGT", "ILLICIT-DRUGS-EO14059", "GLOMAG", "TCO"];

/// Why somebody is on a list.
pub(in crate::sandbox) const REASONS: &[Phrase] = &[
    Phrase(
        "NARCOTRAFICO INTERNACIONAL",
        "NARCOTRAFICO INTERNACIONAL",
        "International narcotics trafficking",
    ),
    Phrase(
        "CORRUPCION TRANSNACIONAL",
        "CORRUPCAO TRANSNACIONAL",
        "Transnational corruption",
    ),
    Phrase(
        "CRIMEN ORGANIZADO",
        "CRIME ORGANIZADO",
        "Transnational organised crime",
    ),
    Phrase(
        "FINANCIACION DEL TERRORISMO",
        "FINANCIAMENTO DO TERRORISMO",
        "Financing of terrorism",
    ),
];

/// Headlines; the name of the subject follows.
pub(in crate::sandbox) const HEADLINES: &[Phrase] = &[
    Phrase(
        "Investigan por fraude a",
        "Policia investiga por fraude",
        "Fraud inquiry into",
    ),
    Phrase(
        "Capturan en operativo a",
        "Operacao prende",
        "Arrested in a raid:",
    ),
    Phrase(
        "Imputan cargos por corrupción a",
        "Denunciado por corrupção:",
        "Charged with corruption:",
    ),
];

/// Newspapers that do not exist.
pub(in crate::sandbox) const fn newspapers(language: Language) -> &'static [&'static str] {
    match language {
        Language::Es => &[
            "El Diario de Ejemplo",
            "La Gaceta del Valle",
            "Noticias de la Capital",
        ],
        Language::Pt => &["Diário do Exemplo", "Gazeta da Serra", "Folha do Litoral"],
        Language::En => &["The Example Herald", "Daily Sample", "Harbour Post"],
    }
}
