//! The counts: changes are added to them in batches, and they are counted anew where they drifted.

use smilefactory_core::id::{AccountId, Id, PostId};
use uuid::Uuid;

use crate::error::Result;
use crate::tx::{Tx, WriteTx};

/// Adds changes to the counts. What is taken away here and added there lasts together, or not at all.
pub(super) async fn fold(tx: &mut WriteTx, limit: u16) -> Result<u64> {
    let tenant = tx.scope().tenant.uuid();
    let mine = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended('content.post_stats ' || $1, 0)) as "mine!""#,
        tenant.to_string(),
    )
    .fetch_one(tx.conn()?)
    .await?;
    if !mine {
        return Ok(0);
    }
    let posts = sqlx::query_scalar!(
        r#"
        with batch as (
          select seq from content.post_stat_deltas where tenant_id = $1 order by seq limit $2
        ), taken as (
          delete from content.post_stat_deltas as d
          where d.tenant_id = $1 and d.seq = any (array(select seq from batch))
          returning d.post_id, d.author_id, d.posts, d.likes, d.insights, d.supports, d.celebrates, d.saves, d.shares,
            d.views
        ), of_posts as (
          insert into content.post_stats as s
            (tenant_id, post_id, likes, insights, supports, celebrates, saves, shares, views)
          select $1, post_id, sum(likes), sum(insights), sum(supports), sum(celebrates), sum(saves), sum(shares),
            sum(views)
          from taken
          where post_id is not null
            and exists (select from content.posts as p where p.tenant_id = $1 and p.id = post_id)
          group by post_id
          order by post_id
          on conflict (tenant_id, post_id) do update
          set likes = s.likes + excluded.likes, insights = s.insights + excluded.insights,
            supports = s.supports + excluded.supports, celebrates = s.celebrates + excluded.celebrates,
            saves = s.saves + excluded.saves, shares = s.shares + excluded.shares, views = s.views + excluded.views
        ), of_authors as (
          insert into content.author_stats as s (tenant_id, account_id, posts, reactions, saves, shares, views)
          select $1, author_id, sum(posts), sum(likes + insights + supports + celebrates), sum(saves), sum(shares),
            sum(views)
          from taken
          where author_id is not null
          group by author_id
          order by author_id
          on conflict (tenant_id, account_id) do update
          set posts = s.posts + excluded.posts, reactions = s.reactions + excluded.reactions,
            saves = s.saves + excluded.saves, shares = s.shares + excluded.shares, views = s.views + excluded.views
        )
        select count(*) as "count!" from taken
        "#,
        tenant,
        i64::from(limit),
    )
    .fetch_one(tx.conn()?)
    .await?;
    let comments = fold_scores(tx, limit).await?;
    Ok(u64::try_from(posts).unwrap_or_default() + comments)
}

