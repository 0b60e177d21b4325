//! Live clients: nothing is looked at without an engine, and with one its word counts.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use cotejo_domain::{
    checks::facts::{Facts, PersonFacts},
    reading::PictureFault,
    validations::{
        DeclinedReason, DocumentFields, DocumentFindings, Field, Slot, SubKind, SubResult, SubValidation,
    },
};
use cotejo_providers::{
    engines::{
        DocumentEngine, DocumentQuestion, EngineError, Examined, Face, FaceEngine, FaceQuestion, HttpEngine,
        SideQuestion,
    },
    port::{Answer, Report},
};
use cotejo_testkit::{Answer as Heard, IDENTITY, Script, TestApp, TestAppBuilder};
use serde_json::{Value, json};
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{header, method, path as at},
};

use super::{DOCUMENT, FACE, enroll, enrolled, now, outcome, picture, show, upload, validation};
use crate::{
    account::tenant::{Tenant, post_json, work_due},
    support::{assert_refused, assert_wrong, list, text},
};

#[tokio::test]
async fn without_an_engine_nothing_is_begun() {
    let app = TestApp::new().await;
    let acme = Tenant::live(&app, "acme").await;
    let answer = acme.validations.post("/v1/validations", DOCUMENT).await;
    assert_refused(&answer, 503, "the document engine is not configured");
    let form = [
        ("type", "face-recognition"),
        ("user_authorized", "true"),
        ("account_id", "user_1"),
    ];
    let answer = acme.validations.post("/v1/enrollments", &form).await;
    assert_refused(&answer, 503, "the face engine is not configured");
}

/// An engine that says what it is told to, and knows a face by how bright its picture is.
struct Scripted {
    examined: Mutex<Vec<Result<Examined, EngineError>>>,
}

#[async_trait]
impl DocumentEngine for Scripted {
    async fn examine(&self, question: DocumentQuestion<'_>) -> Result<Examined, EngineError> {
        assert_eq!(question.pictures.len(), 2);
        assert!(
            question
                .pictures
                .iter()
                .all(|(_, jpeg)| jpeg.starts_with(b"\xFF\xD8\xFF"))
        );
        assert_eq!(question.pictures[0].0, Slot::Front);
        self.examined.lock().unwrap().remove(0)
    }

    async fn glance(&self, question: SideQuestion<'_>) -> Result<Option<PictureFault>, EngineError> {
        let pixels = image::load_from_memory(question.picture).unwrap().to_rgb8();
        match (pixels.get_pixel(0, 0)[0], question.slot) {
            (0..30, _) => Ok(Some(PictureFault::LowLight)),
            (230.., _) => Err(EngineError::Unavailable("blinded".to_owned())),
            (_, Slot::Reverse) => Ok(Some(PictureFault::BackOfDocumentNotFound)),
            _ => Ok(None),
        }
    }
}

#[async_trait]
impl FaceEngine for Scripted {
    async fn faces(&self, question: FaceQuestion<'_>) -> Result<Vec<Face>, EngineError> {
        let pixels = image::load_from_memory(question.picture).unwrap().to_rgb8();
        let shade = f32::from(pixels.get_pixel(0, 0)[0]);
        // Shades 0 to 255 lie on a quarter of a circle.
        let angle = shade / 255.0 * std::f32::consts::FRAC_PI_2;
        let face = Face {
            vector: vec![angle.cos(), angle.sin()],
            ..Face::default()
        };
        Ok(if shade > 250.0 {
            vec![face.clone(), face]
        } else {
            vec![face]
        })
    }
}

async fn live(examined: Vec<Result<Examined, EngineError>>) -> (TestApp, Tenant) {
    let engine = Arc::new(Scripted {
        examined: Mutex::new(examined),
    });
    let app = TestAppBuilder::default()
        .engines(Arc::clone(&engine) as _, engine as _)
        .build()
        .await;
    let acme = Tenant::live(&app, "acme").await;
    (app, acme)
}

fn good() -> Examined {
    let mut fields = DocumentFields::default();
    fields.set(Field::DocumentNumber, "1000000001");
    fields.set(Field::Name, "ANA");
    fields.set(Field::LastName, "PRUEBA");
    Examined {
        findings: DocumentFindings {
            fields,
            ..DocumentFindings::default()
        },
        portrait: Some(picture(1)),
    }
}

