//! Sends the mails that are due of what people are told: at once, or gathered.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use smilefactory_core::identity::Account;
use smilefactory_core::messaging::notification::{
    MailDigest, MailKinds, Notification, NotificationKind, Unsubscription,
};
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::scope::Scope;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::messaging::{DueMail, MailOutcome, Reading};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::mail::{Mail, MailTrouble, Mailer};

/// How often to look.
const EVERY: Duration = Duration::from_secs(5);
/// How long a mail is nobody else's that somebody tries to send.
const HELD: TimeDelta = TimeDelta::minutes(5);
/// How often a mail is tried.
const ATTEMPTS: u32 = 10;
/// The longest wait between two tries.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(6);
/// How many notifications are gathered in one mail.
const GATHERED: usize = 50;

/// Sends the mails that are due of what people are told.
///
/// A mail is claimed before it is sent and noted after it: no transaction is open meanwhile, and whoever dies in between
/// leaves it to somebody else, a while later and under the same id. So each is sent once, but for one whose sender died
/// after the mail server had taken it.
#[derive(Clone, Debug)]
pub struct NotificationMails {
    store: Store,
    mailer: Arc<dyn Mailer>,
    public_url: String,
}

impl NotificationMails {
    /// Mails by `mailer`, about the server at `public_url`.
    pub fn new(store: Store, mailer: Arc<dyn Mailer>, public_url: String) -> Self {
        Self { store, mailer, public_url }
    }

    /// Sends every mail of every community that is due, and says how many were sent. When the mailer is away, nothing else
    /// is tried until the next time.
    pub async fn send_due(&self) -> Result<u64, StoreError> {
        let (mut sent, mut page) = (0, PageRequest::first(PageSize::MAX));
        loop {
            let tenants = self.store.operator().list(&page).await?;
            for tenant in tenants.items {
                let scope = Scope::system(tenant.id, self.store.new_id()?);
                while let Some(outcome) = self.send_one(&scope, tenant.name.as_str()).await? {
                    match outcome {
                        Tried::Sent => sent += 1,
                        Tried::NotSent => {}
                        Tried::Away => return Ok(sent),
                    }
                }
            }
            let Some(key) = tenants.next else { return Ok(sent) };
            page = PageRequest::after(PageSize::MAX, key);
        }
    }

    /// Sends the mail that has been due longest; `None` when there is none.
    async fn send_one(&self, scope: &Scope, community: &str) -> Result<Option<Tried>, StoreError> {
        let mut tx = self.store.write(scope).await?;
        let until = tx.now() + HELD;
        let Some(due) = tx.digests().claim(until).await? else { return Ok(None) };
        let Some(mail) = self.compose(&mut tx, &due, community).await? else {
            tx.digests().finish(&due, &MailOutcome::Empty).await?;
            tx.commit().await?;
            return Ok(Some(Tried::NotSent));
        };
        tx.commit().await?;
        let (outcome, tried) = match self.mailer.send(&mail).await {
            Ok(()) => (MailOutcome::Sent, Tried::Sent),
            Err(error) => {
                let again = self.store.now() + wait(due.attempt);
                let tried = if error.trouble == MailTrouble::Away { Tried::Away } else { Tried::NotSent };
                let gives_up = error.trouble == MailTrouble::Never || due.attempt >= ATTEMPTS;
                tracing::warn!(mail = %due.id, attempt = due.attempt, gives_up, %error, "a mail was not sent");
                let outcome = if gives_up {
                    MailOutcome::GivenUp(error.reason)
                } else {
                    MailOutcome::Later(again, error.reason)
                };
                (outcome, tried)
            }
        };
        let mut tx = self.store.write(scope).await?;
        tx.digests().finish(&due, &outcome).await?;
        tx.commit().await?;
        Ok(Some(tried))
    }

