//! Search of posts: what is asked, and what is found.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{Post, PostEngagement, PostKind};
use crate::answer::answer;
use crate::id::{AccountId, CategoryId};
use crate::text::{LanguageTag, Line};

/// What is searched for: 1 to 200 characters. Words in quotes stand together, `or` and a leading `-` mean what they mean
/// on the web.
pub type SearchText = Line<1, 200>;

/// Which posts are searched for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PostSearch {
    /// The words.
    pub text: SearchText,
    /// The language the words are in; English, unless somebody says otherwise.
    pub language: Option<LanguageTag>,
    /// Only those of this author.
    pub author: Option<AccountId>,
    /// Only those of this kind.
    pub kind: Option<PostKind>,
    /// Only those with this tag, in any case, or with one that it is an alias of.
    pub tag: Option<Line<1, 30>>,
    /// Only those in this category.
    pub category: Option<CategoryId>,
    /// Only those published at this time or later.
    pub published_from: Option<DateTime<Utc>>,
    /// Only those published before this time.
    pub published_before: Option<DateTime<Utc>>,
}

impl PostSearch {
    /// A search among all posts that everybody may see.
    pub const fn new(text: SearchText) -> Self {
        Self {
            text,
            language: None,
            author: None,
            kind: None,
            tag: None,
            category: None,
            published_from: None,
            published_before: None,
        }
    }
}

answer! {
    /// A piece of a text that was found.
    pub struct Excerpt {
        /// The piece.
        text: String,
        /// Whether it is what was searched for.
        hit: bool,
    }
}

answer! {
    /// A post that was found.
    pub struct PostHit {
        /// How well it fits: larger is better, and nothing else can be told from it.
        rank: u32,
        /// Whether its words are only spelled like those that were searched for; then no post has them as they are.
        approximate: bool,
        /// Its title, in pieces; none, if it has none.
        title_excerpts: Vec<Excerpt>,
        /// What its text says about it, in pieces.
        text_excerpts: Vec<Excerpt>,
        /// What people did with it, and the reader.
        engagement: PostEngagement,
        ..
        /// The post.
        post: Post,
    }
}
