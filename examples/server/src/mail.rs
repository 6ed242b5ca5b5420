//! Mail on its way out.

mod folder;
mod log;
mod smtp;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use smilefactory_core::text::Email;
use uuid::Uuid;

pub use self::folder::MailFolder;
pub use self::log::MailLog;
pub use self::smtp::{MailSmtp, SmtpUrl, SmtpUrlError};

/// A mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Which one; the same when it is sent again because nobody knows whether it was.
    pub id: Uuid,
    /// Who gets it.
    pub to: Email,
    /// What it is about, in a line of ASCII.
    pub subject: String,
    /// What it says, as plain text.
    pub text: String,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Where whoever gets it asks for no more such mails, by a `POST` and nothing else (RFC 8058).
    pub unsubscribe: Option<String>,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
#[error("a mail cannot be sent: {reason}")]
pub struct MailError {
    /// What went wrong. Never what the mail says, nor to whom.
    pub reason: String,
    /// What is to be done about it.
    pub trouble: MailTrouble,
}

/// What is to be done about a mail that was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTrouble {
    /// No mail can be sent right now: this one and all others are tried again later.
    Away,
    /// This one is not taken right now: it is tried again later.
    NotNow,
    /// This one is never taken.
    Never,
}

impl MailError {
    /// No mail can be sent right now.
    pub fn away(reason: impl std::fmt::Display) -> Self {
        Self { reason: reason.to_string(), trouble: MailTrouble::Away }
    }
}

/// Sends mail.
///
/// The same mail may come twice, after a crash for instance: its id tells.
#[async_trait]
pub trait Mailer: std::fmt::Debug + Send + Sync {
    /// Sends a mail, or hands it to somebody who will.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}
