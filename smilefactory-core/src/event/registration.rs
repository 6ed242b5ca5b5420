//! Registrations: who comes to an event, who waits, who was there.
//!
//! Of one person there is one registration for an event. Which step leads from which state to which is one table
//! ([`RegistrationStep::leads`]); the methods of [`Registration`] take no other, and neither does the database.
//!
//! A seat is held by who has one, was there, or is offered one ([`RegistrationState::holds_seat`]). Nobody overtakes
//! who waits: a seat is taken at once only while nobody waits for one of its class; one that becomes free is offered
//! to whoever has waited longest, and passed on when the offer expires.
//!
//! ```
//! use chrono::{DateTime, Utc};
//! use smilefactory_core::event::{Answer, Arrival, EventDraft, EventInput, RegistrationState, Seats};
//! use smilefactory_core::id::{AccountId, EventId, Id, RegistrationId};
//! use smilefactory_core::validation::Field;
//!
//! let now: DateTime<Utc> = "2026-02-01T09:00:00Z".parse()?;
//! let draft = EventDraft::from_raw(EventInput {
//!     title: "Solar pumps in practice".into(),
//!     description: "We take one apart.".into(),
//!     category: "workshop".into(),
//!     format: "online".into(),
//!     starts: "2026-03-01T18:00".into(),
//!     ends: "2026-03-01T20:00".into(),
//!     zone: "Africa/Harare".into(),
//!     capacity: Some(1),
//!     ..EventInput::default()
//! })?;
//! let (event, _) = draft.create(EventId::at(now, [1; 10]), AccountId::at(now, [2; 10]), now)?;
//! let (event, _) = event.publish(now)?;
//! let seats = Seats { capacity: Some(1), taken: 1, waiting: 0, by_invitation: false, name: None };
//! let rudo = Arrival { id: RegistrationId::at(now, [1; 10]), account: AccountId::at(now, [2; 10]), place: 7 };
//! let (waits, _) = rudo.answer(None, &event, &seats, Answer::Going, now)?;
//! assert_eq!((waits.state, waits.place), (RegistrationState::Waitlisted, Some(7)));
//! let (offered, _) = waits.offer(&event, now)?;
//! let (going, _) = offered.accept(&event, now)?;
//! assert_eq!(going.state, RegistrationState::Going);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod step;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Event, EventRefused, RegistrationMoved, Seats};
use crate::answer::answer;
use crate::error::InvalidTransition;
use crate::id::{AccountId, EventId, RegistrationId};
use crate::record::record;
use crate::text::Slug;
use crate::version::Version;

pub use self::step::{Answer, RegistrationBy, RegistrationState, RegistrationStep};
use RegistrationState as State;

record! {
    /// What somebody says who registers.
    pub struct RegistrationDraft / RegistrationInput / RegistrationPatch {
        /// Whether they come or may come.
        answer: Answer = Answer::Going,
        /// Which seats; a general one, unless said. Who is invited to others has one of those.
        class: Option<Slug>,
    }
}

record! {
    /// Whom an organiser asks to come.
    pub struct EventInvitation / EventInvitationInput / EventInvitationPatch {
        /// Who.
        account: AccountId,
        /// Which seats; general ones, unless said.
        class: Option<Slug>,
    }
}

record! {
    /// The code of somebody who comes in.
    pub struct CheckIn / CheckInInput / CheckInPatch {
        /// The code that they were shown.
        code: crate::text::Line<1, 200>,
    }
}

answer! {
    /// How somebody stands to an event.
    pub struct Registration: Eq {
        /// Its id.
        id: RegistrationId,
        /// The event.
        event: EventId,
        /// Who.
        account: AccountId,
        /// Which seats; none said are the general ones.
        class: Option<Slug>,
        /// How they stand to it.
        state: RegistrationState,
        /// Their place among those who wait, while they do or are offered a seat: who has a smaller number came before.
        place: Option<u64>,
        /// Until when a seat is kept for them.
        offered_until: Option<DateTime<Utc>>,
        /// Since when they have a seat.
        seated_at: Option<DateTime<Utc>>,
        /// When they came in.
        checked_in_at: Option<DateTime<Utc>>,
        /// Which organiser asked them to come.
        invited_by: Option<AccountId>,
        /// How often it was saved.
        version: Version,
        /// When it was made.
        created_at: DateTime<Utc>,
        /// When it last changed.
        updated_at: DateTime<Utc>,
    }
}