    /// What the mail says; `None` when there is nothing to say any more, or nobody to say it to: an address that nobody
    /// proved may be anybody's.
    async fn compose(
        &self,
        tx: &mut WriteTx,
        due: &DueMail,
        community: &str,
    ) -> Result<Option<Mail>, StoreError> {
        let account = tx.accounts().get(due.account).await?;
        let Some(account) = account.filter(|account| account.email_verified_at.is_some()) else {
            return Ok(None);
        };
        let preferences = tx.notification_preferences().get(account.id).await?;
        let reading = Reading { account: account.id, staff: account.role.is_staff() };
        let (told, mails) = match (due.telling, due.digest.covers(due.due_at)) {
            (Some((kind, subject)), _) if preferences.of(kind).mail == MailDigest::Now => {
                let told = tx.notifications().find_unread(reading, kind, subject).await?;
                (Vec::from_iter(told), MailKinds::Of(kind))
            }
            (None, Some(times)) => {
                let kinds = preferences.sent(due.digest);
                let told = tx.notifications().list_unread_between(reading, &kinds, times).await?;
                (told, MailKinds::Every(due.digest))
            }
            _ => return Ok(None),
        };
        let Some(first) = told.first() else { return Ok(None) };
        let what = Unsubscription { tenant: tx.scope().tenant, account: account.id, mails };
        let token = self.store.unsubscribe_key().seal(&what);
        let subject = match told.len() {
            1 => first.title.clone(),
            count if count > GATHERED => format!("More than {GATHERED} things that you have not read"),
            count => format!("{count} things that you have not read"),
        };
        let text = text(&Letter {
            account: &account,
            community,
            told: &told,
            mails,
            url: &self.public_url,
            token: &token,
        });
        Ok(Some(Mail {
            id: due.id,
            to: account.email.clone(),
            subject,
            text,
            at: due.due_at,
            unsubscribe: Some(format!("{}/v1/notifications/unsubscribe/{token}", self.public_url)),
        }))
    }
}

/// Looks every now and then whether a mail is due, until it is told to stop.
pub(super) async fn work(mails: NotificationMails, mut stopped: watch::Receiver<bool>) {
    let mut looks = tokio::time::interval(EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = super::until(&mut stopped) => return,
            _ = looks.tick() => {
                if let Err(error) = mails.send_due().await {
                    tracing::warn!(%error, "mails that are due are not looked for; trying again");
                }
            }
        }
    }
}

/// What came of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tried {
    Sent,
    NotSent,
    Away,
}

/// How long to wait after so many tries: a minute, and each time twice as long.
fn wait(attempt: u32) -> TimeDelta {
    let doublings = attempt.saturating_sub(1).min(16);
    TimeDelta::minutes(1_i64 << doublings).min(LONGEST_WAIT)
}

struct Letter<'a> {
    account: &'a Account,
    community: &'a str,
    told: &'a [Notification],
    mails: MailKinds,
    url: &'a str,
    token: &'a str,
}

/// What the mail says, and why whoever gets it does.
fn text(letter: &Letter<'_>) -> String {
    let Letter { account, community, told, mails, url, token } = letter;
    let mut text = format!("Hello {},\n\n", account.settings.first_name);
    for notification in told.iter().take(GATHERED) {
        // Writing to a String cannot fail.
        _ = writeln!(text, "{}\n{}\n", notification.text, moment(notification.at));
    }
    if told.len() > GATHERED {
        _ = writeln!(text, "And more.\n");
    }
    let why = match mails {
        MailKinds::Of(kind) => format!("you are told at once by mail: {}", words(*kind)),
        MailKinds::Every(digest) => format!("you are told {digest} by mail what you have not read"),
    };
    _ = write!(
        text,
        "--\n\
         You get this mail from the community {community} at {url}, because {why}.\n\
         To get no more mails of this kind: {url}/unsubscribe/{token}\n\
         To say how you are told each kind of thing: {url}/docs#setNotificationPreferences\n"
    );
    text
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%-d %B %Y, %H:%M UTC").to_string()
}

/// The kind, as its title says it.
fn words(kind: NotificationKind) -> String {
    let title = kind.title();
    let (first, rest) = title.split_at_checked(1).unwrap_or((title, ""));
    format!("{}{rest}", first.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_bound() {
        assert_eq!([1, 2, 3].map(wait), [1, 2, 4].map(TimeDelta::minutes));
        assert_eq!(wait(u32::MAX), LONGEST_WAIT);
    }
}
