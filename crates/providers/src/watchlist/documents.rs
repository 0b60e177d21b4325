//! Numbers that identify an entry: one name for each kind, and the number out of the words around it.

use super::Document;

/// What OFAC calls a number, and what we call it. The first label that fits wins, so longer ones come first.
///
/// Numbers of no use for finding somebody (phones, wallets, share classes) are left in the remarks.
const LABELS: &[(&str, &str)] = &[
    ("Passport Booklet", "passport"),
    ("Passport No.", "passport"),
    ("Passport", "passport"),
    ("Diplomatic Passport", "passport"),
    ("Stateless Person Passport", "passport"),
    ("British National Overseas Passport", "passport"),
    ("Travel Document Number", "passport"),
    ("Cedula No.", "cedula"),
    ("Cedula de Ciudadania", "cedula"),
    ("Cedula de Residencia", "residence-permit"),
    ("Residency Number", "residence-permit"),
    ("National Foreign ID Number", "residence-permit"),
    ("Refugee ID Card", "residence-permit"),
    ("Immigration No.", "residence-permit"),
    ("N.I.E.", "residence-permit"),
    ("VisaNumberID", "visa"),
    ("NIT", "nit"),
    ("C.U.R.P.", "curp"),
    ("R.F.C.", "rfc"),
    ("RFC", "rfc"),
    ("I.F.E.", "voter-id"),
    ("Credencial electoral", "voter-id"),
    ("Electoral Registry No.", "voter-id"),
    ("D.N.I.", "dni"),
    ("LE Number", "dni"),
    ("C.U.I.T.", "cuit"),
    ("C.U.I.P.", "national-id"),
    ("C.U.I.", "cui"),
    ("RUC", "ruc"),
    ("RIF", "rif"),
    ("RTN", "rtn"),
    ("Numero de Identidad", "national-id"),
    ("National ID No.", "national-id"),
    ("Kenyan ID No.", "national-id"),
    ("Turkish Identification Number", "national-id"),
    ("Citizen's Card Number", "national-id"),
    ("Tazkira National ID Card", "national-id"),
    ("Stateless Person ID Card", "national-id"),
    ("Personal ID Card", "national-id"),
    ("Company Number IMO", "company-imo"),
    ("Identification Number IMO", "imo"),
    ("Vessel Registration Identification IMO", "imo"),
    ("Identification Number", "national-id"),
    ("SSN", "ssn"),
    ("Italian Fiscal Code", "tax-id"),
    ("Fiscal Code", "tax-id"),
    ("Tax ID No.", "tax-id"),
    ("US FEIN", "tax-id"),
    ("V.A.T. Number", "tax-id"),
    ("C.I.F.", "tax-id"),
    ("RSIN", "tax-id"),
    ("Unified Social Credit Code (USCC)", "tax-id"),
    ("United Social Credit Code Certificate (USCCC)", "tax-id"),
    ("Numero Unico de Identificacao Tributaria (NUIT)", "tax-id"),
    ("Birth Certificate Number", "birth-certificate"),
    ("Driver's License No.", "driver-license"),
    ("Cartilla de Servicio Militar Nacional", "military-id"),
    ("Tarjeta Profesional", "professional-card"),
    ("Registration Number", "registration"),
    ("Registration ID", "registration"),
    ("Public Registration Number", "registration"),
    ("Company Number", "registration"),
    ("UK Company Number", "registration"),
    ("Commercial Registry Number", "registration"),
    ("Matricula Mercantil No", "registration"),
    ("Folio Mercantil No.", "registration"),
    ("Government Gazette Number", "registration"),
    ("Business Registration Document", "registration"),
    ("Business Registration Number", "registration"),
    ("Business Number", "registration"),
    ("Enterprise Number", "registration"),
    ("Chamber of Commerce Number", "registration"),
    ("Certificate of Incorporation Number", "registration"),
    ("Registered Charity No.", "registration"),
    ("C.R. No.", "registration"),
    ("Trade License No.", "registration"),
    ("License", "registration"),
    ("Branch Unit Number", "registration"),
    ("File Number", "registration"),
    ("D-U-N-S Number", "duns"),
    ("Legal Entity Number", "lei"),
    ("SWIFT/BIC", "swift"),
    ("MMSI", "mmsi"),
    ("Aircraft Tail Number", "aircraft-tail"),
    ("Aircraft Manufacturer's Serial Number (MSN)", "aircraft-serial"),
];

