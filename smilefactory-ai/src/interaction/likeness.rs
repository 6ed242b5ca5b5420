//! Models that know what items are, not only who acted on them.

use std::sync::Arc;

use super::linalg::{Square, dot};
use super::{Interactions, Model};
use crate::num::count;

/// Scores an item by its mean likeness to the items of the history. The likeness is the caller's: shared topics, the
/// cosine of two texts, the distance of two years.
///
/// Keeps a number for every pair of items (4,000 items: 128 MB), shared between clones.
#[derive(Clone, Debug)]
pub struct ItemLikeness {
    likeness: Arc<Square>,
}

impl ItemLikeness {
    /// Asks for the likeness of every pair of items; it should be symmetric.
    pub fn new(items: usize, likeness: impl Fn(usize, usize) -> f64) -> Self {
        let mut square = Square::diagonal(items, 0.0);
        for i in 0..items {
            for j in 0..items {
                square.add(i, j, likeness(i, j));
            }
        }
        Self { likeness: Arc::new(square) }
    }

    fn mean(&self, history: &[usize]) -> Vec<f64> {
        let mut scores = vec![0.0; self.likeness.size()];
        for row in history.iter().filter_map(|item| self.likeness.row(*item)) {
            for (score, likeness) in scores.iter_mut().zip(row) {
                *score += likeness / count(history.len());
            }
        }
        scores
    }
}

impl Model for ItemLikeness {
    fn scores(&self, history: &[usize]) -> Vec<f64> {
        self.mean(history)
    }
}

/// Scores an item by the share of kindred actors who acted on it. Two actors are kindred when their histories point to
/// like items, even if they never met on one: the cosine of their mean likenesses, to the power of `focus`.
#[derive(Clone, Debug)]
pub struct KindredActors {
    interactions: Interactions,
    likeness: ItemLikeness,
    focus: i32,
    directions: Vec<Vec<f64>>,
}

impl KindredActors {
    /// Works out where every actor's history points. A higher `focus` listens to fewer, more kindred actors.
    pub fn fit(interactions: &Interactions, likeness: ItemLikeness, focus: u8) -> Self {
        let directions = (0..interactions.actors())
            .map(|actor| direction(likeness.mean(interactions.items_of(actor))))
            .collect();
        Self { interactions: interactions.clone(), likeness, focus: focus.into(), directions }
    }
}

impl Model for KindredActors {
    fn scores(&self, history: &[usize]) -> Vec<f64> {
        let own = direction(self.likeness.mean(history));
        let mut scores = vec![0.0; self.interactions.items()];
        let mut total = 0.0;
        for (actor, other) in self.directions.iter().enumerate() {
            let kindred = dot(&own, other).max(0.0).powi(self.focus);
            total += kindred;
            for item in self.interactions.items_of(actor) {
                if let Some(score) = scores.get_mut(*item) {
                    *score += kindred;
                }
            }
        }
        if total > 0.0 {
            for score in &mut scores {
                *score /= total;
            }
        }
        scores
    }
}

/// Scaled to length 1, or as it is when it has none.
fn direction(mut v: Vec<f64>) -> Vec<f64> {
    let length = dot(&v, &v).sqrt();
    if length > 0.0 {
        for c in &mut v {
            *c /= length;
        }
    }
    v
}
