//! Requests to connect.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, ConnectionRequestId, Id};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::profile::ProfileKind;
use smilefactory_core::social::{ConnectionRequest, Pair, RequestHistory, RequestQuota, RequestState};
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::super::repository;
use super::super::row::{RowOf, page};
use crate::error::{Result, StoreError};
use crate::repo::social::{Direction, ReadConnectionRequests, RequestFilter, WriteConnectionRequests};
use crate::tx::ReadWrite;

repository! {
    /// Requests to connect.
    ConnectionRequests = connection_requests
}

struct RequestRow {
    id: Uuid,
    from_id: Uuid,
    to_id: Uuid,
    kind: String,
    message: String,
    state: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    answered_at: Option<DateTime<Utc>>,
    version: i64,
}

impl TryFrom<RequestRow> for ConnectionRequest {
    type Error = StoreError;
    fn try_from(row: RequestRow) -> Result<Self> {
        let of = RowOf { table: "social.connection_requests", id: row.id };
        Ok(Self {
            id: ConnectionRequestId::from_uuid(row.id),
            from: AccountId::from_uuid(row.from_id),
            to: AccountId::from_uuid(row.to_id),
            kind: of.parse("type", &row.kind)?,
            message: of.parse("message", &row.message)?,
            state: of.parse("state", &row.state)?,
            created_at: row.created_at,
            expires_at: row.expires_at,
            answered_at: row.answered_at,
            version: Version::new(row.version),
        })
    }
}

/// Reads requests: what follows `from social.connection_requests r`, and its parameters.
macro_rules! select_requests {
    ($tail:literal $(+ $more:literal)*, $($parameter:expr),* $(,)?) => {
        sqlx::query_as!(
            RequestRow,
            r#"
            select r.id, r.from_id, r.to_id, r.type as kind, r.message, r.state, r.created_at, r.expires_at, r.answered_at,
              r.version
            from social.connection_requests r
            "# + $tail $(+ $more)*,
            $($parameter),*
        )
    };
}

/// The requests that have an account at one end: which end, which is the other, and which barriers count.
macro_rules! list {
    ($repository:ident, $account:ident, $filter:ident, $request:ident, $now:ident, $end:literal, $other:literal, $barriers:literal) => {
        select_requests!(
            r#"
            where r.tenant_id = $1
              and r."# + $end + r#" = $2
              and r.id < $3
              and (
                $4::text is null
                or $4 = case when r.state = 'pending' and r.expires_at <= $5 then 'expired' else r.state end
              )
              and not exists (
                select from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = r."# + $other + $barriers + r#"
              )
              and (
                select a.profile_state from identity.personal_details a where a.tenant_id = $1 and a.id = r."# + $other + r#"
              ) <> 'suspended'
            order by r.id desc
            limit $6
            "#,
            $repository.0.scope().tenant.uuid(),
            $account.uuid(),
            $request.after.map_or(Uuid::max(), Id::uuid),
            $filter.state.map(RequestState::as_str),
            $now,
            $request.size.with_one_more(),
        )
        .fetch_all($repository.0.conn()?)
        .await?
    };
}

