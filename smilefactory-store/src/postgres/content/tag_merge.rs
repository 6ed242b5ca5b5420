//! Merging a tag into another, a batch at a time.

use smilefactory_core::content::{PostEdited, Tag};
use smilefactory_core::id::{AccountId, Id, PostId, TagId};
use uuid::Uuid;

use super::super::row::RowOf;
use crate::error::Result;
use crate::repo::content::{MergeBatch, ReadTags};
use crate::tx::WriteTx;

/// A merge that this unit of work carries on, and nobody else meanwhile.
struct Merge {
    from: Uuid,
    into: Uuid,
    into_name: String,
}

/// Carries the merge of `tag` on: first posts, then followers, and in a batch of its own the end. That one waits for
/// whoever holds the tag, so it must hold nothing that they may wait for.
pub(super) async fn batch(tx: &mut WriteTx, tag: TagId, limit: u16) -> Result<MergeBatch> {
    let Some(merge) = claim(tx, tag).await? else { return Ok(MergeBatch::default()) };
    let edited = move_posts(tx, &merge, limit).await?;
    let followers = if edited.is_empty() { move_followers(tx, &merge, limit).await? } else { 0 };
    let idle = edited.is_empty() && followers == 0;
    let finished = if idle && finish(tx, &merge).await? {
        // As it was before the end: core says what the end makes of it.
        let before = tx.tags().get(tag).await?.map(|tag| Tag {
            alias_of: None,
            merging_into: Some(TagId::from_uuid(merge.into)),
            ..tag
        });
        before.and_then(Tag::finish_merge).map(|(_, fact)| fact)
    } else {
        None
    };
    Ok(MergeBatch { edited, followers, finished })
}

async fn claim(tx: &mut WriteTx, tag: TagId) -> Result<Option<Merge>> {
    let merge = sqlx::query!(
        r#"
        select t.merging_into as "into!", i.name
        from content.tags as t
        join content.tags as i on i.tenant_id = t.tenant_id and i.id = t.merging_into
        where t.tenant_id = $1 and t.id = $2
        for no key update of t skip locked
        "#,
        tx.scope().tenant.uuid(),
        tag.uuid(),
    )
    .fetch_optional(tx.conn()?)
    .await?;
    Ok(merge.map(|row| Merge { from: tag.uuid(), into: row.into, into_name: row.name }))
}

/// Rewrites posts. Their labels follow by the trigger of posts, as they do for whoever edits one.
async fn move_posts(tx: &mut WriteTx, merge: &Merge, limit: u16) -> Result<Vec<PostEdited>> {
    let now = tx.now();
    let edited = sqlx::query!(
        r#"
        with words as (
          select array_agg(folded) as merged
          from content.tags
          where tenant_id = $1 and (id = $2 or alias_of = $2)
        ), batch as (
          select post_id
          from content.post_tags
          where tenant_id = $1 and tag_id = $2
          order by published_at desc, post_id desc
          limit $5
        )
        update content.posts as p
        set tags = content.merged_tags(p.tags, words.merged, $4), version = p.version + 1,
          updated_at = greatest(p.updated_at, $3)
        from batch, words
        where p.tenant_id = $1 and p.id = batch.post_id
        returning p.id, p.author_id, p.state
        "#,
        tx.scope().tenant.uuid(),
        merge.from,
        now,
        merge.into_name,
        i64::from(limit),
    )
    .fetch_all(tx.conn()?)
    .await?;
    edited
        .into_iter()
        .map(|row| {
            Ok(PostEdited {
                post: PostId::from_uuid(row.id),
                author: AccountId::from_uuid(row.author_id),
                state: RowOf { table: "content.posts", id: row.id }.parse("state", &row.state)?,
            })
        })
        .collect()
}

async fn move_followers(tx: &mut WriteTx, merge: &Merge, limit: u16) -> Result<u64> {
    let moved = sqlx::query_scalar!(
        r#"
        with batch as (
          select account_id
          from content.tag_follows
          where tenant_id = $1 and tag_id = $2
          order by account_id
          limit $4
          for update
        ), gone as (
          delete from content.tag_follows as f
          using batch
          where f.tenant_id = $1 and f.tag_id = $2 and f.account_id = batch.account_id
          returning f.account_id, f.at
        ), new as (
          insert into content.tag_follows (tenant_id, account_id, tag_id, at)
          select $1, account_id, $3, at
          from gone
          on conflict (tenant_id, account_id, tag_id) do nothing
        )
        select count(*) as "count!" from gone
        "#,
        tx.scope().tenant.uuid(),
        merge.from,
        merge.into,
        i64::from(limit),
    )
    .fetch_one(tx.conn()?)
    .await?;
    Ok(u64::try_from(moved).unwrap_or_default())
}

/// Makes the tag an alias, if nothing of it is left. Whoever writes or follows it holds its row: this waits for them, and
/// looks again.
async fn finish(tx: &mut WriteTx, merge: &Merge) -> Result<bool> {
    let tenant = tx.scope().tenant.uuid();
    sqlx::query!(
        "select id from content.tags where tenant_id = $1 and id = $2 for update",
        tenant,
        merge.from
    )
    .fetch_all(tx.conn()?)
    .await?;
    let left = sqlx::query_scalar!(
        r#"
        select exists (select from content.post_tags where tenant_id = $1 and tag_id = $2)
          or exists (select from content.tag_follows where tenant_id = $1 and tag_id = $2)
          or exists (select from content.tags where tenant_id = $1 and merging_into = $2) as "left!"
        "#,
        tenant,
        merge.from,
    )
    .fetch_one(tx.conn()?)
    .await?;
    if left {
        return Ok(false);
    }
    sqlx::query!(
        "update content.tags set alias_of = $3 where tenant_id = $1 and alias_of = $2",
        tenant,
        merge.from,
        merge.into,
    )
    .execute(tx.conn()?)
    .await?;
    sqlx::query!(
        "update content.tags set alias_of = $3, merging_into = null where tenant_id = $1 and id = $2",
        tenant,
        merge.from,
        merge.into,
    )
    .execute(tx.conn()?)
    .await?;
    Ok(true)
}
