//! Organisations and the money they were given. They are written by [imports](crate::bulk) only.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use smilefactory_core::id::{FundingRoundId, OrganisationId};
use smilefactory_core::identity::{FundingRound, Organisation, OrganisationSort};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::text::{Country, Currency};

use crate::error::Result;

/// Which organisations, and in which order; by name unless something else is said.
///
/// ```
/// use smilefactory_core::identity::OrganisationSort;
/// use smilefactory_store::repo::identity::OrganisationFilter;
///
/// let filter = OrganisationFilter::new().in_category("biotech").named("pump");
/// assert_eq!(filter.sort, OrganisationSort::Name);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OrganisationFilter {
    /// Only those that do this, in the source's word.
    pub category: Option<String>,
    /// Only those with their seat here.
    pub country: Option<Country>,
    /// Only those whose name begins like this, in any case.
    pub prefix: Option<String>,
    /// In which order.
    pub sort: OrganisationSort,
    /// By funding, only those that were given money of this currency: sums of different ones do not compare.
    pub currency: Option<Currency>,
}

impl Default for OrganisationFilter {
    fn default() -> Self {
        Self { category: None, country: None, prefix: None, sort: OrganisationSort::Name, currency: None }
    }
}

impl OrganisationFilter {
    /// All of them, by name.
    pub fn new() -> Self {
        Self::default()
    }

    /// Only those that do this.
    #[must_use]
    pub fn in_category(self, category: impl Into<String>) -> Self {
        Self { category: Some(category.into()), ..self }
    }

    /// Only those with their seat here.
    #[must_use]
    pub fn in_country(self, country: Country) -> Self {
        Self { country: Some(country), ..self }
    }

    /// Only those whose name begins like this.
    #[must_use]
    pub fn named(self, prefix: impl Into<String>) -> Self {
        Self { prefix: Some(prefix.into()), ..self }
    }

    /// Most funding of this currency first, without those of which none is known.
    #[must_use]
    pub fn by_funding(self, currency: Currency) -> Self {
        Self { sort: OrganisationSort::Funding, currency: Some(currency), ..self }
    }
}

/// Where an organisation stands in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OrganisationKey {
    /// By name: its folded form, equal ones by id.
    Name {
        /// The folded form.
        name: String,
        /// Which one.
        id: OrganisationId,
    },
    /// By funding: most first, equal sums by id.
    Funding {
        /// The sum.
        amount: Decimal,
        /// Which one.
        id: OrganisationId,
    },
}

/// Where a round stands in the list of an organisation's: the last one first, those of a day by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FundingRoundKey {
    /// When it was.
    pub on: NaiveDate,
    /// Which one.
    pub id: FundingRoundId,
}

/// Reads organisations.
pub trait ReadOrganisations {
    /// The organisation with this id.
    fn get(&mut self, id: OrganisationId) -> impl Future<Output = Result<Option<Organisation>>> + Send;

    /// Organisations, in the order that the filter says. A key of another order is the beginning.
    fn list(
        &mut self,
        filter: &OrganisationFilter,
        page: &PageRequest<OrganisationKey>,
    ) -> impl Future<Output = Result<Page<Organisation, OrganisationKey>>> + Send;

    /// The rounds of an organisation, the last one first; none of one that is not there.
    fn list_rounds(
        &mut self,
        of: OrganisationId,
        page: &PageRequest<FundingRoundKey>,
    ) -> impl Future<Output = Result<Page<FundingRound, FundingRoundKey>>> + Send;
}
