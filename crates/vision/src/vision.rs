//! What the worker holds: the networks, loaded once, and what can be asked of them.

use std::sync::Arc;

use cotejo_domain::reading::{Area, Portrait, SideReading};

use crate::{
    barcode,
    error::VisionError,
    face::{self, Embedding, Face},
    geometry::quarter_turns,
    liveness::Liveness,
    models::{CHARACTERS, FACE_DETECTOR, FACE_READER, LIVENESS, Models, TEXT_DETECTOR, TEXT_READER},
    ocr::{Characters, Ocr},
    picture, quality,
    runtime::{Engine, Network, Runtime},
    zone,
};

/// Reads pictures. Its functions take up to seconds of a processor: call them from threads that may block.
///
/// One of them serves any number of threads; what they share is read only.
pub struct Vision {
    ocr: Ocr,
    face_detector: Arc<dyn Network>,
    face_reader: Arc<dyn Network>,
    liveness: Option<Liveness>,
}

impl std::fmt::Debug for Vision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vision")
            .field("liveness", &self.liveness.is_some())
            .finish_non_exhaustive()
    }
}

impl Vision {
    /// Loads the networks; the optional one where it is among the models.
    pub fn open(models: &Models, engine: &Engine) -> Result<Self, VisionError> {
        let runtime = Runtime::start(engine)?;
        let load = |name: &'static str| runtime.open(name, &models.path(name));
        let reader = load(TEXT_READER)?;
        let characters = reader
            .note(CHARACTERS)
            .ok_or(VisionError::Answer { model: TEXT_READER })?;
        let liveness = models.has_liveness().then(|| load(LIVENESS)).transpose()?;
        Ok(Self {
            ocr: Ocr::new(load(TEXT_DETECTOR)?, reader, Characters::new(&characters)),
            face_detector: load(FACE_DETECTOR)?,
            face_reader: load(FACE_READER)?,
            liveness: liveness.map(Liveness::new),
        })
    }

    /// All that one side of a document shows.
    pub fn read_side(&self, jpeg: &[u8]) -> Result<SideReading, VisionError> {
        let picture = picture::decode(jpeg)?;
        let (width, height) = picture.dimensions();
        let text = self.ocr.read(&picture)?;
        let turned = text.turned();
        // The text tells which way up the card is, so that faces need not be looked for four times.
        let upright = quarter_turns(&picture, turned);
        let faces = face::find(&*self.face_detector, &upright)?;
        let portraits: Vec<Portrait> = faces
            .iter()
            .map(|found| Portrait {
                area: face::turned_back(found.area, turned, upright.dimensions()),
                turned,
                score: found.score,
            })
            .collect();
        let card = portraits
            .iter()
            .fold(text.bounds, |card, portrait| both(card, portrait.area));
        Ok(SideReading {
            width,
            height,
            turned,
            quality: quality::measure(&picture, Some(card)),
            zone: zone::find(&text.lines),
            barcodes: barcode::read(&upright, text.skew()),
            lines: text.lines,
            faces: portraits,
        })
    }

    /// The faces of a picture, the largest first, whichever way the picture is held.
    pub fn faces(&self, jpeg: &[u8]) -> Result<Vec<Face>, VisionError> {
        let picture = picture::decode(jpeg)?;
        face::read_all(&*self.face_detector, &*self.face_reader, &picture)
    }

    /// How alike two faces are; see [`face::SAME_PERSON`].
    pub fn cosine(a: &Embedding, b: &Embedding) -> f32 {
        face::cosine(a, b)
    }

    /// A face and some of what is around it as a picture of its own, upright.
    pub fn crop(jpeg: &[u8], area: Area, turned: u8) -> Result<Vec<u8>, VisionError> {
        let picture = picture::decode(jpeg)?;
        Ok(picture::encode(&face::portrait(&picture, area, turned))?)
    }

    /// How likely a face is that of somebody before the camera rather than a print or a screen, from 0 to 1; none
    /// where the optional network is not there. A hint that raises risk, and no proof: see `docs/vision.md`.
    pub fn liveness(&self, jpeg: &[u8], face: &Face) -> Result<Option<f32>, VisionError> {
        let Some(liveness) = &self.liveness else {
            return Ok(None);
        };
        let picture = picture::decode(jpeg)?;
        liveness.of(&picture, face).map(Some)
    }
}

/// The smallest upright rectangle around two.
fn both(a: Area, b: Area) -> Area {
    let (left, top) = (a.left.min(b.left), a.top.min(b.top));
    Area {
        left,
        top,
        width: a.right().max(b.right()) - left,
        height: a.bottom().max(b.bottom()) - top,
    }
}
