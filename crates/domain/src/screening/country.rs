//! Countries as lists spell them.

/// Latin America as lists write it, folded: code, then names.
const SPELLINGS: &[(&str, &[&str])] = &[
    ("AR", &["ARGENTINA"]),
    ("BO", &["BOLIVIA"]),
    ("BR", &["BRAZIL", "BRASIL"]),
    ("CL", &["CHILE"]),
    ("CO", &["COLOMBIA"]),
    ("CR", &["COSTA RICA"]),
    ("CU", &["CUBA"]),
    ("DO", &["DOMINICAN REPUBLIC", "REPUBLICA DOMINICANA"]),
    ("EC", &["ECUADOR"]),
    ("GT", &["GUATEMALA"]),
    ("HN", &["HONDURAS"]),
    ("MX", &["MEXICO"]),
    ("NI", &["NICARAGUA"]),
    ("PA", &["PANAMA"]),
    ("PE", &["PERU"]),
    ("PY", &["PARAGUAY"]),
    ("SV", &["EL SALVADOR"]),
    ("UY", &["URUGUAY"]),
    ("VE", &["VENEZUELA", "VENEZUELA BOLIVARIAN REPUBLIC OF"]),
];

/// The ISO code of a Latin American country, whether a list writes the code or a name.
pub(super) fn code(text: &str) -> Option<&'static str> {
    let folded = crate::names::fold(text);
    SPELLINGS
        .iter()
        .find(|(code, names)| *code == folded || names.contains(&folded.as_str()))
        .map(|(code, _)| *code)
}
