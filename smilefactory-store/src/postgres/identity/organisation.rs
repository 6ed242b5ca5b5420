//! Organisations and the money they were given.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use smilefactory_core::content::fold_tag;
use smilefactory_core::id::{FundingRoundId, Id, OrganisationId};
use smilefactory_core::identity::{FundingRound, Organisation, OrganisationDraft, OrganisationSort};
use smilefactory_core::money::{Money, MoneyInput};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::text::Country;
use smilefactory_core::version::Version;
use uuid::Uuid;

use super::super::repository;
use super::super::row::{RowOf, page};
use crate::error::{Result, StoreError};
use crate::repo::identity::{FundingRoundKey, OrganisationFilter, OrganisationKey, ReadOrganisations};

repository! {
    /// Organisations, and the money they were given.
    Organisations = organisations
}

struct OrganisationRow {
    id: Uuid,
    source: String,
    external_id: String,
    slug: String,
    name: String,
    category: Option<String>,
    site: Option<String>,
    country: Option<String>,
    city: Option<String>,
    founded_on: Option<NaiveDate>,
    status: String,
    funding_total_amount: Option<Decimal>,
    funding_total_currency: Option<String>,
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// A sum of money of two columns.
fn money(
    of: RowOf,
    column: &'static str,
    amount: Option<Decimal>,
    currency: Option<String>,
) -> Result<Option<Money>> {
    let Some((amount, currency)) = amount.zip(currency) else { return Ok(None) };
    of.field(column, MoneyInput { amount, currency }).map(Some)
}

impl TryFrom<OrganisationRow> for Organisation {
    type Error = StoreError;
    fn try_from(row: OrganisationRow) -> Result<Self> {
        let of = RowOf { table: "identity.organisations", id: row.id };
        Ok(Self {
            id: OrganisationId::from_uuid(row.id),
            source: of.parse("source", &row.source)?,
            draft: OrganisationDraft {
                external_id: of.parse("external_id", &row.external_id)?,
                slug: of.parse("slug", &row.slug)?,
                name: of.parse("name", &row.name)?,
                category: of.parse_opt("category", row.category.as_deref())?,
                site: of.parse_opt("site", row.site.as_deref())?,
                country: of.parse_opt("country", row.country.as_deref())?,
                city: of.parse_opt("city", row.city.as_deref())?,
                founded_on: row.founded_on,
                status: of.parse("status", &row.status)?,
                funding_total: money(
                    of,
                    "funding_total_amount",
                    row.funding_total_amount,
                    row.funding_total_currency,
                )?,
            },
            version: Version::new(row.version),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

struct FundingRoundRow {
    id: Uuid,
    organisation_id: Uuid,
    kind: String,
    funded_on: NaiveDate,
    raised_amount: Option<Decimal>,
    raised_currency: Option<String>,
}

impl TryFrom<FundingRoundRow> for FundingRound {
    type Error = StoreError;
    fn try_from(row: FundingRoundRow) -> Result<Self> {
        let of = RowOf { table: "identity.funding_rounds", id: row.id };
        Ok(Self {
            id: FundingRoundId::from_uuid(row.id),
            organisation: OrganisationId::from_uuid(row.organisation_id),
            kind: of.parse("kind", &row.kind)?,
            funded_on: row.funded_on,
            raised: money(of, "raised_amount", row.raised_amount, row.raised_currency)?,
        })
    }
}

/// What comes behind every name that begins like `prefix`: no character is larger than the last one of Unicode.
fn behind(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}

impl<Mode> Organisations<'_, Mode> {
    async fn list_by_name(
        &mut self,
        filter: &OrganisationFilter,
        request: &PageRequest<OrganisationKey>,
    ) -> Result<Page<Organisation, OrganisationKey>> {
        let prefix = fold_tag(filter.prefix.as_deref().unwrap_or_default());
        // Before all of that name: no id is smaller than this one.
        let (name, id) = match &request.after {
            Some(OrganisationKey::Name { name, id }) => (name.clone(), id.uuid()),
            _ => (prefix.clone(), Uuid::nil()),
        };
        let rows = sqlx::query_as!(
            OrganisationRow,
            r#"
            select id, source as "source!", external_id, slug as "slug!", name, category, site, country as "country?", city,
              founded_on, status, funding_total_amount as "funding_total_amount?: Decimal",
              funding_total_currency as "funding_total_currency?", version, created_at, updated_at
            from identity.organisations
            where tenant_id = $1
              and folded_name < $2
              and (folded_name, id) > ($3, $4)
              and ($5::text is null or category = $5)
              and ($6::text is null or country = $6::text)
            order by folded_name, id
            limit $7
            "#,
            self.0.scope().tenant.uuid(),
            behind(&prefix),
            name,
            id,
            filter.category,
            filter.country.as_ref().map(Country::as_str),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, Organisation::try_from, |last| OrganisationKey::Name {
            name: fold_tag(last.draft.name.as_str()),
            id: last.id,
        })
    }

    async fn list_by_funding(
        &mut self,
        filter: &OrganisationFilter,
        request: &PageRequest<OrganisationKey>,
    ) -> Result<Page<Organisation, OrganisationKey>> {
        let (amount, id) = match &request.after {
            Some(OrganisationKey::Funding { amount, id }) => (*amount, id.uuid()),
            _ => (Money::MAX, Uuid::max()),
        };
        let prefix = fold_tag(filter.prefix.as_deref().unwrap_or_default());
        let rows = sqlx::query_as!(
            OrganisationRow,
            r#"
            select id, source as "source!", external_id, slug as "slug!", name, category, site, country as "country?", city,
              founded_on, status, funding_total_amount as "funding_total_amount?: Decimal",
              funding_total_currency as "funding_total_currency?", version, created_at, updated_at
            from identity.organisations
            where tenant_id = $1
              and funding_total_currency = $2::text
              and funding_total_amount is not null
              and (funding_total_amount, id) < ($3::numeric, $4)
              and ($5::text is null or category = $5)
              and ($6::text is null or country = $6::text)
              and left(folded_name, char_length($7)) = $7
            order by funding_total_amount desc, id desc
            limit $8
            "#,
            self.0.scope().tenant.uuid(),
            filter.currency.as_ref().map_or("USD", AsRef::as_ref),
            amount,
            id,
            filter.category,
            filter.country.as_ref().map(Country::as_str),
            prefix,
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, Organisation::try_from, |last| OrganisationKey::Funding {
            amount: last.draft.funding_total.as_ref().map(Money::amount).unwrap_or_default(),
            id: last.id,
        })
    }
}

impl<Mode> ReadOrganisations for Organisations<'_, Mode> {
    async fn get(&mut self, id: OrganisationId) -> Result<Option<Organisation>> {
        sqlx::query_as!(
            OrganisationRow,
            r#"
            select id, source as "source!", external_id, slug as "slug!", name, category, site, country as "country?", city,
              founded_on, status, funding_total_amount as "funding_total_amount?: Decimal",
              funding_total_currency as "funding_total_currency?", version, created_at, updated_at
            from identity.organisations
            where tenant_id = $1 and id = $2
            "#,
            self.0.scope().tenant.uuid(),
            id.uuid(),
        )
        .fetch_optional(self.0.conn()?)
        .await?
        .map(Organisation::try_from)
        .transpose()
    }

    async fn list(
        &mut self,
        filter: &OrganisationFilter,
        request: &PageRequest<OrganisationKey>,
    ) -> Result<Page<Organisation, OrganisationKey>> {
        match filter.sort {
            OrganisationSort::Name => self.list_by_name(filter, request).await,
            OrganisationSort::Funding => self.list_by_funding(filter, request).await,
        }
    }

    async fn list_rounds(
        &mut self,
        of: OrganisationId,
        request: &PageRequest<FundingRoundKey>,
    ) -> Result<Page<FundingRound, FundingRoundKey>> {
        let rows = sqlx::query_as!(
            FundingRoundRow,
            r#"
            select id, organisation_id, kind, funded_on, raised_amount as "raised_amount?: Decimal",
              raised_currency as "raised_currency?"
            from identity.funding_rounds
            where tenant_id = $1
              and organisation_id = $2
              and ($3::date is null or (funded_on, id) < ($3, $4))
            order by funded_on desc, id desc
            limit $5
            "#,
            self.0.scope().tenant.uuid(),
            of.uuid(),
            request.after.map(|key| key.on),
            request.after.map(|key| key.id.uuid()),
            request.size.with_one_more(),
        )
        .fetch_all(self.0.conn()?)
        .await?;
        page(rows, request.size, FundingRound::try_from, |last| FundingRoundKey {
            on: last.funded_on,
            id: last.id,
        })
    }
}
