//! OFAC's lists as flat XML (`SDN.XML`, `CONS_PRIM.XML`): the same as the four CSV files in one, with a date, a count
//! and the strength of aliases.
//!
//! What the CSV hides in its remarks has elements of its own here. It is put into the same sentences, so that there
//! is one place that knows OFAC's names of documents, and an operator sees the same text whichever file was loaded.
//! OFAC's two other XML formats say nothing more that a screening needs, in a hundred megabytes.

use chrono::NaiveDate;

use super::{
    AliasStrength, Document, Entry, EntryKind, ParseError, Parsed,
    elements::{self, Node, Shape, join},
    entries::{Entries, Gather as _},
    remarks,
};

const SHAPE: Shape = Shape {
    root: "sdnList",
    made: "",
    records: &[("sdnList", "publshInformation"), ("sdnList", "sdnEntry")],
    others: &[
        (
            "Sanctions",
            "this is OFAC's advanced format: take SDN.XML or CONS_PRIM.XML",
        ),
        (
            "sanctionsData",
            "this is OFAC's enhanced format: take SDN.XML or CONS_PRIM.XML",
        ),
    ],
};

const KINDS: [(&str, EntryKind); 4] = [
    ("Individual", EntryKind::Person),
    ("Entity", EntryKind::Org),
    ("Vessel", EntryKind::Vessel),
    ("Aircraft", EntryKind::Aircraft),
];

/// Lists of one text each, and the label that the remarks of the CSV put in front of it.
const SENTENCES: [(&str, &str, &str, &str); 4] = [
    ("dateOfBirthList", "dateOfBirthItem", "dateOfBirth", "DOB"),
    ("placeOfBirthList", "placeOfBirthItem", "placeOfBirth", "POB"),
    ("nationalityList", "nationality", "country", "nationality"),
    ("citizenshipList", "citizenship", "country", "citizen"),
];

/// Reads the whole list, or says which line spoils it.
pub(super) fn parse(file: &str, xml: &[u8]) -> Result<Parsed, ParseError> {
    let (mut entries, mut published, mut announced) = (Entries::new(), None, None);
    elements::read(file, xml, &SHAPE, |record| {
        if record.name == "sdnEntry" {
            return entries.add(read_entry(record)?);
        }
        let date = record.get("Publish_Date");
        published = date.map(|date| iso(&date).unwrap_or(date));
        announced = record.get("Record_Count");
        Ok(())
    })?;
    match announced {
        Some(announced) if announced != entries.len().to_string() => {
            let found = entries.len();
            let reason = format!("it announces {announced} entries and has {found}");
            Err(ParseError::refused(file, reason))
        }
        _ => entries.finish(file, published),
    }
}

/// The day of `06/22/2026`.
fn iso(date: &str) -> Option<String> {
    let day = NaiveDate::parse_from_str(date, "%m/%d/%Y").ok()?;
    Some(day.to_string())
}

fn read_entry(node: &Node) -> Result<Entry, String> {
    let id = node
        .get("uid")
        .filter(|id| id.bytes().all(|b| b.is_ascii_digit()))
        .ok_or("an entry without uid")?;
    let kind = node.get("sdnType").unwrap_or_default();
    let (_, kind) = *KINDS
        .iter()
        .find(|(name, _)| *name == kind)
        .ok_or_else(|| format!("an unknown type of entry: {kind}"))?;
    let mut entry = Entry::new(&id, kind, &name(node));
    for program in node.within("programList", "program") {
        entry.add_program(&program.content());
    }
    for alias in node.within("akaList", "aka") {
        let strength = match alias.get("category").as_deref() {
            Some("weak") => AliasStrength::Weak,
            _ => AliasStrength::Strong,
        };
        let kind = alias.get("type").unwrap_or_else(|| "aka".to_owned());
        entry.add_alias(&name(alias), strength, &kind.replace('.', ""));
    }
    for address in node.within("addressList", "address") {
        entry.add_address(address.line(&[
            "address1",
            "address2",
            "address3",
            "city",
            "stateOrProvince",
            "postalCode",
            "country",
        ]));
        let country = address.get("country").or_else(|| address.get("region"));
        entry.add_country(&country.unwrap_or_default());
    }
    let mut sentences: Vec<String> = node.get("title").into_iter().collect();
    for ship in node.all("vesselInfo") {
        if let Some(number) = ship.get("callSign") {
            entry.add_document(Document {
                kind: "call-sign".to_owned(),
                number,
                country: None,
            });
        }
        entry.add_country(&ship.get("vesselFlag").unwrap_or_default());
        for (element, label) in [("vesselType", "Vessel type"), ("vesselOwner", "Owner")] {
            sentences.extend(ship.get(element).map(|text| format!("{label} {text}")));
        }
    }
    for (list, item, element, label) in SENTENCES {
        let texts = node.within(list, item).filter_map(|item| item.get(element));
        sentences.extend(texts.map(|text| format!("{label} {text}")));
    }
    sentences.extend(node.within("idList", "id").map(document));
    sentences.extend(node.get("remarks"));
    entry.remarks = sentences.join("; ");
    remarks::read(&mut entry);
    Ok(entry)
}

/// A person's surnames come first, as in the CSV.
fn name(node: &Node) -> String {
    join(
        ["lastName", "firstName"].iter().filter_map(|part| node.get(part)),
        ", ",
    )
}

