//! Who funded what, and what follows from it for whom to show.

use std::collections::HashMap;

use smilefactory_ai::interaction::{
    ActorNeighbours, Blend, Interactions, ItemNeighbours, Model, Popularity, Similarity,
};
use smilefactory_ai::matching::Surroundings;
use smilefactory_core::id::AccountId;
use smilefactory_core::recommendation::Score;

/// One side of the deals: what its members funded, or by whom they were.
#[derive(Debug)]
pub(crate) struct Side {
    /// The accounts of the other side, in the order of its numbers; `None` for who did not join.
    others: Vec<Option<AccountId>>,
    interactions: Interactions,
    model: Blend,
}

impl Side {
    /// Learns from what the members of this side did.
    pub(crate) fn learn(interactions: Interactions, others: Vec<Option<AccountId>>) -> Self {
        let alike = Similarity::default();
        // What many did is the base; what those did who acted alike tells more.
        let model = Blend::default()
            .with(0.3, Popularity::fit(&interactions))
            .with(1.0, ActorNeighbours::fit(&interactions, alike))
            .with(0.5, ItemNeighbours::fit(&interactions, alike));
        Self { others, interactions, model }
    }

    /// What is known around a member: whom they have a deal with already, who is not to be shown again, and how
    /// likely a deal with each of the others is, from 0 for the least likely to 1.
    pub(crate) fn around(&self, member: usize) -> Surroundings {
        let history = self.interactions.items_of(member);
        let scores = self.model.scores(history);
        let open = || {
            let open = self.others.iter().zip(&scores).enumerate();
            open.filter(|(other, _)| !history.contains(other)).map(|(_, (account, score))| (account, *score))
        };
        let least = open().map(|(_, score)| score).fold(f64::INFINITY, f64::min);
        let most = open().map(|(_, score)| score).fold(f64::NEG_INFINITY, f64::max);
        let interaction: HashMap<AccountId, Score> = open()
            .filter_map(|(account, score)| {
                Some(((*account)?, Score::clamped((score - least) / (most - least))))
            })
            .collect();
        let excluded = history.iter().filter_map(|other| *self.others.get(*other)?).collect();
        Surroundings { excluded, interaction, ..Surroundings::default() }
    }
}
