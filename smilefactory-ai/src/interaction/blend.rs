//! Several models as one.

use std::collections::HashSet;

use super::Model;
use crate::num::count;

/// The weighted sum of the standardised scores of its parts. Standardising makes weights mean the same whatever scale a
/// model scores on, and a part that knows nothing about somebody (all scores equal) adds nothing. What the history holds
/// is left out of the standardising and scores zero.
#[derive(Debug, Default)]
pub struct Blend {
    parts: Vec<(f64, Box<dyn Model>)>,
}

impl Blend {
    /// With one more part.
    #[must_use]
    pub fn with(mut self, weight: f64, part: impl Model + 'static) -> Self {
        self.parts.push((weight, Box::new(part)));
        self
    }

    /// Of parts and their weights.
    pub(super) fn of(parts: impl IntoIterator<Item = (f64, Box<dyn Model>)>) -> Self {
        Self { parts: parts.into_iter().collect() }
    }

    /// The weight of each part, in order.
    pub fn weights(&self) -> impl Iterator<Item = f64> + '_ {
        self.parts.iter().map(|(weight, _)| *weight)
    }
}

impl Model for Blend {
    fn scores(&self, history: &[usize]) -> Vec<f64> {
        let mut sum: Vec<f64> = Vec::new();
        for (weight, part) in &self.parts {
            let scores = part.scores(history);
            let open = outside(scores.len(), history);
            sum.resize(sum.len().max(scores.len()), 0.0);
            for (item, score) in open.iter().zip(signal(&scores, &open)) {
                if let Some(sum) = sum.get_mut(*item) {
                    *sum += weight * score;
                }
            }
        }
        sum
    }
}

/// The items that a history leaves open.
pub(super) fn outside(items: usize, history: &[usize]) -> Vec<usize> {
    let known: HashSet<usize> = history.iter().copied().collect();
    (0..items).filter(|item| !known.contains(item)).collect()
}

/// The standardised scores of these items only.
pub(super) fn signal(scores: &[f64], items: &[usize]) -> Vec<f64> {
    let mut signal: Vec<f64> = items.iter().filter_map(|item| scores.get(*item).copied()).collect();
    standardise(&mut signal);
    signal
}

/// Shifts and scales to mean 0 and standard deviation 1; all zero when all are equal.
///
/// ```
/// let mut scores = [1.0, 3.0];
/// smilefactory_ai::interaction::standardise(&mut scores);
/// assert_eq!(scores, [-1.0, 1.0]);
/// ```
pub fn standardise(scores: &mut [f64]) {
    if scores.is_empty() {
        return;
    }
    let n = count(scores.len());
    let mean = scores.iter().sum::<f64>() / n;
    let deviation = (scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / n).sqrt();
    // Relative, because equal scores leave a rounding error behind that must not be blown up to 1.
    let varies = deviation > 1e-9 * mean.abs().max(f64::MIN_POSITIVE);
    for score in scores {
        *score = if varies { (*score - mean) / deviation } else { 0.0 };
    }
}
