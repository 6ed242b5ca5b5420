//! What those acted on who acted on the same.

use super::{Interactions, Model};
use crate::num::count;

/// How alike two sets are: what they share over `(|a| |b|)^normalisation + shrinkage`.
///
/// A `normalisation` of ½ is the cosine; less favours the active and popular. `shrinkage` keeps a chance meeting of two
/// who did little from counting as much as a long common history.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similarity {
    /// Exponent of the product of both sizes, 0 to 1.
    pub normalisation: f64,
    /// Added to the denominator, from 0.
    pub shrinkage: f64,
}

impl Default for Similarity {
    /// 0.3 and 1: the best of a small grid on own splits of the investments data.
    fn default() -> Self {
        Self { normalisation: 0.3, shrinkage: 1.0 }
    }
}

impl Similarity {
    fn of(&self, shared: f64, a: usize, b: usize) -> f64 {
        let denominator = (count(a) * count(b)).powf(self.normalisation) + self.shrinkage;
        if shared > 0.0 && denominator > 0.0 { shared / denominator } else { 0.0 }
    }
}

/// Scores an item by the likeness of the actors who acted on it to the one with this history.
///
/// An actor's own row counts as a neighbour too, which changes only the scores of what is in the history.
#[derive(Clone, Debug)]
pub struct ActorNeighbours {
    interactions: Interactions,
    similarity: Similarity,
}

impl ActorNeighbours {
    /// Keeps the matrix; all work is done when scoring.
    pub fn fit(interactions: &Interactions, similarity: Similarity) -> Self {
        Self { interactions: interactions.clone(), similarity }
    }
}

impl Model for ActorNeighbours {
    fn scores(&self, history: &[usize]) -> Vec<f64> {
        let mut shared = vec![0.0; self.interactions.actors()];
        for actor in history.iter().flat_map(|item| self.interactions.actors_of(*item)) {
            if let Some(shared) = shared.get_mut(*actor) {
                *shared += 1.0;
            }
        }
        let mut scores = vec![0.0; self.interactions.items()];
        for (actor, shared) in shared.into_iter().enumerate() {
            let items = self.interactions.items_of(actor);
            let alike = self.similarity.of(shared, items.len(), history.len());
            if alike > 0.0 {
                for item in items {
                    if let Some(score) = scores.get_mut(*item) {
                        *score += alike;
                    }
                }
            }
        }
        scores
    }
}

/// Scores an item by the likeness of its actors to the actors of each item of the history.
#[derive(Clone, Debug)]
pub struct ItemNeighbours {
    interactions: Interactions,
    similarity: Similarity,
}

impl ItemNeighbours {
    /// Keeps the matrix; all work is done when scoring.
    pub fn fit(interactions: &Interactions, similarity: Similarity) -> Self {
        Self { interactions: interactions.clone(), similarity }
    }
}

impl Model for ItemNeighbours {
    fn scores(&self, history: &[usize]) -> Vec<f64> {
        let mut scores = vec![0.0; self.interactions.items()];
        for known in history {
            let actors = self.interactions.actors_of(*known);
            let mut shared = vec![0.0; scores.len()];
            for item in actors.iter().flat_map(|actor| self.interactions.items_of(*actor)) {
                if let Some(shared) = shared.get_mut(*item) {
                    *shared += 1.0;
                }
            }
            for (item, (score, shared)) in scores.iter_mut().zip(shared).enumerate() {
                if item != *known {
                    *score +=
                        self.similarity.of(shared, actors.len(), self.interactions.actors_of(item).len());
                }
            }
        }
        scores
    }
}
