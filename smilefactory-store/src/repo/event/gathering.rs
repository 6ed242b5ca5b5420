//! Events.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use smilefactory_core::event::{
    Event, EventCategory, EventDay, EventDoor, EventFacets, EventFormat, EventView, ListedEvent, Organiser,
    OwnEvents, Seats, Span,
};
use smilefactory_core::id::{AccountId, EventId, GroupId};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::text::{Country, Currency, Slug};

use crate::error::Result;

/// Which events a list has; all that are over or under way or to come, unless narrowed down.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EventFilter {
    pub(crate) span: Option<Span>,
    pub(crate) category: Option<EventCategory>,
    pub(crate) format: Option<EventFormat>,
    pub(crate) city: Option<String>,
    pub(crate) country: Option<Country>,
    pub(crate) free: Option<bool>,
    pub(crate) price_from: Option<Decimal>,
    pub(crate) price_to: Option<Decimal>,
    pub(crate) currency: Option<Currency>,
    pub(crate) door: Option<EventDoor>,
    pub(crate) organiser: Option<AccountId>,
    pub(crate) own: Option<OwnEvents>,
}

impl EventFilter {
    /// What was, the last first.
    pub fn past() -> Self {
        Self::default()
    }

    /// What falls into a time, at least with a part; the first first.
    pub fn within(span: Span) -> Self {
        Self { span: Some(span), ..Self::default() }
    }

    /// Only what people come together for like this.
    #[must_use]
    pub fn of_category(self, category: Option<EventCategory>) -> Self {
        Self { category, ..self }
    }

    /// Only where people come together like this.
    #[must_use]
    pub fn of_format(self, format: Option<EventFormat>) -> Self {
        Self { format, ..self }
    }

    /// Only in this town, in any case.
    #[must_use]
    pub fn in_city(self, city: Option<String>) -> Self {
        Self { city, ..self }
    }

    /// Only in this country.
    #[must_use]
    pub fn in_country(self, country: Option<Country>) -> Self {
        Self { country, ..self }
    }

    /// Only what costs something in this currency: at least so much, and at most so much.
    #[must_use]
    pub fn priced(self, currency: Option<Currency>, from: Option<Decimal>, to: Option<Decimal>) -> Self {
        Self { currency, price_from: from, price_to: to, ..self }
    }

    /// Only where one can register like this, now.
    #[must_use]
    pub fn with_door(self, door: Option<EventDoor>) -> Self {
        Self { door, ..self }
    }

    /// Only what costs nothing, or only what costs something.
    #[must_use]
    pub fn free(self, free: Option<bool>) -> Self {
        Self { free, ..self }
    }

    /// Only what this person organises.
    #[must_use]
    pub fn organised_by(self, organiser: Option<AccountId>) -> Self {
        Self { organiser, ..self }
    }

    /// Only what whoever looks has to do with.
    #[must_use]
    pub fn own(self, own: Option<OwnEvents>) -> Self {
        Self { own, ..self }
    }
}

/// Where an event stands in a list: by its beginning, equal times by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventKey {
    /// When it begins.
    pub at: DateTime<Utc>,
    /// Which one.
    pub id: EventId,
}

/// Reads events.
pub trait ReadEvents {
    /// The event with this id, whoever may see it.
    fn get(&mut self, id: EventId) -> impl Future<Output = Result<Option<Event>>> + Send;

    /// The event as whoever looks sees it; `None` when it is not there for them. Where it is joined is in it for
    /// those who come, and for its organisers.
    fn view(&mut self, id: EventId) -> impl Future<Output = Result<Option<EventView>>> + Send;

    /// Whether the event is there for whoever looks.
    fn sees(&mut self, id: EventId) -> impl Future<Output = Result<bool>> + Send;

    /// Events that whoever looks is shown, by their beginning: the first first, or the last first of what is past.
    fn list(
        &mut self,
        filter: &EventFilter,
        page: &PageRequest<EventKey>,
    ) -> impl Future<Output = Result<Page<ListedEvent, EventKey>>> + Send;

    /// How many events there are of what, of those that [`list`](Self::list) would have.
    fn count_facets(&mut self, filter: &EventFilter) -> impl Future<Output = Result<EventFacets>> + Send;

