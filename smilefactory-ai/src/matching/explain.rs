//! Words for what numbers say.

use serde_json::Value;
use smilefactory_core::recommendation::{Part, Reason, Signal};

use super::aspect::reason;

/// What to say of a signal, when it is strong enough to speak for the match.
///
/// Nobody is named: whom two people know in common, or who else acted, may not be for the reader to know.
pub(super) fn of_part(part: &Part) -> Option<Reason> {
    let (enough, code, words) = match part.signal {
        Signal::Structured => return None,
        Signal::Semantic => (0.3, "similar_texts", "What both write is much alike."),
        Signal::Interaction => (0.5, "people_alike_acted", "People who act alike chose this."),
        Signal::Graph => (0.1, "common_contacts", "Both know the same people."),
    };
    (part.value.get() >= enough).then(|| {
        reason(code, words.to_owned(), [("value", Value::from((part.value.get() * 100.0).round() / 100.0))])
    })
}
