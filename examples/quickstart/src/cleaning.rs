//! What was skipped or cleaned of data from outside, and why.

use std::collections::BTreeMap;
use std::fmt;

/// How many examples are shown of each reason.
const EXAMPLES: usize = 5;

/// Whether something is missing from the community altogether, or there without a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// It is not there.
    Skipped,
    /// It is there, changed.
    Cleaned,
    /// It is there as it came; what was missing is missing.
    Kept,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Skipped => "skipped",
            Self::Cleaned => "cleaned",
            Self::Kept => "kept",
        })
    }
}

/// What was done for one reason.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) count: usize,
    pub(crate) examples: Vec<String>,
}

/// Everything that was skipped or cleaned, by file, outcome and reason.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cleaning(BTreeMap<(&'static str, Outcome, String), Tally>);

impl Cleaning {
    /// Notes what was done about a line of a file, or about somebody whom several lines tell of; `text` shows
    /// which it was.
    pub(crate) fn note(
        &mut self,
        (file, line): (&'static str, Option<usize>),
        outcome: Outcome,
        reason: impl Into<String>,
        text: &str,
    ) {
        let tally = self.0.entry((file, outcome, reason.into())).or_default();
        tally.count += 1;
        if tally.examples.len() < EXAMPLES {
            let text: String = text.chars().filter(|c| !c.is_control()).take(40).collect();
            let example = match (line, text.as_str()) {
                (Some(line), "") => format!("line {line}"),
                (Some(line), text) => format!("line {line}: {text}"),
                (None, text) => text.to_owned(),
            };
            tally.examples.push(example);
        }
    }

    /// What was skipped first, then what was cleaned.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, Outcome, &str, &Tally)> {
        self.0.iter().map(|((file, outcome, reason), tally)| (*file, *outcome, reason.as_str(), tally))
    }
}
