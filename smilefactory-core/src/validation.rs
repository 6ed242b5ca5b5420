//! What is wrong with an input: all of it at once, each with where, what and a stable code.
//!
//! Raw input is parsed into types that cannot hold anything invalid. While parsing, a [`Report`] collects
//! every [`Violation`] with the JSON pointer it was found at, so that a person corrects a form once:
//!
//! ```
//! use smilefactory_core::text::{Line, Slug};
//! use smilefactory_core::validation::{Field, Report};
//!
//! let mut report = Report::new();
//! let slug = report.field("slug", |r| Slug::parse("Not a slug".into(), r));
//! let name = report.field("name", |r| Line::<2, 50>::parse("x".into(), r));
//! let violations = report.finish(slug.zip(name)).unwrap_err();
//!
//! let found: Vec<_> = violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect();
//! assert_eq!(found, [("/slug", "malformed"), ("/name", "too_short")]);
//! ```

mod json;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use self::json::read_json;

/// One thing wrong with an input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Violation {
    /// Where, as a JSON pointer (RFC 6901) into the input: `/details/portfolio/3/year`.
    #[cfg_attr(feature = "openapi", schema(example = "/details/portfolio/3/year"))]
    pub pointer: String,
    /// Which rule is broken; stable, so that programs may act on it. [`code`] lists them all.
    #[cfg_attr(feature = "openapi", schema(value_type = String, example = "out_of_range"))]
    pub code: Cow<'static, str>,
    /// The numbers and names of the rule: `{"min": 1950, "max": 2026}`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub params: BTreeMap<Cow<'static, str>, Value>,
    /// The same in words, for people; may change.
    pub message: String,
}

/// The codes of all rules. They are stable: one may be added, none is renamed or given another meaning.
pub mod code {
    /// A text says something that this community does not publish.
    pub const BLOCKED_WORD: &str = "blocked_word";
    /// A list has the same member twice.
    pub const DUPLICATE: &str = "duplicate";
    /// A text does not have the form its field asks for.
    pub const MALFORMED: &str = "malformed";
    /// Something that must be there is not.
    pub const REQUIRED: &str = "required";
    /// A number or time lies outside its bounds.
    pub const OUT_OF_RANGE: &str = "out_of_range";
    /// The lower end of a range lies above its upper end.
    pub const RANGE_ORDER: &str = "range_order";
    /// A text is too long, counted in characters.
    pub const TOO_LONG: &str = "too_long";
    /// A list has too few members.
    pub const TOO_FEW: &str = "too_few";
    /// A list has too many members.
    pub const TOO_MANY: &str = "too_many";
    /// A text is too short, counted in characters.
    pub const TOO_SHORT: &str = "too_short";
    /// The field exists, but not for this kind or in this state.
    pub const NOT_ALLOWED: &str = "not_allowed";
    /// The value is none of the known ones.
    pub const UNKNOWN_VALUE: &str = "unknown_value";
    /// The JSON value has another type than the field.
    pub const WRONG_TYPE: &str = "wrong_type";
    /// The object has a member that nobody asked for.
    pub const UNKNOWN_FIELD: &str = "unknown_field";

    /// Every code, for documents and tests.
    pub const ALL: [&str; 14] = [
        BLOCKED_WORD,
        DUPLICATE,
        MALFORMED,
        REQUIRED,
        OUT_OF_RANGE,
        RANGE_ORDER,
        TOO_LONG,
        TOO_FEW,
        TOO_MANY,
        TOO_SHORT,
        NOT_ALLOWED,
        UNKNOWN_VALUE,
        WRONG_TYPE,
        UNKNOWN_FIELD,
    ];
}

