//! A Postman collection from a service's OpenAPI document, for newman to run against a service that is up.
//!
//! Requests and tests are derived, so that the collection cannot say what the spec does not: inputs come from
//! its examples, expected statuses and shapes from its responses, the order from methods and paths.
//! What no spec can say stands in three small tables. Equal specs give equal collections: Postman's own ids,
//! which are random, are optional and left out.

mod schema;

use serde_json::{Map, Value, json};

use schema::{example, items, members, plain, required, resolve, text};

/// Methods in the order of running: what is made is there to be read, and is deleted when all have read it.
const METHODS: &[&str] = &["post", "put", "patch", "get", "delete"];

/// Values of query parameters that have no example in the spec; `$timestamp` is Postman's own.
const VALUES: &[(&str, &str)] = &[
    ("country", "CO"),
    // What `create_api_key` made.
    ("key_name", "server"),
    // What `create_custom_type` made.
    ("type", "drivers"),
    ("validator", "face-recognition"),
    ("unixTimestampSeconds", "{{$timestamp}}"),
    ("unixtimezoneOffsetSeconds", "-18000"),
];

/// Ids in paths, which become variables: (name, the operation whose answer tells it, a good one of nobody).
const IDS: &[(&str, &str, &str)] = &[
    ("check_id", "create_check", "CHK00000000000000000000000000000000"),
    ("hook_id", "create_hook", "HOK00000000000000000000000000000000"),
    ("delivery_id", "test_hook", "DLV00000000000000000000000000000000"),
    ("rule_id", "create_rule", "BRL00000000000000000000000000000000"),
    ("user_id", "invite_user", "USR00000000000000000000000000000000"),
    (
        "report_id",
        "create_report",
        "RPT00000000000000000000000000000000",
    ),
    ("batch_id", "create_batch", "BCH00000000000000000000000000000000"),
    ("account_id", "create_account", "nobody"),
    (
        "enrollment_id",
        "create_enrollment",
        "ENR00000000000000000000000000000000",
    ),
    ("flow_id", "create_flow", "IPF00000000000000000000000000000000"),
    (
        "entityId",
        "credas_create_entity",
        "00000000-0000-7000-8000-000000000000",
    ),
    (
        "validation_id",
        "create_account_validation",
        "VLD00000000000000000000000000000000",
    ),
];

/// What a collection cannot come to by itself, because it reads no mail, waits for no check to finish, sends and
/// reads no files, has no list loaded, and is nobody who goes through a process or whom a validation made a customer:
/// these operations are left out. The tests over HTTP have them.
const OUT_OF_REACH: &[&str] = &[
    "create_session",
    "delete_session",
    "accept_invitation",
    "create_continuous_check",
    "update_continuous_check",
    "get_continuous_check",
    "list_continuous_check_history",
    "create_check_pdf",
    "get_check_pdf",
    "verify_document",
    "download_file",
    "upload_batch_file",
    "start_batch",
    "get_batch_report",
    "create_exception",
    "get_exception",
    "revoke_exception",
    "perform_validation",
    "perform_account_validation",
    "upload_validation_file",
    "upload_enrollment_file",
    "get_review",
    "review_validation",
    // A flow that is not deleted yet has no deletion to be taken back.
    "restore_flow",
    "create_process",
    "add_verification",
    "get_process",
    "delete_process",
    "get_process_result",
    "get_process_validations",
    "get_process_variables",
    "get_process_pdf",
    "verify_identity",
    "submit_step",
    "submit_step_back",
    "step_back",
    "cancel_process",
    "override_process_status",
    "review_process",
    "credas_get_entry",
    "credas_verify_liveness",
    "credas_reject_liveness",
    "credas_refer_liveness",
    "credas_verify_document",
    "credas_reject_document",
    "credas_refer_document",
    "credas_review_supporting_documents",
    "credas_review_supporting_documents_alias",
    "trustx_create_instance",
    "trustx_start_instance",
    "trustx_start_process",
    "trustx_get_instance",
    "trustx_get_instance_parameters",
    "trustx_review_instance",
    "trustx_delete_instance",
    "trustx_export_instances",
    "trustx_stream_instances",
    "trustx_export_instance",
    "trustx_instance_timeline",
    "trustx_instance_checks",
    "trustx_pause_instance",
    "trustx_resume_instance",
    "trustx_userdata",
    "get_customer",
    "list_customer_transactions",
    "get_customer_transaction",
    "merge_customers",
    "unmerge_customers",
];

