//! Reminds people of what waits for them, and forgets what was told long ago.

use chrono::TimeDelta;
use smilefactory_core::content::PostState;
use smilefactory_core::event::{EventState, RegistrationState};
use smilefactory_core::id::{ConnectionRequestId, ConversationId, EventId, Id, PostId};
use smilefactory_core::messaging::notification::{NotificationDetails, NotificationKind, Raise};
use smilefactory_core::social::RequestState;

use super::Scopes;
use crate::error::{Result, StoreError};
use crate::notify::{UNREAD_NOTICE, notice, tell};
use crate::repo::content::ReadPosts;
use crate::repo::event::{ReadEvents, ReadRegistrations};
use crate::repo::messaging::{Reminder, WriteDigests, WriteNotifications, WriteReminders};
use crate::repo::social::ReadConnectionRequests;
use crate::store::Store;
use crate::tx::WriteTx;

/// How many rows are forgotten in one transaction.
const BATCH: u16 = 1_000;
/// How long it is remembered what was told: longer than a fact is told after it happened.
const KEPT: TimeDelta = TimeDelta::days(35);

/// Reminds everybody in every tenant of what is due, as far as it still waits for them, and says of how many things.
/// Each is told in a transaction of its own, once, whoever calls this at the same time.
pub async fn remind_due(store: &Store) -> Result<u64> {
    let (mut told, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        loop {
            let mut tx = store.write(&scope).await?;
            let Some(reminder) = tx.reminders().take_due().await? else { break };
            if let Some(raise) = still(&mut tx, &reminder).await? {
                told += u64::try_from(tell(&mut tx, &raise, &[reminder.account]).await?.len())
                    .unwrap_or_default();
            }
            tx.commit().await?;
        }
    }
    Ok(told)
}

/// Forgets in every tenant which facts were told and which mails were sent a month ago, and says how many there were.
pub async fn forget_told(store: &Store) -> Result<u64> {
    let (mut forgotten, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        loop {
            let mut tx = store.write(&scope).await?;
            let before = tx.now() - KEPT;
            let facts = tx.notifications().forget_facts(before, BATCH).await?;
            let mails = tx.digests().forget(before, BATCH).await?;
            tx.commit().await?;
            forgotten += facts + mails;
            if facts.max(mails) < u64::from(BATCH) {
                break;
            }
        }
    }
    Ok(forgotten)
}

/// What is to be told; `None` when it does not wait for them any more, or not yet.
async fn still(tx: &mut WriteTx, reminder: &Reminder) -> Result<Option<Raise>> {
    match reminder.kind {
        NotificationKind::RequestWaiting | NotificationKind::RequestExpiring => request(tx, reminder).await,
        NotificationKind::MessagesUnread => messages(tx, reminder).await,
        NotificationKind::ReviewDue => review(tx, reminder).await,
        NotificationKind::EventTomorrow | NotificationKind::EventSoon => event(tx, reminder).await,
        kind => Err(StoreError::internal(format!("nobody is reminded of {kind}"))),
    }
}

async fn request(tx: &mut WriteTx, reminder: &Reminder) -> Result<Option<Raise>> {
    let now = tx.now();
    let request = tx.connection_requests().get(ConnectionRequestId::from_uuid(reminder.subject)).await?;
    let request = request.map(|request| request.at(now));
    Ok(request.filter(|request| request.state == RequestState::Pending).map(|request| match reminder.kind {
        NotificationKind::RequestWaiting => Raise::request_waiting(request.id, request.from),
        _ => Raise::request_expiring(request.id, request.from, request.expires_at),
    }))
}

/// Messages wait for a day; if the first that waits came later than what was to be reminded of, so does the reminder.
async fn messages(tx: &mut WriteTx, reminder: &Reminder) -> Result<Option<Raise>> {
    let Some(since) = tx.reminders().unread_since(reminder.account, reminder.subject).await? else {
        return Ok(None);
    };
    let due_at = since + UNREAD_NOTICE;
    if due_at > tx.now() {
        tx.reminders().insert(&[Reminder { due_at, ..*reminder }]).await?;
        return Ok(None);
    }
    Ok(Some(Raise::messages_unread(ConversationId::from_uuid(reminder.subject))))
}

async fn review(tx: &mut WriteTx, reminder: &Reminder) -> Result<Option<Raise>> {
    let post = PostId::from_uuid(reminder.subject);
    let waits = tx.posts().get(post).await?.is_some_and(|post| post.state == PostState::InReview);
    if !waits {
        return Ok(None);
    }
    let reviewers = tx.posts().reviewers(post).await?;
    let asked = reviewers.into_iter().find(|asked| asked.reviewer == reminder.account);
    Ok(asked.map(|asked| Raise::review_due(post, asked.due_at)))
}

/// An event that they still come to. One that was put off is not forgotten: neither is the reminder.
async fn event(tx: &mut WriteTx, reminder: &Reminder) -> Result<Option<Raise>> {
    let id = EventId::from_uuid(reminder.subject);
    let Some(event) = tx.events().get(id).await? else { return Ok(None) };
    let own = tx.registrations().find_by_account(id, reminder.account).await?;
    let comes = own.is_some_and(|own| own.state == RegistrationState::Going);
    if event.state != EventState::Published || !comes || event.starts_at <= tx.now() {
        return Ok(None);
    }
    let due_at = event.starts_at - notice(reminder.kind);
    if due_at > tx.now() {
        tx.reminders().insert(&[Reminder { due_at, ..*reminder }]).await?;
        return Ok(None);
    }
    let details = NotificationDetails { due_at: Some(event.starts_at), ..NotificationDetails::default() };
    Ok(Some(Raise::about_event(reminder.kind, id, None, details)))
}
