use super::*;

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in pairs {
        fields.add(name, (*value).to_owned());
    }
    fields
}

fn asked(pairs: &[(&str, &str)]) -> Result<NewValidation, Vec<String>> {
    let mut all = vec![("user_authorized", "true")];
    all.extend_from_slice(pairs);
    NewValidation::parse(&fields(&all), None).map_err(names)
}

fn names(errors: FieldErrors) -> Vec<String> {
    errors.0.into_iter().map(|error| error.field).collect()
}

const DOCUMENT: &[(&str, &str)] = &[
    ("type", "document-validation"),
    ("country", "co"),
    ("document_type", "national-id"),
];

fn document(more: &[(&'static str, &'static str)]) -> Result<NewValidation, Vec<String>> {
    asked(&[DOCUMENT, more].concat())
}

#[test]
fn the_shortest_document_and_the_vendors_app_are_understood() {
    let short = document(&[]).unwrap();
    assert_eq!((short.account, short.timeout, short.retry_of), (None, None, None));
    let app = asked(&[
        ("type", "face-recognition"),
        ("account_id", "user_1"),
        ("check_manual_review_availability", "false"),
        ("threshold", "0.65"),
        ("timeout", "60"),
        ("subvalidations", "passive_liveness"),
        ("subvalidations", "similarity"),
    ])
    .unwrap();
    assert_eq!(
        app.asked,
        Asked::Face {
            methods: vec![FaceMethod::PassiveLiveness, FaceMethod::Similarity],
            threshold: Some(0.65),
        }
    );
}

#[test]
fn every_wrong_field_is_named() {
    for (pairs, wrong) in [
        (&[][..], &["type"][..]),
        (&[("type", "electronic-signature")], &["type"]),
        (&[("type", "document-validation")], &["document_type", "country"]),
        (
            &[
                ("type", "document-validation"),
                ("country", "PE"),
                ("document_type", "ppt"),
            ],
            &["document_type"],
        ),
        (&[("type", "face-recognition")], &["account_id"]),
        (
            &[
                ("type", "face-recognition"),
                ("account_id", "a"),
                ("subvalidations", "speech_match"),
            ],
            &["subvalidations"],
        ),
        (
            &[
                ("type", "face-recognition"),
                ("account_id", "a b"),
                ("threshold", "2"),
                ("timeout", "0"),
            ],
            &["account_id", "timeout", "threshold"],
        ),
        (
            &[("type", "phone-verification"), ("account_id", "a")],
            &["phone_type", "phone_locale", "verify_channel"],
        ),
        (&[("type", "face-search")], &["country", "account_id"]),
        (
            &[
                ("type", "email-verification"),
                ("account_id", "a"),
                ("timeout", "601"),
                ("language", "fr"),
            ],
            &["timeout", "language"],
        ),
        (
            &[
                ("type", "face-recognition"),
                ("account_id", "a"),
                ("retry_of_id", "VLD00000000000000000000000000000001"),
            ],
            &["retry_of_id"],
        ),
    ] {
        assert_eq!(asked(pairs).unwrap_err(), wrong, "{pairs:?}");
    }
    assert_eq!(document(&[("retry_of_id", "CHK1")]).unwrap_err(), ["retry_of_id"]);
    assert_eq!(
        names(NewValidation::parse(&fields(DOCUMENT), None).unwrap_err()),
        ["user_authorized"]
    );
    let other = NewValidation::parse(
        &fields(&[DOCUMENT, &[("user_authorized", "1"), ("account_id", "b")]].concat()),
        "a".parse().ok(),
    );
    assert_eq!(names(other.unwrap_err()), ["account_id"]);
}

#[test]
fn what_is_enrolled_has_what_it_needs() {
    let enrolled = |pairs: &[(&str, &str)]| {
        let mut all = vec![("user_authorized", "true")];
        all.extend_from_slice(pairs);
        NewEnrollment::parse(&fields(&all)).map_err(names)
    };
    for (pairs, wrong) in [
        (&[("type", "document-validation")][..], &["type"][..]),
        (&[("type", "face-search")], &["fraud_reason", "country"]),
        (&[("type", "email-verification")], &["email"]),
        (&[("type", "email-verification"), ("email", "me")], &["email"]),
        (&[("type", "phone-verification")], &["phone_number", "phone_type"]),
        (
            &[
                ("type", "phone-verification"),
                ("phone_number", "12"),
                ("phone_type", "car"),
            ],
            &["phone_number", "phone_type"],
        ),
        (
            &[("type", "face-recognition"), ("confirmation", "all")],
            &["confirmation"],
        ),
    ] {
        assert_eq!(enrolled(pairs).unwrap_err(), wrong, "{pairs:?}");
    }
    let phone = enrolled(&[
        ("type", "phone-verification"),
        ("phone_number", "+57 300 123 4567"),
        ("phone_type", "HOME"),
        ("country", "co"),
    ])
    .unwrap();
    assert_eq!(phone.enrolled.slot(), Some("home"));
}

#[test]
fn what_is_kept_reads_back() {
    for new in [
        document(&[("custom_type", "drivers")]).unwrap(),
        asked(&[("type", "face-search"), ("account_id", "a"), ("country", "ALL")]).unwrap(),
        asked(&[
            ("type", "phone-verification"),
            ("account_id", "a"),
            ("phone_type", "home"),
            ("phone_locale", "pt-br"),
            ("verify_channel", "sms"),
        ])
        .unwrap(),
    ] {
        let text = serde_json::to_string(&new.asked).unwrap();
        assert_eq!(serde_json::from_str::<Asked>(&text).unwrap(), new.asked, "{text}");
    }
}
