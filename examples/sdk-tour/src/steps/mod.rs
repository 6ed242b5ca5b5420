//! The way the tour takes.

mod account;
mod comment;
mod community;
mod connection;
mod engagement;
mod erasure;
mod event;
mod feed;
mod group;
mod live;
mod market;
mod media;
mod message;
mod moderation;
mod network;
mod notification;
mod platform;
mod post;
mod profile;
mod review;
mod search;
mod staff;
mod tab;
mod version;

use smilefactory_client::{Client, Error as Refused};
use smilefactory_core::content::{Category, Post};

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
    profile::read_again(tour, &client).await?;

    let staff = staff::appoint(tour, instance, &name).await?;
    let category = match &staff {
        Some(staff) => Some(staff::categories(tour, staff).await?),
        None => None,
    };
    let post = write(tour, &client, staff.as_ref(), category.as_ref()).await?;
    let others = community::join(tour, nobody, people::others(&name)).await?;
    let [asker, _] = &others;
    let question = comment::talk(tour, &client, &others, post.id).await?;
    comment::take_back(tour, asker, &question).await?;
    engagement::react(tour, &client, &others, post.id).await?;

    post::stream(tour, &client).await?;
    if let Some(category) = &category {
        search::by_category(tour, &client, category, post.id).await?;
    }
    search::by_words(tour, &client, post.id).await?;
    search::by_spelling(tour, &client).await?;
    engagement::follow(tour, &client).await?;
    community::meet(tour, &client).await?;
    message::write(tour, &client).await?;
    message::group(tour, &client).await?;
    group::gather(tour, &client, &others, &name).await?;
    connection::connect(tour, &client, &others).await?;
    feed::read(tour, &client).await?;
    live::listen(tour, &client, &others).await?;
    network::reach(tour, &client, &others).await?;
    market::trade(tour, &client, &others).await?;
    event::gather(tour, &client, &others).await?;
    event::repeat(tour, &client).await?;
    tab::look(tour, &client).await?;
    connection::block(tour, &client).await?;

    let report = moderation::report(tour, &client).await?;
    moderation::retract(tour, &client, &report).await?;
    if let Some(staff) = &staff {
        moderation::decide(tour, &client, staff, report.subject).await?;
    }
    notification::tell(tour, &client, post.id).await?;
    notification::choose(tour, &client).await?;
    notification::export(tour, &client).await?;
    erasure::think_again(tour, &client).await?;
    account::log_out(tour, &client).await
}

/// The guest's post, from its first draft until it is published.
async fn write(
    tour: &mut Tour,
    client: &Client,
    staff: Option<&Client>,
    category: Option<&Category>,
) -> Result<Post, Stopped> {
    let draft = post::draft(tour, client, category).await?;
    let draft = media::hang(tour, client, draft).await?;
    let edited = post::edit(tour, client, &draft).await?;
    let number = version::compare(tour, client, &edited).await?;
    let restored = version::restore(tour, client, &edited, number).await?;
    let published = match staff {
        Some(staff) => {
            let settings = staff::ask_for_review(tour, staff).await?;
            let back = review::send_back(tour, client, staff, &restored).await?;
            let approved = review::approve(tour, client, staff, &back).await?;
            let published = post::publish(tour, client, &draft, &approved).await?;
            staff::ask_no_more(tour, staff, settings).await?;
            published
        }
        None => post::publish(tour, client, &draft, &restored).await?,
    };
    post::read(tour, client, &published).await?;
    Ok(published)
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
