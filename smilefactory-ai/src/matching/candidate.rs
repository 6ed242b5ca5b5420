//! The people who are matched, and what is known around them.

use std::collections::{HashMap, HashSet};

use smilefactory_core::id::AccountId;
use smilefactory_core::profile::{Details, ProfileContent};
use smilefactory_core::recommendation::Score;

use crate::vector::Embedding;

/// Somebody who is matched.
#[derive(Clone, Debug)]
pub struct Member {
    /// Who.
    pub account: AccountId,
    /// What they tell.
    pub profile: ProfileContent,
    /// The vector of the canonical text of their profile, once there is one.
    pub embedding: Option<Embedding>,
}

impl Member {
    /// Somebody with this profile.
    pub const fn new(account: AccountId, profile: ProfileContent) -> Self {
        Self { account, profile, embedding: None }
    }

    /// The same with the vector of their profile.
    #[must_use]
    pub fn with_embedding(mut self, embedding: Embedding) -> Self {
        self.embedding = Some(embedding);
        self
    }

    /// To how many people they can give themselves at once; `None` when that has no limit.
    pub fn capacity(&self) -> Option<u32> {
        match &self.profile.details {
            Details::Mentor(mentor) => mentor.open_slots.map(smilefactory_core::collection::Whole::get),
            _ => None,
        }
    }
}

/// What is known around a seeker besides profiles.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Who is never shown: whom the seeker is connected with, has dismissed, has blocked or is blocked by.
    pub excluded: HashSet<AccountId>,
    /// How likely the seeker acts on somebody, learned from who acted on what.
    pub interaction: HashMap<AccountId, Score>,
    /// How closely somebody is tied to the seeker through people both know.
    pub graph: HashMap<AccountId, Score>,
    /// To how many seekers somebody was shown lately.
    pub shown: HashMap<AccountId, u32>,
}
