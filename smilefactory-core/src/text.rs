//! Texts that are valid by type.
//!
//! Every text is brought to Unicode normal form C and trimmed when it is parsed, so that what looks equal is
//! equal. Lengths count Unicode scalar values, as PostgreSQL's `char_length` does: the database's CHECKs and
//! these types accept the same texts.

mod code;
mod pattern;

use serde::{Deserialize, Deserializer, Serialize};
use unicode_normalization::UnicodeNormalization;

pub use self::code::{Country, Currency};
pub use self::pattern::{Doi, Email, LanguageTag, Orcid, Phone, Slug};
use crate::validation::{Field, Report, Violation, Violations};

/// Text on one line, of `MIN` to `MAX` characters, without control characters.
///
/// ```
/// use smilefactory_core::text::Line;
///
/// let name: Line<2, 50> = "  Tariro\u{a0}".parse().unwrap();
/// assert_eq!(name.as_str(), "Tariro");
/// assert!("x".parse::<Line<2, 50>>().is_err());
/// assert!("two\nlines".parse::<Line<2, 50>>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Line<const MIN: usize, const MAX: usize>(String);

/// Text of several lines, of `MIN` to `MAX` characters; line ends become `\n`, and of the control
/// characters only those and tabs stay.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Prose<const MIN: usize, const MAX: usize>(String);

/// Normal form C without the white space at both ends.
fn normal(raw: &str) -> String {
    raw.trim().nfc().collect()
}

fn check_length(text: &str, min: usize, max: usize) -> Result<(), Violation> {
    match text.chars().count() {
        0 if min > 0 => Err(Violation::required()),
        length if length < min => Err(Violation::too_short(min, length)),
        length if length > max => Err(Violation::too_long(max, length)),
        _ => Ok(()),
    }
}

impl<const MIN: usize, const MAX: usize> Line<MIN, MAX> {
    fn check(raw: &str) -> Result<Self, Violation> {
        let text = normal(raw);
        if text.contains(char::is_control) {
            return Err(Violation::malformed("text on one line without control characters"));
        }
        check_length(&text, MIN, MAX)?;
        Ok(Self(text))
    }
}

impl<const MIN: usize, const MAX: usize> Prose<MIN, MAX> {
    fn check(raw: &str) -> Result<Self, Violation> {
        let text = normal(&raw.replace("\r\n", "\n"));
        if text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') {
            return Err(Violation::malformed("text without control characters"));
        }
        check_length(&text, MIN, MAX)?;
        Ok(Self(text))
    }
}

/// What every checked text has: it is read as a `&str`, made by parsing, and never mutated.
macro_rules! checked_text {
    ([$($generics:tt)*] $name:ty, $schema_name:expr, $schema:expr) => {
        impl<$($generics)*> $name {
            /// The text.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl<$($generics)*> AsRef<str> for $name {
            fn as_ref(&self) -> &str { &self.0 }
        }
        impl<$($generics)*> std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
        }
        impl<$($generics)*> std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&self.0, f)
            }
        }
        impl<$($generics)*> From<$name> for String {
            fn from(text: $name) -> String { text.0 }
        }
        impl<$($generics)*> std::str::FromStr for $name {
            type Err = Violations;
            fn from_str(raw: &str) -> Result<Self, Violations> {
                Self::check(raw).map_err(|violation| Violations::one("", violation))
            }
        }
        impl<'de, $($generics)*> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let raw = String::deserialize(deserializer)?;
                Self::check(&raw).map_err(|violation| serde::de::Error::custom(violation.message))
            }
        }
        impl<$($generics)*> Field for $name {
            type Raw = String;
            type Change = String;
            fn parse(raw: String, report: &mut Report) -> Option<Self> {
                Self::check(&raw).map_err(|violation| report.add(violation)).ok()
            }
            fn into_raw(self) -> String { self.0 }
            fn change(raw: &mut String, change: String) { *raw = change; }
        }
        #[cfg(feature = "openapi")]
        $crate::schema::leaf::leaf!([$($generics)*] $name, $schema_name, $schema);
    };
}
use checked_text;

checked_text!(
    [const MIN: usize, const MAX: usize] Line<MIN, MAX>,
    format!("Line{MIN}To{MAX}"),
    crate::schema::leaf::text()
        .min_length(Some(MIN))
        .max_length(Some(MAX))
);
checked_text!(
    [const MIN: usize, const MAX: usize] Prose<MIN, MAX>,
    format!("Prose{MIN}To{MAX}"),
    crate::schema::leaf::text()
        .min_length(Some(MIN))
        .max_length(Some(MAX))
);

/// A link: an absolute `http` or `https` URL with a host, of at most 2,000 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Link(String);

impl Link {
    /// The longest link, in characters.
    pub const MAX: usize = 2_000;

