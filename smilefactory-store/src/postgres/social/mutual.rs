//! Whom two people have in common: where two ranges of one index meet.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::social::{Acquaintance, StrengthKey};
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
    strength_key: f64,
}

impl MutualRow {
    fn acquaintance(self, now: DateTime<Utc>) -> Result<Acquaintance> {
        let of = RowOf { table: "social.ties", id: self.other_id };
        Ok(Acquaintance {
            account: AccountId::from_uuid(self.other_id),
            first_name: of.parse("first_name", &self.first_name)?,
            last_name: of.parse("last_name", &self.last_name)?,
            kind: of.parse("type", &self.kind)?,
            since: self.since,
            strength: Some(StrengthKey::from(self.strength_key).at(now)),
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
        select m.other_id, a.first_name, a.last_name, m.type as kind, m.since, m.strength_key
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
    let now = tx.now();
    page(rows, request.size, |row: MutualRow| row.acquaintance(now), |last| last.account)
}

/// How many each of these people has in common with `account`, of those the list above would have: first where the ranges
/// meet, then who of these is shown, one look-up each.
pub(super) async fn count<Mode>(
    tx: &mut Tx<Mode>,
    account: AccountId,
    others: &[AccountId],
) -> Result<Vec<(AccountId, u64)>> {
    let others: Vec<Uuid> = others.iter().take(1_000).map(|other| other.uuid()).collect();
    let rows = sqlx::query!(
        r#"
        with theirs as materialized (
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
        ), met as materialized (
          select t.other_id, array_agg(t.account_id) as accounts
          from theirs
          join social.ties t on t.tenant_id = $1 and t.account_id = theirs.account_id
          join social.ties m on m.tenant_id = $1 and m.account_id = $2 and m.other_id = t.other_id
          group by t.other_id
        )
        select account as "account!", count(*) as "count!"
        from met
        cross join lateral (
          select
          from identity.profiles p
          where p.tenant_id = $1
            and p.account_id = met.other_id
            and p.state in ('incomplete', 'complete')
            and p.visibility <> 'private'
            and p.connections_visibility <> 'private'
          limit 1
        ) shown
        cross join unnest(met.accounts) as account
        where not exists (
          select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = met.other_id
        )
        group by account
        "#,
        tx.scope().tenant.uuid(),
        account.uuid(),
        &others,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let counted = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok(rows.into_iter().map(|row| (AccountId::from_uuid(row.account), counted(row.count))).collect())
}
