//! Tags: the words that posts are found by.

use serde::Serialize;
use smilefactory_core::content::{Tag, TagSort};
use smilefactory_core::id::TagId;

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::page::List;
use crate::post::Mine;
use crate::request::Transport;

/// The words that posts are found by; from [`Client::tags`](crate::Client::tags).
#[derive(Clone, Copy, Debug)]
pub struct Tags<'a>(pub(crate) &'a Transport);

/// Marks the list of the tags that published posts have.
#[derive(Debug)]
pub enum Used {}

impl Tags<'_> {
    /// The tags that published posts have, most used first. How many posts they have is a moment behind.
    pub fn list(&self) -> List<Tag, Used> {
        List::new(self.0, &op::LIST_TAGS)
    }

    /// The tags the caller follows, last followed first.
    pub fn list_mine(&self) -> List<Tag, Mine> {
        List::new(self.0, &op::LIST_MY_TAGS)
    }

    /// One tag; an alias says which tag is meant by it.
    pub fn get(&self, tag: TagId) -> Call<Tag> {
        Call::new(self.0, &op::GET_TAG).id(tag)
    }

    /// Follows a tag, or the one it is an alias of, which is answered.
    pub fn follow(&self, tag: TagId) -> Call<Tag> {
        Call::new(self.0, &op::FOLLOW_TAG).id(tag)
    }

    /// Follows a tag no more.
    pub fn unfollow(&self, tag: TagId) -> Call<()> {
        Call::without_answer(self.0, &op::UNFOLLOW_TAG).id(tag)
    }

    /// Gives a tag another word. For staff. A word that is a tag already [is a conflict](crate::Error::is_conflict):
    /// merge it.
    pub fn add_alias(&self, tag: TagId, name: &str) -> Call<Tag, Keyed> {
        #[derive(Serialize)]
        struct Word<'a> {
            name: &'a str,
        }
        Call::new(self.0, &op::ADD_TAG_ALIAS).id(tag).json(&Word { name })
    }

    /// Merges a tag into another. For staff. Its posts and followers follow a little later.
    pub fn merge(&self, tag: TagId, into: TagId) -> Call<Tag, Keyed> {
        #[derive(Serialize)]
        struct Merge {
            into: TagId,
        }
        Call::new(self.0, &op::MERGE_TAG).id(tag).json(&Merge { into })
    }
}

impl List<Tag, Used> {
    /// Only those that begin like this, in any case.
    pub fn prefix(self, prefix: impl AsRef<str>) -> Self {
        self.filter("prefix", prefix.as_ref())
    }

    /// In this order.
    pub fn sort(self, sort: TagSort) -> Self {
        self.filter("sort", sort.as_str())
    }
}
