//! The language's values as JSON. Its own way there follows whatever it is given, however deep; this one does not.

use serde_json::{Map, Number, Value as Json};
use starlark::values::{
    UnpackValue as _, Value, dict::DictRef, float::UnpackFloat, list::ListRef, structs::StructRef,
    tuple::TupleRef,
};

/// Most values that are followed. One that lies in a dictionary twice counts twice, so that a small script cannot
/// mean an endless text.
const MOST: usize = 100_000;

/// Why a value has no JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotJson {
    /// It is nested too deep, or contains itself.
    #[error("it is nested deeper than {0} levels")]
    TooDeep(usize),
    /// There is too much of it.
    #[error("it has more than {MOST} values")]
    TooMany,
    /// A dictionary has a key that is no text.
    #[error("a dictionary has a key that is no text")]
    Key,
    /// There is nothing like it in JSON.
    #[error("a value of type `{0}` has no JSON")]
    Kind(String),
}

/// A value as JSON, nested at most so deep.
pub(crate) fn to_json(value: Value<'_>, levels: usize) -> Result<Json, NotJson> {
    let mut walk = Walk { levels, left: MOST };
    walk.follow(value, levels)
}

struct Walk {
    levels: usize,
    left: usize,
}

impl Walk {
    fn follow(&mut self, value: Value<'_>, levels: usize) -> Result<Json, NotJson> {
        self.left = self.left.checked_sub(1).ok_or(NotJson::TooMany)?;
        let levels = levels.checked_sub(1).ok_or(NotJson::TooDeep(self.levels))?;
        if let Some(dict) = DictRef::from_value(value) {
            let members = dict.iter().map(|(key, member)| {
                let key = key.unpack_str().ok_or(NotJson::Key)?;
                Ok((key.to_owned(), self.follow(member, levels)?))
            });
            return members.collect::<Result<Map<_, _>, _>>().map(Json::Object);
        }
        if let Some(fields) = StructRef::from_value(value) {
            let members = fields
                .iter()
                .map(|(name, member)| Ok((name.as_str().to_owned(), self.follow(member, levels)?)));
            return members.collect::<Result<Map<_, _>, _>>().map(Json::Object);
        }
        let items = ListRef::from_value(value)
            .map(ListRef::content)
            .or_else(|| TupleRef::from_value(value).map(TupleRef::content));
        if let Some(items) = items {
            let items = items.iter().map(|item| self.follow(*item, levels));
            return items.collect::<Result<_, _>>().map(Json::Array);
        }
        scalar(value).ok_or_else(|| NotJson::Kind(value.get_type().to_owned()))
    }
}

fn scalar(value: Value<'_>) -> Option<Json> {
    if value.is_none() {
        return Some(Json::Null);
    }
    if let Some(truth) = value.unpack_bool() {
        return Some(Json::Bool(truth));
    }
    if let Some(text) = value.unpack_str() {
        return Some(Json::String(text.to_owned()));
    }
    if let Ok(Some(number)) = i64::unpack_value(value) {
        return Some(Json::Number(number.into()));
    }
    // What is no whole number of 64 bits is as near to it as JSON usually comes; what is none at all has no JSON.
    let number = UnpackFloat::unpack_value(value).ok()??;
    Number::from_f64(number.0).map(Json::Number)
}
