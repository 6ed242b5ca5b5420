//! Seats: how many there are, and how many of them are taken.

use super::RegistrationState;
use super::draft::EventDraft;
use crate::answer::answer;
use crate::collection::Whole;
use crate::text::Slug;

answer! {
    /// The seats of one class, and who has to do with them.
    pub struct Seats: Eq {
        /// What they are called; the general ones have no name.
        name: Option<Slug>,
        /// How many there are; as many as come, where nothing is said.
        capacity: Option<u32>,
        /// Whether only those take one who are invited to.
        by_invitation: bool,
        /// How many are taken or kept for somebody.
        taken: u32,
        /// How many people wait for one.
        waiting: u32,
    }
}

impl Seats {
    /// Whether a seat is free, whoever waits.
    pub fn has_free(&self) -> bool {
        self.capacity.is_none_or(|capacity| self.taken < capacity)
    }

    /// How many seats can be offered now to those who wait.
    pub fn to_offer(&self) -> u32 {
        self.capacity.map_or(self.waiting, |capacity| capacity.saturating_sub(self.taken).min(self.waiting))
    }

    /// What becomes of the next one who comes: they have a seat, unless none is free or somebody waits already.
    pub fn next_state(&self) -> RegistrationState {
        if self.waiting == 0 && self.has_free() {
            RegistrationState::Going
        } else {
            RegistrationState::Waitlisted
        }
    }
}

impl EventDraft {
    /// The classes of seats that it has, none of them taken: the general ones first.
    pub fn seats(&self) -> Vec<Seats> {
        let general = Seats {
            name: None,
            capacity: self.capacity.map(Whole::get),
            by_invitation: false,
            taken: 0,
            waiting: 0,
        };
        let apart = self.classes.iter().map(|class| Seats {
            name: Some(class.name.clone()),
            capacity: Some(class.capacity.get()),
            by_invitation: class.by_invitation,
            taken: 0,
            waiting: 0,
        });
        std::iter::once(general).chain(apart).collect()
    }
}
