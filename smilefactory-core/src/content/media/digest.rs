//! What content is recognised by.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::validation::{Violation, Violations};

/// The SHA-256 of some content. As text it has 64 hexadecimal digits.
///
/// ```
/// use smilefactory_core::content::ContentDigest;
///
/// let text = ContentDigest([0xab; 32]).to_string();
/// assert_eq!(text, "ab".repeat(32));
/// assert_eq!(text.parse::<ContentDigest>(), Ok(ContentDigest([0xab; 32])));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentDigest(pub [u8; 32]);

impl fmt::Display for ContentDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for ContentDigest {
    type Err = Violations;
    fn from_str(text: &str) -> Result<Self, Violations> {
        let malformed = || Violations::one("", Violation::malformed("64 hexadecimal digits in lower case"));
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let bytes: Option<Vec<u8>> =
            pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect();
        let digest = bytes.filter(|_| rest.is_empty()).and_then(|bytes| bytes.try_into().ok());
        digest.map(Self).ok_or_else(malformed)
    }
}

impl Serialize for ContentDigest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ContentDigest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
crate::schema::leaf::leaf!(
    [] ContentDigest, "ContentDigest",
    crate::schema::leaf::text().pattern(Some("^[0-9a-f]{64}$"))
);
