//! Events: what organisers do, and what everybody sees.

use serde::Deserialize;
use smilefactory_core::content::{MediaUrl, MediaVariant};
use smilefactory_core::event::{
    CancellationInput, CheckInInput, Event, EventCategory, EventDoor, EventFacets, EventFormat, EventInput,
    EventInvitationInput, EventMonth, EventPatch, EventProgramme, EventView, EventWindow, ListedEvent,
    Organiser, OwnEvents, ProgrammeInput, Registration, RegistrationInput, RegistrationState, Resource,
    ResourceInput, SeriesScope,
};
use smilefactory_core::id::{AccountId, EventId, ResourceId};
use smilefactory_core::money::Money;
use smilefactory_core::version::Version;

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::page::{List, read_whole};
use crate::registration::Registered;
use crate::request::{Answer, Transport};

/// People who come together; from [`Client::events`](crate::Client::events).
///
/// What is not for the caller, and what is of somebody who is blocked, [is not found](crate::Error::is_not_found). What
/// organisers have to do [is forbidden](crate::Error::is_forbidden) to others; what the state or the time does not
/// allow [is refused](crate::Error::is_step_refused).
#[derive(Clone, Copy, Debug)]
pub struct Events<'a>(pub(crate) &'a Transport);

/// Which version of which event: an `&Event` turns into it, and so does `(id, version)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventVersion {
    /// The event.
    pub id: EventId,
    /// The version.
    pub version: Version,
}

impl From<&Event> for EventVersion {
    fn from(event: &Event) -> Self {
        Self { id: event.id, version: event.version }
    }
}

impl From<(EventId, Version)> for EventVersion {
    fn from((id, version): (EventId, Version)) -> Self {
        Self { id, version }
    }
}

/// Marks lists of events.
#[derive(Debug)]
pub enum Gatherings {}

/// Marks lists of the events of a series.
#[derive(Debug)]
pub enum Occurrences {}

#[derive(Deserialize)]
struct Organisers {
    items: Vec<Organiser>,
}

#[derive(Deserialize)]
struct Resources {
    items: Vec<Resource>,
}

#[derive(Deserialize)]
struct Feed {
    url: String,
}

fn organisers(answer: Answer) -> Result<Vec<Organiser>, crate::Error> {
    let Answer { body, exchange } = answer;
    read_whole::<Organisers>(&body).map(|organisers| organisers.items).map_err(|error| exchange.fail(error))
}

fn file(answer: &Answer) -> String {
    String::from_utf8_lossy(&answer.body).into_owned()
}

