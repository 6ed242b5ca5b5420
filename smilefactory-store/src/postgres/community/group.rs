//! Groups; [`listing`](super::listing) reads many of them.

use chrono::{DateTime, Utc};
use smilefactory_core::collection::Whole;
use smilefactory_core::community::{
    Group, GroupCandidate, GroupDraft, GroupFacets, GroupFile, GroupMembership, GroupView,
};
use smilefactory_core::id::{AccountId, CategoryId, GroupId, Id};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::profile::Location;
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::super::repository;
use super::super::row::RowOf;
use super::{facets, file, from_count, listing, recommending, to_count};
use crate::error::{Result, StoreError};
use crate::repo::community::{GroupFileKey, GroupFilter, GroupKey, ReadGroups, WriteGroups};
use crate::tx::ReadWrite;

repository! {
    /// Groups.
    Groups = groups
}

/// A group, and how whoever looks belongs to it.
pub(super) struct GroupRow {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) name_key: String,
    pub(super) slug: String,
    pub(super) description: Option<String>,
    pub(super) rules: Option<String>,
    pub(super) category_id: Option<Uuid>,
    pub(super) languages: Vec<String>,
    pub(super) city: Option<String>,
    pub(super) country: Option<String>,
    pub(super) visibility: String,
    pub(super) join_policy: String,
    pub(super) posting: String,
    pub(super) member_limit: Option<i32>,
    pub(super) archived_at: Option<DateTime<Utc>>,
    pub(super) created_by: Option<Uuid>,
    pub(super) version: i64,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) members: i32,
    pub(super) owners: i32,
    pub(super) active_at: DateTime<Utc>,
    pub(super) trend_key: f64,
    pub(super) own_state: Option<String>,
    pub(super) own_role: Option<String>,
    pub(super) own_by: Option<Uuid>,
    pub(super) own_note: Option<String>,
    pub(super) own_joined_at: Option<DateTime<Utc>>,
    pub(super) own_since: Option<DateTime<Utc>>,
}

impl TryFrom<GroupRow> for Group {
    type Error = StoreError;
    fn try_from(row: GroupRow) -> Result<Self> {
        let of = RowOf { table: "community.groups", id: row.id };
        let location = match of.parse_opt("country", row.country.as_deref())? {
            Some(country) => Some(Location { city: of.parse_opt("city", row.city.as_deref())?, country }),
            None => None,
        };
        let languages = row
            .languages
            .iter()
            .map(|language| of.parse("languages", language))
            .collect::<Result<Vec<_>>>()?;
        let limit = row.member_limit.map(i64::from);
        let draft = GroupDraft {
            name: of.parse("name", &row.name)?,
            slug: of.parse("slug", &row.slug)?,
            description: of.parse_opt("description", row.description.as_deref())?,
            rules: of.parse_opt("rules", row.rules.as_deref())?,
            category: row.category_id.map(CategoryId::from_uuid),
            languages: of.set("languages", languages.into_iter())?,
            location,
            visibility: of.parse("visibility", &row.visibility)?,
            join_policy: of.parse("join_policy", &row.join_policy)?,
            posting: of.parse("posting", &row.posting)?,
            member_limit: of.field::<Option<Whole<2, 100_000>>>("member_limit", limit)?,
        };
        Ok(Self {
            id: GroupId::from_uuid(row.id),
            members: to_count(row.members),
            owners: to_count(row.owners),
            active_at: row.active_at,
            archived_at: row.archived_at,
            created_by: row.created_by.map(AccountId::from_uuid),
            version: Version::new(row.version),
            created_at: row.created_at,
            updated_at: row.updated_at,
            draft,
        })
    }
}

impl GroupRow {
    /// The group as `viewer` has it.
    pub(super) fn seen_by(self, viewer: AccountId) -> Result<GroupView> {
        let own = self.own(viewer)?;
        Ok(Group::try_from(self)?.seen_by(own))
    }

    fn own(&self, viewer: AccountId) -> Result<Option<GroupMembership>> {
        let of = RowOf { table: "community.members", id: viewer.uuid() };
        let (Some(state), Some(role), Some(since)) = (&self.own_state, &self.own_role, self.own_since) else {
            return Ok(None);
        };
        let own = GroupMembership {
            group: GroupId::from_uuid(self.id),
            account: viewer,
            state: of.parse("state", state)?,
            role: of.parse("role", role)?,
            by: self.own_by.map(AccountId::from_uuid),
            note: of.parse_opt("note", self.own_note.as_deref())?,
            joined_at: self.own_joined_at,
            since,
        };
        Ok(Some(own.own()))
    }
}