    /// All events that somebody organises, drafts too, the last made first.
    fn list_of_organiser(
        &mut self,
        account: AccountId,
        page: &PageRequest<EventId>,
    ) -> impl Future<Output = Result<Page<Event, EventId>>> + Send;

    /// Events of a group that whoever looks is shown: those that are not over, the first first, or those that are,
    /// the last first.
    fn list_of_group(
        &mut self,
        group: GroupId,
        past: bool,
        page: &PageRequest<EventKey>,
    ) -> impl Future<Output = Result<Page<ListedEvent, EventKey>>> + Send;

    /// How many of the same events there are on each of these days, which have their first instants and those of the
    /// days after them. Days without any are left out; an event that goes on for days is counted on each.
    fn count_by_day(
        &mut self,
        filter: &EventFilter,
        days: &[(NaiveDate, DateTime<Utc>, DateTime<Utc>)],
    ) -> impl Future<Output = Result<Vec<EventDay>>> + Send;

    /// The seats of an event, the general ones first.
    fn seats(&mut self, id: EventId) -> impl Future<Output = Result<Vec<Seats>>> + Send;

    /// Who organises an event, the first of them first.
    fn organisers(&mut self, id: EventId) -> impl Future<Output = Result<Vec<Organiser>>> + Send;

    /// Whether the group of an event shows it to somebody; `true` of one that is of no group.
    fn is_shown_by_group(
        &mut self,
        id: EventId,
        account: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Whether somebody organises an event.
    fn organises(&mut self, id: EventId, account: AccountId) -> impl Future<Output = Result<bool>> + Send;
}

/// Writes events.
pub trait WriteEvents: ReadEvents {
    /// The event with this id, locked until the end of the unit of work.
    fn lock(&mut self, id: EventId) -> impl Future<Output = Result<Option<Event>>> + Send;

    /// Holds until the end of the unit of work that somebody belongs to the group of an event, if they do. It comes
    /// before the event is locked: who leaves the group holds that first, too.
    fn hold_member(&mut self, id: EventId, account: AccountId) -> impl Future<Output = Result<()>> + Send;

    /// Makes an event, with its seats and its first organiser.
    fn insert(&mut self, event: &Event) -> impl Future<Output = Result<()>> + Send;

    /// Saves an event that is locked; its description is rendered on the way. [`Stale`](crate::StoreError::Stale)
    /// when it was saved since the version it was read at.
    fn update(&mut self, event: &Event) -> impl Future<Output = Result<Event>> + Send;

    /// Saves how many seats there are. Classes that are not among these are gone, and nobody may have to do with them.
    fn save_seats(&mut self, id: EventId, seats: &[Seats]) -> impl Future<Output = Result<()>> + Send;

    /// The next place among those who wait for a seat of this class.
    fn next_place(&mut self, id: EventId, class: Option<&Slug>) -> impl Future<Output = Result<u64>> + Send;

    /// Takes an event out with everything that belongs to it; `false` when it was not there.
    fn delete(&mut self, id: EventId) -> impl Future<Output = Result<bool>> + Send;

    /// Somebody organises an event from now on; `false` when they did before.
    fn add_organiser(&mut self, id: EventId, account: AccountId)
    -> impl Future<Output = Result<bool>> + Send;

    /// Somebody organises an event no longer; `false` when they did not.
    fn remove_organiser(
        &mut self,
        id: EventId,
        account: AccountId,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// An event that is over and not completed, locked; those that others have locked are passed over.
    fn lock_ended(&mut self) -> impl Future<Output = Result<Option<Event>>> + Send;

    /// Renders descriptions anew that an older version of the rules rendered, at most so many, and says how many.
    fn render_anew(&mut self, limit: u16) -> impl Future<Output = Result<u64>> + Send;

    /// Up to `most` events that somebody organises, or made.
    fn list_of_erased(
        &mut self,
        account: AccountId,
        most: u16,
    ) -> impl Future<Output = Result<Vec<EventId>>> + Send;

    /// An event that nobody made or organises any more, called off and last saved before this.
    fn find_abandoned(&mut self, before: DateTime<Utc>)
    -> impl Future<Output = Result<Option<Event>>> + Send;

    /// Nobody made this event from now on.
    fn forget_maker(&mut self, id: EventId) -> impl Future<Output = Result<()>> + Send;
}
