//! Lists of groups: each order is a range of an index, and a page reads as many of its entries as it takes.
//!
//! Lateral subqueries with a limit keep the planner from joining whole tables. Those that somebody belongs to are few:
//! they are read by their memberships, and put in order then.

use chrono::{DateTime, Utc};
use smilefactory_core::community::{GroupMemberState, GroupSort, GroupView};
use smilefactory_core::id::{AccountId, GroupId, Id};
use smilefactory_core::page::{Page, PageRequest};
use uuid::Uuid;

use super::group::GroupRow;
use crate::error::Result;
use crate::postgres::content::with_those_under;
use crate::repo::community::{GroupFilter, GroupKey};
use crate::tx::Tx;

/// Groups that are there for somebody (`$2`) as a filter of `$3` to `$7` asks: where they come from, and what else
/// holds.
macro_rules! select_listed {
    ($from:literal, $rest:literal, $tx:expr, $viewer:expr, $wanted:expr $(, $value:expr)* $(,)?) => {
        sqlx::query_as!(
            GroupRow,
            r#"
            select g.id as "id!", g.name as "name!", g.name_key as "name_key!", g.slug as "slug!: String", g.description as "description?",
              g.rules as "rules?", g.category_id as "category_id?", g.languages as "languages!", g.city as "city?",
              g.country as "country?: String", g.visibility as "visibility!", g.join_policy as "join_policy!",
              g.posting as "posting!", g.member_limit as "member_limit?", g.archived_at as "archived_at?",
              g.version as "version!", g.created_at as "created_at!", g.updated_at as "updated_at!",
              case
                when not exists (
                  select
                  from social.barriers b
                  where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = g.created_by and b.blocked
                ) then g.created_by
              end as created_by,
              s.members as "members!", s.owners as "owners!", s.active_at as "active_at!", s.trend_key as "trend_key!",
              own.state as "own_state?", own.role as "own_role?", own.by_id as "own_by?", own.note as "own_note?",
              own.joined_at as "own_joined_at?", own.since as "own_since?"
            from "# + $from + r#"
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
            where (g.visibility <> 'hidden' or own.state in ('member', 'invited'))
              and ($3::uuid[] is null or g.category_id = any($3))
              and ($4::text is null or g.visibility = $4)
              and ($5::text is null or g.join_policy = $5)
              and g.archived = $6
              and ($7::text is null or g.country = $7::text)
            "# + $rest,
            $tx.scope().tenant.uuid(),
            $viewer.uuid(),
            $wanted.categories.as_deref(),
            $wanted.filter.visibility.map(|visibility| visibility.as_str()),
            $wanted.filter.join_policy.map(|policy| policy.as_str()),
            $wanted.filter.archived,
            $wanted.filter.country.as_ref().map(smilefactory_core::text::Country::as_str)
            $(, $value)*
        )
    };
}

pub(super) use select_listed;

/// The same, in an order of the groups themselves.
macro_rules! select_groups {
    ($rest:literal, $($value:expr),+ $(,)?) => {
        select_listed!(
            "community.groups g
            cross join lateral (
              select s.members, s.owners, s.active_at, s.trend_key
              from community.group_stats s
              where s.tenant_id = $1 and s.group_id = g.id
              limit 1
            ) s",
            $rest,
            $($value),+
        )
    };
}

/// The same, in an order of what is counted of them.
macro_rules! select_by_stats {
    ($rest:literal, $($value:expr),+ $(,)?) => {
        select_listed!(
            "community.group_stats s
            cross join lateral (
              select g.id, g.name, g.name_key, g.slug, g.description, g.rules, g.category_id, g.languages, g.city, g.country,
                g.visibility, g.join_policy, g.posting, g.member_limit, g.archived, g.archived_at, g.created_by, g.version,
                g.created_at, g.updated_at
              from community.groups g
              where g.tenant_id = $1 and g.id = s.group_id
              limit 1
            ) g",
            $rest,
            $($value),+
        )
    };
}

/// What a list is narrowed down by, as the database has it.
pub(super) struct Wanted<'f> {
    pub(super) filter: &'f GroupFilter,
    /// The category that is asked for, and those under it.
    pub(super) categories: Option<Vec<Uuid>>,
}

