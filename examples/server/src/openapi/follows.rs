//! What follows from the declaration of an operation.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use utoipa::openapi::path::{HttpMethod, Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{
    Content, Header, Ref, RefOr, Required, Response, ResponseBuilder, Schema, extensions::ExtensionsBuilder,
};

use super::{PROBLEM_CODES, examples, header_parameter};
use crate::problem::Code;

/// Adds to an operation everything that follows from what it declares.
pub(super) fn complete(path: &str, method: &HttpMethod, operation: &mut Operation) {
    ids_in_address(path, operation);
    conditional_read(method, operation);
    let codes = problems(path, operation);
    let names = codes.iter().map(|code| json!(code)).collect::<Vec<_>>();
    operation.extensions = Some(ExtensionsBuilder::new().add(PROBLEM_CODES, names).build());
    answer_problems(operation, &codes);
    headers(operation);
    show_examples(operation);
}

/// The ids in the address.
fn ids_in_address(path: &str, operation: &mut Operation) {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    for (place, name) in names.enumerate() {
        let what = name.trim_end_matches("_id");
        let (schema, example) = match name {
            "ticket" | "token" => (ObjectBuilder::new().schema_type(Type::String), json!("AZVRDKPAcACA")),
            "number" => (ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1.0)), json!(1)),
            _ => {
                let uuid = SchemaFormat::KnownFormat(KnownFormat::Uuid);
                (ObjectBuilder::new().schema_type(Type::String).format(Some(uuid)), json!(examples::ID))
            }
        };
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some(format!("Which {what}.")))
            .schema(Some(schema))
            .example(Some(example))
            .build();
        // In the order of the address.
        parameters(operation).insert(place, parameter.into());
    }
}

/// What has a tag can be asked for unless it is known.
fn conditional_read(method: &HttpMethod, operation: &mut Operation) {
    let schema = operation.responses.responses.get("200").and_then(schema_name);
    // Parts of these change without their version: they are always sent.
    let always_sent = |schema: &str| {
        matches!(
            schema,
            "Account"
                | "Comment"
                | "ConnectionRequest"
                | "EventProgramme"
                | "EventView"
                | "Group"
                | "GroupView"
                | "Inquiry"
                | "ListingView"
                | "Message"
                | "Organisation"
                | "OwnRegistration"
                | "PostView"
        )
    };
    let tagged = schema.is_some_and(|schema| is_tagged(schema) && !always_sent(schema));
    if *method != HttpMethod::Get || !tagged {
        return;
    }
    let known = "The `ETag` of what the caller has: when it is the newest, it is not sent again.";
    parameters(operation).push(header_parameter("If-None-Match", known, "\"1\"", false).into());
    let unchanged = ResponseBuilder::new().description("The caller has the newest already.").build();
    operation.responses.responses.insert("304".to_owned(), unchanged.into());
}

fn parameters(operation: &mut Operation) -> &mut Vec<RefOr<Parameter>> {
    operation.parameters.get_or_insert_default()
}

/// The codes of the problems that it may answer: those it declares, and those of its extractors.
fn problems(path: &str, operation: &Operation) -> BTreeSet<Code> {
    let mut codes = BTreeSet::from([Code::Internal, Code::Unavailable]);
    let declared = operation.extensions.as_ref().and_then(|extensions| extensions.get(PROBLEM_CODES));
    codes.extend(Code::ALL.iter().filter(|code| {
        let declared = declared.and_then(|declared| declared.as_array());
        declared.is_some_and(|declared| declared.contains(&json!(code)))
    }));
    if operation.security.is_none() {
        codes.insert(Code::Unauthenticated);
    }
    if path.contains('{') {
        codes.extend([Code::InvalidInput, Code::NotFound]);
    }
    if operation.request_body.is_some() || has(operation, &ParameterIn::Header, "Idempotency-Key") {
        codes.extend([Code::MalformedJson, Code::UnsupportedMediaType, Code::TooLarge, Code::InvalidInput]);
    }
    if has(operation, &ParameterIn::Header, "Idempotency-Key") {
        codes.extend([Code::IdempotencyInFlight, Code::IdempotencyMismatch, Code::AnswerErased]);
    }
    if has(operation, &ParameterIn::Header, "If-Match") {
        codes.extend([Code::PreconditionRequired, Code::Stale]);
    }
    if has(operation, &ParameterIn::Query, "limit") {
        codes.insert(Code::InvalidInput);
    }
    if has(operation, &ParameterIn::Query, "cursor") {
        codes.insert(Code::InvalidCursor);
    }
    codes
}

fn has(operation: &Operation, place: &ParameterIn, name: &str) -> bool {
    operation.parameters.iter().flatten().any(|parameter| match parameter {
        RefOr::T(parameter) => parameter.parameter_in == *place && parameter.name == name,
        RefOr::Ref(_) => false,
    })
}

