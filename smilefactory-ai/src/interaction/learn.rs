//! How much each signal counts, learned from rankings whose outcome is known.

use super::Unfit;
use super::linalg::{Square, dot};
use crate::num::count;

/// Newton steps at most; from zero it takes about ten.
const STEPS: usize = 25;
/// A step this short in every weight is the last.
const CONVERGED: f64 = 1e-6;
/// Halvings of a step that overshoots before it is given up.
const HALVINGS: i32 = 30;

/// One ranking with its outcome: candidates described by signals, and which of them were taken.
#[derive(Clone, Debug)]
pub struct RankedExample {
    /// A column a signal, each with one number a candidate; standardised, or weights mean little.
    pub signals: Vec<Vec<f64>>,
    /// Positions of the candidates that were taken.
    pub taken: Vec<usize>,
}

/// Learns one weight a signal, so that those taken have the highest weighted sums.
///
/// The model is the conditional logit (McFadden): the chance that a candidate is taken is its `exp(w · signals)` among
/// those of all candidates of its ranking. Its likelihood has one maximum, found by Newton steps; `ridge` above zero pulls
/// all weights towards zero and decides how far a few examples may push them. Examples with nothing taken are ignored.
///
/// ```
/// use smilefactory_ai::interaction::{RankedExample, fit_weights};
///
/// // The first signal tells who is taken, the second is noise.
/// let example = |taken: usize| RankedExample {
///     signals: vec![(0..3).map(|i| if i == taken { 1.0 } else { 0.0 }).collect(), vec![0.5, -0.5, 0.0]],
///     taken: vec![taken],
/// };
/// let weights = fit_weights(&[example(0), example(1), example(2)], 0.1)?;
/// assert!(weights[0] > 1.0 && weights[1].abs() < 0.1);
/// # Ok::<(), smilefactory_ai::interaction::Unfit>(())
/// ```
pub fn fit_weights(examples: &[RankedExample], ridge: f64) -> Result<Vec<f64>, Unfit> {
    if !(ridge > 0.0 && ridge.is_finite()) {
        return Err(Unfit("the ridge of learned weights must be above zero"));
    }
    let signals = examples.first().map_or(0, |example| example.signals.len());
    if examples.iter().any(|example| !example.is_regular(signals)) {
        return Err(Unfit("all examples need the same finite signals for each of their candidates"));
    }
    let mut weights = vec![0.0; signals];
    let mut fit = objective(examples, &weights, ridge);
    for _ in 0..STEPS {
        let mut gradient: Vec<f64> = weights.iter().map(|w| -ridge * w).collect();
        let mut curvature = Square::diagonal(signals, ridge);
        for example in examples {
            example.add_to(&weights, &mut gradient, &mut curvature);
        }
        let factored = curvature.cholesky().map_err(|_| Unfit("the signals' curvature is not positive"))?;
        let step = factored.solve(&gradient);
        let Some((next, better)) = improve(examples, &weights, &step, fit, ridge) else { break };
        (weights, fit) = (next, better);
        if step.iter().all(|s| s.abs() < CONVERGED) {
            break;
        }
    }
    Ok(weights)
}

/// Log likelihood less the ridge: what the weights maximise.
fn objective(examples: &[RankedExample], weights: &[f64], ridge: f64) -> f64 {
    let likelihood: f64 = examples.iter().map(|example| example.log_likelihood(weights)).sum();
    likelihood - ridge / 2.0 * dot(weights, weights)
}

/// The longest halving of the step that makes the objective better than `fit`. Signals with long tails make full Newton
/// steps overshoot.
fn improve(
    examples: &[RankedExample],
    weights: &[f64],
    step: &[f64],
    fit: f64,
    ridge: f64,
) -> Option<(Vec<f64>, f64)> {
    (0..HALVINGS).find_map(|halving| {
        let scale = 0.5f64.powi(halving);
        let next: Vec<f64> = weights.iter().zip(step).map(|(weight, step)| weight + scale * step).collect();
        let better = objective(examples, &next, ridge);
        (better > fit).then_some((next, better))
    })
}

impl RankedExample {
    fn candidates(&self) -> usize {
        self.signals.first().map_or(0, Vec::len)
    }

    fn is_regular(&self, signals: usize) -> bool {
        let candidates = self.candidates();
        self.signals.len() == signals
            && self.signals.iter().all(|s| s.len() == candidates && s.iter().all(|x| x.is_finite()))
            && self.taken.iter().all(|taken| *taken < candidates)
    }

    fn sums(&self, weights: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.candidates()];
        for (signal, weight) in self.signals.iter().zip(weights) {
            for (sum, value) in sums.iter_mut().zip(signal) {
                *sum += weight * value;
            }
        }
        sums
    }

    fn log_likelihood(&self, weights: &[f64]) -> f64 {
        let sums = self.sums(weights);
        let highest = sums.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total = highest + sums.iter().map(|sum| (sum - highest).exp()).sum::<f64>().ln();
        self.taken.iter().filter_map(|i| sums.get(*i)).map(|sum| sum - total).sum()
    }

    /// The chance of each candidate under these weights.
    fn chances(&self, weights: &[f64]) -> Vec<f64> {
        let mut chances = self.sums(weights);
        let highest = chances.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for chance in &mut chances {
            *chance = (*chance - highest).exp();
        }
        let total: f64 = chances.iter().sum();
        chances.into_iter().map(|chance| chance / total).collect()
    }

    /// Adds this example's gradient and negative second derivative of the log likelihood.
    fn add_to(&self, weights: &[f64], gradient: &mut [f64], curvature: &mut Square) {
        if self.taken.is_empty() {
            return;
        }
        let chances = self.chances(weights);
        let taken = count(self.taken.len());
        let mean: Vec<f64> = self.signals.iter().map(|signal| dot(signal, &chances)).collect();
        for ((gradient, signal), mean) in gradient.iter_mut().zip(&self.signals).zip(&mean) {
            let found: f64 = self.taken.iter().filter_map(|i| signal.get(*i)).sum();
            *gradient += found - taken * mean;
        }
        for (k, signal) in self.signals.iter().enumerate() {
            let weighted: Vec<f64> = signal.iter().zip(&chances).map(|(x, p)| x * p * taken).collect();
            // The lower triangle is all that the factorisation reads.
            for (l, other) in self.signals.iter().take(k + 1).enumerate() {
                curvature.add(k, l, dot(&weighted, other));
            }
        }
        curvature.add_outer(&mean, -taken);
    }
}
