//! What is known of a post that might be shown to somebody.

use chrono::{DateTime, Utc};

use super::Deed;
use crate::content::PostKind;
use crate::id::{AccountId, PostId};
use crate::profile::ProfileKind;
use crate::recommendation::Score;

/// How many people did what with a post, of those whom its reader may know of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Engagements {
    /// How many reacted.
    pub reactions: u32,
    /// How many comments are shown.
    pub comments: u32,
    /// How many shared it.
    pub shares: u32,
    /// How many have it saved.
    pub saves: u32,
    /// How often it was viewed; a person counts once a day.
    pub views: u32,
}

impl Engagements {
    /// All of it together, each as much as it is worth.
    pub fn points(self) -> f64 {
        [
            (self.reactions, Deed::Reaction),
            (self.comments, Deed::Comment),
            (self.shares, Deed::Share),
            (self.saves, Deed::Save),
            (self.views, Deed::View),
        ]
        .into_iter()
        .map(|(times, deed)| f64::from(times) * deed.worth())
        .sum()
    }
}

/// What is known of a post that might be shown to somebody: nothing that they may not know themselves.
#[derive(Clone, Debug, PartialEq)]
pub struct Signals {
    /// Which post.
    pub post: PostId,
    /// Who wrote it.
    pub author: AccountId,
    /// What it is.
    pub kind: PostKind,
    /// When it was published.
    pub published_at: DateTime<Utc>,
    /// Which kind its reader is of, if they have a profile.
    pub reader_kind: Option<ProfileKind>,
    /// Which kind its author shows its reader to be of.
    pub author_kind: Option<ProfileKind>,
    /// The cosine between it and what its reader tells about themselves, if both have a vector: −1 to 1.
    pub closeness: Option<f32>,
    /// Which of its tags its reader follows.
    pub followed_tags: Vec<String>,
    /// Which of its tags are interests or skills of its reader.
    pub shared_interests: Vec<String>,
    /// Whether its reader follows its author.
    pub follows: bool,
    /// How strong the connection of its reader with its author is, if they have one.
    pub strength: Option<Score>,
    /// Whether it was posted in a group that its reader belongs to.
    pub of_own_group: bool,
    /// What people did with it.
    pub engagements: Engagements,
}
