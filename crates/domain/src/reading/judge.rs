//! What follows from a reading: the fields of a document, the results of its parts, and why it is declined if it is.
//!
//! Each rule gives one part. A part that could not be carried out is skipped and says so; what is only a warning has no
//! reason. The first part with a reason declines, in the order in which they stand here: what is wrong with the
//! picture first, since the rest may follow from it.

use chrono::{Datelike as _, NaiveDate};

use super::{
    consistency,
    kinds::{Face, Layout, Recognised, recognise},
    limits,
    side::{SideReading, Zone},
    sources::{Sources, same_number},
};
use crate::{
    identifiers::{self, Kind, Verdict},
    time::parse_date,
    validations::{
        Attachment, AttachmentKind, AttachmentValidation, DeclinedReason, DocumentFields, DocumentFindings,
        DocumentKind, DocumentType, Field, SubKind, SubResult, SubValidation,
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
struct Case<'a> {
    expected: &'a Expected<'a>,
    front: &'a SideReading,
    back: Option<&'a SideReading>,
    seen: (Option<Recognised>, Option<Recognised>),
    fields: DocumentFields,
    sources: Sources,
    zone: Option<&'a Zone>,
    layout: Option<Layout>,
}

fn part(kind: SubKind, result: SubResult, message: &str, reason: Option<DeclinedReason>) -> SubValidation {
    SubValidation {
        kind,
        result,
        message: message.to_owned(),
        reason,
    }
}

fn valid(kind: SubKind, message: &str) -> SubValidation {
    part(kind, SubResult::Valid, message, None)
}

fn invalid(kind: SubKind, message: &str, reason: DeclinedReason) -> SubValidation {
    part(kind, SubResult::Invalid, message, Some(reason))
}

fn skipped(kind: SubKind, message: &str) -> SubValidation {
    part(kind, SubResult::Skipped, message, None)
}

impl Case<'_> {
    /// Documents without a portrait, of which no more than legibility is asked.
    fn is_paper(&self) -> bool {
        use DocumentType as T;
        matches!(
            self.expected.kind.document_type,
            T::Rut | T::Invoice | T::Record | T::TaxId | T::TemporaryNationalId
        )
    }

    fn date(&self, field: Field) -> Option<NaiveDate> {
        self.fields.get(field).and_then(parse_date)
    }

    /// The picture of a side: whether its text can be read, and on the front the portrait.
    fn attachment(
        &self,
        attachment: Attachment,
        side: &SideReading,
        complete: bool,
    ) -> Vec<AttachmentValidation> {
        let said = |kind, reason: Option<DeclinedReason>| AttachmentValidation {
            kind,
            attachment,
            result: if reason.is_some() {
                SubResult::Invalid
            } else {
                SubResult::Valid
            },
            reason,
        };
        let mut all = vec![said(
            AttachmentKind::Ocr,
            self.legibility(attachment, side, complete),
        )];
        if attachment == Attachment::DocumentFront && !self.is_paper() {
            let portrait = side.faces.first();
            let missing = portrait
                .is_none()
                .then_some(DeclinedReason::FaceNotFoundInDocument);
            all.push(said(AttachmentKind::FaceDetection, missing));
            if let Some(portrait) = portrait {
                let small = portrait.area.height < limits::PORTRAIT;
                all.push(said(
                    AttachmentKind::FaceClarity,
                    small.then_some(DeclinedReason::FaceNotClear),
                ));
            }
        }
        all
    }

    fn legibility(
        &self,
        attachment: Attachment,
        side: &SideReading,
        complete: bool,
    ) -> Option<DeclinedReason> {
        let quality = &side.quality;
        let few = side.lines.len() < limits::FEW_LINES;
        // A back may have a barcode or a zone and little else.
        let bare = few
            && (attachment == Attachment::DocumentFront || side.lines.is_empty() && side.barcodes.is_empty());
        let sum: f32 = side.lines.iter().map(|line| line.confidence).sum();
        let count = u16::try_from(side.lines.len()).unwrap_or(u16::MAX);
        let doubtful = !side.lines.is_empty() && sum / f32::from(count.max(1)) < limits::LEGIBLE;
        let unread = bare || doubtful || !complete;
        if quality.sharpness < limits::UNREADABLE || (quality.sharpness < limits::BLURRED && unread) {
            return Some(DeclinedReason::BlurryImage);
        }
        if side.lines.is_empty() && bare {
            return Some(DeclinedReason::OcrNoTextDetected);
        }
        let burnt = quality.glare > limits::BURNT && !complete;
        if (quality.light < limits::DARK && unread) || burnt || doubtful {
            return Some(DeclinedReason::ImageTextValidationNotPassed);
        }
        bare.then_some(DeclinedReason::MissingText)
    }

    /// Whether it is the document that was asked for, and each picture the side that it should be.
    fn document_type(&self) -> SubValidation {
        const KIND: SubKind = SubKind::DocumentType;
        let wanted = self.expected.kind;
        if self.is_paper() || !Layout::known(wanted) {
            return match self.seen.0 {
                Some(seen)
                    if !self.is_paper()
                        && wanted.document_type != DocumentType::PictureId
                        && !seen.layout.is(wanted) =>
                {
                    invalid(
                        KIND,
                        "The document is another one",
                        DeclinedReason::DocumentNotRecognized,
                    )
                }
                _ => skipped(KIND, "The layout of this document is not known"),
            };
        }
        let fits = |seen: Recognised| seen.layout.is(wanted);
        // Peru's card has its zone on either side, by its age.
        let is = |seen: Option<Recognised>, face: Face| {
            seen.is_some_and(|seen| fits(seen) && (seen.face == face || seen.layout == Layout::PeDni))
        };
        let (front, back) = self.seen;
        if front.is_none() && back.is_none()
            || front.is_some_and(|seen| !fits(seen))
            || back.is_some_and(|seen| !fits(seen))
        {
            return invalid(
                KIND,
                "The document is not the one that was asked for",
                DeclinedReason::DocumentNotRecognized,
            );
        }
        if !is(front, Face::Front) {
            return invalid(
                KIND,
                "The first picture is not the front",
                DeclinedReason::FrontDocumentNotFound,
            );
        }
        // A back without a zone and with a worn barcode has little to know it by: only what it is not can be told.
        if self.back.is_some()
            && back.is_some_and(|seen| seen.face == Face::Front && seen.layout != Layout::PeDni)
        {
            return invalid(
                KIND,
                "The second picture is not the back",
                DeclinedReason::ReverseDocumentNotFound,
            );
        }
        if self
            .back
            .is_some_and(|side| side.lines.len() < 2 && side.barcodes.is_empty())
        {
            return invalid(
                KIND,
                "The second picture is not the back",
                DeclinedReason::ReverseDocumentNotFound,
            );
        }
        valid(KIND, "The document is the one that was asked for")
    }

    fn photocopy(&self) -> SubValidation {
        const KIND: SubKind = SubKind::Photocopy;
        if self.is_paper() {
            return skipped(KIND, "The document need not be in colour");
        }
        if self.front.quality.colour < limits::COLOURLESS {
            return invalid(
                KIND,
                "The picture has no colour of its own",
                DeclinedReason::DocumentIsAPhotocopy,
            );
        }
        valid(KIND, "The picture is in colour")
    }

    /// A grid was only ever found on simulated screens: it warns a reviewer and declines nobody.
    fn photo_of_photo(&self) -> SubValidation {
        const KIND: SubKind = SubKind::PhotoOfPhoto;
        let sides = [Some(self.front), self.back];
        if sides
            .into_iter()
            .flatten()
            .any(|side| side.quality.screen > limits::SCREEN)
        {
            return part(
                KIND,
                SubResult::Invalid,
                "The picture has the grid of a screen",
                None,
            );
        }
        valid(KIND, "The picture has no grid of a screen")
    }

    fn required(&self) -> SubValidation {
        const KIND: SubKind = SubKind::RequiredData;
        let Some(layout) = self.layout else {
            return skipped(KIND, "The layout of this document is not known");
        };
        let missing = consistency::required(layout, self.back.is_some())
            .iter()
            .find(|(field, _)| self.fields.get(*field).is_none());
        match missing {
            Some((_, reason)) => invalid(KIND, "Data that has to be there is missing", *reason),
            None => valid(KIND, "All data is there"),
        }
    }

    fn mrz(&self) -> SubValidation {
        const KIND: SubKind = SubKind::Mrz;
        let Some(zone) = self.zone else {
            let wanted = self
                .layout
                .is_some_and(|layout| consistency::has_zone(layout, self.back.is_some()));
            let remains = [Some(self.front), self.back]
                .into_iter()
                .flatten()
                .any(consistency::has_remains_of_a_zone);
            return match (wanted, remains) {
                (_, true) => invalid(
                    KIND,
                    "The zone is not in its form",
                    DeclinedReason::InvalidMrzFormat,
                ),
                (true, false) => invalid(KIND, "The zone is missing", DeclinedReason::MissingMrz),
                (false, false) => skipped(KIND, "The document has no machine-readable zone"),
            };
        };
        let checks = &zone.checks;
        // Mexico's institute makes the digits of the number, the birth and the expiry by the rule, and not the last.
        let last = if zone.issuer == "MEX" {
            None
        } else {
            checks.composite
        };
        if [checks.number, checks.birth, checks.expiry, last].contains(&Some(false)) {
            return invalid(
                KIND,
                "A check digit of the zone is wrong",
                DeclinedReason::InvalidMrz,
            );
        }
        valid(KIND, "The check digits of the zone agree")
    }

    fn barcode(&self) -> SubValidation {
        const KIND: SubKind = SubKind::Barcode;
        let codes = [Some(self.front), self.back]
            .into_iter()
            .flatten()
            .flat_map(|side| &side.barcodes);
        let count = codes.count();
        if self.sources.barcode.is_empty() {
            let chilean = matches!(self.layout, Some(Layout::ClCedula | Layout::ClForeignId));
            return if chilean && count > 0 {
                invalid(
                    KIND,
                    "The code does not lead to the registry",
                    DeclinedReason::InvalidQrContent,
                )
            } else {
                skipped(KIND, "No barcode of a known kind was read")
            };
        }
        let other = [Field::DocumentNumber, Field::IssueNumber]
            .iter()
            .any(|field| self.sources.pairs(*field).iter().any(|(a, b)| !same_number(a, b)));
        if other {
            return invalid(
                KIND,
                "The barcode has another number",
                DeclinedReason::InvalidQrContent,
            );
        }
        valid(KIND, "The barcode agrees with the document")
    }

    fn document_number(&self) -> SubValidation {
        const KIND: SubKind = SubKind::DocumentNumber;
        let Some(number) = self.fields.get(Field::DocumentNumber) else {
            return skipped(KIND, "There is no number");
        };
        let kind = self.layout.and_then(consistency::number_kind);
        if kind.is_some_and(|kind| identifiers::check(kind, number).verdict == Verdict::Invalid) {
            return invalid(
                KIND,
                "The number is not one of its kind",
                DeclinedReason::InvalidDocumentNumber,
            );
        }
        for field in [Field::DocumentNumber, Field::IssueNumber, Field::Cpf] {
            if self.sources.pairs(field).iter().any(|(a, b)| !same_number(a, b)) {
                return invalid(
                    KIND,
                    "The number is not the same everywhere",
                    DeclinedReason::DataInconsistency,
                );
            }
        }
        let cpf = self.fields.get(Field::Cpf);
        if cpf.is_some_and(|cpf| identifiers::check(Kind::BrCpf, cpf).verdict == Verdict::Invalid) {
            return invalid(KIND, "The CPF is none", DeclinedReason::InvalidDocumentNumber);
        }
        let code = self.fields.get(Field::PostalCode);
        if code.is_some_and(|code| !consistency::is_postal_code(code)) {
            return invalid(KIND, "The postal code is none", DeclinedReason::InvalidPostalCode);
        }
        valid(KIND, "The number is in order")
    }

    fn curp(&self) -> SubValidation {
        const KIND: SubKind = SubKind::Curp;
        let Some(curp) = self.fields.get(Field::Curp) else {
            return skipped(KIND, "The document has no CURP");
        };
        let check = identifiers::check(Kind::MxCurp, curp);
        if check.verdict == Verdict::Invalid {
            return invalid(KIND, "The CURP is none", DeclinedReason::InvalidCurp);
        }
        if consistency::curp_contradicts(&check, curp, &self.fields) {
            return invalid(
                KIND,
                "The CURP is another person's",
                DeclinedReason::DataInconsistency,
            );
        }
        valid(KIND, "The CURP agrees with the document")
    }

    fn date_of_birth(&self) -> SubValidation {
        const KIND: SubKind = SubKind::DateOfBirth;
        let Some(birth) = self.date(Field::DateOfBirth) else {
            return skipped(KIND, "There is no date of birth");
        };
        let differs = |field| self.sources.pairs(field).iter().any(|(a, b)| a != b);
        if differs(Field::DateOfBirth) || differs(Field::Gender) {
            return invalid(
                KIND,
                "It is not the same everywhere",
                DeclinedReason::DataInconsistency,
            );
        }
        if birth > self.expected.today {
            return invalid(KIND, "It is not over yet", DeclinedReason::DataInconsistency);
        }
        valid(KIND, "The date of birth is in order")
    }

    fn names(&self) -> SubValidation {
        const KIND: SubKind = SubKind::Names;
        if self.fields.get(Field::LastName).is_none() && self.fields.get(Field::Name).is_none() {
            return skipped(KIND, "There are no names");
        }
        if consistency::names_contradict(&self.sources) {
            return invalid(
                KIND,
                "The names are not the same everywhere",
                DeclinedReason::DataInconsistency,
            );
        }
        valid(KIND, "The names are in order")
    }

    fn issue_date(&self) -> SubValidation {
        const KIND: SubKind = SubKind::IssueDate;
        let Some(issued) = self.date(Field::IssueDate) else {
            return skipped(KIND, "There is no date of issue");
        };
        let before_birth = self.date(Field::DateOfBirth).is_some_and(|birth| issued < birth);
        let after_expiry = self
            .date(Field::ExpirationDate)
            .is_some_and(|expires| issued > expires);
        if issued > self.expected.today || before_birth || after_expiry {
            return invalid(
                KIND,
                "It cannot have been issued then",
                DeclinedReason::InvalidIssueDate,
            );
        }
        // Colombia gives this card to adults alone.
        let adult_at = |age: i32| {
            self.date(Field::DateOfBirth)
                .is_none_or(|birth| consistency::age(birth, issued) >= age)
        };
        if matches!(self.layout, Some(Layout::CoCedula | Layout::CoCedulaDigital)) && !adult_at(limits::ADULT)
        {
            return invalid(
                KIND,
                "Its holder was a minor then",
                DeclinedReason::InvalidIssueDate,
            );
        }
        // Mexico's card is valid for ten years.
        let term = self
            .date(Field::ExpirationDate)
            .map(|expires| expires.year() - issued.year());
        if self.layout == Some(Layout::MxIne) && term.is_some_and(|years| years != 10) {
            return invalid(
                KIND,
                "Its term is not ten years",
                DeclinedReason::ProductionDataInconsistency,
            );
        }
        valid(KIND, "The date of issue is in order")
    }

    fn expiration_date(&self) -> SubValidation {
        const KIND: SubKind = SubKind::ExpirationDate;
        let Some(expires) = self.date(Field::ExpirationDate) else {
            return skipped(KIND, "The document has no date of expiry");
        };
        // Mexico's card ends with a year on its front and with a day of that year in its zone.
        let same =
            |a: &str, b: &str| a == b || (self.layout == Some(Layout::MxIne) && a.get(..4) == b.get(..4));
        if self
            .sources
            .pairs(Field::ExpirationDate)
            .iter()
            .any(|(a, b)| !same(a, b))
        {
            return invalid(
                KIND,
                "It is not the same everywhere",
                DeclinedReason::DataInconsistency,
            );
        }
        if expires < self.expected.today {
            return invalid(
                KIND,
                "The document has expired",
                DeclinedReason::DocumentHasExpired,
            );
        }
        valid(KIND, "The document is in force")
    }

    fn age(&self) -> SubValidation {
        const KIND: SubKind = SubKind::Age;
        let Some(birth) = self.date(Field::DateOfBirth) else {
            return skipped(KIND, "There is no date of birth");
        };
        let age = consistency::age(birth, self.expected.today);
        // A minor's card is a minor's.
        if age < limits::ADULT && self.expected.kind.document_type != DocumentType::IdentityCard {
            return invalid(KIND, "The person is a minor", DeclinedReason::Underage);
        }
        if age > limits::OLDEST {
            return invalid(KIND, "Nobody is so old", DeclinedReason::AgeAboveThreshold);
        }
        if self.expected.age_limit.is_some_and(|limit| age > limit) {
            return invalid(
                KIND,
                "The person is older than is admitted",
                DeclinedReason::AgeAboveLimit,
            );
        }
        valid(KIND, "The age is in order")
    }

    fn account(&self) -> SubValidation {
        const KIND: SubKind = SubKind::AccountId;
        let (Some(account), Some(number)) = (
            self.expected.account_number,
            self.fields.get(Field::DocumentNumber),
        ) else {
            return skipped(KIND, "The account has no number to compare with");
        };
        if same_number(account, number) {
            return valid(KIND, "The number is the account's");
        }
        invalid(
            KIND,
            "The number is not the account's",
            DeclinedReason::DocumentDoesNotMatchAccountId,
        )
    }
}
