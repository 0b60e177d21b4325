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

/// A part to search for, and how it is found.
#[derive(Debug)]
pub(crate) struct Part {
    pattern: String,
    way: Way,
}

#[derive(Debug)]
enum Way {
    /// By looking at the newest rows until there are enough.
    Newest,
    /// By the index of trigrams.
    Trigrams,
    /// By the index of joints.
    Joints(Vec<String>),
}

impl Part {
    /// Decides how a client's rows with this folded text are found.
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
        let joints = joints(text);
        // The indexes hold the rows of all clients: one who has few is quicker without them.
        let way = if rows < SAMPLE || met >= COMMON {
            Way::Newest
        } else if joints.is_empty() {
            Way::Trigrams
        } else {
            Way::Joints(joints)
        };
        Ok(Self { pattern, way })
    }

    /// The condition on a row's `search`, a column that is named so.
    pub(crate) fn push(self, query: &mut QueryBuilder<Postgres>, column: &'static str) {
        query.push("(").push(column);
        // An expression that is not the column is in no index.
        let apart = !matches!(self.way, Way::Trigrams);
        query.push(if apart { " || '' like " } else { " like " });
        query.push_bind(self.pattern);
        if let Way::Joints(joints) = self.way {
            query
                .push(" and joints(")
                .push(column)
                .push(") @> ")
                .push_bind(joints);
        }
        query.push(")");
    }
}

/// A pattern for texts that hold this one.
pub(crate) fn pattern(text: &str) -> String {
    let escaped = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    format!("%{escaped}%")
}
