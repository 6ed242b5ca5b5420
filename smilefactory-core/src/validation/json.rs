//! JSON that does not have the shape of its type, told as a violation like any other.

use serde::Deserializer;
use serde::de::DeserializeOwned;

use super::{Violation, code};

/// Reads a value; what does not fit its type is a violation at the place it was found.
///
/// Only the first such place is told: a value of the wrong type has no fields to look at.
///
/// ```
/// use smilefactory_core::content::PostInput;
/// use smilefactory_core::validation::read_json;
///
/// let read = |json: &str| read_json::<PostInput, _>(&mut serde_json::Deserializer::from_str(json)).unwrap_err();
/// let wrong = read(r#"{"kind": "post", "tags": ["maize", 3]}"#);
/// assert_eq!((wrong.pointer.as_str(), wrong.code.as_ref()), ("/tags/1", "wrong_type"));
/// let unknown = read(r#"{"king": "post"}"#);
/// assert_eq!((unknown.pointer.as_str(), unknown.code.as_ref()), ("/king", "unknown_field"));
/// ```
pub fn read_json<'de, T: DeserializeOwned, D: Deserializer<'de>>(json: D) -> Result<T, Violation> {
    serde_path_to_error::deserialize(json).map_err(|error| {
        let mut pointer = pointer(error.path());
        let message = error.into_inner().to_string();
        let code = classify(&message);
        // What is missing has no place of its own yet.
        if let (code::REQUIRED, Some(member)) = (code, message.split('`').nth(1)) {
            pointer.push('/');
            pointer.push_str(member);
        }
        Violation { pointer, ..Violation::new(code, message) }
    })
}

/// Which rule is broken, by the words serde has for it.
fn classify(message: &str) -> &'static str {
    if message.starts_with("unknown field") {
        code::UNKNOWN_FIELD
    } else if message.starts_with("missing field") {
        code::REQUIRED
    } else if message.starts_with("invalid type") {
        code::WRONG_TYPE
    } else {
        code::MALFORMED
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let segment = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    };
    path.iter().map(segment).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::profile::ProfileInput;

    #[test]
    fn every_way_not_to_fit_has_its_place_and_code() {
        for (value, pointer, code) in [
            (json!("innovator"), "", code::WRONG_TYPE),
            (json!({ "headline": 5 }), "/headline", code::WRONG_TYPE),
            (json!({ "looking_for": [{}, { "kind": 1 }] }), "/looking_for/1/kind", code::WRONG_TYPE),
            (json!({ "location": { "town": "Gweru" } }), "/location/town", code::UNKNOWN_FIELD),
            (json!({ "head/line": "x" }), "/head~1line", code::UNKNOWN_FIELD),
        ] {
            let violation = read_json::<ProfileInput, _>(value.clone()).unwrap_err();
            assert_eq!((violation.pointer.as_str(), violation.code.as_ref()), (pointer, code), "{value}");
        }
        let broken = read_json::<ProfileInput, _>(&mut serde_json::Deserializer::from_str("{\"headline\": "))
            .unwrap_err();
        assert_eq!(broken.code, code::MALFORMED);
    }
}
