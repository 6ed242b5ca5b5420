//! Problems, as servers tell them (RFC 9457).

use std::fmt;

use serde::Deserialize;
use smilefactory_core::profile::MissingItem;
use smilefactory_core::validation::Violations;

/// What the server says when it refuses something. What it left out is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Problem {
    /// A URI for this sort of problem.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// The sort of problem in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is the matter this time, in words.
    pub detail: Option<String>,
    /// Where it happened.
    pub instance: Option<String>,
    /// The sort of problem as a stable code.
    pub code: String,
    /// Under which id the server has the request in its logs.
    pub request_id: Option<String>,
    /// What is wrong with the input, all of it.
    pub errors: Option<Violations>,
    /// Which value is taken already, of a conflict.
    pub field: Option<String>,
    /// What would make the own profile more complete, worth most first, where it is not complete enough.
    pub missing: Vec<MissingItem>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.code.is_empty() { &self.title } else { &self.code })?;
        if let Some(detail) = &self.detail {
            write!(f, ": {detail}")?;
        }
        if let Some(field) = &self.field {
            write!(f, " [{field}]")?;
        }
        if let Some(violations) = &self.errors {
            write!(f, " [{violations}]")?;
        }
        Ok(())
    }
}
