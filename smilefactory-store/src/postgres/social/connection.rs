//! Connections: one row for two people, read through the ties that the database keeps beside it.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::recommendation::Score;
use smilefactory_core::social::{
    Acquaintance, Connection, ConnectionKind, ConnectionSort, Pair, StrengthKey,
};
use uuid::Uuid;

use super::super::repository;
use super::super::row::RowOf;
use super::mutual;
use crate::error::{Result, StoreError};
use crate::repo::social::{ConnectionFilter, ConnectionKey, ReadConnections, WriteConnections};
use crate::tx::ReadWrite;

repository! {
    /// Connections.
    Connections = connections
}

struct ConnectionRow {
    low_id: Uuid,
    high_id: Uuid,
    kind: String,
    requested_by: Uuid,
    since: DateTime<Utc>,
}

impl TryFrom<ConnectionRow> for Connection {
    type Error = StoreError;
    fn try_from(row: ConnectionRow) -> Result<Self> {
        let of = RowOf { table: "social.connections", id: row.low_id };
        let pair = Pair::new(AccountId::from_uuid(row.low_id), AccountId::from_uuid(row.high_id));
        Ok(Self {
            pair: pair.ok_or_else(|| StoreError::internal("somebody is connected with themselves"))?,
            kind: of.parse("type", &row.kind)?,
            requested_by: AccountId::from_uuid(row.requested_by),
            since: row.since,
        })
    }
}

/// Somebody in a list, with what the list is ordered by.
struct TieRow {
    other_id: Uuid,
    first_name: String,
    last_name: String,
    kind: String,
    since: DateTime<Utc>,
    name_key: String,
    strength_key: f64,
}

impl TieRow {
    fn key(&self, sort: ConnectionSort) -> ConnectionKey {
        let account = AccountId::from_uuid(self.other_id);
        match sort {
            ConnectionSort::Strength => ConnectionKey::Strength(self.strength_key.to_bits(), account),
            ConnectionSort::Name => ConnectionKey::Name(self.name_key.clone(), account),
            ConnectionSort::Newest => ConnectionKey::Newest(self.since, account),
        }
    }

    /// With how strong it is at a time, of one's own.
    fn acquaintance(self, own: Option<DateTime<Utc>>) -> Result<Acquaintance> {
        let of = RowOf { table: "social.ties", id: self.other_id };
        Ok(Acquaintance {
            account: AccountId::from_uuid(self.other_id),
            first_name: of.parse("first_name", &self.first_name)?,
            last_name: of.parse("last_name", &self.last_name)?,
            kind: of.parse("type", &self.kind)?,
            since: self.since,
            strength: own.map(|now| self.strength_at(now)),
        })
    }

    fn strength_at(&self, now: DateTime<Utc>) -> Score {
        StrengthKey::from(self.strength_key).at(now)
    }
}

/// Reads ties of the account `$2` that whoever looks may see (`$4`: everything, `$5`: as whom, `$6`: who they are): what is
/// selected, and what else holds. Of somebody else's ties they see those that neither of the two hides.
///
/// Lateral subqueries with a limit keep the planner from joining whole tables: ties come in the order of their index, and
/// only as many as a page takes.
macro_rules! select_ties {
    ($query:ident!($($row:ident,)? $selected:literal, $rest:literal $(+ $more:literal)* $(, $parameter:expr)* $(,)?)) => {
        sqlx::$query!(
            $($row,)?
            "select " + $selected + r#"
            from social.ties t
            cross join lateral (
              select p.state, p.visibility, p.connections_visibility
              from identity.profiles p
              where p.tenant_id = $1 and p.account_id = t.other_id
              limit 1
            ) p
            cross join lateral (
              select a.first_name, a.last_name
              from identity.personal_details a
              where a.tenant_id = $1 and a.id = t.other_id
              limit 1
            ) a
            cross join lateral (
              select
                exists (
                  select from social.ties k where k.tenant_id = $1 and k.account_id = $5 and k.other_id = t.other_id
                ) as known,
                coalesce(t.account_id = $6, false) as own
            ) v
            where t.tenant_id = $1
              and t.account_id = $2
              and ($3::text is null or t.type = $3)
              and p.state in ('incomplete', 'complete')
              and ($4 or p.visibility = 'public' or p.visibility = 'connections_only' and v.known)
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = t.other_id
              )
              and (
                v.own
                or t.other_id = $6
                or p.connections_visibility = 'public'
                or p.connections_visibility = 'connections_only' and ($4 or v.known)
              )
              and (
                v.own
                or exists (
                  select
                  from identity.profiles o
                  where o.tenant_id = $1
                    and o.account_id = $2
                    and o.state in ('incomplete', 'complete')
                    and (
                      $4
                      or o.visibility = 'public'
                      or o.visibility = 'connections_only' and exists (
                        select from social.ties k where k.tenant_id = $1 and k.account_id = $5 and k.other_id = $2
                      )
                    )
                    and (
                      o.connections_visibility = 'public'
                      or o.connections_visibility = 'connections_only' and ($4 or exists (
                        select from social.ties k where k.tenant_id = $1 and k.account_id = $5 and k.other_id = $2
                      ))
                    )
                    and not exists (
                      select from social.barriers b
                      where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = $2 and b.blocked
                    )
                )
              )
            "# + $rest $(+ $more)* $(, $parameter)*
        )
    };
}

