use super::*;

fn answer(schema: &str) -> Value {
    let schema = format!("#/components/schemas/{schema}");
    json!({ "content": { "application/json": { "schema": { "$ref": schema } } } })
}

/// What there is of a checks API, and no more: making one, reading one, listing, deleting.
fn spec() -> Value {
    let form =
        json!({ "application/x-www-form-urlencoded": { "schema": { "$ref": "#/components/schemas/New" } } });
    let one = json!({ "tags": ["Checks"], "responses": { "200": answer("One"), "404": answer("Error") } });
    json!({
        "servers": [{ "url": "http://127.0.0.1:4001" }],
        "security": [{ "key": [] }],
        "paths": {
            "/v1/checks": {
                "get": {
                    "tags": ["Checks"],
                    "parameters": [
                        { "name": "country", "in": "query", "required": true },
                        { "name": "start_key", "in": "query", "description": "Where the page starts" },
                    ],
                    "responses": { "200": answer("Many"), "401": answer("Error"), "400": answer("Error") },
                },
                "post": {
                    "tags": ["Checks"],
                    "operationId": "create_check",
                    "requestBody": { "content": form },
                    "responses": { "200": answer("One"), "201": answer("One"), "400": answer("Error") },
                },
            },
            "/v1/checks/{check_id}": { "delete": one, "get": one },
            "/v1/health": { "get": { "tags": ["Health"], "responses": { "200": {} } } },
        },
        "components": {
            "securitySchemes": { "key": { "type": "apiKey", "in": "header", "name": "Truora-API-Key" } },
            "schemas": {
                "New": {
                    "required": ["type"],
                    "examples": [{ "type": "person", "user_authorized": true }],
                    "properties": { "name": { "description": "Full name" }, "type": {}, "user_authorized": {} },
                },
                "Check": { "allOf": [{ "properties": { "check_id": { "type": "string" } } }] },
                "One": {
                    "type": "object",
                    "required": ["check", "self"],
                    "properties": {
                        "check": { "$ref": "#/components/schemas/Check" },
                        "self": { "type": "string" },
                    },
                },
                "Many": { "required": ["checks"], "properties": { "checks": { "type": "array" } } },
                "Error": { "required": ["code"], "properties": { "code": { "type": "integer" } } },
            },
        },
    })
}

/// The requests of a folder of the collection, by its place.
fn folder(place: usize) -> Vec<Value> {
    items(&collection(&spec())["item"][place]["item"])
        .cloned()
        .collect()
}

fn script(item: &Value) -> String {
    items(&item["event"][0]["script"]["exec"])
        .map(text)
        .collect::<Vec<_>>()
        .join("\n")
}

/// The rows that are sent.
fn sent(rows: &Value) -> Vec<(&str, &str)> {
    let sent = items(rows).filter(|row| row["disabled"] == false);
    sent.map(|row| (text(&row["key"]), text(&row["value"]))).collect()
}

#[test]
fn a_folder_a_tag_in_the_order_of_running() {
    let collection = collection(&spec());
    let folders: Vec<&str> = items(&collection["item"])
        .map(|folder| text(&folder["name"]))
        .collect();
    assert_eq!(folders, ["Checks", "Health", "Errors"]);
    let requests = folder(0);
    let requests: Vec<(&str, &str)> = requests
        .iter()
        .map(|item| {
            (
                text(&item["request"]["method"]),
                text(&item["request"]["url"]["raw"]),
            )
        })
        .collect();
    let (list, one) = ("{{base_url}}/v1/checks", "{{base_url}}/v1/checks/{{check_id}}");
    assert_eq!(
        requests,
        [("POST", list), ("GET", one), ("GET", list), ("DELETE", one)]
    );
}

#[test]
fn requests_carry_the_key_and_the_examples() {
    let requests = folder(0);
    let [create, _, list, _] = requests.as_slice() else {
        panic!("{requests:?}")
    };
    assert_eq!(
        sent(&create["request"]["header"]),
        [("Truora-API-Key", "{{api_key}}")]
    );
    let form = &create["request"]["body"]["urlencoded"];
    assert_eq!(sent(form), [("type", "person"), ("user_authorized", "true")]);
    assert_eq!(
        form[2],
        json!({ "key": "name", "value": "", "description": "Full name", "disabled": true })
    );
    let query = &list["request"]["url"]["query"];
    assert_eq!(sent(query), [("country", "CO")]);
    assert_eq!(
        (&query[1]["key"], &query[1]["disabled"]),
        (&json!("start_key"), &json!(true))
    );
}

#[test]
fn tests_follow_the_answers_of_the_spec() {
    let requests = folder(0);
    let [create, get, list, delete] = requests.as_slice() else {
        panic!("{requests:?}")
    };
    for (item, expected) in [
        (create, "pm.expect(pm.response.code).to.be.oneOf([200, 201]);"),
        (
            create,
            "pm.collectionVariables.set('check_id', body[\"check\"].check_id);",
        ),
        (create, "match(/^CHK[0-9a-f]{32}$/)"),
        (create, "pm.expect(body[\"self\"]).to.be.a('string');"),
        (
            get,
            "pm.expect(body[\"check\"].check_id).to.equal(pm.variables.get('check_id'));",
        ),
        (get, "anyOf: [{\"$ref\":\"#/components/schemas/One\"}] }"),
        (list, "pm.expect(body[\"checks\"]).to.be.a('array');"),
        (delete, "pm.expect(pm.response.code).to.be.oneOf([200]);"),
    ] {
        assert!(
            script(item).contains(expected),
            "{expected} is not in\n{}",
            script(item)
        );
    }
}

#[test]
fn each_error_is_a_good_request_without_one_thing() {
    let requests = folder(2);
    let [keyless, route, create, list, get, delete] = requests.as_slice() else {
        panic!("{requests:?}")
    };
    assert_eq!(sent(&keyless["request"]["header"]), []);
    assert!(script(keyless).contains("to.eql([10401, 401])"));
    assert!(script(route).contains("Missing Authentication Token"));
    assert_eq!(create["request"]["body"]["urlencoded"], json!([]));
    assert!(script(create).contains("error.field)).to.include(\"type\")"));
    assert_eq!(list["request"]["url"]["query"], json!([]));
    assert!(script(list).contains("error.field)).to.include(\"country\")"));
    for gone in [get, delete] {
        let unknown = "{{base_url}}/v1/checks/CHK00000000000000000000000000000000";
        assert_eq!(gone["request"]["url"]["raw"], unknown);
        assert!(script(gone).contains("to.eql([10404, 404])"));
    }
}

#[test]
fn a_spec_of_nonsense_is_an_empty_collection() {
    let circle = json!({
        "paths": { "x": { "get": { "responses": { "200": answer("A"), "2XX": 1 } }, "post": null } },
        "components": { "schemas": { "A": { "$ref": "#/components/schemas/A" } } },
    });
    for (spec, folders) in [
        (json!(null), 1),
        (json!({ "paths": [], "tags": 5, "servers": "" }), 1),
        (circle, 2),
    ] {
        assert_eq!(items(&collection(&spec)["item"]).count(), folders, "{spec}");
    }
}
