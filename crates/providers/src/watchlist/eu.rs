//! The EU's financial sanctions files, XML 1.1: `export` of `sanctionEntity`, nearly all of it in attributes.
//!
//! All names of an entity are of equal rank, in several languages and scripts. The first strong one is taken for the
//! main name, which is what the Official Journal prints.

use super::{
    AliasStrength, Document, Entry, EntryKind, ParseError, Parsed, dates,
    elements::{self, Node, Shape, join},
    entries::{Entries, Gather as _},
};

const SHAPE: Shape = Shape {
    root: "export",
    made: "generationDate",
    records: &[("export", "sanctionEntity")],
    others: &[],
};

/// The codes of subject types, the long and the short ones.
const KINDS: [(&str, EntryKind); 4] = [
    ("person", EntryKind::Person),
    ("P", EntryKind::Person),
    ("enterprise", EntryKind::Org),
    ("E", EntryKind::Org),
];

/// The codes of identifications. A code that is not here is kept as a document of another kind.
const DOCUMENTS: [(&str, &str); 15] = [
    ("passport", "passport"),
    ("travelcardid", "passport"),
    ("id", "national-id"),
    ("nationcert", "national-id"),
    ("NRN", "national-id"),
    ("ssn", "ssn"),
    ("birthcert", "birth-certificate"),
    ("electionid", "voter-id"),
    ("residentperm", "residence-permit"),
    ("drivinglicence", "driver-license"),
    ("fiscalcode", "tax-id"),
    ("regnumber", "registration"),
    ("tradelic", "registration"),
    ("swiftbic", "swift"),
    ("imo", "imo"),
];

/// Reads the whole list, or says which line spoils it.
pub(super) fn parse(file: &str, xml: &[u8]) -> Result<Parsed, ParseError> {
    let mut entries = Entries::new();
    let published = elements::read(file, xml, &SHAPE, |record| entries.add(read_entry(record)?))?;
    entries.finish(file, published)
}

fn read_entry(node: &Node) -> Result<Entry, String> {
    let id = node.attribute("logicalId").ok_or("an entity without logicalId")?;
    let names: Vec<(String, AliasStrength)> = node
        .all("nameAlias")
        .map(read_name)
        .filter(|(name, _)| !name.is_empty())
        .collect();
    let main = names
        .iter()
        .find(|(_, strength)| *strength == AliasStrength::Strong)
        .or_else(|| names.first());
    let main = main.map_or("", |(name, _)| name);
    let mut entry = Entry::new(&id, read_kind(node)?, main);
    for (name, strength) in &names {
        entry.add_alias(name, *strength, "aka");
    }
    for regulation in node.all("regulation") {
        entry.add_program(&regulation.attribute("programme").unwrap_or_default());
    }
    let published = node
        .all("regulation")
        .filter_map(|regulation| regulation.attribute("publicationDate"));
    entry.listed_on = node.attribute("designationDate").or_else(|| published.min());
    node.all("birthdate")
        .filter_map(read_birth_date)
        .for_each(|date| entry.add_birth_date(date));
    for citizenship in node.all("citizenship") {
        entry.add_country(&country(citizenship).unwrap_or_default());
    }
    for address in node.all("address") {
        entry.add_address(place(
            address,
            &["street", "poBox", "zipCode", "place", "city", "region"],
        ));
        entry.add_country(&country(address).unwrap_or_default());
    }
    node.all("identification")
        .filter_map(read_document)
        .for_each(|document| entry.add_document(document));
    for remark in remarks(node) {
        entry.add_remark(&remark);
    }
    Ok(entry)
}

fn read_kind(node: &Node) -> Result<EntryKind, String> {
    let of = |attribute| node.all("subjectType").find_map(|kind| kind.attribute(attribute));
    let code = of("code")
        .or_else(|| of("classificationCode"))
        .unwrap_or_default();
    KINDS
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, kind)| *kind)
        .ok_or_else(|| format!("an unknown type of subject: {code}"))
}

