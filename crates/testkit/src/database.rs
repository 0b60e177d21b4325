//! A database a test.

use std::sync::atomic::{AtomicU32, Ordering};

use cotejo_store::Config;
use sqlx::{Connection as _, PgConnection, PgPool};

/// A database of its own, dropped when the test is over; kept for a look when it panicked.
pub struct TestDatabase {
    /// URL of the server's template database.
    server: String,
    /// Its name.
    name: String,
    /// Its URL.
    pub url: String,
    /// Connections to it.
    pub pool: PgPool,
}

impl TestDatabase {
    /// Clones the template.
    ///
    /// # Panics
    /// Without the server that `cargo xtask test` starts.
    #[expect(
        clippy::disallowed_methods,
        reason = "xtask hands the server over in the environment"
    )]
    #[expect(clippy::expect_used, reason = "a test without its database has failed")]
    pub async fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server =
            std::env::var("COTEJO_TEST_DATABASE_URL").expect("run the tests with `cargo xtask test`");
        let name = format!(
            "test_{}_{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        execute(
            &server,
            &format!("create database {name} template template_cotejo strategy file_copy"),
        )
        .await;
        let url = server.replacen("/template_cotejo", &format!("/{name}"), 1);
        let pool = cotejo_store::connect(&Config {
            url: url.clone(),
            connections: 8,
        })
        .expect("a pool");
        Self {
            server,
            name,
            url,
            pool,
        }
    }
}

/// Runs a statement on the server. Not on the template itself: nobody may be connected to it while it is cloned.
#[expect(clippy::expect_used, reason = "a test without its database has failed")]
async fn execute(server: &str, statement: &str) {
    let url = server.replacen("/template_cotejo", "/postgres", 1);
    let mut conn = PgConnection::connect(&url)
        .await
        .expect("the test server answers");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned()))
        .execute(&mut conn)
        .await
        .expect(statement);
    conn.close().await.expect("a connection closes");
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!(
                "the database of this test is kept until the run is over: {}",
                self.url
            );
            return;
        }
        let (server, name) = (self.server.clone(), self.name.clone());
        // A drop cannot wait within the test's own runtime.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                runtime.block_on(execute(
                    &server,
                    &format!("drop database if exists {name} with (force)"),
                ));
            }
        });
        drop(dropped.join());
    }
}
