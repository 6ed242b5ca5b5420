//! Events of groups.

use smilefactory_core::community::{Group, GroupPermission};
use smilefactory_core::event::{Event, EventDraft, EventRefused};
use smilefactory_core::id::{AccountId, GroupId};

use super::{GroupError, Result, managed};
use crate::error::StoreError;
use crate::event::{self, EventError};
use crate::tx::WriteTx;

/// Somebody who may begins to prepare an event of a group, and organises it. In a group that is not public it is for
/// its members, whatever it says who finds it.
pub async fn make_event(tx: &mut WriteTx, id: GroupId, by: AccountId, draft: EventDraft) -> Result<Event> {
    let (group, own) = managed(tx, id, by, GroupPermission::MakeEvents).await?;
    own.require_events(&group)?;
    event::create_in(tx, draft, Some(id), by).await.map_err(|error| match error {
        EventError::Store(error) => error.into(),
        EventError::Refused(EventRefused::Invalid(violations)) => violations.into(),
        refused => StoreError::internal(format!("an event of a group is not made: {refused}")).into(),
    })
}

/// Somebody belongs to a group no longer: if it is not public, they come to none of its events that are to be, and
/// their seats are offered to the next.
pub(super) async fn come_no_longer(tx: &mut WriteTx, group: &Group, who: AccountId) -> Result<()> {
    if group.is_open_to(None) {
        return Ok(());
    }
    event::part_from_group(tx, group.id, who).await.map_err(|error| match error {
        EventError::Store(error) => GroupError::Store(error),
        refused => StoreError::internal(format!("a seat is not given back: {refused}")).into(),
    })
}
