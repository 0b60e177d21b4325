//! Instances as the wire prints them (`contract/trustx-credas-wire.md` §1.1 and §1.3).

use std::collections::BTreeMap;

use cotejo_domain::{
    processes::trustx::{Base32Id, Instance, InstanceStatus, Paging, dtm, instance::known, status::Reviewed},
    time::Timestamp,
};
use serde::Serialize;
use utoipa::ToSchema;

/// An instance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrustXProcessInstance)]
pub struct InstanceBody {
    /// When it ended
    #[serde(skip_serializing_if = "Option::is_none")]
    completed_at: Option<String>,
    /// When it was made
    #[schema(example = "2026-01-02T03:04:05.123Z")]
    created_at: String,
    /// From its beginning to its end, or to now
    elapsed_milliseconds: i64,
    /// E-mail address of the person, or `Not available`
    email: String,
    /// When its time is over
    expires_at: String,
    /// Given names of the person, or `Not available`
    first_name: String,
    /// Its id
    #[schema(value_type = String, example = "AGSAAAAAABYABAAAAAAAAAAAAE")]
    id: Base32Id,
    /// Surnames of the person, or `Not available`
    last_name: String,
    /// Phone of the person, or `Not available`
    phone_number: String,
    /// The flow
    #[schema(value_type = String)]
    process_defn_id: Base32Id,
    /// The flow's name
    process_defn_name: String,
    /// The flow's version
    process_defn_version: i32,
    /// The token that it was begun by
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    process_token_id: Option<Base32Id>,
    /// The client's own name for it
    #[serde(rename = "referenceID", skip_serializing_if = "Option::is_none")]
    reference_id: Option<String>,
    /// What a reviewer said
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<InstanceReviewBody>,
    /// Where it stands
    #[schema(value_type = String, example = "COMPLETED_ENDED_SUCCESS")]
    status: InstanceStatus,
    /// The same in a word
    #[schema(example = "Accepted")]
    status_mapped: &'static str,
    /// The client
    #[schema(value_type = String)]
    tenant_id: Base32Id,
}

/// What a reviewer said.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrustXReview)]
pub struct InstanceReviewBody {
    /// Why, in words
    comment: String,
    /// When
    reviewed_at: String,
    /// Who
    reviewed_by: String,
    /// What the instance came to by it
    #[schema(value_type = String)]
    status: InstanceStatus,
}

/// An instance with what it began with.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrustXProcessInstanceWithParameters)]
pub struct InstanceWithParametersBody {
    /// The instance
    #[serde(flatten)]
    pub(super) instance: InstanceBody,
    /// What its token, or the client at its beginning, said of the person
    #[schema(value_type = Object)]
    pub(super) process_token_parameters: BTreeMap<String, String>,
}

impl InstanceBody {
    pub(super) fn of(instance: &Instance, now: Timestamp) -> Self {
        let person = &instance.applicant;
        Self {
            completed_at: instance.finished.map(dtm),
            created_at: dtm(instance.created),
            elapsed_milliseconds: instance.elapsed(now),
            email: known(person.email.as_deref()),
            expires_at: dtm(instance.deadline),
            first_name: known(person.first_name.as_deref()),
            id: Base32Id(instance.id.0),
            last_name: known(person.last_name.as_deref()),
            phone_number: known(person.phone.as_deref()),
            process_defn_id: Base32Id(instance.flow.0),
            process_defn_name: instance.flow_name.clone(),
            process_defn_version: instance.flow_version,
            process_token_id: instance.token.map(Base32Id),
            reference_id: instance.reference.clone(),
            review: instance.reviewed.as_ref().map(InstanceReviewBody::of),
            status: instance.status,
            status_mapped: instance.status.mapped(),
            tenant_id: Base32Id(instance.client.0),
        }
    }
}

impl InstanceReviewBody {
    fn of(reviewed: &Reviewed) -> Self {
        Self {
            comment: reviewed.comment.clone(),
            reviewed_at: dtm(reviewed.at),
            reviewed_by: reviewed.by.clone(),
            status: reviewed.status,
        }
    }
}

/// A page, in the vendor's envelope.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrustXPage)]
pub struct InstancesBody {
    /// The instances
    content: Vec<InstanceBody>,
    /// Whether there are none
    empty: bool,
    /// Whether it is the first page
    first: bool,
    /// Whether there are none behind it
    last: bool,
    /// Which page it is, from 0
    number: i64,
    /// How many instances it has
    number_of_elements: usize,
    /// Where it stands
    pageable: PageableBody,
    /// How many instances it may have
    size: i64,
    /// In which order
    sort: Vec<SortBody>,
    /// How many instances there are; of more than 10,000, at least how many
    total_elements: i64,
    /// How many pages they take
    total_pages: i64,
}

/// Where a page stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrustXPageable)]
pub struct PageableBody {
    /// How many instances lie before it
    offset: i64,
    /// Which page it is, from 0
    page_number: i64,
    /// How many instances it may have
    page_size: i64,
    /// Always true
    paged: bool,
    /// In which order
    sort: Vec<SortBody>,
    /// Always false
    unpaged: bool,
}

/// An order.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = TrustXSort)]
pub struct SortBody {
    /// Whether it goes up
    ascending: bool,
    /// `ASC` or `DESC`
    direction: &'static str,
    /// Always false
    ignore_case: bool,
    /// Always `NATIVE`
    null_handling: &'static str,
    /// By what
    property: &'static str,
}

impl InstancesBody {
    /// A page of what a search found: whether there are more behind it, and how many were counted.
    pub(super) fn of(paging: Paging, content: Vec<InstanceBody>, more: bool, counted: i64) -> Self {
        let shown = i64::try_from(content.len()).unwrap_or(i64::MAX);
        let total = paging.total(counted, shown, more);
        let sort = vec![SortBody {
            ascending: !paging.descending,
            direction: if paging.descending { "DESC" } else { "ASC" },
            ignore_case: false,
            null_handling: "NATIVE",
            property: "createdAt",
        }];
        Self {
            empty: content.is_empty(),
            first: paging.page == 0,
            last: !more,
            number: paging.page,
            number_of_elements: content.len(),
            content,
            pageable: PageableBody {
                offset: paging.offset(),
                page_number: paging.page,
                page_size: paging.size,
                paged: true,
                sort: sort.clone(),
                unpaged: false,
            },
            size: paging.size,
            sort,
            total_elements: total,
            total_pages: paging.pages(total),
        }
    }
}
