//! EASE: each item predicted from all others by one ridge regression, in closed form.

use super::linalg::Square;
use super::{Interactions, Model, Unfit};

/// Learns the matrix B with a zero diagonal that best rebuilds everyone's row as row · B (Steck, "Embarrassingly shallow
/// autoencoders", 2019). Strong on sparse data, deterministic, nothing to tune but the ridge.
///
/// Time grows with the cube of the number of items and memory with its square (4,000 items: 128 MB): beyond that use
/// [`Als`](super::Als).
#[derive(Clone, Debug)]
pub struct Ease {
    weights: Square,
}

impl Ease {
    /// Solves. `ridge` above zero; larger trusts the data less.
    pub fn fit(interactions: &Interactions, ridge: f64) -> Result<Self, Unfit> {
        if ridge.is_nan() || ridge <= 0.0 {
            return Err(Unfit("the ridge of EASE must be above zero"));
        }
        let mut gram = Square::diagonal(interactions.items(), ridge);
        for actor in 0..interactions.actors() {
            let items = interactions.items_of(actor);
            for i in items {
                for j in items {
                    gram.add(*i, *j, 1.0);
                }
            }
        }
        let factored = gram.cholesky().map_err(|_| Unfit("the items' Gram matrix could not be inverted"))?;
        let mut weights = factored.inverse();
        weights.scale_columns_by_negative_diagonal();
        Ok(Self { weights })
    }
}

impl Model for Ease {
    fn scores(&self, history: &[usize]) -> Vec<f64> {
        let mut scores = vec![0.0; self.weights.size()];
        for row in history.iter().filter_map(|item| self.weights.row(*item)) {
            for (score, weight) in scores.iter_mut().zip(row) {
                *score += weight;
            }
        }
        scores
    }
}
