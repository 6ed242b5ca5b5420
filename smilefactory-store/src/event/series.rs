//! Events that repeat: what is made ahead, and what is done with several of them at once.
//!
//! The series is locked first, then its events in the order of their ids: two who make events of it, or change it, do
//! so one after the other, and who registers for one of them waits for that one only.

use smilefactory_core::event::{
    Event, EventDeleted, EventDraft, EventPublished, EventRefused, EventState, Series, SeriesEnded,
    SeriesScope, WallTime,
};
use smilefactory_core::id::{AccountId, EventId, GroupId};
use smilefactory_core::text::Reason;
use smilefactory_core::validation::{Violation, Violations, code};
use smilefactory_core::version::Version;

use super::organise::require_seats;
use super::{NO_EVENT, Result, pass_on, require_organiser};
use crate::repo::event::{ReadEvents, ReadSeries, WriteEvents, WriteSeries};
use crate::tx::WriteTx;

/// A series, and those of its events that something is done with.
struct Part {
    series: Series,
    /// The event that was named.
    event: Event,
    /// Its first time that is meant, unless that is the first of all.
    from: Option<WallTime>,
    /// The events from there on, in the order of their times.
    events: Vec<Event>,
}

/// Somebody begins to prepare an event that repeats, and organises it; the first of its events is given back.
pub(super) async fn begin(
    tx: &mut WriteTx,
    draft: EventDraft,
    group: Option<GroupId>,
    by: AccountId,
) -> Result<Option<Event>> {
    if draft.repeats.is_none() {
        return Ok(None);
    }
    let now = tx.now();
    let first = tx.new_id()?;
    let Some((series, begun)) = draft.begin_series(tx.new_id()?, first, by, now) else { return Ok(None) };
    let (times, made_until) = series.due(now);
    let series = Series { made_until, ..series };
    tx.series().insert(&series).await?;
    tx.tell(begun)?;
    make(tx, &series, &times, Some(first), group, &[by]).await?;
    Ok(Some(tx.events().get(first).await?.ok_or(NO_EVENT)?))
}

/// Makes the events of a locked series at these times, and says how many there are now.
async fn make(
    tx: &mut WriteTx,
    series: &Series,
    times: &[WallTime],
    first: Option<EventId>,
    group: Option<GroupId>,
    organisers: &[AccountId],
) -> Result<usize> {
    let Some(by) = organisers.first().copied() else { return Ok(0) };
    let (now, mut first, mut events) = (tx.now(), first, Vec::with_capacity(times.len()));
    for at in times {
        let id = match first.take() {
            Some(first) => first,
            None => tx.new_id()?,
        };
        let Some((event, created)) = series.make(id, *at, by, now) else { continue };
        tx.tell(created)?;
        if event.state == EventState::Published {
            tx.tell(EventPublished { event: id, starts_at: event.starts_at })?;
        }
        events.push(Event { group, ..event });
    }
    if let Some((first, others)) = events.split_first() {
        tx.events().insert(first).await?;
        for account in organisers {
            tx.events().add_organiser(first.id, *account).await?;
        }
        if let Some(maker) = first.created_by.filter(|maker| !organisers.contains(maker)) {
            tx.events().remove_organiser(first.id, maker).await?;
        }
        tx.series().make_like(first.id, others, organisers).await?;
    }
    Ok(events.len())
}

/// Makes the events of one series that are to be made by now, in the tenant of the unit of work; `false` when there
/// is none. Whoever else does so at the same time makes those of another one. A series whose events nobody organises
/// goes on no longer.
pub async fn make_next(tx: &mut WriteTx) -> Result<bool> {
    let now = tx.now();
    let month_before = now.checked_add_months(chrono::Months::new(11)).unwrap_or(now);
    let Some(series) = tx.series().lock_due(month_before).await? else { return Ok(false) };
    let organisers = tx.series().organisers(series.id).await?;
    let (times, made_until) = series.due(now);
    let there = tx.series().lock_occurrences(series.id, None).await?;
    let taken = |at: &WallTime| there.iter().any(|event| event.recurrence == Some(*at));
    let times: Vec<WallTime> = times.into_iter().filter(|at| !taken(at)).collect();
    let group = there.last().and_then(|event| event.group);
    let made_until = if organisers.is_empty() { None } else { made_until };
    make(tx, &series, &times, None, group, &organisers).await?;
    tx.series().update(&Series { made_until, updated_at: now, ..series }).await?;
    Ok(true)
}

