//! What holds for every profile.

mod assessing;
mod changing;
mod seeing;
mod sending;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::*;
use crate::validation::{Field, Violations};

/// The first value of a generator: always the same one.
fn some<S: Strategy>(values: S) -> S::Value {
    values.new_tree(&mut TestRunner::deterministic()).unwrap().current()
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn content(json: serde_json::Value) -> Result<ProfileContent, Violations> {
    ProfileContent::from_raw(serde_json::from_value(json).unwrap())
}

/// Where and which, of each violation.
fn found(violations: &Violations) -> Vec<(&str, &str)> {
    violations.iter().map(|v| (v.pointer.as_str(), v.code.as_ref())).collect()
}
