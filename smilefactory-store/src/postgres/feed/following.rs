//! What comes from the sources of somebody: people they follow or are connected with, tags they follow, groups they
//! belong to.
//!
//! The newest of many sources is the newest of those that were active last, once it is newer than anything that the
//! others can have. So a page reads as many sources as it has entries and a few more, however many there are; when that
//! was not enough (of some what is newest is hidden), it is read again with eight times as many. Whoever has many sources
//! soon meets something of theirs among all that was published: that is looked at first, and is exact by the same rule.
//! Before all of this is asked the timeline that may be kept for whoever has very many; what it gives is exact by the same
//! rule, too.

mod scan;
pub(in crate::postgres) mod timeline;

use chrono::{DateTime, Utc};
use smilefactory_core::id::Id;
use uuid::Uuid;

use super::{Timed, Wanted};
use crate::error::Result;
use crate::tx::Tx;

/// How many sources are read beside those that a page needs at least.
const SPARE: i64 = 16;
/// How many times as many are read when they were too few.
const FURTHER: i64 = 8;
/// Whoever has more sources than this is looked for among everything first.
const MANY: i64 = 32;
/// How many posts are looked at then, for each that is wanted.
const DENSITY: i64 = 20;
/// Of the ranked: from whom on, and how many.
const VERY_MANY: i64 = 1_000;
const LOOKED_AT: i64 = 2_000;

struct Row {
    id: Option<Uuid>,
    at: Option<DateTime<Utc>>,
    /// Nothing that was not read is newer; nothing, when all was read.
    threshold: Option<DateTime<Utc>>,
}

/// How many are read.
struct Depth {
    /// Of sources, beside those that were active since what the page begins behind.
    sources: i64,
    /// Of each source.
    each: i64,
    /// Of all.
    limit: i64,
}

/// The newest `limit` behind `before`, exactly.
pub(super) async fn list<Mode>(
    tx: &mut Tx<Mode>,
    wanted: &Wanted,
    before: (DateTime<Utc>, Uuid),
    limit: i64,
) -> Result<Vec<Timed>> {
    let sources = scan::sources(tx, wanted.reader, MANY + 1).await?;
    if sources.kept {
        let rows = timeline::read(tx, wanted, before, limit).await?;
        if let Some(found) = exact(rows, limit) {
            return Ok(found);
        }
    }
    if sources.count > MANY {
        let viewer = tx.viewer();
        let rows = scan::read(tx, wanted, viewer, before, (limit, limit * DENSITY)).await?;
        if let Some(found) = exact(rows, limit) {
            return Ok(found);
        }
    }
    let mut depth = Depth { sources: limit + SPARE, each: limit, limit };
    loop {
        let rows = read(tx, wanted, before, &depth).await?;
        if let Some(found) = exact(rows, limit) {
            return Ok(found);
        }
        depth.sources = depth.sources.saturating_mul(FURTHER);
    }
}

/// About the newest `limit`: `each` of the `sources` that were active last before then, or those among the newest of all.
pub(super) async fn sample<Mode>(
    tx: &mut Tx<Mode>,
    wanted: &Wanted,
    before: (DateTime<Utc>, Uuid),
    (sources, each, limit): (i64, i64, i64),
) -> Result<Vec<Timed>> {
    let rows = if scan::sources(tx, wanted.reader, VERY_MANY + 1).await?.count > VERY_MANY {
        let viewer = tx.viewer();
        scan::read(tx, wanted, viewer, before, (limit, LOOKED_AT)).await?
    } else {
        read(tx, wanted, before, &Depth { sources, each, limit }).await?
    };
    Ok(timed(rows))
}

/// What was found, if nothing that was not read can stand among it.
fn exact(rows: Vec<Row>, limit: i64) -> Option<Vec<Timed>> {
    let threshold = rows.first()?.threshold;
    let found = timed(rows);
    let full = i64::try_from(found.len()).is_ok_and(|found| found == limit);
    let nothing_between = match (threshold, found.last()) {
        (None, _) => true,
        (Some(threshold), Some(last)) => full && last.at > threshold,
        (Some(_), None) => false,
    };
    nothing_between.then_some(found)
}

fn timed(rows: Vec<Row>) -> Vec<Timed> {
    rows.into_iter().filter_map(|row| Some(Timed { id: row.id?, at: row.at? })).collect()
}

