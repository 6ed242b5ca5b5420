//! Erasing a person: what they said is gone, and others keep their groups.

use smilefactory_core::id::{AccountId, ConversationId};
use smilefactory_core::messaging::{MemberRole, MemberState, Membership, MessagingRefused};

use crate::error::{Result, StoreError};
use crate::repo::messaging::{ReadMembers, WriteConversations, WriteMembers, WriteMessages, WriteSignals};
use crate::tx::WriteTx;

/// Takes out up to `most` of what somebody said in conversations, of what they did there, and of the groups that they
/// belong to, and says how much there was: to be called until there is nothing.
///
/// A message keeps its number, and nobody sent it. The conversation of two stays with the other. A group that would have
/// no owner is given to whoever has looked after it longest, or else has been in it longest.
pub(crate) async fn erase(tx: &mut WriteTx, account: AccountId, most: u16) -> Result<u64> {
    let sent = tx.messages().erase_sent(account, most).await?;
    for fact in sent.deleted {
        tx.tell(fact)?;
    }
    // One after the other: whoever holds conversations comes to others in the order of their ids only.
    if sent.found > 0 {
        return Ok(sent.found);
    }
    let others = tx.messages().erase_reactions(account, most).await?
        + tx.conversations().erase_beginner(account, most).await?
        + u64::from(tx.signals().erase(account).await?);
    if others > 0 {
        return Ok(others);
    }
    let mut parted = 0;
    for group in tx.members().groups_of(account, most).await? {
        part(tx, group, account).await?;
        parted += 1;
    }
    Ok(parted)
}

fn never(refused: MessagingRefused) -> StoreError {
    StoreError::internal(format!("somebody who is erased still belongs to a group: {refused}"))
}

async fn part(tx: &mut WriteTx, group: ConversationId, account: AccountId) -> Result<()> {
    let Some(mut conversation) = tx.conversations().lock(group).await? else { return Ok(()) };
    let Some(member) = tx.members().get(group, account).await? else { return Ok(()) };
    let gone = match member.state {
        MemberState::Active => {
            let last = member.role == MemberRole::Owner && conversation.owners == 1;
            if last && let Some(heir) = tx.members().heir(group, account).await? {
                let (heir, changed) =
                    member.change_role(&conversation, &heir, MemberRole::Owner).map_err(never)?;
                tx.members().save(&heir).await?;
                tx.tell(changed)?;
                conversation.owners += 1;
            }
            let (gone, left) = member.leave(&conversation).map_err(never)?;
            tx.tell(left)?;
            gone
        }
        MemberState::Request | MemberState::Requested => {
            Membership { state: MemberState::Declined, ..member }
        }
        MemberState::Declined | MemberState::Left | MemberState::Removed => return Ok(()),
    };
    tx.members().save(&gone).await
}
