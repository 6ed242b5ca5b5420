//! A post as it is shown.

use super::{Post, PostEngagement};
use crate::answer::answer;

answer! {
    /// A post as it is shown to somebody.
    pub struct PostView {
        /// Its text as HTML that is safe to show.
        html: String,
        /// About how many minutes it takes to read, at 200 words a minute; at least 1.
        reading_minutes: u16,
        /// How the vote stands; of a poll only.
        votes: Option<PollResult>,
        /// What people did with it, and the reader.
        engagement: PostEngagement,
        ..
        /// The post.
        post: Post,
    }
}

answer! {
    /// A post in a list, with what people did with it.
    pub struct ListedPost {
        /// About how many minutes it takes to read, at least one.
        reading_minutes: u16,
        /// What people did with it, and the reader.
        engagement: PostEngagement,
        ..
        /// The post.
        post: Post,
    }
}

answer! {
    /// How a vote stands.
    pub struct PollResult {
        /// How many chose each answer, in the order of the answers.
        votes: Vec<u64>,
        /// How many people voted.
        voters: u64,
        /// What the reader chose, by the places of the answers, the first of which is 0; nothing, if they did not vote.
        own: Option<Vec<u8>>,
    }
}

/// About how many minutes it takes to read a text: one for each 200 words that were begun.
pub fn reading_minutes(text: &str) -> u16 {
    const WORDS_A_MINUTE: usize = 200;
    let minutes = text.split_whitespace().count().div_ceil(WORDS_A_MINUTE);
    u16::try_from(minutes).unwrap_or(u16::MAX).max(1)
}