    fn check(raw: &str) -> Result<Self, Violation> {
        let expected = "an absolute http or https URL";
        check_length(raw.trim(), 1, usize::MAX)?;
        let url = url::Url::parse(raw.trim()).map_err(|_| Violation::malformed(expected))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return Err(Violation::malformed(expected));
        }
        // Credentials in a link would be shown to everybody who may see the link.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Violation::malformed("a URL without user name and password"));
        }
        let text = String::from(url);
        check_length(&text, 1, Self::MAX)?;
        Ok(Self(text))
    }
}

checked_text!(
    [] Link, "Link",
    crate::schema::leaf::text()
        .format(Some(utoipa::openapi::SchemaFormat::Custom("uri".into())))
        .max_length(Some(Link::MAX))
);

/// A person's first or last name.
pub type PersonName = Line<2, 50>;

/// A reason somebody gives for a step.
pub type Reason = Line<1, 500>;

/// How many characters a text shows in a list before it is cut.
pub(crate) const EXCERPT: usize = 200;

/// The first line or so of a text, cut at a word.
///
/// ```
/// assert_eq!(smilefactory_core::text::excerpt("short"), "short");
/// ```
pub fn excerpt(text: &str) -> String {
    if text.chars().count() <= EXCERPT {
        return text.to_owned();
    }
    let head: String = text.chars().take(EXCERPT).collect();
    let cut = head.rfind(char::is_whitespace).and_then(|at| head.get(..at)).unwrap_or(&head);
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing;

    fn parsed<T: Field<Raw = String>>(raw: &str) -> String {
        T::from_raw(raw.to_owned()).unwrap().into_raw()
    }

    proptest! {
        #[test]
        fn any_text_is_a_line_or_is_refused(raw: String) {
            let parsed = raw.parse::<Line<2, 10>>();
            if let Ok(line) = &parsed {
                let text = line.as_str();
                prop_assert!((2..=10).contains(&text.chars().count()));
                prop_assert!(!text.contains(char::is_control) && text.trim() == text);
                prop_assert_eq!(&text.parse::<Line<2, 10>>().unwrap(), line);
            }
            let json = serde_json::to_string(&raw).unwrap();
            prop_assert_eq!(serde_json::from_str::<Line<2, 10>>(&json).ok(), parsed.ok());
        }

        #[test]
        fn what_was_parsed_stays_as_it_is(
            line in testing::line::<1, 60>(), prose in testing::prose::<1, 500>(), email in testing::email(),
            phone in testing::phone(), link in testing::link(), language in testing::language(),
            doi in testing::doi(), orcid in testing::orcid(), slug in testing::slug(),
        ) {
            prop_assert_eq!(parsed::<Line<1, 60>>(&line), line);
            prop_assert_eq!(parsed::<Prose<1, 500>>(&prose), prose);
            prop_assert_eq!(parsed::<Email>(&email), email);
            prop_assert_eq!(parsed::<Phone>(&phone), phone);
            prop_assert_eq!(parsed::<Link>(&link), link);
            prop_assert_eq!(parsed::<LanguageTag>(&language), language);
            prop_assert_eq!(parsed::<Doi>(&doi), doi);
            prop_assert_eq!(parsed::<Orcid>(&orcid), orcid);
            prop_assert_eq!(parsed::<Slug>(&slug), slug);
        }

        #[test]
        fn an_orcid_with_a_changed_digit_is_refused(orcid in testing::orcid(), at in 0_usize..19, by in 1_u32..10) {
            let changed: String = orcid
                .chars()
                .enumerate()
                .map(|(n, c)| match c.to_digit(10) {
                    Some(digit) if n == at => char::from_digit((digit + by) % 10, 10).unwrap(),
                    _ => c,
                })
                .collect();
            prop_assume!(changed != orcid);
            prop_assert!(changed.parse::<Orcid>().is_err());
        }

        #[test]
        fn an_excerpt_is_short_and_the_beginning(text: String) {
            let excerpt = excerpt(&text);
            prop_assert!(excerpt.chars().count() <= EXCERPT + 1);
            prop_assert!(text.starts_with(excerpt.strip_suffix('…').unwrap_or(&excerpt)));
        }
    }

    #[test]
    fn what_looks_equal_is_equal() {
        let composed: Line<1, 9> = "caf\u{e9}".parse().unwrap();
        assert_eq!("cafe\u{301}".parse::<Line<1, 9>>().unwrap(), composed);
        assert_eq!("a\r\nb".parse::<Prose<1, 9>>().unwrap().as_str(), "a\nb");
    }

    #[test]
    fn links() {
        for (raw, link) in
            [("HTTPS://Example.org", "https://example.org/"), (" http://a.co/b?c#d ", "http://a.co/b?c#d")]
        {
            assert_eq!(raw.parse::<Link>().unwrap().as_str(), link);
        }
        let long = format!("https://a.co/{}", "x".repeat(Link::MAX));
        for bad in
            ["", "example.org", "javascript:alert(1)", "mailto:a@b.co", "https://", "https://u@a.co", &long]
        {
            assert!(bad.parse::<Link>().is_err(), "{bad}");
        }
    }
}
