//! Putting in what was published since.

use smilefactory_core::id::Id;

use super::alone;
use crate::error::Result;
use crate::tx::WriteTx;

/// Puts in what was published, and marks those to be filled anew whose readers follow something else.
#[expect(clippy::too_many_lines, reason = "one statement, which is read as a whole")]
pub(in crate::postgres::feed) async fn fold(tx: &mut WriteTx, limit: u16) -> Result<u64> {
    if !alone(tx).await? {
        return Ok(0);
    }
    let folded = sqlx::query_scalar!(
        r#"
        with oldest as (
          select c.seq from content.timeline_changes c where c.tenant_id = $1 order by c.seq limit $2
        ), taken as materialized (
          delete from content.timeline_changes c
          where c.tenant_id = $1 and c.seq = any (array(select o.seq from oldest o))
          returning c.post_id, c.account_id
        ), outdated as (
          update content.timelines t
          set filled = false
          where t.tenant_id = $1
            and t.account_id = any (array(select distinct k.account_id from taken k where k.account_id is not null))
        ), posts as materialized (
          select p.id, p.published_at, p.author_id, p.group_id, p.audience
          from content.posts p
          where p.tenant_id = $1
            and p.id = any (array(select distinct k.post_id from taken k where k.post_id is not null))
            and p.state = 'published'
            and p.standing = 'visible'
            and p.audience <> 'author'
        ), reached as (
          select f.account_id, p.published_at, p.id
          from posts p
          cross join lateral (
            select f.account_id
            from social.follows f
            where f.tenant_id = $1
              and f.other_id = p.author_id
              and exists (
                select from content.timelines t where t.tenant_id = $1 and t.account_id = f.account_id
              )
            offset 0
          ) f
          where p.audience = 'everybody'
          union
          select k.other_id, p.published_at, p.id
          from posts p
          cross join lateral (
            select k.other_id
            from social.ties k
            where k.tenant_id = $1
              and k.account_id = p.author_id
              and exists (
                select from content.timelines t where t.tenant_id = $1 and t.account_id = k.other_id
              )
            offset 0
          ) k
          where p.audience = 'everybody'
          union
          select f.account_id, p.published_at, p.id
          from posts p
          cross join lateral (
            select f.account_id
            from content.post_tags l
            join content.tag_follows f on f.tenant_id = $1 and f.tag_id = l.tag_id
            where l.tenant_id = $1
              and l.post_id = p.id
              and exists (
                select from content.timelines t where t.tenant_id = $1 and t.account_id = f.account_id
              )
            offset 0
          ) f
          where p.audience = 'everybody'
          union
          select m.account_id, p.published_at, p.id
          from posts p
          cross join lateral (
            select m.account_id
            from community.members m
            where m.tenant_id = $1
              and m.group_id = p.group_id
              and m.state = 'member'
              and exists (
                select from content.timelines t where t.tenant_id = $1 and t.account_id = m.account_id
              )
            offset 0
          ) m
        ), put as (
          insert into content.timeline_entries (tenant_id, account_id, published_at, post_id)
          select $1, r.account_id, r.published_at, r.id
          from reached r
          cross join lateral (
            select
            from content.timelines t
            where t.tenant_id = $1
              and t.account_id = r.account_id
              -- What is below the floor is read from elsewhere, and found anew when it is filled.
              and (t.floor_at is null or r.published_at >= t.floor_at)
            limit 1
          ) t
          on conflict do nothing
        )
        select count(*) as "folded!" from taken
        "#,
        tx.scope().tenant.uuid(),
        i64::from(limit),
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok(u64::try_from(folded).unwrap_or_default())
}
