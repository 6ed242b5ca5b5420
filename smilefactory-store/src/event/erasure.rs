//! Erasing a person: where they came to, and what they organised.

use smilefactory_core::event::{EventDeleted, OrganiserRemoved};
use smilefactory_core::id::{AccountId, EventId};

use super::{EventError, pass_on};
use crate::error::{Result, StoreError};
use crate::repo::event::{ReadEvents, WriteEventFeeds, WriteEvents, WriteProgrammes, WriteRegistrations};
use crate::tx::WriteTx;

/// Takes out up to `most` of what somebody had to do with events, and says how much there was: to be called until
/// there is nothing.
///
/// Their registrations are gone, and their seats are offered to the next. An event that others organise, too, stays
/// with them; one that nobody else organises is gone with all that belongs to it.
pub(crate) async fn erase(tx: &mut WriteTx, account: AccountId, most: u16) -> Result<u64> {
    // One event after the other, in the order of their ids: whoever holds events comes to others in this order only.
    let registrations = tx.registrations().list_of_erased(account, most).await?;
    for (registration, id) in &registrations {
        let event = tx.events().lock(*id).await?;
        tx.registrations().delete(*registration).await?;
        if let Some(event) = event {
            pass_on(tx, &event).await.map_err(never)?;
        }
    }
    if !registrations.is_empty() {
        return Ok(count(registrations.len()));
    }
    if tx.event_feeds().delete(account).await? {
        return Ok(1);
    }
    let invited = tx.registrations().forget_inviter(account, most).await?;
    if invited > 0 {
        return Ok(invited);
    }
    let spoke = tx.programmes().forget_speaker(account, most).await?;
    if spoke > 0 {
        return Ok(spoke);
    }
    let events = tx.events().list_of_erased(account, most).await?;
    for id in &events {
        part(tx, *id, account).await?;
    }
    Ok(count(events.len()))
}

fn count(found: usize) -> u64 {
    u64::try_from(found).unwrap_or(u64::MAX)
}

fn never(error: EventError) -> StoreError {
    match error {
        EventError::Store(error) => error,
        refused => {
            StoreError::internal(format!("a seat of somebody who is erased is not passed on: {refused}"))
        }
    }
}

async fn part(tx: &mut WriteTx, id: EventId, account: AccountId) -> Result<()> {
    let Some(event) = tx.events().lock(id).await? else { return Ok(()) };
    let others = tx.events().organisers(id).await?.iter().any(|organiser| organiser.account != account);
    if !others {
        tx.events().delete(id).await?;
        tx.tell(EventDeleted { event: id })?;
        return Ok(());
    }
    if tx.events().remove_organiser(id, account).await? {
        tx.tell(OrganiserRemoved { event: id, account, by: account })?;
    }
    if event.created_by == Some(account) {
        tx.events().forget_maker(id).await?;
    }
    Ok(())
}