/// A name is weak where its attribute says so, or the remark on it, which is older.
fn read_name(node: &Node) -> (String, AliasStrength) {
    let name = node.attribute("wholeName").unwrap_or_else(|| {
        join(
            ["firstName", "middleName", "lastName"]
                .iter()
                .filter_map(|part| node.attribute(part)),
            " ",
        )
    });
    let remark = node.get("remark").unwrap_or_default().to_lowercase();
    let weak = node.attribute("strong").as_deref() == Some("false") || remark.contains("low quality");
    let strength = if weak {
        AliasStrength::Weak
    } else {
        AliasStrength::Strong
    };
    (name, strength)
}

fn read_birth_date(node: &Node) -> Option<String> {
    if node
        .attribute("calendarType")
        .is_some_and(|calendar| calendar != "GREGORIAN")
    {
        return None;
    }
    let number = |name: &str| node.attribute(name)?.parse::<u32>().ok();
    let year = |name: &str| number(name).and_then(|year| i32::try_from(year).ok());
    let of_year = |name: &str| dates::iso(year(name)?, None, None);
    let written = node.attribute("birthdate").and_then(|date| dates::read(&date));
    let parts = || dates::iso(year("year")?, number("month"), number("day"));
    // A span with one open end is as good as the end that is known.
    let span = || match (of_year("yearRangeFrom"), of_year("yearRangeTo")) {
        (Some(from), Some(to)) => Some(format!("{from}/{to}")),
        (from, to) => from.or(to).map(|year| dates::approximately(&year)),
    };
    let date = written.or_else(parts).or_else(span)?;
    let circa = node.attribute("circa").as_deref() == Some("true") && !date.contains('~');
    Some(if circa { dates::approximately(&date) } else { date })
}

fn read_document(node: &Node) -> Option<Document> {
    let number = node
        .attribute("number")
        .or_else(|| node.attribute("latinNumber"))?;
    let code = node.attribute("identificationTypeCode").unwrap_or_default();
    let known = DOCUMENTS.iter().find(|(known, _)| *known == code);
    number.bytes().any(|b| b.is_ascii_digit()).then(|| Document {
        kind: known.map_or("other", |(_, kind)| kind).to_owned(),
        number,
        country: country(node),
    })
}

/// The code of a country; `00` is the EU's for an unknown one.
fn country(node: &Node) -> Option<String> {
    node.attribute("countryIso2Code")
        .filter(|code| code != "00")
        .or_else(|| {
            node.attribute("countryDescription")
                .filter(|name| name != "UNKNOWN")
        })
}

fn place(node: &Node, parts: &[&str]) -> String {
    let country = node
        .attribute("countryDescription")
        .filter(|name| name != "UNKNOWN")
        .or_else(|| country(node));
    let line = Some(node.attribute_line(parts)).filter(|line| !line.is_empty());
    join([line, country].into_iter().flatten(), ", ")
}