/// A page of ties in one of the orders.
macro_rules! page_of_ties {
    ($repository:ident, $account:ident, $filter:ident, $request:ident, $key:expr, $id:expr, $after:literal, $order:literal) => {
        select_ties!(query_as!(
            TieRow,
            r#"
            t.other_id, a.first_name, a.last_name, t.type as kind, t.since, t.name_key, t.strength_key
            "#,
            "and " + $after + " order by " + $order + " limit $9",
            $repository.0.scope().tenant.uuid(),
            $account.uuid(),
            $filter.kind.map(ConnectionKind::as_str),
            $repository.0.sees_all(),
            $repository.0.viewer(),
            $repository.0.looker(),
            $key,
            $id.uuid(),
            $request.size.with_one_more(),
        ))
        .fetch_all($repository.0.conn()?)
        .await?
    };
}

impl<Mode> ReadConnections for Connections<'_, Mode> {
    async fn get(&mut self, pair: Pair) -> Result<Option<Connection>> {
        sqlx::query_as!(
            ConnectionRow,
            r#"
            select low_id, high_id, type as kind, requested_by, since
            from social.connections
            where tenant_id = $1 and low_id = $2 and high_id = $3
            "#,
            self.0.scope().tenant.uuid(),
            pair.low().uuid(),
            pair.high().uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Connection::try_from)
        .transpose()
    }

    async fn list(
        &mut self,
        account: AccountId,
        filter: &ConnectionFilter,
        request: &PageRequest<ConnectionKey>,
    ) -> Result<Page<Acquaintance, ConnectionKey>> {
        let own = self.0.looker() == Some(account.uuid());
        if filter.sort == ConnectionSort::Strength && !own {
            return Err(StoreError::internal("how strong somebody else's connections are is not for others"));
        }
        let (first, last) = (AccountId::from_uuid(Uuid::nil()), AccountId::from_uuid(Uuid::max()));
        let rows: Vec<TieRow> = match filter.sort {
            ConnectionSort::Strength => {
                let (key, id) = match request.after {
                    Some(ConnectionKey::Strength(bits, id)) => (f64::from_bits(bits), id),
                    _ => (f64::INFINITY, last),
                };
                page_of_ties!(
                    self,
                    account,
                    filter,
                    request,
                    key,
                    id,
                    "(t.strength_key, t.other_id) < ($7, $8)",
                    "t.strength_key desc, t.other_id desc"
                )
            }
            ConnectionSort::Name => {
                let (key, id) = match &request.after {
                    Some(ConnectionKey::Name(name, id)) => (name.as_str(), *id),
                    _ => ("", first),
                };
                page_of_ties!(
                    self,
                    account,
                    filter,
                    request,
                    key,
                    id,
                    "(t.name_key, t.other_id) > ($7, $8)",
                    "t.name_key, t.other_id"
                )
            }
            ConnectionSort::Newest => {
                let (key, id) = match request.after {
                    Some(ConnectionKey::Newest(since, id)) => (since, id),
                    _ => (DateTime::<Utc>::MAX_UTC, last),
                };
                page_of_ties!(
                    self,
                    account,
                    filter,
                    request,
                    key,
                    id,
                    "(t.since, t.other_id) < ($7, $8)",
                    "t.since desc, t.other_id desc"
                )
            }
        };
        let Page { items, next } = Page::from_one_more(rows, request.size, |row| row.key(filter.sort));
        let own = own.then(|| self.0.now());
        Ok(Page { items: items.into_iter().map(|row| row.acquaintance(own)).collect::<Result<_>>()?, next })
    }

    async fn count(&mut self, account: AccountId) -> Result<u64> {
        let count = select_ties!(query_scalar!(
            r#"count(*) as "count!""#,
            "",
            self.0.scope().tenant.uuid(),
            account.uuid(),
            None::<&str>,
            self.0.sees_all(),
            self.0.viewer(),
            self.0.looker(),
        ))
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn list_mutual(
        &mut self,
        account: AccountId,
        other: AccountId,
        request: &PageRequest<AccountId>,
    ) -> Result<Page<Acquaintance, AccountId>> {
        mutual::list(self.0, account, other, request).await
    }

    async fn count_mutual(
        &mut self,
        account: AccountId,
        others: &[AccountId],
    ) -> Result<Vec<(AccountId, u64)>> {
        mutual::count(self.0, account, others).await
    }

    async fn among(&mut self, account: AccountId, others: &[AccountId]) -> Result<Vec<AccountId>> {
        let others: Vec<Uuid> = others.iter().map(|other| other.uuid()).collect();
        let rows = sqlx::query_scalar!(
            "select other_id from social.ties where tenant_id = $1 and account_id = $2 and other_id = any($3)",
            self.0.scope().tenant.uuid(),
            account.uuid(),
            &others,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        Ok(rows.into_iter().map(AccountId::from_uuid).collect())
    }

    async fn any(&mut self, account: AccountId) -> Result<bool> {
        let any = sqlx::query_scalar!(
            r#"select exists (select from social.ties where tenant_id = $1 and account_id = $2) as "any!""#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(any)
    }
}

impl WriteConnections for Connections<'_, ReadWrite> {
    async fn insert(&mut self, connection: &Connection) -> Result<()> {
        sqlx::query!(
            r#"
            insert into social.connections (tenant_id, low_id, high_id, type, requested_by, since)
            values ($1, $2, $3, $4, $5, $6)
            "#,
            self.0.scope().tenant.uuid(),
            connection.pair.low().uuid(),
            connection.pair.high().uuid(),
            connection.kind.as_str(),
            connection.requested_by.uuid(),
            connection.since,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn delete(&mut self, pair: Pair) -> Result<Option<Connection>> {
        sqlx::query_as!(
            ConnectionRow,
            r#"
            delete from social.connections
            where tenant_id = $1 and low_id = $2 and high_id = $3
            returning low_id, high_id, type as kind, requested_by, since
            "#,
            self.0.scope().tenant.uuid(),
            pair.low().uuid(),
            pair.high().uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Connection::try_from)
        .transpose()
    }
}