/// Somebody who comes to have to do with an event.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// The id of their registration, if they have none yet.
    pub id: RegistrationId,
    /// Who.
    pub account: AccountId,
    /// Their place among those who wait, should they have to: greater than all that were given for this event before.
    pub place: u64,
}

impl Arrival {
    fn blank(self, event: &Event, class: Option<Slug>, now: DateTime<Utc>) -> Registration {
        Registration {
            id: self.id,
            event: event.id,
            account: self.account,
            class,
            state: State::Cancelled,
            place: None,
            offered_until: None,
            seated_at: None,
            checked_in_at: None,
            invited_by: None,
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
        }
    }

    /// Somebody registers, or says that they may come. `before` is how they stood to it, and `seats` are those they
    /// would take.
    pub fn answer(
        self,
        before: Option<Registration>,
        event: &Event,
        seats: &Seats,
        answer: Answer,
        now: DateTime<Utc>,
    ) -> Result<(Registration, RegistrationMoved), EventRefused> {
        event.require_open(now)?;
        let from = before.as_ref().map(|before| before.state);
        let invited = before.as_ref().is_some_and(Registration::is_invited);
        let invited_to = invited && before.as_ref().is_some_and(|before| before.class == seats.name);
        if seats.by_invitation && !invited_to {
            return Err(EventRefused::ByInvitation);
        }
        let there = before.unwrap_or_else(|| self.blank(event, None, now));
        let there = Registration { class: seats.name.clone(), ..there };
        match answer {
            Answer::Maybe => {
                there.take(RegistrationStep::Consider, from, State::Maybe, RegistrationBy::Attendee, now)
            }
            Answer::Going => {
                let to = if event.draft.approval && !invited { State::Requested } else { seats.next_state() };
                let step = RegistrationStep::Register;
                let (there, moved) = there.take(step, from, to, RegistrationBy::Attendee, now)?;
                Ok((there.queued(self.place), moved))
            }
        }
    }

    /// An organiser asks somebody to come.
    pub fn invite(
        self,
        before: Option<Registration>,
        event: &Event,
        seats: &Seats,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(Registration, RegistrationMoved), EventRefused> {
        event.require_open(now)?;
        let from = before.as_ref().map(|before| before.state);
        let there = before.unwrap_or_else(|| self.blank(event, None, now));
        let there = Registration { class: seats.name.clone(), invited_by: Some(by), ..there };
        there.take(RegistrationStep::Invite, from, State::Invited, RegistrationBy::Organiser, now)
    }
}

impl Registration {
    /// How long an offer is good; never beyond the beginning of the event.
    pub const OFFER: TimeDelta = TimeDelta::hours(24);

    /// Whether an organiser asked them to come, and they did not say no: who may come still is.
    pub fn is_invited(&self) -> bool {
        matches!(self.state, State::Invited | State::Maybe) && self.invited_by.is_some()
    }

    /// The one way from a state to another.
    fn take(
        self,
        step: RegistrationStep,
        from: Option<RegistrationState>,
        to: RegistrationState,
        by: RegistrationBy,
        now: DateTime<Utc>,
    ) -> Result<(Self, RegistrationMoved), EventRefused> {
        if !step.leads(from).contains(&to) {
            let state = from.map_or("not there", RegistrationState::as_str);
            return Err(InvalidTransition::new("registration", state, step.as_str()).into());
        }
        let moved = RegistrationMoved {
            registration: self.id,
            event: self.event,
            account: self.account,
            step,
            from,
            to,
            by,
        };
        let there = Self {
            state: to,
            place: self.place.filter(|_| matches!(to, State::Waitlisted | State::Offered)),
            offered_until: None,
            seated_at: match to {
                State::Going => Some(now),
                State::CheckedIn | State::NoShow => self.seated_at,
                _ => None,
            },
            checked_in_at: (to == State::CheckedIn).then_some(now),
            invited_by: self.invited_by.filter(|_| to.is_live()),
            updated_at: now,
            ..self
        };
        Ok((there, moved))
    }

