//! Lists of profiles in other orders than that in which people signed up.
//!
//! Each order is a range of an index over the narrow rows of [`card`](super::card), read until the page is full.
//! Where few people have what is asked for, they are read from there and put in order here, since the index of the
//! order would be read to its end for them.

use std::cmp::Reverse;
use std::collections::HashMap;

use chrono::NaiveDate;
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::profile::{Profile, ProfileKind};
use uuid::Uuid;

use super::narrow::{Labels, few, kept_from};
use crate::error::Result;
use crate::repo::profile::{ProfileFilter, ProfileKey, ProfileOrder, ReadProfiles};
use crate::tx::Tx;

/// What somebody is put in order by.
struct KeyRow {
    account_id: Uuid,
    name_key: String,
    active_on: NaiveDate,
    connections: i32,
}

/// The keys of profiles that may be seen by whoever looks, as a filter asks: the same conditions as those of the list
/// in the order of signing up. The last ten parameters are what else is asked, and in which order.
macro_rules! select_keys {
    ($rest:literal, $tx:ident, $filter:ident, $labels:ident $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            KeyRow,
            r#"
            select c.account_id as "account_id!", c.name_key as "name_key!", c.active_on as "active_on!",
              c.connections as "connections!"
            from identity.profile_cards c
            cross join lateral (
              select p.kind, p.city, p.country, p.visibility, p.location_visibility
              from identity.profiles p
              where p.tenant_id = $1 and p.account_id = c.account_id and p.state in ('incomplete', 'complete')
              limit 1
            ) p
            cross join lateral (
              select exists (
                select from social.ties t where t.tenant_id = $1 and t.account_id = $6 and t.other_id = c.account_id
              ) as known
            ) k
            cross join lateral (
              select
                case
                  when p.kind <> 'government_official' or $2 or c.account_id = $7 then p.kind
                  when (
                    select a.verified_at from identity.personal_details a where a.tenant_id = $1 and a.id = c.account_id
                  ) is not null then p.kind
                  else 'community_member'
                end as kind,
                (
                  p.location_visibility = 'public'
                  or p.location_visibility = 'connections_only' and ($2 or k.known)
                  or coalesce(c.account_id = $7, false)
                ) as placed
            ) v
            where c.tenant_id = $1
              and c.shown
              and ($2 or p.visibility = 'public' or p.visibility = 'connections_only' and k.known)
              and not exists (
                select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $6 and b.other_id = c.account_id
              )
              and ($3::text is null or p.country = $3::text and v.placed)
              and ($4::text is null or p.city = $4 and v.placed)
              and ($5::boolean is null or $5 = (
                select a.verified_at is not null
                from identity.personal_details a
                where a.tenant_id = $1 and a.id = c.account_id
              ))
              and not exists (
                select from unnest($8::text[], $9::text[]) as wanted (list, label)
                where not exists (
                  select from identity.profile_labels o
                  where o.tenant_id = $1
                    and o.list = wanted.list
                    and o.label = wanted.label
                    and o.account_id = c.account_id
                )
              )
              and ($10::text is null or v.kind = $10)
            "# + $rest,
            $tx.scope().tenant.uuid(),
            $tx.sees_all(),
            $filter.country.as_deref(),
            $filter.city.as_deref(),
            $filter.verified,
            $tx.viewer(),
            $tx.looker(),
            &$labels.lists as _,
            &$labels.labels as _,
            $filter.kind.map(ProfileKind::as_str),
            $($argument),*
        )
    };
}

/// A page of profiles in an order.
pub(super) async fn list<Mode>(
    tx: &mut Tx<Mode>,
    order: ProfileOrder,
    filter: &ProfileFilter,
    request: &PageRequest<ProfileKey>,
) -> Result<Page<Profile, ProfileKey>> {
    let less = match order {
        ProfileOrder::Connections => kept_from(tx).await?,
        _ => HashMap::new(),
    };
    let mut keys = if let Some(accounts) = few(tx, filter).await? {
        among(tx, filter, &accounts).await?
    } else {
        let moved: Vec<Uuid> = less.keys().copied().collect();
        let mut keys = walk(tx, order, filter, request, &moved).await?;
        // Who stands elsewhere than everybody's number says is put in between.
        if !moved.is_empty() {
            keys.extend(among(tx, filter, &moved).await?);
        }
        keys
    };
    for key in &mut keys {
        let less = less.get(&key.account_id).copied().unwrap_or_default();
        key.connections = key.connections.saturating_sub(less).max(0);
    }
    let mut keys: Vec<ProfileKey> = keys.into_iter().map(|key| key_of(order, key)).collect();
    put_in_order(&mut keys);
    if let Some(after) = &request.after {
        keys.retain(|key| place(key) > place(after));
    }
    keys.truncate(request.size.get() + 1);
    let Page { items: keys, next } = Page::from_one_more(keys, request.size, Clone::clone);
    let ids: Vec<AccountId> = keys.iter().map(account).collect();
    let mut items = tx.profiles().get_many(&ids).await?;
    items.sort_by_key(|profile| ids.iter().position(|id| *id == profile.account));
    Ok(Page { items, next })
}

fn key_of(order: ProfileOrder, row: KeyRow) -> ProfileKey {
    let id = AccountId::from_uuid(row.account_id);
    match order {
        ProfileOrder::Joined => ProfileKey::Joined(id),
        ProfileOrder::Name => ProfileKey::Name(row.name_key, id),
        ProfileOrder::Activity => ProfileKey::Activity(row.active_on, id),
        ProfileOrder::Connections => ProfileKey::Connections(row.connections.try_into().unwrap_or(0), id),
    }
}

