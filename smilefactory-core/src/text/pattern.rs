//! Texts whose form a pattern tells. The pattern is the one place of the rule: the database's CHECKs and the
//! OpenAPI document have the same.

use std::sync::LazyLock;

use regex_lite::Regex;
use serde::{Deserialize, Deserializer, Serialize};

use super::{check_length, checked_text, normal};
use crate::validation::{Field, Report, Violation, Violations};

macro_rules! patterns {
    ($(
        $(#[$doc:meta])*
        $name:ident { max: $max:literal, expected: $expected:literal, pattern: $pattern:literal, fold: $fold:expr $(, also: $also:expr)? }
    )*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The longest, in characters.
            pub const MAX: usize = $max;
            /// The form, as a regular expression that PostgreSQL and ECMAScript read alike.
            pub const PATTERN: &'static str = $pattern;

            fn check(raw: &str) -> Result<Self, Violation> {
                static PATTERN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($pattern).ok());
                let fold: fn(String) -> String = $fold;
                let text = fold(normal(raw));
                check_length(&text, 1, $max)?;
                if PATTERN.as_ref().is_some_and(|pattern| pattern.is_match(&text)) $(&& $also(&text))? {
                    Ok(Self(text))
                } else {
                    Err(Violation::malformed($expected))
                }
            }
        }

        checked_text!(
            [] $name, stringify!($name),
            crate::schema::leaf::text()
                .max_length(Some($max))
                .pattern(Some($pattern))
        );
    )*};
}

patterns! {
    /// A digital object identifier: `10.1000/182`. Lower case, as DOIs are compared.
    Doi {
        max: 255, expected: "a DOI such as 10.1000/182",
        pattern: r"^10\.[0-9]{4,9}/[!-~]+$", fold: |s| s.to_lowercase()
    }

    /// An email address. Lower case, so that two spellings of one address are one address.
    ///
    /// ```
    /// use smilefactory_core::text::Email;
    /// let email: Email = "Rudo@Example.ORG".parse().unwrap();
    /// assert_eq!(email.as_str(), "rudo@example.org");
    /// assert!("rudo@localhost".parse::<Email>().is_err());
    /// ```
    Email {
        max: 254, expected: "an email address",
        pattern: r"^[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,20}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.){1,20}[a-z][a-z0-9-]{0,61}[a-z0-9]$",
        fold: |s| s.to_lowercase()
    }

    /// A language as BCP 47 writes it, of language, script and region only: `sn`, `pt-BR`, `zh-Hant-TW`.
    LanguageTag {
        max: 11, expected: "a BCP 47 language such as en, sn or pt-BR",
        pattern: r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$", fold: |s| fold_language(&s)
    }

    /// A researcher's ORCID iD: `0000-0002-1825-0097`. Its last character checks the others.
    ///
    /// ```
    /// use smilefactory_core::text::Orcid;
    /// assert!("0000-0002-1825-0097".parse::<Orcid>().is_ok());
    /// assert!("0000-0002-1825-0079".parse::<Orcid>().is_err());
    /// ```
    Orcid {
        max: 19, expected: "an ORCID with a right check digit such as 0000-0002-1825-0097",
        pattern: r"^[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{3}[0-9X]$", fold: |s| s.to_uppercase(),
        also: orcid_check_digit_holds
    }

    /// A telephone number in E.164: `+263772123456`. Spaces, dots, dashes and brackets are taken out.
    Phone {
        max: 16, expected: "a telephone number with country code such as +263772123456",
        pattern: r"^\+[1-9][0-9]{6,14}$",
        fold: |s| s.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '(' | ')')).collect()
    }

    /// A name for addresses: lower-case letters and digits, in words joined by single hyphens.
    Slug {
        max: 63, expected: "lower-case letters and digits joined by single hyphens",
        pattern: r"^[a-z0-9]+(-[a-z0-9]+)*$", fold: |s| s
    }
}

/// `ZH-hant-tw` is `zh-Hant-TW`.
fn fold_language(text: &str) -> String {
    let fold = |(n, part): (usize, &str)| match (n, part.len()) {
        (0, _) => part.to_lowercase(),
        (_, 4) => {
            let mut letters = part.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect()
            })
        }
        _ => part.to_uppercase(),
    };
    text.split('-').enumerate().map(fold).collect::<Vec<_>>().join("-")
}

/// Whether an ORCID's last character is right for the fifteen digits before it (ISO 7064, MOD 11-2).
fn orcid_check_digit_holds(orcid: &str) -> bool {
    let mut digits = orcid.chars().filter(|c| *c != '-').map(|c| c.to_digit(10).unwrap_or(10));
    let Some(last) = digits.next_back() else { return false };
    let total = digits.fold(0, |total, digit| (total + digit) * 2);
    (12 - total % 11) % 11 == last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails() {
        for good in ["a@b.co", "first.last+tag@sub.example.org", "o'neil@example.co.zw"] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@b",
            "a@@b.co",
            ".a@b.co",
            "a.@b.co",
            "a..b@c.co",
            "a@-b.co",
            "a@b.c",
            "a b@c.co",
            "é@b.co",
        ] {
            assert!(bad.parse::<Email>().is_err(), "{bad}");
        }
    }

    #[test]
    fn languages_are_brought_to_their_usual_case() {
        for (raw, tag) in
            [("EN", "en"), ("pt-br", "pt-BR"), ("ZH-hant-tw", "zh-Hant-TW"), ("es-419", "es-419")]
        {
            assert_eq!(raw.parse::<LanguageTag>().unwrap().as_str(), tag);
        }
        assert!("english".parse::<LanguageTag>().is_err());
    }

    #[test]
    fn an_orcid_has_the_right_check_digit() {
        assert!("0000-0002-1825-0097".parse::<Orcid>().is_ok());
        assert_eq!("0000-0002-1694-233x".parse::<Orcid>().unwrap().as_str(), "0000-0002-1694-233X");
        assert!("0000-0002-1825-0098".parse::<Orcid>().is_err());
    }

    #[test]
    fn phones_lose_their_decoration() {
        assert_eq!("+263 (77) 212-3456".parse::<Phone>().unwrap().as_str(), "+263772123456");
        assert!("0772123456".parse::<Phone>().is_err());
    }
}