/// A group, what is counted of it, and how somebody (`$2`) belongs to it. An invitation by who is blocked is none, and
/// who is blocked is not named.
macro_rules! select_groups {
    ($rest:literal, $($value:expr),* $(,)?) => {
        sqlx::query_as!(
            GroupRow,
            r#"
            select g.id, g.name, g.name_key as "name_key!", g.slug as "slug!: String", g.description, g.rules,
              g.category_id, g.languages, g.city, g.country as "country: String", g.visibility, g.join_policy, g.posting,
              g.member_limit, g.archived_at, g.version, g.created_at, g.updated_at,
              case
                when not exists (
                  select
                  from social.barriers b
                  where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = g.created_by and b.blocked
                ) then g.created_by
              end as created_by,
              s.members, s.owners, s.active_at, s.trend_key, own.state as "own_state?", own.role as "own_role?",
              own.by_id as "own_by?", own.note as "own_note?", own.joined_at as "own_joined_at?",
              own.since as "own_since?"
            from community.groups g
            join community.group_stats s on s.tenant_id = g.tenant_id and s.group_id = g.id
            left join lateral (
              select m.state, m.role, m.note, m.joined_at, m.since, case when barred.one is null then m.by_id end as by_id
              from community.members m
              left join lateral (
                select 1 as one
                from social.barriers b
                where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = m.by_id and b.blocked
                limit 1
              ) barred on true
              where m.tenant_id = $1
                and m.group_id = g.id
                and m.account_id = $2
                and (m.state <> 'invited' or barred.one is null)
              limit 1
            ) own on true
            "# + $rest,
            $($value),*
        )
    };
}

impl<Mode> ReadGroups for Groups<'_, Mode> {
    async fn get(&mut self, id: GroupId) -> Result<Option<Group>> {
        select_groups!(
            "where g.tenant_id = $1 and g.id = $3",
            self.0.scope().tenant.uuid(),
            None::<Uuid>,
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Group::try_from)
        .transpose()
    }

    async fn view(&mut self, id: GroupId, viewer: AccountId) -> Result<Option<GroupView>> {
        select_groups!(
            "where g.tenant_id = $1
              and g.id = $3
              and (g.visibility <> 'hidden' or own.state in ('member', 'invited'))",
            self.0.scope().tenant.uuid(),
            viewer.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(|row| row.seen_by(viewer))
        .transpose()
    }

    async fn list_files(
        &mut self,
        group: GroupId,
        page: &PageRequest<GroupFileKey>,
    ) -> Result<Page<GroupFile, GroupFileKey>> {
        file::list(self.0, group, page).await
    }

    async fn list(
        &mut self,
        viewer: AccountId,
        filter: &GroupFilter,
        page: &PageRequest<GroupKey>,
    ) -> Result<Page<GroupView, GroupKey>> {
        listing::list(self.0, viewer, filter, page).await
    }

    async fn count_facets(&mut self, viewer: AccountId, filter: &GroupFilter) -> Result<GroupFacets> {
        facets::count(self.0, viewer, filter).await
    }

    async fn list_candidates(&mut self, viewer: AccountId) -> Result<Vec<GroupCandidate>> {
        recommending::candidates(self.0, viewer).await
    }

    async fn categories_of(&mut self, account: AccountId) -> Result<Vec<CategoryId>> {
        recommending::categories(self.0, account).await
    }
}

