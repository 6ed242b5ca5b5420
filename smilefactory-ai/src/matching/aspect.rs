//! One respect in which two people fit or do not, and the words for it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use smilefactory_core::recommendation::Reason;

use crate::num::ratio;

/// One respect, judged from both sides.
#[derive(Clone, Debug)]
pub(super) struct Aspect {
    /// How much it counts among the aspects.
    pub(super) weight: f64,
    /// How well it suits the one side, 0 to 1.
    pub(super) first: f64,
    /// How well it suits the other side, 0 to 1.
    pub(super) second: f64,
    /// What to say of it, when it speaks for the match.
    pub(super) reason: Option<Reason>,
}

impl Aspect {
    /// An aspect that suits both alike.
    pub(super) const fn both(weight: f64, value: f64, reason: Option<Reason>) -> Self {
        Self { weight, first: value, second: value, reason }
    }

    /// How much of what each side names the other side names too; unknown when a side names nothing.
    pub(super) fn overlap(
        weight: f64,
        first: &[impl AsRef<str>],
        second: &[impl AsRef<str>],
        code: &'static str,
        words: &'static str,
    ) -> Option<Self> {
        let (first, second) = (folded(first), folded(second));
        if first.is_empty() || second.is_empty() {
            return None;
        }
        let shared: Vec<String> = first.intersection(&second).cloned().collect();
        let share = |of: usize| ratio(shared.len(), of).sqrt();
        Some(Self {
            weight,
            // A short list that is met in full suits as well as a long one; the root keeps long lists from
            // drowning what they do share.
            first: share(first.len()),
            second: share(second.len()),
            reason: (!shared.is_empty()).then(|| {
                reason(code, format!("{words} {}.", list(&shared)), [("shared", Value::from(shared.clone()))])
            }),
        })
    }
}

/// A reason with its numbers and names.
pub(super) fn reason<const N: usize>(
    code: &'static str,
    text: String,
    params: [(&'static str, Value); N],
) -> Reason {
    let params: BTreeMap<Cow<'static, str>, Value> =
        params.into_iter().map(|(name, value)| (name.into(), value)).collect();
    Reason { code: code.into(), params, text }
}

/// Lower case and single spaces, so that "Clean Energy" and "clean  energy" are one.
pub(super) fn folded(labels: &[impl AsRef<str>]) -> BTreeSet<String> {
    labels
        .iter()
        .map(|label| label.as_ref().to_lowercase().split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

/// `a`, `a and b`, `a, b and 3 more`.
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [one, two, rest @ ..] => format!("{one}, {two} and {} more", rest.len()),
    }
}
