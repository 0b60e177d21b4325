//! The body of POST /v1/checks, made from the domain's table of inputs so that spec and parser are one.

use std::borrow::Cow;

use cotejo_domain::{
    checks::{CheckType, InputField, inputs::Kind},
    country::Country,
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr, Schema,
        schema::{KnownFormat, SchemaFormat, Type},
    },
};

/// Schema of the body of POST /v1/checks.
pub struct CreateCheckInput;

impl ToSchema for CreateCheckInput {
    fn name() -> Cow<'static, str> {
        "CreateCheckInput".into()
    }
}

impl PartialSchema for CreateCheckInput {
    fn schema() -> RefOr<Schema> {
        let one_of = |values: &[&'static str]| {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .enum_values(Some(values.to_vec()))
        };
        let boolean = || ObjectBuilder::new().schema_type(Type::Boolean);
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let types: Vec<&str> = CheckType::ALL.iter().map(|value| value.as_str()).collect();
        let countries: Vec<&str> = Country::ALL.iter().map(|value| value.as_str()).collect();
        let fixed = ObjectBuilder::new()
            .property("type", one_of(&types).description(Some("What is checked")))
            .required("type")
            .property(
                "country",
                one_of(&countries).description(Some("Country of the check, in any case")),
            )
            .required("country")
            .property(
                "user_authorized",
                boolean().description(Some(
                    "Whether the person authorized the check; must be true for persons and keys of version 1",
                )),
            )
            .property(
                "force_creation",
                boolean().description(Some(
                    "Make a new check even if one of the same inputs was made within the last 24 hours",
                )),
            )
            .property(
                "report_id",
                text().description(Some("Report the check goes into")),
            )
            .property(
                "watch",
                text().description(Some(
                    "Makes a continuous check of the new check: `daily`, `weekly`, `monthly`, `yearly`, or a number and \
                     `d`, `w`, `m` or `y`",
                )),
            );
        let input = |object: ObjectBuilder, field: &InputField| {
            object.property(
                field.as_str(),
                property(*field).description(Some(field.description())),
            )
        };
        InputField::ALL
            .iter()
            .fold(fixed, input)
            .examples([serde_json::json!({
                "type": "person", "country": "CO", "national_id": "1000000001", "user_authorized": true
            })])
            .into()
    }
}

fn property(field: InputField) -> ObjectBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String);
    match field.kind() {
        Kind::Text(limit) => text.max_length(Some(limit)),
        Kind::Number => text.max_length(Some(64)),
        Kind::Date => text.format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))),
        Kind::OneOf(values) => text.enum_values(Some(values.to_vec())),
    }
}
