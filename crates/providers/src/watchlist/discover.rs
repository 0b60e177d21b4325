//! Which lists a file or folder holds, by the names that their publishers give the files, by what they begin with,
//! or by a mapping beside them.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use super::{Format, Mapping, rows::Rows, text};

/// A list that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The list's key, the one that a source of the catalogue names.
    pub list: String,
    /// Its name, for people.
    pub title: String,
    /// What its files are.
    pub format: Format,
    /// Its files, in the order in which [`parse`](super::parse) takes them.
    pub files: Vec<PathBuf>,
    /// How its columns are read, or what its publisher's format does not tell.
    pub mapping: Option<Mapping>,
}

/// OFAC's lists: key, title, and the names of the four CSV files.
const OFAC: [(&str, &str, [&str; 4]); 2] = [
    (
        "ofac-sdn",
        "OFAC Specially Designated Nationals",
        ["sdn.csv", "add.csv", "alt.csv", "sdn_comments.csv"],
    ),
    (
        "ofac-consolidated",
        "OFAC Consolidated (non-SDN)",
        [
            "cons_prim.csv",
            "cons_add.csv",
            "cons_alt.csv",
            "cons_comments.csv",
        ],
    ),
];

/// What other lists have among their first bytes: one text, another one, and what the list is.
const SIGNS: [(&str, &str, (Format, &str, &str)); 3] = [
    (
        "<CONSOLIDATED_LIST",
        "",
        (
            Format::UnXml,
            "un-sc",
            "United Nations Security Council Consolidated List",
        ),
    ),
    (
        "<export",
        "fpi/fsd/export",
        (
            Format::EuXml,
            "eu-fsf",
            "European Union Consolidated Financial Sanctions List",
        ),
    ),
    (
        "unique id",
        "name 6",
        (Format::UkCsv, "uk-sl", "UK Sanctions List"),
    ),
];
const OPENSANCTIONS: (Format, &str, &str) = (Format::Opensanctions, "opensanctions", "OpenSanctions");
/// OFAC's flat format, and the two that are found so that whoever loads them is told which one to take.
const OFAC_XML: [&str; 3] = ["<sdnList", "<Sanctions ", "<sanctionsData"];

const MAPPINGS: [&str; 2] = [".mapping.toml", ".mapping.json"];
/// What the data of a mapping may be called; a list's archive or notes may lie beside it.
const DATA: [&str; 7] = [".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xml"];

/// Finds the lists in a folder and in the folders in it, or the list in a file.
///
/// The same list may be found twice; which is newer only its contents can tell. A list of OFAC's without one of its
/// files is an error and not a smaller list: without its aliases it would clear people. So is a mapping without data.
pub fn discover(path: &Path) -> io::Result<Vec<Found>> {
    if !path.is_dir() {
        return one(path).map(|found| found.into_iter().collect());
    }
    let (files, folders) = read_folder(path)?;
    let mut found = lists_among(path, &files)?;
    for folder in folders {
        let (files, _) = read_folder(&folder)?;
        found.append(&mut lists_among(&folder, &files)?);
    }
    Ok(found)
}

/// The list in a file that this mapping describes.
pub fn discover_mapped(path: &Path, mapping: &Path) -> io::Result<Vec<Found>> {
    Ok(vec![mapped(path, mapping)?])
}

type Files = BTreeMap<String, PathBuf>;

/// The files by their names in small letters, and the folders; both in the order of their names.
fn read_folder(folder: &Path) -> io::Result<(Files, Vec<PathBuf>)> {
    let (mut files, mut folders) = (BTreeMap::new(), Vec::new());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        } else if let Some(name) = small_name(&path) {
            files.insert(name, path);
        }
    }
    folders.sort();
    Ok((files, folders))
}

fn small_name(path: &Path) -> Option<String> {
    path.file_name()
        .map(|name| name.to_string_lossy().to_ascii_lowercase())
}

/// The list of a file that was named: what is not known is told, and not passed over as in a folder.
fn one(path: &Path) -> io::Result<Option<Found>> {
    let head = head(path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let (mut files, _) = read_folder(folder)?;
    let name = small_name(path).unwrap_or_default();
    files.insert(name.clone(), path.to_owned());
    let of_ofac = OFAC.iter().find(|(_, _, names)| names.contains(&name.as_str()));
    if let Some(mapping) = mapping_of(&files, &name) {
        return mapped(path, mapping).map(Some);
    }
    if let Some(list) = of_ofac {
        return ofac(folder, &files, list).map(Some);
    }
    match (recognise(path, &name, &head), text::other(&head)) {
        (None, Some(reason)) => {
            let reason = format!("{}: {reason}", path.display());
            Err(io::Error::new(io::ErrorKind::InvalidData, reason))
        }
        (found, _) => Ok(found),
    }
}

fn lists_among(folder: &Path, files: &Files) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for list in &OFAC {
        if files.contains_key(list.2[0]) {
            found.push(ofac(folder, files, list)?);
        }
    }
    for (name, path) in files {
        let is_mapping = MAPPINGS.iter().any(|end| name.ends_with(end));
        if is_mapping {
            let data = files.keys().any(|name| mapping_of(files, name) == Some(path));
            if !data {
                let reason = format!("{} has no data beside it", path.display());
                return Err(io::Error::new(io::ErrorKind::NotFound, reason));
            }
        } else if let Some(mapping) = mapping_of(files, name) {
            found.push(mapped(path, mapping)?);
        } else if name.ends_with(".xml") || name.ends_with(".csv") {
            let advanced = |found: &Found| found.format == Format::OfacXml && name.contains("anced");
            found.extend(recognise(path, name, &head(path)?).filter(|found| !advanced(found)));
        }
    }
    Ok(found)
}

