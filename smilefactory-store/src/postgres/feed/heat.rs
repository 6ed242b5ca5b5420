//! How much is done with posts: added in batches, and summed up anew where it drifted.

use smilefactory_core::id::{Id, PostId};
use uuid::Uuid;

use crate::error::Result;
use crate::tx::{Tx, WriteTx};

/// Adds what was done. Rows that somebody holds are passed over: who changes many posts holds many, in any order.
pub(super) async fn fold(tx: &mut WriteTx, limit: u16) -> Result<u64> {
    let tenant = tx.scope().tenant.uuid();
    let mine = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended('content.post_heat ' || $1, 0)) as "mine!""#,
        tenant.to_string(),
    )
    .fetch_one(tx.conn()?)
    .await?;
    if !mine {
        return Ok(0);
    }
    let folded = sqlx::query_scalar!(
        r#"
        with oldest as (
          select c.seq, c.post_id from content.post_heat_changes c where c.tenant_id = $1 order by c.seq limit $2
        ), locked as (
          select h.post_id
          from content.post_heat h
          where h.tenant_id = $1 and h.post_id = any (array(select post_id from oldest))
          order by h.post_id
          for update of h skip locked
        ), taken as (
          delete from content.post_heat_changes c
          using oldest o
          where c.tenant_id = $1
            and c.seq = o.seq
            and (
              o.post_id in (select post_id from locked)
              -- What was never shown has no heat.
              or not exists (select from content.post_heat h where h.tenant_id = $1 and h.post_id = o.post_id)
            )
          returning c.post_id, c.key, c.taken
        ), most as (
          select t.post_id, t.key, t.taken, max(t.key) over (partition by t.post_id, t.taken) as most from taken t
        ), summed as (
          select m.post_id,
            coalesce(
              max(m.most) filter (where not m.taken)
                + ln(sum(exp(greatest(m.key - m.most, -700))) filter (where not m.taken)),
              '-Infinity'
            ) as given,
            coalesce(
              max(m.most) filter (where m.taken)
                + ln(sum(exp(greatest(m.key - m.most, -700))) filter (where m.taken)),
              '-Infinity'
            ) as taken
          from most m
          group by m.post_id
        ), added as (
          update content.post_heat h
          set given_key = platform.log_add(h.given_key, s.given), taken_key = platform.log_add(h.taken_key, s.taken)
          from summed s
          where h.tenant_id = $1 and h.post_id = s.post_id
        )
        select count(*) as "count!" from taken
        "#,
        tenant,
        i64::from(limit),
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok(u64::try_from(folded).unwrap_or_default())
}

pub(super) async fn drift<Mode>(
    tx: &mut Tx<Mode>,
    after: Option<PostId>,
    limit: u16,
) -> Result<(Vec<PostId>, Option<PostId>)> {
    let tenant = tx.scope().tenant.uuid();
    let posts = sqlx::query_scalar!(
        "select id from content.posts where tenant_id = $1 and id > $2 order by id limit $3",
        tenant,
        after.map_or(Uuid::nil(), Id::uuid),
        i64::from(limit),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let drifted = sqlx::query_scalar!(r#"select content.cooled_posts($1, $2) as "post!""#, tenant, &posts)
        .fetch_all(tx.conn()?)
        .await?;
    let last = posts.last().copied().map(PostId::from_uuid);
    Ok((drifted.into_iter().map(PostId::from_uuid).collect(), last))
}

/// What is not added yet is part of the new sum, and goes. What is under way is in neither.
pub(super) async fn repair(tx: &mut WriteTx, posts: &[PostId]) -> Result<u64> {
    let tenant = tx.scope().tenant.uuid();
    let posts: Vec<Uuid> = posts.iter().map(|post| post.uuid()).collect();
    sqlx::query!(
        r#"select pg_advisory_xact_lock(hashtextextended('content.post_heat ' || $1, 0)) as "locked!: ()""#,
        tenant.to_string(),
    )
    .fetch_one(tx.conn()?)
    .await?;
    let repaired = sqlx::query_scalar!(
        r#"
        with gone as (
          delete from content.post_heat_changes where tenant_id = $1 and post_id = any($2)
        ), wanted as (
          select e.post_id, e.author_id, e.kind, e.open, e.group_id, e.base_key, e.given_key, e.published_at
          from content.expected_heat($1, $2) e
        ), activity as (
          insert into content.author_activity as a (tenant_id, account_id, last_at)
          select $1, w.author_id, max(w.published_at)
          from wanted w
          where w.open
          group by w.author_id
          order by w.author_id
          on conflict (tenant_id, account_id) do update
          set last_at = excluded.last_at
          where a.last_at < excluded.last_at
        ), summed as (
          insert into content.post_heat (tenant_id, post_id, author_id, kind, open, group_id, base_key, given_key)
          select $1, w.post_id, w.author_id, w.kind, w.open, w.group_id, w.base_key, w.given_key
          from wanted w
          order by w.post_id
          on conflict (tenant_id, post_id) do update
          set kind = excluded.kind, open = excluded.open, group_id = excluded.group_id, base_key = excluded.base_key,
            given_key = excluded.given_key, taken_key = '-Infinity'
          returning 1
        )
        select count(*) as "count!" from summed
        "#,
        tenant,
        &posts,
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok(u64::try_from(repaired).unwrap_or_default())
}
