//! What people do with each other in whole steps: each function does, in one unit of work, everything that belongs to
//! what happened, and tells it.
//!
//! Each takes the lock of the two whom it is about before it looks, so that of two who act at once the second sees what
//! the first did: who ask each other at once are connected, and who is blocked is not connected a moment later. Who
//! counts against a quota locks that first; nobody waits in a circle.

mod barrier;
mod follow;
mod request;

use smilefactory_core::error::InvalidTransition;
use smilefactory_core::id::AccountId;
use smilefactory_core::social::{ConnectionRefused, Pair};

pub use self::barrier::{block, mute, unblock, unmute};
pub use self::follow::{follow, unfollow};
pub use self::request::{accept, ask, decline, expire_due, remove, withdraw};
use crate::error::StoreError;
use crate::repo::profile::ReadProfiles;
use crate::repo::social::{ReadRelations, WriteRelations};
use crate::tx::WriteTx;

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum SocialError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] ConnectionRefused),
    /// Whom it is about is not there, or not for who asks: both are told in the same words.
    #[error("there is no such {0}")]
    NotThere(&'static str),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InvalidTransition> for SocialError {
    fn from(refused: InvalidTransition) -> Self {
        Self::Refused(refused.into())
    }
}

/// What a step gives back.
pub type Result<T> = std::result::Result<T, SocialError>;

/// Locks the two, of whom the second is not there when they are one.
async fn hold(tx: &mut WriteTx, one: AccountId, other: AccountId) -> Result<Pair> {
    let pair = Pair::new(one, other).ok_or(ConnectionRefused::Oneself)?;
    tx.relations().lock_pair(pair).await?;
    Ok(pair)
}

/// The profile of somebody whom `viewer` sees; all others are not there.
async fn seen(
    tx: &mut WriteTx,
    viewer: AccountId,
    owner: AccountId,
) -> Result<smilefactory_core::profile::Profile> {
    let class = tx.relations().class_of(viewer, owner).await?;
    let profile = tx.profiles().get(owner).await?;
    profile.filter(|profile| profile.is_seen_by(class)).ok_or(SocialError::NotThere("profile"))
}
