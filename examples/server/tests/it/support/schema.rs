//! Whether a value fits a schema: as much of JSON Schema as the document uses, and a panic for anything else.

use serde_json::{Map, Value};

/// Fails with all that does not fit.
#[track_caller]
pub(crate) fn assert_fits(document: &Value, schema: &Value, value: &Value, place: &str) {
    let mut wrong = Vec::new();
    Check { document, wrong: &mut wrong }.value(schema, value, "");
    assert!(wrong.is_empty(), "{place}: {wrong:#?}\nin {value:#}");
}

/// Whether a value fits.
pub(crate) fn fits(document: &Value, schema: &Value, value: &Value) -> bool {
    let mut wrong = Vec::new();
    Check { document, wrong: &mut wrong }.value(schema, value, "");
    wrong.is_empty()
}

struct Check<'a> {
    document: &'a Value,
    wrong: &'a mut Vec<String>,
}

impl Check<'_> {
    fn value(&mut self, schema: &Value, value: &Value, at: &str) {
        let Some(schema) = schema.as_object() else { panic!("no schema at {at}: {schema}") };
        for (keyword, rule) in schema {
            self.keyword(keyword, rule, schema, value, at);
        }
    }

    #[expect(clippy::too_many_lines, reason = "an arm a keyword")]
    fn keyword(&mut self, keyword: &str, rule: &Value, schema: &Map<String, Value>, value: &Value, at: &str) {
        let number = |rule: &Value| rule.as_f64().unwrap();
        let count = |rule: &Value| usize::try_from(rule.as_u64().unwrap()).unwrap();
        let ok = match (keyword, value) {
            ("$ref", _) => {
                let pointer = rule.as_str().unwrap().trim_start_matches('#');
                let target = self.document.pointer(pointer).unwrap_or_else(|| panic!("{rule} leads nowhere"));
                self.value(&target.clone(), value, at);
                true
            }
            ("type", _) => match rule {
                Value::String(name) => is_of(name, value),
                Value::Array(names) => names.iter().any(|name| is_of(name.as_str().unwrap(), value)),
                _ => panic!("type {rule} at {at}"),
            },
            ("enum", _) => rule.as_array().unwrap().contains(value),
            ("const", _) => rule == value,
            ("oneOf", _) => self.alternatives(rule, value) == 1,
            ("anyOf", _) => self.alternatives(rule, value) > 0,
            ("allOf", _) => {
                rule.as_array().unwrap().iter().for_each(|schema| self.value(schema, value, at));
                true
            }
            ("properties", Value::Object(members)) => {
                for (name, schema) in rule.as_object().unwrap() {
                    if let Some(value) = members.get(name) {
                        self.value(schema, value, &format!("{at}/{name}"));
                    }
                }
                true
            }
            ("required", Value::Object(members)) => {
                let missing = rule
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|name| !members.contains_key(name.as_str().unwrap()));
                missing.is_none()
            }
            ("additionalProperties", Value::Object(members)) => {
                let known = schema.get("properties").and_then(Value::as_object);
                let unknown =
                    members.iter().filter(|(name, _)| known.is_none_or(|known| !known.contains_key(*name)));
                match rule {
                    Value::Bool(free) => *free || unknown.count() == 0,
                    schema => {
                        unknown.for_each(|(name, value)| self.value(schema, value, &format!("{at}/{name}")));
                        true
                    }
                }
            }
            ("items", Value::Array(entries)) => {
                for (index, entry) in entries.iter().enumerate() {
                    self.value(rule, entry, &format!("{at}/{index}"));
                }
                true
            }
            ("uniqueItems", Value::Array(entries)) => {
                entries.iter().enumerate().all(|(index, entry)| !entries[..index].contains(entry))
            }
            ("minItems", Value::Array(entries)) => entries.len() >= count(rule),
            ("maxItems", Value::Array(entries)) => entries.len() <= count(rule),
            ("minLength", Value::String(text)) => text.chars().count() >= count(rule),
            ("maxLength", Value::String(text)) => text.chars().count() <= count(rule),
            ("pattern", Value::String(text)) => {
                regex_lite::Regex::new(rule.as_str().unwrap()).unwrap().is_match(text)
            }
            ("minimum", Value::Number(value)) => value.as_f64().unwrap() >= number(rule),
            ("maximum", Value::Number(value)) => value.as_f64().unwrap() <= number(rule),
            ("format", Value::String(text)) => match rule.as_str().unwrap() {
                "uuid" => uuid::Uuid::parse_str(text).is_ok(),
                "date-time" => text.parse::<chrono::DateTime<chrono::Utc>>().is_ok(),
                "uri" => url::Url::parse(text).is_ok(),
                "email" => text.contains('@'),
                _ => true,
            },
            (
                "title"
                | "description"
                | "default"
                | "example"
                | "examples"
                | "discriminator"
                | "properties"
                | "required"
                | "additionalProperties"
                | "items"
                | "uniqueItems"
                | "minItems"
                | "maxItems"
                | "minLength"
                | "maxLength"
                | "pattern"
                | "minimum"
                | "maximum"
                | "format",
                _,
            ) => true,
            _ => panic!("the keyword {keyword} is not known here"),
        };
        if !ok {
            self.wrong.push(format!("{at}: {value} breaks {keyword} {rule}"));
        }
    }

    fn alternatives(&self, rule: &Value, value: &Value) -> usize {
        rule.as_array().unwrap().iter().filter(|schema| fits(self.document, schema, value)).count()
    }
}

fn is_of(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        _ => panic!("the type {name} is not known here"),
    }
}