/// What is true of an answer beyond its shape: (operation, words, assertion).
const MEANINGS: &[(&str, &str, &str)] = &[
    (
        "create_check",
        "the id is a check's",
        "pm.expect(body.check.check_id).to.match(/^CHK[0-9a-f]{32}$/);",
    ),
    (
        "create_check",
        "a new check has not started",
        // A 200 is an earlier check of the same inputs, which may have come to its end.
        "if (pm.response.code === 201) \
         pm.expect(body.check).to.include({ status: 'not_started', score: -1 });",
    ),
    (
        "create_check",
        "the links are the check's",
        "const self = `/v1/checks/${body.check.check_id}`; \
         pm.expect(body).to.include({ self, details: `${self}/details` });",
    ),
];

/// The collection of a spec: a folder a tag with a request an operation, and one of requests that must fail.
///
/// It runs with the variables `base_url`, which defaults to the spec's first server, and `api_key`.
pub fn collection(spec: &Value) -> Value {
    let operations = operations(spec);
    let mut folders: Vec<(&str, Vec<Value>)> = Vec::new();
    for operation in &operations {
        let tag = operation.node["tags"][0].as_str().unwrap_or("Untagged");
        match folders.iter_mut().find(|(name, _)| *name == tag) {
            Some((_, requests)) => requests.push(operation.success()),
            None => folders.push((tag, vec![operation.success()])),
        }
    }
    folders.push(("Errors", errors(&operations)));
    let folder = |(name, requests)| json!({ "name": name, "item": requests });
    let variable = |name: &str, value: &str| json!({ "key": name, "value": value });
    let mut variables = vec![
        variable("base_url", text(&spec["servers"][0]["url"])),
        variable("api_key", ""),
        // What all tests of shapes refer to; in each of them it would be most of the collection.
        variable("schemas", &spec["components"]["schemas"].to_string()),
    ];
    variables.extend(IDS.iter().map(|(name, ..)| variable(name, "")));
    json!({
        "info": {
            "name": text(&spec["info"]["title"]),
            "description": text(&spec["info"]["description"]),
            "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
        },
        "variable": variables,
        "item": folders.into_iter().map(folder).collect::<Vec<Value>>(),
    })
}

/// The operations in the order of running: by method; then one resource, lists, what belongs to one.
fn operations(spec: &Value) -> Vec<Operation<'_>> {
    let mut found = Vec::new();
    for (path, methods) in spec["paths"].as_object().into_iter().flatten() {
        for (place, method) in METHODS.iter().enumerate() {
            let Some(node) = methods.get(method) else { continue };
            let nesting = (!path.ends_with('}'), path.matches('{').count());
            found.push((
                (place, nesting, path),
                Operation {
                    spec,
                    node,
                    method,
                    path,
                },
            ));
        }
    }
    found.retain(|(_, operation)| !OUT_OF_REACH.contains(&text(&operation.node["operationId"])));
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, operation)| operation).collect()
}

/// Requests that must fail: each is a good one from which one thing is taken away.
fn errors(operations: &[Operation<'_>]) -> Vec<Value> {
    // A resource that a path names is gone by now, and would be missed before the inputs are.
    let open = || operations.iter().filter(|one| !one.path.contains('{'));
    let keyless = |one: &Operation<'_>| {
        let mut request = one.request(one.path);
        request["header"] = json!([]);
        one.failure("without a key", &request, 401, &[])
    };
    let nothing = json!({ "method": "GET", "url": url("/v1/nothing", &[]) });
    let gateway = "pm.expect(pm.response.json()).to.eql({ message: 'Missing Authentication Token' });";
    let unknown_route = item(
        "Unknown route",
        &nothing,
        &[has_status(&[403]), test("the body is the gateway's", gateway)],
    );
    let inputless = |one: &Operation<'_>| {
        let mut request = one.request(one.path);
        request["url"] = url(one.path, &[]);
        if let Some(body) = request.get_mut("body") {
            body["urlencoded"] = json!([]);
        }
        let required = Some(one.required()).filter(|fields| !fields.is_empty())?;
        one.failure("without inputs", &request, 400, &required)
    };
    let unknown = |one: &Operation<'_>| {
        let path = IDS.iter().fold(one.path.to_owned(), |path, (name, _, id)| {
            path.replace(&in_path(name), id)
        });
        if path == one.path {
            None
        } else {
            one.failure("of an unknown id", &one.request(&path), 404, &[])
        }
    };
    let keyless = open().filter(|one| one.method == "get").find_map(keyless);
    let others = open()
        .filter_map(inputless)
        .chain(operations.iter().filter_map(unknown));
    keyless.into_iter().chain([unknown_route]).chain(others).collect()
}

/// One operation of a spec.
struct Operation<'a> {
    spec: &'a Value,
    node: &'a Value,
    method: &'a str,
    path: &'a str,
}

