//! A blend that finds its own weights.

use super::blend::{outside, signal};
use super::holdout::Sequence;
use super::{Blend, HoldOutRule, Interactions, Model, RankedExample, Unfit, fit_weights, hold_out};

/// How [`learn_blend`] learns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LearnSettings {
    /// Actors are parted in so many groups, from 1. The parts are fitted once a group, so time grows with it; with few groups
    /// much is hidden at once, and the parts are learned from a matrix that is thinner than the one they will serve.
    pub groups: usize,
    /// What is hidden of each actor of a group. Its seed also parts the groups.
    pub hide: HoldOutRule,
    /// Pulls all weights towards zero, above zero. See [`fit_weights`].
    pub ridge: f64,
}

impl Default for LearnSettings {
    /// Five groups, two in five hidden of who has at least two items, and a ridge of 100.
    fn default() -> Self {
        Self { groups: 5, hide: HoldOutRule { share: (2, 5), at_least: 2, seed: 1 }, ridge: 100.0 }
    }
}

/// Blends models by weights learned from the matrix itself.
///
/// A part of each group's items is hidden, the parts are fitted to what is left, and the weights are those under which what
/// was hidden comes out on top. So no part ever scores an item it has seen in the history it is judged by. Then the parts are
/// fitted to the whole matrix.
///
/// `parts` makes the models for a matrix; it must make the same kinds in the same order every time.
pub fn learn_blend(
    interactions: &Interactions,
    settings: LearnSettings,
    parts: impl Fn(&Interactions) -> Result<Vec<Box<dyn Model>>, Unfit>,
) -> Result<Blend, Unfit> {
    if settings.groups == 0 {
        return Err(Unfit("learning needs at least one group of actors"));
    }
    let groups = u64::try_from(settings.groups).unwrap_or(u64::MAX);
    let mut random = Sequence::new(settings.hide.seed ^ 0x6772_6f75_7073);
    let group_of: Vec<u64> = (0..interactions.actors()).map(|_| random.next() % groups).collect();
    let mut examples = Vec::new();
    for group in 0..groups {
        let split = hold_out(interactions, settings.hide, |actor| group_of.get(actor) == Some(&group));
        if split.hidden.iter().all(Vec::is_empty) {
            continue;
        }
        let fitted = parts(&split.known)?;
        for (actor, hidden) in split.hidden.iter().enumerate().filter(|(_, hidden)| !hidden.is_empty()) {
            examples.push(example(&fitted, interactions.items(), split.known.items_of(actor), hidden));
        }
    }
    let parts = parts(interactions)?;
    let weights = fit_weights(&examples, settings.ridge)?;
    // Nothing could be hidden: nothing is known of the parts but that somebody chose them.
    let weights = if weights.is_empty() { vec![1.0; parts.len()] } else { weights };
    if weights.len() != parts.len() {
        return Err(Unfit("the parts of a learned blend must be the same every time"));
    }
    Ok(Blend::of(weights.into_iter().zip(parts)))
}

fn example(parts: &[Box<dyn Model>], items: usize, history: &[usize], hidden: &[usize]) -> RankedExample {
    let open = outside(items, history);
    RankedExample {
        signals: parts.iter().map(|part| signal(&part.scores(history), &open)).collect(),
        taken: hidden.iter().filter_map(|item| open.binary_search(item).ok()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interaction::{ActorNeighbours, Ease, Prior, Similarity, top};

    /// Two circles of actors, each with its own items.
    fn circles() -> Interactions {
        let pairs = (0..20).flat_map(|actor| {
            let base = if actor % 2 == 0 { 0 } else { 6 };
            (0..4).map(move |k| (actor, base + (actor / 2 + k) % 6))
        });
        Interactions::new(20, 12, pairs).unwrap()
    }

    fn parts(matrix: &Interactions) -> Result<Vec<Box<dyn Model>>, Unfit> {
        let noise = (0..matrix.items()).map(|item| if item % 3 == 0 { 1.0 } else { 0.0 }).collect();
        Ok(vec![
            Box::new(ActorNeighbours::fit(matrix, Similarity::default())),
            Box::new(Prior::new(noise)),
            Box::new(Ease::fit(matrix, 1.0)?),
        ])
    }

    #[test]
    fn learns_what_tells_and_what_does_not() {
        let settings = LearnSettings { ridge: 1.0, ..LearnSettings::default() };
        let blend = learn_blend(&circles(), settings, parts).unwrap();
        let weights: Vec<f64> = blend.weights().collect();
        assert!(weights[0] > 1.0 && weights[0] > 3.0 * weights[1].abs(), "{weights:?}");
        let mut ranked = top(&blend, circles().items_of(0), 2);
        ranked.sort_unstable();
        assert_eq!(ranked, [4, 5], "the rest of the own circle comes first");
        let again = learn_blend(&circles(), settings, parts).unwrap();
        assert_eq!(weights, again.weights().collect::<Vec<_>>());
    }

    #[test]
    fn without_anything_to_hide_all_parts_count_alike() {
        let matrix = Interactions::new(2, 3, [(0, 1)]).unwrap();
        let blend = learn_blend(&matrix, LearnSettings::default(), parts).unwrap();
        assert_eq!(blend.weights().collect::<Vec<_>>(), [1.0, 1.0, 1.0]);
    }

    #[test]
    fn parts_never_see_what_they_are_judged_by() {
        let sizes = std::cell::RefCell::new(Vec::new());
        let matrix = circles();
        learn_blend(&matrix, LearnSettings::default(), |matrix| {
            sizes.borrow_mut().push(matrix.len());
            parts(matrix)
        })
        .unwrap();
        let sizes = sizes.into_inner();
        let (last, before) = sizes.split_last().unwrap();
        assert_eq!(*last, matrix.len());
        // Everybody has four items and loses two of them in the group they are in.
        assert_eq!(before.iter().map(|size| matrix.len() - size).sum::<usize>(), 20 * 2, "{sizes:?}");
    }
}
