//! Hits of a check: why a listed entry is taken for its subject.

use cotejo_domain::{
    checks::{Basis, DataSet, Severity},
    ids::{CheckId, ExceptionId},
    permissions::Permission,
};
use cotejo_store::findings::HitRow;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    App, AppError, AppResult,
    access::Caller,
    checks::body::SeveritySchema,
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

/// A listed entry that the subject of a check may be.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ScreeningHit)]
pub struct HitBody {
    /// Background check ID
    #[schema(value_type = String)]
    check_id: CheckId,
    /// The source that was asked
    database_id: String,
    /// The data set it counts for
    #[schema(value_type = String)]
    data_set: DataSet,
    /// The list, as the catalogue names it
    #[schema(example = "ofac-sdn")]
    list: String,
    /// Version of the list
    version: i64,
    /// The list's own id of the entry
    entry: String,
    /// SHA-256 of what the list said of the entry, in hex
    entry_digest: String,
    /// The entry's name
    entry_name: String,
    /// The name of the entry that is most like the subject's
    matched_name: String,
    /// What ties it to the subject: `id` or `name`
    #[schema(value_type = String)]
    basis: Basis,
    /// Risk; `none` where an exception keeps the hit quiet
    #[schema(value_type = SeveritySchema)]
    severity: Severity,
    /// How sure it is, from 0 to 1
    score: f64,
    /// The rule that decided
    rule: String,
    /// What made the score
    #[schema(value_type = Object)]
    features: serde_json::Value,
    /// Versions of the rules that judged
    algorithm: String,
    /// The exception that keeps the hit quiet; absent where it speaks
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    exception_id: Option<ExceptionId>,
}

impl App {
    /// GET /v1/checks/{check_id}/hits: what screening found, in the order of the sources.
    pub async fn list_hits(
        &self,
        caller: &Caller,
        id: CheckId,
        start_key: Option<&str>,
    ) -> AppResult<Page<HitBody>> {
        caller.require(Permission::ChecksRead)?;
        let client = caller.client().id;
        let filter = id.to_string();
        let scope = Scope {
            client,
            route: "/v1/checks/hits",
            filter: &filter,
        };
        let after = self.start_at_place(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        if cotejo_store::checks::find(&mut conn, client, id, false)
            .await?
            .is_none()
        {
            return Err(AppError::NotFound("The Check"));
        }
        let rows = cotejo_store::findings::hits(&mut conn, client, id, after, ROWS).await?;
        self.page(scope, PAGE, rows, |row| Position::Place(row.run, row.seq))
            .try_map(|row| self.hit_body(id, row))
    }

    fn hit_body(&self, check_id: CheckId, row: HitRow) -> AppResult<HitBody> {
        let source = self.inner.catalogue.get(&row.source);
        let evidence = row.evidence;
        Ok(HitBody {
            check_id,
            database_id: source
                .map(|source| source.database_id.clone())
                .unwrap_or_default(),
            data_set: row.data_set,
            list: evidence.list,
            version: evidence.version,
            entry: evidence.entry,
            entry_digest: evidence.entry_digest,
            entry_name: evidence.entry_name,
            matched_name: evidence.matched_name,
            basis: row.basis,
            severity: row.severity,
            score: evidence.score,
            rule: evidence.rule,
            features: serde_json::to_value(evidence.features).map_err(AppError::internal)?,
            algorithm: evidence.algorithm,
            exception_id: evidence.exception,
        })
    }
}