impl<'a> Operation<'a> {
    fn name(&self) -> &'a str {
        self.node["summary"].as_str().unwrap_or(self.path)
    }

    /// The request as it is meant to be, with tests of its answer.
    fn success(&self) -> Value {
        let mut tests = self.tests(&self.successes());
        let own = text(&self.node["operationId"]);
        let meanings = MEANINGS.iter().filter(|(of, ..)| *of == own);
        tests.extend(meanings.map(|(_, words, assertion)| test(words, assertion)));
        for (name, maker, _) in IDS {
            let Some(at) = self.place_of(name) else { continue };
            if *maker == own {
                let keep = format!("pm.collectionVariables.set('{name}', {at});");
                tests.push(test(&format!("{name} is kept for the other requests"), &keep));
            } else if self.path.ends_with(&in_path(name)) {
                let equal = format!("pm.expect({at}).to.equal(pm.variables.get('{name}'));");
                tests.push(test(&format!("{name} is the one that was asked for"), &equal));
            }
        }
        item(self.name(), &self.request(self.path), &tests)
    }

    /// A request that must fail, naming the fields; `None` where the spec does not have the error.
    fn failure(&self, words: &str, request: &Value, status: u16, fields: &[&str]) -> Option<Value> {
        self.node["responses"].get(status.to_string())?;
        let mut tests = self.tests(&[status]);
        let code =
            format!("pm.expect([Number(body.code), body.http_code]).to.eql([1{status:04}, {status}]);");
        tests.push(test("the error has the status", &code));
        for field in fields.iter().map(|field| Value::from(*field)) {
            let named = format!("pm.expect(body.errors.map((error) => error.field)).to.include({field});");
            tests.push(test(&format!("the error names {field}"), &named));
        }
        Some(item(&format!("{}, {words}", self.name()), request, &tests))
    }

    /// Tests that the answer has one of the statuses, and the shape that the spec gives it.
    fn tests(&self, statuses: &[u16]) -> Vec<String> {
        let mut tests = vec![has_status(statuses)];
        let mut shapes: Vec<&Value> = statuses.iter().filter_map(|status| self.shape(*status)).collect();
        shapes.dedup();
        if shapes.is_empty() {
            return tests;
        }
        tests.push("let body;".to_owned());
        tests.push(test(
            "the body is JSON",
            "pm.response.to.be.json; body = pm.response.json();",
        ));
        if let [shape] = shapes.as_slice() {
            tests.extend(self.types(shape));
        }
        // The validator is of an older draft than OpenAPI's, in which formats such as `int64` are errors.
        let documented = format!(
            "const components = {{ schemas: JSON.parse(pm.collectionVariables.get('schemas')) }}; \
             pm.expect(body).to.have.jsonSchema({{ components, anyOf: {} }}, {{ unknownFormats: 'ignore' }});",
            json!(shapes)
        );
        tests.push(test("the body is as documented", &documented));
        tests
    }

    /// Tests of the types of an answer and of its members, which say in few words what is wrong. Several
    /// types, or none as in a composition, are left to the test of the whole.
    fn types(&self, shape: &Value) -> Vec<String> {
        let members = members(self.spec, shape);
        let required = required(self.spec, shape).filter_map(|name| members.get_key_value(name));
        let places = required.map(|(name, member)| (format!("body[{}]", Value::from(*name)), *member));
        let typed = places
            .chain([("body".to_owned(), shape)])
            .filter_map(|(place, schema)| {
                let name = resolve(self.spec, schema)["type"].as_str()?;
                let name = if name == "integer" { "number" } else { name };
                let is_a = format!("pm.expect({place}).to.be.a('{name}');");
                Some(test(&format!("{place} is of type {name}"), &is_a))
            });
        typed.collect()
    }

    fn successes(&self) -> Vec<u16> {
        let statuses = self.node["responses"].as_object().into_iter().flat_map(Map::keys);
        let statuses = statuses.filter_map(|status| status.parse().ok());
        statuses.filter(|status| (200..300).contains(status)).collect()
    }

    fn shape(&self, status: u16) -> Option<&'a Value> {
        let response = resolve(self.spec, &self.node["responses"][status.to_string()]);
        response.pointer("/content/application~1json/schema")
    }

    /// Where the answer holds an id: at its top, or in the one resource that it wraps; either may call it just `id`.
    fn place_of(&self, id: &str) -> Option<String> {
        let top = members(self.spec, self.shape(*self.successes().first()?)?);
        if let Some(own) = [id, "id"].into_iter().find(|known| top.contains_key(known)) {
            return Some(format!("body.{own}"));
        }
        top.iter().find_map(|(name, member)| {
            let inner = members(self.spec, member);
            let own = id.strip_suffix("_id") == Some(name);
            let found = [id, "id"].into_iter().find(|known| inner.contains_key(known));
            let known = found.filter(|known| *known == id || own)?;
            Some(format!("body[{}].{known}", Value::from(*name)))
        })
    }

    fn parameters(&self, place: &str) -> impl Iterator<Item = &'a Value> {
        items(&self.node["parameters"]).filter(move |parameter| parameter["in"] == place)
    }

    /// The schema of the form; null where the operation takes none.
    fn form(&self) -> &'a Value {
        let content = &self.node["requestBody"]["content"];
        resolve(self.spec, &content["application/x-www-form-urlencoded"]["schema"])
    }

    /// The schema of a body that is JSON alone; null where the operation takes a form or nothing.
    fn document(&self) -> &'a Value {
        let content = &self.node["requestBody"]["content"];
        resolve(self.spec, &content["application/json"]["schema"])
    }

    /// The inputs that must be there, in query and form.
    fn required(&self) -> Vec<&'a str> {
        let query = self.parameters("query").filter(|one| one["required"] == true);
        let query = query.map(|parameter| text(&parameter["name"]));
        query.chain(required(self.spec, self.form())).collect()
    }

    /// The request, complete, to this path.
    fn request(&self, path: &str) -> Value {
        let security = self.node.get("security").unwrap_or(&self.spec["security"]);
        let schemes = security[0].as_object().into_iter().flat_map(Map::keys);
        let schemes = schemes.map(|name| &self.spec["components"]["securitySchemes"][name]);
        let keys = schemes.filter(|scheme| scheme["in"] == "header");
        let keys = keys.map(|scheme| row(text(&scheme["name"]), "{{api_key}}", true, scheme));
        let headers: Vec<Value> = keys.chain(self.parameters("header").map(parameter)).collect();
        let query: Vec<Value> = self.parameters("query").map(parameter).collect();
        // What is there for everybody is named by its example; what a request has to make first, by a variable.
        let there = self.parameters("path").filter(|one| !one["example"].is_null());
        let path = there.fold(path.to_owned(), |path, one| {
            path.replace(&in_path(text(&one["name"])), &plain(example(one)))
        });
        let mut request = json!({
            "method": self.method.to_uppercase(),
            "description": text(&self.node["description"]),
            "header": headers,
            "url": url(&path, &query),
        });
        if !self.form().is_null() {
            let given = example(self.form());
            let members = members(self.spec, self.form()).into_iter();
            let field =
                |(name, schema): (&str, &Value)| match given.get(name).or_else(|| schema.get("example")) {
                    Some(Value::Array(values)) => values
                        .iter()
                        .map(|value| row(name, &plain(value), true, schema))
                        .collect(),
                    Some(value) => vec![row(name, &plain(value), true, schema)],
                    None => vec![row(name, &plain(example(schema)), false, schema)],
                };
            let mut fields: Vec<Value> = members.flat_map(field).collect();
            // What is sent before what whoever opens the collection may add.
            fields.sort_by_key(|field| field["disabled"] == true);
            request["body"] = json!({ "mode": "urlencoded", "urlencoded": fields });
        } else if !self.document().is_null() {
            request["body"] = json!({
                "mode": "raw", "raw": example(self.document()).to_string(), "options": { "raw": { "language": "json" } },
            });
        }
        request
    }
}

