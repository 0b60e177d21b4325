//! Messages to phones through a gateway of Twilio's shape, over real HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cotejo_providers::phone::{PhoneError, PhoneGateway as _, PhoneMessage, Twilio};
use serde_json::json;
use wiremock::{
    Mock, MockServer, ResponseTemplate,
    matchers::{basic_auth, body_string_contains, method, path},
};

async fn gateway() -> (MockServer, Twilio) {
    // A second call in one process finds the provider there already.
    drop(rustls::crypto::ring::default_provider().install_default());
    let server = MockServer::start().await;
    let url = server.uri().replace("http://", "http://AC1:s3cret@");
    let gateway = Twilio::new(&format!("{url}/2010-04-01/Accounts/AC1"), "+15005550006").unwrap();
    (server, gateway)
}

fn message(spoken: bool) -> PhoneMessage {
    PhoneMessage {
        to: "+573001234567".to_owned(),
        text: "Acme & Co: 1, 2, 3".to_owned(),
        spoken,
        language: "es",
    }
}

#[tokio::test]
async fn messages_and_calls_are_forms_with_basic_authentication() {
    let (server, gateway) = gateway().await;
    for (place, content) in [
        ("Messages.json", "Body=Acme+%26+Co%3A+1%2C+2%2C+3"),
        // What is spoken is escaped twice: for XML, and for the form.
        ("Calls.json", "%3CSay+language%3D%22es%22%3EAcme+%26amp%3B+Co"),
    ] {
        Mock::given(method("POST"))
            .and(path(format!("/2010-04-01/Accounts/AC1/{place}")))
            .and(basic_auth("AC1", "s3cret"))
            .and(body_string_contains("To=%2B573001234567&From=%2B15005550006"))
            .and(body_string_contains(content))
            .respond_with(ResponseTemplate::new(201).set_body_json(json!({ "sid": "SM1" })))
            .expect(1)
            .mount(&server)
            .await;
    }
    assert_eq!(gateway.send(&message(false)).await, Ok(()));
    assert_eq!(gateway.send(&message(true)).await, Ok(()));
}

#[tokio::test]
async fn what_the_gateway_says_decides_whether_it_is_tried_again() {
    for (status, code, expected) in [
        (400, 21211, PhoneError::OutOfReach),
        (400, 21614, PhoneError::OutOfReach),
        (
            401,
            20003,
            PhoneError::Refused("HTTP 401, error 20003".to_owned()),
        ),
        (
            400,
            21602,
            PhoneError::Refused("HTTP 400, error 21602".to_owned()),
        ),
        (429, 20429, PhoneError::Unavailable("it is busy".to_owned())),
        (503, 0, PhoneError::Unavailable("it failed".to_owned())),
    ] {
        let (server, gateway) = gateway().await;
        // Gateways repeat the number in their words, which therefore stay out of ours.
        let body = json!({ "code": code, "message": "The 'To' number +573001234567 is bad" });
        Mock::given(method("POST"))
            .respond_with(ResponseTemplate::new(status).set_body_json(body))
            .mount(&server)
            .await;
        let said = gateway.send(&message(false)).await.unwrap_err();
        assert!(!said.to_string().contains("573001234567"));
        assert_eq!(said, expected, "{status} {code}");
    }
}

#[test]
fn a_url_that_is_none_is_refused_without_being_repeated() {
    let Err(error) = Twilio::new("not a url: s3cret", "+1") else {
        panic!("it was taken");
    };
    assert!(!error.to_string().contains("s3cret"));
}
