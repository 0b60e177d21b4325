//! Custom types: kinds of check that a client makes for itself (`contract/checks-wire.md` §5).

use std::collections::BTreeMap;

use cotejo_domain::{
    checks::{
        CheckType, CustomType, DataSet,
        custom_type::{MOST, NewCustomType, TypeKey},
        weights::{WHOLE, Weights, default_weights},
    },
    country::Country,
    fields::FieldErrors,
    ids::{ClientId, ConfigId},
    permissions::Permission,
};
use cotejo_store::custom_types::{self, Inserted};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::body::DataSetSchema;
use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done, Write},
    cursor,
};

/// The types of an account: per country and name, the data sets and their weights.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScoreConfigs)]
pub struct ConfigBody {
    /// The account
    #[schema(value_type = String)]
    client_id: ClientId,
    /// The account's types as a whole
    #[schema(value_type = String)]
    config_id: ConfigId,
    /// Always empty
    #[schema(value_type = Object)]
    provider_configs: BTreeMap<(), ()>,
    /// Per country and name of the type
    #[schema(value_type = BTreeMap<String, BTreeMap<String, Vec<WeightBody>>>)]
    score_configs: BTreeMap<Country, BTreeMap<String, Vec<WeightBody>>>,
}

/// What a data set is worth.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DataSetWeight)]
pub struct WeightBody {
    /// The data set
    #[schema(value_type = DataSetSchema)]
    data_set: DataSet,
    /// Between 0 and 1; a data set of weight 0 is searched and does not count
    #[serde(serialize_with = "as_number")]
    #[schema(value_type = f64)]
    weight: i64,
}

/// Prints millionths as a number, a whole one without a fraction.
#[expect(clippy::cast_precision_loss, reason = "at most a million")]
fn as_number<S: Serializer>(weight: &i64, serializer: S) -> Result<S::Ok, S::Error> {
    if weight % WHOLE == 0 {
        serializer.serialize_i64(weight / WHOLE)
    } else {
        serializer.serialize_f64(*weight as f64 / WHOLE as f64)
    }
}

impl ConfigBody {
    fn new(client: ClientId, types: impl IntoIterator<Item = (Country, CustomType)>) -> Self {
        let mut score_configs: BTreeMap<Country, BTreeMap<_, _>> = BTreeMap::new();
        for (country, custom) in types {
            let named = score_configs.entry(country).or_default();
            named.insert(custom.name, weight_bodies(&custom.weights));
        }
        Self {
            client_id: client,
            config_id: ConfigId(client.0),
            provider_configs: BTreeMap::new(),
            score_configs,
        }
    }
}

fn weight_bodies(weights: &Weights) -> Vec<WeightBody> {
    let body = |(data_set, weight): (&DataSet, &i64)| WeightBody {
        data_set: *data_set,
        weight: *weight,
    };
    weights.iter().map(body).collect()
}

/// The types that everybody has.
fn built_in() -> impl Iterator<Item = (Country, CustomType)> {
    let kinds = |country| {
        CheckType::ALL.iter().map(move |kind| {
            let custom = CustomType {
                name: kind.to_string(),
                weights: default_weights(country, *kind).clone(),
            };
            (country, custom)
        })
    };
    Country::ALL
        .iter()
        .copied()
        .flat_map(kinds)
        .filter(|(_, custom)| !custom.weights.is_empty())
}

impl App {
    /// Makes a custom type. Answers all that the account has.
    pub async fn create_custom_type(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::ChecksWrite)?;
        let new = NewCustomType::parse(&command.fields()?)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client().id;
        let inserted = custom_types::insert(&mut write.tx, client, &new, command.now(self)).await;
        match inserted
            .map_err(|error| AppError::taken(error, "custom_types_name", "the type exists already"))?
        {
            Inserted::Done => {}
            Inserted::TooMany => {
                return Err(AppError::Conflict(format!(
                    "an account has at most {MOST} custom types"
                )));
            }
        }
        let audited = audited(client, "custom_type.created", new.country, &new.custom.name);
        self.end_with_types(write, command, audited, 201, None).await
    }

    /// Replaces the data sets and weights of a custom type. Checks that were made keep what they were made with.
    pub async fn update_custom_type(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::ChecksWrite)?;
        let new = NewCustomType::parse(&command.fields()?)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client().id;
        if !custom_types::update(&mut write.tx, client, &new, command.now(self)).await? {
            // The vendor calls this a 400, and clients know it so (contract/checks-wire.md §5).
            return Err(
                FieldErrors::one("type", "there is no custom type of this name in this country").into(),
            );
        }
        let audited = audited(client, "custom_type.updated", new.country, &new.custom.name);
        self.end_with_types(write, command, audited, 200, None).await
    }

    /// Deletes a custom type. Answers those that remain in its country.
    pub async fn delete_custom_type(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::ChecksWrite)?;
        let key = TypeKey::parse(&command.fields()?)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let client = command.caller.client().id;
        if !custom_types::delete(&mut write.tx, client, &key).await? {
            return Err(AppError::NotFound("The custom type"));
        }
        let audited = audited(client, "custom_type.deleted", key.country, &key.name);
        self.end_with_types(write, command, audited, 200, Some(key.country))
            .await
    }

    /// Ends a change with the types that the account has then, of one country if it is named.
    async fn end_with_types(
        &self,
        mut write: Write,
        command: &Command,
        audited: Audited<'_>,
        status: u16,
        country: Option<Country>,
    ) -> AppResult<Done> {
        let client = command.caller.client().id;
        let types = custom_types::list(&mut write.tx, client, country).await?;
        self.end(write, command, audited, status, &ConfigBody::new(client, types))
            .await
    }

    /// All types that the account can ask for: the built-in ones and its own. They are few, so that there is one page.
    pub async fn list_custom_types(&self, caller: &Caller, start_key: Option<&str>) -> AppResult<ConfigBody> {
        caller.require(Permission::ChecksRead)?;
        if start_key.is_some() {
            return Err(cursor::invalid().into());
        }
        let client = caller.client().id;
        let mut conn = self.inner.pool.acquire().await?;
        let own = custom_types::list(&mut conn, client, None).await?;
        Ok(ConfigBody::new(client, built_in().chain(own)))
    }

    /// The custom type that a request asks for, if it asks for one and the client has it.
    pub(crate) async fn custom_type(
        &self,
        client: ClientId,
        asked: Option<TypeKey>,
    ) -> AppResult<Option<CustomType>> {
        let Some(key) = asked else { return Ok(None) };
        let mut conn = self.inner.pool.acquire().await?;
        Ok(custom_types::find(&mut conn, client, &key).await?)
    }
}

fn audited(client: ClientId, action: &'static str, country: Country, name: &str) -> Audited<'static> {
    Audited {
        action,
        resource: client.0,
        detail: format!("{country} {name}"),
        ..Audited::default()
    }
}
