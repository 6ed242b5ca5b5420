//! What organisers do.

use smilefactory_core::event::{
    Event, EventDeleted, EventDraft, EventRefused, Organiser, OrganiserAdded, OrganiserRemoved, Seats,
    SeriesEnded,
};
use smilefactory_core::id::{AccountId, EventId, GroupId};
use smilefactory_core::text::Reason;
use smilefactory_core::validation::{Violation, Violations, code};
use smilefactory_core::version::Version;

use super::{EventError, Result, group, locked_by_organiser, pass_on, series};
use crate::repo::event::{ReadEvents, WriteEvents, WriteSeries};
use crate::repo::identity::ReadAccounts;
use crate::repo::social::ReadRelations;
use crate::tx::WriteTx;

/// Somebody begins to prepare an event, and organises it; of one that repeats, all that are made ahead, of which the
/// first is given back.
pub async fn create(tx: &mut WriteTx, draft: EventDraft, by: AccountId) -> Result<Event> {
    create_in(tx, draft, None, by).await
}

/// The same in a group.
pub(crate) async fn create_in(
    tx: &mut WriteTx,
    draft: EventDraft,
    group: Option<GroupId>,
    by: AccountId,
) -> Result<Event> {
    if let Some(first) = series::begin(tx, draft.clone(), group, by).await? {
        return Ok(first);
    }
    let (event, created) = draft.create(tx.new_id()?, by, tx.now())?;
    let event = Event { group, ..event };
    tx.events().insert(&event).await?;
    tx.tell(created)?;
    Ok(event)
}

/// An organiser says something else of an event; `read_at` is the version they had seen. More seats are offered at
/// once to those who wait. One of a series is an exception then; by what it repeats is not its own to change.
pub async fn change(
    tx: &mut WriteTx,
    id: EventId,
    by: AccountId,
    draft: EventDraft,
    read_at: Version,
) -> Result<Event> {
    let event = locked_by_organiser(tx, id, by).await?;
    if draft.repeats.is_some() && draft.repeats != event.draft.repeats {
        let message =
            "is said when an event is made, or with the scope `following` or `all` of one that repeats";
        return Err(Violations::one("/repeats", Violation::new(code::NOT_ALLOWED, message)).into());
    }
    let draft = EventDraft { repeats: event.draft.repeats.clone(), ..draft };
    let seats = tx.events().seats(id).await?;
    require_seats(&seats, &draft)?;
    let (changed, fact) = event.change(draft, by, tx.now())?;
    let changed = tx.events().update(&Event { version: read_at, ..changed }).await?;
    tx.events().save_seats(id, &changed.draft.seats()).await?;
    tx.tell(fact)?;
    pass_on(tx, &changed).await?;
    Ok(changed)
}

/// Refuses fewer seats than are taken, and to do away with seats that somebody has to do with.
pub(super) fn require_seats(seats: &[Seats], draft: &EventDraft) -> Result<()> {
    let wanted = draft.seats();
    for there in seats {
        match wanted.iter().find(|wanted| wanted.name == there.name) {
            Some(wanted) if wanted.capacity.is_some_and(|capacity| capacity < there.taken) => {
                return Err(EventRefused::SeatsTaken(there.taken).into());
            }
            None if there.taken + there.waiting > 0 => return Err(EventRefused::SeatsNamed.into()),
            _ => {}
        }
    }
    Ok(())
}

/// An organiser lets others know of it.
pub async fn publish(tx: &mut WriteTx, id: EventId, by: AccountId) -> Result<Event> {
    let (event, published) = locked_by_organiser(tx, id, by).await?.publish(tx.now())?;
    let event = tx.events().update(&event).await?;
    tx.tell(published)?;
    Ok(event)
}

/// An organiser calls it off. Those who registered stay what they are to it, and are told.
pub async fn cancel(tx: &mut WriteTx, id: EventId, by: AccountId, reason: Option<Reason>) -> Result<Event> {
    let (event, cancelled) = locked_by_organiser(tx, id, by).await?.cancel(reason, by, tx.now())?;
    let event = tx.events().update(&event).await?;
    tx.tell(cancelled)?;
    Ok(event)
}

/// An organiser throws a draft away; a series goes with the last of its events.
pub async fn delete(tx: &mut WriteTx, id: EventId, by: AccountId) -> Result<()> {
    // Nobody makes more of them meanwhile.
    let series = tx.events().get(id).await?.and_then(|event| event.series);
    if let Some(series) = series {
        tx.series().lock(series).await?;
    }
    let event = locked_by_organiser(tx, id, by).await?;
    event.require_draft("delete")?;
    tx.events().delete(id).await?;
    tx.tell(EventDeleted { event: id })?;
    if let Some(series) = series
        && tx.series().delete_empty(series).await?
    {
        tx.tell(SeriesEnded { series, by })?;
    }
    Ok(())
}

/// An organiser lets somebody else organise it, too.
pub async fn add_organiser(
    tx: &mut WriteTx,
    id: EventId,
    by: AccountId,
    account: AccountId,
) -> Result<Vec<Organiser>> {
    let event = locked_by_organiser(tx, id, by).await?;
    if tx.accounts().get(account).await?.is_none()
        || tx.relations().is_barred(by, account).await?
        || !group::shows(tx, &event, account).await?
    {
        return Err(EventError::NotThere("account"));
    }
    let organisers = tx.events().organisers(id).await?;
    let known = organisers.iter().any(|organiser| organiser.account == account);
    if !known && organisers.len() >= Event::MOST_ORGANISERS {
        return Err(EventRefused::TooManyOrganisers.into());
    }
    if tx.events().add_organiser(id, account).await? {
        tx.tell(OrganiserAdded { event: id, account, by })?;
    }
    Ok(tx.events().organisers(id).await?)
}

/// An organiser stops to organise it, or has somebody else stop. The last one stays.
pub async fn remove_organiser(
    tx: &mut WriteTx,
    id: EventId,
    by: AccountId,
    account: AccountId,
) -> Result<()> {
    locked_by_organiser(tx, id, by).await?;
    let organisers = tx.events().organisers(id).await?;
    if !organisers.iter().any(|organiser| organiser.account == account) {
        return Err(EventError::NotThere("organiser"));
    }
    if organisers.len() == 1 {
        return Err(EventRefused::LastOrganiser.into());
    }
    tx.events().remove_organiser(id, account).await?;
    tx.tell(OrganiserRemoved { event: id, account, by })?;
    Ok(())
}
