//! Events as they are read.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};

use super::{Event, EventState, Registration, RegistrationState, Seats, Zone};
use crate::answer::answer;
use crate::choice::choices;
use crate::id::{AccountId, EventId};

choices! {
    /// When events of a list are.
    EventWindow {
        /// From now on, and under way.
        Upcoming = "upcoming",
        /// Over; the last first.
        Past = "past",
        /// Today.
        Today = "today",
        /// This week, from Monday to Sunday.
        Week = "week",
        /// This month.
        Month = "month",
    }

    /// Which events somebody has to do with.
    OwnEvents {
        /// They organise them.
        Organising = "organising",
        /// They are registered for them, or invited.
        Registered = "registered",
    }
}

/// A time that events fall into, at least with a part of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// They end after this.
    pub from: DateTime<Utc>,
    /// They begin before this, if it is said.
    pub until: Option<DateTime<Utc>>,
}

impl EventWindow {
    /// What it spans; the past spans nothing, and is read backwards. A week begins on Monday.
    ///
    /// ```
    /// use smilefactory_core::event::{EventWindow, Zone};
    /// let now = "2026-03-01T09:30:00Z".parse().unwrap();
    /// let week = EventWindow::Week.span(now, "Africa/Harare".parse().unwrap()).unwrap();
    /// assert_eq!(week.from.to_rfc3339(), "2026-02-22T22:00:00+00:00");
    /// assert_eq!(week.until.unwrap().to_rfc3339(), "2026-03-01T22:00:00+00:00");
    /// ```
    pub fn span(self, now: DateTime<Utc>, zone: Zone) -> Option<Span> {
        let today = zone.date(now);
        let days = |first: NaiveDate, after: Option<NaiveDate>| Span {
            from: zone.day_begins(first),
            until: after.map(|after| zone.day_begins(after)),
        };
        match self {
            Self::Past => None,
            Self::Upcoming => Some(Span { from: now, until: None }),
            Self::Today => Some(days(today, today.succ_opt())),
            Self::Week => {
                let monday = today.week(chrono::Weekday::Mon).first_day();
                Some(days(monday, monday.checked_add_days(Days::new(7))))
            }
            Self::Month => {
                let first = today.with_day(1)?;
                Some(days(first, first.checked_add_months(Months::new(1))))
            }
        }
    }
}

/// The days of a month, each with its first instant, and the first instant after the last of them.
pub fn days_of_month(first: NaiveDate, zone: Zone) -> Vec<(NaiveDate, DateTime<Utc>, DateTime<Utc>)> {
    let days = first.iter_days().take_while(|day| day.month() == first.month());
    days.map(|day| (day, zone.day_begins(day), zone.day_begins(day.succ_opt().unwrap_or(day)))).collect()
}

answer! {
    /// How many events there are on a day.
    pub struct EventDay: Copy, Eq {
        /// The day.
        date: NaiveDate,
        /// How many.
        events: u32,
    }
}

answer! {
    /// How many events there are on each day of a month, for a calendar. One that goes on for days is counted on each.
    pub struct EventMonth: Eq {
        /// The first day of the month.
        month: NaiveDate,
        /// Whose days these are.
        zone: Zone,
        /// Each day on which there is an event.
        days: Vec<EventDay>,
    }
}

answer! {
    /// Somebody who organises an event.
    pub struct Organiser: Copy, Eq {
        /// Who.
        account: AccountId,
        /// Since when.
        since: DateTime<Utc>,
    }
}

answer! {
    /// An event as somebody sees it.
    pub struct EventView {
        /// Its description, rendered.
        html: String,
        /// Its seats, the general ones first.
        seats: Vec<Seats>,
        /// Who organises it, the first of them first.
        organisers: Vec<AccountId>,
        /// How the caller stands to it.
        own: Option<Registration>,
        /// Whether the caller organises it.
        organises: bool,
        ..
        /// The event.
        event: Event,
    }
}

answer! {
    /// An event in a list.
    pub struct ListedEvent {
        /// How the caller stands to it.
        own: Option<RegistrationState>,
        /// How many of its seats are taken, of all classes.
        taken: u32,
        ..
        /// The event.
        event: Event,
    }
}

answer! {
    /// A registration of the caller, and what for.
    pub struct OwnRegistration: Eq {
        /// What the event is called.
        title: String,
        /// Where it stands.
        event_state: EventState,
        /// When it begins.
        starts_at: DateTime<Utc>,
        /// When it ends.
        ends_at: DateTime<Utc>,
        ..
        /// The registration.
        registration: Registration,
    }
}

answer! {
    /// What is shown at the door.
    pub struct CheckInCode: Eq {
        /// The event it is for.
        event: EventId,
        /// The code; good once.
        code: String,
    }
}

impl Event {
    /// The event for somebody who stands to it so: where it is joined is for those who come, and its organisers.
    #[must_use]
    pub fn shown_to(mut self, own: Option<RegistrationState>, organises: bool) -> Self {
        if !organises && !own.is_some_and(RegistrationState::comes) {
            self.draft.join_at = None;
        }
        self
    }

    /// When those who come are reminded of it, before it begins.
    pub const REMINDERS: [TimeDelta; 2] = [TimeDelta::hours(24), TimeDelta::hours(1)];
}