fn account(key: &ProfileKey) -> AccountId {
    match key {
        ProfileKey::Joined(id)
        | ProfileKey::Name(_, id)
        | ProfileKey::Activity(_, id)
        | ProfileKey::Connections(_, id) => *id,
    }
}

/// Where a key stands, as a value that compares. Keys of one list are of one order.
fn place(key: &ProfileKey) -> impl Ord + use<'_> {
    let (name, number, by_name) = match key {
        ProfileKey::Joined(_) => ("", 0, false),
        ProfileKey::Name(name, _) => (name.as_str(), 0, true),
        ProfileKey::Activity(day, _) => ("", i64::from(chrono::Datelike::num_days_from_ce(day)), false),
        ProfileKey::Connections(number, _) => ("", i64::from(*number), false),
    };
    let id = account(key).uuid();
    (name, Reverse(number), by_name.then_some(id), Reverse((!by_name).then_some(id)))
}

fn put_in_order(keys: &mut [ProfileKey]) {
    keys.sort_by(|a, b| place(a).cmp(&place(b)));
}

/// The keys of these people, as far as they are on the list.
async fn among<Mode>(tx: &mut Tx<Mode>, filter: &ProfileFilter, accounts: &[Uuid]) -> Result<Vec<KeyRow>> {
    let labels = Labels::of(filter);
    Ok(select_keys!("and c.account_id = any($11)", tx, filter, labels, accounts)
        .fetch_all(tx.conn()?)
        .await?)
}

/// A page of keys in the order of an index, without those of these people.
#[expect(clippy::too_many_lines, reason = "a statement for each order, of a kind and of all")]
async fn walk<Mode>(
    tx: &mut Tx<Mode>,
    order: ProfileOrder,
    filter: &ProfileFilter,
    request: &PageRequest<ProfileKey>,
    without: &[Uuid],
) -> Result<Vec<KeyRow>> {
    let labels = Labels::of(filter);
    let limit = request.size.with_one_more();
    // Who is seen as a community member may be something else, which no index knows.
    let kind = filter.kind.filter(|kind| *kind != ProfileKind::CommunityMember).map(ProfileKind::as_str);
    let after = request.after.as_ref();
    let id = after.map(|key| account(key).uuid());
    let rows = match (order, kind) {
        (ProfileOrder::Name, None) => {
            let name = name_after(after);
            select_keys!(
                "and (c.name_key, c.account_id) > ($11 collate \"C\", $12)
                order by c.name_key, c.account_id
                limit $13",
                tx,
                filter,
                labels,
                name,
                id.unwrap_or(Uuid::nil()),
                limit,
            )
            .fetch_all(tx.conn()?)
            .await?
        }
        (ProfileOrder::Name, Some(kind)) => {
            let name = name_after(after);
            select_keys!(
                "and c.kind = $11
                and (c.name_key, c.account_id) > ($12 collate \"C\", $13)
                order by c.name_key, c.account_id
                limit $14",
                tx,
                filter,
                labels,
                kind,
                name,
                id.unwrap_or(Uuid::nil()),
                limit,
            )
            .fetch_all(tx.conn()?)
            .await?
        }
        (ProfileOrder::Activity, None) => {
            let day = day_before(after);
            select_keys!(
                "and (c.active_on, c.account_id) < ($11, $12)
                order by c.active_on desc, c.account_id desc
                limit $13",
                tx,
                filter,
                labels,
                day,
                id.unwrap_or(Uuid::max()),
                limit,
            )
            .fetch_all(tx.conn()?)
            .await?
        }
        (ProfileOrder::Activity, Some(kind)) => {
            let day = day_before(after);
            select_keys!(
                "and c.kind = $11
                and (c.active_on, c.account_id) < ($12, $13)
                order by c.active_on desc, c.account_id desc
                limit $14",
                tx,
                filter,
                labels,
                kind,
                day,
                id.unwrap_or(Uuid::max()),
                limit,
            )
            .fetch_all(tx.conn()?)
            .await?
        }
        (ProfileOrder::Joined | ProfileOrder::Connections, None) => {
            let number = number_below(after);
            select_keys!(
                "and c.account_id <> all($11)
                and (c.connections, c.account_id) < ($12, $13)
                order by c.connections desc, c.account_id desc
                limit $14",
                tx,
                filter,
                labels,
                without,
                number,
                id.unwrap_or(Uuid::max()),
                limit,
            )
            .fetch_all(tx.conn()?)
            .await?
        }
        (ProfileOrder::Joined | ProfileOrder::Connections, Some(kind)) => {
            let number = number_below(after);
            select_keys!(
                "and c.kind = $11
                and c.account_id <> all($12)
                and (c.connections, c.account_id) < ($13, $14)
                order by c.connections desc, c.account_id desc
                limit $15",
                tx,
                filter,
                labels,
                kind,
                without,
                number,
                id.unwrap_or(Uuid::max()),
                limit,
            )
            .fetch_all(tx.conn()?)
            .await?
        }
    };
    Ok(rows)
}

fn name_after(after: Option<&ProfileKey>) -> &str {
    match after {
        Some(ProfileKey::Name(name, _)) => name,
        _ => "",
    }
}

fn day_before(after: Option<&ProfileKey>) -> NaiveDate {
    match after {
        Some(ProfileKey::Activity(day, _)) => *day,
        // Later than all that a database keeps.
        _ => NaiveDate::from_ymd_opt(9999, 12, 31).unwrap_or_default(),
    }
}

fn number_below(after: Option<&ProfileKey>) -> i32 {
    match after {
        Some(ProfileKey::Connections(number, _)) => (*number).try_into().unwrap_or(i32::MAX),
        _ => i32::MAX,
    }
}
