//! What no field is made for yet.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::validation::{Field, Report, Violation};

/// A JSON object for what no field is made for yet, of at most 16 KiB when it is written without white space.
///
/// ```
/// use smilefactory_core::profile::Extra;
///
/// let extra: Extra = serde_json::from_str(r#"{"favourite_tool": "angle grinder"}"#).unwrap();
/// assert_eq!(extra.as_map()["favourite_tool"], "angle grinder");
/// assert!(serde_json::from_str::<Extra>(r#"{"a": "\u0000"}"#).is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Extra(Map<String, Value>);

impl Extra {
    /// The largest object, in bytes of JSON without white space.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// The object.
    pub const fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }

    fn check(raw: Map<String, Value>) -> Result<Self, Violation> {
        // An object of JSON values always has a JSON form.
        let bytes = serde_json::to_vec(&raw).map_or(usize::MAX, |json| json.len());
        if bytes > Self::MAX_BYTES {
            let mut violation = Violation::too_long(Self::MAX_BYTES, bytes).with("unit", "bytes");
            violation.message = format!("must have at most {} bytes, has {bytes}", Self::MAX_BYTES);
            return Err(violation);
        }
        if raw.iter().any(|(name, value)| name.contains('\0') || has_nul(value)) {
            return Err(Violation::malformed("an object without NUL characters"));
        }
        Ok(Self(raw))
    }
}

/// PostgreSQL cannot keep a NUL in JSONB.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(entries) => entries.iter().any(has_nul),
        Value::Object(members) => members.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

impl Field for Extra {
    type Raw = Map<String, Value>;
    type Change = Map<String, Value>;
    fn parse(raw: Self::Raw, report: &mut Report) -> Option<Self> {
        Self::check(raw).map_err(|violation| report.add(violation)).ok()
    }
    fn into_raw(self) -> Self::Raw {
        self.0
    }
    /// A merge patch (RFC 7396) all the way down.
    fn change(raw: &mut Self::Raw, change: Self::Raw) {
        merge(raw, change);
    }
}

fn merge(into: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (name, change) in patch {
        match change {
            Value::Null => {
                into.remove(&name);
            }
            Value::Object(change) => {
                let member = into.entry(name).or_insert(Value::Null);
                let mut members = match member.take() {
                    Value::Object(members) => members,
                    _ => Map::new(),
                };
                merge(&mut members, change);
                *member = Value::Object(members);
            }
            value => {
                into.insert(name, value);
            }
        }
    }
}

impl<'de> Deserialize<'de> for Extra {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::check(Map::deserialize(deserializer)?)
            .map_err(|violation| serde::de::Error::custom(violation.message))
    }
}

#[cfg(feature = "openapi")]
impl crate::schema::Described for Extra {
    const OPTIONAL: bool = true;
    fn describe(_: crate::schema::Form) -> crate::schema::RefOr<crate::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::FreeForm(true)))
            .into()
    }
}