impl WriteGroups for Groups<'_, ReadWrite> {
    async fn lock(&mut self, id: GroupId) -> Result<Option<Group>> {
        sqlx::query!(
            "select id from community.groups where tenant_id = $1 and id = $2 for no key update",
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?;
        // Read only now: whoever held it may have counted.
        self.get(id).await
    }

    async fn insert(&mut self, group: &Group) -> Result<()> {
        let languages: Vec<String> = group.draft.languages.iter().map(ToString::to_string).collect();
        let location = group.draft.location.as_ref();
        sqlx::query!(
            r#"
            insert into community.groups (tenant_id, id, name, slug, description, rules, category_id, languages, city,
              country, visibility, join_policy, posting, member_limit, archived_at, created_by, version, created_at,
              updated_at)
            values ($1, $2, $3, $4::text, $5, $6, $7, $8, $9, $10::text, $11, $12, $13, $14, $15, $16, $17, $18, $19)
            "#,
            self.0.scope().tenant.uuid(),
            group.id.uuid(),
            group.draft.name.as_str(),
            group.draft.slug.as_str(),
            group.draft.description.as_ref().map(AsRef::as_ref),
            group.draft.rules.as_ref().map(AsRef::as_ref),
            group.draft.category.map(Uuid::from),
            &languages,
            location.and_then(|location| location.city.as_ref()).map(AsRef::as_ref),
            location.map(|location| location.country.as_str()),
            group.draft.visibility.as_str(),
            group.draft.join_policy.as_str(),
            group.draft.posting.as_str(),
            group.draft.member_limit.map(|limit| from_count(limit.get())),
            group.archived_at,
            group.created_by.map(Uuid::from),
            group.version.get(),
            group.created_at,
            group.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(())
    }

    async fn update(&mut self, group: &Group) -> Result<Group> {
        let next = group.version.next();
        let languages: Vec<String> = group.draft.languages.iter().map(ToString::to_string).collect();
        let location = group.draft.location.as_ref();
        let saved = sqlx::query!(
            r#"
            update community.groups
            set name = $4, slug = $5::text, description = $6, rules = $7, category_id = $8, languages = $9, city = $10,
              country = $11::text, visibility = $12, join_policy = $13, posting = $14, member_limit = $15,
              archived_at = $16, version = $17, updated_at = $18
            where tenant_id = $1 and id = $2 and version = $3
            "#,
            self.0.scope().tenant.uuid(),
            group.id.uuid(),
            group.version.get(),
            group.draft.name.as_str(),
            group.draft.slug.as_str(),
            group.draft.description.as_ref().map(AsRef::as_ref),
            group.draft.rules.as_ref().map(AsRef::as_ref),
            group.draft.category.map(Uuid::from),
            &languages,
            location.and_then(|location| location.city.as_ref()).map(AsRef::as_ref),
            location.map(|location| location.country.as_str()),
            group.draft.visibility.as_str(),
            group.draft.join_policy.as_str(),
            group.draft.posting.as_str(),
            group.draft.member_limit.map(|limit| from_count(limit.get())),
            group.archived_at,
            next.get(),
            group.updated_at,
        )
        .execute(self.0.conn()?)
        .await?;
        match saved.rows_affected() {
            0 => Err(StoreError::Stale { entity: GroupId::ENTITY, id: group.id.uuid() }),
            _ => Ok(Group { version: next, ..group.clone() }),
        }
    }

    async fn fold_activity(&mut self, limit: u16) -> Result<u64> {
        let tenant = self.0.scope().tenant.uuid();
        let mine = sqlx::query_scalar!(
            r#"select pg_try_advisory_xact_lock(hashtextextended('community.group_activity ' || $1, 0)) as "mine!""#,
            tenant.to_string(),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        if !mine {
            return Ok(0);
        }
        let folded = sqlx::query_scalar!(
            r#"
            with batch as (
              select id from community.group_activity where tenant_id = $1 order by id limit $2
            ), taken as (
              delete from community.group_activity as a
              where a.tenant_id = $1 and a.id = any (array(select id from batch))
              returning a.group_id, a.at, community.trend_key(a.weight, a.at) as key
            ), most as (
              select group_id, max(at) as at, max(key) as key from taken group by group_id
            ), summed as (
              select m.group_id, m.at, m.key + ln(sum(exp(t.key - m.key))) as key
              from most as m
              join taken as t on t.group_id = m.group_id
              group by m.group_id, m.at, m.key
            ), added as (
              update community.group_stats as s
              set active_at = greatest(s.active_at, d.at), trend_key = platform.log_add(s.trend_key, d.key)
              from summed as d
              where s.tenant_id = $1 and s.group_id = d.group_id
            )
            select count(*) as "count!" from taken
            "#,
            tenant,
            i64::from(limit),
        )
        .fetch_one(self.0.conn()?)
        .await?;
        Ok(u64::try_from(folded).unwrap_or_default())
    }

    async fn erase_founder(&mut self, account: AccountId, most: u16) -> Result<u64> {
        let founded = sqlx::query!(
            r#"
            update community.groups g
            set created_by = null
            from (
              select f.id
              from community.groups f
              where f.tenant_id = $1 and f.created_by = $2
              order by f.id
              limit $3
            ) as theirs
            where g.tenant_id = $1 and g.id = theirs.id
            "#,
            self.0.scope().tenant.uuid(),
            account.uuid(),
            i64::from(most),
        )
        .execute(self.0.conn()?)
        .await?;
        Ok(founded.rows_affected())
    }
}
