//! `cotejo doctor`: what is missing, and how to get it.

use std::{net::TcpListener, path::Path};

use anyhow::bail;
use clap::Args;
use cotejo_httpkit::env;

use crate::cli::Place;

/// Say what is missing.
#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    place: Place,
    /// First of the ports; the APIs are on the four behind it
    #[arg(long, default_value_t = 4000)]
    port_base: u16,
}

/// What was found: its name, and what is wrong with it.
type Finding = (&'static str, Result<String, String>);

impl Doctor {
    /// Prints a line a finding; an error if anything is wrong.
    pub async fn run(self) -> anyhow::Result<()> {
        let mut findings = vec![self.database().await];
        findings.push(self.folder());
        findings.push(self.ports());
        findings.push(master_keys(&self.place));
        findings.push(sources());
        let wrong = findings.iter().filter(|(_, finding)| finding.is_err()).count();
        for (name, finding) in findings {
            match finding {
                Ok(text) => println!("ok       {name}: {text}"),
                Err(text) => println!("missing  {name}: {text}"),
            }
        }
        if wrong > 0 {
            bail!("{wrong} thing(s) missing");
        }
        Ok(())
    }

    async fn database(&self) -> Finding {
        if env::text("DATABASE_URL").is_some() {
            let ready = async {
                let app = self
                    .place
                    .open()
                    .and_then(|dir| dir.app())
                    .map_err(|error| format!("{error:#}"))?;
                match app.is_ready().await {
                    Ok(true) => Ok("DATABASE_URL answers and its schema is up to date".to_owned()),
                    Ok(false) => {
                        Err("its schema is older than this program: run `cotejo migrate`".to_owned())
                    }
                    Err(_) => Err("DATABASE_URL does not answer: is the server running?".to_owned()),
                }
            };
            return ("database", ready.await);
        }
        let hint = env::text("PG_BIN");
        let path = std::env::var_os("PATH");
        let found = cotejo_localpg::find_binaries(hint.as_deref().map(Path::new), path.as_deref());
        (
            "Postgres server",
            found
                .map(|bin| format!("found in {}", bin.display()))
                .map_err(|error| {
                    format!("{error}. On Debian: `apt-get install postgresql`, or set PG_BIN or DATABASE_URL")
                }),
        )
    }

    fn folder(&self) -> Finding {
        let made = self.place.open().and_then(|dir| {
            dir.create()?;
            Ok(dir)
        });
        (
            "data directory",
            made.map(|dir| dir.path().display().to_string())
                .map_err(|error| format!("{error:#}")),
        )
    }

    fn ports(&self) -> Finding {
        let taken: Vec<String> = (1..=5)
            .filter_map(|offset| self.port_base.checked_add(offset))
            .filter(|port| TcpListener::bind(("127.0.0.1", *port)).is_err())
            .map(|port| port.to_string())
            .collect();
        let finding = match taken.as_slice() {
            [] => Ok(format!(
                "{} to {} are free",
                self.port_base + 1,
                self.port_base + 5
            )),
            taken if self.place.open().is_ok_and(|dir| dir.running().is_ok()) => Ok(format!(
                "{} in use, by the stack that is running",
                taken.join(", ")
            )),
            taken => Err(format!(
                "{} in use: stop what uses them, or start with --port-base",
                taken.join(", ")
            )),
        };
        ("ports", finding)
    }
}

fn master_keys(place: &Place) -> Finding {
    let keys = place.open().and_then(|dir| dir.master_keys());
    (
        "master keys",
        keys.map(|_| "there".to_owned())
            .map_err(|error| format!("{error:#}")),
    )
}

fn sources() -> Finding {
    let path = env::text("COTEJO_SOURCES");
    let bindings = cotejo_httpkit::program::sources_file(path.as_deref().map(Path::new));
    (
        "HTTP sources",
        bindings
            .map(|bindings| format!("{} configured", bindings.len()))
            .map_err(|error| format!("{error:#}")),
    )
}
