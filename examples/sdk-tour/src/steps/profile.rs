//! The guest's profile.

use smilefactory_client::Client;
use smilefactory_core::profile::Profile;

use crate::tour::{Stopped, Told, Tour};
use crate::{people, show};

/// How many of the missing things are shown.
const SHOWN: usize = 4;

pub(super) async fn begin(tour: &mut Tour, client: &Client) -> Result<Profile, Stopped> {
    let work = async {
        let profile = client.profiles().create(&people::begun()).await?;
        let completion = client.profiles().completion().await?;
        let outcome =
            format!("kind {}, {} %, {}; worth most now:", profile.kind(), completion.percent, profile.state);
        Ok(Told::new(profile, outcome).showing(show::missing(&completion, SHOWN)))
    };
    let code = "client.profiles().create(&input).await?;\nclient.profiles().completion().await?";
    tour.step("Begin a profile", code, work).await
}

pub(super) async fn fill_in(tour: &mut Tour, client: &Client, begun: Profile) -> Result<(), Stopped> {
    let work = async {
        let profile = client.profiles().change(begun.version, &people::filled_in()).await?;
        if profile.completion <= begun.completion {
            return Err("the profile is no more complete than before".into());
        }
        let outcome = format!(
            "from {} to {} %, {}, version {}",
            begun.completion, profile.completion, profile.state, profile.version
        );
        Ok(Told::new((), outcome))
    };
    tour.step("Fill it in", "client.profiles().change(profile.version, &patch).await?", work).await
}

pub(super) async fn read_again(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let profile = client.profiles().mine().await?;
        if client.profiles().mine().newer_than(profile.version).await?.is_some() {
            return Err("the profile was sent although it had not changed".into());
        }
        Ok(Told::new((), "nothing newer: it is not sent again"))
    };
    let code = "client.profiles().mine().newer_than(profile.version).await?";
    tour.step("Read it only if it changed", code, work).await
}
