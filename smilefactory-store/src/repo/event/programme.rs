//! What happens at events, and what people there are given.

use smilefactory_core::event::{Programme, Resource};
use smilefactory_core::id::{AccountId, EventId, MediaId, ResourceId};

use crate::error::Result;

/// Reads programmes, and what people are given. Who may see the event is for the caller to know.
pub trait ReadProgrammes {
    /// The programme of an event; one that has none yet has an empty one.
    fn get(&mut self, event: EventId) -> impl Future<Output = Result<Programme>> + Send;

    /// All that people at an event are given, whoever it is for, the first added first.
    fn resources(&mut self, event: EventId) -> impl Future<Output = Result<Vec<Resource>>> + Send;

    /// The events at which people are given this file, a hundred at most.
    fn events_with(&mut self, file: MediaId) -> impl Future<Output = Result<Vec<EventId>>> + Send;

    /// Whether anybody was checked in at an event.
    fn anybody_checked_in(&mut self, event: EventId) -> impl Future<Output = Result<bool>> + Send;
}

/// Writes programmes, and what people are given. The event is locked.
pub trait WriteProgrammes: ReadProgrammes {
    /// Saves the programme of an event as a whole.
    fn set(&mut self, event: EventId, programme: &Programme) -> impl Future<Output = Result<()>> + Send;

    /// Nothing happens at an event any more, and people there are given nothing.
    fn clear(&mut self, event: EventId) -> impl Future<Output = Result<()>> + Send;

    /// Nobody says any more that this person speaks: at most at so many events, and says at how many.
    fn forget_speaker(&mut self, account: AccountId, most: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Whether a file is somebody's and ready; it is not deleted until the end of the unit of work then.
    fn hold_file(&mut self, file: MediaId, owner: AccountId) -> impl Future<Output = Result<bool>> + Send;

    /// Nobody is given files of this person any more: at most so many of them, and says how many.
    fn erase_files(&mut self, account: AccountId, most: u16) -> impl Future<Output = Result<u64>> + Send;

    /// People are given this, too.
    fn add_resource(&mut self, resource: &Resource) -> impl Future<Output = Result<()>> + Send;

    /// People are given this no longer; `false` when they were not.
    fn delete_resource(
        &mut self,
        event: EventId,
        resource: ResourceId,
    ) -> impl Future<Output = Result<bool>> + Send;
}