/// A list of OFAC's that is there with all its files.
fn ofac(folder: &Path, files: &Files, list: &(&str, &str, [&str; 4])) -> io::Result<Found> {
    let (key, title, names) = list;
    let first = names
        .iter()
        .find(|name| files.contains_key(**name))
        .unwrap_or(&names[0]);
    let missing = |name: &str| {
        let folder = folder.display();
        io::Error::new(
            io::ErrorKind::NotFound,
            format!("{folder} holds {first}, but not {name}"),
        )
    };
    let files = names
        .iter()
        .map(|&name| files.get(name).cloned().ok_or_else(|| missing(name)))
        .collect::<Result<_, _>>()?;
    Ok(Found {
        list: (*key).to_owned(),
        title: (*title).to_owned(),
        format: Format::OfacCsv,
        files,
        mapping: None,
    })
}

/// The mapping beside a file: `ceis.mapping.toml` or `ceis.csv.mapping.toml` of `ceis.csv`.
fn mapping_of<'a>(files: &'a Files, name: &str) -> Option<&'a PathBuf> {
    let end = DATA.iter().find(|end| name.ends_with(**end))?;
    let stem = &name[..name.len() - end.len()];
    let is_mapping = MAPPINGS.iter().any(|mapping| name.ends_with(mapping));
    MAPPINGS
        .iter()
        .flat_map(|mapping| [format!("{name}{mapping}"), format!("{stem}{mapping}")])
        .find_map(|mapping| files.get(&mapping))
        .filter(|_| !is_mapping)
}

fn mapped(path: &Path, mapping: &Path) -> io::Result<Found> {
    let bytes = fs::read(mapping)?;
    let mapping = Mapping::read(&mapping.display().to_string(), &bytes)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    Ok(Found {
        list: mapping.list.clone(),
        title: mapping.title.clone(),
        format: mapping.format,
        files: vec![path.to_owned()],
        mapping: Some(mapping),
    })
}

/// The first bytes of a file: enough for any header.
fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    File::open(path)?.take(4_096).read_to_end(&mut head)?;
    Ok(head)
}

/// The list that a file's first bytes show; the UN for one names its file differently at each download.
fn recognise(path: &Path, name: &str, head: &[u8]) -> Option<Found> {
    let head = String::from_utf8_lossy(head);
    let small = head.to_lowercase();
    let has = |sign: &str| head.contains(sign) || small.contains(sign);
    let known = SIGNS.iter().find(|(sign, further, _)| has(sign) && has(further));
    let (format, list, title) = match known {
        Some((_, _, known)) => *known,
        None if OFAC_XML.iter().any(|root| head.contains(root)) => {
            // The two lists have the same elements.
            let (list, title, _) = OFAC[usize::from(name.starts_with("cons"))];
            (Format::OfacXml, list, title)
        }
        None if is_opensanctions(&head) => OPENSANCTIONS,
        None => return None,
    };
    Some(Found {
        list: list.to_owned(),
        title: title.to_owned(),
        format,
        files: vec![path.to_owned()],
        mapping: None,
    })
}