impl Violation {
    /// A violation of the rule `code`, at a place that the [`Report`] fills in.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { pointer: String::new(), code: code.into(), params: BTreeMap::new(), message: message.into() }
    }

    /// The same with one more parameter.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.params.insert(name.into(), value.into());
        self
    }

    /// Something that must be there is not.
    pub fn required() -> Self {
        Self::new(code::REQUIRED, "must be given")
    }

    /// A text does not have the form that `expected` describes.
    pub fn malformed(expected: &'static str) -> Self {
        Self::new(code::MALFORMED, format!("must be {expected}")).with("expected", expected)
    }

    /// A text of `length` characters is longer than `max`.
    pub fn too_long(max: usize, length: usize) -> Self {
        Self::new(code::TOO_LONG, format!("must have at most {max} characters, has {length}"))
            .with("max", max)
            .with("length", length)
    }

    /// A text of `length` characters is shorter than `min`.
    pub fn too_short(min: usize, length: usize) -> Self {
        Self::new(code::TOO_SHORT, format!("must have at least {min} characters, has {length}"))
            .with("min", min)
            .with("length", length)
    }

    /// A list of `count` entries must have at least `min`.
    pub fn too_few(min: usize, count: usize) -> Self {
        Self::new(code::TOO_FEW, format!("must have at least {min} entries, has {count}"))
            .with("min", min)
            .with("count", count)
    }

    /// A list of `count` members has more than `max`.
    pub fn too_many(max: usize, count: usize) -> Self {
        Self::new(code::TOO_MANY, format!("must have at most {max} entries, has {count}"))
            .with("max", max)
            .with("count", count)
    }

    /// A number lies outside `min..=max`.
    pub fn out_of_range(min: impl Into<Value>, max: impl Into<Value>) -> Self {
        let (min, max) = (min.into(), max.into());
        Self::new(code::OUT_OF_RANGE, format!("must lie between {min} and {max}"))
            .with("min", min)
            .with("max", max)
    }

    /// A member of a list stands there twice.
    pub fn duplicate() -> Self {
        Self::new(code::DUPLICATE, "stands in the list already")
    }

    /// The lower end of a range lies above its upper end.
    pub fn range_order() -> Self {
        Self::new(code::RANGE_ORDER, "must not lie below the lower end of the range")
    }

    /// The value is none of `known`.
    pub fn unknown_value(known: &[&'static str]) -> Self {
        Self::new(code::UNKNOWN_VALUE, format!("must be one of {}", known.join(", "))).with("known", known)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "/" } else { &self.pointer };
        write!(f, "{place}: {} ({})", self.message, self.code)
    }
}

