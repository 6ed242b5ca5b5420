//! Mails that are due.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, Id};

use super::super::repository;
use super::super::row::RowOf;
use crate::error::Result;
use crate::repo::messaging::{DueMail, MailOutcome, WriteDigests};
use crate::tx::ReadWrite;

repository! {
    /// Mails that are due.
    Digests = digests
}

/// How much is kept of why a mail could not be sent, in characters.
const ERROR: usize = 500;

impl WriteDigests for Digests<'_, ReadWrite> {
    async fn claim(&mut self, until: DateTime<Utc>) -> Result<Option<DueMail>> {
        let now = self.0.now();
        let row = sqlx::query!(
            r#"
            update messaging.digests
            set attempts = attempts + 1, try_at = $3
            where tenant_id = $1
              and id = (
                select id
                from messaging.digests
                where tenant_id = $1 and state = 'waiting' and try_at <= $2
                order by try_at, id
                limit 1
                for update skip locked
              )
            returning id, account_id, period, kind, subject_id, due_at, attempts
            "#,
            self.0.scope().tenant.uuid(),
            now,
            until,
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let of = RowOf { table: "messaging.digests", id: row.id };
        Ok(Some(DueMail {
            id: row.id,
            account: AccountId::from_uuid(row.account_id),
            digest: of.parse("period", &row.period)?,
            telling: of.parse_opt("kind", row.kind.as_deref())?.zip(row.subject_id),
            due_at: row.due_at,
            attempt: u32::try_from(row.attempts).unwrap_or(u32::MAX),
        }))
    }

    async fn finish(&mut self, mail: &DueMail, outcome: &MailOutcome) -> Result<bool> {
        let now = self.0.now();
        let (state, try_at, error) = match outcome {
            MailOutcome::Sent => ("sent", now, None),
            MailOutcome::Empty => ("empty", now, None),
            MailOutcome::Later(at, error) => ("waiting", *at, Some(line(error))),
            MailOutcome::GivenUp(error) => ("given_up", now, Some(line(error))),
        };
        let done_at = (state != "waiting").then_some(now);
        let finished = sqlx::query!(
            r#"
            update messaging.digests
            set state = $4, try_at = $5, error = $6, done_at = $7
            where tenant_id = $1 and id = $2 and state = 'waiting' and attempts = $3
            "#,
            self.0.scope().tenant.uuid(),
            mail.id,
            i32::try_from(mail.attempt).unwrap_or(i32::MAX),
            state,
            try_at,
            error,
            done_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(finished.rows_affected() > 0)
    }

    async fn forget(&mut self, before: DateTime<Utc>, most: u16) -> Result<u64> {
        let gone = sqlx::query!(
            r#"
            delete from messaging.digests
            where tenant_id = $1
              and id = any(array(
                select id
                from messaging.digests
                where tenant_id = $1 and state <> 'waiting' and done_at < $2
                order by done_at, id
                limit $3
              ))
            "#,
            self.0.scope().tenant.uuid(),
            before,
            i64::from(most),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected())
    }
}

/// What a mailer said, as a line.
fn line(error: &str) -> String {
    let words: Vec<_> = error.split_whitespace().map(|word| word.replace(char::is_control, "")).collect();
    let line: String = words.join(" ").chars().take(ERROR).collect();
    if line.trim().is_empty() { "no words".to_owned() } else { line.trim().to_owned() }
}