fn item(name: &str, request: &Value, tests: &[String]) -> Value {
    let script = json!({ "type": "text/javascript", "exec": tests });
    json!({ "name": name, "request": request, "event": [{ "listen": "test", "script": script }] })
}

fn test(words: &str, assertion: &str) -> String {
    format!("pm.test({}, () => {{ {assertion} }});", Value::from(words))
}

fn has_status(statuses: &[u16]) -> String {
    let one_of = format!("pm.expect(pm.response.code).to.be.oneOf({statuses:?});");
    test(&format!("status is one of {statuses:?}"), &one_of)
}

/// A parameter of a path, in the path.
fn in_path(name: &str) -> String {
    format!("{{{name}}}")
}

fn url(path: &str, query: &[Value]) -> Value {
    let path = path.replace('{', "{{").replace('}', "}}");
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let raw = format!("{{{{base_url}}}}{path}");
    json!({ "raw": raw, "host": ["{{base_url}}"], "path": segments, "query": query })
}

/// A row of a form, a query or the headers; one that is not sent is there to be switched on by hand.
fn row(name: &str, value: &str, sent: bool, node: &Value) -> Value {
    json!({ "key": name, "value": value, "description": text(&node["description"]), "disabled": !sent })
}

/// A parameter as a row; only the required ones are sent.
fn parameter(parameter: &Value) -> Value {
    let name = text(&parameter["name"]);
    let known = VALUES.iter().find(|(known, _)| *known == name);
    let value = known.map_or_else(|| plain(example(parameter)), |(_, value)| (*value).to_owned());
    row(name, &value, parameter["required"] == true, parameter)
}

#[cfg(test)]
mod tests;
