//! Every model of who acted on what: known answers, cold starts, order, bad settings.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use proptest::prelude::*;
use smilefactory_ai::interaction::{
    ActorNeighbours, Als, AlsSettings, Blend, Ease, Interactions, ItemLikeness, ItemNeighbours,
    KindredActors, Model, OutOfRange, Popularity, RankedExample, Similarity, fit_weights, top,
};

const COSINE: Similarity = Similarity { normalisation: 0.5, shrinkage: 0.0 };

/// Actors 0–2 share items 0–2, actors 3–5 share items 3–5; actor 0 lacks item 2 and actor 3 lacks item 5.
fn circles() -> Interactions {
    let pairs = (0..6).flat_map(|actor| (0..3).map(move |k| (actor, actor / 3 * 3 + k)));
    Interactions::new(6, 6, pairs.filter(|pair| ![(0, 2), (3, 5)].contains(pair))).unwrap()
}

fn models(matrix: &Interactions) -> Vec<(&'static str, Box<dyn Model>)> {
    let near = ItemLikeness::new(matrix.items(), |i, j| if i / 3 == j / 3 { 1.0 } else { 0.0 });
    vec![
        ("actor neighbours", Box::new(ActorNeighbours::fit(matrix, Similarity::default()))),
        ("item neighbours", Box::new(ItemNeighbours::fit(matrix, Similarity::default()))),
        ("EASE", Box::new(Ease::fit(matrix, 1.0).unwrap())),
        (
            "ALS",
            Box::new(
                Als::fit(matrix, AlsSettings { factors: 4, ridge: 0.1, ..AlsSettings::default() }).unwrap(),
            ),
        ),
        ("likeness", Box::new(near.clone())),
        ("kindred actors", Box::new(KindredActors::fit(matrix, near, 4))),
        ("blend", Box::new(Blend::default().with(1.0, Ease::fit(matrix, 1.0).unwrap()))),
    ]
}

fn close(found: &[f64], expected: &[f64]) -> bool {
    found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9)
}

#[test]
fn every_model_finds_what_is_missing_from_the_own_circle() {
    let matrix = circles();
    for (name, model) in models(&matrix) {
        assert_eq!(top(model.as_ref(), matrix.items_of(0), 1), [2], "{name}");
        assert_eq!(top(model.as_ref(), matrix.items_of(3), 1), [5], "{name}");
    }
}

#[test]
fn every_model_copes_with_nothing_and_with_the_unknown() {
    let matrix = circles();
    for (name, model) in models(&matrix) {
        assert!(close(&model.scores(&[]), &[0.0; 6]), "{name}");
        let beside = model.scores(&[0, 1, 999]);
        assert!(beside.len() == 6 && beside.iter().all(|score| score.is_finite()), "{name}");
        assert_eq!(top(model.as_ref(), &[0, 1, 999], 1), [2], "{name}");
    }
    for (name, model) in models(&Interactions::new(0, 0, []).unwrap()) {
        assert!(model.scores(&[]).is_empty(), "{name}");
    }
}

#[test]
fn neighbours_of_a_hand_computed_matrix() {
    // Actor 0 took {0, 1}, actor 1 {0, 2}, actor 2 {3}. Of the history {0, 1} actor 0 shares 2 of 2, actor 1 shares 1.
    let matrix = Interactions::new(3, 4, [(0, 0), (0, 1), (1, 0), (1, 2), (2, 3)]).unwrap();
    let actors = ActorNeighbours::fit(&matrix, COSINE).scores(&[0, 1]);
    assert!(close(&actors, &[1.5, 1.0, 0.5, 0.0]), "{actors:?}");
    // Items 0 and 1 share actor 0: 1/√(2·1). Items 0 and 2 share actor 1: the same. Items 1 and 2 share nobody.
    let half = 0.5f64.sqrt();
    let items = ItemNeighbours::fit(&matrix, COSINE).scores(&[0, 1]);
    assert!(close(&items, &[half, half, half, 0.0]), "{items:?}");
}

