//! Whether a picture of one side will do, before it is handed in (`contract/identity-wire.md` §3.9). The document itself is
//! not judged: what it says is none of this.

use super::{
    kinds::{Face, Layout, recognise},
    limits,
    pictures::is_paper,
    side::SideReading,
};
use crate::validations::{DeclinedReason, DocumentKind, Slot};

crate::text_enum! {
    /// What is wrong with a picture.
    pub enum PictureFault {
        /// It is not sharp.
        BlurryImage = "blurry_image",
        /// Light burns it out.
        ImageWithReflection = "image_with_reflection",
        /// There is too little light.
        LowLight = "low_light",
        /// There is no document, or another one.
        DocumentNotFound = "document_not_found",
        /// It is the back.
        FrontOfDocumentNotFound = "front_of_document_not_found",
        /// It is the front.
        BackOfDocumentNotFound = "back_of_document_not_found",
        /// There is no face on it.
        FaceNotFound = "face_not_found",
    }
}

impl PictureFault {
    /// What the person can do about it.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::BlurryImage => "Hold the camera still and let it focus",
            Self::ImageWithReflection => "Tilt the document until no light is mirrored",
            Self::LowLight => "Go where there is more light",
            Self::DocumentNotFound => "Show the whole document",
            Self::FrontOfDocumentNotFound => "Show the front of the document",
            Self::BackOfDocumentNotFound => "Show the back of the document",
            Self::FaceNotFound => "Show the face on the document",
        }
    }

    /// The fault behind a reason to decline; none where the picture is not to blame.
    pub const fn of(reason: DeclinedReason) -> Option<Self> {
        use DeclinedReason as R;
        match reason {
            R::BlurryImage => Some(Self::BlurryImage),
            R::DocumentNotRecognized => Some(Self::DocumentNotFound),
            R::FrontDocumentNotFound => Some(Self::FrontOfDocumentNotFound),
            R::ReverseDocumentNotFound => Some(Self::BackOfDocumentNotFound),
            R::FaceNotDetected | R::FaceNotFoundInDocument => Some(Self::FaceNotFound),
            _ => None,
        }
    }
}

/// What is wrong with the picture of a side, the worst first; none where it will do.
pub fn fault(kind: DocumentKind, slot: Slot, side: &SideReading) -> Option<PictureFault> {
    use PictureFault as F;
    let front = slot == Slot::Front;
    let nothing = side.lines.is_empty() && side.barcodes.is_empty();
    let unread = side.is_bare(front) || side.is_doubtful();
    let quality = &side.quality;
    let of_picture = [
        (quality.sharpness < limits::UNREADABLE, F::BlurryImage),
        (unread && quality.light < limits::DARK, F::LowLight),
        (unread && quality.glare > limits::BURNT, F::ImageWithReflection),
        (unread && quality.sharpness < limits::BLURRED, F::BlurryImage),
        (nothing, F::DocumentNotFound),
    ];
    let found = of_picture.into_iter().find(|(is, _)| *is).map(|(_, fault)| fault);
    found.or_else(|| other_document(kind, front, side)).or_else(|| {
        let without_face = front && !is_paper(kind) && side.faces.is_empty();
        without_face.then_some(F::FaceNotFound)
    })
}

/// Whether it shows another document than it should, or the other side of it.
fn other_document(kind: DocumentKind, front: bool, side: &SideReading) -> Option<PictureFault> {
    use PictureFault as F;
    if is_paper(kind) || !Layout::known(kind) {
        return None;
    }
    match recognise(side) {
        // A back has little to be known by.
        None => front.then_some(F::DocumentNotFound),
        Some(seen) if !seen.layout.is(kind) => Some(F::DocumentNotFound),
        // Its zone stands on either side, by its age.
        Some(seen) if seen.layout == Layout::PeDni => None,
        Some(seen) => match (front, seen.face) {
            (true, Face::Back) => Some(F::FrontOfDocumentNotFound),
            (false, Face::Front) => Some(F::BackOfDocumentNotFound),
            (true, Face::Front) | (false, Face::Back) => None,
        },
    }
}
