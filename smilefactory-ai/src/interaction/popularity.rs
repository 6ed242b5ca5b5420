//! What many acted on.

use super::{Interactions, Model};
use crate::num::count;

/// Ranks items by how many actors acted on them, alike for everybody. The fallback when nothing is known about an
/// actor, and the base line that anything personal has to beat.
#[derive(Clone, Debug)]
pub struct Popularity {
    scores: Vec<f64>,
}

impl Popularity {
    /// Counts, and takes the logarithm: the tenth actor says less than the first.
    pub fn fit(interactions: &Interactions) -> Self {
        let scores =
            (0..interactions.items()).map(|item| count(interactions.actors_of(item).len()).ln_1p()).collect();
        Self { scores }
    }
}

impl Model for Popularity {
    fn scores(&self, _history: &[usize]) -> Vec<f64> {
        self.scores.clone()
    }
}

/// Scores that are the same for everybody and known beforehand: the size of a round, the age of a listing.
#[derive(Clone, Debug)]
pub struct Prior {
    scores: Vec<f64>,
}

impl Prior {
    /// One score an item.
    pub fn new(scores: Vec<f64>) -> Self {
        Self { scores }
    }
}

impl Model for Prior {
    fn scores(&self, _history: &[usize]) -> Vec<f64> {
        self.scores.clone()
    }
}
