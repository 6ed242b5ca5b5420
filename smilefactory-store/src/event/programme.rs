//! What happens at an event, and what people there are given.

use smilefactory_core::event::{
    EventProgramme, Programme, ProgrammeSet, Resource, ResourceAdded, ResourceDraft, ResourceRemoved,
};
use smilefactory_core::id::{AccountId, EventId, MediaId, ResourceId};
use smilefactory_core::validation::{Violation, Violations, code};
use smilefactory_core::version::Version;

use super::{EventError, EventRefused, NO_EVENT, Result, locked_by_organiser};
use crate::repo::event::{ReadEvents, ReadProgrammes, ReadRegistrations, WriteEvents, WriteProgrammes};
use crate::repo::identity::ReadAccounts;
use crate::tx::{Tx, WriteTx};

/// An organiser says what happens at an event; `read_at` is the version of the event they had seen.
pub async fn set_programme(
    tx: &mut WriteTx,
    id: EventId,
    by: AccountId,
    programme: Programme,
    read_at: Version,
) -> Result<EventProgramme> {
    let event = locked_by_organiser(tx, id, by).await?;
    event.require_changing("change the programme of")?;
    programme.check_within(&event)?;
    let named: Vec<AccountId> = programme.speakers.iter().filter_map(|speaker| speaker.account).collect();
    let there = tx.accounts().get_many(&named).await?;
    if named.iter().any(|named| there.iter().all(|there| there.id != *named)) {
        return Err(EventError::NotThere("account"));
    }
    let now = tx.now();
    let event = smilefactory_core::event::Event { version: read_at, updated_at: now, ..event };
    let event = tx.events().update(&event).await?;
    tx.programmes().set(id, &programme).await?;
    tx.tell(ProgrammeSet { event: id, by })?;
    Ok(EventProgramme { event: id, version: event.version, programme })
}

/// An organiser gives people something.
pub async fn add_resource(
    tx: &mut WriteTx,
    id: EventId,
    by: AccountId,
    draft: ResourceDraft,
) -> Result<Resource> {
    locked_by_organiser(tx, id, by).await?;
    if tx.programmes().resources(id).await?.len() >= Resource::MOST {
        return Err(EventRefused::TooManyResources.into());
    }
    if let Some(file) = draft.file
        && !tx.programmes().hold_file(file, by).await?
    {
        let unfit = Violation::new(code::NOT_ALLOWED, "must be a file of yours that is ready");
        return Err(Violations::one("/file", unfit).into());
    }
    let resource = Resource { id: tx.new_id()?, event: id, added_at: tx.now(), draft };
    tx.programmes().add_resource(&resource).await?;
    tx.tell(ResourceAdded { resource: resource.id, event: id, by })?;
    Ok(resource)
}

/// An organiser gives it no longer.
pub async fn remove_resource(
    tx: &mut WriteTx,
    id: EventId,
    by: AccountId,
    resource: ResourceId,
) -> Result<()> {
    locked_by_organiser(tx, id, by).await?;
    if !tx.programmes().delete_resource(id, resource).await? {
        return Err(EventError::NotThere("resource"));
    }
    tx.tell(ResourceRemoved { resource, event: id, by })?;
    Ok(())
}

/// What somebody who sees an event is given there by now; its organisers see all of it.
pub async fn resources_for<Mode>(tx: &mut Tx<Mode>, id: EventId, who: AccountId) -> Result<Vec<Resource>> {
    if !tx.events().sees(id).await? {
        return Err(NO_EVENT);
    }
    let event = tx.events().get(id).await?.ok_or(NO_EVENT)?;
    let all = tx.programmes().resources(id).await?;
    if tx.events().organises(id, who).await? {
        return Ok(all);
    }
    let own = tx.registrations().find_by_account(id, who).await?.map(|own| own.state);
    let looked = tx.programmes().anybody_checked_in(id).await?;
    let now = tx.now();
    Ok(all.into_iter().filter(|resource| resource.is_for(&event, own, looked, now)).collect())
}

/// Whether somebody is given this file at an event by now.
pub async fn gives_file<Mode>(tx: &mut Tx<Mode>, file: MediaId, who: AccountId) -> Result<bool> {
    for id in tx.programmes().events_with(file).await? {
        match resources_for(tx, id, who).await {
            Ok(given) if given.iter().any(|given| given.draft.file == Some(file)) => return Ok(true),
            Ok(_) | Err(EventError::NotThere(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}
