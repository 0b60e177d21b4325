//! Bodies of `/v1/config` and `/v1/settings`.

use std::borrow::Cow;

use cotejo_domain::checks::{DataSet, custom_type::COUNTRIES};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

/// Schema of a custom type to create or update: a field `dataset_…` for each data set.
pub struct CustomTypeInput;

impl ToSchema for CustomTypeInput {
    fn name() -> Cow<'static, str> {
        "CustomTypeInput".into()
    }
}

impl PartialSchema for CustomTypeInput {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        let countries: Vec<&str> = COUNTRIES.iter().map(|country| country.as_str()).collect();
        let fixed = ObjectBuilder::new()
            .property(
                "country",
                text()
                    .enum_values(Some(countries))
                    .description(Some("Where the type can be asked for")),
            )
            .required("country")
            .property(
                "type",
                text()
                    .max_length(Some(64))
                    .description(Some("Name of the type; not person, vehicle or company")),
            )
            .required("type");
        let weight = |object: ObjectBuilder, data_set: &DataSet| {
            let weight = ObjectBuilder::new()
                .schema_type(Type::Number)
                .minimum(Some(0.0))
                .maximum(Some(1.0))
                .description(Some("Weight; the data set is not searched where it is left out"));
            object.property(format!("dataset_{data_set}"), weight)
        };
        DataSet::ALL
            .iter()
            .fold(fixed, weight)
            .examples([serde_json::json!({
                "country": "CO", "type": "drivers", "dataset_personal_identity": 0.5, "dataset_traffic_fines": 0.5
            })])
            .into()
    }
}

/// Settings to change; what is left out stays as it was.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of fields that are read one by one")]
pub struct SettingsInput {
    /// Ask a source that failed again until it answers or the check's time is over
    retries: Option<bool>,
    /// How long a check may last: a number and `m` or `h`, 15m to 168h, or `default`
    #[schema(example = "25m")]
    max_duration: Option<String>,
    /// `soft` or `exact`
    #[schema(example = "soft")]
    names_matching_type: Option<String>,
}
