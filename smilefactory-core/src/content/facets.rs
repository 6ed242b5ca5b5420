//! How many posts there are of what.

use crate::answer::answer;

answer! {
    /// How many posts there are of something.
    pub struct PostCount: Eq {
        /// The word or id of it, as the list of posts takes it for a filter.
        value: String,
        /// How many there are.
        posts: u32,
    }
}

answer! {
    /// How many published posts there are of what, of those that one viewer finds: the most frequent first, at most
    /// 50 of each.
    pub struct PostFacets: Eq, Default {
        /// How many were counted: the most lately published, at most 10,000.
        counted: u32,
        /// Whether there are more, which were not counted.
        more: bool,
        /// By kind.
        kinds: Vec<PostCount>,
        /// By tag.
        tags: Vec<PostCount>,
        /// By the category they stand in, not counting those under it.
        categories: Vec<PostCount>,
        /// By author.
        authors: Vec<PostCount>,
    }
}

impl PostFacets {
    /// At most so many posts are counted: the most lately published.
    pub const POSTS: u16 = 10_000;
    /// At most so many values are told of each sort.
    pub const VALUES: u8 = 50;
}
