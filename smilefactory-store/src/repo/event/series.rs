//! Events that repeat.

use chrono::{DateTime, Utc};
use smilefactory_core::event::{Event, ListedEvent, Series, WallTime};
use smilefactory_core::id::{AccountId, EventId, SeriesId};
use smilefactory_core::page::{Page, PageRequest};

use super::EventKey;
use crate::error::Result;

/// Reads series.
pub trait ReadSeries {
    /// The series with this id, whoever may see its events.
    fn get(&mut self, id: SeriesId) -> impl Future<Output = Result<Option<Series>>> + Send;

    /// The events of a series that whoever looks is shown, those that were and those to come, the first first.
    fn list_occurrences(
        &mut self,
        id: SeriesId,
        page: &PageRequest<EventKey>,
    ) -> impl Future<Output = Result<Page<ListedEvent, EventKey>>> + Send;

    /// Whether no event of its series that others know of has an earlier time of it; `true` of one that is of no
    /// series.
    fn is_first(&mut self, event: &Event) -> impl Future<Output = Result<bool>> + Send;

    /// Who organises the last of the events of a series, the first of them first: who organises the next. Nobody, if
    /// there is no event.
    fn organisers(&mut self, id: SeriesId) -> impl Future<Output = Result<Vec<AccountId>>> + Send;
}

/// Writes series. Whoever makes events of one, or changes several of them, locks the series first, and then the events
/// in the order of their ids; who holds an event does not come to its series.
pub trait WriteSeries: ReadSeries {
    /// The series with this id, locked until the end of the unit of work.
    fn lock(&mut self, id: SeriesId) -> impl Future<Output = Result<Option<Series>>> + Send;

    /// A series whose events are made less far ahead than this, locked; those that others have locked are passed over.
    fn lock_due(&mut self, until: DateTime<Utc>) -> impl Future<Output = Result<Option<Series>>> + Send;

    /// Saves a new series.
    fn insert(&mut self, series: &Series) -> impl Future<Output = Result<()>> + Send;

    /// Saves a series that is locked.
    fn update(&mut self, series: &Series) -> impl Future<Output = Result<()>> + Send;

    /// The events of a series from one of its times on, locked, in the order of these times.
    fn lock_occurrences(
        &mut self,
        id: SeriesId,
        from: Option<WallTime>,
    ) -> impl Future<Output = Result<Vec<Event>>> + Send;

    /// How many of these events somebody does not organise.
    fn count_of_others(
        &mut self,
        events: &[EventId],
        account: AccountId,
    ) -> impl Future<Output = Result<u64>> + Send;

    /// These events are of this series from now on, each at this of its times.
    fn place(
        &mut self,
        id: SeriesId,
        events: &[(EventId, WallTime)],
    ) -> impl Future<Output = Result<()>> + Send;

    /// Makes events that are like one that is there, but for their ids and their times: with its seats, and organised
    /// by these.
    fn make_like(
        &mut self,
        first: EventId,
        events: &[Event],
        organisers: &[AccountId],
    ) -> impl Future<Output = Result<()>> + Send;

    /// Takes a series out that has no events; `false` when it has some, or is not there.
    fn delete_empty(&mut self, id: SeriesId) -> impl Future<Output = Result<bool>> + Send;

    /// Nobody made the series that this person made: at most so many, and says how many. Those without events are gone.
    fn forget_maker(&mut self, account: AccountId, most: u16) -> impl Future<Output = Result<u64>> + Send;
}
