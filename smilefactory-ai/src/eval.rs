//! How good a ranking is: nDCG, recall, reciprocal rank, and whom it leaves in the dark.
//!
//! Measures of one ranking ([`ndcg_at`], [`recall_at`], [`reciprocal_rank`]) are `None` when nothing is
//! relevant to the query: such a query says nothing and is left out of every mean. Measures of all rankings
//! together ([`coverage_at`], [`exposure_gini_at`]) need no judgements. [`Report`] gathers them.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::num::count;

/// What is relevant to one query, and how much.
///
/// ```
/// use smilefactory_ai::eval::Judgements;
///
/// let binary = Judgements::from_iter(["a", "b"]);
/// let graded = Judgements::graded([("a", 3.0), ("b", 1.0), ("not relevant", 0.0)]);
/// assert_eq!(binary.len(), 2);
/// assert_eq!(graded.len(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct Judgements<T>(HashMap<T, f64>);

impl<T: Eq + Hash> Judgements<T> {
    /// Items with their grade; one that is not above zero is not relevant.
    pub fn graded(items: impl IntoIterator<Item = (T, f64)>) -> Self {
        Self(items.into_iter().filter(|(_, grade)| *grade > 0.0).collect())
    }

    /// How many items are relevant.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is relevant.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn grade(&self, item: &T) -> f64 {
        self.0.get(item).copied().unwrap_or(0.0)
    }

    /// The grades of a ranking from the top; a repeated item earns nothing the second time.
    fn gains<'a>(&'a self, ranked: &'a [T]) -> impl Iterator<Item = f64> + 'a {
        let mut seen = HashSet::new();
        ranked.iter().map(move |item| if seen.insert(item) { self.grade(item) } else { 0.0 })
    }
}

impl<T: Eq + Hash> FromIterator<T> for Judgements<T> {
    /// Every item is relevant alike.
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self(items.into_iter().map(|item| (item, 1.0)).collect())
    }
}

/// What a place in a ranking is worth: 1 at the top, falling with the logarithm.
fn discount(position: usize) -> f64 {
    1.0 / (count(position) + 2.0).log2()
}

fn discounted(gains: impl Iterator<Item = f64>) -> f64 {
    gains.enumerate().map(|(position, gain)| gain * discount(position)).sum()
}

/// Normalised discounted cumulative gain of the first `k`: the gain earned (grade over log₂ of the place
/// plus one) as a share of the best gain possible. 1 is perfect. `None` when nothing is relevant.
///
/// ```
/// use smilefactory_ai::eval::{Judgements, ndcg_at};
///
/// // Relevant at places 1 and 3 of three relevant: (1 + 1/log₂4) / (1 + 1/log₂3 + 1/log₂4) = 1.5 / 2.1309.
/// let relevant = Judgements::from_iter(["a", "c", "z"]);
/// let ndcg = ndcg_at(&["a", "b", "c", "d"], &relevant, 10).unwrap_or_default();
/// assert!((ndcg - 0.7039).abs() < 1e-4);
/// ```
pub fn ndcg_at<T: Eq + Hash>(ranked: &[T], judgements: &Judgements<T>, k: usize) -> Option<f64> {
    let mut ideal: Vec<f64> = judgements.0.values().copied().collect();
    ideal.sort_by(|a, b| b.total_cmp(a));
    let best = discounted(ideal.into_iter().take(k));
    (best > 0.0).then(|| discounted(judgements.gains(ranked).take(k)) / best)
}

/// The share of what is relevant that the first `k` hold. `None` when nothing is relevant.
///
/// ```
/// use smilefactory_ai::eval::{Judgements, recall_at};
///
/// let relevant = Judgements::from_iter(["a", "c", "z"]);
/// assert_eq!(recall_at(&["a", "b", "c", "d"], &relevant, 2), Some(1.0 / 3.0));
/// ```
pub fn recall_at<T: Eq + Hash>(ranked: &[T], judgements: &Judgements<T>, k: usize) -> Option<f64> {
    let found = judgements.gains(ranked).take(k).filter(|gain| *gain > 0.0).count();
    (!judgements.is_empty()).then(|| count(found) / count(judgements.len()))
}

