//! Events that are more than once: a rule, the first time, and what they are like.
//!
//! Each time is an event of its own, with seats, registrations and reminders. The series makes them ahead, says which
//! of them change together, and leaves alone what was changed apart from it.

use std::collections::BTreeSet;

use chrono::{DateTime, Months, TimeDelta, Utc};

use super::{
    Event, EventCreated, EventDraft, LONGEST_EVENT, RepeatRule, Repeats, SeriesBegun, SeriesChanged, WallTime,
};
use crate::choice::choices;
use crate::id::{AccountId, EventId, SeriesId};
use crate::validation::{Violation, Violations, code};

choices! {
    /// Which events of a series something is done with.
    SeriesScope {
        /// This one only, which is an exception of its series then.
        This = "this",
        /// This one and those that follow it; the ones before are a series of their own then.
        Following = "following",
        /// All that have not begun.
        All = "all",
    }
}

/// An event that repeats.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its id.
    pub id: SeriesId,
    /// Who made it; nobody, once they are erased.
    pub created_by: Option<AccountId>,
    /// The rule.
    pub rule: RepeatRule,
    /// The first of its times: what clocks would show if they never changed.
    pub first: WallTime,
    /// What its events are like; its times are those that clocks show of the first, and it does not repeat itself.
    pub template: EventDraft,
    /// When others were let know of it: what is made from then on is published.
    pub published_at: Option<DateTime<Utc>>,
    /// Until when its events are made; `None` once there are no more to make.
    pub made_until: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last saved.
    pub updated_at: DateTime<Utc>,
}

/// What becomes of the events of a series that changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeriesPlan {
    /// The times that events have from now on, by the times they had.
    pub kept: Vec<(WallTime, WallTime)>,
    /// The times of events that the rule names no longer.
    pub gone: Vec<WallTime>,
    /// The times for which events are made.
    pub new: Vec<WallTime>,
}

impl EventDraft {
    /// Somebody begins to prepare an event that repeats; `None` of one that does not. Its events are
    /// [made](Series::due) then.
    pub fn begin_series(
        self,
        id: SeriesId,
        first: EventId,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Option<(Series, SeriesBegun)> {
        let template = Self { repeats: None, ..self };
        let rule = self.repeats?.rule;
        let first_at = template.zone.meant(template.starts);
        let series = Series {
            id,
            created_by: Some(by),
            rule,
            first: template.starts,
            template,
            published_at: None,
            made_until: Some(first_at - Series::BEFORE),
            created_at: now,
            updated_at: now,
        };
        Some((series, SeriesBegun { series: id, first, by }))
    }
}

impl Series {
    /// How many months ahead events are made.
    pub const AHEAD: Months = Months::new(12);
    /// How many events are made at once at most.
    pub const BATCH: usize = RepeatRule::MOST;
    const BEFORE: TimeDelta = TimeDelta::seconds(1);

    /// The instant until which events are to be made by now.
    fn horizon(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let begins = now.max(self.template.zone.meant(self.first));
        begins.checked_add_months(Self::AHEAD).unwrap_or(begins)
    }

    /// The times for which events are to be made by now, the first first, and how far it has got then: at most a
    /// [batch](Self::BATCH) of them.
    pub fn due(&self, now: DateTime<Utc>) -> (Vec<WallTime>, Option<DateTime<Utc>>) {
        self.due_until(self.horizon(now), Self::BATCH)
    }

    fn due_until(&self, horizon: DateTime<Utc>, most: usize) -> (Vec<WallTime>, Option<DateTime<Utc>>) {
        let Some(made) = self.made_until else { return (Vec::new(), None) };
        let zone = self.template.zone;
        let times = |last| self.rule.until(self.first, zone, last, usize::MAX);
        let mut due: Vec<WallTime> = times(zone.wall(horizon))
            .into_iter()
            .filter(|at| zone.meant(*at) > made && zone.meant(*at) <= horizon)
            .collect();
        if due.len() > most {
            due.truncate(most);
            let last = due.last().map(|last| zone.meant(*last));
            return (due, last.or(Some(made)));
        }
        let more = self.rule.is_endless() && horizon < zone.meant(WallTime::LAST)
            || times(WallTime::LAST).last().is_some_and(|last| zone.meant(*last) > horizon);
        (due, more.then_some(horizon.max(made)))
    }

