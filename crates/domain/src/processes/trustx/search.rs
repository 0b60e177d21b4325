//! What a list, a search or an export of instances is asked for.

use uuid::Uuid;

use super::{Base32Id, InstanceStatus};
use crate::{
    fields::{FieldErrors, Fields, must_be_one_of},
    ids::FlowId,
    time::{Timestamp, parse_instant},
};

/// Longest text that is searched.
const LONGEST: usize = 200;

/// Most instances of a page, and how many there are where nothing is said.
const LARGEST_PAGE: i64 = 1000;
const USUAL_PAGE: i64 = 100;

/// Pages behind this one are not asked for by people.
const LAST_PAGE: i64 = 1_000_000;

/// Up to how many instances are counted; what is said of more is that there are at least so many.
pub const COUNTED: i64 = 10_000;

/// What is searched for; all of it has to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InstanceSearch {
    /// A part of a name, reference id, e-mail address or phone, or an id, as it was sent.
    pub text: Option<String>,
    /// Whether texts are searched as the vendor does: with their case, by name and reference id alone.
    pub strict: bool,
    /// Made from this instant on.
    pub from: Option<Timestamp>,
    /// Made up to this instant.
    pub to: Option<Timestamp>,
    /// In the flow of that name.
    pub flow_name: Option<String>,
    /// In that flow.
    pub flow: Option<FlowId>,
    /// In any of these statuses; in any where there is none.
    pub statuses: Vec<InstanceStatus>,
}

/// Which page of a list, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    /// The page, from 0.
    pub page: i64,
    /// Instances of a page.
    pub size: i64,
    /// The newest first.
    pub descending: bool,
}

impl InstanceSearch {
    /// Reads the filters.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn parse(fields: &Fields) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let search = Self::read(fields, &mut errors);
        errors.into_result()?;
        Ok(search)
    }

    /// The same where more is read of the same fields.
    pub fn read(fields: &Fields, errors: &mut FieldErrors) -> Self {
        let mut instant = |name: &str| {
            let read = parse_instant(fields.get(name)?);
            if read.is_none() {
                errors.push(name, "must be an ISO 8601 instant, as 2026-01-02T03:04:05Z");
            }
            read
        };
        let (from, to) = (instant("startDateTime"), instant("endDateTime"));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            errors.push("endDateTime", "must not be before startDateTime");
        }
        let flow = fields.get("processDefinitionId").and_then(|text| {
            let read = text.parse().ok().map(|Base32Id(id)| FlowId(id));
            if read.is_none() {
                errors.push("processDefinitionId", "must be the id of a process definition");
            }
            read
        });
        Self {
            text: fields.text("searchString", LONGEST, errors),
            strict: fields
                .get("compat")
                .is_some_and(|text| text.eq_ignore_ascii_case("strict")),
            from,
            to,
            flow_name: fields.text("processDefinitionName", LONGEST, errors),
            flow,
            statuses: statuses(fields, errors),
        }
    }

    /// The id that the text is, if it is one.
    pub fn id(&self) -> Option<Uuid> {
        let id: Base32Id = self.text.as_deref()?.parse().ok()?;
        Some(id.0)
    }
}

fn statuses(fields: &Fields, errors: &mut FieldErrors) -> Vec<InstanceStatus> {
    const NAME: &str = "processInstanceStatus";
    let mut statuses = Vec::new();
    for text in fields.all(NAME).iter().flat_map(|text| text.split(',')) {
        match text.trim().parse() {
            Ok(status) if statuses.contains(&status) => {}
            Ok(status) => statuses.push(status),
            Err(_) => {
                errors.push(NAME, must_be_one_of(InstanceStatus::ALL));
                break;
            }
        }
    }
    statuses
}

impl Paging {
    /// Reads the page.
    pub fn read(fields: &Fields, errors: &mut FieldErrors) -> Self {
        let mut whole = |name: &str, least: i64, most: i64, usual: i64| {
            let Some(text) = fields.get(name) else {
                return usual;
            };
            let read = text
                .parse::<i64>()
                .ok()
                .filter(|number| (least..=most).contains(number));
            read.unwrap_or_else(|| {
                errors.push(name, format!("must be a whole number from {least} to {most}"));
                usual
            })
        };
        let (page, size) = (
            whole("page", 0, LAST_PAGE, 0),
            whole("size", 1, LARGEST_PAGE, USUAL_PAGE),
        );
        let (property, order) = match fields.get("sort") {
            None => ("createdAt", "desc"),
            Some(sort) => sort.split_once(',').unwrap_or((sort, "asc")),
        };
        let descending = order.trim().eq_ignore_ascii_case("desc");
        let known = ["createdAt", "createdDtm"].contains(&property.trim());
        if !known || !(descending || order.trim().eq_ignore_ascii_case("asc")) {
            errors.push("sort", "must be createdAt,desc or createdAt,asc");
        }
        Self {
            page,
            size,
            descending,
        }
    }

