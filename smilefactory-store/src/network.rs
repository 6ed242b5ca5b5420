//! What goes on in networks: connections get stronger by what people do with each other, and people are introduced.

mod fold;
mod introduce;

use smilefactory_core::error::InvalidTransition;
use smilefactory_core::social::IntroductionRefused;

pub use self::fold::{READER, Strengths};
pub use self::introduce::{ask, decline, grant, paths};
use crate::error::StoreError;

/// Why nobody was introduced.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] IntroductionRefused),
    /// What became of the question before does not allow it.
    #[error(transparent)]
    State(#[from] InvalidTransition),
    /// Who or what it is about is not there, or not for who asks: both are told in the same words.
    #[error("there is no such {0}")]
    NotThere(&'static str),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is given back.
pub type Result<T> = std::result::Result<T, NetworkError>;