#[expect(clippy::too_many_lines, reason = "one statement, which is read as a whole")]
async fn read<Mode>(
    tx: &mut Tx<Mode>,
    wanted: &Wanted,
    before: (DateTime<Utc>, Uuid),
    depth: &Depth,
) -> Result<Vec<Row>> {
    Ok(sqlx::query_as!(
        Row,
        r#"
        with known as materialized (
          select 'author' as sort, s.other_id as id, a.last_at
          from (
            select f.other_id from social.follows f where f.tenant_id = $1 and f.account_id = $4
            union
            select t.other_id from social.ties t where t.tenant_id = $1 and t.account_id = $4
          ) s
          cross join lateral (
            select a.last_at from content.author_activity a where a.tenant_id = $1 and a.account_id = s.other_id limit 1
          ) a
          where not exists (
            select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = s.other_id
          )
          union all
          select 'tag', f.tag_id, l.published_at
          from content.tag_follows f
          cross join lateral (
            select l.published_at
            from content.post_tags l
            where l.tenant_id = $1 and l.tag_id = f.tag_id and (l.published_at, l.post_id) < ($2, $3)
            order by l.published_at desc, l.post_id desc
            limit 1
          ) l
          where f.tenant_id = $1 and f.account_id = $4
          union all
          select 'group', m.group_id, p.published_at
          from community.members m
          cross join lateral (
            select p.published_at
            from content.posts p
            where p.tenant_id = $1
              and p.group_id = m.group_id
              and p.state = 'published'
              and p.standing = 'visible'
              and p.audience <> 'author'
              and (p.published_at, p.id) < ($2, $3)
            order by p.published_at desc, p.id desc
            limit 1
          ) p
          where m.tenant_id = $1 and m.account_id = $4 and m.state = 'member'
        ), placed as (
          select k.sort, k.id, k.last_at,
            row_number() over (partition by k.last_at >= $2 order by k.last_at desc, k.id) as place
          from known k
        ), chosen as (
          select sort, id from placed where last_at >= $2 or place <= $9
        ), found as (
          select p.id, p.published_at
          from chosen c
          cross join lateral (
            select p.id, p.published_at
            from content.posts p
            where c.sort = 'author'
              and p.tenant_id = $1
              and p.author_id = c.id
              and p.state = 'published'
              and p.standing = 'visible'
              and p.audience = 'everybody'
              and (p.published_at, p.id) < ($2, $3)
              and ($6::text is null or p.kind = $6)
              and ($7::uuid is null or exists (
                select from content.post_tags l where l.tenant_id = $1 and l.post_id = p.id and l.tag_id = $7
              ))
            order by p.published_at desc, p.id desc
            limit $10
          ) p
          union
          select p.id, p.published_at
          from chosen c
          cross join lateral (
            select p.id, p.published_at
            from content.post_tags l
            join content.posts p on p.tenant_id = $1 and p.id = l.post_id
            where c.sort = 'tag'
              and l.tenant_id = $1
              and l.tag_id = c.id
              and (l.published_at, l.post_id) < ($2, $3)
              and ($6::text is null or l.kind = $6)
              and ($7::uuid is null or exists (
                select from content.post_tags o where o.tenant_id = $1 and o.post_id = l.post_id and o.tag_id = $7
              ))
              and p.author_id <> $4
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = p.author_id
              )
            order by l.published_at desc, l.post_id desc
            limit $10
          ) p
          union
          select p.id, p.published_at
          from chosen c
          cross join lateral (
            select p.id, p.published_at
            from content.posts p
            where c.sort = 'group'
              and p.tenant_id = $1
              and p.group_id = c.id
              and p.state = 'published'
              and p.standing = 'visible'
              and p.audience <> 'author'
              and (p.published_at, p.id) < ($2, $3)
              and ($6::text is null or p.kind = $6)
              and ($7::uuid is null or exists (
                select from content.post_tags l where l.tenant_id = $1 and l.post_id = p.id and l.tag_id = $7
              ))
              and p.author_id <> $4
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = p.author_id
              )
            order by p.published_at desc, p.id desc
            limit $10
          ) p
        ), newest as (
          select f.id, f.published_at from found f order by f.published_at desc, f.id desc limit $8
        )
        select n.id as "id?", n.published_at as "at?", t.threshold as "threshold?"
        from (select max(last_at) as threshold from placed where last_at < $2 and place > $9) t
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
        depth.limit,
        depth.sources,
        depth.each,
    )
    .fetch_all(tx.conn()?)
    .await?)
}
