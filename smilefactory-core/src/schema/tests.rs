//! The schemas say what the types do.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::content::{Post, PostDraft, PostInput, PostPatch};
use crate::identity::{Account, AccountPatch, AccountSettingsInput, SignUpInput};
use crate::page::CursorPage;
use crate::profile::{
    Completion, Engagement, Opens, Profile, ProfileContent, ProfileInput, ProfilePatch, ProfileView,
    ViewerClass,
};
use crate::recommendation::Match;
use crate::tenancy::{NewTenantInput, Tenant};
use crate::testing::{account, post_input, profile_content, profile_input, spoiled_profiles};
use crate::validation::{Field, Violations};

/// All schemas of the wire, by name.
fn components() -> BTreeMap<String, Value> {
    fn add<T: ToSchema>(named: &mut super::Named) {
        named.push((T::name().into_owned(), T::schema()));
        T::schemas(named);
    }
    let mut named = Vec::new();
    add::<Account>(&mut named);
    add::<AccountPatch>(&mut named);
    add::<AccountSettingsInput>(&mut named);
    add::<Completion>(&mut named);
    add::<CursorPage<ProfileView>>(&mut named);
    add::<Match>(&mut named);
    add::<NewTenantInput>(&mut named);
    add::<Opens>(&mut named);
    add::<Post>(&mut named);
    add::<PostInput>(&mut named);
    add::<PostPatch>(&mut named);
    add::<Profile>(&mut named);
    add::<ProfileInput>(&mut named);
    add::<ProfilePatch>(&mut named);
    add::<ProfileView>(&mut named);
    add::<SignUpInput>(&mut named);
    add::<Tenant>(&mut named);
    add::<Violations>(&mut named);
    named.into_iter().map(|(name, schema)| (name, serde_json::to_value(schema).unwrap())).collect()
}

/// A reader of JSON Schema, as far as the document uses it: what is wrong with a value.
struct Reader {
    components: BTreeMap<String, Value>,
}

impl Reader {
    fn named(&self, name: &str, value: &Value) -> Result<(), String> {
        self.check(&json!({ "$ref": format!("#/components/schemas/{name}") }), value)
    }

    fn check(&self, schema: &Value, value: &Value) -> Result<(), String> {
        self.conditions(schema, value)
            .map_err(|why| if why.len() > 500 { why } else { format!("{why} in {value}") })
    }

    fn conditions(&self, schema: &Value, value: &Value) -> Result<(), String> {
        for (keyword, rule) in schema.as_object().ok_or("a schema is an object")? {
            let fine = match keyword.as_str() {
                "$ref" => {
                    let name = rule.as_str().unwrap().strip_prefix("#/components/schemas/").unwrap();
                    let schema = self.components.get(name).ok_or(format!("nothing is named {name}"))?;
                    self.check(schema, value)?;
                    true
                }
                "oneOf" => {
                    let fits =
                        rule.as_array().unwrap().iter().filter(|s| self.check(s, value).is_ok()).count();
                    fits == 1
                }
                "type" => match rule {
                    Value::String(kind) => is_a(kind, value),
                    kinds => kinds.as_array().unwrap().iter().any(|kind| is_a(kind.as_str().unwrap(), value)),
                },
                "enum" => rule.as_array().unwrap().contains(value),
                "minimum" => value.as_f64().is_none_or(|number| number >= rule.as_f64().unwrap()),
                "maximum" => value.as_f64().is_none_or(|number| number <= rule.as_f64().unwrap()),
                "minLength" => length(value).is_none_or(|length| length >= rule.as_u64().unwrap()),
                "maxLength" => length(value).is_none_or(|length| length <= rule.as_u64().unwrap()),
                "maxItems" => value
                    .as_array()
                    .is_none_or(|list| u64::try_from(list.len()).unwrap() <= rule.as_u64().unwrap()),
                "pattern" => value.as_str().is_none_or(|text| {
                    regex_lite::Regex::new(rule.as_str().unwrap()).unwrap().is_match(text)
                }),
                "items" => {
                    for entry in value.as_array().into_iter().flatten() {
                        self.check(rule, entry)?;
                    }
                    true
                }
                "required" => value.as_object().is_none_or(|object| {
                    rule.as_array().unwrap().iter().all(|name| object.contains_key(name.as_str().unwrap()))
                }),
                "properties" => {
                    for (name, value) in value.as_object().into_iter().flatten() {
                        if let Some(schema) = rule.get(name) {
                            self.check(schema, value)?;
                        }
                    }
                    true
                }
                "additionalProperties" => value.as_object().is_none_or(|object| {
                    rule == &json!(true) || object.keys().all(|name| schema["properties"].get(name).is_some())
                }),
                "uniqueItems" => value
                    .as_array()
                    .is_none_or(|list| list.iter().enumerate().all(|(n, entry)| !list[..n].contains(entry))),
                "format" | "description" | "example" | "examples" | "default" | "discriminator" => true,
                unknown => return Err(format!("the reader does not know {unknown}")),
            };
            if !fine {
                return Err(format!("breaks {keyword} {rule}"));
            }
        }
        Ok(())
    }
}

