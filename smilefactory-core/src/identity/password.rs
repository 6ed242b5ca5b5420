//! Passwords on their way to be hashed.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

use crate::validation::{Field, Report, Violation};

/// A password that may be set: at least 10 characters, at most 72 bytes, no NUL.
///
/// 72 bytes is what bcrypt reads. A longer password is refused, never cut: cut, two different passwords would
/// open the same account. It is brought to Unicode form KC, so that two keyboards type the same password.
///
/// ```
/// use smilefactory_core::identity::Password;
/// use smilefactory_core::validation::Field;
/// assert!(Password::from_raw("correct horse".into()).is_ok());
/// assert_eq!(Password::from_raw("é".repeat(37)).unwrap_err().iter().next().unwrap().code, "too_long");
/// ```
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// The shortest password that may be set, in characters.
    pub const MIN_CHARS: usize = 10;
    /// The longest password, in bytes of UTF-8 in normal form KC.
    pub const MAX_BYTES: usize = 72;

    /// A password somebody claims to have, in the form it was hashed in; it need not be one that may be set.
    pub fn claimed(raw: &str) -> Self {
        Self(raw.nfkc().collect::<String>().into())
    }

    /// The password itself; for the hasher only.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl Field for Password {
    type Raw = String;
    type Change = String;
    fn parse(raw: String, report: &mut Report) -> Option<Self> {
        let password = Self::claimed(&raw);
        let text = password.expose();
        let (chars, bytes) = (text.chars().count(), text.len());
        if chars == 0 {
            return report.refuse(Violation::required());
        }
        if text.contains('\0') {
            return report.refuse(Violation::malformed("a password without NUL"));
        }
        if chars < Self::MIN_CHARS {
            return report.refuse(Violation::too_short(Self::MIN_CHARS, chars));
        }
        if bytes > Self::MAX_BYTES {
            let mut violation = Violation::too_long(Self::MAX_BYTES, bytes).with("unit", "bytes");
            violation.message = format!("must have at most {} bytes, has {bytes}", Self::MAX_BYTES);
            return report.refuse(violation);
        }
        Some(password)
    }
    fn into_raw(self) -> String {
        self.expose().to_owned()
    }
    fn change(raw: &mut String, change: String) {
        *raw = change;
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

impl PartialEq for Password {
    fn eq(&self, other: &Self) -> bool {
        subtle::ConstantTimeEq::ct_eq(self.expose().as_bytes(), other.expose().as_bytes()).into()
    }
}

/// A password never leaves: what is written in its place is a mark.
impl Serialize for Password {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("…")
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_raw(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
crate::schema::leaf::leaf!(
    [] Password, "Password",
    crate::schema::leaf::formatted(utoipa::openapi::KnownFormat::Password)
        .min_length(Some(Self::MIN_CHARS))
        .max_length(Some(Self::MAX_BYTES))
);
