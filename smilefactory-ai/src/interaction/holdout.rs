//! Hiding a part of what is known, to see what finds it again.

use super::Interactions;

/// How much to hide, and from whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldOutRule {
    /// The share of an actor's items to hide, as a fraction: (2, 5) is two in five, rounded, at least one.
    pub share: (usize, usize),
    /// Only actors with this many items lose some, and never all of them.
    pub at_least: usize,
    /// Which items; same seed, same choice.
    pub seed: u64,
}

/// A matrix in two parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldOut {
    /// What is left, of the same size.
    pub known: Interactions,
    /// What was hidden of each actor, ascending; empty for most.
    pub hidden: Vec<Vec<usize>>,
}

/// Hides a part of the items of those actors for whom `of` holds.
///
/// ```
/// use smilefactory_ai::interaction::{HoldOutRule, Interactions, hold_out};
///
/// let matrix = Interactions::new(2, 6, [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (1, 5)])?;
/// let rule = HoldOutRule { share: (2, 5), at_least: 4, seed: 7 };
/// let split = hold_out(&matrix, rule, |_| true);
/// assert_eq!((split.known.items_of(0).len(), split.hidden[0].len()), (3, 2));
/// assert_eq!((split.known.items_of(1), split.hidden[1].len()), ([5].as_slice(), 0));
/// # Ok::<(), smilefactory_ai::interaction::OutOfRange>(())
/// ```
pub fn hold_out(interactions: &Interactions, rule: HoldOutRule, of: impl Fn(usize) -> bool) -> HoldOut {
    let (numerator, denominator) = (rule.share.0, rule.share.1.max(1));
    let mut random = Sequence::new(rule.seed);
    let mut hidden = vec![Vec::new(); interactions.actors()];
    for (actor, hidden) in hidden.iter_mut().enumerate() {
        let items = interactions.items_of(actor);
        // Drawn for every actor alike, so that whom `of` takes does not change what another one loses.
        let mut drawn: Vec<(u64, usize)> = items.iter().map(|item| (random.next(), *item)).collect();
        if items.len() < rule.at_least.max(2) || !of(actor) {
            continue;
        }
        drawn.sort_unstable();
        let most = items.len() - 1;
        let few = ((items.len() * numerator + denominator / 2) / denominator).clamp(1, most);
        *hidden = drawn.into_iter().take(few).map(|(_, item)| item).collect();
        hidden.sort_unstable();
    }
    HoldOut { known: interactions.without(&hidden), hidden }
}

/// Seeded numbers (`SplitMix64`).
#[derive(Debug)]
pub(super) struct Sequence(u64);

impl Sequence {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_is_lost_and_nobody_loses_all(
            pairs in prop::collection::vec((0usize..8, 0usize..20), 0..80), at_least in 0usize..6, seed: u64,
        ) {
            let matrix = Interactions::new(8, 20, pairs).unwrap();
            let rule = HoldOutRule { share: (2, 5), at_least, seed };
            let split = hold_out(&matrix, rule, |actor| actor != 3);
            prop_assert_eq!(&split, &hold_out(&matrix, rule, |actor| actor != 3));
            prop_assert!(split.hidden[3].is_empty());
            for actor in 0..8 {
                let (known, hidden) = (split.known.items_of(actor), &split.hidden[actor]);
                prop_assert!(hidden.iter().all(|item| !known.contains(item)), "hidden items must not leak");
                prop_assert!(hidden.is_empty() || (!known.is_empty() && known.len() + hidden.len() >= at_least));
                let mut all = [known, hidden].concat();
                all.sort_unstable();
                prop_assert_eq!(all, matrix.items_of(actor));
            }
        }
    }
}
