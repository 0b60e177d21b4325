//! The code that leads from paper to the verification.

use qrcode::{EcLevel, QrCode, render::svg::Color, types::QrError};

/// The colour of the type, on no ground of its own.
const INK: Color<'static> = Color("#16213a");
const NONE: Color<'static> = Color("none");

/// The address as a code to scan, in SVG.
pub(crate) fn svg(address: &str) -> Result<String, QrError> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M)?;
    let mut drawing = code.render();
    drawing.quiet_zone(false).module_dimensions(1, 1);
    Ok(drawing.dark_color(INK).light_color(NONE).build())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_drawing_and_a_novel_is_none() {
        assert!(svg("https://cotejo.example/v/1").unwrap().contains("<path"));
        assert!(svg(&"x".repeat(10_000)).is_err());
    }
}
