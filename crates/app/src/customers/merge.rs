//! Merging customers by hand, and taking a merge back.

use cotejo_domain::{
    customers::{Join, NotMerged, NotUnmerged, Partition, Profile},
    fields::{FieldErrors, Fields},
    ids::CustomerId,
    permissions::Permission,
};
use cotejo_store::{
    customer_merges::{self as merges, By},
    customers as store,
};

use super::CUSTOMER;
use crate::{
    App, AppError, AppResult,
    command::{Audited, Begun, Command, Done, Write},
};

/// Longest reason.
const LONGEST_REASON: usize = 1000;

/// The other customer, and why.
struct Asked {
    other: CustomerId,
    by: By,
}

impl Asked {
    fn parse(command: &Command) -> AppResult<Self> {
        let fields: Fields = command.fields()?;
        let mut errors = FieldErrors::default();
        let other = fields.get("customer_id").and_then(|text| text.parse().ok());
        if other.is_none() {
            errors.push("customer_id", "must be the id of a customer");
        }
        let reason = fields.text("reason", LONGEST_REASON, &mut errors);
        let by = By {
            actor: Some(command.caller.key.id),
            username: command.caller.claims.username.clone(),
            reason: reason.unwrap_or_default(),
            cause: None,
        };
        match (other, errors.into_result()) {
            (Some(other), Ok(())) => Ok(Self { other, by }),
            (_, Err(errors)) => Err(errors.into()),
            (None, Ok(())) => Err(CUSTOMER),
        }
    }
}

impl App {
    /// POST /v1/customers/{id}/merge: the customer that is named goes into this one.
    pub async fn merge_customers(&self, command: &Command, id: CustomerId) -> AppResult<Done> {
        command.caller.require(Permission::IdentityWrite)?;
        let Asked { other, by } = Asked::parse(command)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let (client, now) = (command.caller.client().id, command.now(self));
        let mut partition = self.hold_customers(&mut write, command, id, other).await?;
        let join = Join {
            from: other,
            into: id,
        };
        partition.merge(join).map_err(refused)?;
        let profiles = store::profiles(&mut write.tx, client, &[id, other]).await?;
        store::join(&mut write.tx, client, join).await?;
        merges::insert(&mut write.tx, client, self.ids().uuid(now), join, &by, now).await?;
        let whole = profiles.into_values().fold(Profile::default(), Profile::join);
        store::set_profiles(&mut write.tx, client, &[(id, whole)].into()).await?;
        self.end_merge(write, command, "customer.merged", join).await
    }

    /// POST /v1/customers/{id}/unmerge: what came by the customer that is named is its own again.
    pub async fn unmerge_customers(&self, command: &Command, id: CustomerId) -> AppResult<Done> {
        command.caller.require(Permission::IdentityWrite)?;
        let Asked { other, by } = Asked::parse(command)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        let (client, now) = (command.caller.client().id, command.now(self));
        let mut partition = self.hold_customers(&mut write, command, id, other).await?;
        let taken = partition
            .unmerge(other, id)
            .map_err(|error: NotUnmerged| AppError::Conflict(error.to_string()))?;
        store::split_off(&mut write.tx, client, other, &partition.under(other)).await?;
        merges::take_back(&mut write.tx, client, taken, &by, now).await?;
        let shown = [partition.root(id), other];
        self.profile_anew(&mut write.tx, client, &shown).await?;
        self.end_merge(write, command, "customer.unmerged", taken).await
    }

    /// Keeps a client's customers from being changed by others, and reads all who are one with either of two.
    async fn hold_customers(
        &self,
        write: &mut Write,
        command: &Command,
        id: CustomerId,
        other: CustomerId,
    ) -> AppResult<Partition> {
        let client = command.caller.client().id;
        store::hold(&mut write.tx, client).await?;
        let partition = store::partition(&mut write.tx, client, &[], &[id, other]).await?;
        if !partition.has(id) {
            return Err(CUSTOMER);
        }
        if !partition.has(other) {
            return Err(FieldErrors::one("customer_id", "is the id of no customer").into());
        }
        Ok(partition)
    }

    async fn end_merge(
        &self,
        mut write: Write,
        command: &Command,
        action: &'static str,
        join: Join,
    ) -> AppResult<Done> {
        let body = self
            .customer_body(&mut write.tx, &command.caller, join.into)
            .await?;
        let audited = Audited {
            action,
            resource: join.into.0,
            detail: join.from.to_string(),
            ..Audited::default()
        };
        self.end(write, command, audited, 200, &body).await
    }
}

fn refused(error: NotMerged) -> AppError {
    AppError::Conflict(error.to_string())
}
