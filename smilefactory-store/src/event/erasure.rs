//! Erasing a person: where they came to, and what they organised.

use chrono::TimeDelta;
use smilefactory_core::event::{EventDeleted, OrganiserRemoved, RegistrationState};
use smilefactory_core::id::{AccountId, EventId};

use super::{EventError, pass_on};
use crate::error::{Result, StoreError};
use crate::repo::event::{
    ReadEvents, ReadRegistrations, WriteEventFeeds, WriteEvents, WriteProgrammes, WriteRegistrations,
    WriteSeries,
};
use crate::tx::WriteTx;

/// Takes out up to `most` of what somebody had to do with events, and says how much there was: to be called until
/// there is nothing.
///
/// Their registrations are gone, and their seats are offered to the next; nobody is given their files any more. An
/// event that others organise, too, stays with them; one that nobody else organises is gone with all that belongs to
/// it, and so is a series of such events. If others have to do with it still, it is called off first, keeps its title
/// alone, and is gone after 30 days.
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
    let files = tx.programmes().erase_files(account, most).await?;
    if files > 0 {
        return Ok(files);
    }
    let events = tx.events().list_of_erased(account, most).await?;
    for id in &events {
        part(tx, *id, account).await?;
    }
    if !events.is_empty() {
        return Ok(count(events.len()));
    }
    tx.series().forget_maker(account, most).await
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

/// Who is told when an event is called off.
const CONCERNED: &[RegistrationState] = &[
    RegistrationState::Invited,
    RegistrationState::Requested,
    RegistrationState::Going,
    RegistrationState::Maybe,
    RegistrationState::Waitlisted,
    RegistrationState::Offered,
];

/// How long an event stays that nobody organises any more, so that those who had to do with it read that it will not
/// be.
const ABANDONED: TimeDelta = TimeDelta::days(30);

/// Takes out one event that was called off because who organised it was erased, after 30 days; `false` when there is
/// none.
pub async fn forget_abandoned(tx: &mut WriteTx) -> super::Result<bool> {
    let before = tx.now() - ABANDONED;
    let Some(event) = tx.events().find_abandoned(before).await? else { return Ok(false) };
    if let Some(series) = event.series {
        tx.series().lock(series).await?;
    }
    tx.events().delete(event.id).await?;
    tx.tell(EventDeleted { event: event.id })?;
    if let Some(series) = event.series {
        tx.series().delete_empty(series).await?;
    }
    Ok(true)
}

async fn part(tx: &mut WriteTx, id: EventId, account: AccountId) -> Result<()> {
    let Some(event) = tx.events().lock(id).await? else { return Ok(()) };
    let others = tx.events().organisers(id).await?.iter().any(|organiser| organiser.account != account);
    if !others {
        let concerned = tx.registrations().list_accounts(id, CONCERNED, None).await?;
        // Those who have to do with it are told that it will not be, for which it has to be there.
        let abandoned = match event.clone().abandon(account, tx.now()) {
            Ok(abandoned) if !concerned.is_empty() => abandoned,
            _ => {
                tx.events().delete(id).await?;
                tx.tell(EventDeleted { event: id })?;
                return Ok(());
            }
        };
        let (event, cancelled) = abandoned;
        tx.events().update(&event).await?;
        tx.programmes().clear(id).await?;
        tx.events().forget_maker(id).await?;
        tx.tell(cancelled)?;
    }
    if tx.events().remove_organiser(id, account).await? {
        tx.tell(OrganiserRemoved { event: id, account, by: account })?;
    }
    if event.created_by == Some(account) {
        tx.events().forget_maker(id).await?;
    }
    Ok(())
}
