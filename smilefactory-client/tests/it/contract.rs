//! The SDK against the real server on a real PostgreSQL: every method, every filter, and nothing that only one side
//! knows.

mod comments;
mod connections;
mod conversations;
mod document;
mod engagement;
mod events;
mod feed;
mod files;
mod groups;
mod live;
mod market;
mod matches;
mod moderation;
mod network;
mod notifications;
mod organisations;
mod people;
mod platform;
mod posts;
mod profiles;
mod tabs;
mod taxonomy;
mod world;

use self::world::World;

/// One walk over everything, so that what was not walked over can be told.
#[tokio::test]
async fn every_operation_has_a_method_that_works() {
    let world = World::start().await;
    people::walk(&world).await;
    posts::walk(&world).await;
    files::walk(&world).await;
    comments::walk(&world).await;
    profiles::walk(&world).await;
    taxonomy::walk(&world).await;
    organisations::walk(&world).await;
    engagement::walk(&world).await;
    connections::walk(&world).await;
    feed::walk(&world).await;
    network::walk(&world).await;
    conversations::walk(&world).await;
    groups::walk(&world).await;
    events::walk(&world).await;
    live::walk(&world).await;
    market::walk(&world).await;
    matches::walk(&world).await;
    moderation::walk(&world).await;
    notifications::walk(&world).await;
    tabs::walk(&world).await;
    platform::walk(&world).await;
    document::compare(&world.seen());
}
