//! Lists of published posts. Each filter has the statement that reads through its own index: one statement for all of
//! them would read the whole list for an author who wrote little.

use chrono::{DateTime, Utc};
use smilefactory_core::content::{Post, PostKind};
use smilefactory_core::id::{AccountId, GroupId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::row::{PostRow, select_posts};
use super::{categorised, featured};
use crate::error::Result;
use crate::postgres::content::with_those_under;
use crate::postgres::row::page;
use crate::repo::content::{PostFilter, PublishedKey, ReadPosts, ReadTags};
use crate::tx::Tx;

pub(super) type Listed = Page<Post, PublishedKey>;

/// What is asked for, as the database has it.
pub(super) struct Wanted {
    pub(super) kind: Option<&'static str>,
    pub(super) tag: Option<Uuid>,
    pub(super) categories: Option<Vec<Uuid>>,
    pub(super) from: DateTime<Utc>,
    pub(super) before: (DateTime<Utc>, Uuid),
}

impl Wanted {
    /// `None` when it names a tag that nobody used.
    pub(super) async fn of<Mode>(
        tx: &mut Tx<Mode>,
        filter: &PostFilter,
        after: Option<&PublishedKey>,
    ) -> Result<Option<Self>> {
        let tag = match &filter.tag {
            None => None,
            Some(name) => match tx.tags().find_by_name(name).await? {
                Some(tag) => Some(tag.id.uuid()),
                None => return Ok(None),
            },
        };
        let categories = match filter.category {
            None => None,
            Some(category) if filter.with_those_under => Some(with_those_under(tx, category).await?),
            Some(category) => Some(vec![category.uuid()]),
        };
        // No id comes before the first one of a time.
        let until = (filter.until.unwrap_or(DateTime::<Utc>::MAX_UTC), Uuid::nil());
        let before = after.map_or((DateTime::<Utc>::MAX_UTC, Uuid::max()), |key| (key.at, key.id.uuid()));
        Ok(Some(Self {
            kind: filter.kind.map(PostKind::as_str),
            tag,
            categories,
            from: filter.from.unwrap_or(DateTime::UNIX_EPOCH),
            before: before.min(until),
        }))
    }
}

pub(super) async fn list<Mode>(
    tx: &mut Tx<Mode>,
    filter: &PostFilter,
    request: &PageRequest<PublishedKey>,
) -> Result<Listed> {
    if filter.featured {
        return featured::list(tx, filter, request).await;
    }
    let Some(wanted) = Wanted::of(tx, filter, request.after.as_ref()).await? else {
        return Ok(Page { items: Vec::new(), next: None });
    };
    match (filter.author, wanted.tag, wanted.categories.as_deref(), wanted.kind) {
        (Some(author), ..) => by_author(tx, author, &wanted, request).await,
        (None, Some(tag), ..) => by_tag(tx, tag, &wanted, request).await,
        (None, None, Some([category]), _) => categorised::by_category(tx, *category, &wanted, request).await,
        (None, None, Some(categories), _) => {
            categorised::by_categories(tx, categories, &wanted, request).await
        }
        (None, None, None, Some(kind)) => by_kind(tx, kind, &wanted, request).await,
        (None, None, None, None) => all(tx, &wanted, request).await,
    }
}

fn page_of(rows: Vec<PostRow>, request: &PageRequest<PublishedKey>) -> Result<Listed> {
    page(rows, request.size, Post::try_from, |post| PublishedKey {
        at: post.published_at.unwrap_or(post.created_at),
        id: post.id,
    })
}

async fn all<Mode>(
    tx: &mut Tx<Mode>,
    wanted: &Wanted,
    request: &PageRequest<PublishedKey>,
) -> Result<Listed> {
    let rows = select_posts!(
        r#"
        where tenant_id = $1
          and state = 'published'
          and standing = 'visible'
          and audience = 'everybody'
          and (published_at, id) < ($2, $3)
          and published_at >= $6
          and not exists (
            select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $5 and b.other_id = author_id
          )
        order by published_at desc, id desc
        limit $4
        "#,
        tx.scope().tenant.uuid(),
        wanted.before.0,
        wanted.before.1,
        request.size.with_one_more(),
        tx.viewer(),
        wanted.from,
    )
    .fetch_all(tx.conn()?)
    .await?;
    page_of(rows, request)
}

async fn by_kind<Mode>(
    tx: &mut Tx<Mode>,
    kind: &str,
    wanted: &Wanted,
    request: &PageRequest<PublishedKey>,
) -> Result<Listed> {
    let rows = select_posts!(
        r#"
        where tenant_id = $1
          and kind = $2
          and state = 'published'
          and standing = 'visible'
          and audience = 'everybody'
          and (published_at, id) < ($3, $4)
          and published_at >= $7
          and not exists (
            select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $6 and b.other_id = author_id
          )
        order by published_at desc, id desc
        limit $5
        "#,
        tx.scope().tenant.uuid(),
        kind,
        wanted.before.0,
        wanted.before.1,
        request.size.with_one_more(),
        tx.viewer(),
        wanted.from,
    )
    .fetch_all(tx.conn()?)
    .await?;
    page_of(rows, request)
}

/// All else is looked at in what the author wrote. Whoever asks for somebody by name is shown them though they muted them.
async fn by_author<Mode>(
    tx: &mut Tx<Mode>,
    author: AccountId,
    wanted: &Wanted,
    request: &PageRequest<PublishedKey>,
) -> Result<Listed> {
    let rows = select_posts!(
        r#"
        where tenant_id = $1
          and author_id = $2
          and state = 'published'
          and standing = 'visible'
          and audience = 'everybody'
          and (published_at, id) < ($3, $4)
          and ($5::text is null or kind = $5)
          and ($6::uuid is null or exists (
            select from content.post_tags l
            where l.tenant_id = $1 and l.post_id = content.posts.id and l.tag_id = $6
          ))
          and ($7::uuid[] is null or exists (
            select from content.post_categories l
            where l.tenant_id = $1 and l.post_id = content.posts.id and l.category_id = any($7)
          ))
          and published_at >= $10
          and not exists (
            select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $9 and b.other_id = $2 and b.blocked
          )
        order by published_at desc, id desc
        limit $8
        "#,
        tx.scope().tenant.uuid(),
        author.uuid(),
        wanted.before.0,
        wanted.before.1,
        wanted.kind,
        wanted.tag,
        wanted.categories.as_deref(),
        request.size.with_one_more(),
        tx.viewer(),
        wanted.from,
    )
    .fetch_all(tx.conn()?)
    .await?;
    page_of(rows, request)
}

/// What is published in a group, whoever may read it.
pub(super) async fn list_of_group<Mode>(
    tx: &mut Tx<Mode>,
    group: GroupId,
    kind: Option<PostKind>,
    request: &PageRequest<PublishedKey>,
) -> Result<Listed> {
    let before = request.after.map_or((DateTime::<Utc>::MAX_UTC, Uuid::max()), |key| (key.at, key.id.uuid()));
    let rows = select_posts!(
        r#"
        where tenant_id = $1
          and group_id = $2
          and state = 'published'
          and standing = 'visible'
          and audience <> 'author'
          and (published_at, id) < ($3, $4)
          and ($5::text is null or kind = $5)
          and not exists (
            select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $7 and b.other_id = author_id
          )
        order by published_at desc, id desc
        limit $6
        "#,
        tx.scope().tenant.uuid(),
        group.uuid(),
        before.0,
        before.1,
        kind.map(PostKind::as_str),
        request.size.with_one_more(),
        tx.viewer(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    page_of(rows, request)
}

/// A range of the index of labels, and then the posts of one page. A label has the kind, so that one that many posts
/// have does not make the others of its kind hard to find.
async fn by_tag<Mode>(
    tx: &mut Tx<Mode>,
    tag: Uuid,
    wanted: &Wanted,
    request: &PageRequest<PublishedKey>,
) -> Result<Listed> {
    let keys = match wanted.kind {
        None => sqlx::query_as!(
            KeyRow,
            r#"
            select l.post_id, l.published_at as "published_at!"
            from content.post_tags l
            where l.tenant_id = $1
              and l.tag_id = $2
              and (l.published_at, l.post_id) < ($3, $4)
              and ($5::uuid[] is null or exists (
                select from content.post_categories c
                where c.tenant_id = $1 and c.post_id = l.post_id and c.category_id = any($5)
              ))
              and l.published_at >= $8
              and ($7::uuid is null or not exists (
                select
                from social.barriers b
                where b.tenant_id = $1
                  and b.viewer_id = $7
                  and b.other_id = (select p.author_id from content.posts p where p.tenant_id = $1 and p.id = l.post_id)
              ))
            order by l.published_at desc, l.post_id desc
            limit $6
            "#,
            tx.scope().tenant.uuid(),
            tag,
            wanted.before.0,
            wanted.before.1,
            wanted.categories.as_deref(),
            request.size.with_one_more(),
            tx.viewer(),
            wanted.from,
        )
        .fetch_all(tx.conn()?)
        .await?,
        Some(kind) => sqlx::query_as!(
            KeyRow,
            r#"
            select l.post_id, l.published_at as "published_at!"
            from content.post_tags l
            where l.tenant_id = $1
              and l.tag_id = $2
              and l.kind = $3
              and l.published_at is not null
              and (l.published_at, l.post_id) < ($4, $5)
              and ($6::uuid[] is null or exists (
                select from content.post_categories c
                where c.tenant_id = $1 and c.post_id = l.post_id and c.category_id = any($6)
              ))
              and l.published_at >= $9
              and ($8::uuid is null or not exists (
                select
                from social.barriers b
                where b.tenant_id = $1
                  and b.viewer_id = $8
                  and b.other_id = (select p.author_id from content.posts p where p.tenant_id = $1 and p.id = l.post_id)
              ))
            order by l.published_at desc, l.post_id desc
            limit $7
            "#,
            tx.scope().tenant.uuid(),
            tag,
            kind,
            wanted.before.0,
            wanted.before.1,
            wanted.categories.as_deref(),
            request.size.with_one_more(),
            tx.viewer(),
            wanted.from,
        )
        .fetch_all(tx.conn()?)
        .await?,
    };
    hydrate(tx, keys, request).await
}

pub(super) struct KeyRow {
    pub(super) post_id: Uuid,
    pub(super) published_at: DateTime<Utc>,
}

pub(super) async fn hydrate<Mode>(
    tx: &mut Tx<Mode>,
    rows: Vec<KeyRow>,
    request: &PageRequest<PublishedKey>,
) -> Result<Listed> {
    let key = |row: KeyRow| PublishedKey { at: row.published_at, id: PostId::from_uuid(row.post_id) };
    let keys = rows.into_iter().map(key).collect();
    let Page { items: keys, next } = Page::from_one_more(keys, request.size, |key| *key);
    let ids: Vec<PostId> = keys.iter().map(|key| key.id).collect();
    let mut items = tx.posts().get_many(&ids).await?;
    items.sort_by_key(|post| ids.iter().position(|id| *id == post.id));
    Ok(Page { items, next })
}