impl<'f> Wanted<'f> {
    pub(super) async fn of<Mode>(tx: &mut Tx<Mode>, filter: &'f GroupFilter) -> Result<Self> {
        let categories = match filter.category {
            Some(category) => Some(with_those_under(tx, category).await?),
            None => None,
        };
        Ok(Self { filter, categories })
    }
}

/// A page of the groups that are there for somebody.
pub(super) async fn list<Mode>(
    tx: &mut Tx<Mode>,
    viewer: AccountId,
    filter: &GroupFilter,
    request: &PageRequest<GroupKey>,
) -> Result<Page<GroupView, GroupKey>> {
    let limit = request.size.with_one_more();
    let after = request.after.as_ref();
    let wanted = &Wanted::of(tx, filter).await?;
    let rows = match (filter.belonging, filter.sort) {
        (Some(_), _) => mine(tx, viewer, wanted, after, limit).await?,
        (None, GroupSort::Name) => {
            let (name, id) = by_name(after);
            select_groups!(
                "and g.tenant_id = $1
              and (g.name_key, g.id) > ($8 collate \"C\", $9)
            order by g.name_key, g.id
            limit $10",
                tx,
                viewer,
                wanted,
                name,
                id,
                limit
            )
            .fetch_all(tx.conn()?)
            .await?
        }
        (None, GroupSort::Newest) => {
            let before = match after {
                Some(GroupKey::Newest(id)) => id.uuid(),
                _ => Uuid::max(),
            };
            select_groups!(
                "and g.tenant_id = $1
              and g.id < $8
            order by g.id desc
            limit $9",
                tx,
                viewer,
                wanted,
                before,
                limit
            )
            .fetch_all(tx.conn()?)
            .await?
        }
        (None, GroupSort::Activity) => {
            let (at, id) = by_time(after);
            select_by_stats!(
                "and s.tenant_id = $1
              and (s.active_at, s.group_id) < ($8, $9)
            order by s.active_at desc, s.group_id desc
            limit $10",
                tx,
                viewer,
                wanted,
                at,
                id,
                limit
            )
            .fetch_all(tx.conn()?)
            .await?
        }
        (None, GroupSort::Trending) => {
            let (key, id) = by_trend(after);
            select_by_stats!(
                "and s.tenant_id = $1
              and (s.trend_key, s.group_id) < ($8, $9)
            order by s.trend_key desc, s.group_id desc
            limit $10",
                tx,
                viewer,
                wanted,
                key,
                id,
                limit
            )
            .fetch_all(tx.conn()?)
            .await?
        }
        (None, GroupSort::Members) => {
            let (count, id) = by_count(after);
            select_by_stats!(
                "and s.tenant_id = $1
              and (s.members, s.group_id) < ($8, $9)
            order by s.members desc, s.group_id desc
            limit $10",
                tx,
                viewer,
                wanted,
                count,
                id,
                limit
            )
            .fetch_all(tx.conn()?)
            .await?
        }
    };
    let key = |row: &GroupRow| key_of(filter, row);
    let Page { items, next } = Page::from_one_more(rows, request.size, key);
    let items = items.into_iter().map(|row| row.seen_by(viewer)).collect::<Result<Vec<_>>>()?;
    Ok(Page { items, next })
}

/// Those that somebody belongs to in a way.
async fn mine<Mode>(
    tx: &mut Tx<Mode>,
    viewer: AccountId,
    wanted: &Wanted<'_>,
    after: Option<&GroupKey>,
    limit: i64,
) -> Result<Vec<GroupRow>> {
    let filter = wanted.filter;
    let state = filter.belonging.map(GroupMemberState::as_str);
    if filter.sort == GroupSort::Name {
        let (name, id) = by_name(after);
        return Ok(select_listed!(
            "community.members belonging
            cross join lateral (
              select g.id, g.name, g.name_key, g.slug, g.description, g.rules, g.category_id, g.languages, g.city, g.country,
                g.visibility, g.join_policy, g.posting, g.member_limit, g.archived, g.archived_at, g.created_by, g.version,
                g.created_at, g.updated_at
              from community.groups g
              where g.tenant_id = $1 and g.id = belonging.group_id
              limit 1
            ) g
            cross join lateral (
              select s.members, s.owners, s.active_at, s.trend_key
              from community.group_stats s
              where s.tenant_id = $1 and s.group_id = g.id
              limit 1
            ) s",
            "and belonging.tenant_id = $1
              and belonging.account_id = $2
              and belonging.state = $8
              and own.state = $8
              and (g.name_key, g.id) > ($9 collate \"C\", $10)
            order by g.name_key, g.id
            limit $11",
            tx,
            viewer,
            wanted,
            state,
            name,
            id,
            limit
        )
        .fetch_all(tx.conn()?)
        .await?);
    }
    let (at, trend, count) = (by_time(after).0, by_trend(after).0, by_count(after).0);
    let id = after.map_or(Uuid::max(), GroupKey::id);
    Ok(select_listed!(
        "community.members belonging
            cross join lateral (
              select g.id, g.name, g.name_key, g.slug, g.description, g.rules, g.category_id, g.languages, g.city, g.country,
                g.visibility, g.join_policy, g.posting, g.member_limit, g.archived, g.archived_at, g.created_by, g.version,
                g.created_at, g.updated_at
              from community.groups g
              where g.tenant_id = $1 and g.id = belonging.group_id
              limit 1
            ) g
            cross join lateral (
              select s.members, s.owners, s.active_at, s.trend_key
              from community.group_stats s
              where s.tenant_id = $1 and s.group_id = g.id
              limit 1
            ) s
            cross join lateral (
              select
                case $9::text
                  when 'activity' then (extract(epoch from s.active_at) * 1000000)::double precision
                  when 'trending' then s.trend_key
                  when 'members' then s.members
                  else 0
                end as number,
                case $9::text
                  when 'activity' then (extract(epoch from $10::timestamptz) * 1000000)::double precision
                  when 'trending' then $11::double precision
                  when 'members' then $12::integer
                  else 0
                end as before
            ) n",
        "and belonging.tenant_id = $1
              and belonging.account_id = $2
              and belonging.state = $8
              and own.state = $8
              and (n.number, g.id) < (n.before, $13)
            order by n.number desc, g.id desc
            limit $14",
        tx,
        viewer,
        wanted,
        state,
        filter.sort.as_str(),
        at,
        trend,
        count,
        id,
        limit
    )
    .fetch_all(tx.conn()?)
    .await?)
}

/// Where a row stands.
fn key_of(filter: &GroupFilter, row: &GroupRow) -> GroupKey {
    let id = GroupId::from_uuid(row.id);
    match filter.sort {
        GroupSort::Activity => GroupKey::Activity(row.active_at, id),
        GroupSort::Trending => GroupKey::Trending(row.trend_key.to_bits(), id),
        GroupSort::Members => GroupKey::Members(row.members, id),
        GroupSort::Name => GroupKey::Name(row.name_key.clone(), id),
        GroupSort::Newest => GroupKey::Newest(id),
    }
}

fn by_time(after: Option<&GroupKey>) -> (DateTime<Utc>, Uuid) {
    match after {
        Some(GroupKey::Activity(at, id)) => (*at, id.uuid()),
        _ => (DateTime::<Utc>::MAX_UTC, Uuid::max()),
    }
}

fn by_trend(after: Option<&GroupKey>) -> (f64, Uuid) {
    match after {
        Some(GroupKey::Trending(bits, id)) => (f64::from_bits(*bits), id.uuid()),
        _ => (f64::INFINITY, Uuid::max()),
    }
}

fn by_count(after: Option<&GroupKey>) -> (i32, Uuid) {
    match after {
        Some(GroupKey::Members(members, id)) => (*members, id.uuid()),
        _ => (i32::MAX, Uuid::max()),
    }
}

fn by_name(after: Option<&GroupKey>) -> (&str, Uuid) {
    match after {
        Some(GroupKey::Name(name, id)) => (name, id.uuid()),
        _ => ("", Uuid::nil()),
    }
}