/// One over the place of the first relevant item; 0 when the ranking holds none. Its mean is the MRR.
///
/// ```
/// use smilefactory_ai::eval::{Judgements, reciprocal_rank};
///
/// assert_eq!(reciprocal_rank(&["b", "a"], &Judgements::from_iter(["a"])), Some(0.5));
/// assert_eq!(reciprocal_rank(&["b"], &Judgements::from_iter(["a"])), Some(0.0));
/// ```
pub fn reciprocal_rank<T: Eq + Hash>(ranked: &[T], judgements: &Judgements<T>) -> Option<f64> {
    let place = judgements.gains(ranked).position(|gain| gain > 0.0);
    (!judgements.is_empty()).then(|| place.map_or(0.0, |place| 1.0 / (count(place) + 1.0)))
}

/// The share of a catalogue of `catalogue` items that somebody sees among their first `k`.
///
/// ```
/// use smilefactory_ai::eval::coverage_at;
///
/// let rankings = [vec!["a", "b", "c"], vec!["a", "c", "b"]];
/// assert_eq!(coverage_at(&rankings, 4, 2), 0.75);
/// ```
pub fn coverage_at<T: Eq + Hash, R: AsRef<[T]>>(rankings: &[R], catalogue: usize, k: usize) -> f64 {
    let seen: HashSet<&T> = rankings.iter().flat_map(|ranked| ranked.as_ref().iter().take(k)).collect();
    if catalogue == 0 { 0.0 } else { count(seen.len()) / count(catalogue) }
}

/// How unevenly attention falls on a catalogue of `catalogue` items: 0 when all are seen alike, towards 1
/// when one gets all of it. An item's exposure is the sum of its places' discounts among the first `k`.
///
/// ```
/// use smilefactory_ai::eval::exposure_gini_at;
///
/// // Both see "a" alone: of two items one has everything. Gini = 1/2, the most two can have.
/// assert_eq!(exposure_gini_at(&[vec!["a"], vec!["a"]], 2, 1), 0.5);
/// // Each sees another one: nobody is preferred.
/// assert_eq!(exposure_gini_at(&[vec!["a"], vec!["b"]], 2, 1), 0.0);
/// ```
pub fn exposure_gini_at<T: Eq + Hash, R: AsRef<[T]>>(rankings: &[R], catalogue: usize, k: usize) -> f64 {
    let mut exposure: HashMap<&T, f64> = HashMap::new();
    for ranked in rankings {
        for (position, item) in ranked.as_ref().iter().take(k).enumerate() {
            *exposure.entry(item).or_default() += discount(position);
        }
    }
    let mut amounts: Vec<f64> = exposure.into_values().collect();
    gini(&mut amounts, catalogue)
}

/// Gini coefficient of amounts among `population`, those not listed having nothing.
fn gini(amounts: &mut [f64], population: usize) -> f64 {
    amounts.sort_by(f64::total_cmp);
    let population = population.max(amounts.len());
    let nothing = population - amounts.len();
    let total: f64 = amounts.iter().sum();
    if total <= 0.0 {
        return 0.0;
    }
    let n = count(population);
    let weighted: f64 =
        amounts.iter().enumerate().map(|(i, amount)| (2.0 * count(nothing + i + 1) - n - 1.0) * amount).sum();
    weighted / (n * total)
}

/// A measure of one ranking.
type Measure<'a, T> = &'a dyn Fn(&[T], &Judgements<T>) -> Option<f64>;

/// All measures of a set of rankings at one `k`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Report {
    /// Depth the measures look to.
    pub k: usize,
    /// Queries with something relevant: what the means are over.
    pub queries: usize,
    /// Mean of [`ndcg_at`].
    pub ndcg: f64,
    /// Mean of [`recall_at`].
    pub recall: f64,
    /// Mean of [`reciprocal_rank`].
    pub mrr: f64,
    /// [`coverage_at`] over the judged rankings.
    pub coverage: f64,
    /// [`exposure_gini_at`] over the judged rankings.
    pub gini: f64,
}

