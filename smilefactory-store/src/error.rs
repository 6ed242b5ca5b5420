//! What can go wrong in the store, by what the caller can do about it.

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

use sqlx::error::ErrorKind;
use uuid::Uuid;

use crate::crypto::CryptoError;
use crate::password::PasswordError;
use crate::time::NoEntropy;

/// Why the store did not do what it was asked to.
///
/// That something does not exist is no error: reads answer `None`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A value that must be unique is taken already; another value may work.
    #[error("{entity} with this {field} exists already")]
    Conflict {
        /// What could not be saved.
        entity: &'static str,
        /// The field, or fields, whose value is taken.
        field: &'static str,
    },
    /// Somebody else saved the entity first, or it is gone: read it again and decide again.
    #[error("{entity} {id} was changed by somebody else")]
    Stale {
        /// What could not be saved.
        entity: &'static str,
        /// Which one.
        id: Uuid,
    },
    /// Something that the entity refers to does not exist (any more).
    #[error("{entity} refers to something that does not exist ({constraint})")]
    Missing {
        /// What could not be saved.
        entity: Cow<'static, str>,
        /// The reference that leads nowhere.
        constraint: String,
    },
    /// The database refuses a value that core should have refused: a mistake in this platform.
    #[error("the database refuses a value of {table} ({constraint})")]
    Invalid {
        /// The table.
        table: String,
        /// The broken rule.
        constraint: String,
    },
    /// The role or the row-level security forbids it.
    #[error("the database denies access")]
    Denied(#[source] Source),
    /// A row that cannot be turned into a value of the domain.
    #[error("{table}.{column} of {row} holds something unreadable")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row.
        row: Uuid,
        /// What is wrong with it.
        #[source]
        source: Source,
    },
    /// The database cannot be reached, is overloaded, or gave up in favour of another transaction. Nothing
    /// was changed, unless this comes from `commit`: then it may or may not have been. Try again later.
    #[error("the database is not available: {reason}")]
    Unavailable {
        /// What is known of the cause.
        reason: Cow<'static, str>,
        /// The driver's own words.
        #[source]
        source: Option<Source>,
    },
    /// The store does not start on this database; the text says what to do.
    #[error("{problem}; {remedy}")]
    Refused {
        /// What is wrong.
        problem: String,
        /// What to do about it.
        remedy: String,
    },
    /// A mistake in this platform.
    #[error("internal error of the store: {0}")]
    Internal(Cow<'static, str>, #[source] Option<Source>),
}

/// The cause beneath an error; its type is nobody's business.
pub type Source = Box<dyn StdError + Send + Sync>;

/// What the store gives back.
pub type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// Whether a value that must be unique is taken.
    pub const fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }

    /// Whether somebody else saved first.
    pub const fn is_stale(&self) -> bool {
        matches!(self, Self::Stale { .. })
    }

    /// Whether the same may work a little later.
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    /// Whether access was denied.
    pub const fn is_denied(&self) -> bool {
        matches!(self, Self::Denied(_))
    }

    pub(crate) fn internal(what: impl Into<Cow<'static, str>>) -> Self {
        Self::Internal(what.into(), None)
    }

    pub(crate) fn refused(problem: impl fmt::Display, remedy: impl fmt::Display) -> Self {
        Self::Refused { problem: problem.to_string(), remedy: remedy.to_string() }
    }

    pub(crate) fn corrupt(
        table: &'static str,
        column: &'static str,
        row: Uuid,
    ) -> impl FnOnce(Source) -> Self {
        move |source| Self::Corrupt { table, column, row, source }
    }
}

/// Unique keys, and what a person knows them as: constraint, entity, field. A test holds this against the schema.
const UNIQUE: &[(&str, &str, &str)] = &[
    ("tenants_slug_key", "tenant", "slug"),
    ("tenants_pkey", "tenant", "id"),
    ("data_keys_pkey", "data key", "id"),
    ("personal_details_email_key", "account", "email"),
    ("personal_details_pkey", "account", "id"),
    ("sessions_token_key", "session", "token"),
    ("sessions_pkey", "session", "id"),
    ("email_verifications_token_key", "verification", "token"),
    ("email_verifications_pkey", "verification", "id"),
    ("profiles_pkey", "profile", "account"),
    ("publications_doi_key", "profile", "publications"),
    ("posts_pkey", "post", "id"),
    ("post_moves_pkey", "post", "version"),
    ("post_versions_pkey", "version", "number"),
    ("post_reviewers_pkey", "review", "reviewer"),
    ("poll_votes_pkey", "vote", "account"),
    ("comments_pkey", "comment", "id"),
    ("comments_place_key", "comment", "id"),
    ("categories_pkey", "category", "id"),
    ("categories_slug_key", "category", "slug"),
    ("tags_pkey", "tag", "id"),
    ("tags_folded_key", "tag", "name"),
    ("tag_follows_pkey", "tag", "follower"),
    ("media_pkey", "media", "id"),
    ("blobs_pkey", "media", "content"),
    ("connections_pkey", "connection", "pair"),
    ("connection_requests_pending_key", "connection request", "pair"),
    ("connection_requests_pkey", "connection request", "id"),
    ("introduction_consents_pkey", "introduction", "id"),
    ("post_attachments_media_key", "post", "attachments"),
    ("post_attachments_pkey", "post", "attachments"),
    ("reports_post_key", "report", "subject"),
    ("reports_comment_key", "report", "subject"),
    ("reports_profile_key", "report", "subject"),
    ("reports_pkey", "report", "id"),
    ("moderation_cases_post_key", "moderation case", "subject"),
    ("moderation_cases_comment_key", "moderation case", "subject"),
    ("moderation_cases_profile_key", "moderation case", "subject"),
    ("moderation_cases_pkey", "moderation case", "id"),
    ("moderation_log_pkey", "moderation entry", "id"),
    ("moderation_log_number_key", "moderation entry", "number"),
    ("strikes_case_key", "strike", "case"),
    ("strikes_pkey", "strike", "id"),
    ("suspensions_pkey", "suspension", "case"),
    ("suspensions_by_strikes_key", "suspension", "account"),
    ("appeals_pkey", "appeal", "case"),
    ("models_pkey", "model", "id"),
    ("embeddings_pkey", "embedding", "target"),
    ("dismissals_pkey", "dismissal", "candidate"),
    ("idempotency_keys_pkey", "idempotency key", "key"),
    ("imports_current_key", "import", "source"),
    ("imports_pkey", "import", "id"),
    ("organisations_pkey", "organisation", "id"),
    ("organisations_slug_key", "organisation", "slug"),
    ("funding_rounds_pkey", "funding round", "id"),
    ("messages_pkey", "message", "id"),
    ("conversations_pkey", "conversation", "id"),
    ("conversations_pair_key", "conversation", "pair"),
    ("attachments_media_key", "message", "attachments"),
    ("invitations_pkey", "invitation", "id"),
    ("invitations_code_key", "invitation", "code"),
    ("groups_pkey", "group", "id"),
    ("groups_slug_key", "group", "slug"),
    ("codes_pkey", "group code", "id"),
    ("codes_code_key", "group code", "code"),
    ("listings_pkey", "listing", "id"),
    ("inquiries_pkey", "inquiry", "id"),
    ("inquiries_open_key", "inquiry", "listing"),
    ("events_pkey", "event", "id"),
    ("series_pkey", "series", "id"),
    ("feeds_token_key", "feed", "token"),
    ("resources_pkey", "resource", "id"),
    ("programme_speakers_name_key", "programme", "speakers"),
    ("registrations_pkey", "registration", "id"),
    ("registrations_key", "registration", "account"),
];

