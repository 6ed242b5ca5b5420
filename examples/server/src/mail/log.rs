//! Mail into the log.

use async_trait::async_trait;

use super::{Mail, MailError, Mailer};

/// Writes each mail into the log, secrets and all: for trying things out on one's own machine only.
#[derive(Clone, Copy, Debug, Default)]
pub struct MailLog;

#[async_trait]
impl Mailer for MailLog {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        tracing::info!(to = %mail.to, subject = mail.subject, "mail:\n{}", mail.text);
        Ok(())
    }
}
