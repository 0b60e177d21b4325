//! Reading a spec: references, compositions, examples. What is not there reads as nothing, never as an error:
//! whether a spec is sound is not the collection's to say.

use std::collections::BTreeMap;

use serde_json::Value;

/// The text of a node; empty where it is none.
pub(super) fn text(node: &Value) -> &str {
    node.as_str().unwrap_or_default()
}

/// The items of a node; none where it is no array.
pub(super) fn items(node: &Value) -> impl Iterator<Item = &Value> {
    node.as_array().into_iter().flatten()
}

/// The first example of a schema or parameter, as either version of OpenAPI spells it; null without one.
pub(super) fn example(node: &Value) -> &Value {
    node.get("example").unwrap_or(&node["examples"][0])
}

/// A value as a form has it; null is empty.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// What a reference leads to; a circle of references ends somewhere in it.
pub(super) fn resolve<'a>(spec: &'a Value, node: &'a Value) -> &'a Value {
    let next = |node: &&'a Value| spec.pointer(node["$ref"].as_str()?.strip_prefix('#')?);
    let steps = std::iter::successors(Some(node), next).take(8);
    steps.last().unwrap_or(node)
}

/// The members of an object's schema, also of one that `allOf` puts together.
pub(super) fn members<'a>(spec: &'a Value, schema: &'a Value) -> BTreeMap<&'a str, &'a Value> {
    let members = parts(spec, schema).filter_map(|part| part["properties"].as_object());
    members
        .flatten()
        .map(|(name, schema)| (name.as_str(), schema))
        .collect()
}

/// The names of those that must be there.
pub(super) fn required<'a>(spec: &'a Value, schema: &'a Value) -> impl Iterator<Item = &'a str> {
    let lists = parts(spec, schema).map(|part| &part["required"]);
    lists.flat_map(items).filter_map(Value::as_str)
}

fn parts<'a>(spec: &'a Value, schema: &'a Value) -> impl Iterator<Item = &'a Value> {
    let schema = resolve(spec, schema);
    let others = items(&schema["allOf"]).map(|part| resolve(spec, part));
    std::iter::once(schema).chain(others)
}
