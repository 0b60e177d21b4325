//! What one verification takes, in a process that does nothing else.

use std::path::Path;

use cotejo_vision::{Vision, VisionError, picture::Picture};
use serde::{Deserialize, Serialize};

use crate::machine;

/// Milliseconds of processor, step by step, and memory.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Cost {
    /// Loading and checking the networks.
    pub open_ms: u64,
    /// Checking and writing anew three pictures.
    pub pictures_ms: u64,
    /// Reading the front.
    pub front_ms: u64,
    /// Reading the back.
    pub back_ms: u64,
    /// The face on the card.
    pub portrait_ms: u64,
    /// The face in the selfie, and their cosine.
    pub selfie_ms: u64,
    /// Their cosine.
    pub cosine: f32,
    /// The most memory that was resident, in MiB.
    pub peak_mib: u64,
}

/// Reads each once to warm up and three times to measure.
pub fn of(
    open: impl FnOnce() -> anyhow::Result<Vision>,
    front: &Path,
    back: &Path,
    selfie: &Path,
) -> anyhow::Result<Cost> {
    let vision = open()?;
    let mut cost = Cost {
        open_ms: machine::cpu_ms(),
        ..Cost::default()
    };
    let files = [
        std::fs::read(front)?,
        std::fs::read(back)?,
        std::fs::read(selfie)?,
    ];
    let [front, back, selfie] = &files;
    let (pictures, ms) = timed(|| {
        files
            .iter()
            .map(|file| Picture::read(file))
            .collect::<Result<Vec<_>, _>>()
    })?;
    cost.pictures_ms = ms;
    drop(pictures);
    cost.front_ms = timed(|| vision.read_side(front))?.1;
    cost.back_ms = timed(|| vision.read_side(back))?.1;
    let (on_card, ms) = timed(|| vision.faces(front))?;
    cost.portrait_ms = ms;
    let (in_selfie, ms) = timed(|| vision.faces(selfie))?;
    cost.selfie_ms = ms;
    if let (Some(a), Some(b)) = (on_card.first(), in_selfie.first()) {
        cost.cosine = Vision::cosine(&a.embedding, &b.embedding);
    }
    cost.peak_mib = machine::peak_mib();
    Ok(cost)
}

fn timed<T, E: Into<VisionError>>(step: impl Fn() -> Result<T, E>) -> Result<(T, u64), VisionError> {
    const TIMES: u64 = 3;
    let mut last = step().map_err(Into::into)?;
    let before = machine::cpu_ms();
    for _ in 0..TIMES {
        last = step().map_err(Into::into)?;
    }
    Ok((last, (machine::cpu_ms() - before) / TIMES))
}
