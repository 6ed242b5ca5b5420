//! What people do.

use smilefactory_core::content::Reaction;
use smilefactory_core::id::{AccountId, CommentId, Id, PostId};

use super::{Engagement, counts};
use crate::error::Result;
use crate::repo::content::WriteEngagement;
use crate::tx::ReadWrite;
impl WriteEngagement for Engagement<'_, ReadWrite> {
    async fn react(&mut self, post: PostId, account: AccountId, reaction: Reaction) -> Result<bool> {
        let now = self.0.now();
        let changed = sqlx::query!(
            r#"
            insert into content.post_actions as a (tenant_id, post_id, account_id, reaction, reacted_at)
            values ($1, $2, $3, $4, $5)
            on conflict (tenant_id, post_id, account_id) do update
            set reaction = excluded.reaction, reacted_at = excluded.reacted_at
            where a.reaction is distinct from excluded.reaction
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
            reaction.as_str(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    async fn unreact(&mut self, post: PostId, account: AccountId) -> Result<bool> {
        let changed = sqlx::query!(
            r#"
            update content.post_actions
            set reaction = null, reacted_at = null
            where tenant_id = $1 and post_id = $2 and account_id = $3 and reaction is not null
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    async fn save(&mut self, post: PostId, account: AccountId) -> Result<bool> {
        let now = self.0.now();
        let changed = sqlx::query!(
            r#"
            insert into content.post_actions as a (tenant_id, post_id, account_id, saved_at)
            values ($1, $2, $3, $4)
            on conflict (tenant_id, post_id, account_id) do update
            set saved_at = excluded.saved_at
            where a.saved_at is null
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    async fn unsave(&mut self, post: PostId, account: AccountId) -> Result<bool> {
        let changed = sqlx::query!(
            r#"
            update content.post_actions
            set saved_at = null
            where tenant_id = $1 and post_id = $2 and account_id = $3 and saved_at is not null
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    async fn share(&mut self, post: PostId, account: AccountId) -> Result<bool> {
        let now = self.0.now();
        // The first one writes the time; whoever finds it there moves it on, and has not shared for the first time.
        let first = sqlx::query!(
            r#"
            insert into content.post_actions as a (tenant_id, post_id, account_id, shared_at)
            values ($1, $2, $3, $4)
            on conflict (tenant_id, post_id, account_id) do update
            set shared_at = excluded.shared_at
            where a.shared_at is null
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        if first.rows_affected() > 0 {
            return Ok(true);
        }
        sqlx::query!(
            r#"
            update content.post_actions
            set shared_at = greatest(shared_at, $4)
            where tenant_id = $1 and post_id = $2 and account_id = $3
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(false)
    }

    async fn view(&mut self, post: PostId, account: AccountId) -> Result<bool> {
        let today = self.0.now().date_naive();
        let views = sqlx::query_scalar!(
            r#"
            insert into content.post_actions as a (tenant_id, post_id, account_id, viewed_on, views)
            values ($1, $2, $3, $4, 1)
            on conflict (tenant_id, post_id, account_id) do update
            set viewed_on = excluded.viewed_on, views = a.views + 1
            where a.viewed_on is null or a.viewed_on < excluded.viewed_on
            returning views
            "#,
            self.0.scope().tenant.uuid(),
            post.uuid(),
            account.uuid(),
            today,
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(views == Some(1))
    }

    async fn react_to_comment(
        &mut self,
        comment: CommentId,
        account: AccountId,
        reaction: Reaction,
    ) -> Result<bool> {
        let now = self.0.now();
        let changed = sqlx::query!(
            r#"
            insert into content.comment_actions as a (tenant_id, comment_id, account_id, reaction, reacted_at)
            values ($1, $2, $3, $4, $5)
            on conflict (tenant_id, comment_id, account_id) do update
            set reaction = excluded.reaction, reacted_at = excluded.reacted_at
            where a.reaction <> excluded.reaction
            "#,
            self.0.scope().tenant.uuid(),
            comment.uuid(),
            account.uuid(),
            reaction.as_str(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(changed.rows_affected() > 0)
    }

    async fn unreact_to_comment(&mut self, comment: CommentId, account: AccountId) -> Result<bool> {
        let gone = sqlx::query!(
            "delete from content.comment_actions where tenant_id = $1 and comment_id = $2 and account_id = $3",
            self.0.scope().tenant.uuid(),
            comment.uuid(),
            account.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }

    async fn fold(&mut self, limit: u16) -> Result<u64> {
        counts::fold(self.0, limit).await
    }

    async fn repair(&mut self, posts: &[PostId]) -> Result<u64> {
        counts::repair(self.0, posts).await
    }

    async fn repair_authors(&mut self, authors: &[AccountId]) -> Result<u64> {
        counts::repair_authors(self.0, authors).await
    }
}
