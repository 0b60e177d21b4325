//! What a list of processes is asked for (seed 001, List Identity).

use super::ending::{DeclineReason, FailureStatus, ProcessStatus};
use crate::{
    fields::{FieldErrors, Fields},
    ids::{FlowId, ProcessId},
    names::fold,
    time::{Timestamp, parse_instant},
};

/// Longest range of dates, in days.
const LONGEST_RANGE: i64 = 62;

/// Letters of each of two words where they meet.
const JOINT: usize = 3;

/// What a text is searched as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// The process of that id.
    Process(ProcessId),
    /// The processes of that flow.
    Flow(FlowId),
    /// A part of an account, document number, phone, name or e-mail address; folded.
    Text(String),
}

/// What a list of processes is asked for; all of it has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// The effective status.
    pub status: Option<ProcessStatus>,
    /// The automatic failure status; `pending` is accepted and means the status.
    pub failure: Option<FailureStatus>,
    /// Any of these automatic reasons.
    pub declined: Vec<DeclineReason>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Up to this instant.
    pub to: Option<Timestamp>,
    /// What is searched.
    pub term: Option<Term>,
}

impl Search {
    /// Reads the filters of a query.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut search = Self {
            status: fields.one_of("status", ProcessStatus::ALL, &mut errors),
            ..Self::default()
        };
        match fields.get("failure_status") {
            None => {}
            Some(text) if text.eq_ignore_ascii_case("pending") => {
                search.status.get_or_insert(ProcessStatus::Pending);
            }
            Some(_) => {
                search.failure = fields.one_of("failure_status", FailureStatus::ALL, &mut errors);
            }
        }
        for text in fields
            .all("declined_reason")
            .iter()
            .flat_map(|text| text.split(','))
        {
            match text.trim().parse() {
                Ok(reason) => search.declined.push(reason),
                Err(_) => {
                    errors.push("declined_reason", "is no reason that a process is declined for");
                    break;
                }
            }
        }
        search.range(fields, &mut errors);
        search.term = fields.text("search", 200, &mut errors).map(|text| term(&text));
        errors.into_result()?;
        Ok(search)
    }

    /// Both ends or none, and not too far from each other.
    fn range(&mut self, fields: &Fields, errors: &mut FieldErrors) {
        let mut instant = |name: &str| {
            let text = fields.get(name)?;
            let read = parse_instant(&text.replace(' ', "+"));
            if read.is_none() {
                errors.push(
                    name,
                    "must be an ISO 8601 instant with its offset, as 2026-01-02T03:04:05-05:00",
                );
            }
            read
        };
        let (from, to) = (instant("start_date"), instant("end_date"));
        for (name, other) in [("start_date", "end_date"), ("end_date", "start_date")] {
            if fields.get(name).is_none() && fields.get(other).is_some() {
                errors.push(name, "is required where the other end of the range is given");
            }
        }
        if let (Some(from), Some(to)) = (from, to) {
            if to < from {
                errors.push("end_date", "must not be before start_date");
            } else if to.seconds() - from.seconds() > LONGEST_RANGE * 24 * 3600 {
                errors.push("end_date", "must be at most 2 months after start_date");
            }
            (self.from, self.to) = (Some(from), Some(to));
        }
    }

    /// What identifies the filters, for cursors.
    pub fn canonical(&self) -> String {
        format!("{self:?}")
    }
}

fn term(text: &str) -> Term {
    if let Ok(id) = text.parse() {
        return Term::Process(id);
    }
    if let Ok(id) = text.parse() {
        return Term::Flow(id);
    }
    Term::Text(folded(text))
}

/// A text as it is searched: without case, accents and punctuation, unless there is nothing else to it.
pub fn folded(text: &str) -> String {
    let folded = fold(text);
    if folded.is_empty() {
        text.to_owned()
    } else {
        folded
    }
}