/// A document in the words of the remarks: `Cedula No. 100200300 (Colombia)`.
fn document(node: &Node) -> String {
    let country = node.get("idCountry").map(|country| format!("({country})"));
    let parts = [node.get("idType"), node.get("idNumber"), country];
    join(parts.into_iter().flatten(), " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"<?xml version="1.0" standalone="yes"?>
<sdnList xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="https://example.org/exports/XML">
  <publshInformation><Publish_Date>06/22/2026</Publish_Date><Record_Count>2</Record_Count></publshInformation>
  <sdnEntry>
    <uid>7</uid><firstName>Juan</firstName><lastName>GATO SOTO</lastName><title>Captain</title>
    <sdnType>Individual</sdnType>
    <programList><program>SDGT</program><program>IFSR</program></programList>
    <idList>
      <id><uid>1</uid><idType>Cedula No.</idType><idNumber>100200300</idNumber><idCountry>Colombia</idCountry></id>
      <id><uid>2</uid><idType>Gender</idType><idNumber>Male</idNumber></id>
    </idList>
    <akaList>
      <aka><uid>3</uid><type>a.k.a.</type><category>weak</category><lastName>EL GATO</lastName></aka>
      <aka><uid>4</uid><type>f.k.a.</type><category>strong</category><lastName>GATA</lastName><firstName>J</firstName></aka>
    </akaList>
    <addressList><address><uid>5</uid><city>Lima</city><postalCode>15</postalCode><country>Peru</country></address></addressList>
    <nationalityList><nationality><uid>6</uid><country>Chile</country><mainEntry>true</mainEntry></nationality></nationalityList>
    <dateOfBirthList><dateOfBirthItem><uid>8</uid><dateOfBirth>circa 1957</dateOfBirth></dateOfBirthItem></dateOfBirthList>
    <remarks>(Linked To: GATO &amp; CIA)</remarks>
  </sdnEntry>
  <sdnEntry>
    <uid>8</uid><lastName>ALTA MAR 1</lastName><sdnType>Vessel</sdnType>
    <idList><id><uid>9</uid><idType>Vessel Registration Identification</idType><idNumber>IMO 9000001</idNumber></id></idList>
    <vesselInfo><callSign>HQ2</callSign><vesselType>Tug</vesselType><vesselFlag>Panama</vesselFlag></vesselInfo>
  </sdnEntry>
</sdnList>
"#;

    #[test]
    fn the_same_entries_as_in_the_csv() {
        let parsed = parse("f", LIST.as_bytes()).expect("a good list");
        assert_eq!(parsed.published.as_deref(), Some("2026-06-22"));
        let [person, vessel] = parsed.entries.as_slice() else {
            panic!("two entries")
        };
        assert_eq!(
            (person.entry_id.as_str(), person.kind, person.name.as_str()),
            ("7", EntryKind::Person, "GATO SOTO, Juan")
        );
        let aliases: Vec<_> = person
            .aliases
            .iter()
            .map(|alias| (alias.name.as_str(), alias.strength, alias.kind.as_str()))
            .collect();
        let expected = [
            ("EL GATO", AliasStrength::Weak, "aka"),
            ("GATA, J", AliasStrength::Strong, "fka"),
        ];
        assert_eq!(aliases, expected);
        assert_eq!(person.programs, ["SDGT", "IFSR"]);
        assert_eq!(person.birth_dates, ["1957~"]);
        assert_eq!(person.countries, ["Peru", "Chile"]);
        assert_eq!(person.addresses, ["Lima, 15, Peru"]);
        let [cedula] = person.documents.as_slice() else {
            panic!("one document")
        };
        assert_eq!(
            (&*cedula.kind, &*cedula.number, cedula.country.as_deref()),
            ("cedula", "100200300", Some("Colombia"))
        );
        assert_eq!(
            person.remarks,
            "Captain; DOB circa 1957; nationality Chile; Cedula No. 100200300 (Colombia); Gender Male; \
             (Linked To: GATO & CIA)"
        );
        let numbers: Vec<_> = vessel
            .documents
            .iter()
            .map(|document| (document.kind.as_str(), document.number.as_str()))
            .collect();
        assert_eq!(numbers, [("call-sign", "HQ2"), ("imo", "9000001")]);
        assert_eq!(vessel.countries, ["Panama"]);
    }

    #[test]
    fn a_spoilt_file_is_refused_whole() {
        for (good, bad, refused) in [
            (
                "<Record_Count>2",
                "<Record_Count>3",
                "f: it announces 3 entries and has 2",
            ),
            (
                "<uid>8</uid><lastName>",
                "<uid>7</uid><lastName>",
                "f, line 21: an earlier entry",
            ),
            (
                "Vessel</sdnType>",
                "Submarine</sdnType>",
                "f, line 21: an unknown type of entry: Submarine",
            ),
            (
                "<lastName>ALTA MAR 1</lastName>",
                "",
                "f, line 21: the entry \"8\" has no name",
            ),
            (
                "EL GATO",
                "=HYPERLINK(1)",
                "f, line 4: \"=HYPERLINK(1)\" is a formula",
            ),
            (
                "sdnList",
                "Sanctions",
                "f, line 2: this is OFAC's advanced format: take SDN.XML",
            ),
        ] {
            let error = parse("f", LIST.replace(good, bad).as_bytes())
                .expect_err(refused)
                .to_string();
            assert!(error.starts_with(refused), "{error}");
        }
    }
}