#[tokio::test]
async fn the_engines_word_counts_and_a_missing_registry_is_no_reason() {
    let mut expired = good();
    expired.findings.parts.push(SubValidation {
        kind: SubKind::ExpirationDate,
        result: SubResult::Invalid,
        message: "It has expired".to_owned(),
        reason: Some(DeclinedReason::DocumentHasExpired),
    });
    let (app, acme) = live(vec![Ok(good()), Ok(expired)]).await;
    app.live_sources.set(IDENTITY, [knows("ANA", "PRUEBA")]);
    let done = super::shown(&app, &acme, &[]).await;
    assert_eq!(outcome(&done), ("success", "", ""), "{done:#}");
    let registry = &list(&done["details"]["document_validations"], "government_database")[0];
    assert_eq!(registry["result"], "valid");
    // Of Peru no registry is configured.
    let peru = super::shown(&app, &acme, &[("country", "PE")]).await;
    assert_eq!(outcome(&peru), ("failure", "declined", "document_has_expired"));
    let registry = &list(&peru["details"]["document_validations"], "government_database")[0];
    assert_eq!(registry["result"], "skipped");
}

/// What an identity registry says of somebody.
fn knows(first_name: &str, last_name: &str) -> Script {
    Script::Answers(Answer::Report(Report {
        facts: Facts {
            person: Some(PersonFacts {
                first_name: first_name.to_owned(),
                last_name: last_name.to_owned(),
                ..PersonFacts::default()
            }),
            ..Facts::default()
        },
        ..Report::default()
    }))
}

#[tokio::test]
async fn the_word_of_a_registry_counts() {
    let (app, acme) = live(vec![Ok(good()), Ok(good()), Ok(good())]).await;
    for (script, reason) in [
        (
            Script::Answers(Answer::Report(Report::default())),
            "document_unregistered",
        ),
        (Script::IsAway, "government_database_unavailable"),
        (
            knows("ROBERTO", "OTRO"),
            "data_not_match_with_government_database",
        ),
    ] {
        app.live_sources.set(IDENTITY, [script]);
        let done = super::shown(&app, &acme, &[]).await;
        assert_eq!(outcome(&done), ("failure", "declined", reason), "{done:#}");
    }
}

#[tokio::test]
async fn a_face_is_enrolled_by_being_looked_at_and_confirmed_by_being_compared() {
    let (app, acme) = live(Vec::new()).await;
    // A picture with two faces is nobody's.
    let several = enrolled(&app, &acme, "user_9", 255).await;
    let path = format!("/v1/enrollments/{}", text(&several, "enrollment_id"));
    assert_eq!(
        super::read(&acme.validations, &path).await["reason"],
        "no_face_detected"
    );
    // Liveness alone compares nothing.
    let enrollment = enrolled(&app, &acme, "user_1", 0).await;
    let path = format!("/v1/enrollments/{}", text(&enrollment, "enrollment_id"));
    for (methods, status) in [("passive_liveness", "pending"), ("similarity", "success")] {
        let form = crate::support::with(FACE, &[("subvalidations", methods)]);
        let made = validation(&acme, &form).await;
        upload(&app, text(&made["instructions"], "file_upload_link"), &picture(0)).await;
        app.work().await;
        assert_eq!(outcome(&now(&acme, &made).await).0, "success");
        assert_eq!(super::read(&acme.validations, &path).await["status"], status);
    }
    // One that is deleted meanwhile is compared with nothing.
    let made = validation(&acme, FACE).await;
    assert_eq!(acme.validations.delete(&path).await.status, StatusCode::OK);
    upload(&app, text(&made["instructions"], "file_upload_link"), &picture(0)).await;
    app.work().await;
    assert_eq!(
        outcome(&now(&acme, &made).await),
        ("failure", "declined", "face_validation_failed")
    );
}

