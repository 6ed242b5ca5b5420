//! Tags: the words that content is found by, whatever case they are written in.
//!
//! A tag is made when somebody first writes its word. Staff give it aliases, and merge tags that mean the same: from
//! then on the one is an alias of the other, and so is every alias it had.
//!
//! ```
//! use smilefactory_core::content::fold_tag;
//! assert_eq!(fold_tag("Maize"), fold_tag("maize"));
//! assert_eq!(fold_tag("Cafe\u{301}"), "caf\u{e9}");
//! ```

use chrono::{DateTime, Utc};
use unicode_normalization::UnicodeNormalization;

use super::{TagAliased, TagMergeBegun, TagMerged};
use crate::answer::answer;
use crate::choice::choices;
use crate::error::InvalidTransition;
use crate::id::TagId;
use crate::text::Line;

/// The word of a tag.
pub type TagName = Line<1, 30>;

choices! {
    /// The order of a list of tags.
    TagSort {
        /// Most posts first.
        Popular = "popular",
        /// By name.
        Name = "name",
    }
}

/// The form in which two spellings of a tag are the same: lower case, a character for a character, in normal form C.
/// The database folds like this too.
pub fn fold_tag(name: &str) -> String {
    let lower = |c: char| match c {
        // Its lower case has two characters; the database has the first of them.
        'İ' => 'i',
        c => {
            let mut lower = c.to_lowercase();
            match (lower.next(), lower.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        }
    };
    name.nfc().map(lower).nfc().collect()
}

answer! {
    /// A word that content is found by.
    pub struct Tag {
        /// Its id.
        id: TagId,
        /// The word, as it was first written.
        name: TagName,
        /// The tag that is meant by it, if it is another's alias; that one has the posts and followers.
        alias_of: Option<TagId>,
        /// The tag it is being merged into, as long as that takes.
        merging_into: Option<TagId>,
        /// How many shown posts have it.
        posts: u32,
        /// How many people follow it.
        followers: u32,
        /// When it was first written.
        created_at: DateTime<Utc>,
    }
}

impl Tag {
    /// Why this tag cannot be used for a step, if it cannot.
    const fn state(&self) -> Option<&'static str> {
        match (self.alias_of, self.merging_into) {
            (Some(_), _) => Some("an alias"),
            (None, Some(_)) => Some("being merged"),
            (None, None) => None,
        }
    }

    fn settled(&self, step: &'static str) -> Result<(), InvalidTransition> {
        self.state().map_or(Ok(()), |state| Err(InvalidTransition::new("tag", state, step)))
    }

    /// Another word for the same tag.
    pub fn alias(
        &self,
        id: TagId,
        name: TagName,
        now: DateTime<Utc>,
    ) -> Result<(Self, TagAliased), InvalidTransition> {
        self.settled("name")?;
        let fact = TagAliased { tag: id, of: self.id };
        let alias = Self {
            id,
            name,
            alias_of: Some(self.id),
            merging_into: None,
            posts: 0,
            followers: 0,
            created_at: now,
        };
        Ok((alias, fact))
    }

    /// The tag is to be merged into another. Whoever writes it from now on has written the other; what was written
    /// before follows in batches.
    pub fn begin_merge(self, into: &Self) -> Result<(Self, TagMergeBegun), InvalidTransition> {
        self.settled("merge")?;
        into.settled("merge into")?;
        if self.id == into.id {
            return Err(InvalidTransition::new("tag", "the same", "merge"));
        }
        let fact = TagMergeBegun { tag: self.id, into: into.id };
        Ok((Self { merging_into: Some(into.id), ..self }, fact))
    }

    /// Everything has followed: the tag is an alias from now on. `None` when it is not being merged.
    pub fn finish_merge(self) -> Option<(Self, TagMerged)> {
        let into = self.merging_into?;
        let fact = TagMerged { tag: self.id, into };
        Some((Self { alias_of: Some(into), merging_into: None, posts: 0, followers: 0, ..self }, fact))
    }
}