fn is_opensanctions(head: &str) -> bool {
    let first = Rows::open("", head.trim_start_matches('\u{FEFF}'), b',').next();
    let Ok(Some(header)) = first else {
        return false;
    };
    let has = |column: &&str| header.cells().iter().any(|cell| cell == column);
    ["id", "schema", "name", "aliases", "dataset"].iter().all(has)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own, removed when the test ends.
    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str) -> Self {
            let name = format!("watchlist-discover-{test}-{}", std::process::id());
            Self(std::env::temp_dir().join(name))
        }

        fn write(&self, name: &str, text: &str) -> PathBuf {
            let path = self.0.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(&path, text).expect("a file");
            path
        }

        /// The lists in it, with their first files.
        fn found(&self) -> Vec<(String, String)> {
            let found = discover(&self.0).expect("a readable folder");
            found
                .into_iter()
                .map(|found| (found.list, small_name(&found.files[0]).expect("a name")))
                .collect()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    const MAPPING: &str = "list = \"x-y\"\ntitle = \"X\"\nformat = \"csv\"\n[columns]\nentry_id = \"id\"\nkind = \"person\"\nname = \"name\"\n";

    #[test]
    fn lists_are_known_by_their_files() {
        let folder = Folder::new("known");
        for (name, text) in [
            ("a/SDN.CSV", "1"),
            ("a/ADD.CSV", "1"),
            ("a/ALT.CSV", "1"),
            ("a/SDN_COMMENTS.CSV", "1"),
            ("a/deep/x.xml", "<CONSOLIDATED_LIST>"),
            ("b/SDN.XML", "<?xml?>\n<sdnList xmlns=\"https://example.org\">"),
            ("b/SDN_ADVANCED.XML", "<Sanctions xmlns=\"https://example.org\">"),
            ("b/cons_prim.xml", "<sdnList>"),
            (
                "b/eu.xml",
                "<export xmlns=\"http://eu.europa.ec/fpi/fsd/export\">",
            ),
            ("b/other.xml", "<export>"),
            (
                "b/uk.csv",
                "Report Date: 13-Feb-2026\r\nLast Updated,Unique ID,Name 6\r\n",
            ),
            (
                "consolidated.xml",
                "\u{FEFF}<?xml version=\"1.0\"?>\n<CONSOLIDATED_LIST>",
            ),
            (
                "targets.simple.csv",
                "\"id\",\"schema\",\"name\",\"aliases\",\"dataset\"\n",
            ),
            ("list.csv", "id,name\n"),
            ("list.mapping.toml", MAPPING),
            ("list.zip", "PK"),
            (
                "targets.simple.csv.mapping.json",
                r#"{"list": "peps", "title": "P", "format": "opensanctions"}"#,
            ),
            ("notes.txt", "<CONSOLIDATED_LIST"),
            ("plain.csv", "id,name\n"),
        ] {
            folder.write(name, text);
        }
        let expected = [
            ("un-sc", "consolidated.xml"),
            ("x-y", "list.csv"),
            ("peps", "targets.simple.csv"),
            ("ofac-sdn", "sdn.csv"),
            ("ofac-consolidated", "cons_prim.xml"),
            ("eu-fsf", "eu.xml"),
            ("ofac-sdn", "sdn.xml"),
            ("uk-sl", "uk.csv"),
        ];
        let expected: Vec<_> = expected
            .map(|(list, file)| (list.to_owned(), file.to_owned()))
            .into();
        assert_eq!(folder.found(), expected);
    }

    #[test]
    fn a_file_that_is_named() {
        let folder = Folder::new("named");
        for name in ["sdn.csv", "add.csv", "alt.csv", "sdn_comments.csv"] {
            folder.write(name, "1");
        }
        // What lies beside it does not matter.
        let data = folder.write("lonely.csv", "id,name\n");
        folder.write("orphan.mapping.toml", "nonsense");
        let of = |name: &str| discover(&folder.0.join(name));
        let list = |name: &str| {
            of(name)
                .expect("a readable file")
                .pop()
                .map(|found| (found.list, found.files.len()))
        };
        assert_eq!(list("alt.csv"), Some(("ofac-sdn".to_owned(), 4)));
        assert_eq!(list("lonely.csv"), None);
        folder.write("ADVANCED.xml", "<Sanctions xmlns=\"https://example.org\">");
        assert_eq!(list("ADVANCED.xml"), Some(("ofac-sdn".to_owned(), 1)));
        let mapping = folder.write("other.toml", MAPPING);
        let mapped = discover_mapped(&data, &mapping).expect("a good mapping");
        assert_eq!((&*mapped[0].list, mapped[0].format), ("x-y", Format::Csv));
        assert!(mapped[0].mapping.is_some());
    }

    #[test]
    fn what_is_missing_or_spoilt_is_told() {
        let folder = Folder::new("missing");
        let refused = |path: &Path| discover(path).expect_err("something is wrong").to_string();
        folder.write("b/cons_prim.csv", "");
        assert!(refused(&folder.0).ends_with("holds cons_prim.csv, but not cons_add.csv"));
        fs::remove_dir_all(folder.0.join("b")).expect("a folder");
        let zip = folder.write("sdn.zip", "PK\x03\x04");
        assert!(
            refused(&zip)
                .ends_with("sdn.zip: it is a ZIP archive or a workbook: unpack it, or save it as text")
        );
        folder.write("list.mapping.toml", "list = 3");
        assert!(refused(&folder.0).ends_with("list.mapping.toml has no data beside it"));
        folder.write("list.csv", "");
        assert!(refused(&folder.0).contains("list.mapping.toml, line 1: invalid type"));
        assert!(discover(&folder.0.join("absent")).is_err());
    }
}
