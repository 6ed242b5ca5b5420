//! Taking out what somebody who is erased was to others.

use smilefactory_core::id::AccountId;
use smilefactory_core::social::{Block, Mute};

use super::barrier::part;
use super::{Result, hold};
use crate::repo::social::{ReadRelations, WriteBlocks, WriteConnectionRequests, WriteMutes};
use crate::tx::WriteTx;

/// Ends what an erased person and at most `most` others were to each other, in both directions, with every request that
/// one of them ever sent the other. Says how many others there were: to be called until there are none.
pub(crate) async fn erase(tx: &mut WriteTx, account: AccountId, most: u16) -> Result<usize> {
    let others = tx.relations().others_of(account, most).await?;
    for other in &others {
        let pair = hold(tx, account, *other).await?;
        part(tx, pair, account).await?;
        for (who, whom) in [(account, *other), (*other, account)] {
            if tx.blocks().delete(who, whom).await? {
                tx.tell(Block::lift(who, whom))?;
            }
            if tx.mutes().delete(who, whom).await? {
                tx.tell(Mute::lift(who, whom))?;
            }
        }
        tx.connection_requests().erase(account, *other).await?;
    }
    Ok(others.len())
}