/// Where the words of a folded text meet, if it is a part of another: the last three letters of one word and the first
/// three of the next. A word at an end may be longer than what is seen of it, so that nothing is said of a short one there.
/// The database's function of this name says all of them of a whole text.
pub fn joints(part: &str) -> Vec<String> {
    let words: Vec<Vec<char>> = part.split(' ').map(|word| word.chars().collect()).collect();
    let last = words.len() - 1;
    let known = |place: usize, at_end: bool| !at_end || words[place].len() >= JOINT;
    let meeting = (1..words.len()).filter(|&next| known(next - 1, next == 1) && known(next, next == last));
    meeting
        .map(|next| {
            let (before, behind) = (&words[next - 1], &words[next]);
            let ending = &before[before.len().saturating_sub(JOINT)..];
            let beginning = &behind[..behind.len().min(JOINT)];
            let letters = ending.iter().chain(&[' ']).chain(beginning);
            letters.collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &[(&str, &str)]) -> Result<Search, Vec<String>> {
        let mut fields = Fields::default();
        for (name, value) in query {
            fields.add(name, (*value).to_owned());
        }
        Search::parse(&fields).map_err(|errors| errors.0.into_iter().map(|error| error.field).collect())
    }

    #[test]
    fn words_meet_where_both_are_known() {
        for (part, expected) in [
            ("GARCIA LOPEZ", vec!["CIA LOP"]),
            ("CIA LOP", vec!["CIA LOP"]),
            ("IA LOPEZ", vec![]),
            ("GARCIA LO", vec![]),
            ("GARCIA DE LOPEZ", vec!["CIA DE", "DE LOP"]),
            ("MARIA DE LA O", vec!["RIA DE", "DE LA"]),
            ("GARCIA", vec![]),
            ("", vec![]),
            ("¡¡¡ !!!", vec!["¡¡¡ !!!"]),
        ] {
            assert_eq!(joints(part), expected, "{part}");
        }
    }

    #[test]
    fn filters_are_read_or_named() {
        let search = parse(&[
            ("failure_status", "pending"),
            ("declined_reason", "underage"),
            ("declined_reason", "geolocation_denied"),
            ("start_date", "2026-01-01T00:00:00 00:00"),
            ("end_date", "2026-02-28T23:59:59-05:00"),
            ("search", "Núñez"),
        ])
        .unwrap();
        assert_eq!(search.status, Some(ProcessStatus::Pending));
        assert_eq!(search.declined.len(), 2);
        assert_eq!(search.term, Some(Term::Text("NUNEZ".to_owned())));
        for (query, wrong) in [
            (&[("status", "done")][..], &["status"][..]),
            (&[("failure_status", "lost")], &["failure_status"]),
            (&[("declined_reason", "whatever")], &["declined_reason"]),
            (&[("start_date", "2026-01-01T00:00:00Z")], &["end_date"]),
            (&[("end_date", "2026-01-01T00:00:00Z")], &["start_date"]),
            (
                &[("start_date", "yesterday"), ("end_date", "2026-01-01T00:00:00Z")],
                &["start_date"],
            ),
            (
                &[
                    ("start_date", "2026-01-01T00:00:00Z"),
                    ("end_date", "2026-03-05T00:00:00Z"),
                ],
                &["end_date"],
            ),
            (
                &[
                    ("start_date", "2026-01-02T00:00:00Z"),
                    ("end_date", "2026-01-01T00:00:00Z"),
                ],
                &["end_date"],
            ),
        ] {
            assert_eq!(parse(query).unwrap_err(), wrong, "{query:?}");
        }
    }

    #[test]
    fn ids_are_searched_as_ids() {
        let id = ProcessId(uuid::Uuid::from_u128(7));
        assert_eq!(
            parse(&[("search", &id.to_string())]).unwrap().term,
            Some(Term::Process(id))
        );
        let id = FlowId(uuid::Uuid::from_u128(7));
        assert_eq!(
            parse(&[("search", &id.to_string())]).unwrap().term,
            Some(Term::Flow(id))
        );
    }
}