/// What the event of a series is like by its series, whatever was changed of it alone; `None` of one that does not
/// repeat. This is what a change of several of them changes.
pub async fn template_of<Mode>(tx: &mut crate::tx::Tx<Mode>, event: &Event) -> Result<Option<EventDraft>> {
    let (Some(id), Some(at)) = (event.series, event.recurrence) else { return Ok(None) };
    Ok(tx.series().get(id).await?.and_then(|series| series.at(at)))
}

/// The events that are meant, locked, by somebody who organises each of them.
async fn part_of(
    tx: &mut WriteTx,
    id: EventId,
    by: AccountId,
    scope: SeriesScope,
    mut meant: impl FnMut(&Event) -> bool + Send,
) -> Result<Part> {
    require_organiser(tx, id, by).await?;
    let event = tx.events().get(id).await?.ok_or(NO_EVENT)?;
    let Some(series) = event.series else {
        let message = "is for events that repeat: this one is once";
        return Err(Violations::one("/scope", Violation::new(code::NOT_ALLOWED, message)).into());
    };
    let series = tx.series().lock(series).await?.ok_or(NO_EVENT)?;
    let mut events = tx.series().lock_occurrences(series.id, None).await?;
    // It may be of another series by now.
    let event = events.iter().find(|event| event.id == id).cloned().ok_or(NO_EVENT)?;
    let from = match scope {
        SeriesScope::Following => event.recurrence,
        SeriesScope::This | SeriesScope::All => {
            events.iter().find(|event| meant(event)).and_then(|event| event.recurrence)
        }
    };
    let before = events.iter().filter(|event| event.recurrence < from).count();
    events.drain(..before);
    let ids: Vec<EventId> = events.iter().map(|event| event.id).collect();
    if tx.series().count_of_others(&ids, by).await? > 0 {
        return Err(EventRefused::NotYours("those who organise all of these events").into());
    }
    Ok(Part { series, event, from: from.filter(|_| before > 0), events })
}

/// An organiser says something else of an event and of those that follow it, or of all of its series that have not
/// begun: `draft` is what the event named is to be like, and `repeats` in it another rule. What was changed of one of
/// them alone stays, but for the one that is named; `read_at` is the version of that which they had seen.
pub async fn change_several(
    tx: &mut WriteTx,
    id: EventId,
    by: AccountId,
    scope: SeriesScope,
    draft: EventDraft,
    read_at: Version,
) -> Result<Event> {
    let now = tx.now();
    let Part { series, event, from, events } = part_of(tx, id, by, scope, |event| event.follows(now)).await?;
    event.require_changing("change")?;
    let (Some(at), true) = (event.recurrence, event.follows(now)) else {
        return Err(EventRefused::TimeHasPassed.into());
    };
    let Some(first) = events.first().and_then(|event| event.recurrence) else { return Err(NO_EVENT) };
    let parts = scope == SeriesScope::Following && from.is_some();
    let other = if parts { tx.new_id()? } else { series.id };
    let (changed, fact) = series.changed(other, first, at, draft, by, now)?;
    let there: Vec<WallTime> = events.iter().filter_map(|event| event.recurrence).collect();
    let (plan, made_until) = series.plan(&changed, &there, now);
    if !plan.kept.iter().any(|(was, _)| *was == at) {
        let message = "must name the time of this event, too";
        return Err(Violations::one("/repeats/rule", Violation::new(code::RANGE_ORDER, message)).into());
    }
    let changed = Series { made_until, ..changed };
    if parts {
        tx.series().insert(&Series { created_at: now, ..changed.clone() }).await?;
        tx.series().update(&series.clone().ended_before(Some(first), now)).await?;
    } else {
        tx.series().update(&changed).await?;
    }
    tx.tell(fact)?;

    let moved = |at: WallTime| plan.kept.iter().find(|(was, _)| *was == at).map(|(_, is)| *is);
    let placed: Vec<(EventId, WallTime)> = events
        .iter()
        .filter_map(|event| event.recurrence.map(|at| (event.id, moved(at).unwrap_or(at))))
        .collect();
    tx.series().place(changed.id, &placed).await?;
    let mut named = event;
    for event in events {
        let Some(is) = event.recurrence.map(moved) else { continue };
        let apart = event.exception && event.id != id;
        if apart || !event.follows(now) {
            continue;
        }
        let event = if event.id == id { Event { version: read_at, ..event } } else { event };
        match is.and_then(|is| changed.at(is)) {
            Some(draft) => {
                let event = follow(tx, event, draft, by).await?;
                if event.id == id {
                    named = Event { series: Some(changed.id), recurrence: is, ..event };
                }
            }
            None => call_off(tx, event, None, by).await?,
        }
    }
    let organisers = tx.series().organisers(changed.id).await?;
    make(tx, &changed, &plan.new, None, named.group, &organisers).await?;
    Ok(named)
}