impl<Mode> ReadConnectionRequests for ConnectionRequests<'_, Mode> {
    async fn get(&mut self, id: ConnectionRequestId) -> Result<Option<ConnectionRequest>> {
        let now = self.0.now();
        let row = select_requests!(
            "where r.tenant_id = $1 and r.id = $2",
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        Ok(row.map(ConnectionRequest::try_from).transpose()?.map(|request| request.at(now)))
    }

    async fn list(
        &mut self,
        account: AccountId,
        filter: RequestFilter,
        request: &PageRequest<ConnectionRequestId>,
    ) -> Result<Page<ConnectionRequest, ConnectionRequestId>> {
        let now = self.0.now();
        let rows = match filter.direction {
            Direction::Incoming => list!(self, account, filter, request, now, "to_id", "from_id", ""),
            Direction::Outgoing => {
                list!(self, account, filter, request, now, "from_id", "to_id", " and b.blocked")
            }
        };
        let as_it_stands = |row: RequestRow| Ok(ConnectionRequest::try_from(row)?.at(now));
        page(rows, request.size, as_it_stands, |last| last.id)
    }

    async fn history(
        &mut self,
        from: AccountId,
        to: AccountId,
        kind: ProfileKind,
    ) -> Result<RequestHistory> {
        let now = self.0.now();
        let row = sqlx::query!(
            r#"
            select
              (
                select count(*)
                from social.connection_requests r
                where r.tenant_id = $1 and r.from_id = $2 and r.id >= $5 and r.created_at > $6
              ) as "this_month!",
              (
                select count(*)
                from social.connection_requests r
                where r.tenant_id = $1 and r.from_id = $2 and r.id >= $7 and r.created_at > $8 and r.to_kind = $4
                  and r.state = 'pending'
              ) as "unanswered!",
              (
                select max(r.answered_at)
                from social.connection_requests r
                where r.tenant_id = $1 and r.low_id = least($2, $3) and r.high_id = greatest($2, $3) and r.from_id = $2
                  and r.state = 'declined'
              ) as declined_at
            "#,
            self.0.scope().tenant.uuid(),
            from.uuid(),
            to.uuid(),
            kind.as_str(),
            ConnectionRequestId::earliest_at(now - RequestQuota::MONTH).uuid(),
            now - RequestQuota::MONTH,
            ConnectionRequestId::earliest_at(now - RequestQuota::WEEK).uuid(),
            now - RequestQuota::WEEK,
        )
        .fetch_one(self.0.conn()?)
        .await?;
        let count = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
        Ok(RequestHistory {
            this_month: count(row.this_month),
            unanswered_of_the_kind: count(row.unanswered),
            declined_at: row.declined_at,
        })
    }
}

impl WriteConnectionRequests for ConnectionRequests<'_, ReadWrite> {
    async fn lock_quota(&mut self, from: AccountId) -> Result<()> {
        let tenant = self.0.scope().tenant;
        sqlx::query!(
            r#"select pg_advisory_xact_lock(hashtextextended($1, 0)) as "locked!: ()""#,
            format!("social.connection_requests {tenant} {from}"),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn insert(&mut self, request: &ConnectionRequest, kind: ProfileKind) -> Result<()> {
        sqlx::query!(
            r#"
            insert into social.connection_requests (tenant_id, id, from_id, to_id, type, message, to_kind, state, created_at,
              expires_at, answered_at, version)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            "#,
            self.0.scope().tenant.uuid(),
            request.id.uuid(),
            request.from.uuid(),
            request.to.uuid(),
            request.kind.as_str(),
            request.message.as_str(),
            kind.as_str(),
            request.state.as_str(),
            request.created_at,
            request.expires_at,
            request.answered_at,
            request.version.get(),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn update(&mut self, request: &ConnectionRequest) -> Result<ConnectionRequest> {
        let next = request.version.next();
        let saved = sqlx::query!(
            r#"
            update social.connection_requests
            set state = $4, answered_at = $5, version = $6
            where tenant_id = $1 and id = $2 and version = $3
            "#,
            self.0.scope().tenant.uuid(),
            request.id.uuid(),
            request.version.get(),
            request.state.as_str(),
            request.answered_at,
            next.get(),
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: ConnectionRequestId::ENTITY, id: request.id.uuid() }),
            _ => Ok(ConnectionRequest { version: next, ..request.clone() }),
        }
    }

    async fn lock_pending(&mut self, pair: Pair) -> Result<Option<ConnectionRequest>> {
        select_requests!(
            r#"
            where r.tenant_id = $1 and r.low_id = $2 and r.high_id = $3 and r.state = 'pending'
            for update
            "#,
            self.0.scope().tenant.uuid(),
            pair.low().uuid(),
            pair.high().uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(ConnectionRequest::try_from)
        .transpose()
    }

    async fn lock_due(&mut self, most: u16) -> Result<Vec<ConnectionRequest>> {
        let now = self.0.now();
        select_requests!(
            r#"
            where r.tenant_id = $1 and r.state = 'pending' and r.expires_at <= $2
            order by r.expires_at, r.id
            limit $3
            for update skip locked
            "#,
            self.0.scope().tenant.uuid(),
            now,
            i64::from(most),
        )
        .fetch_all(self.0.conn()?)
        .await?
        .into_iter()
        .map(ConnectionRequest::try_from)
        .collect()
    }
}
