//! The way the tour takes.

mod account;
mod comment;
mod community;
mod connection;
mod engagement;
mod media;
mod moderation;
mod network;
mod platform;
mod post;
mod profile;

use smilefactory_client::Error as Refused;

use crate::Error;
use crate::instance::Instance;
use crate::people;
use crate::tour::{Stopped, Tour};

/// Walks all the way, or until something does not do what it should.
pub(crate) async fn walk(tour: &mut Tour, instance: &Instance) -> Result<(), Stopped> {
    let name = new_name();
    let nobody = &instance.client;
    let guest = people::sign_up("Tatenda", "Chari", &name);
    platform::ready(tour, nobody).await?;
    account::mistakes(tour, nobody, &guest).await?;
    account::sign_up(tour, nobody, &guest).await?;
    account::verify(tour, instance, &guest).await?;
    let client = account::log_in(tour, nobody, &guest).await?;

    let begun = profile::begin(tour, &client).await?;
    profile::fill_in(tour, &client, begun).await?;

    let draft = post::draft(tour, &client).await?;
    let draft = media::hang(tour, &client, draft).await?;
    let edited = post::edit(tour, &client, &draft).await?;
    let published = post::publish(tour, &client, &draft, &edited).await?;
    post::read_again(tour, &client, &published).await?;
    comment::talk(tour, &client, published.id).await?;
    engagement::react(tour, &client, published.id).await?;

    let others = people::others(&name);
    community::join(tour, nobody, &others).await?;
    post::stream(tour, &client).await?;
    engagement::follow(tour, &client).await?;
    let report = moderation::report(tour, &client).await?;
    moderation::retract(tour, &client, &report).await?;
    connection::connect(tour, nobody, &client, &others).await?;
    network::reach(tour, nobody, &client, &others).await?;
    connection::block(tour, &client).await?;
    community::meet(tour, &client).await?;
    account::log_out(tour, &client).await
}

/// The refusal that was hoped for.
fn refusal<T>(result: Result<T, Refused>) -> Result<Refused, Error> {
    match result {
        Ok(_) => Err("the server did what it should have refused".into()),
        Err(refused) => Ok(refused),
    }
}

/// Something no earlier tour of the same server was named.
fn new_name() -> String {
    // Without randomness it is the first tour, or the server says that the addresses are taken.
    format!("{:08x}", getrandom::u32().unwrap_or_default())
}