impl Events<'_> {
    /// Events by their beginning: those from now on, unless [`window`](List::window) or [`month`](List::month) says
    /// otherwise.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::event::{EventCategory, EventWindow};
    ///
    /// let week = client.events().list().window(EventWindow::Week).zone("Africa/Harare");
    /// for listed in week.category(EventCategory::Workshop).await?.items {
    ///     println!("{} {}", listed.event.draft.starts, listed.event.draft.title);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> List<ListedEvent, Gatherings> {
        List::new(self.0, &op::LIST_EVENTS)
    }

    /// How many of the events that [`list`](Self::list) would give are of which category, format, town and country,
    /// how many one can register for, and how many are free.
    pub fn facets(&self) -> Call<EventFacets, Gatherings> {
        Call::new(self.0, &op::COUNT_EVENT_FACETS)
    }

    /// How many events there are on each day of this month in UTC; of another, [`in_month`](Call::in_month).
    pub fn calendar(&self) -> Call<EventMonth, Gatherings> {
        Call::new(self.0, &op::COUNT_EVENTS)
    }

    /// An event, as the caller sees it.
    pub fn get(&self, event: EventId) -> Call<EventView> {
        Call::new(self.0, &op::GET_EVENT).id(event)
    }

    /// An event as an iCalendar file.
    pub fn file(&self, event: EventId) -> Call<String> {
        Call::reading(self.0, &op::GET_EVENT_FILE, |answer| Ok(file(&answer))).id(event)
    }

    /// The events of the series of an event, those that were and those to come, the first first.
    pub fn occurrences(&self, event: EventId) -> List<ListedEvent, Occurrences> {
        List::new(self.0, &op::LIST_OCCURRENCES).of(event)
    }

    /// Prepares an event: a draft, until it is [published](Self::publish). Of one that
    /// [repeats](EventInput::repeats), each time is an event of its own, and the first is answered.
    pub fn create(&self, input: &EventInput) -> Call<Event, Keyed> {
        Call::new(self.0, &op::CREATE_EVENT).json(input)
    }

    /// Changes an event. When somebody saved since that version, the error [is stale](crate::Error::is_stale).
    pub fn change(&self, event: impl Into<EventVersion>, patch: &EventPatch) -> Call<Event> {
        let event = event.into();
        Call::new(self.0, &op::CHANGE_EVENT).id(event.id).if_match(event.version).json(patch)
    }

    /// Changes an event with others of its series: their times move by as much as its own does. What was changed of
    /// one of them alone stays, but for the one that is named.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     client: smilefactory_client::Client,
    /// #     event: smilefactory_core::event::Event,
    /// # ) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::event::{EventPatch, SeriesScope};
    /// use smilefactory_core::patch::Patch;
    ///
    /// let title = EventPatch { title: Patch::Set("Pumps, from the start".into()), ..EventPatch::default() };
    /// client.events().change_several(&event, SeriesScope::Following, &title).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn change_several(
        &self,
        event: impl Into<EventVersion>,
        scope: SeriesScope,
        patch: &EventPatch,
    ) -> Call<Event> {
        self.change(event, patch).query("scope", scope.as_str())
    }

    /// Throws a draft away.
    pub fn delete(&self, event: EventId) -> Call<()> {
        Call::without_answer(self.0, &op::DELETE_EVENT).id(event)
    }

    /// Throws a draft away with others of its series, of which no more are made.
    pub fn delete_several(&self, event: EventId, scope: SeriesScope) -> Call<()> {
        self.delete(event).query("scope", scope.as_str())
    }

    /// Lets others know of an event.
    pub fn publish(&self, event: EventId) -> Call<Event, Keyed> {
        Call::new(self.0, &op::PUBLISH_EVENT).id(event)
    }

    /// Lets others know of an event and of others of its series, and of those that are made later.
    pub fn publish_several(&self, event: EventId, scope: SeriesScope) -> Call<Event, Keyed> {
        self.publish(event).query("scope", scope.as_str())
    }

    /// Calls an event off; those who have to do with it read the reason.
    pub fn cancel(&self, event: EventId, reason: impl Into<String>) -> Call<Event, Keyed> {
        Call::new(self.0, &op::CANCEL_EVENT)
            .id(event)
            .json(&CancellationInput { reason: Some(reason.into()) })
    }

    /// Calls an event off with others of its series, of which no more are made.
    pub fn cancel_several(
        &self,
        event: EventId,
        scope: SeriesScope,
        reason: impl Into<String>,
    ) -> Call<Event, Keyed> {
        self.cancel(event, reason).query("scope", scope.as_str())
    }

    /// Who organises an event, the first first.
    pub fn organisers(&self, event: EventId) -> Call<Vec<Organiser>> {
        Call::reading(self.0, &op::LIST_ORGANISERS, organisers).id(event)
    }

    /// Lets somebody else organise an event, too; the answer has all who do.
    pub fn add_organiser(&self, event: EventId, account: AccountId) -> Call<Vec<Organiser>> {
        Call::reading(self.0, &op::ADD_ORGANISER, organisers).id(event).id(account)
    }

    /// Has somebody organise an event no longer. The last one stays.
    pub fn remove_organiser(&self, event: EventId, account: AccountId) -> Call<()> {
        Call::without_answer(self.0, &op::REMOVE_ORGANISER).id(event).id(account)
    }

    /// What happens at an event, who speaks, and who pays for it.
    pub fn programme(&self, event: EventId) -> Call<EventProgramme> {
        Call::new(self.0, &op::GET_PROGRAMME).id(event)
    }

    /// Says what happens at an event, the whole programme at once. It is saved with the event: when somebody saved
    /// since that version, the error [is stale](crate::Error::is_stale).
    pub fn set_programme(
        &self,
        event: impl Into<EventVersion>,
        input: &ProgrammeInput,
    ) -> Call<EventProgramme> {
        let event = event.into();
        Call::new(self.0, &op::SET_PROGRAMME).id(event.id).if_match(event.version).json(input)
    }

    /// What the caller is given there by now; organisers read all of it.
    pub fn resources(&self, event: EventId) -> Call<Vec<Resource>> {
        Call::reading(self.0, &op::LIST_RESOURCES, |answer| {
            read_whole::<Resources>(&answer.body)
                .map(|resources| resources.items)
                .map_err(|error| answer.exchange.fail(error))
        })
        .id(event)
    }

    /// Gives people at an event something.
    pub fn add_resource(&self, event: EventId, input: &ResourceInput) -> Call<Resource, Keyed> {
        Call::new(self.0, &op::ADD_RESOURCE).id(event).json(input)
    }

    /// An address of a file that people are given, for whom it is by now.
    pub fn resource_url(
        &self,
        event: EventId,
        resource: ResourceId,
        variant: MediaVariant,
    ) -> Call<MediaUrl> {
        Call::new(self.0, &op::RESOURCE_URL).id(event).id(resource).query("variant", variant.as_str())
    }

    /// Gives it no longer.
    pub fn remove_resource(&self, event: EventId, resource: ResourceId) -> Call<()> {
        Call::without_answer(self.0, &op::REMOVE_RESOURCE).id(event).id(resource)
    }

    /// Registers the caller: they have a seat, wait for one, or ask for one. What becomes of it is at
    /// [`Client::registrations`](crate::Client::registrations).
    pub fn register(&self, event: EventId, input: &RegistrationInput) -> Call<Registration, Keyed> {
        Call::new(self.0, &op::REGISTER).id(event).json(input)
    }

    /// Who stands to an event how, for its organisers; all but those that are declined or cancelled, unless
    /// [`state`](List::state) says otherwise.
    pub fn registrations(&self, event: EventId) -> List<Registration, Registered> {
        List::new(self.0, &op::LIST_REGISTRATIONS).of(event)
    }

    /// Asks somebody to come, to seats that are set apart if `class` says so.
    pub fn invite(
        &self,
        event: EventId,
        account: AccountId,
        class: Option<&str>,
    ) -> Call<Registration, Keyed> {
        let input = EventInvitationInput { account: account.to_string(), class: class.map(str::to_owned) };
        Call::new(self.0, &op::INVITE_TO_EVENT).id(event).json(&input)
    }

    /// Lets somebody in by the code that they show. It is good once.
    pub fn check_in(&self, event: EventId, code: impl Into<String>) -> Call<Registration, Keyed> {
        Call::new(self.0, &op::CHECK_IN).id(event).json(&CheckInInput { code: code.into() })
    }

    /// Makes an address at which a calendar reads the caller's events; it is shown here and never again, and the one
    /// before is good no longer. When the answer is lost, so is the address: the call is not made a second time by
    /// itself.
    pub fn make_feed(&self) -> Call<String> {
        Call::reading(self.0, &op::MAKE_EVENT_FEED, |answer| {
            read_whole::<Feed>(&answer.body).map(|feed| feed.url).map_err(|error| answer.exchange.fail(error))
        })
    }

    /// Takes that address back.
    pub fn end_feed(&self) -> Call<()> {
        Call::without_answer(self.0, &op::END_EVENT_FEED)
    }

    /// What a calendar reads there: an iCalendar file. `url` is what [`make_feed`](Self::make_feed) gave.
    pub fn read_feed(&self, url: &str) -> Call<String> {
        let secret = url.rsplit('/').next().unwrap_or_default();
        Call::reading(self.0, &op::READ_EVENT_FEED, |answer| Ok(file(&answer))).key(secret)
    }
}

