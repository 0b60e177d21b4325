use super::*;

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in pairs {
        fields.add(name, (*value).to_owned());
    }
    fields
}

const KIND: DocumentKind = DocumentKind {
    country: DocumentCountry::Co,
    document_type: DocumentType::NationalId,
};

#[test]
fn what_a_block_switches_holds_whatever_is_configured() {
    let mut config = Config::default();
    config
        .change(&fields(&[
            ("validator", "document-validation"),
            ("document_type", "national-id"),
            ("validation_method.photo-of-photo.status", "disabled"),
        ]))
        .unwrap();
    let mut errors = FieldErrors::default();
    let block = fields(&[
        ("validation_method.photo-of-photo.status", "Enabled"),
        ("validation_method.data-consistency.status", "disabled"),
        ("validation_method.manual-review.status", "perhaps"),
    ]);
    let own = switches(&block, "config.", &mut errors);
    assert_eq!(errors.0[0].field, "config.validation_method.manual-review.status");
    let methods = config.methods(KIND, None, &own);
    assert!(methods.contains(&Method::PhotoOfPhoto) && !methods.contains(&Method::DataConsistency));
    assert!(
        !config
            .methods(KIND, None, &Switches::new())
            .contains(&Method::PhotoOfPhoto)
    );
}

#[test]
fn the_defaults_and_limits_are_those_of_the_reference() {
    let usual = Config::default();
    for (validator, setting, default, most) in [
        ("document-validation", "timeout", 300, 21_600),
        ("document-validation", "allowed_retries", 0, 3),
        ("document-validation", "retry_ttl", 300, 1_800),
        ("face-recognition", "timeout", 300, 21_600),
        ("face-recognition", "allowed_retries", 0, 2),
        ("face-recognition", "retry_ttl", 300, 300),
        ("email-verification", "timeout", 300, 600),
        ("email-verification", "allowed_retries", 2, 4),
        ("phone-verification", "timeout", 300, 600),
        ("phone-verification", "allowed_retries", 2, 4),
    ] {
        assert_eq!(
            usual.to_json()[validator][setting],
            default,
            "{validator} {setting}"
        );
        let change = |value: u32| {
            let mut config = Config::default();
            let text = value.to_string();
            config.change(&fields(&[("validator", validator), (setting, &text)]))?;
            Ok::<_, FieldErrors>(config.to_json()[validator][setting].clone())
        };
        assert_eq!(change(most).unwrap(), most, "{validator} {setting}");
        assert_eq!(change(most + 1).unwrap_err().0[0].field, setting);
    }
    assert_eq!(usual.to_json()["face-recognition"]["threshold"], 0.65);
}

#[test]
fn what_is_wrong_is_named_and_changes_nothing() {
    let mut config = Config::default();
    let errors = config
        .change(&fields(&[
            ("validator", "face-recognition"),
            ("threshold", "1.5"),
            ("timeout", "0"),
            ("use_manual_review", "perhaps"),
            ("custom_name", "Acme"),
        ]))
        .unwrap_err();
    let wrong: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
    assert_eq!(
        wrong,
        ["timeout", "threshold", "use_manual_review", "custom_name"]
    );
    assert_eq!(config, Config::default());
    for (pairs, field) in [
        (&[][..], "validator"),
        (&[("validator", "voice-recognition")], "validator"),
        (
            &[("validator", "email-verification"), ("support_email", "me")],
            "support_email",
        ),
        (
            &[
                ("validator", "document-validation"),
                ("validation_method.image-analysis.status", "enabled"),
            ],
            "document_type",
        ),
        (
            &[
                ("validator", "document-validation"),
                ("document_type", "national-id"),
                ("validation_method.image-analysis.status", "on"),
            ],
            "validation_method.image-analysis.status",
        ),
        (
            &[("validator", "document-validation"), ("document_version", "xx_1")],
            "document_version",
        ),
    ] {
        assert_eq!(
            config.change(&fields(pairs)).unwrap_err().0[0].field,
            field,
            "{pairs:?}"
        );
    }
}

#[test]
fn the_narrower_rule_holds() {
    let mut config = Config::default();
    assert_eq!(
        names(&config.methods(KIND, None, &Switches::new())),
        "data-consistency,government-database,photocopy-analysis,photo-of-photo"
    );
    let rule = |config: &mut Config, more: &[(&str, &str)], status: &str| {
        let mut pairs = vec![
            ("validator", "document-validation"),
            ("document_type", "national-id"),
            ("validation_method.photo-of-photo.status", status),
        ];
        pairs.extend_from_slice(more);
        config.change(&fields(&pairs)).unwrap();
    };
    let on = |config: &Config, version: Option<&str>| {
        config
            .methods(KIND, version, &Switches::new())
            .contains(&Method::PhotoOfPhoto)
    };
    rule(&mut config, &[("country", "CO")], "disabled");
    rule(&mut config, &[], "enabled");
    assert!(!on(&config, None));
    rule(
        &mut config,
        &[("document_version", "co_national-id-2020")],
        "enabled",
    );
    assert!(!on(&config, None) && on(&config, Some("co_national-id-2020")));
    rule(&mut config, &[("country", "CO")], "enabled");
    assert!(on(&config, None));
    config
        .reset(&fields(&[
            ("validator", "document-validation"),
            ("type", "document_config"),
        ]))
        .unwrap();
    assert_eq!(config.rules, []);
}

#[test]
fn one_setting_or_all_of_them_go_back() {
    let mut config = Config::default();
    config
        .change(&fields(&[
            ("validator", "phone-verification"),
            ("timeout", "60"),
            ("custom_name", "Acme"),
        ]))
        .unwrap();
    let shown = &config.to_json()["phone-verification"];
    assert_eq!(
        (&shown["timeout"], &shown["custom_name"]),
        (&60.into(), &"Acme".into())
    );
    config
        .reset(&fields(&[
            ("validator", "phone-verification"),
            ("type", "timeout"),
        ]))
        .unwrap();
    assert_eq!(config.number(Validator::PhoneVerification, Setting::Timeout), 300);
    assert_eq!(
        config
            .text(Validator::PhoneVerification, Setting::CustomName)
            .as_deref(),
        Some("Acme")
    );
    let errors = config
        .reset(&fields(&[
            ("validator", "phone-verification"),
            ("type", "threshold"),
        ]))
        .unwrap_err();
    assert_eq!(errors.0[0].field, "type");
    config
        .reset(&fields(&[("validator", "phone-verification")]))
        .unwrap();
    assert_eq!(config.to_json(), Config::default().to_json());
}
