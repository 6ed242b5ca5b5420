//! Mail on its way out.

mod folder;
mod log;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use smilefactory_core::text::Email;
use uuid::Uuid;

pub use self::folder::MailFolder;
pub use self::log::MailLog;

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
}

/// Why a mail was not sent; it is tried again later.
#[derive(Debug, thiserror::Error)]
#[error("a mail cannot be sent: {reason}")]
pub struct MailError {
    /// What went wrong. Never what the mail says.
    pub reason: String,
}

/// Sends mail.
///
/// The same mail may come twice, after a crash for instance: its id tells.
#[async_trait]
pub trait Mailer: std::fmt::Debug + Send + Sync {
    /// Sends a mail, or hands it to somebody who will.
    async fn send(&self, mail: &Mail) -> Result<(), MailError>;
}
