//! Records out of JSON, one in memory at a time: an array of them, an object that holds the array under a name, or
//! one object after the other, as in JSON lines.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{ParseError, text::line_at};

/// Hands every record to `take`. `array` is the name under which an object holds the records.
pub(super) fn read(
    file: &str,
    text: &str,
    array: &str,
    mut take: impl FnMut(&Value) -> Result<(), String>,
) -> Result<(), ParseError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let mut several = true;
    while json.end().is_err() {
        let document = Document {
            array,
            take: &mut take,
        };
        let is_record = document.deserialize(&mut json).map_err(|error| {
            let reason = error.to_string();
            let reason = reason.split(" at line ").next().unwrap_or_default();
            ParseError::at(file, error.line() as u64, reason)
        })?;
        if !several || (!is_record && json.end().is_err()) {
            let line = line_at(text.as_bytes(), text.len());
            return Err(ParseError::at(file, line, "text behind the end of the records"));
        }
        several = is_record;
    }
    Ok(())
}

/// One value of the outermost level.
struct Document<'a, F> {
    array: &'a str,
    take: &'a mut F,
}

impl<'de, F: FnMut(&Value) -> Result<(), String>> DeserializeSeed<'de> for Document<'_, F> {
    /// Whether it is a record itself.
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<bool, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&Value) -> Result<(), String>> Visitor<'de> for Document<'_, F> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records or a record")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, sequence: A) -> Result<bool, A::Error> {
        Records(self.take).visit_seq(sequence)?;
        Ok(false)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<bool, A::Error> {
        let (mut record, mut found) = (Map::new(), false);
        while let Some(key) = map.next_key::<String>()? {
            if found {
                map.next_value::<IgnoredAny>()?;
            } else if key == self.array {
                map.next_value_seed(Records(&mut *self.take))?;
                found = true;
            } else {
                record.insert(key, map.next_value()?);
            }
        }
        if !found {
            (self.take)(&Value::Object(record)).map_err(A::Error::custom)?;
        }
        Ok(!found)
    }
}

/// An array of records.
struct Records<'a, F>(&'a mut F);

impl<'de, F: FnMut(&Value) -> Result<(), String>> DeserializeSeed<'de> for Records<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(&Value) -> Result<(), String>> Visitor<'de> for Records<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<(), A::Error> {
        while let Some(record) = sequence.next_element::<Value>()? {
            if !record.is_object() {
                return Err(A::Error::custom("a record that is no object"));
            }
            (self.0)(&record).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Result<Vec<String>, ParseError> {
        let mut ids = Vec::new();
        read("f", text, "entries", |record| {
            ids.push(record.get("id").ok_or("no id")?.to_string());
            Ok(())
        })?;
        Ok(ids)
    }

    #[test]
    fn three_ways_to_write_records() {
        for text in [
            "[{\"id\":1},\n{\"id\":2}]\n",
            "{\"made\":\"today\",\"entries\":[{\"id\":1},{\"id\":2}],\"more\":[3]}",
            "{\"id\":1}\n{\"id\":2}",
            "{\"id\":1}\r\n\r\n{\"id\":2}\r\n",
        ] {
            assert_eq!(ids(text), Ok(vec!["1".into(), "2".into()]), "{text}");
        }
        assert_eq!((ids(""), ids("[]")), (Ok(Vec::new()), Ok(Vec::new())));
    }

    #[test]
    fn the_line_of_what_is_wrong() {
        let deep = "[".repeat(1_000);
        for (text, refused) in [
            ("[{\"id\":1},\n{\"id\":2}", "f, line 2: EOF while parsing a list"),
            ("{\"id\":1}\n{\"id\":", "f, line 2: EOF while parsing a value"),
            ("[{\"id\":1},\n{\"no\":2}]", "f, line 2: no id"),
            ("[{\"id\":1},\n3]", "f, line 2: a record that is no object"),
            ("[{\"id\":1}]\n[]", "f, line 2: text behind the end"),
            ("{\"entries\":[]}\n{\"id\":1}", "f, line 2: text behind the end"),
            (
                "{\"entries\":{}}",
                "f, line 1: invalid type: map, expected an array of records",
            ),
            (
                "3",
                "f, line 1: invalid type: integer `3`, expected an array of records or a record",
            ),
            (
                &format!("[{{\"id\":{deep}"),
                "f, line 1: recursion limit exceeded",
            ),
        ] {
            let error = ids(text).expect_err(refused).to_string();
            assert!(error.starts_with(refused), "{error}");
        }
    }
}
