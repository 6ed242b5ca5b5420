//! Organisations, and the money they were given.

use smilefactory_core::id::OrganisationId;
use smilefactory_core::identity::{FundingRound, Organisation, OrganisationSort};
use smilefactory_core::text::{Country, Currency};

use crate::call::Call;
use crate::operation as op;
use crate::page::List;
use crate::request::Transport;

/// What people work for and put money into, from lists that were imported; from
/// [`Client::organisations`](crate::Client::organisations).
#[derive(Clone, Copy, Debug)]
pub struct Organisations<'a>(pub(crate) &'a Transport);

/// Marks the list of organisations.
#[derive(Debug)]
pub enum Imported {}

impl Organisations<'_> {
    /// Organisations, by name.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::identity::OrganisationSort;
    ///
    /// let biotech = client.organisations().list().category("biotech").sort(OrganisationSort::Funding);
    /// for organisation in biotech.limit(10).await? {
    ///     println!("{}", organisation.draft.name);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> List<Organisation, Imported> {
        List::new(self.0, &op::LIST_ORGANISATIONS)
    }

    /// One organisation.
    pub fn get(&self, organisation: OrganisationId) -> Call<Organisation> {
        Call::new(self.0, &op::GET_ORGANISATION).id(organisation)
    }

    /// The money that an organisation was given, the last round first.
    pub fn list_funding_rounds(&self, organisation: OrganisationId) -> List<FundingRound> {
        List::new(self.0, &op::LIST_FUNDING_ROUNDS).of(organisation)
    }
}

impl List<Organisation, Imported> {
    /// Only those that do this, in the word of the list.
    pub fn category(self, category: impl AsRef<str>) -> Self {
        self.filter("category", category.as_ref())
    }

    /// Only those with their seat in this country.
    pub fn country(self, country: &Country) -> Self {
        self.filter("country", country.as_str())
    }

    /// Only those whose name begins like this, in any case.
    pub fn prefix(self, prefix: impl AsRef<str>) -> Self {
        self.filter("prefix", prefix.as_ref())
    }

    /// In this order.
    pub fn sort(self, sort: OrganisationSort) -> Self {
        self.filter("sort", sort.as_str())
    }

    /// By funding, only those that were given money of this currency; US dollars unless another is said.
    pub fn currency(self, currency: &Currency) -> Self {
        self.filter("currency", currency.as_str())
    }
}