/// The nodes of comments are locked by whoever replies, from the leaf to the root: those that are, are passed over.
async fn fold_scores(tx: &mut WriteTx, limit: u16) -> Result<u64> {
    let folded = sqlx::query_scalar!(
        r#"
        with batch as (
          select distinct comment_id
          from (
            select comment_id from content.comment_score_deltas where tenant_id = $1 order by seq limit $2
          ) as oldest
        ), locked as (
          select n.id
          from content.comment_nodes as n
          join batch on n.id = batch.comment_id
          where n.tenant_id = $1
          order by n.id desc
          for update of n skip locked
        ), taken as (
          delete from content.comment_score_deltas as d
          using locked
          where d.tenant_id = $1 and d.comment_id = locked.id
          returning d.comment_id, d.likes, d.insights, d.supports, d.celebrates
        ), scored as (
          update content.comment_nodes as n
          set likes = n.likes + s.likes, insights = n.insights + s.insights, supports = n.supports + s.supports,
            celebrates = n.celebrates + s.celebrates
          from (
            select comment_id, sum(likes) as likes, sum(insights) as insights, sum(supports) as supports,
              sum(celebrates) as celebrates
            from taken
            group by comment_id
          ) as s
          where n.tenant_id = $1 and n.id = s.comment_id
        )
        select count(*) as "count!" from taken
        "#,
        tx.scope().tenant.uuid(),
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
    let drifted = sqlx::query_scalar!(
        r#"
        select e.post_id as "post_id!"
        from content.expected_post_stats($1, $2) as e
        left join content.post_stats as s on s.tenant_id = $1 and s.post_id = e.post_id
        where (e.likes, e.insights, e.supports, e.celebrates, e.saves, e.shares, e.views)
          <> (coalesce(s.likes, 0), coalesce(s.insights, 0), coalesce(s.supports, 0), coalesce(s.celebrates, 0),
            coalesce(s.saves, 0), coalesce(s.shares, 0), coalesce(s.views, 0))
        order by e.post_id
        "#,
        tenant,
        &posts,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let last = posts.last().copied().map(PostId::from_uuid);
    Ok((drifted.into_iter().map(PostId::from_uuid).collect(), last))
}

pub(super) async fn author_drift<Mode>(
    tx: &mut Tx<Mode>,
    after: Option<AccountId>,
    limit: u16,
) -> Result<(Vec<AccountId>, Option<AccountId>)> {
    let tenant = tx.scope().tenant.uuid();
    // Whoever has counts or a post. Of posts, one an author is looked at, from one author to the next.
    let authors = sqlx::query_scalar!(
        r#"
        with recursive writers as (
          (select p.author_id from content.posts p where p.tenant_id = $1 and p.author_id > $2 order by p.author_id limit 1)
          union all
          select (
            select p.author_id
            from content.posts p
            where p.tenant_id = $1 and p.author_id > w.author_id
            order by p.author_id
            limit 1
          )
          from writers w
          where w.author_id is not null
        )
        select id as "id!"
        from (
          (select author_id as id from writers where author_id is not null limit $3)
          union
          (
            select account_id
            from content.author_stats
            where tenant_id = $1 and account_id > $2
            order by account_id
            limit $3
          )
        ) as author
        order by id
        limit $3
        "#,
        tenant,
        after.map_or(Uuid::nil(), Id::uuid),
        i64::from(limit),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let drifted = sqlx::query_scalar!(
        r#"
        select e.account_id as "account_id!"
        from content.expected_author_stats($1, $2) as e
        left join content.author_stats as s on s.tenant_id = $1 and s.account_id = e.account_id
        where (e.posts, e.reactions, e.saves, e.shares, e.views)
          <> (coalesce(s.posts, 0), coalesce(s.reactions, 0), coalesce(s.saves, 0), coalesce(s.shares, 0),
            coalesce(s.views, 0))
        order by e.account_id
        "#,
        tenant,
        &authors,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let last = authors.last().copied().map(AccountId::from_uuid);
    Ok((drifted.into_iter().map(AccountId::from_uuid).collect(), last))
}

/// Nobody folds from here to the end of the unit of work: what is expected stays what it is, less what is added.
pub(in super::super) async fn hold(tx: &mut WriteTx) -> Result<()> {
    let tenant = tx.scope().tenant.to_string();
    sqlx::query!(
        r#"select pg_advisory_xact_lock(hashtextextended('content.post_stats ' || $1, 0)) as "locked!: ()""#,
        tenant,
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok(())
}

pub(super) async fn repair(tx: &mut WriteTx, posts: &[PostId]) -> Result<u64> {
    hold(tx).await?;
    let posts: Vec<Uuid> = posts.iter().map(|post| post.uuid()).collect();
    let repaired = sqlx::query!(
        r#"
        insert into content.post_stats as s
          (tenant_id, post_id, likes, insights, supports, celebrates, saves, shares, views)
        select $1, e.post_id, e.likes, e.insights, e.supports, e.celebrates, e.saves, e.shares, e.views
        from content.expected_post_stats($1, $2) as e
        left join content.post_stats as known on known.tenant_id = $1 and known.post_id = e.post_id
        where known.post_id is not null
          or (e.likes, e.insights, e.supports, e.celebrates, e.saves, e.shares, e.views) <> (0, 0, 0, 0, 0, 0, 0)
        order by e.post_id
        on conflict (tenant_id, post_id) do update
        set likes = excluded.likes, insights = excluded.insights, supports = excluded.supports,
          celebrates = excluded.celebrates, saves = excluded.saves, shares = excluded.shares, views = excluded.views
        where s is distinct from excluded
        "#,
        tx.scope().tenant.uuid(),
        &posts,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(repaired.rows_affected())
}

pub(super) async fn repair_authors(tx: &mut WriteTx, authors: &[AccountId]) -> Result<u64> {
    hold(tx).await?;
    let authors: Vec<Uuid> = authors.iter().map(|author| author.uuid()).collect();
    let repaired = sqlx::query!(
        r#"
        insert into content.author_stats as s (tenant_id, account_id, posts, reactions, saves, shares, views)
        select $1, e.account_id, e.posts, e.reactions, e.saves, e.shares, e.views
        from content.expected_author_stats($1, $2) as e
        left join content.author_stats as known on known.tenant_id = $1 and known.account_id = e.account_id
        where known.account_id is not null
          or (e.posts, e.reactions, e.saves, e.shares, e.views) <> (0, 0, 0, 0, 0)
        order by e.account_id
        on conflict (tenant_id, account_id) do update
        set posts = excluded.posts, reactions = excluded.reactions, saves = excluded.saves,
          shares = excluded.shares, views = excluded.views
        where s is distinct from excluded
        "#,
        tx.scope().tenant.uuid(),
        &authors,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(repaired.rows_affected())
}