/// Reads a number behind its label: `Cedula No. 16247821 (Colombia)`, `NIT # 800146749-7 (Colombia)`, `Passport
/// 484824 (Egypt) issued 18 Jan 1984 expires 17 Jan 1991`.
pub(super) fn labelled(text: &str) -> Option<Document> {
    let (kind, rest) = LABELS.iter().find_map(|(label, kind)| {
        let rest = text.strip_prefix(label)?;
        rest.starts_with([' ', ':']).then_some((kind, rest))
    })?;
    let cut = [" issued ", " expires ", " expired "]
        .iter()
        .filter_map(|word| rest.find(word))
        .min();
    let rest = &rest[..cut.unwrap_or(rest.len())];
    let (number, brackets) = rest.split_once(" (").unwrap_or((rest, ""));
    // Behind a comma or an `and` stands what belongs to no number, or to another one.
    let number = number
        .split(", ")
        .next()
        .and_then(|number| number.split(" and ").next())
        .unwrap_or(number);
    let number = number.trim_matches([' ', '#', ':', ',', '.']);
    // `10740 (Jalisco) (Mexico)`: the country comes last.
    let country = brackets
        .rsplit('(')
        .next()
        .and_then(|last| last.split(')').next())
        .map(str::trim);
    number.bytes().any(|b| b.is_ascii_digit()).then(|| Document {
        kind: (*kind).to_owned(),
        number: number.to_owned(),
        country: country.filter(|country| !country.is_empty()).map(str::to_owned),
    })
}

/// What a type is called in the languages that the UN uses, by a word in it.
const TYPES: &[(&str, &str)] = &[
    ("passport", "passport"),
    ("pasaporte", "passport"),
    ("passeport", "passport"),
    ("travel document", "passport"),
    ("laissez", "passport"),
    ("fiscal code", "tax-id"),
    ("social security", "ssn"),
    ("ssn", "ssn"),
    ("driving licen", "driver-license"),
    ("birth certificate", "birth-certificate"),
    ("military", "military-id"),
    ("residential card", "residence-permit"),
    ("alien registration", "residence-permit"),
    ("ration card", "ration-card"),
];

/// The kind of a document whose type is told by the first of these texts that says anything particular.
pub(super) fn kind_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> &'static str {
    let particular = |text: &str| {
        let text = text.to_lowercase();
        TYPES
            .iter()
            .find(|(word, _)| text.contains(word))
            .map(|(_, kind)| *kind)
    };
    texts.into_iter().find_map(particular).unwrap_or("national-id")
}

/// The number in a text that may say more: `Afghan passport number SE 012820`, `381110042 (Expired 25 Jan. 2016)`.
///
/// It begins at the first word with that many digits, or at the capital letters before it (a series), and takes the
/// words with digits that follow.
pub(super) fn number_in(text: &str, digits: usize) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let count = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let first = words.iter().position(|word| count(word) >= digits.max(1))?;
    let series = |word: &&&str| {
        **word != "SSN" && word.len() <= 4 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'-')
    };
    let start = first - words[..first].iter().rev().take_while(series).count();
    let mut number: Vec<&str> = words[start..first].to_vec();
    for word in &words[first..] {
        if count(word) == 0 || word.starts_with('(') {
            break;
        }
        number.push(word.trim_end_matches([',', '.', ';', ')']));
        if word.ends_with([',', ';', '.', ')']) {
            break;
        }
    }
    Some(number.join(" "))
}

#[cfg(test)]
mod tests {
    use super::{kind_of, labelled, number_in};

    #[test]
    fn labelled_numbers() {
        for (text, kind, number, country) in [
            (
                "Cedula No. 100200300 (Colombia)",
                "cedula",
                "100200300",
                Some("Colombia"),
            ),
            (
                "NIT # 900100200-3 (Colombia)",
                "nit",
                "900100200-3",
                Some("Colombia"),
            ),
            ("RUC # 1-2-3 (Panama)", "ruc", "1-2-3", Some("Panama")),
            (
                "Folio Mercantil No. 10 (Jalisco) (Mexico)",
                "registration",
                "10",
                Some("Mexico"),
            ),
            (
                "Passport X1 (Peru) issued 01 Feb 2003 expires 01 Feb 2008",
                "passport",
                "X1",
                Some("Peru"),
            ),
            (
                "Passport X1 issued 01 Feb 2003 in Lima (Peru)",
                "passport",
                "X1",
                None,
            ),
            ("Passport Booklet: A5 (Peru)", "passport", "A5", Some("Peru")),
            (
                "Vessel Registration Identification IMO 9000001",
                "imo",
                "9000001",
                None,
            ),
        ] {
            let document = labelled(text).expect(text);
            assert_eq!((&*document.kind, &*document.number), (kind, number), "{text}");
            assert_eq!(document.country.as_deref(), country, "{text}");
        }
        for text in [
            "Passport issued in Lima",
            "NITROGEN 5 (Peru)",
            "Phone Number 555",
            "Passport",
        ] {
            assert_eq!(labelled(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_within_texts() {
        for (text, digits, number) in [
            ("OB 0100200", 1, Some("OB 0100200")),
            ("XYZ diplomatic passport no. D00000001", 1, Some("D00000001")),
            (
                "Peruvian passport number SE 010020, issued on 3 May 2004",
                5,
                Some("SE 010020"),
            ),
            ("TR-P 600 100", 1, Some("TR-P 600 100")),
            ("300100200 (Expired 25 Jan. 2016)", 1, Some("300100200")),
            ("issued in 1993, under another name", 5, None),
            ("", 0, None),
        ] {
            assert_eq!(number_in(text, digits).as_deref(), number, "{text}");
        }
        assert_eq!(kind_of(["Número de pasaporte"]), "passport");
        assert_eq!(
            kind_of(["National Identification Number", "Italian Fiscal Code: X"]),
            "tax-id"
        );
    }
}
