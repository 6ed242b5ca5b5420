//! Follows.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::social::Follow;
use uuid::Uuid;

use super::super::repository;
use super::super::row::page;
use crate::error::Result;
use crate::repo::social::{FollowKey, ReadFollows, WriteFollows};
use crate::tx::ReadWrite;

repository! {
    /// Follows.
    Follows = follows
}

struct FollowRow {
    account: Uuid,
    at: DateTime<Utc>,
}

impl FollowRow {
    fn follow(self) -> Follow {
        Follow { account: AccountId::from_uuid(self.account), since: self.at }
    }
}

/// One of the two lists: whose ids are listed, and whose list it is.
macro_rules! list {
    ($repository:ident, $account:ident, $request:ident, $listed:literal, $of:literal) => {{
        let rows = sqlx::query_as!(
            FollowRow,
            r#"
            select f."# + $listed + r#" as account, f.at
            from social.follows f
            join identity.profiles p on p.tenant_id = f.tenant_id and p.account_id = f."# + $listed + r#"
            where f.tenant_id = $1
              and f."# + $of + r#" = $2
              and (f.at, f."# + $listed + r#") < ($3, $4)
              and p.state in ('incomplete', 'complete')
              and (
                $7
                or p.visibility = 'public'
                or p.visibility = 'connections_only' and exists (
                  select from social.ties t where t.tenant_id = $1 and t.account_id = $6 and t.other_id = p.account_id
                )
              )
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $6 and b.other_id = p.account_id
              )
            order by f.at desc, f."# + $listed + r#" desc
            limit $5
            "#,
            $repository.0.scope().tenant.uuid(),
            $account.uuid(),
            $request.after.map_or(DateTime::<Utc>::MAX_UTC, |key| key.at),
            $request.after.map_or(Uuid::max(), |key| key.account.uuid()),
            $request.size.with_one_more(),
            $repository.0.viewer(),
            $repository.0.sees_all(),
        )
        .fetch_all($repository.0.conn()?)
        .await?;
        page(rows, $request.size, |row| Ok(row.follow()), |last| FollowKey { at: last.since, account: last.account })
    }};
}

impl<Mode> ReadFollows for Follows<'_, Mode> {
    async fn list(
        &mut self,
        account: AccountId,
        request: &PageRequest<FollowKey>,
    ) -> Result<Page<Follow, FollowKey>> {
        list!(self, account, request, "other_id", "account_id")
    }

    async fn list_followers(
        &mut self,
        account: AccountId,
        request: &PageRequest<FollowKey>,
    ) -> Result<Page<Follow, FollowKey>> {
        list!(self, account, request, "account_id", "other_id")
    }

    async fn get(&mut self, account: AccountId, other: AccountId) -> Result<Option<Follow>> {
        let row = sqlx::query_as!(
            FollowRow,
            r#"
            select other_id as account, at
            from social.follows
            where tenant_id = $1 and account_id = $2 and other_id = $3
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            other.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(row.map(FollowRow::follow))
    }
}

impl WriteFollows for Follows<'_, ReadWrite> {
    async fn insert(&mut self, account: AccountId, other: AccountId) -> Result<bool> {
        let now = self.0.now();
        let new = sqlx::query!(
            r#"
            insert into social.follows (tenant_id, account_id, other_id, at)
            values ($1, $2, $3, $4)
            on conflict (tenant_id, account_id, other_id) do nothing
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            other.uuid(),
            now,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(new.rows_affected() > 0)
    }

    async fn delete(&mut self, account: AccountId, other: AccountId) -> Result<bool> {
        let gone = sqlx::query!(
            "delete from social.follows where tenant_id = $1 and account_id = $2 and other_id = $3",
            self.0.scope().tenant.uuid(),
            account.uuid(),
            other.uuid(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(gone.rows_affected() > 0)
    }
}