impl Report {
    /// Measures rankings, each with its judgements. Queries to which nothing is relevant are left out.
    ///
    /// ```
    /// use smilefactory_ai::eval::{Judgements, Report};
    ///
    /// let judged = [
    ///     (vec!["a", "b"], Judgements::from_iter(["a"])),
    ///     (vec!["a", "b"], Judgements::from_iter(["b"])),
    ///     (vec!["a", "b"], Judgements::from_iter([])),
    /// ];
    /// let report = Report::of(&judged, 2, 1);
    /// assert_eq!((report.queries, report.ndcg, report.mrr), (2, 0.5, 0.75));
    /// ```
    pub fn of<T: Eq + Hash>(judged: &[(Vec<T>, Judgements<T>)], catalogue: usize, k: usize) -> Self {
        let told: Vec<_> = judged.iter().filter(|(_, judgements)| !judgements.is_empty()).collect();
        let mean = |measure: Measure<'_, T>| {
            let values: Vec<f64> = told.iter().filter_map(|(r, j)| measure(r, j)).collect();
            if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / count(values.len()) }
        };
        let rankings: Vec<&[T]> = told.iter().map(|(ranked, _)| ranked.as_slice()).collect();
        Self {
            k,
            queries: told.len(),
            ndcg: mean(&|r, j| ndcg_at(r, j, k)),
            recall: mean(&|r, j| recall_at(r, j, k)),
            mrr: mean(&|r, j| reciprocal_rank(r, j)),
            coverage: coverage_at(&rankings, catalogue, k),
            gini: exposure_gini_at(&rankings, catalogue, k),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn grades_count() {
        // Gains 1, 3 against the ideal 3, 1: (1 + 3/1.58496) / (3 + 1/1.58496) = 2.89279 / 3.63093.
        let graded = Judgements::graded([("a", 3.0), ("b", 1.0)]);
        let ndcg = ndcg_at(&["b", "a"], &graded, 2).unwrap();
        assert!((ndcg - 0.796_71).abs() < 1e-5, "{ndcg}");
    }

    #[test]
    fn a_repeated_item_earns_once() {
        let relevant = Judgements::from_iter(["a", "b"]);
        assert_eq!(recall_at(&["a", "a"], &relevant, 2), Some(0.5));
        assert!(ndcg_at(&["a", "a"], &relevant, 2) < Some(1.0));
    }

    #[test]
    fn nothing_relevant_says_nothing() {
        let none: Judgements<&str> = Judgements::from_iter([]);
        assert_eq!(
            (ndcg_at(&["a"], &none, 1), recall_at(&["a"], &none, 1), reciprocal_rank(&["a"], &none)),
            (None, None, None)
        );
        assert_eq!(ndcg_at(&["a"], &Judgements::from_iter(["a"]), 0), None);
    }

    #[test]
    fn gini_of_a_known_distribution() {
        // 0, 0, 1, 3: differences over ordered pairs 2·(2·1 + 2·3 + 2) = 20, over 2·4²·1 = 32.
        assert!((gini(&mut [3.0, 1.0], 4) - 0.625).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn measures_stay_in_range(
            ranked in prop::collection::vec(0u8..30, 0..40),
            relevant in prop::collection::vec(0u8..30, 1..10),
            k in 1usize..25,
        ) {
            let judgements = Judgements::from_iter(relevant);
            for value in [
                ndcg_at(&ranked, &judgements, k),
                recall_at(&ranked, &judgements, k),
                reciprocal_rank(&ranked, &judgements),
                Some(coverage_at(&[&ranked], 30, k)),
                Some(exposure_gini_at(&[&ranked], 30, k)),
            ] {
                let value = value.unwrap();
                prop_assert!((0.0..=1.0 + 1e-12).contains(&value), "{value}");
            }
        }

        #[test]
        fn moving_a_relevant_item_up_never_hurts(k in 1usize..10, place in 1usize..10) {
            let relevant = Judgements::from_iter([99]);
            let mut ranked: Vec<usize> = (0..10).collect();
            ranked[place] = 99;
            let before = ndcg_at(&ranked, &relevant, k);
            ranked.swap(place, place - 1);
            prop_assert!(ndcg_at(&ranked, &relevant, k) >= before);
        }
    }
}