/// An event changes with its series.
async fn follow(tx: &mut WriteTx, event: Event, draft: EventDraft, by: AccountId) -> Result<Event> {
    let (id, now) = (event.id, tx.now());
    let seats_change = draft.seats() != event.draft.seats();
    if seats_change {
        let seats = tx.events().seats(id).await?;
        require_seats(&seats, &draft)?;
    }
    let (changed, fact) = event.follow(draft, by, now)?;
    let changed = tx.events().update(&changed).await?;
    tx.tell(fact)?;
    if seats_change {
        tx.events().save_seats(id, &changed.draft.seats()).await?;
        pass_on(tx, &changed).await?;
    }
    Ok(changed)
}

/// An event of a series will not be: who knows of it is told, and a draft is gone.
async fn call_off(tx: &mut WriteTx, event: Event, reason: Option<Reason>, by: AccountId) -> Result<()> {
    let (id, now) = (event.id, tx.now());
    if event.state == EventState::Draft {
        tx.events().delete(id).await?;
        tx.tell(EventDeleted { event: id })?;
    } else {
        let (event, cancelled) = event.cancel(reason, by, now)?;
        tx.events().update(&event).await?;
        tx.tell(cancelled)?;
    }
    Ok(())
}

/// An organiser calls off an event and those that follow it, or all of its series that are not over. Drafts among them
/// are gone, and no more are made.
pub async fn cancel_several(
    tx: &mut WriteTx,
    id: EventId,
    by: AccountId,
    scope: SeriesScope,
    reason: Option<Reason>,
) -> Result<Event> {
    let now = tx.now();
    let on = |event: &Event| match event.state {
        EventState::Draft => true,
        EventState::Published => !event.is_over(now),
        EventState::Cancelled | EventState::Completed => false,
    };
    let Part { series, event, from, events } = part_of(tx, id, by, scope, on).await?;
    // It is refused as it would be alone.
    event.cancel(reason.clone(), by, now)?;
    for event in events.into_iter().filter(on) {
        call_off(tx, event, reason.clone(), by).await?;
    }
    end(tx, series, from, by).await?;
    tx.events().get(id).await?.ok_or(NO_EVENT)
}

/// A series goes on no longer, from one of its times on or at all.
async fn end(tx: &mut WriteTx, series: Series, from: Option<WallTime>, by: AccountId) -> Result<()> {
    let id = series.id;
    if !tx.series().delete_empty(id).await? {
        let ended = series.ended_before(from, tx.now());
        tx.series().update(&ended).await?;
    }
    tx.tell(SeriesEnded { series: id, by })?;
    Ok(())
}

/// An organiser lets others know of an event and of those that follow it, or of all of its series, as far as they have
/// not begun; what is made of the series later is published, too.
pub async fn publish_several(
    tx: &mut WriteTx,
    id: EventId,
    by: AccountId,
    scope: SeriesScope,
) -> Result<Event> {
    let now = tx.now();
    let waits = |event: &Event| event.state == EventState::Draft && event.starts_at > now;
    let Part { series, event, events, .. } = part_of(tx, id, by, scope, waits).await?;
    // It is refused as it would be alone.
    event.publish(now)?;
    for event in events.into_iter().filter(waits) {
        let (event, published) = event.publish(now)?;
        tx.events().update(&event).await?;
        tx.tell(published)?;
    }
    tx.series().update(&Series { published_at: Some(now), updated_at: now, ..series }).await?;
    tx.events().get(id).await?.ok_or(NO_EVENT)
}

/// An organiser throws away a draft and those that follow it, or all drafts of its series; no more are made.
pub async fn delete_several(tx: &mut WriteTx, id: EventId, by: AccountId, scope: SeriesScope) -> Result<()> {
    let draft = |event: &Event| event.state == EventState::Draft;
    let Part { series, event, from, events } = part_of(tx, id, by, scope, draft).await?;
    event.require_draft("delete")?;
    for event in events.into_iter().filter(draft) {
        tx.events().delete(event.id).await?;
        tx.tell(EventDeleted { event: event.id })?;
    }
    end(tx, series, from, by).await
}
