//! People who come together: events, and who comes to them.
//!
//! When an event is, is what clocks show in its zone ([`when`](WallTime)); who comes, who waits and who was there is a
//! [`Registration`], which takes the steps of one table and no others.

mod draft;
mod facets;
mod gathering;
mod icalendar;
mod programme;
mod refused;
mod registration;
mod repeat;
mod seats;
mod series;
#[cfg(test)]
mod tests;
mod view;
mod when;

pub(crate) use self::draft::check_times;
pub use self::draft::{
    EventCategory, EventDraft, EventFormat, EventInput, EventPatch, EventPlace, EventPlaceInput,
    EventPlacePatch, EventVisibility, LONGEST_EVENT, SeatClass, SeatClassInput, SeatClassPatch,
};
pub use self::facets::{EventCount, EventDoor, EventFacets};
pub use self::gathering::{Cancellation, CancellationInput, CancellationPatch, Event, EventState};
pub use self::icalendar::icalendar;
pub use self::programme::{
    EventProgramme, Programme, ProgrammeInput, ProgrammePatch, ProgrammeSession, ProgrammeSessionInput,
    ProgrammeSessionPatch, Resource, ResourceAudience, ResourceDraft, ResourceInput, ResourcePatch,
    ResourcePhase, Speaker, SpeakerInput, SpeakerPatch, Sponsor, SponsorInput, SponsorPatch,
};
pub use self::refused::EventRefused;
pub use self::registration::{
    Answer, Arrival, CheckIn, CheckInInput, CheckInPatch, EventInvitation, EventInvitationInput,
    EventInvitationPatch, Registration, RegistrationBy, RegistrationDraft, RegistrationInput,
    RegistrationPatch, RegistrationState, RegistrationStep,
};
pub use self::repeat::{RepeatRule, Repeats, RepeatsInput, RepeatsPatch};
pub use self::seats::Seats;
pub use self::series::{Series, SeriesPlan, SeriesScope};
pub use self::view::{
    CheckInCode, EventDay, EventMonth, EventView, EventWindow, ListedEvent, Organiser, OwnEvents,
    OwnRegistration, Span, days_of_month,
};
pub use self::when::{WallTime, Zone};
use crate::fact::facts;
use crate::id::{AccountId, EventId, RegistrationId, ResourceId, SeriesId};

facts! {
    /// Somebody begins to prepare an event.
    EventCreated = "event.event.created" v 1 of event: EventId {
        /// Who.
        by: AccountId,
    }

    /// Organisers say something else of an event.
    EventChanged = "event.event.changed" v 1 of event: EventId {
        /// Who.
        by: AccountId,
        /// Whether it is at another time.
        rescheduled: bool,
        /// Whether it is at another place.
        moved: bool,
    }

    /// Others know of an event.
    EventPublished = "event.event.published" v 1 of event: EventId {
        /// When it begins.
        starts_at: chrono::DateTime<chrono::Utc>,
    }

    /// An event will not be.
    EventCancelled = "event.event.cancelled" v 1 of event: EventId {
        /// Who called it off.
        by: AccountId,
    }

    /// An event is over.
    EventCompleted = "event.event.completed" v 1 of event: EventId {}

    /// An event that nobody knew of is gone.
    EventDeleted = "event.event.deleted" v 1 of event: EventId {}

    /// Organisers say what happens at an event.
    ProgrammeSet = "event.programme.set" v 1 of event: EventId {
        /// Who.
        by: AccountId,
    }

    /// People at an event are given something.
    ResourceAdded = "event.resource.added" v 1 of resource: ResourceId {
        /// The event.
        event: EventId,
        /// Who gives it.
        by: AccountId,
    }

    /// People at an event are given something no longer.
    ResourceRemoved = "event.resource.removed" v 1 of resource: ResourceId {
        /// The event.
        event: EventId,
        /// Who says so.
        by: AccountId,
    }

    /// Somebody organises an event from now on.
    OrganiserAdded = "event.organiser.added" v 1 of event: EventId {
        /// Who.
        account: AccountId,
        /// Who says so.
        by: AccountId,
    }

    /// Somebody organises an event no longer.
    OrganiserRemoved = "event.organiser.removed" v 1 of event: EventId {
        /// Who.
        account: AccountId,
        /// Who says so.
        by: AccountId,
    }

    /// Somebody stands to an event in another way.
    RegistrationMoved = "event.registration.moved" v 1 of registration: RegistrationId {
        /// The event.
        event: EventId,
        /// Who.
        account: AccountId,
        /// What was done.
        step: RegistrationStep,
        /// How they stood to it; not at all before the first step.
        from: Option<RegistrationState>,
        /// How they stand to it now.
        to: RegistrationState,
        /// Who did it.
        by: RegistrationBy,
    }

    /// An event is to be more than once.
    SeriesBegun = "event.series.begun" v 1 of series: SeriesId {
        /// The first of its events.
        first: EventId,
        /// Who.
        by: AccountId,
    }

    /// Organisers say something else of the events of a series.
    SeriesChanged = "event.series.changed" v 1 of series: SeriesId {
        /// The series that they belonged to before, when this one was parted from it.
        parted_from: Option<SeriesId>,
        /// Who.
        by: AccountId,
    }

    /// A series goes on no longer.
    SeriesEnded = "event.series.ended" v 1 of series: SeriesId {
        /// Who says so.
        by: AccountId,
    }
}
