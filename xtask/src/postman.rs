//! A Postman collection from a service's OpenAPI document, to be run by newman against a service that is up.
//!
//! Requests and tests are derived, so that the collection cannot say what the spec does not: inputs come from the
//! spec's examples, expected statuses and shapes from its responses, the order of running from methods and paths.
//! What no spec can say stands in three small tables: values for a query, which ids one answer tells the others,
//! and what is true of a resource that was made this very moment.
//!
//! Equal specs give equal collections: Postman's own ids, which are random, are optional and left out.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Methods in the order of running: what is made is there to be read, and is deleted when all have read it.
const METHODS: &[&str] = &["post", "put", "patch", "get", "delete"];

/// Values of query parameters that have no example in the spec; `$timestamp` is Postman's own.
const VALUES: &[(&str, &str)] = &[
    ("country", "CO"),
    ("unixTimestampSeconds", "{{$timestamp}}"),
    ("unixtimezoneOffsetSeconds", "-18000"),
];

/// An id that is made by one request and stands in the paths of others, as a variable of the same name.
struct Id {
    name: &'static str,
    /// The operation that makes it, and where its answer holds it.
    made_by: (&'static str, &'static str),
    /// An id of the right form that nobody has.
    unknown: &'static str,
}

const IDS: &[Id] = &[Id {
    name: "check_id",
    made_by: ("create_check", "body.check.check_id"),
    unknown: "CHK00000000000000000000000000000000",
}];

/// What holds beyond the shape of an answer: (operation, what, assertion).
const MEANINGS: &[(&str, &str, &str)] = &[
    (
        "create_check",
        "the id is a check's",
        "pm.expect(body.check.check_id).to.match(/^CHK[0-9a-f]{32}$/);",
    ),
    (
        "create_check",
        "a new check has not started",
        // A 200 is an earlier check of the same inputs, which may have come to an end.
        "if (pm.response.code === 201) { \
            pm.expect(body.check).to.include({ status: \"not_started\", score: -1 }); }",
    ),
    (
        "create_check",
        "the links are the check's",
        "const path = `/v1/checks/${body.check.check_id}`; \
            pm.expect(body).to.include({ self: path, details: `${path}/details` });",
    ),
];

/// The collection of a spec: a folder a tag, a request an operation, and a folder of requests that must fail.
pub fn collection(spec: &Value) -> Value {
    let mut operations = operations(spec);
    operations.sort_by_key(Operation::rank);
    let declared = items(&spec["tags"]).filter_map(|tag| tag["name"].as_str());
    let mut tags: Vec<&str> = Vec::new();
    for tag in declared.chain(operations.iter().map(|operation| operation.tag)) {
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    let mut folders: Vec<Value> = Vec::new();
    for tag in tags {
        let own = operations.iter().filter(|operation| operation.tag == tag);
        let requests: Vec<Value> = own.map(Operation::success).collect();
        if !requests.is_empty() {
            folders.push(json!({ "name": tag, "item": requests }));
        }
    }
    folders.push(json!({ "name": "Errors", "item": errors(&operations) }));
    let variable = |name: &str, value: &str| json!({ "key": name, "value": value, "type": "string" });
    let mut variables = vec![
        variable("base_url", text(&spec["servers"][0]["url"])),
        variable("api_key", ""),
        // The spec's schemas, once for all tests.
        variable("schemas", &object(&spec["components"]["schemas"]).to_string()),
    ];
    variables.extend(IDS.iter().map(|id| variable(id.name, "")));
    json!({
        "info": {
            "name": text(&spec["info"]["title"]),
            "description": text(&spec["info"]["description"]),
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "variable": variables,
        "item": folders,
    })
}

/// One operation of the spec.
struct Operation<'a> {
    spec: &'a Value,
    node: &'a Value,
    id: &'a str,
    tag: &'a str,
    method: &'a str,
    path: &'a str,
}

/// What a request is given: all that it needs, or all but one thing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Given {
    All,
    NoKey,
    NoInputs,
    UnknownIds,
}

fn operations(spec: &Value) -> Vec<Operation<'_>> {
    let paths = spec["paths"].as_object().into_iter().flatten();
    let known = |(path, method): (&'a str, &'a str)| ();
    todo!()
}
