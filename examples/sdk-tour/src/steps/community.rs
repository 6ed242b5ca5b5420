//! The others: they join, and some of them should meet the guest.

use std::time::Duration;

use futures::future::try_join_all;
use indicatif::{ProgressBar, ProgressStyle};
use smilefactory_client::Client;
use smilefactory_core::recommendation::Match;

use crate::people::{PASSWORD, Person};
use crate::tour::{Stopped, Told, Tour};
use crate::{Error, show};

/// How many matches are shown.
const SHOWN: u32 = 3;
/// How often matches are asked for while the server still reads the profiles, and the pause in between.
const LOOKS: u32 = 120;
const PAUSE: Duration = Duration::from_millis(250);

pub(super) async fn join(tour: &mut Tour, nobody: &Client, people: &[Person]) -> Result<(), Stopped> {
    let work = async {
        let bar = bar(people.len());
        for person in people {
            nobody.accounts().sign_up(&person.sign_up).await?;
            let client = nobody.sessions().log_in(&person.sign_up.email, PASSWORD).await?.client;
            client.profiles().create(&person.profile).await?;
            let post = client.posts().draft(&person.post).await?;
            client.posts().publish(&post).await?;
            client.sessions().log_out().await?;
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(Told::new((), format!("{} people of other kinds, each with a profile and a post", people.len())))
    };
    tour.step("More people join", "// the same calls, for each of them", work).await
}

pub(super) async fn meet(tour: &mut Tour, client: &Client) -> Result<(), Stopped> {
    let work = async {
        let found = matches(client).await?;
        let candidates = found.iter().map(|found| client.profiles().get(found.candidate).send());
        let candidates = try_join_all(candidates).await?;
        let outcome = format!("{} matches, each with what its score is made of and why", found.len());
        let found: Vec<_> = found.into_iter().zip(candidates).collect();
        Ok(Told::new((), outcome).showing(show::matches(&found)))
    };
    tour.step("Ask whom to meet", "client.matches().list().limit(3).await?", work).await
}

/// The server reads profiles a moment after they were written.
async fn matches(client: &Client) -> Result<Vec<Match>, Error> {
    for _ in 0..LOOKS {
        let found = client.matches().list().limit(SHOWN).await?.items;
        if found.len() == usize::try_from(SHOWN)? {
            return Ok(found);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(format!("the server did not find {SHOWN} matches").into())
}

/// On standard error, and only where that is a terminal.
fn bar(people: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("   {wide_bar} {pos}/{len}");
    ProgressBar::new(u64::try_from(people).unwrap_or_default())
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
