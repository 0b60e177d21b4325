//! The limits from which on a measured number says something. They were read off synthetic pictures (`docs/vision.md`)
//! and are starting points, not laws.

/// Below it, a picture is blurred. Sharp pictures of cards measure above 1,000, blurred ones that are still read about
/// 100 to 400: so blur declines only where something was not read.
pub const BLURRED: f32 = 200.0;
/// Below it, nothing on a card can be trusted to have been read.
pub const UNREADABLE: f32 = 25.0;
/// Below it, nine tenths of the picture are darker than paper in a lit room.
pub const DARK: f32 = 70.0;
/// Above it, so much is burnt out that what is missing or wrong was under a lamp.
pub const BURNT: f32 = 0.02;
/// Below it, there is no colour left but the light's: a photocopy, or a screen without colour.
pub const COLOURLESS: f32 = 5.0;
/// Above it, the picture has the grid of a screen. Not found on a real telephone yet: it warns.
pub const SCREEN: f32 = 20.0;
/// Text that is read with less confidence on average is not legible.
pub const LEGIBLE: f32 = 0.8;
/// A portrait lower than that, in pixels, is no face to compare.
pub const PORTRAIT: f32 = 45.0;
/// A side with fewer lines than that has no text to speak of.
pub const FEW_LINES: usize = 4;
/// Nobody is older.
pub const OLDEST: i32 = 100;
/// A person of that age is no minor.
pub const ADULT: i32 = 18;
