//! Who looks at profiles, and how much people do.

use chrono::NaiveDate;
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::profile::ProfileViews as ViewCounts;
use uuid::Uuid;

use super::super::repository;
use super::super::row::RowOf;
use crate::error::Result;
use crate::repo::profile::{Active, ReadActivity, ReadProfileViews, WriteActivity, WriteProfileViews};
use crate::tx::ReadWrite;

repository! {
    /// Who looked at profiles.
    ProfileViews = profile_views
}

repository! {
    /// How much people do, day by day.
    Activity = activity
}

fn count(sum: Option<i64>) -> u32 {
    u32::try_from(sum.unwrap_or_default()).unwrap_or(u32::MAX)
}

impl<Mode> ReadProfileViews for ProfileViews<'_, Mode> {
    async fn count(&mut self, account: AccountId) -> Result<ViewCounts> {
        let counted = sqlx::query!(
            r#"
            select count(*) as viewers, sum(views) as views
            from identity.profile_views
            where tenant_id = $1
              and account_id = $2
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id = profile_views.viewer_id
              )
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            self.0.viewer(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(ViewCounts { account, viewers: count(counted.viewers), views: count(counted.views) })
    }

    async fn any(&mut self, account: AccountId) -> Result<bool> {
        let any = sqlx::query_scalar!(
            r#"
            select exists (
              select from identity.profile_views where tenant_id = $1 and account_id = $2
            ) as "any!"
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(any)
    }
}

impl WriteProfileViews for ProfileViews<'_, ReadWrite> {
    async fn view(&mut self, account: AccountId, viewer: AccountId) -> Result<bool> {
        let today = self.0.now().date_naive();
        let counted = sqlx::query!(
            r#"
            insert into identity.profile_views as v (tenant_id, account_id, viewer_id, viewed_on)
            values ($1, $2, $3, $4)
            on conflict (tenant_id, account_id, viewer_id) do update
            set viewed_on = excluded.viewed_on, views = v.views + 1
            where v.viewed_on < excluded.viewed_on
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            viewer.uuid(),
            today,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(counted.rows_affected() > 0)
    }
}

impl<Mode> ReadActivity for Activity<'_, Mode> {
    async fn count(&mut self, account: AccountId, from: NaiveDate) -> Result<u32> {
        let actions = sqlx::query_scalar!(
            r#"
            select sum(actions)
            from identity.activity_days
            where tenant_id = $1 and account_id = $2 and day >= $3
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            from,
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(count(actions))
    }

    async fn list_active(
        &mut self,
        from: NaiveDate,
        after: Option<AccountId>,
        limit: u16,
    ) -> Result<Vec<Active>> {
        let rows = sqlx::query!(
            r#"
            select p.account_id, p.participation, (
              select sum(a.actions)
              from identity.activity_days a
              where a.tenant_id = p.tenant_id and a.account_id = p.account_id and a.day >= $2
            ) as actions
            from identity.community_member_profiles p
            where p.tenant_id = $1 and p.account_id > $3 and p.participation <> 'observer'
            order by p.account_id
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            from,
            after.map_or(Uuid::nil(), Uuid::from),
            i64::from(limit),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        rows.into_iter()
            .map(|row| {
                let of = RowOf { table: "identity.community_member_profiles", id: row.account_id };
                Ok(Active {
                    account: AccountId::from_uuid(row.account_id),
                    participation: of.parse("participation", &row.participation)?,
                    actions: count(row.actions),
                })
            })
            .collect()
    }
}

impl WriteActivity for Activity<'_, ReadWrite> {
    async fn note(&mut self, account: AccountId, day: NaiveDate) -> Result<()> {
        sqlx::query!(
            r#"
            insert into identity.activity_days as a (tenant_id, account_id, day, actions)
            select tenant_id, id, $3, 1
            from identity.personal_details
            where tenant_id = $1 and id = $2
            on conflict (tenant_id, account_id, day) do update
            set actions = a.actions + 1
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            day,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn forget_before(&mut self, day: NaiveDate) -> Result<u64> {
        let forgotten = sqlx::query!(
            r#"
            delete from identity.activity_days
            where (tenant_id, account_id, day) in (
              select tenant_id, account_id, day
              from identity.activity_days
              where tenant_id = $1 and day < $2
              order by day
              limit 1000
            )
            "#,
            self.0.scope().tenant.uuid(),
            day,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(forgotten.rows_affected())
    }
}