fn is_a(kind: &str, value: &Value) -> bool {
    match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "array" => value.is_array(),
        "null" => value.is_null(),
        _ => false,
    }
}

fn length(value: &Value) -> Option<u64> {
    value.as_str().map(|text| text.chars().count().try_into().unwrap())
}

fn reader() -> Reader {
    Reader { components: components() }
}

fn json<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap()
}

/// Every member of an object's schema that is an answer is in the answer and the other way round.
fn same_members(reader: &Reader, name: &str, value: &Value) {
    let schema = reader.components[name]["properties"].as_object().unwrap();
    let described: Vec<&String> = schema.keys().collect();
    let mut answered: Vec<&String> = value.as_object().unwrap().keys().collect();
    answered.sort();
    assert_eq!(described, answered, "{name}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_sent_and_answered_fits_its_schema(
        input in profile_input(), account in account(), post in post_input(),
    ) {
        let reader = reader();
        prop_assert_eq!(reader.named("ProfileInput", &json(&input)), Ok(()));
        prop_assert_eq!(reader.named("ProfilePatch", &json(&input)), Ok(()));
        let content = ProfileContent::from_raw(input).unwrap();
        let completion = Completion::of(&account, &content, Engagement::default());
        prop_assert_eq!(reader.named("Completion", &json(&completion)), Ok(()));
        let (profile, _) = content.begin(account.id, account.created_at);
        prop_assert_eq!(reader.named("Profile", &json(&profile)), Ok(()));
        same_members(&reader, "Profile", &json(&profile));
        let view = profile.seen_by(&account, ViewerClass::Owner).unwrap();
        prop_assert_eq!(reader.named("ProfileView", &json(&view)), Ok(()));
        same_members(&reader, "ProfileView", &json(&view));
        prop_assert_eq!(reader.named("Account", &json(&account)), Ok(()));
        same_members(&reader, "Account", &json(&account));

        prop_assert_eq!(reader.named("PostInput", &json(&post)), Ok(()));
        let draft = PostDraft::from_raw(post).unwrap();
        let (post, _) = draft.begin(crate::id::Id::from_uuid(uuid::Uuid::nil()), account.id, account.created_at);
        prop_assert_eq!(reader.named("Post", &json(&post)), Ok(()));
        same_members(&reader, "Post", &json(&post));
    }

    #[test]
    fn a_change_that_empties_what_can_be_empty_fits_its_schema(content in profile_content()) {
        let reader = reader();
        let kind = content.kind();
        let empty: serde_json::Map<String, Value> = json(&ProfileInput::from(content))
            .as_object()
            .unwrap()
            .keys()
            .filter(|name| *name != "details")
            .map(|name| (name.clone(), Value::Null))
            .collect();
        let mut empty = Value::Object(empty);
        prop_assert!(serde_json::from_value::<ProfilePatch>(empty.clone()).is_ok());
        empty["details"] = json!({ "kind": kind });
        prop_assert_eq!(reader.named("ProfilePatch", &empty), Ok(()));
        empty["details"]["knid"] = json!(null);
        prop_assert!(reader.named("ProfilePatch", &empty).is_err());
    }
}

