//! A feed as it is shown.

use super::{FeedReason, FeedScore};
use crate::answer::answer;
use crate::content::ListedPost;

answer! {
    /// A post in somebody's feed.
    pub struct FeedItem {
        /// Why it is there, what weighs most first; at most 3, of what comes from those one follows, knows and belongs
        /// to all of that.
        reasons: Vec<FeedReason>,
        /// What put it where it is; of a feed that is ranked only.
        score: Option<FeedScore>,
        ..
        /// The post, and what people did with it.
        listed: ListedPost,
    }
}

answer! {
    /// A value, and how many posts have it.
    pub struct FeedCount: Eq {
        /// The word, or the id of a category.
        value: String,
        /// How many posts have it.
        posts: u32,
    }
}

answer! {
    /// How many posts there are of what in somebody's feed: the most frequent first, at most 50 of each.
    pub struct FeedFacets: Eq, Default {
        /// How many posts were counted: the last published, at most 10,000.
        counted: u32,
        /// Whether there are more than were counted.
        more: bool,
        /// The kinds.
        kinds: Vec<FeedCount>,
        /// The tags, by their names.
        tags: Vec<FeedCount>,
        /// The categories, not counting what is in those under them.
        categories: Vec<FeedCount>,
    }
}

impl FeedFacets {
    /// At most how many posts are counted.
    pub const POSTS: u16 = 10_000;
    /// At most how many values of each are told.
    pub const VALUES: u8 = 50;
}
