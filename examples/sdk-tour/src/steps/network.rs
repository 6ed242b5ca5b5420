//! What comes of whom the guest knows.

use smilefactory_client::Client;
use smilefactory_core::social::Naming;

use crate::people::{PASSWORD, Person};
use crate::tour::{Stopped, Told, Tour};

/// Why the guest would like to meet somebody.
const WHY: &str = "We look for a farm that tries our pump.";

/// The guest knows the second of these people, who knows the first, and is introduced.
pub(super) async fn reach(
    tour: &mut Tour,
    nobody: &Client,
    client: &Client,
    people: &[Person],
) -> Result<(), Stopped> {
    let work = async {
        let [first, second, ..] = people else { return Err("there are not enough people".into()) };
        let first = nobody.sessions().log_in(&first.sign_up.email, PASSWORD).await?;
        let target = first.account.id;
        let mine = client.network().get().await?;
        let paths = client.network().introductions(target).await?.paths;
        let unnamed = paths.first().and_then(|path| path.through.first()).ok_or("there is no way to them")?;
        if unnamed.naming != Naming::MayBeAsked || unnamed.account.is_some() {
            return Err("somebody is named who was not asked".into());
        }
        client.network().ask(target, WHY).await?;
        let second = nobody.sessions().log_in(&second.sign_up.email, PASSWORD).await?;
        let asked = second.client.network().list_asked().limit(1).await?.items;
        second.client.network().grant(asked.first().ok_or("nobody was asked")?.id).await?;
        let paths = client.network().introductions(target).await?.paths;
        let named = paths.first().and_then(|path| path.through.first()).and_then(|stop| stop.first_name.as_ref());
        let named = named.ok_or("whoever agreed is not named")?;
        let outcome = format!(
            "{} knows {}, and is named since they agreed; {} connection of one's own so far",
            named,
            first.account.name(),
            mine.connections
        );
        for other in [first, second] {
            other.client.sessions().log_out().await?;
        }
        Ok(Told::new((), outcome))
    };
    let code = "client.network().introductions(farai).await?;\nclient.network().ask(farai, why).await?";
    tour.step("Be introduced to somebody", code, work).await
}
