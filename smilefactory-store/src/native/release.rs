use std::fmt;
use std::str::FromStr;

use super::NativeError;

/// The environment variable that picks the release the suites run on.
pub const RELEASE_VARIABLE: &str = "SMILEFACTORY_TEST_POSTGRES";

/// The PostgreSQL releases this module knows how to obtain: the oldest and the newest one supported.
///
/// ```
/// # use smilefactory_store::native::Release;
/// assert_eq!("15".parse::<Release>()?, Release::Pg15);
/// assert_eq!(Release::Pg18.to_string(), "18");
/// # Ok::<(), smilefactory_store::native::NativeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Release {
    /// PostgreSQL 15 as Debian 12 packages it: TLS, ICU and pgcrypto, with pgvector 0.8.0.
    Pg15,
    /// PostgreSQL 18 from a Python wheel, with pgvector 0.8.6: no TLS, no ICU, no pgcrypto.
    Pg18,
}

impl Release {
    /// Every release, oldest first.
    pub const ALL: [Self; 2] = [Self::Pg15, Self::Pg18];

    /// The release that [`RELEASE_VARIABLE`] names, [`Release::Pg18`] when it is not set.
    pub fn from_env() -> Result<Self, NativeError> {
        match std::env::var(RELEASE_VARIABLE) {
            Ok(given) if !given.is_empty() => given.parse(),
            Err(std::env::VarError::NotUnicode(given)) => {
                Err(NativeError::UnknownRelease { given: given.to_string_lossy().into_owned() })
            }
            Ok(_) | Err(std::env::VarError::NotPresent) => Ok(Self::Pg18),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pg15 => "15",
            Self::Pg18 => "18",
        })
    }
}

impl FromStr for Release {
    type Err = NativeError;

    fn from_str(given: &str) -> Result<Self, NativeError> {
        match given.trim() {
            "15" => Ok(Self::Pg15),
            "18" => Ok(Self::Pg18),
            _ => Err(NativeError::UnknownRelease { given: given.to_owned() }),
        }
    }
}