    /// How many instances lie before the page.
    pub const fn offset(self) -> i64 {
        self.page * self.size
    }

    /// How many instances there are: as many as were counted, and beyond [`COUNTED`] at least as many as the page shows
    /// that there are. Who goes on until the last page sees all of them either way.
    pub fn total(self, counted: i64, shown: i64, more: bool) -> i64 {
        if counted <= COUNTED {
            return counted;
        }
        counted.max(self.offset() + shown + i64::from(more))
    }

    /// How many pages so many instances take.
    pub const fn pages(self, total: i64) -> i64 {
        (total + self.size - 1) / self.size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(query: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in query {
            fields.add(name, (*value).to_owned());
        }
        fields
    }

    fn names(errors: FieldErrors) -> Vec<String> {
        errors.0.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn filters_are_read_or_named() {
        let search = InstanceSearch::parse(&fields(&[
            ("searchString", " Núñez "),
            ("startDateTime", "2026-01-01T00:00:00Z"),
            ("processDefinitionName", "kyc"),
            ("processDefinitionId", "AAAAAAAAAAAAAAAAAAAAAAAAAE"),
            ("processInstanceStatus", "review,PAUSED"),
            ("processInstanceStatus", "REVIEW"),
            ("compat", "strict"),
        ]))
        .unwrap();
        assert_eq!(search.text.as_deref(), Some("Núñez"));
        assert_eq!(search.id(), None);
        assert_eq!(search.flow, Some(FlowId(Uuid::from_u128(1))));
        assert_eq!(search.statuses, [InstanceStatus::Review, InstanceStatus::Paused]);
        assert!(search.strict && search.from.is_some() && search.to.is_none());
        for (query, wrong) in [
            (&[("startDateTime", "yesterday")][..], &["startDateTime"][..]),
            (
                &[
                    ("startDateTime", "2026-01-02T00:00:00Z"),
                    ("endDateTime", "2026-01-01T00:00:00Z"),
                ],
                &["endDateTime"],
            ),
            (&[("processDefinitionId", "kyc")], &["processDefinitionId"]),
            (&[("processInstanceStatus", "DONE")], &["processInstanceStatus"]),
            (
                &[("endDateTime", "x"), ("processInstanceStatus", "")],
                &["endDateTime"],
            ),
        ] {
            let errors = InstanceSearch::parse(&fields(query)).unwrap_err();
            assert_eq!(names(errors), wrong, "{query:?}");
        }
    }

    #[test]
    fn a_text_that_is_an_id_is_searched_as_one_too() {
        let search = InstanceSearch::parse(&fields(&[("searchString", "AAAAAAAAAAAAAAAAAAAAAAAAAI")]));
        assert_eq!(search.unwrap().id(), Some(Uuid::from_u128(2)));
    }

    #[test]
    fn pages_are_read_or_named() {
        let usual = Paging {
            page: 0,
            size: 100,
            descending: true,
        };
        for (query, paging) in [
            (&[][..], usual),
            (
                &[("page", "3"), ("size", "1000")],
                Paging {
                    page: 3,
                    size: 1000,
                    ..usual
                },
            ),
            (&[("sort", "createdAt,desc")], usual),
            (
                &[("sort", "createdAt,ASC")],
                Paging {
                    descending: false,
                    ..usual
                },
            ),
            (
                &[("sort", "createdAt")],
                Paging {
                    descending: false,
                    ..usual
                },
            ),
        ] {
            let mut errors = FieldErrors::default();
            assert_eq!(Paging::read(&fields(query), &mut errors), paging, "{query:?}");
            assert_eq!(errors, FieldErrors::default());
        }
        for (query, wrong) in [
            (&[("page", "-1"), ("size", "1001")][..], &["page", "size"][..]),
            (&[("size", "0"), ("sort", "lastName,asc")], &["size", "sort"]),
            (&[("page", "first"), ("sort", "createdAt,up")], &["page", "sort"]),
        ] {
            let mut errors = FieldErrors::default();
            Paging::read(&fields(query), &mut errors);
            assert_eq!(names(errors), wrong, "{query:?}");
        }
    }

    #[test]
    fn a_total_is_exact_until_it_is_only_at_least() {
        let paging = Paging {
            page: 2,
            size: 100,
            descending: true,
        };
        for (counted, shown, more, total, pages) in [
            (0, 0, false, 0, 0),
            (250, 50, false, 250, 3),
            (COUNTED, 100, true, COUNTED, 100),
            (COUNTED + 1, 100, true, COUNTED + 1, 101),
        ] {
            assert_eq!(paging.total(counted, shown, more), total);
            assert_eq!(paging.pages(total), pages);
        }
        let far = Paging { page: 200, ..paging };
        assert_eq!(far.total(COUNTED + 1, 100, true), 20_101);
        assert_eq!(far.total(COUNTED + 1, 40, false), 20_040);
    }
}
