//! One source of settings, as text by key.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use super::{Mistake, Place};

/// Every key there is.
pub(super) const KEYS: [&str; 20] = [
    "acquire_timeout",
    "bcrypt_cost",
    "blob_access_key",
    "blob_bucket",
    "blob_endpoint",
    "blob_folder",
    "blob_region",
    "blob_secret_key",
    "blob_uploads",
    "data",
    "database_url",
    "idle_in_transaction_timeout",
    "lock_timeout",
    "master_key",
    "max_connections",
    "migration_url",
    "old_master_keys",
    "pooler",
    "service_role",
    "statement_timeout",
];

/// The variable that has this setting.
pub(super) fn variable(key: &str) -> String {
    format!("SMILEFACTORY_{}", key.to_ascii_uppercase())
}

/// What one source says, and what is wrong with it as a whole.
#[derive(Clone, Debug, Default)]
pub(super) struct Layer {
    /// The file; `None` is the environment.
    path: Option<PathBuf>,
    values: BTreeMap<&'static str, SecretString>,
    pub(super) mistakes: Vec<Mistake>,
    /// The file that the environment names.
    pub(super) config_file: Option<PathBuf>,
}

impl Layer {
    pub(super) fn from_vars(var: impl Fn(&str) -> Result<Option<String>, &'static str>) -> Self {
        let mut layer = Self::default();
        let mut read = |name: String| match var(&name) {
            Ok(value) => value.filter(|value| !value.is_empty()),
            Err(problem) => {
                layer.mistakes.push(Mistake { place: Place::Variable(name), problem: problem.to_owned() });
                None
            }
        };
        let config_file = read(variable("config"));
        let values = KEYS.into_iter().filter_map(|key| Some((key, read(variable(key))?.into()))).collect();
        Self { values, config_file: config_file.map(PathBuf::from), ..layer }
    }

    pub(super) fn from_file(path: &Path) -> Self {
        let mut layer = Self { path: Some(path.to_owned()), ..Self::default() };
        if let Err(problem) = layer.read_file(path) {
            layer.mistake(None, problem);
        }
        layer
    }

    fn read_file(&mut self, path: &Path) -> Result<(), String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?;
        let table: toml::Table = toml::from_str(&text).map_err(|error| {
            // The error's own text quotes the line, which may hold a secret.
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            format!("is no TOML: {} in line {}", error.message(), before.matches('\n').count() + 1)
        })?;
        for (name, value) in table {
            if value.is_table() {
                continue;
            }
            let Some(key) = KEYS.into_iter().find(|key| *key == name) else {
                self.mistake(Some(&name), format!("is no setting; there are {}", KEYS.join(", ")));
                continue;
            };
            match to_text(value) {
                Some(text) => _ = self.values.insert(key, text.into()),
                None => self.mistake(Some(key), "must be a text or a whole number".to_owned()),
            }
        }
        Ok(())
    }

    fn mistake(&mut self, key: Option<&str>, problem: String) {
        let place = Place::File { path: self.path.clone().unwrap_or_default(), key: key.map(str::to_owned) };
        self.mistakes.push(Mistake { place, problem });
    }

    /// What the source says of a setting.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(ExposeSecret::expose_secret)
    }

    /// Where the source says it.
    pub(super) fn place(&self, key: &str) -> Place {
        match &self.path {
            Some(path) => Place::File { path: path.clone(), key: Some(key.to_owned()) },
            None => Place::Variable(variable(key)),
        }
    }
}

/// The value as the environment would have it: a list with commas between.
fn to_text(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(values) => {
            let texts: Option<Vec<String>> =
                values.into_iter().map(|value| value.as_str().map(str::to_owned)).collect();
            Some(texts?.join(","))
        }
        _ => None,
    }
}