/// The same narrows down the list, the counts and the calendar.
macro_rules! narrowed {
    ($on:ty, $filter:ident) => {
        impl $on {
            /// Only those that the caller has to do with like this.
            pub fn own(self, own: OwnEvents) -> Self {
                self.$filter("own", own.as_str())
            }

            /// Whose days and months these are; those of UTC unless said.
            pub fn zone(self, zone: impl Into<String>) -> Self {
                self.$filter("zone", zone)
            }

            /// Only what people come together for like this.
            pub fn category(self, category: EventCategory) -> Self {
                self.$filter("category", category.as_str())
            }

            /// Only where people come together like this.
            pub fn format(self, format: EventFormat) -> Self {
                self.$filter("format", format.as_str())
            }

            /// Only in this town, in any case.
            pub fn city(self, city: impl Into<String>) -> Self {
                self.$filter("city", city)
            }

            /// Only in this country, by its two-letter code: `ZW`.
            pub fn country(self, country: impl Into<String>) -> Self {
                self.$filter("country", country)
            }

            /// Only what costs nothing, or only what costs something.
            pub fn free(self, free: bool) -> Self {
                self.$filter("free", free.to_string())
            }

            /// Only what costs at least so much, in its currency.
            pub fn price_from(self, price: &Money) -> Self {
                self.$filter("min_price", price.amount().to_string()).currency(price.currency().as_str())
            }

            /// Only what costs at most so much, in its currency.
            pub fn price_to(self, price: &Money) -> Self {
                self.$filter("max_price", price.amount().to_string()).currency(price.currency().as_str())
            }

            /// Only what has a price in this currency.
            pub fn currency(self, currency: impl Into<String>) -> Self {
                self.$filter("currency", currency)
            }

            /// Only where one can register like this, now.
            pub fn door(self, door: EventDoor) -> Self {
                self.$filter("door", door.as_str())
            }

            /// Only what this account organises.
            pub fn organiser(self, account: AccountId) -> Self {
                self.$filter("organiser", account.to_string())
            }
        }
    };
}
narrowed!(List<ListedEvent, Gatherings>, filter);
narrowed!(Call<EventFacets, Gatherings>, query);
narrowed!(Call<EventMonth, Gatherings>, query);

/// When events are; a calendar is of a month.
macro_rules! within {
    ($on:ty, $filter:ident) => {
        impl $on {
            /// Only those of this time.
            pub fn window(self, window: EventWindow) -> Self {
                self.$filter("window", window.as_str())
            }

            /// Only those of this month, as `2026-03`, instead of any other time.
            pub fn month(self, month: impl Into<String>) -> Self {
                self.$filter("month", month)
            }
        }
    };
}
within!(List<ListedEvent, Gatherings>, filter);
within!(Call<EventFacets, Gatherings>, query);

impl Call<EventMonth, Gatherings> {
    /// This month, as `2026-03`.
    pub fn in_month(self, month: impl Into<String>) -> Self {
        self.query("month", month)
    }
}

impl List<Registration, Registered> {
    /// Those in this state.
    pub fn state(self, state: RegistrationState) -> Self {
        self.filter("state", state.as_str())
    }
}
