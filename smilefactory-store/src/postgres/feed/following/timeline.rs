//! Timelines: what comes from the sources of people who have many, kept for each of them in one place.
//!
//! What is kept may be more than its reader is to see, and is asked about post by post when it is read, as everything is;
//! so all that matters is that nothing is missing. Three things see to that. Whoever publishes or follows somebody writes
//! down in the same transaction what is to be put in, and the changes are read with the timeline until they are. A
//! timeline is filled only when all transactions are over that ran when it was begun, and may not have seen that there is
//! something to write down. And what keeps timelines works alone in its tenant.

use chrono::{DateTime, Utc};
use smilefactory_core::id::{AccountId, Id};
use uuid::Uuid;

use super::{Row, scan};
use crate::error::Result;
use crate::postgres::feed::Wanted;
use crate::tx::{Tx, WriteTx};

/// How many posts a timeline has when it was filled or cut back; it is cut back when there are twice as many.
const KEPT: i64 = 1_000;
/// Among how many of the newest of all they are looked for.
const LOOKED_AT: i64 = 20_000;
/// How many are looked at for each that is wanted: not all are for their reader any more.
const SPARE: i64 = 3;
/// How many changes may be read with a timeline; what is further behind is left until it is put in.
const BEHIND: i64 = 1_000;
/// Whoever has fewer sources is served as quickly without.
const SOURCES: i64 = 200;
/// For whom a timeline is begun, and until when it is kept: days since they took part.
const BEGUN_WITHIN: i32 = 2;
const KEPT_FOR: i32 = 14;