/// All violations of one input, never empty: those of each field in the order of the fields, then those of the
/// rules over several fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// One violation, at `pointer`.
    pub fn one(pointer: impl Into<String>, violation: Violation) -> Self {
        Self(vec![Violation { pointer: pointer.into(), ..violation }])
    }

    /// The same, of an input that stands at `pointer` within a larger one.
    #[must_use]
    pub fn within(self, pointer: &str) -> Self {
        let moved = |violation: Violation| Violation {
            pointer: format!("{pointer}{}", violation.pointer),
            ..violation
        };
        Self(self.0.into_iter().map(moved).collect())
    }

    /// Each violation, in the order of the fields.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.0.iter()
    }

    /// The violations as a list.
    pub fn into_vec(self) -> Vec<Violation> {
        self.0
    }
}

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, violation) in self.0.iter().enumerate() {
            write!(f, "{}{violation}", if n == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for Violations {}

/// Collects violations while an input is parsed, and knows where in the input it is.
#[derive(Debug, Default)]
pub struct Report {
    pointer: String,
    found: Vec<Violation>,
}

impl Report {
    /// An empty report, standing at the root of the input.
    pub fn new() -> Self {
        Self::default()
    }

    /// Goes into the member `name` while `parse` runs.
    pub fn field<T>(&mut self, name: &str, parse: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.pointer.len();
        self.pointer.push('/');
        // RFC 6901: `~` and `/` in a name are written `~0` and `~1`.
        self.pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        let parsed = parse(self);
        self.pointer.truncate(outer);
        parsed
    }

    /// Goes to the list entry `index` while `parse` runs.
    pub fn entry<T>(&mut self, index: usize, parse: impl FnOnce(&mut Self) -> T) -> T {
        self.field(&index.to_string(), parse)
    }

    /// Notes a violation here.
    pub fn add(&mut self, violation: Violation) {
        self.found.push(Violation { pointer: self.pointer.clone(), ..violation });
    }

    /// Notes a violation that was found further down, at its pointer below here.
    pub(crate) fn add_below(&mut self, violation: Violation) {
        let pointer = format!("{}{}", self.pointer, violation.pointer);
        self.found.push(Violation { pointer, ..violation });
    }

    /// Notes a violation here and gives up on the value: `return report.refuse(…)`.
    pub fn refuse<T>(&mut self, violation: Violation) -> Option<T> {
        self.add(violation);
        None
    }

    /// How many violations were found so far.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether nothing was found so far.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The parsed value, or else everything that was found.
    ///
    /// A parser that gives up without saying why is a bug of the parser; the answer is then that the whole
    /// input is malformed.
    pub fn finish<T>(mut self, parsed: Option<T>) -> Result<T, Violations> {
        match parsed {
            Some(value) if self.found.is_empty() => Ok(value),
            Some(_) => Err(Violations(self.found)),
            None => {
                if self.found.is_empty() {
                    self.add(Violation::malformed("a valid value"));
                }
                Err(Violations(self.found))
            }
        }
    }
}

/// A type that is parsed from raw input: what is raw may be anything, what is parsed is valid.
pub trait Field: Sized {
    /// What comes over the wire, before it is checked; its default is what a missing member stands for.
    type Raw: Default;
    /// What a partial update puts in the place of the raw form: the whole of it, or a record's patch.
    type Change;

    /// Checks `raw`; notes what is wrong in `report` and gives `None` then.
    fn parse(raw: Self::Raw, report: &mut Report) -> Option<Self>;

    /// The raw form again; parsing it gives an equal value.
    fn into_raw(self) -> Self::Raw;

    /// Carries a change out on the raw form, to be parsed again as a whole.
    fn change(raw: &mut Self::Raw, change: Self::Change);

    /// Parses a whole input.
    fn from_raw(raw: Self::Raw) -> Result<Self, Violations> {
        let mut report = Report::new();
        let parsed = Self::parse(raw, &mut report);
        report.finish(parsed)
    }
}

impl Field for bool {
    type Raw = bool;
    type Change = bool;
    fn parse(raw: bool, _: &mut Report) -> Option<Self> {
        Some(raw)
    }
    fn into_raw(self) -> bool {
        self
    }
    fn change(raw: &mut bool, change: bool) {
        *raw = change;
    }
}

impl<T: Field> Field for Option<T> {
    type Raw = Option<T::Raw>;
    type Change = T::Change;
    fn parse(raw: Self::Raw, report: &mut Report) -> Option<Self> {
        match raw {
            None => Some(None),
            Some(raw) => T::parse(raw, report).map(Some),
        }
    }
    fn into_raw(self) -> Self::Raw {
        self.map(T::into_raw)
    }
    fn change(raw: &mut Self::Raw, change: T::Change) {
        T::change(raw.get_or_insert_default(), change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_knows_where_it_is() {
        let mut report = Report::new();
        report.field("a/b", |report| {
            report.entry(2, |report| report.field("~", |report| report.add(Violation::required())));
            report.add_below(Violation { pointer: "/x/0".into(), ..Violation::required() });
        });
        report.add(Violation::duplicate());
        assert_eq!(report.len(), 3);
        let violations = report.finish(Some(())).unwrap_err();
        let pointers: Vec<_> = violations.iter().map(|v| v.pointer.as_str()).collect();
        assert_eq!(pointers, ["/a~1b/2/~0", "/a~1b/x/0", ""]);
    }

    #[test]
    fn a_parser_that_gives_up_in_silence_is_not_believed() {
        assert_eq!(Report::new().finish(Some(7)).unwrap(), 7);
        let violations = Report::new().finish(None::<u8>).unwrap_err();
        assert_eq!(violations.iter().map(|v| v.code.as_ref()).collect::<Vec<_>>(), [code::MALFORMED]);
    }

    #[test]
    fn violations_tell_people_and_programs() {
        let violation = Violation::too_long(5, 7);
        assert_eq!(violation.params.get("max"), Some(&5.into()));
        let violations = Violations::one("/a", violation);
        assert_eq!(violations.to_string(), "/a: must have at most 5 characters, has 7 (too_long)");
        let json = serde_json::to_value(&violations).unwrap();
        assert_eq!(
            json,
            serde_json::json!([{
                "pointer": "/a",
                "code": "too_long",
                "params": { "length": 7, "max": 5 },
                "message": "must have at most 5 characters, has 7",
            }])
        );
        assert_eq!(serde_json::from_value::<Violations>(json).unwrap(), violations);
    }
}
