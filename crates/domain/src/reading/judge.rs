//! What follows from a reading: the fields of a document, the results of its parts, and why it is declined if it is.
//!
//! Each rule gives one part. A part that could not be carried out is skipped and says so; what is only a warning has no
//! reason. The first part with a reason declines, in the order in which they stand here: what is wrong with the
//! picture first, since the rest may follow from it.

use chrono::NaiveDate;

use super::{
    kinds::{Layout, Recognised, recognise},
    side::{SideReading, Zone},
    sources::Sources,
};
use crate::{
    time::parse_date,
    validations::{
        Attachment, AttachmentValidation, DeclinedReason, DocumentFields, DocumentFindings, DocumentKind,
        Field, SubKind, SubResult, SubValidation,
    },
};

/// What is known of the document before it is read.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The document that the client asked for.
    pub kind: DocumentKind,
    /// The day on which it is judged.
    pub today: NaiveDate,
    /// The number of the account's document, where the account has one.
    pub account_number: Option<&'a str>,
    /// The greatest age that the client admits.
    pub age_limit: Option<i32>,
}

/// What a document came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judged {
    /// What it says.
    pub fields: DocumentFields,
    /// Which layout it has, where it was recognised.
    pub layout: Option<Layout>,
    /// Whether its pictures are good enough.
    pub attachments: Vec<AttachmentValidation>,
    /// Its parts.
    pub parts: Vec<SubValidation>,
}

impl Judged {
    /// As a validation keeps it.
    pub fn into_findings(self) -> DocumentFindings {
        DocumentFindings {
            fields: self.fields,
            version: self.layout.map(|layout| layout.as_str().to_owned()),
            attachments: self.attachments,
            parts: self.parts,
        }
    }

    /// Why it is declined; none where nothing speaks against it.
    pub fn declined_reason(&self) -> Option<DeclinedReason> {
        let pictures = self.attachments.iter().filter_map(|picture| picture.reason);
        let parts = self.parts.iter().filter_map(|part| part.reason);
        pictures.chain(parts).next()
    }
}

/// Judges a document by its front and, where it has been handed in, its back.
pub fn judge(expected: &Expected<'_>, front: &SideReading, back: Option<&SideReading>) -> Judged {
    let seen_front = recognise(front);
    let seen_back = back.and_then(recognise);
    let sides: Vec<(&SideReading, Recognised)> = [(Some(front), seen_front), (back, seen_back)]
        .into_iter()
        .filter_map(|(side, seen)| Some((side?, seen?)))
        .collect();
    let sources = Sources::of(&sides, expected.today);
    let zone = sides.iter().find_map(|(side, _)| side.zone.as_ref());
    let case = Case {
        expected,
        front,
        back,
        seen: (seen_front, seen_back),
        fields: sources.merged(zone),
        sources,
        zone,
        layout: sides.first().map(|(_, seen)| seen.layout),
    };
    let parts = vec![
        case.document_type(),
        case.photocopy(),
        case.photo_of_photo(),
        case.required(),
        case.mrz(),
        case.barcode(),
        case.document_number(),
        case.curp(),
        case.date_of_birth(),
        case.names(),
        case.issue_date(),
        case.expiration_date(),
        case.age(),
        case.account(),
        skipped(
            SubKind::SecurityElements,
            "Security elements are judged by a reviewer",
        ),
        skipped(
            SubKind::ImageTampering,
            "Traces of tampering are judged by a reviewer",
        ),
    ];
    let read = !parts.iter().any(may_be_misread);
    let mut attachments = case.attachment(Attachment::DocumentFront, front, read);
    if let Some(back) = back {
        attachments.extend(case.attachment(Attachment::DocumentReverse, back, read));
    }
    Judged {
        layout: case.layout,
        fields: case.fields,
        attachments,
        parts,
    }
}

/// Whether a fault may lie in the reading rather than in the document: in a bad picture, the picture is declined.
fn may_be_misread(part: &SubValidation) -> bool {
    use SubKind as K;
    let of_content = matches!(
        part.kind,
        K::DocumentType
            | K::RequiredData
            | K::Mrz
            | K::DocumentNumber
            | K::Curp
            | K::DateOfBirth
            | K::Names
            | K::IssueDate
    );
    let differs = part.kind == K::ExpirationDate && part.reason == Some(DeclinedReason::DataInconsistency);
    part.reason.is_some() && (of_content || differs)
}

/// Everything that the rules look at.
pub(super) struct Case<'a> {
    pub(super) expected: &'a Expected<'a>,
    pub(super) front: &'a SideReading,
    pub(super) back: Option<&'a SideReading>,
    pub(super) seen: (Option<Recognised>, Option<Recognised>),
    pub(super) fields: DocumentFields,
    pub(super) sources: Sources,
    pub(super) zone: Option<&'a Zone>,
    pub(super) layout: Option<Layout>,
}

pub(super) fn part(
    kind: SubKind,
    result: SubResult,
    message: &str,
    reason: Option<DeclinedReason>,
) -> SubValidation {
    SubValidation {
        kind,
        result,
        message: message.to_owned(),
        reason,
    }
}

pub(super) fn valid(kind: SubKind, message: &str) -> SubValidation {
    part(kind, SubResult::Valid, message, None)
}

pub(super) fn invalid(kind: SubKind, message: &str, reason: DeclinedReason) -> SubValidation {
    part(kind, SubResult::Invalid, message, Some(reason))
}

pub(super) fn skipped(kind: SubKind, message: &str) -> SubValidation {
    part(kind, SubResult::Skipped, message, None)
}

impl Case<'_> {
    pub(super) fn date(&self, field: Field) -> Option<NaiveDate> {
        self.fields.get(field).and_then(parse_date)
    }
}
