//! Texts that are searched by a part of them, newest rows first, in tables of any length.
//!
//! A part that many rows have is met soon on the way through the newest ones; the index of its trigrams would lead to all
//! of those rows. One that few have is found by an index. Two words are found by where they meet
//! ([`joints`](cotejo_domain::processes::search::joints)), because each of them may be as common as it likes.

use cotejo_domain::{ids::ClientId, processes::search::joints};
use sqlx::{PgConnection, Postgres, QueryBuilder};

/// How many of the newest rows tell whether a part is common, and how many of them have one that is: a page is then full
/// after some ten thousand rows.
const SAMPLE: i64 = 2_000;
const COMMON: i64 = 4;

/// A table with the columns `client_id`, `id` and `search`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Table {
    Processes,
    Customers,
}

/// Which of the rows with a part are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The newest ones.
    Newest,
    /// As many as there are, in no order.
    All,
}

/// A part to search for, and how it is found.
#[derive(Debug)]
pub(crate) struct Part {
    pattern: String,
    joints: Vec<String>,
    /// Whether the client has few rows, with the part or without.
    few: bool,
    /// Whether many of the newest rows have it.
    common: bool,
}

impl Part {
    /// Sees how common this folded text is among a client's rows.
    pub(crate) async fn of(
        conn: &mut PgConnection,
        table: Table,
        client: ClientId,
        text: &str,
    ) -> sqlx::Result<Self> {
        let pattern = pattern(text);
        let name = match table {
            Table::Processes => "processes",
            Table::Customers => "customers",
        };
        let mut sample =
            QueryBuilder::<Postgres>::new("select count(*), count(*) filter (where search like ");
        sample.push_bind(&pattern).push(") from (select search from ");
        sample.push(name).push(" where client_id = ").push_bind(client.0);
        sample
            .push(" order by id desc limit ")
            .push_bind(SAMPLE)
            .push(") as newest");
        let (rows, met): (i64, i64) = sample.build_query_as().fetch_one(conn).await?;
        Ok(Self {
            pattern,
            joints: joints(text),
            // The indexes hold the rows of all clients: one who has few is quicker without them.
            few: rows < SAMPLE,
            common: met >= COMMON,
        })
    }

    /// The condition on a row's `search`, a column that is named so.
    pub(crate) fn push(&self, query: &mut QueryBuilder<Postgres>, column: &'static str, wanted: Wanted) {
        // Whoever wants all of them would walk through the whole table.
        let walked = self.few || (self.common && wanted == Wanted::Newest);
        let by_trigrams = !walked && self.joints.is_empty();
        // An expression that is not the column is in no index.
        query
            .push("(")
            .push(column)
            .push(if by_trigrams { " like " } else { " || '' like " })
            .push_bind(self.pattern.clone());
        if !walked && !by_trigrams {
            query
                .push(" and joints(")
                .push(column)
                .push(") @> ")
                .push_bind(self.joints.clone());
        }
        query.push(")");
    }
}

/// A pattern for texts that hold this one.
pub(crate) fn pattern(text: &str) -> String {
    let escaped = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    format!("%{escaped}%")
}
