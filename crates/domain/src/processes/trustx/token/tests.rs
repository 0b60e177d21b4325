//! Tokens that are read, tokens that are not, and tokens within their limits.

use super::*;
use crate::{fields::Fields, time::parse_instant};

const TOKEN: &[(&str, &str)] = &[("name", "a"), ("processDefnName", "kyc"), ("status", "active")];

fn parse(more: &[(&str, &str)]) -> Result<TokenSpec, Vec<String>> {
    let mut fields = Fields::default();
    let kept = TOKEN
        .iter()
        .filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    for (name, value) in kept.chain(more) {
        fields.add(name, (*value).to_owned());
    }
    TokenSpec::parse(&fields).map_err(|errors| errors.0.into_iter().map(|error| error.field).collect())
}

#[test]
fn what_a_token_does_not_say_is_as_usual() {
    let spec = parse(&[]).unwrap();
    assert_eq!(
        (spec.status, spec.kind),
        (TokenStatus::Active, TokenKind::Unlimited)
    );
    assert_eq!((spec.definition_version, spec.seconds()), (None, None));
    for (more, kind) in [
        (&[("maxCount", "3")][..], TokenKind::CountLimited),
        (&[("notAfterDtm", "2026-02-01T00:00:00Z")], TokenKind::TimeLimited),
        (
            &[("notBeforeDtm", "2026-02-01T00:00:00Z"), ("maxCount", "1")],
            TokenKind::CountLimited,
        ),
        (&[("type", "unlimited"), ("maxCount", "1")], TokenKind::Unlimited),
    ] {
        assert_eq!(parse(more).unwrap().kind, kind, "{more:?}");
    }
}

#[test]
fn every_wrong_field_is_named() {
    let long = "x".repeat(51);
    let longer = "x".repeat(2001);
    let address = format!("https://example.com/{}", "x".repeat(500));
    for (more, wrong) in [
        (
            &[("name", ""), ("processDefnName", ""), ("status", "")][..],
            &["name", "processDefnName", "status"][..],
        ),
        (
            &[("name", &long), ("processDefnName", &long), ("status", "ON")],
            &["name", "processDefnName", "status"],
        ),
        (&[("description", &longer)], &["description"]),
        (
            &[("processDefnVersion", "0"), ("maxCount", "-1")],
            &["processDefnVersion", "maxCount"],
        ),
        (&[("maxCount", "2147483648")], &["maxCount"]),
        (&[("type", "SINGLE_USE")], &["type"]),
        (&[("type", "MULTI_USE_COUNT_LIMITED")], &["maxCount"]),
        (
            &[("type", "MULTI_USE_COUNT_LIMITED"), ("maxCount", "many")],
            &["maxCount"],
        ),
        (&[("type", "MULTI_USE_TIME_LIMITED")], &["notAfterDtm"]),
        (
            &[("notBeforeDtm", "soon"), ("notAfterDtm", "later")],
            &["notBeforeDtm", "notAfterDtm"],
        ),
        (
            &[
                ("notBeforeDtm", "2026-02-01T00:00:00Z"),
                ("notAfterDtm", "2026-01-01T00:00:00Z"),
            ],
            &["notAfterDtm"],
        ),
        (&[("uiUrl", "javascript:alert(1)")], &["uiUrl"]),
        (&[("uiUrl", "https://")], &["uiUrl"]),
        (&[("uiUrl", "https://example.com/a b")], &["uiUrl"]),
        (&[("uiUrl", &address)], &["uiUrl"]),
        (&[("maxProcessDuration", "48h")], &["maxProcessDuration"]),
        (&[("maxProcessDuration", "PT59S")], &["maxProcessDuration"]),
        (&[("maxProcessDuration", "P31D")], &["maxProcessDuration"]),
        (
            &[
                ("parameters.email", "ana"),
                ("parameters.phoneNumber", "12"),
                ("parameters.", "x"),
            ],
            &["parameters.", "parameters.email", "parameters.phoneNumber"],
        ),
        (&[("parameters", "x")], &["parameters"]),
    ] {
        assert_eq!(parse(more).unwrap_err(), wrong, "{more:?}");
    }
}

#[test]
fn parameters_are_what_is_known_of_the_person() {
    let spec = parse(&[
        ("parameters.firstName", "Ana"),
        ("parameters.email", "ana@example.com"),
        ("parameters.phoneNumber", "+57 300 123 4567"),
        ("parameters.referenceID", "order 7"),
    ])
    .unwrap();
    let person = spec.applicant();
    assert_eq!(person.first_name.as_deref(), Some("Ana"));
    assert_eq!(
        (person.last_name, person.phone.as_deref()),
        (None, Some("+573001234567"))
    );
    assert_eq!(spec.parameters["referenceID"], "order 7");
    assert_eq!(format!("{spec:?}"), "TokenSpec { name: \"a\", .. }");
}

#[test]
fn a_token_is_used_within_its_limits() {
    let at = |text| parse_instant(text).unwrap();
    let token = |more: &[(&str, &str)], counter| ProcessToken {
        client: ClientId(Uuid::nil()),
        id: Uuid::nil(),
        spec: parse(more).unwrap(),
        flow: FlowId(Uuid::nil()),
        counter,
        created_by: String::new(),
        created: at("2026-01-01T00:00:00Z"),
        updated: at("2026-01-01T00:00:00Z"),
    };
    let (from, to) = ("2026-01-10T00:00:00Z", "2026-01-20T00:00:00Z");
    let dated = [("notBeforeDtm", from), ("notAfterDtm", to)];
    let millis = |text: &str| text.replace('Z', ".000Z");
    for (more, counter, now, refused) in [
        (&[][..], 1000, from, None),
        (&[("status", "INACTIVE")], 0, from, Some(TokenRefused::Inactive)),
        (
            &dated,
            0,
            "2026-01-09T23:59:59Z",
            Some(TokenRefused::TooEarly(millis(from))),
        ),
        (&dated, 0, from, None),
        (&dated, 0, to, None),
        (
            &dated,
            0,
            "2026-01-20T00:00:01Z",
            Some(TokenRefused::TooLate(millis(to))),
        ),
        (&[("maxCount", "2")], 1, from, None),
        (&[("maxCount", "2")], 2, from, Some(TokenRefused::UsedUp(2))),
    ] {
        let mut token = token(more, counter);
        let taken = token.take(at(now));
        assert_eq!(taken.clone().err(), refused, "{more:?} {counter} {now}");
        assert_eq!(token.counter, counter + i32::from(taken.is_ok()));
    }
}
