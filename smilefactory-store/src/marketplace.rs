//! The marketplace in whole steps: each function does, in one unit of work, everything that belongs to what happened, and
//! tells it.
//!
//! What two people are to each other is held first, then the listing, then the inquiry: of two who act at once the second
//! sees what the first did, and nobody waits in a circle. So one thing is kept for one buyer, and sold once.
//!
//! A listing or an inquiry that is not for whoever asks, and one of somebody whom a block stands between, is
//! [`MarketplaceError::NotThere`].

mod inquiry;
mod listing;
mod review;

use smilefactory_core::error::InvalidTransition;
use smilefactory_core::id::AccountId;
use smilefactory_core::marketplace::MarketplaceRefused;
use smilefactory_core::validation::Violations;

pub use self::inquiry::{agree, ask, cancel, complete, lapse, lapse_due, say};
pub use self::listing::{
    delete, draft, edit, expire_due, publish, save, take_off, unsave, view, visible, withdraw,
};
pub use self::review::review;
use crate::error::StoreError;
use crate::repo::marketplace::{ReadInquiries, WriteInquiries, WriteListings, WriteReviews};
use crate::tx::WriteTx;

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MarketplaceError {
    /// The rules refuse it.
    #[error(transparent)]
    Refused(#[from] MarketplaceRefused),
    /// What was sent is not as it must be.
    #[error("the input is not valid")]
    Invalid(#[from] Violations),
    /// There is no such thing for this one: a listing, an inquiry.
    #[error("there is no such {0}")]
    NotThere(&'static str),
    /// The store did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<InvalidTransition> for MarketplaceError {
    fn from(refused: InvalidTransition) -> Self {
        Self::Refused(refused.into())
    }
}

/// What a step gives back.
pub type Result<T> = std::result::Result<T, MarketplaceError>;

/// Takes out at most `most` of what somebody who is erased did here: their open inquiries end, what they offered is gone or
/// empty, what they said is nobody's to read. Says how much there was: to be called until there is nothing.
pub(crate) async fn erase(
    tx: &mut WriteTx,
    account: AccountId,
    most: u16,
) -> std::result::Result<u64, StoreError> {
    let open = tx.inquiries().open_of(account, most).await?;
    let ended = u64::try_from(open.len()).unwrap_or_default();
    for id in open {
        inquiry::end_for(tx, id, account).await.map_err(|error| match error {
            MarketplaceError::Store(error) => error,
            refused => {
                StoreError::internal(format!("an inquiry of somebody who is erased goes on: {refused}"))
            }
        })?;
    }
    if ended > 0 {
        return Ok(ended);
    }
    Ok(tx.listings().erase(account, most).await?
        + tx.inquiries().erase(account, most).await?
        + tx.reviews().erase(account, most).await?)
}
