//! Durations as ISO 8601 writes them.

/// The seconds of a duration as ISO 8601 writes it: `P2DT12H`, `PT48H`, `P1W`. Years and months have no fixed length and are
/// not read.
pub(super) fn iso_duration(text: &str) -> Option<i64> {
    let rest = text.strip_prefix('P')?;
    let (days, time) = match rest.split_once('T') {
        Some((_, "")) => return None,
        Some((days, time)) => (days, time),
        None => (rest, ""),
    };
    let days_of = units(days, &[('W', 7 * 24 * 3600), ('D', 24 * 3600)])?;
    let time_of = units(time, &[('H', 3600), ('M', 60), ('S', 1)])?;
    (!rest.is_empty()).then(|| days_of.checked_add(time_of)).flatten()
}

/// Numbers with units: each unit at most once, and in their order.
fn units(text: &str, known: &[(char, i64)]) -> Option<i64> {
    let mut known = known.iter();
    let mut rest = text;
    let mut total = 0_i64;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, behind) = rest.split_at(end);
        let unit = behind.chars().next()?;
        let (_, seconds) = known.find(|(name, _)| *name == unit)?;
        let number: i64 = number.parse().ok()?;
        total = total.checked_add(number.checked_mul(*seconds)?)?;
        rest = behind.strip_prefix(unit)?;
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_iso_8601_writes_them() {
        for (text, seconds) in [
            ("PT48H", Some(172_800)),
            ("P2D", Some(172_800)),
            ("P1DT12H30M5S", Some(131_405)),
            ("P1W", Some(604_800)),
            ("PT0S", Some(0)),
            ("P", None),
            ("PT", None),
            ("P1DT", None),
            ("P1Y", None),
            ("P1M", None),
            ("PT1D", None),
            ("PT1M1H", None),
            ("PT1H1H", None),
            ("PTH", None),
            ("PT1.5H", None),
            ("-PT1H", None),
            ("48h", None),
            ("PT99999999999999999999H", None),
            ("PT9223372036854775807H", None),
            ("PT1ñ", None),
        ] {
            assert_eq!(iso_duration(text), seconds, "{text}");
        }
    }
}
