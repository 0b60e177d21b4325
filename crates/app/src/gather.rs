//! Gathering: concurrent requests become one statement.
//!
//! A request that finds nothing under way is carried out at once, alone. Whoever asks while others are under way is
//! in the next batch: the busier the service, the larger the batches.

use std::{pin::Pin, sync::Arc};

use tokio::sync::{Semaphore, mpsc, oneshot};

/// Most requests in a batch.
pub const BATCH: usize = 64;

type Work<I, O> = dyn Fn(Vec<I>) -> Pin<Box<dyn Future<Output = Vec<O>> + Send>> + Send + Sync;

/// Collects requests of one kind.
pub struct Gatherer<I, O> {
    name: &'static str,
    queue: mpsc::Sender<(I, oneshot::Sender<O>)>,
    flights: Arc<Semaphore>,
    work: Arc<Work<I, O>>,
    lone: Lone,
}

/// How a request that finds nothing under way is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lone {
    /// In its caller's task, the quickest way: it ends with its caller.
    WithCaller,
    /// In a task of its own: it is carried out even if the caller goes away.
    Detached,
}

/// The gatherer's task is gone: the runtime is going down.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the service is stopping")]
pub struct Stopping;

impl<I: Send + 'static, O: Send + 'static> Gatherer<I, O> {
    /// A gatherer that has at most `flights` batches under way, each of up to [`BATCH`] requests; `work` answers in
    /// order.
    pub fn start<W, F>(name: &'static str, flights: usize, lone: Lone, work: W) -> Self
    where
        W: Fn(Vec<I>) -> F + Send + Sync + 'static,
        F: Future<Output = Vec<O>> + Send + 'static,
    {
        let work: Arc<Work<I, O>> = Arc::new(move |batch| Box::pin(work(batch)));
        let flights = Arc::new(Semaphore::new(flights));
        let (queue, requests) = mpsc::channel(16 * BATCH);
        tokio::spawn(serve(name, requests, Arc::clone(&flights), Arc::clone(&work)));
        Self {
            name,
            queue,
            flights,
            work,
            lone,
        }
    }

    /// Carries out a request, alone or in the next batch, and waits for its answer.
    pub async fn ask(&self, input: I) -> Result<O, Stopping> {
        // The semaphore is fair: a batch that waits for a flight goes before a newcomer.
        if let Ok(flight) = Arc::clone(&self.flights).try_acquire_owned() {
            record(self.name, 1);
            let alone = (self.work)(vec![input]);
            let outputs = match self.lone {
                Lone::WithCaller => Some(alone.await),
                Lone::Detached => tokio::spawn(async move {
                    let outputs = alone.await;
                    drop(flight);
                    outputs
                })
                .await
                .ok(),
            };
            return outputs.and_then(|mut outputs| outputs.pop()).ok_or(Stopping);
        }
        let (sender, answer) = oneshot::channel();
        self.queue.send((input, sender)).await.map_err(|_| Stopping)?;
        answer.await.map_err(|_| Stopping)
    }
}

/// Takes batches from the queue, each as soon as a flight is free: what arrives until then is in it.
async fn serve<I: Send + 'static, O: Send + 'static>(
    name: &'static str,
    mut requests: mpsc::Receiver<(I, oneshot::Sender<O>)>,
    flights: Arc<Semaphore>,
    work: Arc<Work<I, O>>,
) {
    while let Some(first) = requests.recv().await {
        let Ok(flight) = Arc::clone(&flights).acquire_owned().await else {
            break;
        };
        let mut batch = vec![first];
        while batch.len() < BATCH
            && let Ok(next) = requests.try_recv()
        {
            batch.push(next);
        }
        record(name, batch.len());
        let work = Arc::clone(&work);
        tokio::spawn(async move {
            let (inputs, callers): (Vec<I>, Vec<_>) = batch.into_iter().unzip();
            let outputs = work(inputs).await;
            drop(flight);
            for (caller, output) in callers.into_iter().zip(outputs) {
                // The caller may have gone away; its request was carried out all the same.
                drop(caller.send(output));
            }
        });
    }
}

fn record(name: &'static str, requests: usize) {
    #[expect(clippy::cast_precision_loss, reason = "at most BATCH")]
    metrics::histogram!("cotejo_gathered", "what" => name).record(requests as f64);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::Mutex, time::Duration};

    #[tokio::test]
    async fn who_asks_while_others_are_under_way_is_in_the_next_batch() {
        let sizes = Arc::new(Mutex::new(Vec::new()));
        let gatherer = Arc::new(Gatherer::start("test", 1, Lone::Detached, {
            let sizes = Arc::clone(&sizes);
            move |batch: Vec<u32>| {
                sizes.lock().unwrap().push(batch.len());
                async move {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    batch.into_iter().map(|n| n * 2).collect()
                }
            }
        }));
        let asked = (0..100_u32).map(|n| {
            let gatherer = Arc::clone(&gatherer);
            tokio::spawn(async move { (n, gatherer.ask(n).await.unwrap()) })
        });
        for asked in asked.collect::<Vec<_>>() {
            let (n, answer) = asked.await.unwrap();
            assert_eq!(answer, n * 2);
        }
        let sizes = sizes.lock().unwrap();
        assert_eq!(sizes.iter().sum::<usize>(), 100);
        assert_eq!(sizes[0], 1, "the first finds nothing under way");
        assert!(
            sizes.len() <= 4 && sizes.iter().all(|size| *size <= BATCH),
            "{sizes:?}"
        );
    }

    #[tokio::test]
    async fn a_panic_ends_its_batch_and_nothing_else() {
        let gatherer = Gatherer::start("test", 1, Lone::Detached, |batch: Vec<u32>| async move {
            assert!(batch[0] != 13, "unlucky");
            batch
        });
        assert!(gatherer.ask(13).await.is_err());
        assert_eq!(gatherer.ask(7).await.unwrap(), 7);
    }
}
