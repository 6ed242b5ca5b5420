//! Events, and what becomes of them.
//!
//! ```
//! use chrono::{DateTime, Utc};
//! use smilefactory_core::event::{EventDraft, EventInput, EventState};
//! use smilefactory_core::id::{AccountId, EventId, Id};
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
//!     ..EventInput::default()
//! })?;
//! let (event, _) = draft.create(EventId::at(now, [1; 10]), AccountId::at(now, [2; 10]), now)?;
//! assert_eq!(event.starts_at.to_rfc3339(), "2026-03-01T16:00:00+00:00");
//! let (event, _) = event.publish(now)?;
//! assert_eq!(event.state, EventState::Published);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    EventCancelled, EventChanged, EventCompleted, EventCreated, EventDraft, EventFormat, EventPublished,
    EventRefused, WallTime,
};
use crate::answer::answer;
use crate::choice::choices;
use crate::error::InvalidTransition;
use crate::id::{AccountId, EventId, GroupId, SeriesId};
use crate::record::record;
use crate::text::Reason;
use crate::validation::{Field, Violation, Violations, code};
use crate::version::Version;

choices! {
    /// Where an event stands.
    EventState {
        /// Its organisers prepare it, and nobody else sees it.
        Draft = "draft",
        /// It will be, or is.
        Published = "published",
        /// It will not be.
        Cancelled = "cancelled",
        /// It was.
        Completed = "completed",
    }
}

record! {
    /// Why an event will not be.
    pub struct Cancellation / CancellationInput / CancellationPatch {
        /// Why; those who registered read it.
        reason: Option<Reason>,
    }
}

answer! {
    /// People who come together.
    pub struct Event {
        /// Its id.
        id: EventId,
        /// Where it stands.
        state: EventState,
        /// Who made it; nobody, once they are erased.
        created_by: Option<AccountId>,
        /// The instant at which it begins.
        starts_at: DateTime<Utc>,
        /// The instant at which it ends.
        ends_at: DateTime<Utc>,
        /// The instant from which on nobody registers.
        registers_until: DateTime<Utc>,
        /// When it was published.
        published_at: Option<DateTime<Utc>>,
        /// Why it was cancelled.
        cancelled_for: Option<Reason>,
        /// The group that it is an event of.
        group: Option<GroupId>,
        /// The series that it is one of.
        series: Option<SeriesId>,
        /// When its series says that it begins: it may be at another time, as an exception or where clocks leave that
        /// one out.
        recurrence: Option<WallTime>,
        /// Whether it was changed apart from its series, and stays as it is when that changes.
        exception: bool,
        /// How often its time, its place or its state changed, for calendars that have it.
        sequence: u32,
        /// How often it was saved.
        version: Version,
        /// When it was made.
        created_at: DateTime<Utc>,
        /// When it was last saved.
        updated_at: DateTime<Utc>,
        ..
        /// What its organisers say of it.
        draft: EventDraft,
    }
}

/// The instants of a draft.
struct Instants {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    registers_until: DateTime<Utc>,
}

impl EventDraft {
    /// What its wall times are. A draft that was checked has them; the zone's rules may have become others since it
    /// was.
    fn instants(&self) -> Result<Instants, Violations> {
        let instant = |field: &str, wall| {
            let left_out =
                || Violation::new(code::OUT_OF_RANGE, format!("no clock in {} shows {wall}", self.zone));
            self.zone.instant(wall).ok_or_else(|| Violations::one(format!("/{field}"), left_out()))
        };
        let starts_at = instant("starts", self.starts)?;
        let registers_until = match self.register_until {
            Some(until) => instant("register_until", until)?,
            None => starts_at,
        };
        Ok(Instants { starts_at, ends_at: instant("ends", self.ends)?, registers_until })
    }

    /// Somebody begins to prepare an event.
    pub fn create(
        self,
        id: EventId,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(Event, EventCreated), Violations> {
        let Instants { starts_at, ends_at, registers_until } = self.instants()?;
        let event = Event {
            id,
            state: EventState::Draft,
            created_by: Some(by),
            starts_at,
            ends_at,
            registers_until,
            published_at: None,
            cancelled_for: None,
            group: None,
            series: None,
            recurrence: None,
            exception: false,
            sequence: 0,
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
            draft: self,
        };
        Ok((event, EventCreated { event: id, by }))
    }
}

impl Event {
    /// How long before it begins doors open.
    pub const DOORS: TimeDelta = TimeDelta::hours(12);
    /// How many people organise it at most.
    pub const MOST_ORGANISERS: usize = 20;

    fn step(&self, step: &'static str, from: &[EventState]) -> Result<(), EventRefused> {
        if from.contains(&self.state) {
            Ok(())
        } else {
            Err(InvalidTransition::new("event", self.state.as_str(), step).into())
        }
    }

