//! Which lists a folder holds, by the names that their publishers give the files.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

/// A list that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The list's key, the one that a source of the catalogue names.
    pub list: &'static str,
    /// Its name, for people.
    pub title: &'static str,
    /// Its files: the UN's one, OFAC's four in the order names, addresses, aliases, comments.
    pub files: Vec<PathBuf>,
}

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

const UN: (&str, &str) = ("un-sc", "United Nations Security Council Consolidated List");

/// Finds the lists in a folder and in the folders in it, or the UN's list in a file.
///
/// The same list may be found twice; which is newer only its contents can tell. A list of OFAC's without one of its
/// files is an error and not a smaller list: without its aliases it would clear people.
pub fn discover(path: &Path) -> io::Result<Vec<Found>> {
    if !path.is_dir() {
        return Ok(un_list(path.to_owned())?.into_iter().collect());
    }
    let mut found = Vec::new();
    let (files, folders) = read_folder(path)?;
    found.append(&mut lists_among(path, files)?);
    for folder in folders {
        let (files, _) = read_folder(&folder)?;
        found.append(&mut lists_among(&folder, files)?);
    }
    Ok(found)
}

/// The files by their names in small letters, and the folders; both in the order of their names.
fn read_folder(folder: &Path) -> io::Result<(BTreeMap<String, PathBuf>, Vec<PathBuf>)> {
    let (mut files, mut folders) = (BTreeMap::new(), Vec::new());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        } else if let Some(name) = path.file_name() {
            files.insert(name.to_string_lossy().to_ascii_lowercase(), path);
        }
    }
    folders.sort();
    Ok((files, folders))
}

fn lists_among(folder: &Path, mut files: BTreeMap<String, PathBuf>) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for (list, title, names) in OFAC {
        if !files.contains_key(names[0]) {
            continue;
        }
        let missing = |name: &str| {
            let (first, folder) = (names[0], folder.display());
            io::Error::new(
                io::ErrorKind::NotFound,
                format!("{folder} holds {first}, but not {name}"),
            )
        };
        let files = names
            .iter()
            .map(|&name| files.remove(name).ok_or_else(|| missing(name)))
            .collect::<Result<_, _>>()?;
        found.push(Found { list, title, files });
    }
    for (_, file) in files.into_iter().filter(|(name, _)| name.ends_with(".xml")) {
        found.extend(un_list(file)?);
    }
    Ok(found)
}

/// The UN names its file differently at each download: it is known by its first element.
fn un_list(file: PathBuf) -> io::Result<Option<Found>> {
    let mut head = Vec::new();
    File::open(&file)?.take(4_096).read_to_end(&mut head)?;
    let known = String::from_utf8_lossy(&head).contains("<CONSOLIDATED_LIST");
    Ok(known.then(|| Found {
        list: UN.0,
        title: UN.1,
        files: vec![file],
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of its own, removed when the test ends.
    struct Folder(PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).ok();
        }
    }

    #[test]
    fn lists_are_known_by_their_files() {
        let folder = Folder(std::env::temp_dir().join(format!("watchlist-discover-{}", std::process::id())));
        let write = |name: &str, text: &str| {
            let path = folder.0.join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        };
        for name in [
            "a/SDN.CSV",
            "a/ADD.CSV",
            "a/ALT.CSV",
            "a/SDN_COMMENTS.CSV",
            "a/deep/x.xml",
            "other.xml",
            "notes.txt",
        ] {
            write(name, "<html>");
        }
        write("consolidated.xml", "<?xml version=\"1.0\"?>\n<CONSOLIDATED_LIST>");
        let found = discover(&folder.0).expect("a readable folder");
        assert_eq!(
            found
                .iter()
                .map(|found| (found.list, found.files.len()))
                .collect::<Vec<_>>(),
            [("un-sc", 1), ("ofac-sdn", 4)]
        );
        assert!(found[1].files[1].ends_with("a/ADD.CSV"));
        assert_eq!(discover(&found[0].files[0]).expect("a readable file"), found[..1]);

        write("b/cons_prim.csv", "");
        let refused = discover(&folder.0)
            .expect_err("three files are missing")
            .to_string();
        assert!(
            refused.ends_with("holds cons_prim.csv, but not cons_add.csv"),
            "{refused}"
        );
        assert!(discover(&folder.0.join("absent")).is_err());
    }
}