    fn step(
        self,
        step: RegistrationStep,
        to: RegistrationState,
        by: RegistrationBy,
        now: DateTime<Utc>,
    ) -> Result<(Self, RegistrationMoved), EventRefused> {
        let from = Some(self.state);
        self.take(step, from, to, by, now)
    }

    /// The same with a place, if they have to wait.
    fn queued(self, place: u64) -> Self {
        if self.state.waits() { Self { place: Some(place), ..self } } else { self }
    }

    /// An organiser agrees: they have a seat, or wait for one with this place.
    pub fn approve(
        self,
        event: &Event,
        seats: &Seats,
        place: u64,
        now: DateTime<Utc>,
    ) -> Result<(Self, RegistrationMoved), EventRefused> {
        event.require_published("approve a registration for")?;
        if event.is_over(now) {
            return Err(EventRefused::TimeHasPassed);
        }
        let (there, moved) =
            self.step(RegistrationStep::Approve, seats.next_state(), RegistrationBy::Organiser, now)?;
        Ok((there.queued(place), moved))
    }

    /// An organiser does not agree.
    pub fn refuse(self, now: DateTime<Utc>) -> Result<(Self, RegistrationMoved), EventRefused> {
        self.step(RegistrationStep::Refuse, State::Declined, RegistrationBy::Organiser, now)
    }

    /// A seat is kept for them for a while.
    pub fn offer(self, event: &Event, now: DateTime<Utc>) -> Result<(Self, RegistrationMoved), EventRefused> {
        event.require_published("offer a seat of")?;
        if event.starts_at <= now {
            return Err(EventRefused::TimeHasPassed);
        }
        let (there, moved) =
            self.step(RegistrationStep::Offer, State::Offered, RegistrationBy::System, now)?;
        let until = (now + Self::OFFER).min(event.starts_at);
        Ok((Self { offered_until: Some(until), ..there }, moved))
    }

    /// Whether a seat was kept for them, and is not any more.
    pub fn has_lapsed(&self, now: DateTime<Utc>) -> bool {
        self.state == State::Offered && self.offered_until.is_none_or(|until| until <= now)
    }

    /// They take the seat that is kept for them.
    pub fn accept(
        self,
        event: &Event,
        now: DateTime<Utc>,
    ) -> Result<(Self, RegistrationMoved), EventRefused> {
        event.require_published("accept a seat of")?;
        // The event may have been moved to an earlier time since.
        if self.has_lapsed(now) || event.starts_at <= now {
            return Err(EventRefused::OfferExpired);
        }
        self.step(RegistrationStep::Accept, State::Going, RegistrationBy::Attendee, now)
    }

    /// The seat is kept for them no longer.
    pub fn lapse(self, now: DateTime<Utc>) -> Result<(Self, RegistrationMoved), EventRefused> {
        if self.state == State::Offered && !self.has_lapsed(now) {
            return Err(InvalidTransition::new("registration", "still to be accepted", "lapse").into());
        }
        self.step(RegistrationStep::Lapse, State::Declined, RegistrationBy::System, now)
    }

    /// They do not come.
    pub fn decline(self, now: DateTime<Utc>) -> Result<(Self, RegistrationMoved), EventRefused> {
        self.step(RegistrationStep::Decline, State::Declined, RegistrationBy::Attendee, now)
    }

    /// They come no longer, or an organiser takes it back.
    pub fn cancel(
        self,
        by: RegistrationBy,
        now: DateTime<Utc>,
    ) -> Result<(Self, RegistrationMoved), EventRefused> {
        self.step(RegistrationStep::Cancel, State::Cancelled, by, now)
    }

    /// They come in. That their code is good was seen before; it is good once, as there is no way back from here.
    pub fn check_in(
        self,
        event: &Event,
        now: DateTime<Utc>,
    ) -> Result<(Self, RegistrationMoved), EventRefused> {
        event.require_doors(now)?;
        self.step(RegistrationStep::CheckIn, State::CheckedIn, RegistrationBy::Organiser, now)
    }

    /// The event is over, and they did not come.
    pub fn miss(self, event: &Event, now: DateTime<Utc>) -> Result<(Self, RegistrationMoved), EventRefused> {
        if !event.is_over(now) {
            return Err(EventRefused::NotOver);
        }
        self.step(RegistrationStep::Miss, State::NoShow, RegistrationBy::System, now)
    }
}
