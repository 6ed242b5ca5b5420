//! Reads start-ups and deals from a folder, with the loader that the ranking of start-ups is measured with.

use std::path::Path;

use matchmaking::rank::matrix;
use matchmaking::{DataError, Reason, Startup, load};
use smilefactory_ai::interaction::Interactions;

use crate::Error;
use crate::cleaning::{Cleaning, Outcome};

/// The file of start-ups.
pub(crate) const STARTUPS: &str = "startups.jsonl";
/// The file of deals.
pub(crate) const DEALS: &str = "investments.jsonl";

/// What the folder holds, as far as it can be used.
#[derive(Clone, Debug)]
pub(crate) struct Dataset {
    /// In the order of the file.
    pub(crate) startups: Vec<Startup>,
    /// Their names, sorted.
    pub(crate) investors: Vec<String>,
    /// Which investor funded which start-up, by their places above.
    pub(crate) deals: Interactions,
    /// How many lines of the file of deals are not blank.
    pub(crate) deal_lines: usize,
}

impl Dataset {
    /// Reads the folder and notes what was skipped.
    pub(crate) fn read(folder: &Path, cleaning: &mut Cleaning) -> Result<Self, Error> {
        let data = load(folder).map_err(|error| in_words(&error))?;
        let deals = matrix(&data)?;
        let mut deal_lines = data.deals.len();
        for skipped in &data.skipped {
            let of_deals = skipped.file == DEALS;
            let outcome = if skipped.reason.is_field() { Outcome::Cleaned } else { Outcome::Skipped };
            deal_lines += usize::from(of_deals && outcome == Outcome::Skipped);
            let detail = match &skipped.reason {
                Reason::Malformed(detail) => detail,
                Reason::UnknownStartup(name) | Reason::UnknownInvestor(name) => name,
                _ => "",
            };
            let file = if of_deals { DEALS } else { STARTUPS };
            cleaning.note((file, Some(skipped.line)), outcome, skipped.reason.group(), detail);
        }
        Ok(Self { startups: data.startups, investors: data.investors, deals, deal_lines })
    }

    /// What an investor funded.
    pub(crate) fn funded(&self, investor: usize) -> impl Iterator<Item = &Startup> {
        self.deals.items_of(investor).iter().filter_map(|place| self.startups.get(*place))
    }
}

/// The error, its cause, and what to do about it.
fn in_words(error: &DataError) -> Error {
    let cause = std::error::Error::source(error).map(|cause| format!(" ({cause})")).unwrap_or_default();
    format!("{error}{cause}; --data takes a folder that holds {STARTUPS} and {DEALS}").into()
}
