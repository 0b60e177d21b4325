//! The rules about the pictures: legible, of the right document, an original.

use super::{
    judge::{Case, invalid, part, skipped, valid},
    kinds::{Face, Layout, Recognised},
    limits,
    side::SideReading,
};
use crate::validations::{
    Attachment, AttachmentKind, AttachmentValidation, DeclinedReason, DocumentKind, DocumentType, SubKind,
    SubResult, SubValidation,
};

/// Documents without a portrait, of which no more than legibility is asked.
pub(super) const fn is_paper(kind: DocumentKind) -> bool {
    use DocumentType as T;
    matches!(
        kind.document_type,
        T::Rut | T::Invoice | T::Record | T::TaxId | T::TemporaryNationalId
    )
}

impl Case<'_> {
    pub(super) fn is_paper(&self) -> bool {
        is_paper(self.expected.kind)
    }

    /// The picture of a side: whether its text can be read, and on the front the portrait.
    pub(super) fn attachment(
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

    pub(super) fn legibility(
        &self,
        attachment: Attachment,
        side: &SideReading,
        complete: bool,
    ) -> Option<DeclinedReason> {
        let quality = &side.quality;
        let bare = side.is_bare(attachment == Attachment::DocumentFront);
        let doubtful = side.is_doubtful();
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
    pub(super) fn document_type(&self) -> SubValidation {
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

    pub(super) fn photocopy(&self) -> SubValidation {
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
    pub(super) fn photo_of_photo(&self) -> SubValidation {
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
}