/// The name of a key of a whole table from that of one of its months: `messages_2026_03_pkey` is `messages_pkey`.
fn without_month(constraint: &str) -> Cow<'_, str> {
    let parts: Vec<&str> = constraint.split('_').collect();
    let digits = |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
    let month = parts
        .windows(2)
        .position(|pair| matches!(pair, [year, month] if digits(year, 4) && digits(month, 2)));
    match month {
        Some(at) => {
            let kept =
                parts.iter().enumerate().filter(|(n, _)| *n != at && *n != at + 1).map(|(_, part)| *part);
            kept.collect::<Vec<_>>().join("_").into()
        }
        None => constraint.into(),
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(ref refused) => {
                let constraint = refused.constraint().unwrap_or_default();
                let table = refused.table().unwrap_or_default();
                match refused.kind() {
                    ErrorKind::UniqueViolation => {
                        let constraint = without_month(constraint);
                        UNIQUE.iter().find(|(name, ..)| *name == constraint).map_or_else(
                            || Self::Conflict { entity: "row", field: "key" },
                            |(_, entity, field)| Self::Conflict { entity, field },
                        )
                    }
                    ErrorKind::ForeignKeyViolation => {
                        Self::Missing { entity: table.to_owned().into(), constraint: constraint.to_owned() }
                    }
                    ErrorKind::CheckViolation | ErrorKind::NotNullViolation => {
                        Self::Invalid { table: table.to_owned(), constraint: constraint.to_owned() }
                    }
                    _ => {
                        let code = refused.code().unwrap_or_default().into_owned();
                        Self::from_sqlstate(&code, error)
                    }
                }
            }
            sqlx::Error::PoolTimedOut => Self::Unavailable {
                reason: "no connection became free in time".into(),
                source: Some(Box::new(error)),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => {
                Self::Unavailable { reason: "the connection broke".into(), source: Some(Box::new(error)) }
            }
            other => Self::Internal("a statement does not fit the schema".into(), Some(Box::new(other))),
        }
    }
}

impl StoreError {
    /// The classes of PostgreSQL's error codes that mean something to a caller.
    fn from_sqlstate(code: &str, error: sqlx::Error) -> Self {
        let unavailable = |reason: &'static str, error| Self::Unavailable {
            reason: reason.into(),
            source: Some(Box::new(error)),
        };
        match code {
            "42501" => Self::Denied(Box::new(error)),
            "40001" | "40P01" => unavailable("another transaction was in the way", error),
            "55P03" => unavailable("a lock was not given in time", error),
            "57014" => unavailable("a statement took too long", error),
            "25P03" => unavailable("the transaction was idle too long", error),
            _ if code.starts_with("08") || code.starts_with("57P") || code.starts_with("53") => {
                unavailable("the server gave up", error)
            }
            _ => Self::Internal("the database refuses a statement".into(), Some(Box::new(error))),
        }
    }
}

impl From<NoEntropy> for StoreError {
    fn from(error: NoEntropy) -> Self {
        Self::Unavailable { reason: "no random bytes".into(), source: Some(Box::new(error)) }
    }
}

impl From<CryptoError> for StoreError {
    fn from(error: CryptoError) -> Self {
        Self::Internal("a field cannot be encrypted or decrypted".into(), Some(Box::new(error)))
    }
}

impl From<PasswordError> for StoreError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::NotSettable => {
                Self::Internal("a password was to be set that may not be".into(), Some(Box::new(error)))
            }
            _ => Self::Unavailable {
                reason: "passwords are not hashed right now".into(),
                source: Some(Box::new(error)),
            },
        }
    }
}
