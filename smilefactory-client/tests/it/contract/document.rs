//! The OpenAPI document and the SDK, held against each other in both directions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;
use smilefactory_client::OPERATIONS;

use super::world::{Requests, Seen};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(server::openapi()).unwrap());

/// What the document says of each operation, by method and path.
fn documented() -> BTreeMap<(String, String), &'static Value> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let of_path = |(path, item): (&String, &'static Value)| {
        let path = path.clone();
        let methods = item.as_object().unwrap().iter();
        methods.map(move |(method, operation)| ((method.to_uppercase(), path.clone()), operation))
    };
    paths.iter().flat_map(of_path).collect()
}

#[test]
fn the_document_and_the_sdk_have_the_same_operations() {
    let documented: BTreeSet<_> = documented()
        .into_iter()
        .map(|((method, path), operation)| (operation["operationId"].as_str().unwrap(), method, path))
        .collect();
    let known: BTreeSet<_> = OPERATIONS
        .iter()
        .map(|known| (known.id(), known.method().to_owned(), known.path().to_owned()))
        .collect();
    let unknown: Vec<_> = documented.difference(&known).collect();
    let invented: Vec<_> = known.difference(&documented).collect();
    assert!(unknown.is_empty(), "operations without an SDK method: {unknown:#?}");
    assert!(invented.is_empty(), "SDK methods without an operation: {invented:#?}");
}

/// Each operation was asked for, with each of its parameters, and with the headers it takes and no others.
pub(crate) fn compare(seen: &Seen) {
    let documented = documented();
    let missed: Vec<_> = documented.keys().filter(|key| !seen.contains_key(key)).collect();
    assert!(missed.is_empty(), "operations that no method was walked over for: {missed:#?}");
    for (key, operation) in &documented {
        let Requests { parameters, headers } = &seen[key];
        assert_eq!(*parameters, named(operation, "query"), "query of {key:?}");
        let documented_headers = named(operation, "header");
        for header in ["if-match", "idempotency-key", "smilefactory-tenant"] {
            // The tenant goes with everything: a server may ignore it.
            let sent = headers.contains(header);
            let taken = documented_headers.contains(header);
            assert!(sent == taken || (sent && header == "smilefactory-tenant"), "{header} of {key:?}");
        }
        // A profile of others has a tag that is no version: the SDK does not use it.
        let conditional = headers.contains("if-none-match") || key.1 == "/v1/profiles/{account_id}";
        assert_eq!(conditional, documented_headers.contains("if-none-match"), "if-none-match of {key:?}");
        let is_open =
            operation["security"].as_array().is_some_and(|any| any.contains(&serde_json::json!({})));
        assert_eq!(headers.contains("authorization"), !is_open, "authorization of {key:?}");
    }
}

/// The names of an operation's parameters of one sort.
fn named(operation: &Value, place: &str) -> BTreeSet<String> {
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of_place = parameters.iter().filter(|parameter| parameter["in"] == place);
    of_place
        .map(|parameter| {
            let name = parameter["name"].as_str().unwrap();
            if place == "header" { name.to_lowercase() } else { name.to_owned() }
        })
        .collect()
}
