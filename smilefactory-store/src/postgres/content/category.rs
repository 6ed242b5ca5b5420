//! Categories.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use smilefactory_core::collection::Whole;
use smilefactory_core::content::{Category, CategoryDraft, CategoryNode, CategoryTree, Tab};
use smilefactory_core::id::{CategoryId, Id};
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::super::repository;
use super::super::row::RowOf;
use super::label::count;
use crate::error::{Result, StoreError};
use crate::repo::content::{MAX_CATEGORIES, ReadCategories, WriteCategories};
use crate::tx::{ReadWrite, Tx};

repository! {
    /// Categories: a tree in each tab.
    Categories = categories
}

struct CategoryRow {
    id: Uuid,
    tab: String,
    parent_id: Option<Uuid>,
    name: String,
    slug: String,
    description: Option<String>,
    place: Option<i16>,
    archived_at: Option<DateTime<Utc>>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<CategoryRow> for Category {
    type Error = StoreError;
    fn try_from(row: CategoryRow) -> Result<Self> {
        let of = RowOf { table: "content.categories", id: row.id };
        Ok(Self {
            id: CategoryId::from_uuid(row.id),
            draft: CategoryDraft {
                tab: of.parse("tab", &row.tab)?,
                parent: row.parent_id.map(CategoryId::from_uuid),
                name: of.parse("name", &row.name)?,
                slug: of.parse("slug", &row.slug)?,
                description: of.parse_opt("description", row.description.as_deref())?,
                place: of.field("place", row.place.map(i64::from))?,
            },
            archived_at: row.archived_at,
            version: Version::new(row.version),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// The place of a category as its column has it; core's bounds are below the column's.
fn place(category: &Category) -> Option<i16> {
    category.draft.place.map(Whole::get).and_then(|place| i16::try_from(place).ok())
}

impl<Mode> ReadCategories for Categories<'_, Mode> {
    async fn get(&mut self, id: CategoryId) -> Result<Option<Category>> {
        sqlx::query_as!(
            CategoryRow,
            r#"
            select id, tab, parent_id, name, slug as "slug!", description, place, archived_at, version, created_at,
              updated_at
            from content.categories
            where tenant_id = $1 and id = $2
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Category::try_from)
        .transpose()
    }

    async fn list_tree(&mut self, tab: Tab) -> Result<Vec<CategoryNode>> {
        let rows = sqlx::query_as!(
            CategoryRow,
            r#"
            select id, tab, parent_id, name, slug as "slug!", description, place, archived_at, version, created_at,
              updated_at
            from content.categories
            where tenant_id = $1 and tab = $2 and archived_at is null
            order by depth, id
            limit $3
            "#,
            self.0.scope().tenant.uuid(),
            tab.as_str(),
            MAX_CATEGORIES,
        )
        .fetch_all(self.0.conn()?)
        .await?;
        let categories = rows.into_iter().map(Category::try_from).collect::<Result<Vec<_>>>()?;
        let ids: Vec<Uuid> = categories.iter().map(|category| category.id.uuid()).collect();
        let counts: BTreeMap<Uuid, i64> = sqlx::query!(
            r#"
            select l.id as "label_id!", coalesce(c.posts, 0) + coalesce(d.posts, 0) as "posts!"
            from unnest($2::uuid[]) as l (id)
            left join content.label_counts c on c.tenant_id = $1 and c.label_id = l.id
            left join lateral (
              select sum(n.posts) as posts
              from content.label_deltas n
              where n.tenant_id = $1 and n.label_id = l.id
            ) d on true
            "#,
            self.0.scope().tenant.uuid(),
            &ids,
        )
        .fetch_all(self.0.conn()?)
        .await?
        .into_iter()
        .map(|row| (row.label_id, row.posts))
        .collect();
        let tree = CategoryTree::new(tab, categories);
        let node = |(depth, category): (u8, &Category)| CategoryNode {
            depth,
            posts: count(counts.get(&category.id.uuid()).copied()),
            category: category.clone(),
        };
        Ok(tree.in_order().into_iter().map(node).collect())
    }
}

impl WriteCategories for Categories<'_, ReadWrite> {
    async fn lock_tree(&mut self, tab: Tab) -> Result<Vec<Category>> {
        sqlx::query_as!(
            CategoryRow,
            r#"
            select id, tab, parent_id, name, slug as "slug!", description, place, archived_at, version, created_at,
              updated_at
            from content.categories
            where tenant_id = $1 and tab = $2 and archived_at is null
            order by id
            limit $3
            for update
            "#,
            self.0.scope().tenant.uuid(),
            tab.as_str(),
            MAX_CATEGORIES,
        )
        .fetch_all(self.0.conn()?)
        .await?
        .into_iter()
        .map(Category::try_from)
        .collect()
    }

    async fn insert(&mut self, category: &Category) -> Result<()> {
        let draft = &category.draft;
        sqlx::query!(
            r#"
            insert into content.categories (tenant_id, id, tab, parent_id, parent_depth, depth, name, slug,
              description, place, version, created_at, updated_at)
            select $1, $2, $3, $4, parent.depth, coalesce(parent.depth, 0) + 1, $5, $6::text, $7, $8, $9, $10, $11
            from (select 1) as once
            left join content.categories as parent on parent.tenant_id = $1 and parent.id = $4
            "#,
            self.0.scope().tenant.uuid(),
            category.id.uuid(),
            draft.tab.as_str(),
            draft.parent.map(Uuid::from),
            draft.name.as_str(),
            draft.slug.as_str(),
            draft.description.as_ref().map(AsRef::as_ref),
            place(category),
            category.version.get(),
            category.created_at,
            category.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn update(&mut self, category: &Category) -> Result<Category> {
        let next = category.version.next();
        let draft = &category.draft;
        // The version is asked for where the row is updated too: there a writer who waited sees what was saved meanwhile.
        // One statement: a depth and the depths under it fit each other again when it ends, and not before.
        let saved = sqlx::query!(
            r#"
            with recursive moved as (
              select c.id, 0 as below
              from content.categories as c
              where c.tenant_id = $1 and c.id = $2 and c.version = $3
              union all
              select c.id, moved.below + 1
              from content.categories as c
              join moved on c.parent_id = moved.id
              where c.tenant_id = $1 and moved.below < 5
            ), root as (
              select coalesce(max(depth), 0) as depth
              from content.categories
              where tenant_id = $1 and id = $4
            )
            update content.categories as c
            set parent_id = case when below = 0 then $4 else c.parent_id end,
              parent_depth = nullif(root.depth + below, 0),
              depth = root.depth + below + 1,
              name = case when below = 0 then $5 else c.name end,
              slug = case when below = 0 then $6::text else c.slug end,
              description = case when below = 0 then $7 else c.description end,
              place = case when below = 0 then $8 else c.place end,
              archived_at = case when below = 0 then $9 else c.archived_at end,
              version = case when below = 0 then $10 else c.version end,
              updated_at = case when below = 0 then $11 else c.updated_at end
            from moved, root
            where c.tenant_id = $1
              and c.id = moved.id
              and case when below = 0 then c.version = $3 else c.depth <> root.depth + below + 1 end
            "#,
            self.0.scope().tenant.uuid(),
            category.id.uuid(),
            category.version.get(),
            draft.parent.map(Uuid::from),
            draft.name.as_str(),
            draft.slug.as_str(),
            draft.description.as_ref().map(AsRef::as_ref),
            place(category),
            category.archived_at,
            next.get(),
            category.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: CategoryId::ENTITY, id: category.id.uuid() }),
            _ => Ok(Category { version: next, ..category.clone() }),
        }
    }
}

/// A category and all that stand under it.
pub(in crate::postgres) async fn with_those_under<Mode>(
    tx: &mut Tx<Mode>,
    category: CategoryId,
) -> Result<Vec<Uuid>> {
    let ids = sqlx::query_scalar!(
        r#"
        with recursive below as (
          select c.id, 1 as depth from content.categories c where c.tenant_id = $1 and c.id = $2
          union all
          select c.id, b.depth + 1
          from below b
          join content.categories c on c.tenant_id = $1 and c.parent_id = b.id
          where b.depth < 10
        )
        select id as "id!" from below
        "#,
        tx.scope().tenant.uuid(),
        category.uuid(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    Ok(ids)
}