#[tokio::test]
async fn the_portrait_of_a_document_stands_for_an_enrolled_face() {
    let (app, acme) = live(vec![Ok(good())]).await;
    app.live_sources.set(IDENTITY, [knows("ANA", "PRUEBA")]);
    assert_eq!(
        acme.validations.post("/v1/validations", FACE).await.status,
        StatusCode::BAD_REQUEST
    );
    let document = super::shown(&app, &acme, &[("account_id", "user_1")]).await;
    assert_eq!(outcome(&document), ("success", "", ""));
    // The portrait has shade 1.
    for (shade, expected) in [(1, "success"), (250, "failure")] {
        let made = validation(&acme, FACE).await;
        upload(
            &app,
            text(&made["instructions"], "file_upload_link"),
            &picture(shade),
        )
        .await;
        app.work().await;
        assert_eq!(outcome(&now(&acme, &made).await).0, expected, "{shade}");
    }
}

#[tokio::test]
async fn an_engine_that_is_away_is_asked_again_and_one_that_refuses_is_our_fault() {
    let away = Err(EngineError::Unavailable("it is busy".to_owned()));
    let (app, acme) = live(vec![away, Ok(good())]).await;
    app.live_sources.set(IDENTITY, [knows("ANA", "PRUEBA")]);
    let made = validation(&acme, DOCUMENT).await;
    show(&app, &made).await;
    app.work().await;
    assert_eq!(outcome(&now(&acme, &made).await), ("pending", "", ""));
    // The time of the validation itself is not over by that.
    sqlx::query(
        "update jobs set run_at = clock_timestamp() where kind = 'validation.run' and state = 'scheduled'",
    )
    .execute(&app.database.pool)
    .await
    .unwrap();
    work_due(&app).await;
    assert_eq!(outcome(&now(&acme, &made).await), ("success", "", ""));
    let (app, acme) = live(vec![Err(EngineError::Broken(
        "it refused the question".to_owned(),
    ))])
    .await;
    let done = super::shown(&app, &acme, &[]).await;
    assert_eq!(outcome(&done), ("failure", "system_error", ""));
}

#[tokio::test]
async fn faces_are_compared_by_their_vectors() {
    let (app, acme) = live(Vec::new()).await;
    enrolled(&app, &acme, "user_1", 0).await;
    for (shade, expected) in [
        (0, ("success", "", "")),
        // 60 degrees are a cosine of 0.5, 75 of 0.26.
        (170, ("success", "", "")),
        (212, ("failure", "declined", "similarity_threshold_not_passed")),
        (255, ("failure", "declined", "face_validation_failed")),
    ] {
        let made = validation(&acme, FACE).await;
        upload(
            &app,
            text(&made["instructions"], "file_upload_link"),
            &picture(shade),
        )
        .await;
        app.work().await;
        let done = now(&acme, &made).await;
        assert_eq!(outcome(&done), expected, "{shade} {done:#}");
        if shade == 0 {
            assert_eq!(
                done["details"]["face_recognition_validations"]["confidence_score"],
                1.0
            );
        }
    }
}

#[tokio::test]
async fn liveness_that_no_engine_tells_is_skipped_and_said_so() {
    let (app, acme) = live(Vec::new()).await;
    enrolled(&app, &acme, "user_1", 0).await;
    let form = crate::support::with(FACE, &[("subvalidations", "passive_liveness")]);
    let made = validation(&acme, &form).await;
    upload(&app, text(&made["instructions"], "file_upload_link"), &picture(0)).await;
    app.work().await;
    let done = now(&acme, &made).await;
    assert_eq!(
        done["details"]["face_recognition_validations"]["passive_liveness_status"],
        "skipped"
    );
}