/// What people read: references, functions, places of birth and the texts themselves.
fn remarks(node: &Node) -> Vec<String> {
    let mut remarks: Vec<String> = ["euReferenceNumber", "unitedNationId", "designationDetails"]
        .iter()
        .filter_map(|name| node.attribute(name))
        .collect();
    for name in node.all("nameAlias") {
        remarks.extend(
            ["title", "function"]
                .iter()
                .filter_map(|part| name.attribute(part)),
        );
    }
    let born = node
        .all("birthdate")
        .map(|born| place(born, &["place", "city", "region"]));
    remarks.extend(
        born.filter(|place| !place.is_empty())
            .map(|place| format!("Born in {place}")),
    );
    let texts = node.all("remark").map(Node::content);
    remarks.extend(texts.filter(|text| !text.is_empty()));
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2026-01-02T03:04:05.000+01:00" globalFileId="1">
  <sanctionEntity designationDetails="" unitedNationId="QDi.999" euReferenceNumber="EU.1.2" logicalId="12">
    <remark>UNSC &amp; EU</remark>
    <regulation regulationType="regulation" publicationDate="2003-07-08" programme="TAQA" logicalId="1">
      <publicationUrl>http://example.org</publicationUrl>
    </regulation>
    <regulation publicationDate="2002-07-08" programme="TAQA" logicalId="2"/>
    <subjectType code="person" classificationCode="P"/>
    <nameAlias wholeName="El Gato" strong="false" nameLanguage="" logicalId="3"/>
    <nameAlias firstName="Juan" middleName="" lastName="Gato" wholeName="" function="Captain" strong="true"/>
    <nameAlias wholeName="Хуан Гато" nameLanguage="RU" strong="true"><remark>Low quality a.k.a.</remark></nameAlias>
    <citizenship region="" countryIso2Code="PE" countryDescription="PERU"/>
    <citizenship countryIso2Code="00" countryDescription="UNKNOWN"/>
    <birthdate circa="false" calendarType="GREGORIAN" birthdate="1957-04-04" day="4" month="4" year="1957"
        city="Lima" countryIso2Code="PE" countryDescription="PERU"/>
    <birthdate circa="true" calendarType="GREGORIAN" year="1958"/>
    <birthdate circa="false" calendarType="GREGORIAN" yearRangeFrom="1953" yearRangeTo="1958"/>
    <birthdate circa="false" calendarType="GREGORIAN" yearRangeTo="1980"/>
    <birthdate calendarType="ISLAMIC" year="1377"/>
    <identification number="AB 12" identificationTypeCode="passport" countryIso2Code="PE"/>
    <identification number="" latinNumber="77" identificationTypeCode="newcode" countryIso2Code="00"/>
    <identification number="unknown" identificationTypeCode="id"/>
    <address street="Calle 1" city="Quito" countryIso2Code="EC" countryDescription="ECUADOR"/>
  </sanctionEntity>
  <sanctionEntity euReferenceNumber="EU.3.4" logicalId="13">
    <subjectType code="enterprise" classificationCode="E"/>
    <nameAlias wholeName="Gato Trading" strong="true"/>
  </sanctionEntity>
</export>
"#;

    #[test]
    fn persons_and_enterprises_are_read() {
        let parsed = parse("f", LIST.as_bytes()).expect("a good list");
        assert_eq!(parsed.published.as_deref(), Some("2026-01-02T03:04:05.000+01:00"));
        let [person, org] = parsed.entries.as_slice() else {
            panic!("two entries")
        };
        assert_eq!((&*person.entry_id, &*person.name), ("12", "Juan Gato"));
        let aliases: Vec<_> = person
            .aliases
            .iter()
            .map(|alias| (alias.name.as_str(), alias.strength.as_str()))
            .collect();
        assert_eq!(aliases, [("El Gato", "weak"), ("Хуан Гато", "weak")]);
        assert_eq!(
            (person.programs.as_slice(), person.listed_on.as_deref()),
            (&["TAQA".to_owned()][..], Some("2002-07-08"))
        );
        assert_eq!(person.birth_dates, ["1957-04-04", "1958~", "1953/1958", "1980~"]);
        assert_eq!(person.countries, ["PE", "EC"]);
        assert_eq!(person.addresses, ["Calle 1, Quito, ECUADOR"]);
        let documents: Vec<_> = person
            .documents
            .iter()
            .map(|document| (&*document.kind, &*document.number, document.country.as_deref()))
            .collect();
        assert_eq!(
            documents,
            [("passport", "AB 12", Some("PE")), ("other", "77", None)]
        );
        assert_eq!(
            person.remarks,
            "EU.1.2; QDi.999; Captain; Born in Lima, PERU; UNSC & EU"
        );
        assert_eq!((org.kind, &*org.name), (EntryKind::Org, "Gato Trading"));
    }

    #[test]
    fn a_spoilt_file_is_refused_whole() {
        for (good, bad, refused) in [
            ("logicalId=\"12\"", "", "f, line 3: an entity without logicalId"),
            (
                "logicalId=\"13\"",
                "logicalId=\"12\"",
                "f, line 26: an earlier entry has the id 12",
            ),
            (
                "code=\"enterprise\"",
                "code=\"ship\"",
                "f, line 26: an unknown type of subject: ship",
            ),
            (
                "wholeName=\"Gato Trading\"",
                "",
                "f, line 26: the entry \"13\" has no name",
            ),
            ("El Gato", "&lol;", "f, line 10: "),
            ("</export>", "", "f, line 31: "),
        ] {
            let error = parse("f", LIST.replace(good, bad).as_bytes())
                .expect_err(refused)
                .to_string();
            assert!(error.starts_with(refused), "{error}");
        }
    }
}