    /// What the event at one of its times is like; `None` when clocks show no such time.
    pub fn at(&self, at: WallTime) -> Option<EventDraft> {
        let (zone, template) = (self.template.zone, &self.template);
        let starts_at = zone.meant(at);
        let starts = zone.wall(starts_at);
        // As long as the first in hours; if clocks show its end twice, as long in what they show.
        let lasts = zone.meant(template.ends) - zone.meant(template.starts);
        let exact = zone.wall(starts_at + lasts);
        let ends = if zone.instant(exact) == Some(starts_at + lasts) {
            exact
        } else {
            zone.wall(zone.meant(WallTime::new(starts.get() + lasts)?))
        };
        let lasts = zone.instant(ends)? - zone.instant(starts)?;
        let before = template.register_until.map(|until| template.starts.get() - until.get());
        let until = match before {
            Some(before) => Some(zone.wall(zone.meant(WallTime::new(at.get() - before)?)).min(starts)),
            None => None,
        };
        let draft = EventDraft {
            starts: WallTime::new(starts.get())?,
            ends: WallTime::new(ends.get())?,
            register_until: until,
            repeats: Some(Repeats { rule: self.rule.clone() }),
            ..template.clone()
        };
        (lasts > TimeDelta::zero() && lasts <= LONGEST_EVENT).then_some(draft)
    }

