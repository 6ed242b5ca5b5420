//! What comes of whom the guest knows.

use smilefactory_client::Client;
use smilefactory_core::social::Naming;

use crate::tour::{Stopped, Told, Tour};

/// Why the guest would like to meet somebody.
const WHY: &str = "We look for a farm that tries our pump.";

/// The guest knows the second of these people, who knows the first, and is introduced.
pub(super) async fn reach(
    tour: &mut Tour,
    client: &Client,
    [first, second]: &[Client; 2],
) -> Result<(), Stopped> {
    let work = async {
        let target = first.accounts().me().await?;
        let mine = client.network().get().await?;
        let paths = client.network().introductions(target.id).await?.paths;
        let unnamed = paths.first().and_then(|path| path.through.first()).ok_or("there is no way to them")?;
        if unnamed.naming != Naming::MayBeAsked || unnamed.account.is_some() {
            return Err("somebody is named who was not asked".into());
        }
        client.network().ask(target.id, WHY).await?;
        let asked = second.network().list_asked().limit(1).await?.items;
        second.network().grant(asked.first().ok_or("nobody was asked")?.id).await?;
        let paths = client.network().introductions(target.id).await?.paths;
        let named = paths.first().and_then(|path| path.through.first());
        let named = named.and_then(|stop| stop.first_name.as_ref()).ok_or("whoever agreed is not named")?;
        let outcome = format!(
            "{named} knows {}, and is named since they agreed; {} connection of one's own so far",
            target.name(),
            mine.connections
        );
        Ok(Told::new((), outcome))
    };
    let code = "client.network().introductions(farai).await?;\nclient.network().ask(farai, why).await?";
    tour.step("Be introduced to somebody", code, work).await
}
