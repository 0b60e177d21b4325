//! ONNX Runtime, through its shared library.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use ort::{
    environment::Environment,
    session::{Session, builder::GraphOptimizationLevel},
    value::TensorRef,
};

use super::{Network, Tensor};
use crate::error::VisionError;

const NAME: &str = "onnxruntime";

pub struct OnnxRuntime {
    environment: Environment,
    threads: usize,
}

impl OnnxRuntime {
    pub fn load(library: &Path, threads: usize) -> Result<Self, VisionError> {
        let environment = ort::init_from(library)
            .map_err(|error| VisionError::runtime(NAME, error))?
            .with_telemetry(false)
            .build()
            .map_err(|error| VisionError::runtime(NAME, error))?;
        Ok(Self {
            environment,
            threads: threads.max(1),
        })
    }

    pub fn open(&self, name: &'static str, file: &Path) -> Result<Arc<dyn Network>, VisionError> {
        // The builder's errors hold the builder, which may not leave its thread: only their text goes on.
        let session = Session::builder(&self.environment)
            .map_err(|error| VisionError::runtime(name, error))?
            .with_intra_threads(self.threads)
            .map_err(|error| VisionError::runtime(name, error))?
            .with_inter_threads(1)
            .map_err(|error| VisionError::runtime(name, error))?
            .with_intra_op_spinning(false)
            .map_err(|error| VisionError::runtime(name, error))?
            .with_optimization_level(GraphOptimizationLevel::All)
            .map_err(|error| VisionError::runtime(name, error))?
            // Every line of text has another width; patterns kept for each would add up.
            .with_memory_pattern(false)
            .map_err(|error| VisionError::runtime(name, error))?
            .commit_from_file(file)
            .map_err(|error| VisionError::runtime(name, error))?;
        Ok(Arc::new(OnnxNetwork {
            name,
            session: Mutex::new(session),
        }))
    }
}

struct OnnxNetwork {
    name: &'static str,
    session: Mutex<Session>,
}

impl Network for OnnxNetwork {
    fn run(&self, input: Tensor) -> Result<Vec<Tensor>, VisionError> {
        let failed = |error: ort::Error| VisionError::runtime(self.name, error);
        let tensor = TensorRef::from_array_view((input.shape, input.data.as_slice())).map_err(failed)?;
        // A panic elsewhere leaves no half-written state in a session.
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let outputs = session.run(ort::inputs![tensor]).map_err(failed)?;
        outputs
            .values()
            .map(|output| {
                let (shape, data) = output.try_extract_tensor::<f32>().map_err(failed)?;
                let shape = shape.iter().map(|length| usize::try_from(*length).unwrap_or(0));
                Ok(Tensor {
                    shape: shape.collect(),
                    data: data.to_vec(),
                })
            })
            .collect()
    }

    fn note(&self, key: &str) -> Option<String> {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let metadata = session.metadata().ok()?;
        metadata.custom(key)
    }
}