/// The newest `limit` behind `before` that the timeline has; no row at all, when there is none that can be read.
#[expect(clippy::too_many_lines, reason = "one statement, which is read as a whole")]
pub(super) async fn read<Mode>(
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

/// Begins timelines for those of up to `limit` people who were active of late and have many sources; says for how many,
/// and behind whom to go on.
pub(in crate::postgres::feed) async fn begin(
    tx: &mut WriteTx,
    after: Option<AccountId>,
    limit: u16,
) -> Result<(u64, Option<AccountId>)> {
    let row = sqlx::query!(
        r#"
        with active as materialized (
          select c.account_id
          from identity.profile_cards c
          where c.tenant_id = $1 and c.shown and c.active_on >= $2::date - $5::integer and c.account_id > $3
          order by c.account_id
          limit $4
        ), begun as (
          insert into content.timelines (tenant_id, account_id)
          select $1, a.account_id
          from active a
          where (
            select count(*)
            from (
              (select from social.follows f where f.tenant_id = $1 and f.account_id = a.account_id limit $6)
              union all
              (select from social.ties t where t.tenant_id = $1 and t.account_id = a.account_id limit $6)
            ) s
          ) >= $6
          order by a.account_id
          on conflict (tenant_id, account_id) do nothing
          returning 1
        )
        select (select count(*) from begun) as "begun!",
          (select a.account_id from active a order by a.account_id desc limit 1) as last
        "#,
        tx.scope().tenant.uuid(),
        tx.now().date_naive(),
        after.map_or(Uuid::nil(), Id::uuid),
        i64::from(limit),
        BEGUN_WITHIN,
        SOURCES,
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok((u64::try_from(row.begun).unwrap_or_default(), row.last.map(AccountId::from_uuid)))
}

/// Begins one for somebody.
pub(in crate::postgres::feed) async fn begin_for(tx: &mut WriteTx, reader: AccountId) -> Result<()> {
    sqlx::query!(
        "insert into content.timelines (tenant_id, account_id) values ($1, $2)
         on conflict (tenant_id, account_id) do nothing",
        tx.scope().tenant.uuid(),
        reader.uuid(),
    )
    .execute(tx.conn()?)
    .await?;
    Ok(())
}

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

/// Takes a step towards filling one that is not filled; says whether there was anything to do that could be done.
pub(in crate::postgres::feed) async fn fill(tx: &mut WriteTx) -> Result<bool> {
    // What this very transaction began is not seen by others.
    if !alone(tx).await? || has_written(tx).await? {
        return Ok(false);
    }
    let tenant = tx.scope().tenant.uuid();
    // Everybody sees by now that it was begun, but for those who are under way. A number from another server, whose
    // backup this was, may be ahead of all of this one.
    let seen = sqlx::query!(
        "update content.timelines
         set since = pg_snapshot_xmax(pg_current_snapshot())::text::bigint
         where tenant_id = $1
           and not filled
           and (since is null or since > pg_snapshot_xmax(pg_current_snapshot())::text::bigint)",
        tenant,
    )
    .execute(tx.conn()?)
    .await?;
    let reader = sqlx::query_scalar!(
        "select account_id
         from content.timelines
         where tenant_id = $1 and not filled and since <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
         order by since, account_id
         limit 1",
        tenant,
    )
    .fetch_optional(tx.conn()?)
    .await?;
    let Some(reader) = reader else { return Ok(seen.rows_affected() > 0) };
    let wanted = Wanted { reader, kind: None, tag: None, tagged: 0 };
    // What is published ahead of its time is there when it comes; whom the reader does not want to see now, too.
    let all = (DateTime::<Utc>::MAX_UTC, Uuid::max());
    let rows = scan::read(tx, &wanted, None, all, (KEPT, LOOKED_AT)).await?;
    let looked_at = rows.first().and_then(|row| row.threshold);
    let (at, posts): (Vec<_>, Vec<_>) = rows.into_iter().filter_map(|row| row.at.zip(row.id)).unzip();
    let full = i64::try_from(posts.len()).is_ok_and(|found| found == KEPT);
    let floor = at.last().copied().filter(|_| full).max(looked_at);
    sqlx::query!(
        "with filled as (
           update content.timelines set filled = true, floor_at = $3 where tenant_id = $1 and account_id = $2
         ), gone as (
           delete from content.timeline_entries
           where tenant_id = $1 and account_id = $2 and published_at < $3
         )
         insert into content.timeline_entries (tenant_id, account_id, published_at, post_id)
         select $1, $2, f.published_at, f.post_id
         from unnest($4::timestamptz[], $5::uuid[]) as f (published_at, post_id)
         on conflict do nothing",
        tenant,
        reader,
        floor,
        &at,
        &posts,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(true)
}

/// Cuts up to `limit` of them back to what is read, and ends those whose readers were not active for long; says how many
/// it were, and behind whom to go on.
pub(in crate::postgres::feed) async fn trim(
    tx: &mut WriteTx,
    after: Option<AccountId>,
    limit: u16,
) -> Result<(u64, Option<AccountId>)> {
    lock(tx).await?;
    let tenant = tx.scope().tenant.uuid();
    let row = sqlx::query!(
        r#"
        with looked_at as materialized (
          select t.account_id,
            coalesce(
              (
                select c.active_on < $2::date - $5::integer
                from identity.profile_cards c
                where c.tenant_id = $1 and c.account_id = t.account_id
                limit 1
              ),
              true
            ) as unused,
            (
              select e.published_at
              from content.timeline_entries e
              where e.tenant_id = $1 and e.account_id = t.account_id
              order by e.published_at desc, e.post_id desc
              offset 2 * $6::bigint limit 1
            ) is not null as long,
            (
              select e.published_at
              from content.timeline_entries e
              where e.tenant_id = $1 and e.account_id = t.account_id
              order by e.published_at desc, e.post_id desc
              offset $6::bigint limit 1
            ) as floor_at
          from content.timelines t
          where t.tenant_id = $1 and t.account_id > $3
          order by t.account_id
          limit $4
        ), raised as (
          update content.timelines t
          set floor_at = greatest(t.floor_at, l.floor_at)
          from looked_at l
          where t.tenant_id = $1
            and t.account_id = any (array(select k.account_id from looked_at k where k.long and not k.unused))
            and t.account_id = l.account_id
          returning t.account_id, t.floor_at
        ), cut as (
          delete from content.timeline_entries e
          using raised r
          where e.tenant_id = $1 and e.account_id = r.account_id and e.published_at < r.floor_at
        )
        select (select count(*) from raised) as "cut!",
          array(select l.account_id from looked_at l where l.unused) as "unused!",
          (select l.account_id from looked_at l order by l.account_id desc limit 1) as last
        "#,
        tenant,
        tx.now().date_naive(),
        after.map_or(Uuid::nil(), Id::uuid),
        i64::from(limit),
        KEPT_FOR,
        KEPT,
    )
    .fetch_one(tx.conn()?)
    .await?;
    let ended = end(tx, &row.unused).await?;
    Ok((u64::try_from(row.cut).unwrap_or_default() + ended, row.last.map(AccountId::from_uuid)))
}

/// Ends some of them at once; with the last one goes what was to be put in.
pub(in crate::postgres::feed) async fn end_some(tx: &mut WriteTx, limit: u16) -> Result<u64> {
    lock(tx).await?;
    let tenant = tx.scope().tenant.uuid();
    let some = sqlx::query_scalar!(
        "select account_id from content.timelines where tenant_id = $1 order by account_id limit $2",
        tenant,
        i64::from(limit),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let ended = end(tx, &some).await?;
    sqlx::query!(
        "delete from content.timeline_changes
         where tenant_id = $1 and not exists (select from content.timelines where tenant_id = $1)",
        tenant,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(ended)
}

/// Ends that of somebody who is erased.
pub(in crate::postgres) async fn end_for(tx: &mut WriteTx, reader: AccountId) -> Result<()> {
    lock(tx).await?;
    end(tx, &[reader.uuid()]).await?;
    Ok(())
}

async fn end(tx: &mut WriteTx, readers: &[Uuid]) -> Result<u64> {
    let tenant = tx.scope().tenant.uuid();
    sqlx::query!(
        "delete from content.timeline_entries where tenant_id = $1 and account_id = any($2)",
        tenant,
        readers,
    )
    .execute(tx.conn()?)
    .await?;
    let ended = sqlx::query!(
        "delete from content.timelines where tenant_id = $1 and account_id = any($2)",
        tenant,
        readers,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(ended.rows_affected())
}

/// Keeps everybody else from keeping the timelines of the tenant until the end of this unit of work.
async fn lock(tx: &mut WriteTx) -> Result<()> {
    let tenant = tx.scope().tenant.uuid();
    sqlx::query!(
        r#"select pg_advisory_xact_lock(hashtextextended('content.timelines ' || $1, 0)) as "locked!: ()""#,
        tenant.to_string(),
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok(())
}

/// The same, unless somebody does already.
async fn alone(tx: &mut WriteTx) -> Result<bool> {
    let tenant = tx.scope().tenant.uuid();
    Ok(sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended('content.timelines ' || $1, 0)) as "alone!""#,
        tenant.to_string(),
    )
    .fetch_one(tx.conn()?)
    .await?)
}

/// Whether this unit of work changed anything yet.
async fn has_written(tx: &mut WriteTx) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"select pg_current_xact_id_if_assigned() is not null as "written!""#)
        .fetch_one(tx.conn()?)
        .await?)
}
