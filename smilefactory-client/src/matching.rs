//! Matches: whom to meet, and why.

use smilefactory_core::id::AccountId;
use smilefactory_core::profile::ProfileKind;
use smilefactory_core::recommendation::Match;

use crate::call::{Call, Keyed};
use crate::operation as op;
use crate::page::{Entries, Page};
use crate::request::{Answer, Transport};

/// Whom to meet, and why; from [`Client::matches`](crate::Client::matches).
#[derive(Clone, Copy, Debug)]
pub struct Matches<'a>(pub(crate) &'a Transport);

/// Marks the call for the caller's matches.
#[derive(Debug)]
pub enum ListMatches {}

impl Matches<'_> {
    /// The people the caller should meet, in the order they should be shown, each with what the score is made of,
    /// reasons and a next step. It takes a profile of one's own. This list has one page.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// use smilefactory_core::profile::ProfileKind;
    ///
    /// for found in client.matches().list().kind(ProfileKind::BusinessInvestor).limit(5).await? {
    ///     let why: Vec<_> = found.reasons.iter().map(|reason| reason.text.as_str()).collect();
    ///     println!("{} {}: {}", found.score, found.candidate, why.join(" "));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> Call<Page<Match>, ListMatches> {
        Call::reading(self.0, &op::LIST_MATCHES, |answer: Answer| {
            Entries::read(&answer.body).map(Page::from).map_err(|error| answer.exchange.fail(error))
        })
    }

    /// Somebody is no match, and is not to be shown as one again.
    pub fn dismiss(&self, account: AccountId) -> Call<(), Keyed> {
        Call::without_answer(self.0, &op::DISMISS_MATCH).id(account)
    }
}

impl Call<Page<Match>, ListMatches> {
    /// Only this kind of people.
    pub fn kind(self, kind: ProfileKind) -> Self {
        self.query("kind", kind.as_str())
    }

    /// How many at most: 1 to 100, 20 unless said.
    pub fn limit(self, matches: u32) -> Self {
        self.query("limit", matches.to_string())
    }
}
