//! Pages of lists: 20 items, a cursor for the next ones.

use uuid::Uuid;

use crate::{
    App, AppResult,
    cursor::{Scope, invalid},
};

/// Items on a page.
pub const PAGE: usize = 20;

/// How many rows are asked for: one more than a page tells whether there is another.
#[expect(clippy::cast_possible_wrap, reason = "a page has 20 items")]
pub(crate) const ROWS: i64 = PAGE as i64 + 1;

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// The `start_key` of the next page, if there is one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A list that is never longer than a page.
    pub const fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }

    /// The page of what is made of each item.
    pub(crate) fn map<U>(self, item: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(item).collect(),
            next: self.next,
        }
    }

    /// The page of what is made of each item, if something can be made of all.
    pub(crate) fn try_map<U>(self, item: impl FnMut(T) -> AppResult<U>) -> AppResult<Page<U>> {
        Ok(Page {
            items: self.items.into_iter().map(item).collect::<AppResult<_>>()?,
            next: self.next,
        })
    }
}

impl App {
    /// Where a page of a list by id starts: behind this one.
    pub(crate) fn start_after(&self, scope: Scope<'_>, start_key: Option<&str>) -> AppResult<Option<Uuid>> {
        let Some(key) = start_key else { return Ok(None) };
        let position = self.position(scope, key)?;
        Ok(Some(Uuid::from_slice(&position).map_err(|_| invalid())?))
    }

    /// Where a page of a list by number starts: behind this one.
    pub(crate) fn start_behind(&self, scope: Scope<'_>, start_key: Option<&str>) -> AppResult<Option<i64>> {
        let Some(key) = start_key else { return Ok(None) };
        let position: [u8; 8] = self.position(scope, key)?.try_into().map_err(|_| invalid())?;
        Ok(Some(i64::from_be_bytes(position)))
    }

    /// Where a page of what a check's sources said starts: behind this place.
    pub(crate) fn start_at_place(&self, scope: Scope<'_>, start_key: Option<&str>) -> AppResult<(i16, i16)> {
        let Some(key) = start_key else { return Ok((-1, -1)) };
        let position: [u8; 4] = self.position(scope, key)?.try_into().map_err(|_| invalid())?;
        let [a, b, c, d] = position;
        Ok((i16::from_be_bytes([a, b]), i16::from_be_bytes([c, d])))
    }

    /// Where a page of a list by a text starts: behind this one.
    pub(crate) fn start_behind_text(&self, scope: Scope<'_>, start_key: Option<&str>) -> AppResult<String> {
        let Some(key) = start_key else {
            return Ok(String::new());
        };
        Ok(String::from_utf8(self.position(scope, key)?).map_err(|_| invalid())?)
    }

    /// A page of rows, of which there may be one more than fits.
    pub(crate) fn page<R>(
        &self,
        scope: Scope<'_>,
        size: usize,
        mut rows: Vec<R>,
        position: impl Fn(&R) -> Position,
    ) -> Page<R> {
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(|last| match position(last) {
            Position::Id(id) => self.cursor(scope, id.as_bytes()),
            Position::Number(number) => self.cursor(scope, &number.to_be_bytes()),
            Position::Text(text) => self.cursor(scope, text.as_bytes()),
            Position::Place(run, seq) => self.cursor(scope, &[run.to_be_bytes(), seq.to_be_bytes()].concat()),
        });
        Page { items: rows, next }
    }
}

/// Where an item stands in its list.
pub(crate) enum Position {
    /// In a list by id.
    Id(Uuid),
    /// In a list by number.
    Number(i64),
    /// In a list by a text.
    Text(String),
    /// Among the details of a check: its run, and which of the run's it is.
    Place(i16, i16),
}