#[test]
fn most_of_what_is_refused_does_not_fit_its_schema_either() {
    // Rules over several members, and lists that others keep, are beyond a schema.
    let beyond = |pointer: &str, code: &str| {
        matches!(code, "range_order" | "not_allowed")
            || matches!(
                pointer,
                "/extra"
                    | "/photo"
                    | "/links/0"
                    | "/headline"
                    | "/looking_for/1/kind"
                    | "/location/country"
                    | "/details/capacity"
                    | "/details/open_slots"
                    | "/details/orcid"
                    | "/details/publications/1/doi"
                    | "/details/services/0/price"
                    | "/details/funding_sought/amount"
                    | "/details/funding_raised/currency"
            )
    };
    let reader = reader();
    let input: ProfileInput = serde_json::from_value(json!({ "details": { "kind": "mentor" } })).unwrap();
    let mut seen = 0;
    for spoiled in spoiled_profiles(&input).filter(|spoiled| !beyond(&spoiled.pointer, spoiled.code)) {
        assert!(reader.named("ProfileInput", &json(&spoiled.input)).is_err(), "{spoiled:?}");
        seen += 1;
    }
    assert!(seen > 20, "{seen}");
}

/// The names that a schema refers to.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref") {
                found.push(reference.trim_start_matches("#/components/schemas/").to_owned());
            }
            for value in members.values() {
                references(value, found);
            }
        }
        Value::Array(entries) => {
            for value in entries {
                references(value, found);
            }
        }
        _ => {}
    }
}

#[test]
fn every_reference_has_its_schema_and_no_name_is_two_things() {
    let components = components();
    let mut found = Vec::new();
    for schema in components.values() {
        references(schema, &mut found);
    }
    for name in found {
        assert!(components.contains_key(&name), "{name}");
    }
    // Names stay fit for generated code: no generics spelt out.
    for name in components.keys() {
        assert!(name.chars().all(|c| c.is_ascii_alphabetic()), "{name}");
    }
}

#[test]
fn a_schema_tells_what_must_be_sent_and_what_may_be_null() {
    let components = components();
    let required = |name: &str| components[name]["required"].clone();
    assert_eq!(required("PostInput"), json!(["kind", "body"]));
    assert_eq!(required("ProfileInput"), json!(["details"]));
    assert_eq!(required("ProfilePatch"), Value::Null);
    assert_eq!(required("LocationInput"), json!(["country"]));
    assert_eq!(required("Location"), json!(["city", "country"]));
    assert_eq!(required("MentorDetailsInput"), json!(["kind"]));
    assert_eq!(required("MentorDetailsPatch"), Value::Null);
    assert_eq!(required("SignUpInput"), json!(["email", "password", "first_name", "last_name"]));

    let property = |name: &str, member: &str| components[name]["properties"][member].clone();
    assert_eq!(property("ProfileInput", "headline")["type"], json!(["string", "null"]));
    assert_eq!(property("ProfileInput", "skills")["type"], "array");
    assert_eq!(property("ProfilePatch", "skills")["type"], json!(["array", "null"]));
    assert_eq!(property("ProfileInput", "skills")["maxItems"], 30);
    assert_eq!(property("ProfileInput", "skills")["items"]["maxLength"], 60);
    assert_eq!(property("ProfileInput", "visibility")["default"], "public");
    assert_eq!(property("ProfilePatch", "visibility")["oneOf"][0]["type"], "null");
    assert_eq!(property("Profile", "visibility")["$ref"], "#/components/schemas/Visibility");
    assert_eq!(
        property("ProfileInput", "location")["oneOf"][1]["$ref"],
        "#/components/schemas/LocationInput"
    );
    assert_eq!(
        property("ProfilePatch", "location")["oneOf"][1]["$ref"],
        "#/components/schemas/LocationPatch"
    );
    assert_eq!(
        property("ProfilePatch", "looking_for")["items"]["$ref"],
        "#/components/schemas/LookingForInput"
    );
    assert_eq!(property("MentorDetails", "kind")["enum"], json!(["mentor"]));
    assert_eq!(property("Post", "id")["format"], "uuid");
    assert_eq!(property("Account", "completion"), Value::Null);
    assert_eq!(property("AccountStanding", "completion")["maximum"], 100.0);
}