    /// Whether it is over.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.ends_at <= now
    }

    /// Its draft as it would be sent.
    pub fn input(&self) -> super::EventInput {
        self.draft.clone().into_raw()
    }

    /// Its organisers say something else of it. What is over stays as it was, and what is published is not put back
    /// to a time that has passed. One of a series is an exception of it then.
    pub fn change(
        self,
        draft: EventDraft,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(Self, EventChanged), EventRefused> {
        self.step("change", &[EventState::Draft, EventState::Published])?;
        if self.state == EventState::Published && self.is_over(now) {
            return Err(InvalidTransition::new("event", "over", "change").into());
        }
        let Instants { starts_at, ends_at, registers_until } = draft.instants()?;
        let rescheduled = (starts_at, ends_at) != (self.starts_at, self.ends_at);
        let moved = (&draft.place, draft.format) != (&self.draft.place, self.draft.format);
        let published = self.state == EventState::Published;
        if published && ends_at <= now || published && starts_at != self.starts_at && starts_at <= now {
            return Err(EventRefused::TimeHasPassed);
        }
        let changed = EventChanged { event: self.id, by, rescheduled, moved };
        let event = Self {
            draft,
            starts_at,
            ends_at,
            registers_until,
            exception: self.series.is_some(),
            sequence: self.sequence + u32::from(rescheduled || moved),
            updated_at: now,
            ..self
        };
        Ok((event, changed))
    }

    /// Its organisers let others know of it.
    pub fn publish(self, now: DateTime<Utc>) -> Result<(Self, EventPublished), EventRefused> {
        self.step("publish", &[EventState::Draft])?;
        if self.starts_at <= now {
            return Err(EventRefused::TimeHasPassed);
        }
        let published = EventPublished { event: self.id, starts_at: self.starts_at };
        let event = Self { state: EventState::Published, published_at: Some(now), updated_at: now, ..self };
        Ok((event, published))
    }

    /// Its organisers call it off.
    pub fn cancel(
        self,
        reason: Option<Reason>,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(Self, EventCancelled), EventRefused> {
        self.step("cancel", &[EventState::Published])?;
        if self.is_over(now) {
            return Err(InvalidTransition::new("event", "over", "cancel").into());
        }
        let cancelled = EventCancelled { event: self.id, by };
        let event = Self {
            state: EventState::Cancelled,
            cancelled_for: reason,
            exception: self.series.is_some(),
            sequence: self.sequence + 1,
            updated_at: now,
            ..self
        };
        Ok((event, cancelled))
    }

    /// Who alone organised it is erased, and others have to do with it: it is called off, and what was said of it is
    /// gone but for its title, by which they know it.
    pub fn abandon(self, by: AccountId, now: DateTime<Utc>) -> Result<(Self, EventCancelled), EventRefused> {
        let (event, cancelled) = self.cancel(None, by, now)?;
        let draft = EventDraft {
            description: event.draft.title.as_str().parse()?,
            format: EventFormat::Online,
            place: None,
            join_at: None,
            ..event.draft
        };
        Ok((Self { draft, ..event }, cancelled))
    }

    /// It is over.
    pub fn complete(self, now: DateTime<Utc>) -> Result<(Self, EventCompleted), EventRefused> {
        self.step("complete", &[EventState::Published])?;
        if !self.is_over(now) {
            return Err(EventRefused::NotOver);
        }
        let completed = EventCompleted { event: self.id };
        Ok((Self { state: EventState::Completed, updated_at: now, ..self }, completed))
    }

    /// Refuses what comes after it is over or called off.
    pub fn require_changing(&self, step: &'static str) -> Result<(), EventRefused> {
        self.step(step, &[EventState::Draft, EventState::Published])
    }

    /// Whether its draft may be thrown away.
    pub fn require_draft(&self, step: &'static str) -> Result<(), EventRefused> {
        self.step(step, &[EventState::Draft])
    }

    /// Refuses what comes too late: an event that is not published, or nobody registers for any more.
    pub fn require_open(&self, now: DateTime<Utc>) -> Result<(), EventRefused> {
        self.step("register for", &[EventState::Published])?;
        if now < self.registers_until { Ok(()) } else { Err(EventRefused::RegistrationClosed) }
    }

    /// Refuses to let anybody in who comes too early, or to what will not be or was.
    pub fn require_doors(&self, now: DateTime<Utc>) -> Result<(), EventRefused> {
        self.step("check in to", &[EventState::Published])?;
        if self.is_over(now) {
            return Err(EventRefused::TimeHasPassed);
        }
        if now + Self::DOORS < self.starts_at { Err(EventRefused::TooEarly) } else { Ok(()) }
    }

    /// Refuses what is for an event that people may still come to.
    pub fn require_published(&self, step: &'static str) -> Result<(), EventRefused> {
        self.step(step, &[EventState::Published])
    }
}
