//! What is wrong with a configuration, all of it at once.

use std::fmt;
use std::path::PathBuf;

/// Everything that is wrong with a configuration; never empty. No text in it holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(pub(super) Vec<Mistake>);

/// One thing that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mistake {
    /// Where it stands, or should.
    pub place: Place,
    /// What is wrong, and what would be right: `must lie between 1 and 500, is 0`.
    pub problem: String,
}

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// A variable of the environment.
    Variable(String),
    /// A key of a TOML file; `None` is the file as a whole.
    File {
        /// The file.
        path: PathBuf,
        /// The key in it.
        key: Option<String>,
    },
    /// The program itself.
    Builder(&'static str),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.write_str(name),
            Self::File { path, key: Some(key) } => write!(f, "`{key}` in {}", path.display()),
            Self::File { path, key: None } => write!(f, "{}", path.display()),
            Self::Builder(key) => write!(f, "`{key}` in the program"),
        }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place, self.problem)
    }
}

impl ConfigError {
    /// Each mistake.
    pub fn iter(&self) -> std::slice::Iter<'_, Mistake> {
        self.0.iter()
    }
}

impl<'a> IntoIterator for &'a ConfigError {
    type Item = &'a Mistake;
    type IntoIter = std::slice::Iter<'a, Mistake>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, mistake) in self.0.iter().enumerate() {
            write!(f, "{}{mistake}", if n == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
