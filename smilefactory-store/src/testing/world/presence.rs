//! Who is there in a community made at random, and who sees it.

use std::collections::BTreeSet;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use smilefactory_core::id::AccountId;
use smilefactory_core::messaging::live::PresencePreferences;
use smilefactory_core::profile::{ProfileState, Visibility};

use super::World;
use crate::prelude::*;

impl World {
    /// Whether the two know each other: they are connected, or take part in the same conversation.
    pub fn knows(&self, viewer: AccountId, other: AccountId) -> bool {
        let both = |members: &std::collections::BTreeMap<AccountId, u64>| {
            members.contains_key(&viewer) && members.contains_key(&other)
        };
        viewer != other
            && !self.blocked(viewer, other)
            && (self.tied(viewer, other) || self.conversations.iter().any(|talk| both(&talk.members)))
    }

    /// Of those who are there, whom somebody sees; whoever is not seen sees nobody.
    pub fn sees_present(&self, viewer: AccountId) -> BTreeSet<AccountId> {
        if self.unseen.contains(&viewer) {
            return BTreeSet::new();
        }
        let sees = |other: &&AccountId| !self.unseen.contains(*other) && self.knows(viewer, **other);
        self.present.iter().filter(sees).copied().collect()
    }

    /// Whether a stream tells `viewer` of a connection with `other`.
    pub fn told_of_tie(&self, viewer: AccountId, other: AccountId) -> bool {
        self.shown(other) && self.person(other).profile != Visibility::Private && !self.barred(viewer, other)
    }

    /// Whether a stream tells `viewer` of a request between them and `other`.
    pub fn told_of_request(&self, viewer: AccountId, from: AccountId, to: AccountId) -> bool {
        let (other, hidden) =
            if viewer == from { (to, self.blocked(viewer, to)) } else { (from, self.barred(viewer, from)) };
        (viewer == from || viewer == to) && !hidden && self.person(other).state != ProfileState::Suspended
    }

    /// Some are there, and some do not want that to be seen.
    pub(super) async fn come_by(&mut self, tx: &mut WriteTx, seed: u64) {
        // Randomness of its own: all else in the community is as it would be if nobody was there.
        let mut random = StdRng::seed_from_u64(seed ^ 0x11fe);
        for id in self.people.iter().map(|person| person.id) {
            if random.random_bool(0.7) {
                let stream = tx.new_id().expect("seeded");
                assert!(tx.signals().enter(stream, id, 1).await.expect("a stream"), "nobody is there yet");
                self.present.insert(id);
            }
            if random.random_bool(0.2) {
                let hidden = PresencePreferences { shown: false };
                tx.signals().set_preferences(id, &hidden).await.expect("what they want");
                self.unseen.insert(id);
            }
        }
    }
}
