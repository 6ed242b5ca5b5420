//! What there is in the tabs, and how much of what.

use smilefactory_client::Client;
use smilefactory_core::profile::ProfileSort;

use crate::tour::{Stopped, Told, Tour};

pub(super) async fn look(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let tabs = client.tabs().list().await?;
        let people = client.profiles().list().sort(ProfileSort::Name).await?.items;
        let names = people.iter().map(|one| (one.last_name.as_str().to_lowercase(), one.first_name.as_str()));
        let names: Vec<_> = names.collect();
        if tabs.len() != 6 || !names.is_sorted_by_key(|(last, _)| last.clone()) {
            return Err("the six tabs, or the people in them, are not in order".into());
        }
        let posts = client.posts().facets().await?;
        let groups = client.groups().recommended().await?.items;
        let outcome = format!(
            "{} tabs; {} people by name, {} posts of {} kinds, {} groups to look at",
            tabs.len(),
            people.len(),
            posts.counted,
            posts.kinds.len(),
            groups.len()
        );
        Ok(Told::new((), outcome))
    };
    let code = "client.tabs().list().await?;\n\
                client.profiles().list().sort(ProfileSort::Name).await?;\n\
                client.posts().facets().await?;\n\
                client.groups().recommended().await?";
    tour.step("Look into the tabs", code, work).await
}
