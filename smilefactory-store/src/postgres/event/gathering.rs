//! Reads events.

use chrono::{DateTime, NaiveDate, Utc};
use smilefactory_core::event::{
    Event, EventDay, EventFacets, EventView, ListedEvent, Organiser, Registration, Seats,
};
use smilefactory_core::id::{AccountId, EventId, GroupId, Id};
use smilefactory_core::page::{Page, PageRequest};

use super::row::{EventRow, select_events};
use super::{Events, facets, group, list, to_count};
use crate::error::Result;
use crate::postgres::row::RowOf;
use crate::repo::event::{EventFilter, EventKey, ReadEvents, ReadRegistrations};

impl<Mode> ReadEvents for Events<'_, Mode> {
    async fn get(&mut self, id: EventId) -> Result<Option<Event>> {
        select_events!(
            "where e.tenant_id = $1 and e.id = $3",
            self.0.scope().tenant.uuid(),
            self.0.looker(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Event::try_from)
        .transpose()
    }

    async fn view(&mut self, id: EventId) -> Result<Option<EventView>> {
        if !self.sees(id).await? {
            return Ok(None);
        }
        let looker = self.0.looker();
        let row = select_events!(
            "where e.tenant_id = $1 and e.id = $3",
            self.0.scope().tenant.uuid(),
            looker,
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let html = row.html.clone();
        let event = Event::try_from(row)?;
        let all = self.organisers(id).await?;
        let looker = looker.map(AccountId::from_uuid);
        let organises = all.iter().any(|organiser| Some(organiser.account) == looker);
        let own: Option<Registration> = match looker {
            Some(account) => self.0.registrations().find_by_account(id, account).await?,
            None => None,
        };
        Ok(Some(EventView {
            html,
            seats: self.seats(id).await?,
            organisers: all.into_iter().map(|organiser| organiser.account).collect(),
            organises,
            event: event.shown_to(own.as_ref().map(|own| own.state), organises),
            own,
        }))
    }

    async fn sees(&mut self, id: EventId) -> Result<bool> {
        let (looker, viewer, staff) = (self.0.looker(), self.0.viewer(), self.0.sees_all());
        let seen = sqlx::query_scalar!(
            r#"
            select exists (
            select from event.events e
            where e.tenant_id = $1
              and e.id = $3
              and (
                exists (
                  select from event.organisers o where o.tenant_id = $1 and o.event_id = e.id and o.account_id = $2
                )
                or (
                  e.state <> 'draft'
                  and (
                    e.visibility = 'public'
                    or (e.visibility = 'members' and $2::uuid is not null)
                    or ($5 and e.visibility <> 'private')
                    or exists (
                      select from event.registrations r
                      where r.tenant_id = $1 and r.event_id = e.id and r.account_id = $2 and r.state <> 'cancelled'
                    )
                  )
                  and (e.group_id is null or event.is_shown_by_group(e.group_id, e.id, $2))
                  and not exists (
                    select from social.barriers b
                    where b.tenant_id = $1 and b.viewer_id = $4 and b.other_id = e.created_by and b.blocked
                  )
                )
              )
            ) as "seen!"
            "#,
            self.0.scope().tenant.uuid(),
            looker,
            id.uuid(),
            viewer,
            staff,
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(seen)
    }

    async fn list(
        &mut self,
        filter: &EventFilter,
        request: &PageRequest<EventKey>,
    ) -> Result<Page<ListedEvent, EventKey>> {
        let rows = list::rows(self.0, filter, request).await?;
        list::listed(rows, request)
    }

    async fn list_of_group(
        &mut self,
        id: GroupId,
        past: bool,
        request: &PageRequest<EventKey>,
    ) -> Result<Page<ListedEvent, EventKey>> {
        let rows = group::rows(self.0, id, past, request).await?;
        list::listed(rows, request)
    }

    async fn count_facets(&mut self, filter: &EventFilter) -> Result<EventFacets> {
        facets::count(self.0, filter).await
    }

    async fn list_of_organiser(
        &mut self,
        account: AccountId,
        request: &PageRequest<EventId>,
    ) -> Result<Page<Event, EventId>> {
        let rows = select_events!(
            r#"
            where e.tenant_id = $1
              and e.id in (select o.event_id from event.organisers o where o.tenant_id = $1 and o.account_id = $2)
              and e.id < $3
            order by e.id desc
            limit $4
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            request.after.map_or(uuid::Uuid::max(), Id::uuid),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        crate::postgres::row::page(rows, request.size, Event::try_from, |last| last.id)
    }

    async fn count_by_day(
        &mut self,
        filter: &EventFilter,
        days: &[(NaiveDate, DateTime<Utc>, DateTime<Utc>)],
    ) -> Result<Vec<EventDay>> {
        list::count_by_day(self.0, filter, days).await
    }

    async fn seats(&mut self, id: EventId) -> Result<Vec<Seats>> {
        let rows = sqlx::query!(
            r#"
            select name, capacity, by_invitation, taken, waiting
            from event.seat_classes
            where tenant_id = $1 and event_id = $2
            order by ordinal
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let of = RowOf { table: "event.seat_classes", id: id.uuid() };
        let seats = rows.into_iter().map(|row| {
            Ok(Seats {
                name: of.parse_opt("name", Some(row.name.as_str()).filter(|name| !name.is_empty()))?,
                capacity: row.capacity.map(to_count),
                by_invitation: row.by_invitation,
                taken: to_count(row.taken),
                waiting: to_count(row.waiting),
            })
        });
        seats.collect()
    }

    async fn organisers(&mut self, id: EventId) -> Result<Vec<Organiser>> {
        let rows = sqlx::query!(
            r#"
            select account_id, since
            from event.organisers
            where tenant_id = $1 and event_id = $2
            order by since, account_id
            limit 100
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let organiser = |account, since| Organiser { account: AccountId::from_uuid(account), since };
        Ok(rows.into_iter().map(|row| organiser(row.account_id, row.since)).collect())
    }

    async fn is_shown_by_group(&mut self, id: EventId, account: AccountId) -> Result<bool> {
        let shown = sqlx::query_scalar!(
            r#"
            select (e.group_id is null or event.is_shown_by_group(e.group_id, e.id, $3)) as "shown!"
            from event.events e
            where e.tenant_id = $1 and e.id = $2
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            account.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(shown.unwrap_or_default())
    }

    async fn organises(&mut self, id: EventId, account: AccountId) -> Result<bool> {
        let found = sqlx::query_scalar!(
            r#"
            select exists (
              select from event.organisers where tenant_id = $1 and event_id = $2 and account_id = $3
            ) as "found!"
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
            account.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(found)
    }
}
