//! Tells people what concerns them: from facts, and from what they are to be reminded of.
//!
//! [`Notifier`] is the handler of a relay. A fact that is handled twice, by whichever relays, is told once: what it is
//! claimed by is a row in the transaction in which it is told. Facts older than 28 days tell nothing: a reader that
//! starts on an old outbox does not write to everybody.

mod community;
mod content;
mod event;
mod marketplace;
mod messaging;
mod social;
mod unsubscribe;

use async_trait::async_trait;
use chrono::TimeDelta;
use smilefactory_core::id::{AccountId, ConversationId, FactId, Id};
use smilefactory_core::messaging::notification::{
    NotificationKind, NotificationRaised, NotificationRead, Raise,
};
use uuid::Uuid;

pub(crate) use self::event::notice;
pub(crate) use self::messaging::UNREAD_NOTICE;
pub use self::unsubscribe::UnsubscribeKey;
use crate::error::Result;
use crate::outbox::{Handler, HandlerError, RecordedFact};
use crate::repo::messaging::{Raised, Reminder, WriteNotifications, WriteReminders};
use crate::tx::WriteTx;

/// The reader of the outbox that tells people what concerns them.
pub const READER: &str = "notifications";

/// How long ago something may have happened that is still told.
const RECENT: TimeDelta = TimeDelta::days(28);

/// Tells people what concerns them, fact by fact.
#[derive(Clone, Copy, Debug, Default)]
pub struct Notifier;

/// What a fact brings about.
#[derive(Debug, Default)]
struct Effect {
    /// What it is claimed by, if not by the fact itself: what is told once whichever fact says so.
    key: Option<Uuid>,
    /// What is told, and to whom.
    told: Vec<(Raise, Vec<AccountId>)>,
    /// What is taken back: whose notification, of which kind about what, and who did it.
    taken_back: Vec<(AccountId, NotificationKind, Uuid, AccountId)>,
    /// What somebody has seen elsewhere.
    seen: Vec<Seen>,
    /// What somebody is to be reminded of.
    reminders: Vec<Reminder>,
}

/// What somebody has seen elsewhere, so that they need not be told it any more.
#[derive(Clone, Copy, Debug)]
enum Seen {
    /// What is told them of this kind about this subject.
    About(AccountId, NotificationKind, Uuid),
    /// What is told them of messages in a conversation, if they have read as far as this number.
    Conversation(AccountId, ConversationId, u64),
}

/// What comes of a fact.
type Effects = std::result::Result<Vec<Effect>, HandlerError>;

impl Effect {
    /// This is told to them.
    fn tell(raise: Raise, to: impl Into<Vec<AccountId>>) -> Self {
        Self { told: vec![(raise, to.into())], ..Self::default() }
    }

    /// `actor` took back what they did.
    fn take_back(account: AccountId, kind: NotificationKind, subject: impl Id, actor: AccountId) -> Self {
        Self { taken_back: vec![(account, kind, subject.uuid(), actor)], ..Self::default() }
    }

    /// They have seen this elsewhere.
    fn seen(seen: Vec<Seen>) -> Self {
        Self { seen, ..Self::default() }
    }

    fn is_nothing(&self) -> bool {
        self.told.iter().all(|(_, to)| to.is_empty())
            && self.taken_back.is_empty()
            && self.seen.is_empty()
            && self.reminders.is_empty()
    }
}

#[async_trait]
impl Handler for Notifier {
    async fn handle(
        &self,
        tx: &mut WriteTx,
        recorded: &RecordedFact,
    ) -> std::result::Result<(), HandlerError> {
        if recorded.at + RECENT <= tx.now() {
            return Ok(());
        }
        let context = recorded.fact.name.split('.').next().unwrap_or_default();
        let effects = match context {
            "content" => content::effects(tx, recorded).await?,
            "social" => social::effects(tx, recorded).await?,
            "messaging" => messaging::effects(tx, recorded).await?,
            "community" => community::effects(tx, recorded).await?,
            "marketplace" => marketplace::effects(recorded)?,
            "event" => event::effects(tx, recorded).await?,
            _ => Vec::new(),
        };
        for effect in effects {
            if effect.is_nothing() {
                continue;
            }
            let key = effect.key.map_or(recorded.id, FactId::from_uuid);
            if tx.notifications().claim_fact(key).await? {
                carry_out(tx, effect).await?;
            }
        }
        Ok(())
    }
}

async fn carry_out(tx: &mut WriteTx, effect: Effect) -> Result<()> {
    for (account, kind, subject, actor) in effect.taken_back {
        tx.notifications().retract(account, kind, subject, actor).await?;
    }
    for (raise, to) in effect.told {
        tell(tx, &raise, &to).await?;
    }
    for seen in effect.seen {
        let (account, read) = match seen {
            Seen::About(account, kind, subject) => {
                (account, tx.notifications().read_about(account, kind, subject).await?)
            }
            Seen::Conversation(account, conversation, seq) => {
                (account, tx.notifications().read_conversation(account, conversation, seq).await?)
            }
        };
        for notification in read {
            tx.tell(NotificationRead { account, notification, and_before: false })?;
        }
    }
    if !effect.reminders.is_empty() {
        tx.reminders().insert(&effect.reminders).await?;
    }
    Ok(())
}

/// Tells these people something, and that they were told.
pub async fn tell(tx: &mut WriteTx, raise: &Raise, to: &[AccountId]) -> Result<Vec<Raised>> {
    let raised = tx.notifications().raise(raise, to).await?;
    for Raised { account, notification, .. } in raised.iter().copied().filter(|raised| raised.in_app) {
        tx.tell(NotificationRaised { notification, account, kind: raise.kind })?;
    }
    Ok(raised)
}
