//! What moderation thinks of content.

use smilefactory_core::content::Standing;
use smilefactory_core::content::moderation::ReportSubject;
use smilefactory_core::id::Id;

use super::super::super::repository;
use crate::error::Result;
use crate::repo::content::WriteStandings;
use crate::tx::ReadWrite;

repository! {
    /// What moderation thinks of content.
    Standings = standings
}

impl WriteStandings for Standings<'_, ReadWrite> {
    async fn set(&mut self, subject: ReportSubject, standing: Standing) -> Result<bool> {
        let saved = match subject {
            ReportSubject::Post(id) => {
                sqlx::query!(
                    r#"
                    update content.posts
                    set standing = $3, version = version + 1, updated_at = $4
                    where tenant_id = $1 and id = $2 and standing <> $3 and erased_at is null
                    "#,
                    self.0.scope().tenant.uuid(),
                    id.uuid(),
                    standing.as_str(),
                    self.0.now(),
                )
                .execute(self.0.conn()?)
                .await?
            }
            ReportSubject::Comment(id) => {
                sqlx::query!(
                    r#"
                    update content.comments
                    set standing = $3, version = version + 1
                    where tenant_id = $1 and id = $2 and standing <> $3
                    "#,
                    self.0.scope().tenant.uuid(),
                    id.uuid(),
                    standing.as_str(),
                )
                .execute(self.0.conn()?)
                .await?
            }
            // Its owner is suspended instead.
            ReportSubject::Profile(_) => return Ok(false),
        };
        Ok(saved.rows_affected() > 0)
    }
}
