//! The version of a row: what "somebody saved first" is recognised by.

use serde::{Deserialize, Serialize};

/// How often an entity was saved, starting at 1. An update names the version it was made from and is stale
/// when that is no longer the newest. Over HTTP it is the entity tag: `"3"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(i64);

impl Version {
    /// The version of what was just made.
    pub const FIRST: Self = Self(1);

    /// The version with this number.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(feature = "openapi")]
crate::schema::leaf::leaf!([] Version, "Version", crate::schema::leaf::whole(1.0, None));
