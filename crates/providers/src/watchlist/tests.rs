//! What holds for all formats, and real lists where a copy of them lies beside the project.

use std::path::{Path, PathBuf};

use proptest::{prelude::*, sample::Index};

use super::*;

const MAPPING: &str = "list = \"x\"\ntitle = \"X\"\nformat = \"csv\"\ntopics = [\"pep\"]\n[columns]\nentry_id = \"id\"\n\
    kind = \"person\"\nname = \"name\"\naliases = \"alias\"\n";

/// A small list of each format: two entries, in files that end as their publishers end them.
fn samples() -> Vec<(Format, Vec<&'static str>)> {
    vec![
        (
            Format::OfacCsv,
            vec![
                "7,\"GATO, Juan\",\"individual\",\"SDGT\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,\"DOB 1957\"\r\n\
                 8,\"GATO S.A.\",-0- ,\"SDGT\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\u{1A}",
                "7,1,\"Calle 1\",\"Lima 15\",\"Peru\",-0- \r\n\u{1A}",
                "7,1,\"aka\",\"GATO, Juanito\",-0- \r\n\u{1A}",
                "7,\"; alt. DOB 1958.\"\r\n",
            ],
        ),
        (
            Format::OfacXml,
            vec![
                "<sdnList><publshInformation><Record_Count>2</Record_Count></publshInformation><sdnEntry><uid>7</uid>\
                 <lastName>ÑATO</lastName><sdnType>Individual</sdnType></sdnEntry><sdnEntry><uid>8</uid>\
                 <lastName>GATO &amp; CIA</lastName><sdnType>Entity</sdnType></sdnEntry></sdnList>",
            ],
        ),
        (
            Format::UnXml,
            vec![
                "<CONSOLIDATED_LIST dateGenerated=\"2026\"><INDIVIDUALS><INDIVIDUAL><DATAID>7</DATAID><FIRST_NAME>Juan\
                 </FIRST_NAME></INDIVIDUAL></INDIVIDUALS><ENTITIES><ENTITY><DATAID>8</DATAID><FIRST_NAME>GATO\
                 </FIRST_NAME></ENTITY></ENTITIES></CONSOLIDATED_LIST>",
            ],
        ),
        (
            Format::EuXml,
            vec![
                "<export><sanctionEntity logicalId=\"7\"><subjectType code=\"person\"/><nameAlias wholeName=\"Хуан\"/>\
                 </sanctionEntity><sanctionEntity logicalId=\"8\"><subjectType code=\"enterprise\"/>\
                 <nameAlias wholeName=\"Gato\"/></sanctionEntity></export>",
            ],
        ),
        (
            Format::UkCsv,
            vec![
                "Report Date: 13-Feb-2026\r\nUnique ID,Name 6,Name 1,Name type,Designation Type,D.O.B\r\n\
                 A1,ÑATO,\"Íñigo\",Primary Name,Individual,dd/mm/1957\r\nA2,GATO,,Primary Name,Entity,\r\n",
            ],
        ),
        (
            Format::Opensanctions,
            vec![
                "\"id\",\"schema\",\"name\",\"aliases\",\"dataset\"\n\"7\",\"Person\",\"غاتو\",\"Ana;\"\"E;va\"\"\",\"x\"\n\
                 \"8\",\"Company\",\"Gato\",\"\",\"x\"\n",
            ],
        ),
        (
            Format::Csv,
            vec!["id,name,alias\n7,Íñigo Gato,\"Gato, Juan\"\n8,Ana Gata,\n"],
        ),
        (
            Format::Json,
            vec![
                "[{\"id\": 7, \"name\": \"Ñusta Gató\"},\n {\"id\": 8, \"name\": \"Ana Gata\", \"alias\": [\"a\", \"b\"]}]",
            ],
        ),
    ]
}

fn files(texts: &[&str]) -> Vec<(String, Vec<u8>)> {
    let numbered = texts.iter().zip(1..);
    numbered
        .map(|(text, number)| (format!("file {number}"), text.as_bytes().to_vec()))
        .collect()
}

fn read(format: Format, files: &[(String, Vec<u8>)]) -> Result<Parsed, ParseError> {
    let mapping = Mapping::read("m", MAPPING.as_bytes()).expect("a good mapping");
    parse(format, files, Some(&mapping))
}

#[test]
fn every_format_has_its_door() {
    let mut seen = Vec::new();
    for (format, texts) in samples() {
        let parsed = read(format, &files(&texts)).expect("a good list");
        assert_eq!(parsed.entries.len(), 2, "{format}");
        assert!(
            parsed
                .entries
                .iter()
                .all(|entry| entry.topics.contains(&"pep".to_owned()))
        );
        let json = serde_json::to_string(&parsed.entries).expect("JSON");
        assert_eq!(
            serde_json::from_str::<Vec<Entry>>(&json).expect("entries"),
            parsed.entries
        );
        seen.push(format);
    }
    assert_eq!(seen, Format::ALL);
}

