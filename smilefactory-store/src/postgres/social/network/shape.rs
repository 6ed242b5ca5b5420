//! What a network is like: how large, how strong, how it grew, how varied.

use chrono::{Datelike, Months, NaiveDate};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::recommendation::Score;
use smilefactory_core::social::{
    ConnectionKind, ConnectionsOfKind, Diversity, MOST_KINDS, MOST_LABELS, Network, NetworkMonth,
    PeopleOfKind, PeopleWith, StrengthKey, variety,
};

use super::super::super::row::RowOf;
use crate::error::Result;
use crate::tx::Tx;

/// How many months of growth are told.
const MONTHS: u32 = 12;
/// How many industries and countries are told by name.
const NAMED: usize = 10;

/// A count of the database, which is never negative.
fn number(count: i64) -> u32 {
    u32::try_from(count).unwrap_or(if count < 0 { 0 } else { u32::MAX })
}

pub(super) async fn of<Mode>(tx: &mut Tx<Mode>, account: AccountId) -> Result<Network> {
    let (kinds, strong) = kinds(tx, account).await?;
    Ok(Network {
        connections: kinds.iter().fold(0, |all, kind| all.saturating_add(kind.connections)),
        strong,
        growth: growth(tx, account).await?,
        diversity: diversity(tx, account).await?,
        kinds,
    })
}

/// How many connections of each kind, and how many of all are strong now: those whose key is behind the one that half of
/// all strength has at this time.
async fn kinds<Mode>(tx: &mut Tx<Mode>, account: AccountId) -> Result<(Vec<ConnectionsOfKind>, u32)> {
    let half = StrengthKey::of(Score::clamped(0.5), tx.now()).get();
    let rows = sqlx::query!(
        r#"
        select t.type as kind, count(*) as "connections!", count(*) filter (where t.strength_key > $3) as "strong!"
        from social.ties t
        cross join lateral (
          select
          from identity.profiles p
          where p.tenant_id = $1
            and p.account_id = t.other_id
            and p.state in ('incomplete', 'complete')
            and p.visibility <> 'private'
          limit 1
        ) shown
        where t.tenant_id = $1
          and t.account_id = $2
          and not exists (
            select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = t.other_id
          )
        group by t.type
        limit 100
        "#,
        tx.scope().tenant.uuid(),
        account.uuid(),
        half,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let of = RowOf { table: "social.ties", id: account.uuid() };
    let strong = rows.iter().fold(0_u32, |all, row| all.saturating_add(number(row.strong)));
    let mut kinds = Vec::new();
    for row in rows {
        let kind: ConnectionKind = of.parse("type", &row.kind)?;
        kinds.push(ConnectionsOfKind { kind, connections: number(row.connections) });
    }
    kinds.sort_by_key(|of_kind| of_kind.kind);
    Ok((kinds, strong))
}

/// The last twelve months, also those in which nothing happened.
async fn growth<Mode>(tx: &mut Tx<Mode>, account: AccountId) -> Result<Vec<NetworkMonth>> {
    let today = tx.now().date_naive();
    let this = today.with_day(1).unwrap_or(today);
    let first = this.checked_sub_months(Months::new(MONTHS - 1)).unwrap_or(this);
    let rows = sqlx::query!(
        r#"
        select greatest(date_trunc('month', t.since at time zone 'UTC')::date, $3::date - 1) as "month!", count(*) as "made!"
        from social.ties t
        cross join lateral (
          select
          from identity.profiles p
          where p.tenant_id = $1
            and p.account_id = t.other_id
            and p.state in ('incomplete', 'complete')
            and p.visibility <> 'private'
          limit 1
        ) shown
        where t.tenant_id = $1
          and t.account_id = $2
          and not exists (
            select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = t.other_id
          )
        group by 1
        limit 100
        "#,
        tx.scope().tenant.uuid(),
        account.uuid(),
        first,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let made = |wanted: &dyn Fn(NaiveDate) -> bool| {
        rows.iter()
            .filter(|row| wanted(row.month))
            .fold(0_u32, |all, row| all.saturating_add(number(row.made)))
    };
    let mut connections = made(&|month| month < first);
    let months = (0..MONTHS).filter_map(|n| first.checked_add_months(Months::new(n)));
    Ok(months
        .map(|month| {
            let made = made(&|of_row| of_row == month);
            connections = connections.saturating_add(made);
            NetworkMonth { month, made, connections }
        })
        .collect())
}

/// Of what people show to those whom they are connected with. Until staff verified a government official, others see
/// them as a community member.
async fn diversity<Mode>(tx: &mut Tx<Mode>, account: AccountId) -> Result<Diversity> {
    let rows = sqlx::query!(
        r#"
        with shown as (
          select p.account_id,
            case when p.kind = 'government_official' and a.verified_at is null then 'community_member' else p.kind end
              as kind,
            case when p.location_visibility <> 'private' then p.country end as country
          from social.ties t
          join identity.profiles p on p.tenant_id = t.tenant_id and p.account_id = t.other_id
          join identity.personal_details a on a.tenant_id = t.tenant_id and a.id = t.other_id
          where t.tenant_id = $1
            and t.account_id = $2
            and p.state in ('incomplete', 'complete')
            and p.visibility <> 'private'
            and not exists (
              select from social.barriers b where b.tenant_id = $1 and b.viewer_id = $2 and b.other_id = t.other_id
            )
        ), labels as (
          select 'kind' as list, kind as what, account_id from shown
          union all
          select 'country', country::text, account_id from shown where country is not null
          union all
          select 'industry', lower(industry), s.account_id
          from shown s
          join identity.innovator_profiles d on d.tenant_id = $1 and d.account_id = s.account_id
          cross join unnest(d.industries) as industry
          union all
          select 'industry', lower(industry), s.account_id
          from shown s
          join identity.business_investor_profiles d on d.tenant_id = $1 and d.account_id = s.account_id
          cross join unnest(d.industries) as industry
          union all
          select 'industry', lower(industry), s.account_id
          from shown s
          join identity.mentor_profiles d on d.tenant_id = $1 and d.account_id = s.account_id
          cross join unnest(d.industries) as industry
        )
        select list as "list!", what as "what!", count(distinct account_id) as "people!"
        from labels
        group by list, what
        order by list, count(distinct account_id) desc, what collate "C"
        limit 10000
        "#,
        tx.scope().tenant.uuid(),
        account.uuid(),
    )
    .fetch_all(tx.conn()?)
    .await?;
    let of = RowOf { table: "identity.profiles", id: account.uuid() };
    let list = |wanted: &str| -> Vec<PeopleWith> {
        let of_list = rows.iter().filter(|row| row.list == wanted);
        of_list.map(|row| PeopleWith { what: row.what.clone(), people: number(row.people) }).collect()
    };
    let varied = |people: &[PeopleWith], most| {
        variety(&people.iter().map(|with| with.people).collect::<Vec<_>>(), most)
    };
    let (kinds, mut industries, mut countries) = (list("kind"), list("industry"), list("country"));
    let diversity = Diversity {
        kinds: varied(&kinds, MOST_KINDS),
        people_of_kinds: kinds
            .iter()
            .map(|with| Ok(PeopleOfKind { kind: of.parse("kind", &with.what)?, people: with.people }))
            .collect::<Result<_>>()?,
        industries: varied(&industries, MOST_LABELS),
        countries: varied(&countries, MOST_LABELS),
        people_in_industries: {
            industries.truncate(NAMED);
            industries
        },
        people_in_countries: {
            countries.truncate(NAMED);
            countries
        },
    };
    Ok(diversity)
}
