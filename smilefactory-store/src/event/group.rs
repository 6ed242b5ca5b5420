//! Events of groups: who of a group comes to them.

use smilefactory_core::event::{Event, RegistrationBy};
use smilefactory_core::id::{AccountId, EventId, GroupId};

use super::{Result, locked_with_event, pass_on, save};
use crate::repo::event::{ReadEvents, WriteEvents, WriteRegistrations};
use crate::tx::WriteTx;

/// Holds that somebody belongs to the group of an event, before the event is locked: who leaves it meanwhile comes to
/// its events no longer.
pub(super) async fn hold_member(tx: &mut WriteTx, id: EventId, who: AccountId) -> Result<()> {
    Ok(tx.events().hold_member(id, who).await?)
}

/// Whether the group of an event shows it to somebody.
pub(super) async fn shows(tx: &mut WriteTx, event: &Event, who: AccountId) -> Result<bool> {
    Ok(event.group.is_none() || tx.events().is_shown_by_group(event.id, who).await?)
}

/// Somebody comes no longer to what is to be in a group: their seats are offered to the next.
pub(crate) async fn part_from_group(tx: &mut WriteTx, group: GroupId, who: AccountId) -> Result<()> {
    let now = tx.now();
    // In the order of the events: whoever holds several comes to them so.
    for id in tx.registrations().list_in_group(group, who).await? {
        let (event, registration) = locked_with_event(tx, id).await?;
        if let Ok(cancelled) = registration.cancel(RegistrationBy::System, now) {
            save(tx, cancelled).await?;
            pass_on(tx, &event).await?;
        }
    }
    Ok(())
}
