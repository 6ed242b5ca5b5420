//! Following somebody, and not any more.

use smilefactory_core::id::AccountId;
use smilefactory_core::social::{ConnectionRefused, Follow};

use super::{Result, hold, seen};
use crate::repo::social::{ReadFollows, WriteFollows};
use crate::tx::WriteTx;

/// `account` follows somebody whom they see; whoever does already keeps the time since when.
pub async fn follow(tx: &mut WriteTx, account: AccountId, other: AccountId) -> Result<Follow> {
    let begun = Follow::begin(account, other).ok_or(ConnectionRefused::Oneself)?;
    hold(tx, account, other).await?;
    seen(tx, account, other).await?;
    if tx.follows().insert(account, other).await? {
        tx.tell(begun)?;
    }
    let there = tx.follows().get(account, other).await?;
    Ok(there.unwrap_or(Follow { account: other, since: tx.now() }))
}

/// `account` follows `other` no more, whoever that is; `false` when they did not.
pub async fn unfollow(tx: &mut WriteTx, account: AccountId, other: AccountId) -> Result<bool> {
    let followed = tx.follows().delete(account, other).await?;
    if followed {
        tx.tell(Follow::end(account, other))?;
    }
    Ok(followed)
}
