//! Accounts of validations.

use cotejo_domain::{
    clients::Client,
    permissions::Permission,
    validations::{Account, AccountName},
};
use cotejo_store::validation_accounts as store;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{ACCOUNT, body::account::AccountBody};
use crate::{
    App, AppError, AppResult,
    access::Caller,
    command::{Audited, Begun, Command, Done},
    cursor::Scope,
    page::{PAGE, Page, Position, ROWS},
};

const ROUTE: &str = "/v1/accounts";

impl App {
    /// Makes an account. One that is there already is not changed by that.
    pub async fn create_validation_account(&self, command: &Command) -> AppResult<Done> {
        command.caller.require(Permission::ValidationsWrite)?;
        let client = command.caller.client().id;
        let now = command.now(self);
        let account = Account::parse(&command.fields()?, client, self.ids().uuid(now), now)?;
        let mut write = match self.begin(command).await? {
            Begun::Write(write) => write,
            Begun::Again(done) => return Ok(done),
        };
        store::insert(&mut write.tx, &account)
            .await
            .map_err(|error| AppError::taken(error, store::NAME, "the account exists already"))?;
        let audited = Audited {
            action: "account.created",
            resource: account.id,
            ..Audited::default()
        };
        self.end(write, command, audited, 201, &AccountBody::from(&account))
            .await
    }

    /// An account.
    pub async fn get_validation_account(
        &self,
        caller: &Caller,
        name: &AccountName,
    ) -> AppResult<AccountBody> {
        caller.require(Permission::ValidationsRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let account = store::find(&mut conn, caller.client().id, name).await?;
        Ok(AccountBody::from(&account.ok_or(ACCOUNT)?))
    }

    /// The accounts of a client, newest first.
    pub async fn list_validation_accounts(
        &self,
        caller: &Caller,
        start_key: Option<&str>,
    ) -> AppResult<Page<AccountBody>> {
        caller.require(Permission::ValidationsRead)?;
        let scope = Scope {
            client: caller.client().id,
            route: ROUTE,
            filter: "",
        };
        let after = self.start_after(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        let rows = store::list(&mut conn, scope.client, after, ROWS).await?;
        let page = self.page(scope, PAGE, rows, |account| Position::Id(account.id));
        Ok(page.map(|account| AccountBody::from(&account)))
    }

    /// The id of the account of that name, which is made if it is not there; a new one's where no name is given.
    pub(crate) async fn ensure_account(
        &self,
        conn: &mut PgConnection,
        client: &Client,
        name: Option<AccountName>,
    ) -> AppResult<(Uuid, AccountName)> {
        let now = self.now(client);
        let account = Account::bare(client.id, self.ids().uuid(now), name, now);
        Ok((store::ensure(conn, &account).await?, account.name))
    }

    /// The account of that name.
    pub(super) async fn account(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        name: &AccountName,
    ) -> AppResult<Account> {
        let account = store::find(conn, caller.client().id, name).await?;
        account.ok_or(ACCOUNT)
    }
}