/// A response for each status, with an example for each code; what the operation answers itself stays.
fn answer_problems(operation: &mut Operation, codes: &BTreeSet<Code>) {
    let mut by_status = BTreeMap::<u16, Vec<Code>>::new();
    for code in codes {
        by_status.entry(code.status().as_u16()).or_default().push(*code);
    }
    for (status, codes) in by_status {
        let status = status.to_string();
        if operation.responses.responses.contains_key(&status) {
            continue;
        }
        let meanings: Vec<_> =
            codes.iter().map(|code| format!("- `{}`: {}", code.as_str(), code.meaning().trim())).collect();
        let mut content = Content::new(Some(Ref::from_schema_name("Problem")));
        content.examples =
            codes.iter().map(|code| (code.as_str().to_owned(), RefOr::Ref(example_of(*code)))).collect();
        let mut response = ResponseBuilder::new()
            .description(meanings.join("\n"))
            .content("application/problem+json", content);
        if codes
            .iter()
            .any(|code| matches!(code, Code::Unavailable | Code::IdempotencyInFlight | Code::TooManyStreams))
        {
            response = response.header("Retry-After", header("In how many seconds to try again.", "1"));
        }
        if status == "401" {
            response = response.header("WWW-Authenticate", header("How to say who calls.", "Bearer"));
        }
        operation.responses.responses.insert(status, response.build().into());
    }
}

fn example_of(code: Code) -> Ref {
    Ref::new(format!("#/components/examples/{}", code.as_str()))
}

/// The headers of answers.
fn headers(operation: &mut Operation) {
    let keyed = has(operation, &ParameterIn::Header, "Idempotency-Key");
    for (status, response) in &mut operation.responses.responses {
        let name = schema_name(response).map(str::to_owned);
        let RefOr::T(response) = response else { continue };
        let mut add = |name: &str, description: &str, example: &str| {
            response.headers.insert(name.to_owned(), header(description, example).into());
        };
        add("X-Request-Id", "The request, as problems and the log name it.", examples::ID);
        if !status.starts_with('2') {
            continue;
        }
        if name.as_deref().is_some_and(is_tagged) {
            add("ETag", "Which version it is.", "\"1\"");
        }
        if status == "201" && name.as_deref() != Some("LogIn") {
            add("Location", "Where it is found from now on.", "/v1/me");
        }
        if name.is_some_and(|name| name.starts_with("CursorPage")) {
            add(
                "Link",
                "The address of the next page, when there is one.",
                "</v1/posts?cursor=…>; rel=\"next\"",
            );
        }
        if keyed {
            add("Idempotent-Replayed", "`true` when the answer was given before.", "true");
        }
    }
}

fn header(description: &str, example: &str) -> Header {
    let mut header = Header::new(ObjectBuilder::new().schema_type(Type::String));
    header.description = Some(description.to_owned());
    header.example = Some(json!(example));
    header
}

/// An example for each parameter of a list and each body.
fn show_examples(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        if parameter.parameter_in == ParameterIn::Query {
            let example = parameter.schema.as_ref();
            let example = example.and_then(|schema| examples::of_parameter(&parameter.name, schema));
            *parameter = ParameterBuilder::from(parameter.clone()).example(example).build();
        }
    }
    if let Some(RefOr::T(body)) = &mut operation.request_body {
        for content in body.content.values_mut() {
            show_example(content);
        }
    }
    for response in operation.responses.responses.values_mut() {
        let RefOr::T(response) = response else { continue };
        for content in response.content.values_mut() {
            show_example(content);
        }
    }
}

fn show_example(content: &mut RefOr<Content>) {
    let RefOr::T(content) = content else { return };
    if content.example.is_none() && content.examples.is_empty() {
        content.example = content.schema.as_ref().and_then(name_of).and_then(examples::of);
    }
}

/// Whether answers with this schema carry an entity tag.
fn is_tagged(schema: &str) -> bool {
    matches!(
        schema,
        "Account"
            | "Category"
            | "Comment"
            | "CommunitySettings"
            | "ConnectionRequest"
            | "Conversation"
            | "Group"
            | "GroupView"
            | "Inquiry"
            | "Event"
            | "EventProgramme"
            | "EventView"
            | "Introduction"
            | "Listing"
            | "ListingView"
            | "Message"
            | "ModerationCase"
            | "Organisation"
            | "OwnRegistration"
            | "Post"
            | "PostView"
            | "Profile"
            | "ProfileView"
            | "Registration"
    )
}

/// The name of the schema that a response's body has.
fn schema_name(response: &RefOr<Response>) -> Option<&str> {
    let RefOr::T(response) = response else { return None };
    let RefOr::T(content) = response.content.values().next()? else { return None };
    name_of(content.schema.as_ref()?)
}

fn name_of(schema: &RefOr<Schema>) -> Option<&str> {
    match schema {
        RefOr::Ref(reference) => reference.ref_location.rsplit('/').next(),
        RefOr::T(_) => None,
    }
}
