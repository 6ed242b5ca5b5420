//! Automatic screening: what a community refuses or holds back by itself.

use serde::{Deserialize, Serialize};

use crate::choice::choices;
use crate::validation::{Report, Violation, Violations, code};

choices! {
    /// Why something is held back for a moderator.
    ScreeningRule {
        /// It has a word that the community looks at first.
        HeldWord = "held_word",
        /// It has more links than the community lets through.
        TooManyLinks = "too_many_links",
    }
}

/// The words and links that a community watches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct ScreeningRules {
    /// Words and phrases that are refused, in any case, as whole words.
    pub blocked_words: Vec<String>,
    /// Words and phrases that a moderator looks at before anybody else does.
    pub held_words: Vec<String>,
    /// With more links than this, a moderator looks at it first.
    pub max_links: u16,
}

impl Default for ScreeningRules {
    fn default() -> Self {
        Self { blocked_words: Vec::new(), held_words: Vec::new(), max_links: 20 }
    }
}

/// Something that screening found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: ScreeningRule,
    /// What was found, in words for moderators.
    pub detail: String,
}

/// What screening says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing speaks against it.
    Pass,
    /// A moderator looks at it before anybody else does.
    Hold(Vec<Finding>),
    /// Its author is to change it.
    Refuse(Violations),
}

impl ScreeningRules {
    /// Looks at the parts of a text, each with the JSON pointer it is found at.
    ///
    /// ```
    /// use smilefactory_core::content::moderation::{ScreeningRules, Verdict};
    ///
    /// let rules: ScreeningRules = serde_json::from_str(r#"{"blocked_words": ["free money"], "max_links": 1}"#)?;
    /// assert_eq!(rules.screen(&[("/body", "Money, free of charge.")]), Verdict::Pass);
    /// assert!(matches!(rules.screen(&[("/body", "FREE  money!")]), Verdict::Refuse(_)));
    /// assert!(matches!(rules.screen(&[("/body", "https://a.example www.b.example")]), Verdict::Hold(_)));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn screen(&self, parts: &[(&str, &str)]) -> Verdict {
        let (mut refused, mut held, mut links) = (Report::new(), Vec::new(), 0_usize);
        for (pointer, text) in parts {
            let words = words(text);
            for phrase in self.blocked_words.iter().filter(|phrase| contains(&words, phrase)) {
                at(&mut refused, pointer.trim_start_matches('/'), |report| {
                    report.add(
                        Violation::new(
                            code::BLOCKED_WORD,
                            format!("must not say “{phrase}” in this community"),
                        )
                        .with("word", phrase.as_str()),
                    );
                });
            }
            let found = self.held_words.iter().filter(|phrase| contains(&words, phrase));
            held.extend(found.map(|phrase| Finding {
                rule: ScreeningRule::HeldWord,
                detail: format!("{pointer} says “{phrase}”"),
            }));
            links = links.saturating_add(count_links(text));
        }
        if let Err(violations) = refused.finish(Some(())) {
            return Verdict::Refuse(violations);
        }
        if links > usize::from(self.max_links) {
            held.push(Finding { rule: ScreeningRule::TooManyLinks, detail: format!("it has {links} links") });
        }
        if held.is_empty() { Verdict::Pass } else { Verdict::Hold(held) }
    }
}

/// Goes down a JSON pointer, member by member.
fn at(report: &mut Report, pointer: &str, then: impl FnOnce(&mut Report)) {
    match pointer.split_once('/') {
        None => report.field(pointer, then),
        Some((member, rest)) => report.field(member, |report| at(report, rest, then)),
    }
}

/// The words of a text, in lower case, without what stands between them.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Whether the words of a phrase stand in a row among these.
fn contains(text: &[String], phrase: &str) -> bool {
    let phrase = words(phrase);
    !phrase.is_empty() && text.windows(phrase.len()).any(|window| window == phrase)
}

/// How many addresses a text has: each `://` is one, and each `www.` that none stands before.
fn count_links(text: &str) -> usize {
    let lower = text.to_lowercase();
    let bare = lower.matches("www.").count().saturating_sub(lower.matches("://www.").count());
    lower.matches("://").count().saturating_add(bare)
}