#[tokio::test]
async fn a_bought_engine_is_asked_over_http() {
    cotejo_httpkit::program::install_tls();
    let server = MockServer::start().await;
    let mute =
        json!({ "parts": [{ "kind": "mrz-validation", "result": "invalid", "message": "wrong digit" }] });
    Mock::given(method("POST"))
        .and(at("/v2/documents"))
        .respond_with(ResponseTemplate::new(200).set_body_json(mute))
        .up_to_n_times(1)
        .mount(&server)
        .await;
    let answer = json!({
        "fields": { "document_number": "1000000001", "name": "ANA", "last_name": "", "shoe_size": "38" },
        "attachments": [],
        "parts": [{ "kind": "mrz-validation", "result": "invalid", "message": "wrong digit", "reason": "invalid_mrz" }],
    });
    Mock::given(method("POST"))
        .and(at("/v2/documents"))
        .and(header("authorization", "Bearer secret"))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("POST"))
        .and(at("/v2/faces"))
        .respond_with(
            ResponseTemplate::new(200).set_body_json(json!({ "faces": [{ "vector": [1.0, 0.0] }] })),
        )
        .mount(&server)
        .await;
    let engine = HttpEngine::new(&format!("{}/v2", server.uri()), Some("secret".to_owned())).unwrap();
    let engine = Arc::new(engine);
    let app = TestAppBuilder::default()
        .engines(Arc::clone(&engine) as _, engine as _)
        .build()
        .await;
    let acme = Tenant::live(&app, "acme").await;
    // What is not in order without a reason would pass the person.
    let mute = super::shown(&app, &acme, &[]).await;
    assert_eq!(outcome(&mute), ("failure", "system_error", ""));
    let done = super::shown(&app, &acme, &[]).await;
    assert_eq!(outcome(&done), ("failure", "declined", "invalid_mrz"));
    let details = &done["details"]["document_details"];
    assert_eq!(details["name"], "ANA");
    assert!(details["last_name"].is_null() && details["shoe_size"].is_null());
    let form = [
        ("type", "face-recognition"),
        ("user_authorized", "true"),
        ("account_id", "user_1"),
    ];
    let face = enroll(&acme, &form).await;
    upload(&app, text(&face, "file_upload_link"), &picture(1)).await;
    app.work().await;
    let answer = acme
        .validations
        .get(&format!("/v1/enrollments/{}", text(&face, "enrollment_id")))
        .await;
    assert_eq!(
        (answer.status, &answer.json["status"]),
        (StatusCode::OK, &"pending".into())
    );
}

/// Asks whether a picture will do, while a worker works.
async fn evaluate(app: &TestApp, acme: &Tenant, body: &Value) -> Heard {
    let asking = post_json(&acme.validations, "/v1/evaluate-image", body);
    tokio::pin!(asking);
    loop {
        tokio::select! {
            answer = &mut asking => return answer,
            () = tokio::time::sleep(Duration::from_millis(20)) => app.work().await,
        }
    }
}

#[tokio::test]
async fn a_picture_is_looked_at_before_it_is_uploaded() {
    let (app, acme) = live(Vec::new()).await;
    let body = |shade: u8, side: &str| {
        json!({"image": STANDARD.encode(picture(shade)), "country": "co", "document_type": "national-id",
               "document_side": side})
    };
    for (shade, side, reason) in [
        (100, "front", None),
        (100, "back", Some("back_of_document_not_found")),
        (10, "front", Some("low_light")),
    ] {
        let answer = evaluate(&app, &acme, &body(shade, side)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_eq!(answer.json["feedback"]["reason"].as_str(), reason);
        assert_eq!(
            answer.json["status"],
            if reason.is_some() { "failure" } else { "success" }
        );
    }
    // An engine that cannot look now says nothing of the picture.
    let blinded = evaluate(&app, &acme, &body(250, "front")).await;
    assert_eq!(blinded.status, StatusCode::SERVICE_UNAVAILABLE);
    let page =
        json!({"image": STANDARD.encode("<html></html>"), "country": "co", "document_type": "national-id"});
    assert_wrong(&evaluate(&app, &acme, &page).await, &["image"]);
    let of_nothing = json!({"image": STANDARD.encode(picture(100)), "country": "co"});
    assert_wrong(&evaluate(&app, &acme, &of_nothing).await, &["document_type"]);
    // What the validation is about need not be said again.
    let made = validation(&acme, DOCUMENT).await;
    let asked = json!({"image": STANDARD.encode(picture(100)), "validation_id": made["validation_id"]});
    assert_eq!(evaluate(&app, &acme, &asked).await.json["status"], "success");
    let left: i64 = sqlx::query_scalar("select count(*) from looks")
        .fetch_one(&app.database.pool)
        .await
        .unwrap();
    assert_eq!(left, 0);
}
