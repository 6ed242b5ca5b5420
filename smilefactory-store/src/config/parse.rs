//! From text to setting. The errors end a sentence that begins with the setting's name.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::Pooler;
use crate::password::BcryptCost;

/// A whole number.
pub(super) fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("must be a whole number, is {text:?}"))
}

pub(super) fn bcrypt_cost(text: &str) -> Result<BcryptCost, String> {
    BcryptCost::new(number(text)?).map_err(|error| error.to_string())
}

pub(super) fn connections_are_bounded(connections: u32) -> Result<(), String> {
    if (1..=500).contains(&connections) {
        Ok(())
    } else {
        Err(format!("must lie between 1 and 500, is {connections}"))
    }
}

/// A time as `250ms`, `5s` or `2m`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let malformed = || format!("must be a time like 250ms, 5s or 2m, is {text:?}");
    let unit = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(malformed)?;
    let (number, unit) = text.split_at(unit);
    let number: u64 = number.parse().map_err(|_| malformed())?;
    match unit.trim_start() {
        "ms" => Ok(Duration::from_millis(number)),
        "s" => Ok(Duration::from_secs(number)),
        "m" => Ok(Duration::from_secs(number.saturating_mul(60))),
        _ => Err(malformed()),
    }
}

/// To PostgreSQL 0 means no limit, and there shall be one.
pub(super) fn duration_is_bounded(duration: &Duration) -> Result<(), String> {
    if (Duration::from_millis(1)..=Duration::from_hours(1)).contains(duration) {
        Ok(())
    } else {
        Err(format!("must lie between 1ms and 1h, is {duration:?}"))
    }
}

pub(super) fn pooler(text: &str) -> Result<Pooler, String> {
    match text {
        "none" => Ok(Pooler::None),
        "transaction" => Ok(Pooler::Transaction),
        _ => Err(format!("must be none or transaction, is {text:?}")),
    }
}

/// A role goes into statements as it is, so nothing may be in it that would have to be quoted.
pub(super) fn role_is_an_identifier(role: &String) -> Result<(), String> {
    let is_first = |c: char| c.is_ascii_lowercase() || c == '_';
    let is_fit = role.starts_with(is_first)
        && role.chars().all(|c| is_first(c) || c.is_ascii_digit())
        && role.len() <= 63;
    if is_fit {
        Ok(())
    } else {
        Err(format!("must be a name of 1 to 63 of a-z 0-9 _ that does not begin with a digit, is {role:?}"))
    }
}

/// Only what kind of address it is; the driver reads the rest. It holds a password, so it is never shown.
pub(super) fn database_url(text: &str) -> Result<SecretString, String> {
    if ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
        Ok(text.into())
    } else {
        Err("must be an address of the form postgres://user:password@host:5432/database".to_owned())
    }
}

pub(super) fn is_url(url: &SecretString) -> Result<(), String> {
    database_url(url.expose_secret()).map(|_| ())
}

/// Where a bucket's server is reached.
pub(super) fn http_url(text: &str) -> Result<String, String> {
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(text.to_owned()),
        _ => Err("must be an address of the form https://host:port".to_owned()),
    }
}

pub(super) fn uploads_are_direct(text: &str) -> Result<bool, String> {
    match text {
        "direct" => Ok(true),
        "streamed" => Ok(false),
        _ => Err(format!("must be streamed or direct, is {text:?}")),
    }
}

/// The text as it is, never shown.
#[expect(clippy::unnecessary_wraps, reason = "has the form of the others")]
pub(super) fn secret(text: &str) -> Result<SecretString, String> {
    Ok(text.into())
}

/// The text as it is.
#[expect(clippy::unnecessary_wraps, reason = "has the form of the others")]
pub(super) fn text(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

/// Nothing is wrong with any value.
#[expect(clippy::unnecessary_wraps, reason = "has the form of the others")]
pub(super) fn any<T>(_: &T) -> Result<(), String> {
    Ok(())
}
