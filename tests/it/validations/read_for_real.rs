//! A made-up document of a live client, read by the networks that `cotejo models fetch` brings.

use std::{io::Cursor, path::PathBuf, sync::Arc};

use cotejo_httpkit::env;
use cotejo_papers::{
    camera::Condition,
    canvas::{Fonts, Style},
    cards::{ALL, Paper, Press},
    chance::Chance,
    people::Person,
};
use cotejo_testkit::{TestApp, TestAppBuilder};
use cotejo_vision::models::{Models, default_dir};
use cotejo_worker::eyes::Local;
use image::{ImageFormat, RgbImage};
use serde_json::Value;

use super::{now, outcome, upload, validation};
use crate::{account::tenant::Tenant, support::text};

/// Where the networks are; none where nobody fetched them, which only a machine that has to have them minds.
fn networks() -> Option<PathBuf> {
    let (cache, home) = (env::text("XDG_CACHE_HOME"), env::text("HOME"));
    let folder = default_dir(cache.as_deref(), home.as_deref())?;
    let fonts = Fonts::of(Style::Report).is_ok();
    if fonts && Models::open(&folder).is_ok() {
        return Some(folder);
    }
    assert!(
        env::text("COTEJO_REQUIRE_MODELS").is_none(),
        "the networks or the fonts are missing"
    );
    println!(
        "skipped: run `cotejo models fetch`, and install fonts-dejavu-extra, fonts-liberation and fonts-ocr-b"
    );
    None
}

fn photographed(side: &RgbImage, condition: Condition) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    condition
        .photograph(side, &mut Chance::new(7))
        .write_to(&mut file, ImageFormat::Jpeg)
        .unwrap();
    file.into_inner()
}

/// A validation of a paper in a condition, carried out.
async fn read(app: &TestApp, acme: &Tenant, paper: &Paper, condition: Condition) -> Value {
    let (country, kind) = (
        paper.kind.country.to_string(),
        paper.kind.document_type.to_string(),
    );
    let form = [
        ("type", "document-validation"),
        ("country", country.as_str()),
        ("document_type", kind.as_str()),
        ("user_authorized", "true"),
    ];
    let made = validation(acme, &form).await;
    let links = &made["instructions"];
    upload(
        app,
        text(links, "front_url"),
        &photographed(&paper.front, condition),
    )
    .await;
    if let (Some(link), Some(back)) = (links["reverse_url"].as_str(), &paper.back) {
        upload(app, link, &photographed(back, condition)).await;
    }
    app.work().await;
    now(acme, &made).await
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_papers_are_read_and_a_copy_is_declined() {
    let Some(folder) = networks() else { return };
    let engine = Arc::new(Local::new(folder, None, 2));
    let app = TestAppBuilder::default()
        .engines(Arc::clone(&engine) as _, engine as _)
        .build()
        .await;
    let acme = Tenant::live(&app, "acme").await;
    let fonts = Fonts::of(Style::Report).unwrap();
    let press = Press {
        fonts: &fonts,
        style: Style::Report,
        portrait: None,
    };
    // Colombia's new card, Mexico's voter's card, a passport.
    for (place, make) in [(1, ALL[1]), (3, ALL[3]), (7, ALL[7])] {
        let paper = make(&press, Person::new(500_000 + place));
        let done = read(&app, &acme, &paper, Condition::Clean).await;
        let details = &done["details"]["document_details"];
        for (field, value) in paper.truth.iter() {
            assert_eq!(details[field.as_str()], value, "{} {field} {done:#}", paper.name);
        }
        // A paper without a face on it is declined for that and nothing else.
        assert_eq!(outcome(&done).1, "declined", "{done:#}");
        assert!(outcome(&done).2.starts_with("face_not"), "{done:#}");
    }
}
