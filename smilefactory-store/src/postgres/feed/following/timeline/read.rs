//! Reading a timeline, with what is not put in yet.

use chrono::{DateTime, Utc};
use smilefactory_core::id::Id;
use uuid::Uuid;

use crate::error::Result;
use crate::postgres::feed::Wanted;
use crate::postgres::feed::following::Row;
use crate::tx::Tx;

/// How many are looked at for each that is wanted: not all are for their reader any more.
const SPARE: i64 = 3;
/// How many changes may be read with a timeline; what is further behind is left until it is put in.
const BEHIND: i64 = 1_000;

/// The newest `limit` behind `before` that the timeline has; no row at all, when there is none that can be read.
#[expect(clippy::too_many_lines, reason = "one statement, which is read as a whole")]
pub(in crate::postgres::feed::following) async fn read<Mode>(
    tx: &mut Tx<Mode>,
    wanted: &Wanted,
    before: (DateTime<Utc>, Uuid),
    limit: i64,
) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"
        with behind as materialized (
          select c.post_id from content.timeline_changes c where c.tenant_id = $1 order by c.seq limit $10::bigint + 1
        ), kept as (
          select t.floor_at
          from content.timelines t
          where t.tenant_id = $1
            and t.account_id = $4
            and t.filled
            and (select count(*) from behind) <= $10
            and not exists (select from content.timeline_changes c where c.tenant_id = $1 and c.account_id = $4)
        ), entries as materialized (
          select e.post_id, e.published_at
          from content.timeline_entries e
          where e.tenant_id = $1 and e.account_id = $4 and (e.published_at, e.post_id) < ($2, $3)
          order by e.published_at desc, e.post_id desc
          limit $9
        ), candidates as (
          select e.post_id, e.published_at from entries e
          union
          select p.id, p.published_at
          from behind b
          cross join lateral (
            select p.id, p.published_at
            from content.posts p
            where p.tenant_id = $1 and p.id = b.post_id and (p.published_at, p.id) < ($2, $3)
            limit 1
          ) p
        ), newest as (
          select p.id, p.published_at
          from candidates c
          cross join lateral (
            select p.id, p.published_at
            from content.posts p
            where p.tenant_id = $1
              and p.id = c.post_id
              -- Whoever published it anew at another time has another entry.
              and p.published_at = c.published_at
              and p.state = 'published'
              and p.standing = 'visible'
              and p.author_id <> $4
              and ($6::text is null or p.kind = $6)
              and ($7::uuid is null or exists (
                select from content.post_tags l where l.tenant_id = $1 and l.post_id = p.id and l.tag_id = $7
              ))
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = p.author_id
              )
              and (
                p.audience = 'everybody' and (
                  exists (
                    select
                    from social.follows f
                    where f.tenant_id = $1 and f.account_id = $4 and f.other_id = p.author_id
                  )
                  or exists (
                    select from social.ties t where t.tenant_id = $1 and t.account_id = $4 and t.other_id = p.author_id
                  )
                  or exists (
                    select
                    from content.post_tags l
                    join content.tag_follows f on f.tenant_id = $1 and f.account_id = $4 and f.tag_id = l.tag_id
                    where l.tenant_id = $1 and l.post_id = p.id
                  )
                )
                or p.audience <> 'author' and exists (
                  select
                  from community.members m
                  where m.tenant_id = $1 and m.group_id = p.group_id and m.account_id = $4 and m.state = 'member'
                )
              )
            limit 1
          ) p
          order by p.published_at desc, p.id desc
          limit $8
        )
        select n.id as "id?", n.published_at as "at?", k.threshold as "threshold?"
        from (
          select greatest(
            k.floor_at, (select case when count(*) >= $9 then min(e.published_at) end from entries e)
          ) as threshold
          from kept k
        ) k
        left join newest n on true
        order by n.published_at desc, n.id desc
        "#,
        tx.scope().tenant.uuid(),
        before.0,
        before.1,
        wanted.reader,
        tx.viewer(),
        wanted.kind,
        wanted.tag,
        limit,
        limit * SPARE,
        BEHIND,
    )
    .fetch_all(tx.conn()?)
    .await?)
}
