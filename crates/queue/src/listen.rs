//! Listening for announcements, without ever depending on one: whoever waits polls too.

use std::{sync::Arc, time::Duration};

use sqlx::{PgPool, postgres::PgListener};
use tokio::sync::Notify;

/// How long a listener that lost its connection waits before it connects again.
const PAUSE: Duration = Duration::from_secs(1);

/// Hears a channel for ever and hands each announcement's text on.
pub async fn hear(pool: PgPool, channel: &'static str, told: impl Fn(&str)) {
    loop {
        let listening = async {
            let mut listener = PgListener::connect_with(&pool).await?;
            listener.listen(channel).await?;
            // What was announced before anybody listened is looked for now.
            told("");
            loop {
                told(listener.recv().await?.payload());
            }
        };
        let Err::<std::convert::Infallible, sqlx::Error>(error) = listening.await;
        tracing::debug!(channel, error = %error, "listening was interrupted; polling goes on");
        tokio::time::sleep(PAUSE).await;
    }
}

/// Wakes one waiter at each announcement; one that comes while nobody waits is kept for the next.
pub async fn wake(pool: PgPool, channel: &'static str, waiter: Arc<Notify>) {
    hear(pool, channel, |_| waiter.notify_one()).await;
}
