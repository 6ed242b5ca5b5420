//! Implicit alternating least squares: actors and items as points in a small space.

use super::linalg::{Square, dot};
use super::{Interactions, Model, Unfit};

/// Settings of [`Als`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AlsSettings {
    /// Dimensions of the space, from 1.
    pub factors: usize,
    /// How much more an interaction counts than a missing one, from 0.
    pub confidence: f64,
    /// Ridge, above 0.
    pub ridge: f64,
    /// Rounds of solving for all actors, then for all items.
    pub rounds: usize,
    /// Where the first item points come from; same seed, same model.
    pub seed: u64,
}

impl Default for AlsSettings {
    fn default() -> Self {
        Self { factors: 16, confidence: 10.0, ridge: 5.0, rounds: 12, seed: 1 }
    }
}

/// Puts actors and items in one space so that the inner product rebuilds who acted on what, missing pairs included with
/// little weight (Hu, Koren, Volinsky, "Collaborative filtering for implicit feedback datasets", 2008). A history is
/// folded in when scoring, so new actors need no new fit.
#[derive(Clone, Debug)]
pub struct Als {
    settings: AlsSettings,
    items: Vec<Vec<f64>>,
    gram: Square,
}

impl Als {
    /// Alternates.
    pub fn fit(interactions: &Interactions, settings: AlsSettings) -> Result<Self, Unfit> {
        if settings.factors == 0 {
            return Err(Unfit("ALS needs at least one factor"));
        }
        if !(settings.ridge > 0.0 && settings.ridge.is_finite()) {
            return Err(Unfit("the ridge of ALS must be above zero"));
        }
        if !(settings.confidence >= 0.0 && settings.confidence.is_finite()) {
            return Err(Unfit("the confidence of ALS must not be below zero"));
        }
        let mut items = start(interactions.items(), settings.factors, settings.seed);
        for _ in 0..settings.rounds {
            let fixed = gram(&items, settings);
            let actors: Vec<Vec<f64>> = (0..interactions.actors())
                .map(|actor| point(&fixed, &items, interactions.items_of(actor), settings))
                .collect();
            let fixed = gram(&actors, settings);
            items = (0..interactions.items())
                .map(|item| point(&fixed, &actors, interactions.actors_of(item), settings))
                .collect();
        }
        Ok(Self { settings, gram: gram(&items, settings), items })
    }
}

impl Model for Als {
    fn scores(&self, history: &[usize]) -> Vec<f64> {
        let actor = point(&self.gram, &self.items, history, self.settings);
        self.items.iter().map(|item| dot(&actor, item)).collect()
    }
}

/// Σ v vᵀ + ridge: what every point of the other side starts from.
fn gram(points: &[Vec<f64>], settings: AlsSettings) -> Square {
    let mut gram = Square::diagonal(settings.factors, settings.ridge);
    for point in points {
        gram.add_outer(point, 1.0);
    }
    gram
}

/// The point that best rebuilds one row, given the other side's points.
fn point(gram: &Square, others: &[Vec<f64>], acted_on: &[usize], settings: AlsSettings) -> Vec<f64> {
    let mut system = gram.clone();
    let mut right = vec![0.0; settings.factors];
    for other in acted_on.iter().filter_map(|i| others.get(*i)) {
        system.add_outer(other, settings.confidence);
        for (sum, c) in right.iter_mut().zip(other) {
            *sum += (1.0 + settings.confidence) * c;
        }
    }
    // A ridge above zero keeps the system solvable; should rounding break that, the row knows nothing.
    system.cholesky().map_or_else(|_| vec![0.0; settings.factors], |factored| factored.solve(&right))
}

/// Small seeded numbers around zero (xorshift64*), enough to break the symmetry.
fn start(points: usize, factors: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        let high = u32::try_from(state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32).unwrap_or(0);
        (f64::from(high) / f64::from(u32::MAX) - 0.5) * 0.2
    };
    (0..points).map(|_| (0..factors).map(|_| next()).collect()).collect()
}
