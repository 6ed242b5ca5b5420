//! A call, and its answer, held against the document.

use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use serde_json::Value;
use tower::ServiceExt;

use super::{Person, schema};

/// The document as it is served.
pub(crate) static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(server::openapi::text()).unwrap());

/// A request that is being put together.
#[must_use]
pub(crate) struct Call {
    app: Router,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    documented: bool,
}

impl Call {
    pub(crate) fn new(app: Router, method: &str, path: &str) -> Self {
        Self {
            app,
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            documented: true,
        }
    }

    pub(crate) fn header(mut self, name: &str, value: impl AsRef<str>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_owned()));
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub(crate) fn as_(self, person: &Person) -> Self {
        self.token(&person.token)
    }

    pub(crate) fn tenant(self, slug: &str) -> Self {
        self.header("smilefactory-tenant", slug)
    }

    pub(crate) fn if_match(self, version: i64) -> Self {
        self.header("if-match", format!("\"{version}\""))
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.bytes("application/json", body.to_string())
    }

    pub(crate) fn bytes(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }

    /// For addresses and methods that there are not.
    pub(crate) fn undocumented(mut self) -> Self {
        self.documented = false;
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let mut request = Request::builder().method(self.method.as_str()).uri(self.path.as_str());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = self.app.oneshot(request.body(Body::from(self.body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        let answer = Answer {
            what: format!("{} {}", self.method, self.path),
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap_or_default(),
            bytes: bytes.to_vec(),
            body,
        };
        answer.hold_against_conventions();
        if self.documented {
            answer.hold_against_document(&self.method, self.path.split('?').next().unwrap());
        }
        answer
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    what: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) body: Value,
}

impl Answer {
    /// The answer, if it has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.what, self.text);
        self
    }

    /// The problem, if it is one of this code.
    #[track_caller]
    pub(crate) fn problem(self, code: &str) -> Self {
        assert_eq!(self.body["code"], code, "{}: {} {}", self.what, self.status, self.text);
        self
    }

    /// The problem of an invalid input, if these and no others are its violations.
    #[track_caller]
    pub(crate) fn violations(self, expected: &[(&str, &str)]) -> Self {
        let answer = self.problem("invalid_input").expect(422);
        let found: Vec<_> = answer.body["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| (error["pointer"].as_str().unwrap(), error["code"].as_str().unwrap()))
            .collect();
        assert_eq!(found, expected, "{}", answer.text);
        answer
    }

    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("{}: no header {name}", self.what)).to_str().unwrap()
    }

    #[track_caller]
    pub(crate) fn id(&self) -> &str {
        self.body["id"].as_str().unwrap()
    }

    #[track_caller]
    pub(crate) fn version(&self) -> i64 {
        self.body["version"].as_i64().unwrap()
    }

    /// The values of a member of each entry of a list.
    #[track_caller]
    pub(crate) fn each(&self, member: &str) -> Vec<String> {
        let items = self.body["items"].as_array().unwrap_or_else(|| panic!("{}: {}", self.what, self.text));
        items.iter().map(|item| item[member].as_str().unwrap().to_owned()).collect()
    }

    /// What every answer has.
    #[track_caller]
    fn hold_against_conventions(&self) {
        let id = self.header("x-request-id");
        assert!(uuid::Uuid::parse_str(id).is_ok(), "{id}");
        assert_eq!(self.header("x-content-type-options"), "nosniff");
        if self.status == 200 && self.what.starts_with("GET /v1/blobs/") {
            assert_eq!(self.header("cache-control"), "private, max-age=300, immutable");
        } else if self.headers.contains_key(header::ETAG) {
            assert_eq!(self.header("cache-control"), "private, no-cache");
        } else {
            assert_eq!(self.header("cache-control"), "no-store");
        }
        if self.header_is("content-type", "application/problem+json") {
            assert_eq!(self.body["status"], self.status, "{}", self.text);
            assert_eq!(self.body["request_id"], id);
            let code = self.body["code"].as_str().unwrap();
            assert_eq!(self.body["type"], format!("urn:smilefactory:problem:{code}"));
            let path = self.what.split(' ').nth(1).unwrap().split('?').next().unwrap();
            assert_eq!(self.body["instance"], path);
        }
        match self.body.get("version") {
            Some(version) if self.status < 300 => assert_eq!(self.header("etag"), format!("\"{version}\"")),
            _ => {}
        }
    }

    fn header_is(&self, name: &str, value: &str) -> bool {
        self.headers.get(name).is_some_and(|found| found == value)
    }

    /// Whether the document says that the operation may answer this.
    #[track_caller]
    fn hold_against_document(&self, method: &str, path: &str) {
        let (template, operation) =
            operation(method, path).unwrap_or_else(|| panic!("{} has no place in the document", self.what));
        let place = format!("{method} {template}");
        let response = &operation["responses"][self.status.to_string()];
        assert!(response.is_object(), "{place}: {} is not documented: {}", self.status, self.text);
        for name in ["etag", "location", "link", "idempotent-replayed", "retry-after", "www-authenticate"] {
            if self.headers.contains_key(name) && !(name == "etag" && matches!(self.status, 304 | 412)) {
                let documented = response["headers"].as_object().unwrap().keys();
                let found = documented.into_iter().any(|known| known.eq_ignore_ascii_case(name));
                assert!(found, "{place}: header {name} of {} is not documented", self.status);
            }
        }
        if self.header_is("content-type", "application/problem+json") {
            let codes = operation["x-problem-codes"].as_array().unwrap();
            assert!(codes.contains(&self.body["code"]), "{place}: {} is not documented", self.body["code"]);
        }
        let Some(content) = response["content"].as_object() else {
            assert_eq!(self.text, "", "{place}: a body is not documented");
            return;
        };
        let kind = self.header("content-type").split(';').next().unwrap();
        let content = content.get(kind).unwrap_or_else(|| panic!("{place}: {kind} is not documented"));
        if !kind.starts_with("text/") {
            schema::assert_fits(&DOCUMENT, &content["schema"], &self.body, &place);
        }
    }
}

/// The operation of an address: an exact template wins over one with an id in it.
pub(crate) fn operation(method: &str, path: &str) -> Option<(&'static str, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object()?;
    let fits = |template: &str| {
        let (template, path): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
        template.len() == path.len()
            && template.iter().zip(&path).all(|(part, given)| part.starts_with('{') || part == given)
    };
    let exact = paths.get_key_value(path);
    let mut found = exact.into_iter().chain(paths.iter().filter(|(template, _)| fits(template)));
    found.find_map(|(template, item)| Some((template.as_str(), item.get(method.to_lowercase())?)))
}
