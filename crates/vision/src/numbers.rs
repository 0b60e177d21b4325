//! Casts between pixels and coordinates that saturate instead of wrapping or failing.

use num_traits::AsPrimitive;

/// A colour value; out of range becomes the nearest.
pub fn byte(value: f32) -> u8 {
    value.round().as_()
}

/// A coordinate; below zero and not-a-number become zero.
pub fn pixel(value: f32) -> u32 {
    value.as_()
}

/// An index; below zero and not-a-number become zero.
pub fn index(value: f32) -> usize {
    value.as_()
}

/// A length that fits a picture's header.
pub fn length(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// A coordinate among others.
pub fn real(value: u32) -> f32 {
    value.as_()
}
