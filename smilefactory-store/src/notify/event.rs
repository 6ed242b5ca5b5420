//! What concerns people in events.

use chrono::TimeDelta;
use smilefactory_core::event::{
    Event, EventCancelled, EventChanged, EventPublished, EventState, RegistrationMoved, RegistrationState,
    RegistrationStep,
};
use smilefactory_core::id::{AccountId, EventId, Id};
use smilefactory_core::messaging::notification::{NotificationDetails, NotificationKind, Raise};

use super::{Effect, Effects, Seen};
use crate::error::Result;
use crate::outbox::RecordedFact;
use crate::repo::community::ReadGroupMembers;
use crate::repo::event::{ReadEvents, ReadRegistrations, ReadSeries};
use crate::repo::messaging::Reminder;
use crate::tx::WriteTx;

/// Who is told when an event moves or is called off.
const CONCERNED: &[RegistrationState] = &[
    RegistrationState::Invited,
    RegistrationState::Requested,
    RegistrationState::Going,
    RegistrationState::Maybe,
    RegistrationState::Waitlisted,
    RegistrationState::Offered,
];

/// How long before an event begins somebody is reminded of it so.
pub(crate) fn notice(kind: NotificationKind) -> TimeDelta {
    let [day, hour] = Event::REMINDERS;
    if kind == NotificationKind::EventTomorrow { day } else { hour }
}

/// What a fact about events brings about.
pub(super) async fn effects(tx: &mut WriteTx, recorded: &RecordedFact) -> Effects {
    let fact = &recorded.fact;
    if let Some(moved) = fact.read::<RegistrationMoved>()? {
        return registration(tx, &moved).await;
    }
    if let Some(changed) = fact.read::<EventChanged>()? {
        return if changed.rescheduled || changed.moved {
            event_moved(tx, changed.event).await
        } else {
            Ok(Vec::new())
        };
    }
    if let Some(published) = fact.read::<EventPublished>()? {
        return event_published(tx, published.event).await;
    }
    if let Some(cancelled) = fact.read::<EventCancelled>()? {
        let Some(event) = tx.events().get(cancelled.event).await? else { return Ok(Vec::new()) };
        let reason = event.cancelled_for.clone();
        let details = NotificationDetails { reason, ..NotificationDetails::default() };
        let raise = Raise::about_event(NotificationKind::EventCancelled, event.id, None, details);
        return Ok(vec![Effect::tell(raise, concerned(tx, event.id).await?)]);
    }
    Ok(Vec::new())
}

/// Everybody whom it concerns that an event moves or is called off.
async fn concerned(tx: &mut WriteTx, event: EventId) -> Result<Vec<AccountId>> {
    let mut concerned: Vec<AccountId> = Vec::new();
    loop {
        let after = concerned.last().copied();
        let more = tx.registrations().list_accounts(event, CONCERNED, after).await?;
        if more.is_empty() {
            return Ok(concerned);
        }
        concerned.extend(more);
    }
}

/// There is an event in a group: its members are told; of one that repeats, once.
async fn event_published(tx: &mut WriteTx, id: EventId) -> Effects {
    let event = tx.events().get(id).await?.filter(|event| event.state == EventState::Published);
    let Some((event, group)) = event.and_then(|event| event.group.map(|group| (event, group))) else {
        return Ok(Vec::new());
    };
    if !tx.series().is_first(&event).await? {
        return Ok(Vec::new());
    }
    let organisers = tx.events().organisers(id).await?;
    let mut members: Vec<AccountId> = Vec::new();
    loop {
        let more = tx.group_members().list_accounts(group, members.last().copied()).await?;
        if more.is_empty() {
            break;
        }
        members.extend(more);
    }
    members.retain(|member| organisers.iter().all(|organiser| organiser.account != *member));
    let raise = Raise::about_event(NotificationKind::GroupEvent, id, None, NotificationDetails::default());
    Ok(vec![Effect::tell(raise, members)])
}

/// An event is at another time or place: those whom it concerns are told, and those who come are reminded in time.
async fn event_moved(tx: &mut WriteTx, id: EventId) -> Effects {
    let event = tx.events().get(id).await?.filter(|event| event.state == EventState::Published);
    let Some(event) = event else { return Ok(Vec::new()) };
    let details = NotificationDetails { due_at: Some(event.starts_at), ..NotificationDetails::default() };
    let raise = Raise::about_event(NotificationKind::EventMoved, id, None, details);
    let concerned = concerned(tx, id).await?;
    let reminders = reminders(tx, &event, &concerned);
    Ok(vec![Effect { reminders, ..Effect::tell(raise, concerned) }])
}

/// What these are reminded of; whether they come is looked at then.
fn reminders(tx: &WriteTx, event: &Event, accounts: &[AccountId]) -> Vec<Reminder> {
    let kinds = [NotificationKind::EventTomorrow, NotificationKind::EventSoon];
    let due = kinds.into_iter().map(|kind| (kind, event.starts_at - notice(kind)));
    let due: Vec<_> = due.filter(|(_, due_at)| *due_at > tx.now()).collect();
    let of = |account: &AccountId| {
        let (account, subject) = (*account, event.id.uuid());
        due.iter().map(move |(kind, due_at)| Reminder { account, kind: *kind, subject, due_at: *due_at })
    };
    accounts.iter().flat_map(of).collect()
}

/// Somebody stands to an event in another way.
async fn registration(tx: &mut WriteTx, moved: &RegistrationMoved) -> Effects {
    let Some(event) = tx.events().get(moved.event).await? else { return Ok(Vec::new()) };
    let Some(there) = tx.registrations().get(moved.registration).await? else { return Ok(Vec::new()) };
    let about = |kind, actor, details| Raise::about_event(kind, event.id, actor, details);
    let plain = NotificationDetails::default;
    let mut effect = match moved.step {
        RegistrationStep::Invite => {
            Effect::tell(about(NotificationKind::EventInvited, there.invited_by, plain()), [moved.account])
        }
        RegistrationStep::Register if moved.to == RegistrationState::Requested => {
            let organisers = tx.events().organisers(event.id).await?;
            let organisers: Vec<AccountId> =
                organisers.into_iter().map(|organiser| organiser.account).collect();
            Effect::tell(
                about(NotificationKind::RegistrationRequested, Some(moved.account), plain()),
                organisers,
            )
        }
        // Who waits is told when a seat is offered to them.
        RegistrationStep::Approve if moved.to == RegistrationState::Going => {
            Effect::tell(about(NotificationKind::RegistrationApproved, None, plain()), [moved.account])
        }
        RegistrationStep::Offer => {
            let details = NotificationDetails { due_at: there.offered_until, ..plain() };
            Effect::tell(about(NotificationKind::SeatOffered, None, details), [moved.account])
        }
        _ => Effect::default(),
    };
    // What was asked is answered: nobody need be told any more.
    if moved.from == Some(RegistrationState::Invited) {
        effect.seen.push(Seen::About(moved.account, NotificationKind::EventInvited, event.id.uuid()));
    }
    if moved.from == Some(RegistrationState::Offered) {
        effect.seen.push(Seen::About(moved.account, NotificationKind::SeatOffered, event.id.uuid()));
    }
    if moved.from == Some(RegistrationState::Requested) {
        for organiser in tx.events().organisers(event.id).await? {
            let (kind, subject) = (NotificationKind::RegistrationRequested, event.id.uuid());
            effect.taken_back.push((organiser.account, kind, subject, moved.account));
        }
    }
    if moved.to == RegistrationState::Going {
        effect.reminders = reminders(tx, &event, &[moved.account]);
    }
    Ok(vec![effect])
}
