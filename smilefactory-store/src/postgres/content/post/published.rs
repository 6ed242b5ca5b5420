//! Lists of published posts. Each filter has the statement that reads through its own index: one statement for all of
//! them would read the whole list for an author who wrote little.

use chrono::{DateTime, Utc};
use smilefactory_core::content::{Post, PostKind};
use smilefactory_core::id::{AccountId, GroupId, Id, PostId};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::row::{PostRow, select_posts};
use crate::error::Result;
use crate::postgres::row::page;
use crate::repo::content::{PostFilter, PublishedKey, ReadPosts, ReadTags};
use crate::tx::Tx;

type Listed = Page<Post, PublishedKey>;

/// What is asked for, as the database has it.
struct Wanted {
    kind: Option<&'static str>,
    tag: Option<Uuid>,
    category: Option<Uuid>,
    before: (DateTime<Utc>, Uuid),
}

pub(super) async fn list<Mode>(
    tx: &mut Tx<Mode>,
    filter: &PostFilter,
    request: &PageRequest<PublishedKey>,
) -> Result<Listed> {
    let tag = match &filter.tag {
        None => None,
        Some(name) => match tx.tags().find_by_name(name).await? {
            Some(tag) => Some(tag.id.uuid()),
            None => return Ok(Page { items: Vec::new(), next: None }),
        },
    };
    let before = request.after.map_or((DateTime::<Utc>::MAX_UTC, Uuid::max()), |key| (key.at, key.id.uuid()));
    let wanted = Wanted {
        kind: filter.kind.map(PostKind::as_str),
        tag,
        category: filter.category.map(Uuid::from),
        before,
    };
    match (filter.author, wanted.tag, wanted.category, wanted.kind) {
        (Some(author), ..) => by_author(tx, author, &wanted, request).await,
        (None, Some(tag), ..) => by_tag(tx, tag, &wanted, request).await,
        (None, None, Some(category), _) => by_category(tx, category, &wanted, request).await,
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
          and ($7::uuid is null or exists (
            select from content.post_categories l
            where l.tenant_id = $1 and l.post_id = content.posts.id and l.category_id = $7
          ))
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
        wanted.category,
        request.size.with_one_more(),
        tx.viewer(),
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
              and ($5::uuid is null or exists (
                select from content.post_categories c
                where c.tenant_id = $1 and c.post_id = l.post_id and c.category_id = $5
              ))
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
            wanted.category,
            request.size.with_one_more(),
            tx.viewer(),
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
              and ($6::uuid is null or exists (
                select from content.post_categories c
                where c.tenant_id = $1 and c.post_id = l.post_id and c.category_id = $6
              ))
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
            wanted.category,
            request.size.with_one_more(),
            tx.viewer(),
        )
        .fetch_all(tx.conn()?)
        .await?,
    };
    hydrate(tx, keys, request).await
}

async fn by_category<Mode>(
    tx: &mut Tx<Mode>,
    category: Uuid,
    wanted: &Wanted,
    request: &PageRequest<PublishedKey>,
) -> Result<Listed> {
    let keys = match wanted.kind {
        None => sqlx::query_as!(
            KeyRow,
            r#"
            select l.post_id, l.published_at as "published_at!"
            from content.post_categories l
            where l.tenant_id = $1
              and l.category_id = $2
              and (l.published_at, l.post_id) < ($3, $4)
              and ($6::uuid is null or not exists (
                select
                from social.barriers b
                where b.tenant_id = $1
                  and b.viewer_id = $6
                  and b.other_id = (select p.author_id from content.posts p where p.tenant_id = $1 and p.id = l.post_id)
              ))
            order by l.published_at desc, l.post_id desc
            limit $5
            "#,
            tx.scope().tenant.uuid(),
            category,
            wanted.before.0,
            wanted.before.1,
            request.size.with_one_more(),
            tx.viewer(),
        )
        .fetch_all(tx.conn()?)
        .await?,
        Some(kind) => sqlx::query_as!(
            KeyRow,
            r#"
            select l.post_id, l.published_at as "published_at!"
            from content.post_categories l
            where l.tenant_id = $1
              and l.category_id = $2
              and l.kind = $3
              and l.published_at is not null
              and (l.published_at, l.post_id) < ($4, $5)
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
            category,
            kind,
            wanted.before.0,
            wanted.before.1,
            request.size.with_one_more(),
            tx.viewer(),
        )
        .fetch_all(tx.conn()?)
        .await?,
    };
    hydrate(tx, keys, request).await
}

struct KeyRow {
    post_id: Uuid,
    published_at: DateTime<Utc>,
}

async fn hydrate<Mode>(
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
