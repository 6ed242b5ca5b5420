//! Rows as they are exported, page after page in the order of their keys.

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use smilefactory_core::bulk::{ListedEventInput, ListedInnovatorInput};
use smilefactory_core::event::WallTime;
use smilefactory_core::id::Id;
use smilefactory_core::identity::{FundingRoundInput, OrganisationInput};
use smilefactory_core::money::MoneyInput;
use smilefactory_core::profile::LocationInput;
use smilefactory_core::text::Slug;
use uuid::Uuid;

use crate::error::Result;
use crate::tx::Tx;

/// A sum of money of two columns, written as core writes it.
fn money(amount: Option<Decimal>, currency: Option<String>) -> Option<MoneyInput> {
    let (amount, currency) = (amount?, currency?);
    let money = smilefactory_core::money::Money::new(amount, &currency).ok()?;
    Some(money.into())
}

/// At most a thousand organisations of a source behind the key `after`.
pub(crate) async fn export_organisations<Mode>(
    tx: &mut Tx<Mode>,
    source: &Slug,
    after: &str,
) -> Result<Vec<OrganisationInput>> {
    let rows = sqlx::query!(
        r#"
        select external_id, slug as "slug!", name, category, site, country as "country?", city, founded_on, status,
          funding_total_amount as "funding_total_amount?: Decimal", funding_total_currency as "funding_total_currency?"
        from identity.organisations
        where tenant_id = $1 and source = $2::text and external_id > $3
        order by external_id
        limit 1000
        "#,
        tx.scope().tenant.uuid(),
        source.as_str(),
        after,
    )
    .fetch_all(tx.conn()?)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| OrganisationInput {
            external_id: row.external_id,
            slug: row.slug,
            name: row.name,
            category: row.category,
            site: row.site,
            country: row.country,
            city: row.city,
            founded_on: row.founded_on.map(|day| day.to_string()),
            status: row.status,
            funding_total: money(row.funding_total_amount, row.funding_total_currency),
        })
        .collect())
}

struct RoundRow {
    external_id: String,
    kind: String,
    funded_on: NaiveDate,
    raised_amount: Option<Decimal>,
    raised_currency: Option<String>,
}

/// All rounds of the next hundred organisations of a source behind the key `after`, and the key of the last of those;
/// `None` when there are no more organisations.
pub(crate) async fn export_funding_rounds<Mode>(
    tx: &mut Tx<Mode>,
    source: &Slug,
    after: &str,
) -> Result<Option<(Vec<FundingRoundInput>, String)>> {
    let of: Vec<(Uuid, String)> = sqlx::query!(
        r#"
        select id, external_id
        from identity.organisations
        where tenant_id = $1 and source = $2::text and external_id > $3
        order by external_id
        limit 100
        "#,
        tx.scope().tenant.uuid(),
        source.as_str(),
        after,
    )
    .fetch_all(tx.conn()?)
    .await?
    .into_iter()
    .map(|row| (row.id, row.external_id))
    .collect();
    let Some((_, last)) = of.last() else { return Ok(None) };
    let (ids, keys): (Vec<Uuid>, Vec<String>) = of.iter().cloned().unzip();
    let rows = sqlx::query_as!(
        RoundRow,
        r#"
        select organisation.external_id as "external_id!", r.kind, r.funded_on,
          r.raised_amount as "raised_amount?: Decimal", r.raised_currency as "raised_currency?"
        from unnest($2::uuid[], $3::text[]) with ordinality as organisation (id, external_id, place)
        join identity.funding_rounds as r on r.tenant_id = $1 and r.organisation_id = organisation.id
        order by organisation.place, r.funded_on, r.kind collate "C", r.raised_amount, r.raised_currency collate "C"
        "#,
        tx.scope().tenant.uuid(),
        &ids,
        &keys,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let rounds = rows
        .into_iter()
        .map(|row| FundingRoundInput {
            organisation: row.external_id,
            kind: row.kind,
            funded_on: row.funded_on.to_string(),
            raised: money(row.raised_amount, row.raised_currency),
        })
        .collect();
    Ok(Some((rounds, last.clone())))
}

/// At most a thousand innovators of a source behind the key `after`.
pub(crate) async fn export_innovators<Mode>(
    tx: &mut Tx<Mode>,
    source: &Slug,
    after: &str,
) -> Result<Vec<ListedInnovatorInput>> {
    let rows = sqlx::query!(
        r#"
        select i.external_id, split_part(a.email, '@', 1) as "slug!", a.last_name as "last_name!",
          d.industries[1] as "industry?", d.stage as "stage?", p.country as "country?", p.city as "city?",
          d.funding_raised_amount as "funding_raised_amount?: Decimal",
          d.funding_raised_currency as "funding_raised_currency?"
        from identity.imported_innovators as i
        cross join lateral (
          select email, last_name
          from identity.personal_details
          where tenant_id = $1 and id = i.account_id
          limit 1
        ) as a
        cross join lateral (
          select country, city
          from identity.profiles
          where tenant_id = $1 and account_id = i.account_id
          limit 1
        ) as p
        cross join lateral (
          select industries, stage, funding_raised_amount, funding_raised_currency
          from identity.innovator_profiles
          where tenant_id = $1 and account_id = i.account_id
          limit 1
        ) as d
        where i.tenant_id = $1 and i.source = $2::text and i.external_id > $3
        order by i.external_id
        limit 1000
        "#,
        tx.scope().tenant.uuid(),
        source.as_str(),
        after,
    )
    .fetch_all(tx.conn()?)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ListedInnovatorInput {
            external_id: row.external_id,
            slug: row.slug,
            name: row.last_name,
            industry: row.industry,
            stage: row.stage,
            location: row.country.map(|country| LocationInput { city: row.city, country }),
            funding_raised: money(row.funding_raised_amount, row.funding_raised_currency),
        })
        .collect())
}

/// At most a thousand events of a source behind the key `after`.
pub(crate) async fn export_events<Mode>(
    tx: &mut Tx<Mode>,
    source: &Slug,
    after: &str,
) -> Result<Vec<ListedEventInput>> {
    let rows = sqlx::query!(
        r#"
        select i.external_id, e.title as "title!", i.site, e.category as "category!", e.format as "format!", e.place_city,
          e.place_country as "country?: String", e.starts as "starts!", e.ends as "ends!", e.zone as "zone!",
          i.proposals_until, i.topics
        from event.imported_events as i
        cross join lateral (
          select title, category, format, place_city, place_country, starts, ends, zone
          from event.events
          where tenant_id = $1 and id = i.event_id
          limit 1
        ) as e
        where i.tenant_id = $1 and i.source = $2::text and i.external_id > $3
        order by i.external_id
        limit 1000
        "#,
        tx.scope().tenant.uuid(),
        source.as_str(),
        after,
    )
    .fetch_all(tx.conn()?)
    .await?;
    let shown = |time: NaiveDateTime| WallTime::new(time).map(|time| time.to_string()).unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|row| ListedEventInput {
            external_id: row.external_id,
            title: row.title,
            site: row.site,
            category: Some(row.category),
            format: row.format,
            city: row.place_city,
            country: row.country,
            starts: shown(row.starts),
            ends: shown(row.ends),
            zone: row.zone,
            proposals_until: row.proposals_until.map(|day| day.to_string()),
            topics: row.topics,
        })
        .collect())
}
