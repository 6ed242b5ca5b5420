//! Whom two people have in common: where two ranges of one index meet.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::social::Acquaintance;
use uuid::Uuid;

use super::super::row::{RowOf, page};
use crate::error::Result;
use crate::tx::Tx;

struct MutualRow {
    other_id: Uuid,
    first_name: String,
    last_name: String,
    kind: String,
    since: DateTime<Utc>,
}

impl MutualRow {
    fn acquaintance(self) -> Result<Acquaintance> {
        let of = RowOf { table: "social.ties", id: self.other_id };
        Ok(Acquaintance {
            account: AccountId::from_uuid(self.other_id),
            first_name: of.parse("first_name", &self.first_name)?,
            last_name: of.parse("last_name", &self.last_name)?,
            kind: of.parse("type", &self.kind)?,
            since: self.since,
        })
    }
}

/// The people whom both know: `account` knows each of them, so that of what they hide from strangers only what they
/// hide from everybody is hidden.
pub(super) async fn list<Mode>(
    tx: &mut Tx<Mode>,
    account: AccountId,
    other: AccountId,
    request: &PageRequest<AccountId>,
) -> Result<Page<Acquaintance, AccountId>> {
    let rows = sqlx::query_as!(
        MutualRow,
        r#"
        select m.other_id, a.first_name, a.last_name, m.type as kind, m.since
        from social.ties m
        join social.ties t on t.tenant_id = m.tenant_id and t.account_id = $3 and t.other_id = m.other_id
        join identity.profiles p on p.tenant_id = m.tenant_id and p.account_id = m.other_id
        join identity.personal_details a on a.tenant_id = m.tenant_id and a.id = m.other_id
        where m.tenant_id = $1
          and m.account_id = $2
          and m.other_id > $4
          and p.state in ('incomplete', 'complete')
          and p.visibility <> 'private'
          and p.connections_visibility <> 'private'
          and not exists (
            select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = m.other_id
          )
          and exists (
            select
            from identity.profiles o
            cross join lateral (
              select exists (
                select from social.ties k where k.tenant_id = $1 and k.account_id = $2 and k.other_id = $3
              ) as known
            ) v
            where o.tenant_id = $1
              and o.account_id = $3
              and o.state in ('incomplete', 'complete')
              and (o.visibility = 'public' or o.visibility = 'connections_only' and v.known)
              and (o.connections_visibility = 'public' or o.connections_visibility = 'connections_only' and v.known)
              and not exists (
                select from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = $3 and b.blocked
              )
          )
        order by m.other_id
        limit $5
        "#,
        tx.scope().tenant.uuid(),
        account.uuid(),
        other.uuid(),
        request.after.map_or(Uuid::nil(), Id::uuid),
        request.size.with_one_more(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    page(rows, request.size, MutualRow::acquaintance, |last| last.account)
}

/// How many each of these people has in common with `account`, of those the list above would have.
pub(super) async fn count<Mode>(
    tx: &mut Tx<Mode>,
    account: AccountId,
    others: &[AccountId],
) -> Result<Vec<(AccountId, u64)>> {
    let others: Vec<Uuid> = others.iter().take(1_000).map(|other| other.uuid()).collect();
    let rows = sqlx::query!(
        r#"
        with mine as materialized (
          select m.other_id
          from social.ties m
          join identity.profiles p on p.tenant_id = m.tenant_id and p.account_id = m.other_id
          where m.tenant_id = $1
            and m.account_id = $2
            and p.state in ('incomplete', 'complete')
            and p.visibility <> 'private'
            and p.connections_visibility <> 'private'
            and not exists (
              select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = m.other_id
            )
        ), theirs as materialized (
          select o.account_id
          from identity.profiles o
          cross join lateral (
            select exists (
              select from social.ties k where k.tenant_id = $1 and k.account_id = $2 and k.other_id = o.account_id
            ) as known
          ) v
          where o.tenant_id = $1
            and o.account_id = any($3)
            and o.state in ('incomplete', 'complete')
            and (o.visibility = 'public' or o.visibility = 'connections_only' and v.known)
            and (o.connections_visibility = 'public' or o.connections_visibility = 'connections_only' and v.known)
            and not exists (
              select from social.barriers b
              where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = o.account_id and b.blocked
            )
        )
        select t.account_id, count(*) as "count!"
        from theirs
        join social.ties t on t.tenant_id = $1 and t.account_id = theirs.account_id
        join mine on mine.other_id = t.other_id
        group by t.account_id
        "#,
        tx.scope().tenant.uuid(),
        account.uuid(),
        &others,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let counted = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok(rows.into_iter().map(|row| (AccountId::from_uuid(row.account_id), counted(row.count))).collect())
}
