//! Earlier versions of posts.

use chrono::{DateTime, Utc};
use smilefactory_core::content::{PostDraft, PostInput, PostVersion, Redaction, VersionRedacted};
use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::version::Version;
use sqlx::types::Json;
use uuid::Uuid;

use super::super::repository;
use super::super::row::{RowOf, page};
use crate::error::{Result, StoreError};
use crate::repo::content::{ReadVersions, WriteVersions};
use crate::repo::platform::WriteIdempotency;
use crate::tx::ReadWrite;

repository! {
    /// Earlier versions of posts.
    Versions = versions
}

struct VersionRow {
    post_id: Uuid,
    number: i64,
    saved_at: DateTime<Utc>,
    text: Option<Json<PostInput>>,
    digest: String,
    redacted_at: Option<DateTime<Utc>>,
    redacted_by: Option<Uuid>,
    redaction_reason: Option<String>,
}

impl TryFrom<VersionRow> for PostVersion {
    type Error = StoreError;
    fn try_from(row: VersionRow) -> Result<Self> {
        let of = RowOf { table: "content.post_versions", id: row.post_id };
        let redaction = match (row.redacted_at, row.redacted_by, row.redaction_reason) {
            (Some(at), Some(by), Some(reason)) => {
                let reason = of.parse("redaction_reason", &reason)?;
                Some(Redaction { by: AccountId::from_uuid(by), at, reason })
            }
            _ => None,
        };
        Ok(Self {
            number: Version::new(row.number),
            saved_at: row.saved_at,
            draft: row.text.map(|Json(text)| of.field::<PostDraft>("text", text)).transpose()?,
            digest: row.digest,
            redaction,
        })
    }
}

impl<Mode> ReadVersions for Versions<'_, Mode> {
    async fn get(&mut self, post: PostId, number: Version) -> Result<Option<PostVersion>> {
        sqlx::query_as!(
            VersionRow,
            r#"
            select post_id, number, saved_at, text as "text: Json<PostInput>", encode(digest, 'hex') as "digest!",
              redacted_at, redacted_by, redaction_reason
            from content.post_versions
            where tenant_id = $1 and post_id = $2 and number = $3
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            number.get(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(PostVersion::try_from)
        .transpose()
    }

    async fn list(
        &mut self,
        post: PostId,
        request: &PageRequest<Version>,
    ) -> Result<Page<PostVersion, Version>> {
        let rows = sqlx::query_as!(
            VersionRow,
            r#"
            select post_id, number, saved_at, text as "text: Json<PostInput>", encode(digest, 'hex') as "digest!",
              redacted_at, redacted_by, redaction_reason
            from content.post_versions
            where tenant_id = $1 and post_id = $2 and number < $3
            order by number desc
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            request.after.map_or(i64::MAX, Version::get),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, PostVersion::try_from, |version| version.number)
    }
}

impl WriteVersions for Versions<'_, ReadWrite> {
    async fn redact(&mut self, version: &PostVersion, fact: &VersionRedacted) -> Result<()> {
        let Some(redaction) = &version.redaction else {
            return Err(StoreError::internal("a version is redacted that is not"));
        };
        let redacted = sqlx::query!(
            r#"
            update content.post_versions
            set text = null, redacted_at = $4, redacted_by = $5, redaction_reason = $6
            where tenant_id = $1 and post_id = $2 and number = $3 and text is not null
            "#,
            self.0.scope().tenant.uuid(),
            fact.post.uuid(),
            version.number.get(),
            redaction.at,
            redaction.by.uuid(),
            redaction.reason.as_str(),
        )
        .execute(self.0.conn()?)
        .await?;
        if redacted.rows_affected() == 0 {
            return Err(StoreError::Stale { entity: "version", id: fact.post.uuid() });
        }
        sqlx::query_scalar!(
            r#"select content.redact_reports($1, $2) as "redacted!""#,
            fact.post.uuid(),
            version.number.get(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        // What was answered since the text was saved may have it.
        self.0.idempotency().erase_about(fact.post.uuid(), version.saved_at).await?;
        Ok(())
    }
}