#[test]
fn ease_of_a_hand_computed_matrix() {
    // Two items, both taken by two actors, item 0 by a third. XᵀX + 1 = [4 2; 2 3], its inverse [3 -2; -2 4] / 8.
    // B₀₁ = −(−2/8) / (4/8) = 1/2 and B₁₀ = −(−2/8) / (3/8) = 2/3.
    let matrix = Interactions::new(3, 2, [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)]).unwrap();
    let ease = Ease::fit(&matrix, 1.0).unwrap();
    assert!(close(&ease.scores(&[0]), &[0.0, 0.5]) && close(&ease.scores(&[1]), &[2.0 / 3.0, 0.0]));
}

#[test]
fn popularity_is_the_same_for_everybody() {
    let model = Popularity::fit(&Interactions::new(3, 3, [(0, 1), (1, 1), (2, 2)]).unwrap());
    assert_eq!((top(&model, &[], 3), top(&model, &[1], 3)), (vec![1, 2, 0], vec![2, 0]));
}

#[test]
fn a_seed_decides_and_nothing_else() {
    let matrix = circles();
    let with = |seed| Als::fit(&matrix, AlsSettings { seed, ..AlsSettings::default() }).unwrap().scores(&[0]);
    assert_eq!(with(3), with(3));
    assert_ne!(with(3), with(4));
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    assert_eq!(Interactions::new(1, 1, [(0, 1)]), Err(OutOfRange { actor: 0, item: 1 }));
    let matrix = circles();
    for ridge in [0.0, -1.0, f64::NAN] {
        assert!(Ease::fit(&matrix, ridge).is_err());
        assert!(Als::fit(&matrix, AlsSettings { ridge, ..AlsSettings::default() }).is_err());
        assert!(fit_weights(&[], ridge).is_err());
    }
    assert!(Als::fit(&matrix, AlsSettings { factors: 0, ..AlsSettings::default() }).is_err());
    let uneven = RankedExample { signals: vec![vec![1.0, 2.0], vec![1.0]], taken: vec![0] };
    let beyond = RankedExample { signals: vec![vec![1.0]], taken: vec![1] };
    let nan = RankedExample { signals: vec![vec![f64::NAN]], taken: vec![0] };
    for bad in [uneven, beyond, nan] {
        assert!(fit_weights(&[bad], 1.0).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_pairs_does_not_matter(pairs in prop::collection::vec((0usize..6, 0usize..6), 1..30)) {
        let (forward, backward) = (pairs.iter().copied(), pairs.iter().rev().copied());
        let (a, b) = (Interactions::new(6, 6, forward).unwrap(), Interactions::new(6, 6, backward).unwrap());
        for ((name, one), (_, other)) in models(&a).into_iter().zip(models(&b)) {
            prop_assert_eq!(one.scores(&[0, 2]), other.scores(&[0, 2]), "{}", name);
        }
    }

    /// Newton's end is the maximum: no small change of one weight makes the likelihood less its ridge better.
    #[test]
    fn learned_weights_cannot_be_improved(
        values in prop::collection::vec(-3.0f64..3.0, 24), taken in prop::collection::vec(prop::sample::subsequence(vec![0usize, 1, 2, 3], 0..4), 3),
    ) {
        let examples: Vec<RankedExample> = values.chunks(8).zip(&taken).map(|(v, taken)| RankedExample {
            signals: v.chunks(4).map(<[f64]>::to_vec).collect(),
            taken: taken.clone(),
        }).collect();
        let objective = |w: &[f64]| -> f64 {
            let fit: f64 = examples.iter().map(|e| {
                let sums: Vec<f64> = (0..4).map(|i| e.signals.iter().zip(w).map(|(s, w)| s.get(i).unwrap() * w).sum()).collect();
                let total: f64 = sums.iter().map(|s: &f64| s.exp()).sum();
                e.taken.iter().map(|i| sums.get(*i).unwrap() - total.ln()).sum::<f64>()
            }).sum();
            fit - 0.25 * w.iter().map(|w| w * w).sum::<f64>()
        };
        let weights = fit_weights(&examples, 0.5).unwrap();
        let best = objective(&weights);
        for signal in 0..2 {
            for change in [-1e-3, 1e-3] {
                let mut other = weights.clone();
                *other.get_mut(signal).unwrap() += change;
                prop_assert!(objective(&other) <= best + 1e-10);
            }
        }
    }
}
