//! Gathering: concurrent requests become one statement.
//!
//! Whoever asks while a batch is under way is in the next one. A lone request is a batch of one and waits for nobody;
//! the busier the service, the larger the batches. A caller that goes away does not take its request with it.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, oneshot};

/// Most requests in a batch.
pub const BATCH: usize = 64;

/// Collects requests of one kind.
pub struct Gatherer<I, O> {
    queue: mpsc::Sender<(I, oneshot::Sender<O>)>,
}

/// The gatherer's task is gone: the runtime is going down.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the service is stopping")]
pub struct Stopping;

impl<I: Send + 'static, O: Send + 'static> Gatherer<I, O> {
    /// Starts `flights` tasks that call `work` with up to [`BATCH`] requests each; `work` answers in order.
    pub fn start<W, F>(name: &'static str, flights: usize, work: W) -> Self
    where
        W: Fn(Vec<I>) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Vec<O>> + Send + 'static,
    {
        let (queue, requests) = mpsc::channel::<(I, oneshot::Sender<O>)>(16 * BATCH);
        let requests = Arc::new(Mutex::new(requests));
        for _ in 0..flights {
            let (requests, work) = (Arc::clone(&requests), work.clone());
            tokio::spawn(async move {
                loop {
                    let mut batch = Vec::new();
                    if requests.lock().await.recv_many(&mut batch, BATCH).await == 0 {
                        break;
                    }
                    let (inputs, callers): (Vec<I>, Vec<_>) = batch.into_iter().unzip();
                    #[expect(clippy::cast_precision_loss, reason = "at most BATCH")]
                    metrics::histogram!("cotejo_gathered", "what" => name).record(inputs.len() as f64);
                    // Spawned, so that a panic in one batch does not end the gatherer.
                    let outputs = tokio::spawn(work(inputs)).await.unwrap_or_default();
                    for (caller, output) in callers.into_iter().zip(outputs) {
                        // The caller may have gone away; its request was carried out all the same.
                        drop(caller.send(output));
                    }
                }
            });
        }
        Self { queue }
    }

    /// Puts a request into the next batch and waits for its answer.
    pub async fn ask(&self, input: I) -> Result<O, Stopping> {
        let (sender, answer) = oneshot::channel();
        self.queue.send((input, sender)).await.map_err(|_| Stopping)?;
        answer.await.map_err(|_| Stopping)
    }
}
