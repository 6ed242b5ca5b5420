//! The tabs of a community.

use serde::Deserialize;
use smilefactory_core::content::CommunityTab;

use crate::call::Call;
use crate::operation as op;
use crate::page::read_whole;
use crate::request::Transport;

/// The tabs of a community: where their lists are, and what may be asked of them; from
/// [`Client::tabs`](crate::Client::tabs).
#[derive(Clone, Copy, Debug)]
pub struct Tabs<'a>(pub(crate) &'a Transport);

#[derive(Deserialize)]
struct Whole {
    items: Vec<CommunityTab>,
}

impl Tabs<'_> {
    /// The tabs, in the order in which they stand side by side.
    ///
    /// ```no_run
    /// # async fn example(client: smilefactory_client::Client) -> Result<(), smilefactory_client::Error> {
    /// for tab in client.tabs().list().await? {
    ///     println!("{} at {}, by {}", tab.tab, tab.list, tab.sorts.join(", "));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self) -> Call<Vec<CommunityTab>> {
        Call::reading(self.0, &op::LIST_TABS, |answer| {
            read_whole::<Whole>(&answer.body)
                .map(|whole| whole.items)
                .map_err(|error| answer.exchange.fail(error))
        })
    }
}
