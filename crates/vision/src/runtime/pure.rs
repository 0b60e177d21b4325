//! `rten`.

use std::{path::Path, sync::Arc};

use rten::{Model, ModelOptions, RunOptions, ThreadPool, Value};
use rten_tensor::{AsView as _, Layout as _, Tensor as RtenTensor};

use super::{Network, Tensor};
use crate::error::VisionError;

pub struct Pure {
    threads: Arc<ThreadPool>,
}

impl Pure {
    pub fn new(threads: usize) -> Self {
        Self {
            threads: Arc::new(ThreadPool::with_num_threads(threads.max(1))),
        }
    }

    pub fn open(&self, name: &'static str, file: &Path) -> Result<Arc<dyn Network>, VisionError> {
        // Packed once for all runs: a tenth of the time for some more memory.
        let model = ModelOptions::with_all_ops()
            .prepack_weights(true)
            .load_file(file)
            .map_err(|error| VisionError::runtime(name, error))?;
        Ok(Arc::new(PureNetwork {
            name,
            model,
            threads: Arc::clone(&self.threads),
        }))
    }
}

struct PureNetwork {
    name: &'static str,
    model: Model,
    threads: Arc<ThreadPool>,
}

impl Network for PureNetwork {
    fn run(&self, input: Tensor) -> Result<Vec<Tensor>, VisionError> {
        let failed = |error: rten::RunError| VisionError::runtime(self.name, error);
        let wrong = || VisionError::Answer { model: self.name };
        let numbers: usize = input.shape.iter().product();
        if numbers != input.data.len() {
            return Err(wrong());
        }
        let into = *self.model.input_ids().first().ok_or_else(wrong)?;
        let tensor = RtenTensor::from_data(input.shape.as_slice(), input.data);
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.threads)));
        let outputs = self
            .model
            .run(
                vec![(into, Value::from(tensor).into())],
                self.model.output_ids(),
                Some(options),
            )
            .map_err(failed)?;
        outputs
            .into_iter()
            .map(|output| {
                let output: RtenTensor<f32> = output.try_into().map_err(|_| wrong())?;
                Ok(Tensor {
                    shape: output.shape().to_vec(),
                    data: output.to_vec(),
                })
            })
            .collect()
    }

    fn note(&self, key: &str) -> Option<String> {
        self.model.metadata().get(key).map(str::to_owned)
    }
}
