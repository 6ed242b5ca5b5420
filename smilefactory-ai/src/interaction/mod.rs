//! Who acted on what, and what follows from it: recommendation by behaviour.
//!
//! Everything starts from one sparse matrix, [`Interactions`]. A [`Model`] is fitted to it and then scores every item for
//! a *history*, the items somebody acted on; so it also serves people who were not there when it was fitted. All models
//! are deterministic.
//!
//! | model | idea | with an empty history |
//! |---|---|---|
//! | [`Popularity`] | what many acted on | the same as for everybody |
//! | [`ActorNeighbours`] | what those acted on who acted on the same | all zero |
//! | [`ItemNeighbours`] | items acted on by the same people | all zero |
//! | [`Ease`] | each item predicted from all others, in closed form | all zero |
//! | [`Als`] | actors and items as points in a small space | all zero |
//! | [`ItemLikeness`] | items like those in the history, by what they are | all zero |
//! | [`KindredActors`] | what those acted on whose items are like these | all zero |
//! | [`Prior`] | a score known beforehand | the same as for everybody |
//! | [`Blend`] | several of them, each standardised, with weights | what its parts fall back to |
//!
//! Put [`Popularity`] in a [`Blend`] and nobody gets an empty answer. [`learn_blend`] learns the weights by hiding a part of
//! the matrix from the models and looking what finds it again; [`hold_out`] hides, also to measure.
//!
//! ```
//! use smilefactory_ai::interaction::{ActorNeighbours, Blend, Interactions, Popularity, Similarity, top};
//!
//! // Actors 0 and 1 both took items 0 and 1; actor 1 took 2 as well; many others took 3.
//! let acts = [(0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (2, 3), (3, 3), (4, 3)];
//! let matrix = Interactions::new(5, 4, acts)?;
//! let blend = Blend::default()
//!     .with(0.2, Popularity::fit(&matrix))
//!     .with(1.0, ActorNeighbours::fit(&matrix, Similarity::default()));
//!
//! assert_eq!(top(&blend, matrix.items_of(0), 10), [2, 3]); // what a kindred actor took, then what many took
//! assert_eq!(top(&blend, &[], 1), [3]); // nothing known: what many took
//! # Ok::<(), smilefactory_ai::interaction::OutOfRange>(())
//! ```

mod als;
mod blend;
mod ease;
mod holdout;
mod learn;
mod learned;
mod likeness;
mod linalg;
mod matrix;
mod neighbours;
mod popularity;

use std::collections::HashSet;
use std::fmt;

pub use self::als::{Als, AlsSettings};
pub use self::blend::{Blend, standardise};
pub use self::ease::Ease;
pub use self::holdout::{HoldOut, HoldOutRule, hold_out};
pub use self::learn::{RankedExample, fit_weights};
pub use self::learned::{LearnSettings, learn_blend};
pub use self::likeness::{ItemLikeness, KindredActors};
pub use self::matrix::{Interactions, OutOfRange};
pub use self::neighbours::{ActorNeighbours, ItemNeighbours, Similarity};
pub use self::popularity::{Popularity, Prior};

/// Scores all items for somebody of whom only a history is known.
pub trait Model: fmt::Debug + Send + Sync {
    /// One score an item, higher is better, the scale is the model's own. What the history holds is scored too, and the
    /// caller leaves it out ([`top`] does). Items of the history that the model does not know are ignored.
    fn scores(&self, history: &[usize]) -> Vec<f64>;
}

/// A model cannot be fitted with these settings or data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unfit(pub(crate) &'static str);

/// The best `most` items for a history that are not in it, best first; equal scores by number.
pub fn top(model: &dyn Model, history: &[usize], most: usize) -> Vec<usize> {
    let known: HashSet<usize> = history.iter().copied().collect();
    let mut ranked: Vec<(usize, f64)> =
        model.scores(history).into_iter().enumerate().filter(|(item, _)| !known.contains(item)).collect();
    ranked.sort_by(|(item, score), (other, least)| least.total_cmp(score).then(item.cmp(other)));
    ranked.into_iter().take(most).map(|(item, _)| item).collect()
}