#[test]
fn wrong_numbers_of_files_and_missing_mappings() {
    let file = ("f".to_owned(), b"id\n".to_vec());
    for (format, files, refused) in [
        (
            Format::Csv,
            vec![file.clone()],
            "f: csv is read by a mapping only",
        ),
        (
            Format::OfacCsv,
            vec![file.clone()],
            "f: ofac_csv is read from four files: names, addresses, aliases, comments",
        ),
        (
            Format::UnXml,
            vec![file.clone(), file],
            "f: un_xml is read from one file",
        ),
        (
            Format::UnXml,
            Vec::new(),
            "the list: un_xml is read from one file",
        ),
    ] {
        let error = parse(format, &files, None).expect_err(refused).to_string();
        assert_eq!(error, refused);
    }
}

#[test]
fn archives_and_other_encodings_are_refused_by_every_format() {
    for (format, texts) in samples() {
        for spoil in [
            &b"PK\x03\x04"[..],
            b"\x1F\x8B",
            b"\xFF\xFE",
            b"\0",
            b"\x80",
            b"<!DOCTYPE html>\n",
        ] {
            let mut files = files(&texts);
            files[0].1.splice(0..0, spoil.iter().copied());
            let error = read(format, &files).expect_err("a spoilt list").to_string();
            assert!(error.starts_with("file 1"), "{format}: {error}");
        }
        // A byte order mark is none of that.
        let mut marked = files(&texts);
        marked.iter_mut().for_each(|file| {
            file.1.splice(0..0, *b"\xEF\xBB\xBF");
        });
        assert_eq!(read(format, &marked), read(format, &files(&texts)), "{format}");
    }
}

/// What is cut off is noticed, or it was nothing. Only the cut between two rows of a table that tells no number of its
/// rows cannot be seen by anybody.
#[test]
fn every_truncation_is_refused_or_harmless() {
    for (format, texts) in samples() {
        let whole = read(format, &files(&texts)).expect("a good list");
        for file in 0..texts.len() {
            for end in 0..texts[file].len() {
                let mut cut = files(&texts);
                cut[file].1.truncate(end);
                let between_rows = texts[file].as_bytes()[..end].ends_with(b"\n");
                let blind = match format {
                    Format::UkCsv | Format::Opensanctions | Format::Csv => between_rows,
                    // Comments have no mark in older publications, and then they may end anywhere.
                    Format::OfacCsv => file == 3 && end == 0,
                    Format::OfacXml | Format::UnXml | Format::EuXml | Format::Json => false,
                };
                match read(format, &cut) {
                    Ok(parsed) => assert!(blind || parsed == whole, "{format}, file {file}, {end}"),
                    Err(error) => assert!(!error.to_string().is_empty()),
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn any_change_is_read_or_refused(
        sample in any::<Index>(),
        file in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<Index>()),
    ) {
        let samples = samples();
        let (format, texts) = sample.get(&samples);
        let mut files = files(texts);
        let place = file.index(files.len());
        let bytes = &mut files[place].1;
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = read(*format, &files);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for &format in Format::ALL {
            let count = if format == Format::OfacCsv { 4 } else { 1 };
            let files = vec![("f".to_owned(), bytes.clone()); count];
            let _ = read(format, &files);
        }
        let _ = Mapping::read("m.toml", &bytes);
        let _ = Mapping::read("m.json", &bytes);
    }
}

/// Real lists are no part of the project: where there is no copy of them, this says so and passes.
#[test]
fn real_lists() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/watchlists");
    let Ok(found) = discover(&folder) else {
        println!("skipped: there are no copies of real lists");
        return;
    };
    let mut counts: Vec<(String, usize, usize)> = found
        .iter()
        .map(|found| {
            let read = |path: &PathBuf| (path.display().to_string(), std::fs::read(path).expect("a file"));
            let files: Vec<_> = found.files.iter().map(read).collect();
            let entries = parse(found.format, &files, None).expect("a real list").entries;
            let persons = entries
                .iter()
                .filter(|entry| entry.kind == EntryKind::Person)
                .count();
            (found.list.clone(), entries.len(), persons)
        })
        .collect();
    counts.sort();
    let lists: Vec<_> = counts
        .iter()
        .map(|(list, entries, _)| (list.as_str(), *entries))
        .collect();
    assert_eq!(
        lists,
        [
            ("ofac-consolidated", 442),
            ("ofac-sdn", 8_976),
            ("un-sc", 730 + 273)
        ]
    );
    assert_eq!((counts[1].2, counts[2].2), (4_620, 730));
}
