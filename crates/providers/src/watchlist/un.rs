//! The UN Security Council's consolidated list, one XML document.
//!
//! It knows four name parts, aliases with a quality, and says "nothing" by an element without content. Some elements
//! hold several names with semicolons between them, or a name and its original script in brackets; document numbers
//! come with words around them.

use super::{
    AliasStrength, Document, Entry, EntryKind, ParseError, Parsed, dates, documents,
    elements::{self, Node, Shape, join},
    entries::{Entries, Gather as _},
};

const SHAPE: Shape = Shape {
    root: "CONSOLIDATED_LIST",
    made: "dateGenerated",
    records: &[("INDIVIDUALS", "INDIVIDUAL"), ("ENTITIES", "ENTITY")],
    others: &[],
};
const NAME_PARTS: [&str; 4] = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"];

/// Reads the whole list, or says which line spoils it.
pub(super) fn parse(file: &str, xml: &[u8]) -> Result<Parsed, ParseError> {
    let mut entries = Entries::new();
    let published = elements::read(file, xml, &SHAPE, |record| entries.add(read_entry(record)?))?;
    entries.finish(file, published)
}

fn read_entry(node: &Node) -> Result<Entry, String> {
    let (kind, prefix) = if node.name == "INDIVIDUAL" {
        (EntryKind::Person, "INDIVIDUAL")
    } else {
        (EntryKind::Org, "ENTITY")
    };
    let id = node
        .get("DATAID")
        .filter(|id| id.bytes().all(|b| b.is_ascii_digit()));
    let id = id.ok_or("an entry without DATAID")?;
    let name = join(NAME_PARTS.iter().filter_map(|part| node.get(part)), " ");
    let mut entry = Entry::new(&id, kind, &name);
    add_names(&mut entry, &name, AliasStrength::Strong, "aka");
    entry.add_alias(
        &node.get("NAME_ORIGINAL_SCRIPT").unwrap_or_default(),
        AliasStrength::Strong,
        "aka",
    );
    for alias in node.all(&format!("{prefix}_ALIAS")) {
        let (strength, kind) = match alias.get("QUALITY").as_deref() {
            Some("Low") => (AliasStrength::Weak, "aka"),
            Some("f.k.a.") => (AliasStrength::Strong, "fka"),
            _ => (AliasStrength::Strong, "aka"),
        };
        add_names(
            &mut entry,
            &alias.get("ALIAS_NAME").unwrap_or_default(),
            strength,
            kind,
        );
        alias
            .get("DATE_OF_BIRTH")
            .and_then(|date| dates::read(&date))
            .into_iter()
            .for_each(|date| entry.add_birth_date(date));
    }
    entry.programs.extend(node.get("UN_LIST_TYPE"));
    entry.listed_on = node.get("LISTED_ON");
    node.values("NATIONALITY")
        .iter()
        .for_each(|country| entry.add_country(country));
    for address in node.all(&format!("{prefix}_ADDRESS")) {
        entry.add_address(address.line(&["STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY"]));
        entry.add_country(&address.get("COUNTRY").unwrap_or_default());
    }
    node.all("INDIVIDUAL_DOCUMENT")
        .filter_map(read_document)
        .for_each(|document| entry.add_document(document));

    let mut remarks: Vec<String> = node.get("REFERENCE_NUMBER").into_iter().collect();
    remarks.extend(["TITLE", "DESIGNATION"].iter().flat_map(|name| node.values(name)));
    for born in node.all("INDIVIDUAL_DATE_OF_BIRTH") {
        match read_birth_date(born) {
            Some(date) => entry.add_birth_date(date),
            None => remarks.extend(born.get("NOTE").map(|note| format!("Born: {note}"))),
        }
    }
    let places = node
        .all("INDIVIDUAL_PLACE_OF_BIRTH")
        .map(|place| place.line(&["CITY", "STATE_PROVINCE", "COUNTRY"]));
    remarks.extend(
        places
            .filter(|place| !place.is_empty())
            .map(|place| format!("Born in {place}")),
    );
    remarks.extend(
        node.all("INDIVIDUAL_DOCUMENT")
            .filter_map(|document| document.get("NOTE")),
    );
    remarks.extend(node.get("COMMENTS1"));
    entry.remarks = remarks.join("; ");
    Ok(entry)
}

