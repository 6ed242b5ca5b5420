//! What is new for the guest.

use smilefactory_client::Client;

use crate::show;
use crate::tour::{Stopped, Told, Tour};

/// How many posts are shown.
const SHOWN: u32 = 3;

/// The guest follows a tag and knows others: what of that is new, and what may matter most.
pub(super) async fn read(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let me = client.accounts().me().await?.id;
        let best = client.feed().ranked().limit(SHOWN).await?.items;
        if best.is_empty() || best.iter().any(|item| item.listed.post.author == me || item.score.is_none()) {
            return Err("what may matter most is not that of others".into());
        }
        let followed = client.feed().following().limit(SHOWN).await?.items;
        if followed.iter().any(|item| item.reasons.iter().any(|reason| !reason.kind.is_source())) {
            return Err("something is there that comes from nobody whom the guest follows".into());
        }
        let trending = client.feed().trending().limit(SHOWN).await?.items;
        let facets = client.feed().facets().await?;
        let outcome = format!(
            "{} of {} posts, {} of those one follows, {} that people do most with",
            best.len(),
            facets.counted,
            followed.len(),
            trending.len()
        );
        Ok(Told::new((), outcome).showing(show::feed(&best)))
    };
    tour.step("Read the feed", "client.feed().ranked().limit(3).await?", work).await
}
