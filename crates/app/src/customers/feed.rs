//! Making customers from the event log.

use std::collections::{BTreeMap, BTreeSet};

use cotejo_domain::{
    clients::Client,
    customers::{Join, Key, Partition, Profile, Source, Transaction, TransactionId},
    events::EventType,
    ids::{CheckId, ClientId, CustomerId, ProcessId, ValidationId},
};
use cotejo_store::{
    checks,
    customer_merges::{self as merges, By},
    customer_transactions::{self as transactions, Placed},
    customers::{self as store, News},
    processes, validation_accounts, validations,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{App, AppResult};

/// Most events of a client that are read in one transaction.
const READ: i64 = 200;

/// Most clients whose events are read in one round: a round is shorter than the lease of whoever leads.
const CLIENTS: i64 = 16;

/// What a batch of transactions changes.
#[derive(Default)]
struct Changes {
    new: Vec<CustomerId>,
    keys: Vec<(Key, CustomerId)>,
    /// The customers whom a transaction ties together.
    joins: Vec<(Join, Uuid)>,
    /// Each with the customer whom it came by.
    placed: Vec<(Transaction, CustomerId)>,
}

impl App {
    /// Reads a batch of the events of clients who are behind. Says whether there may be more.
    ///
    /// A client whose events cannot be read holds up no other; the first such error is returned at the end.
    pub(crate) async fn feed_customers(&self) -> AppResult<bool> {
        let mut conn = self.inner.pool.acquire().await?;
        let clients = store::behind(&mut conn, CLIENTS).await?;
        drop(conn);
        let mut failed = None;
        let mut more = clients.len() == usize::try_from(CLIENTS).unwrap_or(usize::MAX);
        for client in clients {
            match self.feed_client(client).await {
                Ok(again) => more |= again,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        failed.map_or(Ok(more), Err)
    }

    /// Reads a batch of a client's events. Says whether there may be more.
    async fn feed_client(&self, id: ClientId) -> AppResult<bool> {
        let mut tx = cotejo_store::begin(&self.inner.pool).await?;
        let Some(client) = cotejo_store::clients::find(&mut tx, id).await? else {
            return Ok(false);
        };
        let cursor = store::hold(&mut tx, id).await?;
        let news = store::news(&mut tx, id, cursor, READ).await?;
        let Some(last) = news.last().map(|news| news.sequence) else {
            return Ok(false);
        };
        let seen = self.see_resources(&mut tx, id, &news).await?;
        self.take_transactions(&mut tx, &client, seen).await?;
        store::advance(&mut tx, id, last).await?;
        tx.commit().await?;
        Ok(news.len() == usize::try_from(READ).unwrap_or(usize::MAX))
    }

    /// The resources of events as they are now, each once; those that are gone are not among them.
    async fn see_resources(
        &self,
        conn: &mut PgConnection,
        client: ClientId,
        news: &[News],
    ) -> AppResult<Vec<Transaction>> {
        let wanted: BTreeSet<(Source, Uuid)> = news
            .iter()
            .filter_map(|news| Some((source_of(news.event_type)?, news.resource)))
            .collect();
        let of = |source| {
            wanted
                .iter()
                .filter(move |(of, _)| *of == source)
                .map(|(_, id)| *id)
        };
        let ids: Vec<(ClientId, CheckId)> = of(Source::Check).map(|id| (client, CheckId(id))).collect();
        let loaded = checks::load(&mut *conn, &ids).await?;
        let mut seen: Vec<Transaction> = loaded.iter().filter_map(Transaction::of_check).collect();
        for id in of(Source::Validation).map(ValidationId) {
            let Some(validation) = validations::find(&mut *conn, client, id).await? else {
                continue;
            };
            let account = validation_accounts::by_id(&mut *conn, client, validation.account).await?;
            let person = account.map(|account| account.person).unwrap_or_default();
            let code = validations::code(&mut *conn, client, id).await?;
            let contact = code.as_ref().map(|code| code.contact.as_str());
            seen.push(Transaction::of_validation(&validation, &person, contact));
        }
        for id in of(Source::Process).map(ProcessId) {
            let Some(process) = processes::find(&mut *conn, client, id).await? else {
                continue;
            };
            let account = validation_accounts::by_id(&mut *conn, client, process.account).await?;
            let person = account.map(|account| account.person).unwrap_or_default();
            seen.push(Transaction::of_process(&process, &person));
        }
        // In the order in which they were made: whoever was there first is the older customer.
        seen.sort_unstable_by_key(|transaction| (transaction.created, transaction.id.id));
        Ok(seen)
    }

    /// Takes transactions in that are new, or have changed since they were looked at.
    async fn take_transactions(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        seen: Vec<Transaction>,
    ) -> AppResult<()> {
        let own = seen.iter().map(|transaction| transaction.id.id);
        let processes = seen.iter().filter_map(|transaction| transaction.process);
        let ids: Vec<Uuid> = own.chain(processes.map(|process| process.0)).collect();
        let known = transactions::known(&mut *conn, client.id, &ids).await?;
        let changed = |transaction: &Transaction| {
            let before = known.get(&transaction.id.id);
            before.is_none_or(|before| before.version < transaction.version)
        };
        let fresh: Vec<Transaction> = seen.into_iter().filter(changed).collect();
        if fresh.is_empty() {
            return Ok(());
        }
        let keys: Vec<Key> = fresh.iter().flat_map(|one| one.facts.keys()).collect();
        let homes: BTreeMap<Uuid, CustomerId> =
            known.into_iter().map(|(id, known)| (id, known.came_by)).collect();
        let named: Vec<CustomerId> = homes.values().copied().collect();
        let mut partition = store::partition(&mut *conn, client.id, &keys, &named).await?;
        let roots: Vec<CustomerId> = partition.roots().collect();
        let before = store::profiles(&mut *conn, client.id, &roots).await?;
        let changes = self.place_transactions(&mut partition, homes, fresh);
        self.write_customers(conn, client, &partition, before, changes)
            .await
    }

    /// What transactions change, by their keys and by the customers whom they, or the processes that they are steps of,
    /// came by before.
    fn place_transactions(
        &self,
        partition: &mut Partition,
        mut homes: BTreeMap<Uuid, CustomerId>,
        fresh: Vec<Transaction>,
    ) -> Changes {
        let mut changes = Changes::default();
        for transaction in fresh {
            let TransactionId { id, .. } = transaction.id;
            let process = transaction.process.map(|process| process.0);
            let home = homes.get(&id).or_else(|| homes.get(&process?)).copied();
            let keys = transaction.facts.keys();
            // A name alone is anybody's.
            if keys.is_empty() && home.is_none() {
                continue;
            }
            // A customer is as old as the first thing that was heard of it.
            let created = transaction.created;
            let admitted = partition.admit(&keys, home, || CustomerId(self.ids().uuid(created)));
            changes.new.extend(admitted.is_new.then_some(admitted.home));
            changes
                .keys
                .extend(admitted.keys.into_iter().map(|key| (key, admitted.home)));
            changes
                .joins
                .extend(admitted.joins.into_iter().map(|join| (join, id)));
            homes.insert(id, admitted.home);
            changes.placed.push((transaction, admitted.home));
        }
        changes
    }

    async fn write_customers(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        partition: &Partition,
        before: BTreeMap<CustomerId, Profile>,
        changes: Changes,
    ) -> AppResult<()> {
        let now = self.now(client);
        store::insert(&mut *conn, client.id, &changes.new, now).await?;
        store::put_keys(&mut *conn, client.id, &changes.keys).await?;
        let mut touched = BTreeSet::new();
        for (join, cause) in changes.joins {
            store::join(&mut *conn, client.id, join).await?;
            let by = By {
                cause: Some(cause),
                ..By::default()
            };
            merges::insert(&mut *conn, client.id, self.ids().uuid(now), join, &by, now).await?;
            touched.insert(partition.root(join.into));
        }
        let placed: Vec<Placed> = changes
            .placed
            .into_iter()
            .map(|(transaction, came_by)| Placed {
                root: partition.root(came_by),
                came_by,
                transaction,
            })
            .collect();
        transactions::put(&mut *conn, client.id, &placed).await?;
        let told = placed.into_iter().map(|placed| {
            let origin = placed.transaction.origin();
            (placed.root, Profile::of(placed.transaction.facts, origin))
        });
        let told: Vec<(CustomerId, Profile)> = told.collect();
        touched.extend(told.iter().map(|(root, _)| *root));
        let mut profiles: BTreeMap<CustomerId, Profile> = BTreeMap::new();
        for (id, profile) in before.into_iter().chain(told) {
            let profile_of = profiles.entry(partition.root(id)).or_default();
            *profile_of = std::mem::take(profile_of).join(profile);
        }
        profiles.retain(|root, _| touched.contains(root));
        Ok(store::set_profiles(conn, client.id, &profiles).await?)
    }
}

/// The product of the resources that events of a type are about; none where they are no transactions.
const fn source_of(event_type: EventType) -> Option<Source> {
    match event_type {
        EventType::Check => Some(Source::Check),
        EventType::DocumentValidation
        | EventType::FaceRecognition
        | EventType::FaceSearch
        | EventType::EmailVerification
        | EventType::PhoneVerification
        | EventType::ElectronicSignature => Some(Source::Validation),
        EventType::IdentityProcess | EventType::WhatsappProcess => Some(Source::Process),
        EventType::ContinuousCheck
        | EventType::IdentityFlow
        | EventType::WhatsappInbound
        | EventType::WhatsappOutbound
        | EventType::WhatsappSession => None,
    }
}
