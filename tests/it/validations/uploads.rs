//! Links to upload by: one whole file each, until their time is over; and what files that are no pictures come to.

use std::time::Duration;

use axum::http::{Method, StatusCode};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cotejo_testkit::TestApp;
use image::ImageFormat;

use super::{DOCUMENT, encoded, local, now, outcome, path, picture, put, read, show, upload, validation};
use crate::{
    account::tenant::{Tenant, work_due, workers},
    support::{text, with},
};

const PASSPORT: &[(&str, &str)] = &[("country", "ALL"), ("document_type", "passport")];

#[tokio::test]
async fn a_link_is_spent_by_one_file_and_no_other() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = validation(&acme, DOCUMENT).await;
    let front = text(&made["instructions"], "front_url");
    upload(&app, front, &picture(1)).await;
    let spent = put(&app, front, &picture(2)).await;
    assert_eq!(spent.status, StatusCode::FORBIDDEN);
    assert_eq!(spent.headers["content-type"], "application/xml");
    assert!(spent.text.contains("<Code>AccessDenied</Code>"));
    // The link of a file that is there is shown no more.
    let now = now(&acme, &made).await;
    assert!(now["instructions"]["front_url"].is_null() && now["instructions"]["reverse_url"].is_string());
}

#[tokio::test]
async fn of_two_files_at_once_one_wins() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = validation(&acme, &with(DOCUMENT, PASSPORT)).await;
    let front = text(&made["instructions"], "front_url");
    let (one, two) = (picture(1), picture(2));
    let (a, b) = tokio::join!(put(&app, front, &one), put(&app, front, &two));
    let mut statuses = [a.status.as_u16(), b.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 403]);
    app.work().await;
    assert_eq!(outcome(&now(&acme, &made).await), ("success", "", ""));
}

#[tokio::test]
async fn a_tampered_link_and_one_that_is_over_are_denied() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = validation(&acme, DOCUMENT).await;
    let front = text(&made["instructions"], "front_url").to_owned();
    let reverse = text(&made["instructions"], "reverse_url").to_owned();
    let other = Tenant::sandbox(&app, "other").await;
    for tampered in [
        front.replace("/front/", "/reverse/"),
        front.replace("Expires=1", "Expires=2"),
        front.replace(&acme.client.id.to_string(), &other.client.id.to_string()),
        front.split('?').next().unwrap().to_owned(),
        front.replace("Signature=", "Signature=A"),
    ] {
        let answer = put(&app, &tampered, &picture(1)).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{tampered}");
    }
    // A link to upload gives nothing out.
    let answer = app.validations(None).get(local(&front)).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    upload(&app, &front, &picture(1)).await;
    acme.advance(&app, "301s").await;
    assert_eq!(
        put(&app, &reverse, &picture(1)).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn every_spelling_of_a_picture_is_read_and_written_anew() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let png = picture(1);
    let text_of = STANDARD.encode(&png);
    for file in [
        png.clone(),
        encoded(1, ImageFormat::Jpeg),
        encoded(1, ImageFormat::WebP),
        text_of.clone().into_bytes(),
        format!("data:image/png;base64,{text_of}").into_bytes(),
        // What stands behind the picture is not kept.
        [png.as_slice(), b"<script>alert(1)</script>"].concat(),
    ] {
        let made = validation(&acme, &with(DOCUMENT, PASSPORT)).await;
        upload(&app, text(&made["instructions"], "front_url"), &file).await;
        app.work().await;
        assert_eq!(outcome(&now(&acme, &made).await), ("success", "", ""));
        let detailed = read(&acme.validations, &format!("{}?show_details=true", path(&made))).await;
        let kept = app
            .validations(None)
            .get(local(text(&detailed, "front_image")))
            .await;
        assert!(kept.bytes.starts_with(b"\xFF\xD8\xFF"));
        assert!(!kept.bytes.windows(6).any(|window| window == b"script"));
    }
}

#[tokio::test]
async fn what_is_no_picture_declines_with_its_reason_and_leaves_nothing() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let jpeg = encoded(3, ImageFormat::Jpeg);
    for (file, reason) in [
        (Vec::new(), "empty_input_file"),
        (
            b"<html><body>hello</body></html>".to_vec(),
            "invalid_image_format",
        ),
        (b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec(), "invalid_image_format"),
        (jpeg[..jpeg.len() / 2].to_vec(), "invalid_or_corrupted_image_file"),
        (huge(), "invalid_or_corrupted_image_file"),
        (b"GIF89a\x01\x00\x01\x00".to_vec(), "invalid_image_format"),
    ] {
        let made = validation(&acme, &with(DOCUMENT, PASSPORT)).await;
        upload(&app, text(&made["instructions"], "front_url"), &file).await;
        app.work().await;
        assert_eq!(outcome(&now(&acme, &made).await), ("failure", "declined", reason));
    }
    work_due(&app).await;
    let left: i64 = sqlx::query_scalar("select count(*) from files")
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    assert_eq!(left, 0);
}

/// The header of a PNG of 20,000 x 20,000 pixels, which would be 1.2 GB.
fn huge() -> Vec<u8> {
    let side = 20_000_u32.to_be_bytes();
    let mut chunk = b"IHDR".to_vec();
    chunk.extend_from_slice(&side);
    chunk.extend_from_slice(&side);
    chunk.extend_from_slice(&[8, 2, 0, 0, 0]);
    let mut file = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0d".to_vec();
    file.extend_from_slice(&chunk);
    file.extend_from_slice(&crc32(&chunk).to_be_bytes());
    file
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_and_the_link_stays_good() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = validation(&acme, &with(DOCUMENT, PASSPORT)).await;
    let front = text(&made["instructions"], "front_url");
    let answer = put(&app, front, &vec![0; 20 * 1024 * 1024 + 1]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    upload(&app, front, &picture(1)).await;
}

#[tokio::test]
async fn uploads_are_sealed_and_gone_once_they_were_looked_at() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = validation(&acme, DOCUMENT).await;
    show(&app, &made).await;
    app.work().await;
    work_due(&app).await;
    let kinds: Vec<String> = sqlx::query_scalar("select kind from files order by kind, variant")
        .fetch_all(&app.database.pool)
        .await
        .unwrap();
    // Both sides, and the face on the document, which a later block may compare with.
    assert_eq!(kinds, ["validation.picture"; 3]);
}

#[tokio::test]
async fn several_workers_carry_each_validation_out_once() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let stop = workers(&app, 3);
    let mut made = Vec::new();
    for _ in 0..12 {
        let one = validation(&acme, DOCUMENT).await;
        show(&app, &one).await;
        made.push(one);
    }
    for one in &made {
        let mut left = 400;
        while outcome(&now(&acme, one).await).0 == "pending" {
            left -= 1;
            assert!(left > 0, "it does not end");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        assert_eq!(outcome(&now(&acme, one).await), ("success", "", ""));
    }
    stop.cancel();
    work_due(&app).await;
    for one in &made {
        let events = acme
            .events(&format!("?resource_id={}", text(one, "validation_id")))
            .await;
        assert_eq!(events.len(), 2, "{events:#?}");
    }
}

#[tokio::test]
async fn a_link_takes_nothing_but_a_put() {
    let app = TestApp::new().await;
    let acme = Tenant::sandbox(&app, "acme").await;
    let made = validation(&acme, DOCUMENT).await;
    let front = local(text(&made["instructions"], "front_url")).to_owned();
    for method in [Method::POST, Method::DELETE] {
        let answer = app
            .validations(None)
            .send_bytes(method, &front, &[], &picture(1))
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
}
