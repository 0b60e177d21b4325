//! OFAC's remarks: sentences between semicolons, in which dates of birth, countries, documents and weak aliases stand.

use super::{AliasStrength, Entry, dates, documents, entries::Gather as _};

/// Labels behind which a country stands.
const COUNTRIES: [&str; 3] = ["nationality ", "citizen ", "Nationality of Registration "];

const ALIASES: [(&str, &str); 3] = [("a.k.a. ", "aka"), ("f.k.a. ", "fka"), ("n.k.a. ", "nka")];

/// Takes what is known out of an entry's remarks, which stay as they are. What is not known is no error: the
/// remarks are prose, and a new phrase in them must not stop a list.
pub(super) fn read(entry: &mut Entry) {
    let remarks = std::mem::take(&mut entry.remarks);
    for sentence in remarks.trim_end().trim_end_matches('.').split("; ") {
        let sentence = sentence.trim();
        read_sentence(sentence.strip_prefix("alt. ").unwrap_or(sentence), entry);
    }
    entry.remarks = remarks;
}

fn read_sentence(sentence: &str, entry: &mut Entry) {
    if let Some(date) = sentence.strip_prefix("DOB ") {
        dates::read(date)
            .into_iter()
            .for_each(|date| entry.add_birth_date(date));
    } else if let Some(country) = COUNTRIES.iter().find_map(|label| sentence.strip_prefix(label)) {
        entry.add_country(country);
    } else if let Some((name, kind)) = ALIASES
        .iter()
        .find_map(|(label, kind)| Some((sentence.strip_prefix(label)?, kind)))
    {
        // The quotes around a weak alias are its mark; those within it are part of an Arabic name.
        let name = name.strip_prefix('\'').unwrap_or(name);
        entry.add_alias(name.strip_suffix('\'').unwrap_or(name), AliasStrength::Weak, kind);
    } else if let Some(document) = documents::labelled(sentence) {
        entry.add_document(document);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watchlist::EntryKind;

    #[test]
    fn remarks_are_taken_apart_and_kept() {
        let remarks = "DOB 04 Apr 1957; alt. DOB circa 1958; POB Lima, Peru; nationality Peru; citizen Peru; alt. citizen \
            Chile; Gender Male; Passport P1 (Peru); alt. Passport P2 (Chile) issued 01 Jan 2001; a.k.a. 'EL GATO'; f.k.a. \
            'ABU-'UMAR'; Linked To: SOMEBODY S.A.";
        let mut entry = Entry::new("1", EntryKind::Person, "GATO, Juan");
        entry.remarks = remarks.to_owned();
        read(&mut entry);
        assert_eq!(entry.birth_dates, ["1957-04-04", "1958~"]);
        assert_eq!(entry.countries, ["Peru", "Chile"]);
        let numbers: Vec<_> = entry
            .documents
            .iter()
            .map(|document| document.number.as_str())
            .collect();
        assert_eq!(numbers, ["P1", "P2"]);
        let aliases: Vec<_> = entry
            .aliases
            .iter()
            .map(|alias| (alias.name.as_str(), alias.kind.as_str()))
            .collect();
        assert_eq!(aliases, [("EL GATO", "aka"), ("ABU-'UMAR", "fka")]);
        assert!(
            entry
                .aliases
                .iter()
                .all(|alias| alias.strength == AliasStrength::Weak)
        );
        assert_eq!(entry.remarks, remarks);
    }
}