/// Adds the names in a text, except the main name itself: most texts are one name, some a list of them with `;`, some
/// have a second one in brackets.
fn add_names(entry: &mut Entry, text: &str, strength: AliasStrength, kind: &str) {
    if !text.bytes().any(|b| b.is_ascii_alphabetic()) {
        // Brackets within another script, as in Chinese companies, are part of the name.
        return entry.add_alias(text, strength, kind);
    }
    let (several, mut depth, mut outside) = (text.contains(';'), 0_u32, String::new());
    for piece in text.split_inclusive(['(', ')', ';']) {
        let inside = depth > 0;
        match piece.chars().next_back() {
            Some('(') => depth += 1,
            Some(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        let name = piece
            .trim_end_matches(['(', ')', ';'])
            .replace("original script", "");
        let name = name
            .split(", born ")
            .next()
            .unwrap_or_default()
            .trim_matches([' ', ':', ',', '"']);
        let other_script = name.chars().any(|c| c.is_alphabetic() && u32::from(c) >= 0x250);
        if !inside {
            outside.push_str(name);
            entry.add_alias(name, strength, kind);
        } else if is_initialism(name, &outside) {
            entry.add_alias(name, AliasStrength::Weak, kind);
        } else if several || other_script {
            entry.add_alias(name, strength, kind);
        }
        // Whatever else stands in brackets is a remark (`birth name`, `previously listed as`).
    }
}

/// Whether these are capitals picked out of the name in front of them: `AQAP` is, the `PAKISTAN` of a branch is not.
fn is_initialism(letters: &str, name: &str) -> bool {
    let mut rest = name.bytes();
    let mut picked = letters.bytes().filter(|&b| b != b'-');
    !letters.is_empty()
        && letters.bytes().all(|b| b.is_ascii_uppercase() || b == b'-')
        && picked.all(|letter| rest.any(|b| b.eq_ignore_ascii_case(&letter)))
}

fn read_birth_date(born: &Node) -> Option<String> {
    let span = born
        .get("FROM_YEAR")
        .zip(born.get("TO_YEAR"))
        .map(|(from, to)| format!("{from} to {to}"));
    let written = [born.get("DATE"), born.get("YEAR"), span, born.get("NOTE")];
    let date = written
        .into_iter()
        .flatten()
        .find_map(|text| dates::read(&text))?;
    let type_of_date = born.get("TYPE_OF_DATE");
    let approximate = type_of_date.as_deref() == Some("APPROXIMATELY")
        || born.get("NOTE").as_deref() == Some("Approximately");
    Some(if approximate {
        dates::approximately(&date)
    } else {
        date
    })
}

/// The number may stand in any of three elements; of a note only a long number is taken, for notes are full of dates.
fn read_document(node: &Node) -> Option<Document> {
    let [number, second, note] =
        ["NUMBER", "TYPE_OF_DOCUMENT2", "NOTE"].map(|name| node.get(name).unwrap_or_default());
    let found = documents::number_in(&number, 1)
        .or_else(|| documents::number_in(&second, 3))
        .or_else(|| documents::number_in(&note, 5))?;
    let texts = [
        number,
        second,
        node.get("TYPE_OF_DOCUMENT").unwrap_or_default(),
        note,
    ];
    Some(Document {
        kind: documents::kind_of(texts.iter().map(String::as_str)).to_owned(),
        number: found,
        country: node
            .get("ISSUING_COUNTRY")
            .or_else(|| node.get("COUNTRY_OF_ISSUE")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<CONSOLIDATED_LIST dateGenerated="2026-01-02T03:04:05Z">
  <INDIVIDUALS>
    <INDIVIDUAL>
      <DATAID>100</DATAID>
      <FIRST_NAME>Abu
        Amr</FIRST_NAME><SECOND_NAME>GATO</SECOND_NAME><FOURTH_NAME>SOTO</FOURTH_NAME>
      <UN_LIST_TYPE>Al-Qaida</UN_LIST_TYPE>
      <REFERENCE_NUMBER>QDi.999</REFERENCE_NUMBER>
      <LISTED_ON>2012-12-31</LISTED_ON>
      <NAME_ORIGINAL_SCRIPT>غاتو</NAME_ORIGINAL_SCRIPT>
      <COMMENTS1>Known at A &amp; B &#x2013; &lt;C&gt;.</COMMENTS1>
      <NATIONALITY><VALUE>Peru</VALUE></NATIONALITY>
      <INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Amr Gatto; Omar Gato</ALIAS_NAME></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_ALIAS><QUALITY>Low</QUALITY><ALIAS_NAME>Felix (Феликс)</ALIAS_NAME></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_ALIAS><QUALITY/><ALIAS_NAME/></INDIVIDUAL_ALIAS>
      <INDIVIDUAL_ADDRESS><COUNTRY/></INDIVIDUAL_ADDRESS>
      <INDIVIDUAL_ADDRESS><CITY>Quito</CITY><COUNTRY>Ecuador</COUNTRY></INDIVIDUAL_ADDRESS>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1966</YEAR></INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1967</FROM_YEAR><TO_YEAR>1969</TO_YEAR></INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><NOTE>30-35 years old</NOTE></INDIVIDUAL_DATE_OF_BIRTH>
      <INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Número de pasaporte </TYPE_OF_DOCUMENT><NUMBER>Peruvian passport no. AB 12345</NUMBER><ISSUING_COUNTRY>Peru</ISSUING_COUNTRY></INDIVIDUAL_DOCUMENT>
      <INDIVIDUAL_DOCUMENT/>
    </INDIVIDUAL>
  </INDIVIDUALS>
  <ENTITIES>
    <ENTITY>
      <DATAID>200</DATAID><FIRST_NAME>GATO TRADING (GT) </FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>
      <ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>Gatos (formerly known as)</ALIAS_NAME></ENTITY_ALIAS>
    </ENTITY>
  </ENTITIES>
</CONSOLIDATED_LIST>
"#;

    #[test]
    fn persons_and_organisations_are_read() {
        let parsed = parse("list", LIST.as_bytes()).expect("a good list");
        assert_eq!(parsed.published.as_deref(), Some("2026-01-02T03:04:05Z"));
        let [person, org] = parsed.entries.as_slice() else {
            panic!("two entries")
        };
        assert_eq!(
            (person.entry_id.as_str(), person.name.as_str()),
            ("100", "Abu Amr GATO SOTO")
        );
        let aliases: Vec<_> = person
            .aliases
            .iter()
            .map(|alias| (alias.name.as_str(), alias.strength.as_str()))
            .collect();
        let expected = [
            ("غاتو", "strong"),
            ("Amr Gatto", "strong"),
            ("Omar Gato", "strong"),
            ("Felix", "weak"),
            ("Феликс", "weak"),
        ];
        assert_eq!(aliases, expected);
        assert_eq!(person.birth_dates, ["1966~", "1967/1969"]);
        assert_eq!(person.countries, ["Peru", "Ecuador"]);
        assert_eq!(person.addresses, ["Quito, Ecuador"]);
        assert_eq!(
            (
                person.documents[0].kind.as_str(),
                person.documents[0].number.as_str()
            ),
            ("passport", "AB 12345")
        );
        assert_eq!(person.documents.len(), 1);
        assert_eq!(
            person.remarks,
            "QDi.999; Born: 30-35 years old; Known at A & B – <C>."
        );
        assert_eq!(
            (person.listed_on.as_deref(), person.programs.as_slice()),
            (Some("2012-12-31"), &["Al-Qaida".to_owned()][..])
        );
        let aliases: Vec<_> = org
            .aliases
            .iter()
            .map(|alias| (alias.name.as_str(), alias.kind.as_str()))
            .collect();
        assert_eq!(
            (org.name.as_str(), aliases),
            (
                "GATO TRADING (GT)",
                vec![("GATO TRADING", "aka"), ("GT", "aka"), ("Gatos", "fka")]
            )
        );
    }

    #[test]
    fn a_spoilt_file_is_refused_whole_with_its_line() {
        for (good, bad, line, reason) in [
            ("<DATAID>100</DATAID>", "<DATAID/>", 4, "without DATAID"),
            ("</UN_LIST_TYPE>\n", "</UN_LIST>\n", 8, "UN_LIST"),
            (
                "<CONSOLIDATED_LIST",
                "<!DOCTYPE x [<!ENTITY a \"b\">]><CONSOLIDATED_LIST",
                2,
                "document type",
            ),
            ("&amp;", "&a;", 12, "entity"),
            (
                "  <ENTITIES>",
                "  <VESSELS>",
                26,
                "<VESSELS> does not belong here",
            ),
            (
                "<DATAID>200",
                "<DATAID>100",
                27,
                "an earlier entry has the id 100",
            ),
            ("CONSOLIDATED_LIST", "html", 2, "<html> does not belong here"),
        ] {
            let refused = parse("list", LIST.replace(good, bad).as_bytes())
                .expect_err(reason)
                .to_string();
            assert!(
                refused.starts_with(&format!("list, line {line}: ")) && refused.contains(reason),
                "{refused}"
            );
        }
        let nothing = "<CONSOLIDATED_LIST><INDIVIDUALS/></CONSOLIDATED_LIST>";
        assert_eq!(
            parse("list", nothing.as_bytes()),
            Err(ParseError::Empty { file: "list".into() })
        );
        assert!(
            parse("list", "<A>".repeat(100_000).as_bytes()).is_err()
                && parse("list", b"").is_err()
                && parse("list", b"\xFF").is_err()
        );
    }

    #[test]
    fn every_truncation_is_refused() {
        let whole = LIST.trim_end();
        for end in (0..whole.len()).filter(|&end| whole.is_char_boundary(end)) {
            assert!(parse("list", &whole.as_bytes()[..end]).is_err(), "{end}");
        }
    }
}
