//! What comes from somebody's sources among the newest of all: quick for whoever has many.

use chrono::{DateTime, Utc};
use smilefactory_core::id::Id;
use uuid::Uuid;

use super::Row;
use crate::error::Result;
use crate::postgres::feed::Wanted;
use crate::tx::Tx;

/// What somebody's feed comes from.
pub(super) struct Sources {
    /// How many people they follow or know.
    pub(super) count: i64,
    /// Whether a timeline is kept for them.
    pub(super) kept: bool,
}

/// Counts up to `most`; more are the same.
pub(super) async fn sources<Mode>(tx: &mut Tx<Mode>, reader: Uuid, most: i64) -> Result<Sources> {
    Ok(sqlx::query_as!(
        Sources,
        r#"
        select (
          select count(*)
          from (
            select f.other_id from social.follows f where f.tenant_id = $1 and f.account_id = $2 limit $3
          ) as followed
        ) + (
          select count(*)
          from (
            select t.other_id from social.ties t where t.tenant_id = $1 and t.account_id = $2 limit $3
          ) as known
        ) as "count!",
        exists (
          select from content.timelines l where l.tenant_id = $1 and l.account_id = $2 and l.filled
        ) as "kept!"
        "#,
        tx.scope().tenant.uuid(),
        reader,
        most,
    )
    .fetch_one(tx.conn()?)
    .await?)
}

/// The newest `limit` of the `looked_at` newest that are for everybody, and of what is for the members of the reader's
/// groups; but for whom `viewer` is not shown.
pub(super) async fn read<Mode>(
    tx: &mut Tx<Mode>,
    wanted: &Wanted,
    viewer: Option<Uuid>,
    before: (DateTime<Utc>, Uuid),
    (limit, looked_at): (i64, i64),
) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"
        with scanned as materialized (
          select p.id, p.author_id, p.group_id, p.kind, p.published_at
          from content.posts p
          where p.tenant_id = $1
            and p.state = 'published'
            and p.standing = 'visible'
            and p.audience = 'everybody'
            and (p.published_at, p.id) < ($2, $3)
          order by p.published_at desc, p.id desc
          limit $9
        ), found as (
          (
            select s.id, s.published_at
            from scanned s
            where s.author_id <> $4
              and ($6::text is null or s.kind = $6)
              and ($7::uuid is null or exists (
                select from content.post_tags l where l.tenant_id = $1 and l.post_id = s.id and l.tag_id = $7
              ))
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = s.author_id
              )
              and (
                exists (
                  select
                  from social.follows f
                  where f.tenant_id = $1 and f.account_id = $4 and f.other_id = s.author_id
                )
                or exists (
                  select from social.ties t where t.tenant_id = $1 and t.account_id = $4 and t.other_id = s.author_id
                )
                or s.group_id is not null and exists (
                  select
                  from community.members m
                  where m.tenant_id = $1 and m.group_id = s.group_id and m.account_id = $4 and m.state = 'member'
                )
                or exists (
                  select
                  from content.post_tags l
                  join content.tag_follows f on f.tenant_id = $1 and f.account_id = $4 and f.tag_id = l.tag_id
                  where l.tenant_id = $1 and l.post_id = s.id
                )
              )
            order by s.published_at desc, s.id desc
            limit $8
          )
          union all
          (
            select p.id, p.published_at
            from community.members m
            cross join lateral (
              select p.id, p.published_at
              from content.posts p
              where p.tenant_id = $1
                and p.group_id = m.group_id
                and p.state = 'published'
                and p.standing = 'visible'
                and p.audience = 'members'
                and (p.published_at, p.id) < ($2, $3)
                and ($6::text is null or p.kind = $6)
                and ($7::uuid is null or exists (
                  select from content.post_tags l where l.tenant_id = $1 and l.post_id = p.id and l.tag_id = $7
                ))
                and p.author_id <> $4
                and not exists (
                  select
                  from social.barriers b
                  where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = p.author_id
                )
              order by p.published_at desc, p.id desc
              limit $8
            ) p
            where m.tenant_id = $1 and m.account_id = $4 and m.state = 'member'
          )
        ), newest as (
          select f.id, f.published_at from found f order by f.published_at desc, f.id desc limit $8
        )
        select n.id as "id?", n.published_at as "at?", e.threshold as "threshold?"
        from (select case when count(*) >= $9 then min(published_at) end as threshold from scanned) e
        left join newest n on true
        order by n.published_at desc, n.id desc
        "#,
        tx.scope().tenant.uuid(),
        before.0,
        before.1,
        wanted.reader,
        viewer,
        wanted.kind,
        wanted.tag,
        limit,
        looked_at,
    )
    .fetch_all(tx.conn()?)
    .await?)
}
