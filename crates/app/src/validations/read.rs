//! Reading validations and enrollments.

use cotejo_domain::{
    files::{FileKind, LINK_SECONDS},
    ids::{EnrollmentId, ValidationId},
    permissions::Permission,
    validations::{AccountName, ReviewState, Slot, Validation},
};
use cotejo_store::{enrollments, reviews, validations as store};
use sqlx::PgConnection;

use super::{
    ENROLLMENT, VALIDATION,
    body::{Shown, ValidationBody, enrollment::EnrollmentBody},
};
use crate::{
    App, AppResult,
    access::Caller,
    cursor::Scope,
    files::path,
    page::{PAGE, Page, Position, ROWS},
};

const ROUTE: &str = "/v1/validations";

impl App {
    /// A validation, with links to what was uploaded if `details` are asked for.
    pub async fn get_validation(
        &self,
        caller: &Caller,
        id: ValidationId,
        account: Option<&AccountName>,
        details: bool,
    ) -> AppResult<ValidationBody> {
        caller.require(Permission::ValidationsRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let validation = store::find(&mut conn, caller.client().id, id)
            .await?
            .filter(|validation| account.is_none_or(|name| *name == validation.account_name))
            .ok_or(VALIDATION)?;
        self.validation_body(&mut conn, caller, &validation, details)
            .await
    }

    pub(crate) async fn validation_body(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        validation: &Validation,
        details: bool,
    ) -> AppResult<ValidationBody> {
        let review = match validation.review {
            ReviewState::None | ReviewState::Unavailable => None,
            _ => reviews::of_validation(&mut *conn, validation.client, validation.id).await?,
        };
        let pictures = match details {
            false => None,
            true => Some(self.picture_links(conn, caller, validation).await?),
        };
        let shown = Shown {
            instructions: self.instructions(validation),
            pictures,
            review: review.as_ref(),
        };
        Ok(ValidationBody::of(validation, shown))
    }

    /// Links to the pictures of a validation.
    async fn picture_links(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        validation: &Validation,
    ) -> AppResult<Vec<(Slot, String)>> {
        let (client, id, kind) = (validation.client, validation.id.0, FileKind::ValidationPicture);
        let until = self.now(caller.client()).plus_seconds(LINK_SECONDS);
        let files = cotejo_store::files::page(conn, client, id, kind, "", 10).await?;
        let link = |slot: &Slot| {
            let file = files.iter().find(|file| file.variant == slot.as_str())?;
            let link = self.link(&self.inner.files_url, "GET", &path(file.id), client, until);
            Some((*slot, link))
        };
        Ok(validation.slots().iter().filter_map(link).collect())
    }

    /// Validations of a client, newest first; of one account if it is named.
    pub async fn list_validations(
        &self,
        caller: &Caller,
        account: Option<&AccountName>,
        start_key: Option<&str>,
    ) -> AppResult<Page<ValidationBody>> {
        caller.require(Permission::ValidationsRead)?;
        let scope = Scope {
            client: caller.client().id,
            route: ROUTE,
            filter: account.map_or("", AccountName::as_str),
        };
        let after = self.start_after(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        let account = match account {
            None => None,
            Some(name) => Some(self.account(&mut conn, caller, name).await?.id),
        };
        let rows = store::list(&mut conn, scope.client, account, after, ROWS).await?;
        let page = self.page(scope, PAGE, rows, |validation| Position::Id(validation.id.0));
        Ok(page.map(|validation| {
            let shown = Shown {
                instructions: self.instructions(&validation),
                ..Shown::default()
            };
            ValidationBody::of(&validation, shown)
        }))
    }

    /// An enrollment.
    pub async fn get_enrollment(&self, caller: &Caller, id: EnrollmentId) -> AppResult<EnrollmentBody> {
        caller.require(Permission::ValidationsRead)?;
        let mut conn = self.inner.pool.acquire().await?;
        let enrollment = enrollments::find(&mut conn, caller.client().id, id, false).await?;
        let enrollment = enrollment.ok_or(ENROLLMENT)?;
        let waits = enrollment.waits_for_picture(self.now(caller.client()));
        let link = waits.then(|| self.enrollment_link(&enrollment));
        Ok(EnrollmentBody::of(&enrollment, link))
    }

    /// The enrollments of an account, newest first.
    pub async fn list_enrollments(
        &self,
        caller: &Caller,
        account: &AccountName,
        start_key: Option<&str>,
    ) -> AppResult<Page<EnrollmentBody>> {
        caller.require(Permission::ValidationsRead)?;
        let scope = Scope {
            client: caller.client().id,
            route: "/v1/accounts/enrollments",
            filter: account.as_str(),
        };
        let after = self.start_after(scope, start_key)?;
        let mut conn = self.inner.pool.acquire().await?;
        let account = self.account(&mut conn, caller, account).await?;
        let rows = enrollments::list(&mut conn, scope.client, account.id, after, ROWS).await?;
        let page = self.page(scope, PAGE, rows, |enrollment| Position::Id(enrollment.id.0));
        Ok(page.map(|enrollment| EnrollmentBody::of(&enrollment, None)))
    }
}