    /// The event at one of its times, made by somebody; `None` when clocks show no such time. It is published if the
    /// series is, unless it has begun.
    pub fn make(
        &self,
        id: EventId,
        at: WallTime,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Option<(Event, EventCreated)> {
        let (event, created) = self.at(at)?.create(id, by, now).ok()?;
        let event =
            Event { created_by: self.created_by, series: Some(self.id), recurrence: Some(at), ..event };
        let event = match self.published_at {
            Some(_) if event.starts_at > now => event.publish(now).ok()?.0,
            _ => event,
        };
        Some((event, created))
    }

    /// The series as it goes on from one of its times, when the event at `at` is to be like the draft: all of its times
    /// move by as much as that one does. `draft.repeats` is the rule from then on, or nothing for the one there was.
    pub fn changed(
        &self,
        id: SeriesId,
        from: WallTime,
        at: WallTime,
        draft: EventDraft,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(Self, SeriesChanged), Violations> {
        let no_time =
            || Violations::one("/starts", Violation::new(code::OUT_OF_RANGE, "is no time of the series"));
        let before = self.at(at).ok_or_else(no_time)?;
        let first =
            WallTime::new(from.get() + (draft.starts.get() - before.starts.get())).ok_or_else(no_time)?;
        let passed = self.before(from);
        let rule =
            draft.repeats.as_ref().map_or_else(|| self.rule.after(passed), |repeats| repeats.rule.clone());
        rule.check_from(first, draft.zone)
            .map_err(|violation| Violations::one("/repeats/rule", violation))?;
        let parted_from = (id != self.id).then_some(self.id);
        let like =
            Self { first: draft.starts, template: EventDraft { repeats: None, ..draft }, ..self.clone() };
        let template = EventDraft { repeats: None, ..like.at(first).ok_or_else(no_time)? };
        let first_at = template.zone.meant(first);
        let made_until = Some(first_at - Self::BEFORE);
        let series = Self { id, rule, first, template, made_until, updated_at: now, ..like };
        Ok((series, SeriesChanged { series: id, parted_from, by }))
    }

    /// How many of its times are before this.
    fn before(&self, at: WallTime) -> usize {
        let times = self.rule.until(self.first, self.template.zone, at, usize::MAX);
        times.into_iter().filter(|time| *time < at).count()
    }

    /// The series that ends before one of its times, and of which no more is made.
    #[must_use]
    pub fn ended_before(self, at: Option<WallTime>, now: DateTime<Utc>) -> Self {
        let rule = at.map_or_else(|| self.rule.clone(), |at| self.rule.ending_before(at));
        Self { rule, made_until: None, updated_at: now, ..self }
    }

    /// What becomes of the events at these times, which were made by this series, when it is to be the other. An
    /// event stays with its time as that moves with the series; if the rule is another one, with its day. What was
    /// thrown away is not made again, unless the rule is another one.
    pub fn plan(
        &self,
        other: &Self,
        there: &[WallTime],
        now: DateTime<Utc>,
    ) -> (SeriesPlan, Option<DateTime<Utc>>) {
        let from = there.first().copied().unwrap_or(other.first);
        let shift = other.first.get() - from.get();
        let last = there.last().and_then(|last| WallTime::new(last.get() + shift));
        // What was made is not done away with because it was made far ahead.
        let made = last.map(|last| other.template.zone.meant(last));
        let horizon = made.map_or(other.horizon(now), |made| made.max(other.horizon(now)));
        let (named, made_until) = other.due_until(horizon, Self::BATCH + there.len());
        let same_rule = self.rule.after(self.before(from)).pattern() == other.rule.pattern();
        let mut free: BTreeSet<WallTime> = named.iter().copied().collect();
        let mut plan = SeriesPlan::default();
        for at in there {
            let moved = WallTime::new(at.get() + shift).filter(|moved| free.contains(moved));
            let same_day = || free.iter().copied().find(|time| time.get().date() == at.get().date());
            match moved.or_else(|| same_day().filter(|_| !same_rule)) {
                Some(time) => {
                    free.remove(&time);
                    plan.kept.push((*at, time));
                }
                None => plan.gone.push(*at),
            }
        }
        plan.new =
            free.into_iter().filter(|time| !same_rule || last.is_none_or(|last| *time > last)).collect();
        (plan, made_until)
    }
}

impl Event {
    /// Its series changes, and it changes with it: it is no exception, or not any more.
    pub fn follow(
        self,
        draft: EventDraft,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(Self, super::EventChanged), super::EventRefused> {
        let (event, changed) = self.change(draft, by, now)?;
        Ok((Self { exception: false, ..event }, changed))
    }

    /// Whether it changes when its series does: it is prepared, or has not begun.
    pub fn follows(&self, now: DateTime<Utc>) -> bool {
        match self.state {
            super::EventState::Draft => true,
            super::EventState::Published => self.starts_at > now,
            super::EventState::Cancelled | super::EventState::Completed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{EventInput, EventState, RepeatsInput};
    use crate::id::Id;
    use crate::validation::Field;

    fn now() -> DateTime<Utc> {
        "2026-02-01T09:00:00Z".parse().unwrap()
    }

    fn wall(text: &str) -> WallTime {
        text.parse().unwrap()
    }

    fn draft(rule: &str, zone: &str) -> EventDraft {
        EventDraft::from_raw(EventInput {
            title: "Solar pumps in practice".into(),
            description: "We take one apart.".into(),
            category: "workshop".into(),
            format: "online".into(),
            starts: "2026-03-03T18:00".into(),
            ends: "2026-03-03T20:00".into(),
            register_until: Some("2026-03-02T18:00".into()),
            zone: zone.into(),
            repeats: Some(RepeatsInput { rule: rule.into() }),
            ..EventInput::default()
        })
        .unwrap()
    }

    fn series(rule: &str) -> Series {
        let begun = draft(rule, "Europe/Berlin").begin_series(
            Id::at(now(), [1; 10]),
            Id::at(now(), [2; 10]),
            Id::at(now(), [3; 10]),
            now(),
        );
        begun.unwrap().0
    }

    fn changed(from: &Series, at: &str, draft: EventDraft) -> Result<Series, Violations> {
        let (at, by) = (wall(at), Id::at(now(), [3; 10]));
        from.changed(from.id, at, at, draft, by, now()).map(|(series, _)| series)
    }

    #[test]
    fn what_does_not_repeat_is_no_series() {
        let once = EventDraft { repeats: None, ..draft("FREQ=DAILY", "Etc/UTC") };
        let ids = (Id::at(now(), [1; 10]), Id::at(now(), [2; 10]), Id::at(now(), [3; 10]));
        assert_eq!(once.begin_series(ids.0, ids.1, ids.2, now()), None);
    }

    #[test]
    fn events_are_made_a_year_ahead_and_then_further() {
        let mut weekly = series("FREQ=WEEKLY;BYDAY=TU");
        let (due, made) = weekly.due(now());
        assert_eq!((due.len(), due[0], due[52]), (53, wall("2026-03-03T18:00"), wall("2027-03-02T18:00")));
        weekly.made_until = made;
        assert_eq!(weekly.due(now()).0, []);
        let later = now() + TimeDelta::days(60);
        let (due, made) = weekly.due(later);
        assert_eq!(due.first(), Some(&wall("2027-03-09T18:00")));
        assert_eq!((due.len(), made), (4, Some("2027-04-02T09:00:00Z".parse().unwrap())));

        let bounded = series("FREQ=DAILY;COUNT=5");
        let (due, made) = bounded.due(now());
        assert_eq!((due.len(), made), (5, None), "there are no more to make");
        let (daily, made) = series("FREQ=DAILY").due(now());
        assert_eq!((daily.len(), made.is_some()), (366, true));
    }

    #[test]
    fn each_is_as_long_and_as_early_as_the_first() {
        let daily = series("FREQ=DAILY");
        let at = |text: &str| {
            let draft = daily.at(wall(text)).unwrap();
            let until = draft.register_until.unwrap();
            (draft.starts.to_string(), draft.ends.to_string(), until.to_string())
        };
        let three = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        assert_eq!(at("2026-03-29T18:00"), three("2026-03-29T18:00", "2026-03-29T20:00", "2026-03-28T18:00"));
        // The hour before was left out, and is an hour later; the end is as long after it.
        assert_eq!(at("2026-03-29T02:30"), three("2026-03-29T03:30", "2026-03-29T05:30", "2026-03-28T02:30"));
        // Two hours after the first half past one, clocks show half past two again.
        assert_eq!(at("2026-10-25T01:30"), three("2026-10-25T01:30", "2026-10-25T03:30", "2026-10-24T01:30"));
        let (event, _) = daily
            .make(Id::at(now(), [9; 10]), wall("2026-03-29T18:00"), Id::at(now(), [3; 10]), now())
            .unwrap();
        assert_eq!(event.starts_at.to_rfc3339(), "2026-03-29T16:00:00+00:00");
        assert_eq!((event.state, event.series, event.exception), (EventState::Draft, Some(daily.id), false));
        let open = Series { published_at: Some(now()), ..daily };
        let made = |at: &str| {
            let made = open.make(Id::at(now(), [9; 10]), wall(at), Id::at(now(), [3; 10]), now());
            made.unwrap().0.state
        };
        assert_eq!(made("2026-03-29T18:00"), EventState::Published);
        assert_eq!(made("2026-01-29T18:00"), EventState::Draft, "nobody is told of what was");
    }

    #[test]
    fn what_moves_with_its_series_is_the_same_event() {
        let weekly = series("FREQ=WEEKLY;BYDAY=TU;COUNT=4");
        let there = weekly.due(now()).0;
        let later = EventDraft {
            starts: wall("2026-03-10T19:00"),
            ends: wall("2026-03-10T21:00"),
            repeats: None,
            ..weekly.at(there[1]).unwrap()
        };
        let moved = changed(&weekly, "2026-03-10T18:00", later.clone()).unwrap();
        assert_eq!(moved.rule.to_string(), "FREQ=WEEKLY;BYDAY=TU;COUNT=3");
        let (plan, made) = weekly.plan(&moved, &there[1..], now());
        let times = ["2026-03-10T19:00", "2026-03-17T19:00", "2026-03-24T19:00"].map(wall);
        assert_eq!(plan.kept, there[1..].iter().copied().zip(times).collect::<Vec<_>>());
        assert_eq!((plan.gone, plan.new, made), (vec![], vec![], None));

        let to_wednesday =
            EventDraft { starts: wall("2026-03-11T18:00"), ends: wall("2026-03-11T20:00"), ..later };
        let refused = changed(&weekly, "2026-03-10T18:00", to_wednesday.clone()).unwrap_err().into_vec();
        assert_eq!(refused[0].pointer, "/repeats/rule");
        let rule = Some(Repeats { rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;COUNT=3".parse().unwrap() });
        let other =
            changed(&weekly, "2026-03-10T18:00", EventDraft { repeats: rule, ..to_wednesday }).unwrap();
        let (plan, _) = weekly.plan(&other, &there[1..], now());
        assert_eq!(
            plan,
            SeriesPlan {
                kept: vec![
                    (wall("2026-03-10T18:00"), wall("2026-03-11T18:00")),
                    (wall("2026-03-24T18:00"), wall("2026-03-25T18:00")),
                ],
                gone: vec![wall("2026-03-17T18:00")],
                new: vec![wall("2026-04-08T18:00")],
            }
        );
    }

    #[test]
    fn what_was_thrown_away_is_not_made_again() {
        let weekly = series("FREQ=WEEKLY;BYDAY=TU;COUNT=4");
        let mut there = weekly.due(now()).0;
        there.remove(2);
        let same = EventDraft { repeats: None, ..weekly.at(there[0]).unwrap() };
        let other = changed(&weekly, "2026-03-03T18:00", same).unwrap();
        let (plan, _) = weekly.plan(&other, &there, now());
        assert_eq!((plan.kept.len(), plan.gone.len(), plan.new.len()), (3, 0, 0));
    }
}
