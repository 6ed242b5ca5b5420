//! The words of a message, by which it is found.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use crate::text::Line;
use crate::validation::{Violation, Violations};

/// The longest word, in characters: what is longer counts as its beginning.
const LONGEST: usize = 64;

/// The words of a text, each once: letters and digits that stand together, without regard to case and to how they are
/// composed. Nothing is taken off their ends: a message is found by whole words.
///
/// ```
/// use smilefactory_core::messaging::words_of;
/// let words: Vec<_> = words_of("The STRASSE, the Straße!").into_iter().collect();
/// assert_eq!(words, ["strasse", "the"]);
/// ```
pub fn words_of(text: &str) -> BTreeSet<String> {
    let folded: String =
        text.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect();
    let is_sign = |c: char| !c.is_alphanumeric() && !unicode_normalization::char::is_combining_mark(c);
    folded
        .split(is_sign)
        .filter(|word| !word.is_empty())
        .map(|word| word.chars().take(LONGEST).collect())
        .collect()
}

/// What messages are searched for: all of these words, in any order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageSearch(Vec<String>);

impl MessageSearch {
    /// How many words are searched for at most.
    pub const MOST_WORDS: usize = 10;

    /// The words of a text that somebody typed.
    ///
    /// ```
    /// use smilefactory_core::messaging::MessageSearch;
    /// let search = MessageSearch::of(&"Pump, please".parse().unwrap()).unwrap();
    /// assert_eq!(search.words(), ["please", "pump"]);
    /// assert!(MessageSearch::of(&"?!".parse().unwrap()).is_err());
    /// ```
    pub fn of(text: &Line<1, 200>) -> Result<Self, Violations> {
        let mut words: Vec<_> = words_of(text.as_str()).into_iter().collect();
        if words.is_empty() {
            return Err(Violations::one("/q", Violation::malformed("at least one word")));
        }
        if words.len() > Self::MOST_WORDS {
            return Err(Violations::one("/q", Violation::too_many(Self::MOST_WORDS, words.len())));
        }
        // What is long is mostly rare: looked for first, it leaves least to compare.
        words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        Ok(Self(words))
    }

    /// The words, the longest first.
    pub fn words(&self) -> &[String] {
        &self.0
    }
}
