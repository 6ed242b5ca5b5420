//! How the readers of the outbox stand, and facts that were given up: looked at, tried again, or dropped by people.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{FactId, Id, TenantId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::queue::recorded;
use super::relay::{ReaderStatus, RecordedFact};
use crate::error::Result;
use crate::store::Store;
use crate::tx::Door;

/// The outbox, as whoever runs the installation sees it: of all tenants together.
#[derive(Clone, Debug)]
pub struct Outbox(Store);

/// A reader of the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Its name.
    pub name: String,
    /// How it stands.
    pub status: ReaderStatus,
    /// When the first fact happened that it has not come to yet.
    pub waits_since: Option<DateTime<Utc>>,
}

/// A fact that a reader gave up.
#[derive(Clone, Debug, PartialEq)]
pub struct DeadFact {
    /// The fact.
    pub recorded: RecordedFact,
    /// How often it was tried.
    pub attempts: i32,
    /// What went wrong the last time.
    pub error: Option<String>,
}

impl Store {
    /// The outbox, for whoever runs the installation.
    pub fn outbox(&self) -> Outbox {
        Outbox(self.clone())
    }
}

impl Outbox {
    /// Every reader there is, by name.
    pub async fn readers(&self) -> Result<Vec<Reader>> {
        let mut conn = self.0.begin_as(Door::Relay, None).await?;
        let rows = sqlx::query!(
            r#"
            select r.name,
              (
                select count(*) from platform.outbox o where (o.xid, o.seq) > (r.xid, r.seq)
              ) as "waiting!",
              (
                select o.at
                from platform.outbox o
                where (o.xid, o.seq) > (r.xid, r.seq)
                order by o.xid, o.seq
                limit 1
              ) as waits_since,
              (
                select count(*) from platform.outbox_parked p where p.reader = r.name and not p.dead
              ) as "parked!",
              (
                select count(*) from platform.outbox_parked p where p.reader = r.name and p.dead
              ) as "dead!"
            from platform.outbox_readers r
            order by r.name
            limit 1000
            "#,
        )
        .fetch_all(conn.get()?)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| Reader {
                name: row.name,
                status: ReaderStatus { waiting: row.waiting, parked: row.parked, dead: row.dead },
                waits_since: row.waits_since,
            })
            .collect())
    }

    /// The facts that this reader gave up, the last first.
    pub async fn list_dead(
        &self,
        reader: &str,
        request: &PageRequest<FactId>,
    ) -> Result<Page<DeadFact, FactId>> {
        let mut conn = self.0.begin_as(Door::Relay, None).await?;
        let rows = sqlx::query!(
            r#"
            select o.tenant_id, o.id, o.at, o.name, o.version, o.subject, o.body, p.attempts, p.error
            from platform.outbox_parked p
            join platform.outbox o on o.tenant_id = p.tenant_id and o.id = p.fact_id
            where p.reader = $1 and p.dead and p.fact_id < $2
            order by p.fact_id desc
            limit $3
            "#,
            reader,
            request.after.map_or(Uuid::max(), Uuid::from),
            request.size.with_one_more(),
        )
        .fetch_all(conn.get()?)
        .await?;
        let dead = rows.into_iter().map(|row| {
            Ok(DeadFact {
                recorded: recorded(
                    row.tenant_id,
                    row.id,
                    row.at,
                    row.name,
                    row.version,
                    row.subject,
                    row.body,
                )?,
                attempts: row.attempts,
                error: row.error,
            })
        });
        let dead = dead.collect::<Result<Vec<_>>>()?;
        Ok(Page::from_one_more(dead, request.size, |dead| dead.recorded.id))
    }

    /// Lets a reader try a fact again that it gave up: as often as a new one, beginning with its next turn. Facts that
    /// came after it have been handled meanwhile, also those of the same subject. `false` when it is not dead.
    pub async fn retry(&self, reader: &str, tenant: TenantId, fact: FactId) -> Result<bool> {
        let now = self.0.now();
        let mut conn = self.0.begin_as(Door::Relay, None).await?;
        let revived = sqlx::query!(
            r#"
            update platform.outbox_parked
            set dead = false, attempts = 0, try_at = $4
            where reader = $1 and tenant_id = $2 and fact_id = $3 and dead
            "#,
            reader,
            tenant.uuid(),
            fact.uuid(),
            now,
        )
        .execute(conn.get()?)
        .await?;
        conn.commit().await?;
        Ok(revived.rows_affected() > 0)
    }

    /// Drops a fact that a reader gave up: it counts as handled. It stays in the outbox, for other readers. `false` when
    /// it is not dead.
    pub async fn discard(&self, reader: &str, tenant: TenantId, fact: FactId) -> Result<bool> {
        let mut conn = self.0.begin_as(Door::Relay, None).await?;
        let gone = sqlx::query!(
            r#"
            delete from platform.outbox_parked
            where reader = $1 and tenant_id = $2 and fact_id = $3 and dead
            "#,
            reader,
            tenant.uuid(),
            fact.uuid(),
        )
        .execute(conn.get()?)
        .await?;
        conn.commit().await?;
        Ok(gone.rows_affected() > 0)
    }
}
