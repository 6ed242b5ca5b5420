//! The OpenAPI document: the router's own declarations, and what follows from them.
//!
//! A handler declares what is its own: address, extractors, body, answer, the problems of its rules. Everything
//! that follows from those is added here, the same for all: ids in the address, the problems that an extractor
//! may answer, headers, examples. So nothing is said twice, and nothing can be forgotten.

mod examples;
mod follows;

use std::sync::OnceLock;

use serde_json::json;
use utoipa::openapi::path::{HttpMethod, Operation, Parameter, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Components, Info, License, OpenApi, Required};
use utoipa::{PartialSchema, ToSchema};

use crate::problem::{Code, Problem};
use crate::routes;

/// The name of the security scheme: the token of a log-in.
pub(crate) const SESSION: &str = "session";
/// The extension that lists the codes of the problems an operation may answer.
pub const PROBLEM_CODES: &str = "x-problem-codes";

/// The OpenAPI document (3.1) of every address there is.
pub fn openapi() -> OpenApi {
    let mut document = routes::all().into_openapi();
    let mut info = Info::new("SmileFactory", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.trim().to_owned());
    let mut license = License::new("MIT OR Apache-2.0");
    license.identifier = Some("MIT OR Apache-2.0".to_owned());
    info.license = Some(license);
    document.info = info;
    document.tags = Some(
        TAGS.iter()
            .map(|(name, about)| TagBuilder::new().name(*name).description(Some(*about)).build())
            .collect(),
    );
    document.security = Some(vec![SecurityRequirement::new(SESSION, [""; 0])]);
    let components = document.components.get_or_insert_with(Components::new);
    describe(components);
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            follows::complete(path, &method, operation);
        }
    }
    document
}

/// The document as it is served and committed: indented, its members in the order of the alphabet.
pub fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        let document = serde_json::to_value(openapi()).unwrap_or_default();
        format!("{:#}\n", sorted(document))
    })
}

/// What the operations are about, in the order in which somebody meets them.
const TAGS: &[(&str, &str)] = &[
    ("accounts", "Signing up, proving the email address, the own account."),
    ("sessions", "Logging in and out."),
    ("settings", "What the community has set for its members."),
    ("profiles", "What people tell about themselves, and who sees it."),
    ("organisations", "What people work for and put money into, from lists that were imported."),
    ("posts", "What people publish, and the way there."),
    ("feed", "What is new for oneself, in which order and why."),
    ("versions", "What posts were before they were changed."),
    ("categories", "The tree of categories in each tab."),
    ("tags", "The words that posts are found by, and whom they bring together."),
    ("media", "Files that people upload, and hang on their posts."),
    ("comments", "What others say to it, and to each other."),
    ("engagement", "What people do with what others published."),
    ("connections", "What people are to each other: connections, follows, blocks and mutes."),
    ("network", "What one's own network is like, and whom one reaches through it."),
    ("conversations", "Who writes to whom, and how one keeps it."),
    ("messages", "What people say to each other."),
    ("groups", "Who gathers around what, and who has a say there."),
    ("events", "People who come together, and when."),
    ("registrations", "Who comes, who waits, and who was there."),
    ("live", "What happens while somebody listens, and who is there."),
    ("notifications", "What people are told, and how they want to be."),
    ("marketplace", "What people offer each other, what they ask about it, and what comes of that."),
    ("moderation", "What members report, what moderators decide, and what comes of it."),
    ("matching", "Whom people should meet, and why."),
    ("operations", "How the server fares, and what it offers."),
];

const ABOUT: &str = "
The platform of an innovation community: people of eight kinds, what they publish, and whom they should meet.

- Log in (`logIn`) and send the token as `Authorization: Bearer`.
- Problems are RFC 9457 with a stable `code`; `x-problem-codes` lists those of each operation.
- What can be changed has an `ETag`; a change names it in `If-Match`.
- A `POST` with an `Idempotency-Key` may be sent again: it has one effect.
- Lists have pages: ask the next one with `cursor`, or follow `Link`.
- Somebody else's things and those of another community are not there: `404`, in the same words.
";

/// Schemas that no handler names, an example of each problem, and the security scheme.
fn describe(components: &mut Components) {
    let mut named = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut named);
    components.schemas.extend(named);
    let problems = Code::ALL.iter().map(|code| (code.as_str().to_owned(), examples::problem(*code).into()));
    components.examples.extend(problems);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The token of a log-in, as `logIn` answers it: `sf_…`."))
        .build();
    components.security_schemes.insert(SESSION.to_owned(), SecurityScheme::Http(bearer).into());
}

/// The operations of an address.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (HttpMethod, &mut Operation)> {
    let operations = [
        (HttpMethod::Get, &mut item.get),
        (HttpMethod::Post, &mut item.post),
        (HttpMethod::Put, &mut item.put),
        (HttpMethod::Patch, &mut item.patch),
        (HttpMethod::Delete, &mut item.delete),
    ];
    operations.into_iter().filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// The same with the members of every object in the order of the alphabet, whatever map `serde_json` was built with.
fn sorted(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(members) => {
            let mut members: Vec<_> =
                members.into_iter().map(|(name, value)| (name, sorted(value))).collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            serde_json::Value::Object(members.into_iter().collect())
        }
        serde_json::Value::Array(entries) => entries.into_iter().map(sorted).collect(),
        leaf => leaf,
    }
}

/// A header of a request, for the document.
pub(crate) fn header_parameter(name: &str, description: &str, example: &str, required: bool) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(if required { Required::True } else { Required::False })
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .example(Some(json!(example)))
        .build()
}
