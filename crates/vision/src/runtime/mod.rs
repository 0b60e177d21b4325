//! What runs a network: one picture in, some tensors out.
//!
//! Two runtimes stand behind one small trait, because neither serves everybody. `rten` is Rust all the way down and
//! needs nothing at run time; ONNX Runtime takes half the time and needs its library, which is loaded only where an
//! operator names it.

mod onnxruntime;
mod pure;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::error::VisionError;

/// Numbers and how they are arranged.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// The lengths of its dimensions, the outermost first.
    pub shape: Vec<usize>,
    /// Its numbers, row by row.
    pub data: Vec<f32>,
}

impl Tensor {
    /// A picture's planes as a batch of one.
    pub(crate) fn picture(width: u32, height: u32, data: Vec<f32>) -> Self {
        Self {
            shape: vec![1, 3, height as usize, width as usize],
            data,
        }
    }
}

/// A network that is loaded.
pub trait Network: Send + Sync {
    /// What it makes of an input: its outputs, in the order of the file.
    fn run(&self, input: Tensor) -> Result<Vec<Tensor>, VisionError>;

    /// A text that its file carries.
    fn note(&self, key: &str) -> Option<String>;
}

/// Which runtime, and how many threads each inference may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// In Rust alone.
    Rten {
        /// At least 1.
        threads: usize,
    },
    /// ONNX Runtime, from its shared library. A process loads the first library that it is given, and no second.
    OnnxRuntime {
        /// Such as `libonnxruntime.so.1.31.1`.
        library: PathBuf,
        /// At least 1.
        threads: usize,
    },
}

impl Engine {
    /// ONNX Runtime where a library is named (`ORT_DYLIB_PATH`), else the one that is always there.
    pub fn choose(library: Option<PathBuf>, threads: usize) -> Self {
        let threads = threads.max(1);
        match library {
            Some(library) => Self::OnnxRuntime { library, threads },
            None => Self::Rten { threads },
        }
    }
}

/// Loads networks.
pub(crate) enum Runtime {
    Pure(pure::Pure),
    OnnxRuntime(onnxruntime::OnnxRuntime),
}

impl Runtime {
    pub(crate) fn start(engine: &Engine) -> Result<Self, VisionError> {
        Ok(match engine {
            Engine::Rten { threads } => Self::Pure(pure::Pure::new(*threads)),
            Engine::OnnxRuntime { library, threads } => {
                Self::OnnxRuntime(onnxruntime::OnnxRuntime::load(library, *threads)?)
            }
        })
    }

    pub(crate) fn open(&self, name: &'static str, file: &Path) -> Result<Arc<dyn Network>, VisionError> {
        match self {
            Self::Pure(runtime) => runtime.open(name, file),
            Self::OnnxRuntime(runtime) => runtime.open(name, file),
        }
    }
}
