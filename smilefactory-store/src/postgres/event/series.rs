//! Events that repeat.

mod write;

use chrono::{DateTime, NaiveDateTime, Utc};
use smilefactory_core::event::{Event, EventDraft, ListedEvent, Series, WallTime};
use smilefactory_core::id::{AccountId, Id, SeriesId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::super::repository;
use super::list;
use super::row::{EventRow, select_events};
use crate::error::{Result, StoreError};
use crate::postgres::row::RowOf;
use crate::repo::event::{EventKey, ReadSeries};

repository! {
    /// Events that repeat.
    SeriesOfEvents = series
}

struct SeriesRow {
    id: Uuid,
    created_by: Option<Uuid>,
    rule: String,
    first: NaiveDateTime,
    template: serde_json::Value,
    published_at: Option<DateTime<Utc>>,
    made_until: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<SeriesRow> for Series {
    type Error = StoreError;
    fn try_from(row: SeriesRow) -> Result<Self> {
        let of = RowOf { table: "event.series", id: row.id };
        let corrupt = |column| StoreError::corrupt(of.table, column, of.id);
        // Each of its values is valid; what holds over several was checked when it was made, by the zones of that time.
        let template: EventDraft =
            serde_json::from_value(row.template).map_err(|error| corrupt("template")(Box::new(error)))?;
        Ok(Self {
            id: SeriesId::from_uuid(row.id),
            created_by: row.created_by.map(AccountId::from_uuid),
            rule: of.parse("rule", &row.rule)?,
            first: WallTime::new(row.first).ok_or_else(|| corrupt("first")("no wall time".into()))?,
            template,
            published_at: row.published_at,
            made_until: row.made_until,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// The template of a series as its column has it.
fn written(template: &EventDraft) -> Result<serde_json::Value> {
    serde_json::to_value(template).map_err(|error| StoreError::internal(format!("no template: {error}")))
}

impl<Mode> ReadSeries for SeriesOfEvents<'_, Mode> {
    async fn get(&mut self, id: SeriesId) -> Result<Option<Series>> {
        sqlx::query_as!(
            SeriesRow,
            r#"
            select id, created_by, rule, first, template, published_at, made_until, created_at, updated_at
            from event.series
            where tenant_id = $1 and id = $2
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Series::try_from)
        .transpose()
    }

    async fn list_occurrences(
        &mut self,
        id: SeriesId,
        request: &PageRequest<EventKey>,
    ) -> Result<Page<ListedEvent, EventKey>> {
        let (looker, viewer, staff) = (self.0.looker(), self.0.viewer(), self.0.sees_all());
        let after = request.after.map_or((DateTime::UNIX_EPOCH, Uuid::nil()), |key| (key.at, key.id.uuid()));
        let rows = select_events!(
            r#"
            where e.tenant_id = $1
              and e.series_id = $5
              and (e.starts_at, e.id) > ($6, $7)
              and (
                exists (
                  select from event.organisers o where o.tenant_id = $1 and o.event_id = e.id and o.account_id = $2
                )
                or (
                  e.state <> 'draft'
                  and (
                    e.visibility = 'public'
                    or (e.visibility = 'members' and ($4 or $2::uuid is not null))
                    or exists (
                      select
                      from event.registrations r
                      where r.tenant_id = $1 and r.event_id = e.id and r.account_id = $2 and r.state <> 'cancelled'
                    )
                  )
                  and (e.group_id is null or event.is_shown_by_group(e.group_id, e.id, $2))
                  and not exists (
                    select
                    from social.barriers b
                    where b.tenant_id = $1 and b.viewer_id = $3 and b.other_id = e.created_by and b.blocked
                  )
                )
              )
            order by e.starts_at, e.id
            limit $8
            "#,
            self.0.scope().tenant.uuid(),
            looker,
            viewer,
            staff,
            id.uuid(),
            after.0,
            after.1,
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        list::listed(rows, request)
    }

    async fn is_first(&mut self, event: &Event) -> Result<bool> {
        let (Some(series), Some(at)) = (event.series, event.recurrence) else { return Ok(true) };
        let earlier = sqlx::query_scalar!(
            r#"
            select exists (
              select
              from event.events
              where tenant_id = $1 and series_id = $2 and recurrence < $3 and state <> 'draft'
            ) as "earlier!"
            "#,
            self.0.scope().tenant.uuid(),
            series.uuid(),
            at.get(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(!earlier)
    }

    async fn organisers(&mut self, id: SeriesId) -> Result<Vec<AccountId>> {
        let organisers = sqlx::query_scalar!(
            r#"
            select account_id
            from event.organisers
            where tenant_id = $1
              and event_id = (
                select id from event.events where tenant_id = $1 and series_id = $2 order by recurrence desc limit 1
              )
            order by since, account_id
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(organisers.into_iter().map(AccountId::from_uuid).collect())
    }
}
