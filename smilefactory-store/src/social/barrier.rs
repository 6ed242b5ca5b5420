//! Blocking and muting somebody, and not any more.

use smilefactory_core::id::AccountId;
use smilefactory_core::social::{Block, ConnectionRefused, Follow, Mute, Pair};

use super::{Result, SocialError, hold};
use crate::repo::identity::ReadAccounts;
use crate::repo::social::{
    WriteBlocks, WriteConnectionRequests, WriteConnections, WriteFollows, WriteMutes,
};
use crate::tx::WriteTx;

/// `account` blocks `other`: the two are connected no more, neither has asked the other or follows them, and neither
/// sees anything of the other from the commit on. `false` when they were blocked already.
///
/// One may block whoever is in the community, also who blocked first: that somebody cannot be blocked would tell it.
pub async fn block(tx: &mut WriteTx, account: AccountId, other: AccountId) -> Result<bool> {
    let set = Block::set(account, other).ok_or(ConnectionRefused::Oneself)?;
    let pair = hold(tx, account, other).await?;
    exists(tx, other).await?;
    if !tx.blocks().insert(account, other).await? {
        return Ok(false);
    }
    part(tx, pair, account).await?;
    tx.tell(set)?;
    Ok(true)
}

/// `account` blocks `other` no more; what the block ended does not come back. `false` when they did not.
pub async fn unblock(tx: &mut WriteTx, account: AccountId, other: AccountId) -> Result<bool> {
    hold(tx, account, other).await?;
    let lifted = tx.blocks().delete(account, other).await?;
    if lifted {
        tx.tell(Block::lift(account, other))?;
    }
    Ok(lifted)
}

/// `account` is shown no lists with what `other` does, who does not learn of it. `false` when it was so already.
pub async fn mute(tx: &mut WriteTx, account: AccountId, other: AccountId) -> Result<bool> {
    let set = Mute::set(account, other).ok_or(ConnectionRefused::Oneself)?;
    hold(tx, account, other).await?;
    exists(tx, other).await?;
    let muted = tx.mutes().insert(account, other).await?;
    if muted {
        tx.tell(set)?;
    }
    Ok(muted)
}

/// `account` mutes `other` no more; `false` when they did not.
pub async fn unmute(tx: &mut WriteTx, account: AccountId, other: AccountId) -> Result<bool> {
    hold(tx, account, other).await?;
    let lifted = tx.mutes().delete(account, other).await?;
    if lifted {
        tx.tell(Mute::lift(account, other))?;
    }
    Ok(lifted)
}

async fn exists(tx: &mut WriteTx, account: AccountId) -> Result<()> {
    tx.accounts().get(account).await?.map(|_| ()).ok_or(SocialError::NotThere("account"))
}

/// Ends everything that two who are locked have with each other, because `by` blocks the other.
async fn part(tx: &mut WriteTx, pair: Pair, by: AccountId) -> Result<()> {
    if let Some(connection) = tx.connections().delete(pair).await? {
        tx.tell(connection.remove(by))?;
    }
    let now = tx.now();
    if let Some(request) = tx.connection_requests().lock_pending(pair).await? {
        if request.expires_at <= now {
            let (expired, fact) = request.expire(now)?;
            tx.connection_requests().update(&expired).await?;
            tx.tell(fact)?;
        } else if request.from == by {
            let (withdrawn, fact) = request.withdraw(by, now)?;
            tx.connection_requests().update(&withdrawn).await?;
            tx.tell(fact)?;
        } else {
            let (declined, fact) = request.decline(by, now)?;
            tx.connection_requests().update(&declined).await?;
            tx.tell(fact)?;
        }
    }
    for (account, other) in [(pair.low(), pair.high()), (pair.high(), pair.low())] {
        if tx.follows().delete(account, other).await? {
            tx.tell(Follow::end(account, other))?;
        }
    }
    Ok(())
}
