//! Search by PostgreSQL's own full text, and by spelling when no post has the words.

use async_trait::async_trait;
use smilefactory_core::content::{ListedPost, PostHit, PostKind, PostSearch};
use smilefactory_core::id::{AccountId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::excerpt::{BEGIN, END, pieces};
use super::{CANDIDATES, HitKey, SearchIndex};
use crate::error::{Result, StoreError};
use crate::repo::content::{ReadEngagement, ReadPosts, ReadTags};
use crate::tx::ReadTx;

/// The default: words reduced to their stems, by the language of each post, in the database itself. What is published,
/// changed or removed is found, or not, from the commit on.
#[derive(Clone, Copy, Debug, Default)]
pub struct PostgresSearch;

/// A hit, before its post is read.
struct Found {
    post_id: Uuid,
    rank: i32,
}

#[async_trait]
impl SearchIndex for PostgresSearch {
    async fn posts(
        &self,
        tx: &mut ReadTx,
        search: &PostSearch,
        request: &PageRequest<HitKey>,
    ) -> Result<Page<PostHit, HitKey>> {
        let mut approximate = request.after.is_some_and(|key| key.approximate);
        let mut found = Vec::new();
        let tag = match &search.tag {
            None => None,
            Some(tag) => match tx.tags().find_by_name(tag.as_str()).await? {
                Some(tag) => Some(tag.id.uuid()),
                // No post has it.
                None => return Ok(Page { items: Vec::new(), next: None }),
            },
        };
        if !approximate {
            found = by_words(tx, search, tag, request).await?;
            approximate = found.is_empty() && request.after.is_none();
        }
        if approximate {
            found = by_spelling(tx, search, tag, request).await?;
        }
        let hits = hydrate(tx, search, found, approximate).await?;
        Ok(Page::from_one_more(hits, request.size, |hit| HitKey {
            rank: hit.rank,
            id: hit.post.id,
            approximate,
        }))
    }
}

/// The hits after this place: the largest rank there is stands for the beginning.
fn after(request: &PageRequest<HitKey>) -> (i32, Uuid) {
    request
        .after
        .map_or((i32::MAX, Uuid::max()), |key| (i32::try_from(key.rank).unwrap_or(i32::MAX), key.id.uuid()))
}

async fn by_words(
    tx: &mut ReadTx,
    search: &PostSearch,
    tag: Option<Uuid>,
    request: &PageRequest<HitKey>,
) -> Result<Vec<Found>> {
    let (rank, id) = after(request);
    let found = sqlx::query_as!(
        Found,
        r#"
        select post_id as "post_id!", rank as "rank!"
        from content.posts_by_words(content.post_query($1, $2), $3, $4, $5, $6, $7, $8, $9, $10)
        where (rank, post_id) < ($11, $12)
        order by rank desc, post_id desc
        limit $13
        "#,
        search.text.as_str(),
        search.language.as_ref().map(AsRef::as_ref),
        search.author.map(Uuid::from),
        search.kind.map(PostKind::as_str),
        tag,
        search.category.map(Uuid::from),
        search.published_from,
        search.published_before,
        tx.viewer(),
        CANDIDATES,
        rank,
        id,
        request.size.with_one_more(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    Ok(found)
}

async fn by_spelling(
    tx: &mut ReadTx,
    search: &PostSearch,
    tag: Option<Uuid>,
    request: &PageRequest<HitKey>,
) -> Result<Vec<Found>> {
    let (rank, id) = after(request);
    let found = sqlx::query_as!(
        Found,
        r#"
        select post_id as "post_id!", rank as "rank!"
        from content.posts_by_spelling($1, $2, $3, $4, $5, $6, $7, $8, $9)
        where (rank, post_id) < ($10, $11)
        order by rank desc, post_id desc
        limit $12
        "#,
        search.text.as_str(),
        search.author.map(Uuid::from),
        search.kind.map(PostKind::as_str),
        tag,
        search.category.map(Uuid::from),
        search.published_from,
        search.published_before,
        tx.viewer(),
        CANDIDATES,
        rank,
        id,
        request.size.with_one_more(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    Ok(found)
}

/// The posts of the hits, in their order, with what was found marked.
async fn hydrate(
    tx: &mut ReadTx,
    search: &PostSearch,
    found: Vec<Found>,
    approximate: bool,
) -> Result<Vec<PostHit>> {
    let ids: Vec<Uuid> = found.iter().map(|hit| hit.post_id).collect();
    let tenant = tx.scope().tenant.uuid();
    let marked = sqlx::query!(
        r#"
        select p.id,
          ts_headline(
            content.words_of(p.language), translate(p.title, $5, ''), content.post_query($3, $4), $6 || ', HighlightAll=true'
          ) as title,
          ts_headline(
            content.words_of(p.language), translate(left(p.body_text, 20000), $5, ''), content.post_query($3, $4),
            $6 || ', MaxFragments=2, MaxWords=24, MinWords=8, FragmentDelimiter=" … "'
          ) as "text!"
        from content.posts p
        where p.tenant_id = $1 and p.id = any($2)
        limit 101
        "#,
        tenant,
        &ids,
        search.text.as_str(),
        search.language.as_ref().map(AsRef::as_ref),
        format!("{BEGIN}{END}"),
        format!("StartSel={BEGIN}, StopSel={END}"),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let ids: Vec<PostId> = ids.into_iter().map(PostId::from_uuid).collect();
    let mut posts = Vec::with_capacity(ids.len());
    for some in ids.chunks(100) {
        posts.extend(tx.posts().get_many(some).await?);
    }
    // Somebody nobody knows has done nothing.
    let viewer = tx.scope().actor.account().unwrap_or(AccountId::from_uuid(Uuid::nil()));
    let posts = tx.engagement().of_listed(posts, viewer).await?;
    let hit = |found: Found| {
        // What was deleted between the statements is gone.
        let ListedPost { post, engagement, .. } =
            posts.iter().find(|listed| listed.post.id.uuid() == found.post_id)?.clone();
        let texts = marked.iter().find(|row| row.id == found.post_id)?;
        Some(u32::try_from(found.rank).map(|rank| PostHit {
            rank,
            approximate,
            title_excerpts: texts.title.as_deref().map(pieces).unwrap_or_default(),
            text_excerpts: pieces(&texts.text),
            engagement,
            post,
        }))
    };
    found
        .into_iter()
        .filter_map(hit)
        .collect::<std::result::Result<_, _>>()
        .map_err(|_| StoreError::internal("a rank is below 0"))
}
