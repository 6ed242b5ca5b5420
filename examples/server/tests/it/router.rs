//! Every address is in the document. Router and document come from the same declarations (`utoipa-axum`), so that only
//! what is mounted beside them could be missing: this looks for that in the source.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::{Api, DOCUMENT};

/// What mounts something on a router without a word in the document.
const MOUNTS: [&str; 8] = [
    ".route(",
    ".route_service(",
    ".nest(",
    ".nest_service(",
    ".fallback(",
    ".fallback_service(",
    ".method_not_allowed_fallback(",
    ".merge(Router",
];

/// What is mounted like that, and why it is not in the document.
const ALLOWED: &[(&str, &str, &str)] = &[
    ("lib.rs", r#".route("/docs", get(docs::page))"#, "the page that shows the document to people"),
    (
        "lib.rs",
        r#".route("/unsubscribe/{token}", unsubscribe)"#,
        "the page that asks people whether they want no more mails",
    ),
    ("lib.rs", ".fallback(middleware::nowhere)", "the answer of every address that there is not"),
];

/// The files of the server, with their names from `src` on.
fn sources() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut folders, mut files): (Vec<PathBuf>, _) = (vec![src.clone()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(&src).unwrap().to_str().unwrap().to_owned();
                files.push((name, std::fs::read_to_string(path).unwrap()));
            }
        }
    }
    assert!(files.len() > 40, "only {} files were found", files.len());
    files
}

#[test]
fn nothing_is_mounted_beside_the_document() {
    let mut met = BTreeSet::new();
    for (file, text) in sources() {
        for line in text.lines().filter(|line| MOUNTS.iter().any(|mount| line.contains(mount))) {
            let allowed = ALLOWED.iter().position(|(of, what, _)| *of == file && line.contains(what));
            met.insert(
                allowed.unwrap_or_else(|| panic!("{file} mounts beside the document: {}", line.trim())),
            );
        }
    }
    assert_eq!(met.len(), ALLOWED.len(), "something on the list is not mounted any more");
}

/// Whoever declares an operation and does not mount it, or mounts it and does not declare it, shows here.
#[test]
fn every_operation_that_is_declared_is_in_the_document() {
    let sources = sources();
    let declared: BTreeSet<String> = sources
        .iter()
        .flat_map(|(_, text)| text.split("operation_id = \"").skip(1))
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect();
    let paths = DOCUMENT["paths"].as_object().unwrap().values();
    let documented: BTreeSet<String> = paths
        .flat_map(|item| item.as_object().unwrap().values())
        .map(|operation| operation["operationId"].as_str().unwrap().to_owned())
        .collect();
    assert!(declared.len() > 80, "only {} declarations were found", declared.len());
    let unmounted: Vec<_> = declared.difference(&documented).collect();
    assert!(unmounted.is_empty(), "{unmounted:?} are declared and not mounted");
    // Some are declared by a macro, which is told their names.
    let named = |id: &String| sources.iter().any(|(_, text)| text.contains(&format!("\"{id}\"")));
    let undeclared: Vec<_> = documented.difference(&declared).filter(|id| !named(id)).collect();
    assert!(undeclared.is_empty(), "{undeclared:?} are mounted and not declared");
}

/// And the other way round: what the document has is there, by each of its methods.
#[tokio::test]
async fn every_operation_of_the_document_answers() {
    let api = Api::new().await;
    for (path, item) in DOCUMENT["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let path = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
            let path = path.collect::<Vec<_>>().join("/");
            let answer = api.call(&method.to_uppercase(), &path).undocumented().send().await;
            let nowhere = answer.status == 405 || (answer.status == 404 && answer.text.contains("address"));
            assert!(!nowhere, "{method} {path}: {} {}", answer.status, answer.text);
        }
    }
}
