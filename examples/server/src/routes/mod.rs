//! The addresses, a file a concept. Router and document are made from the same declarations.

mod account;
mod block;
mod category;
mod comment;
mod connection;
mod conversation;
mod engagement;
mod erasure;
mod event;
mod export;
mod feed;
mod follow;
mod group;
mod health;
mod inquiry;
mod listing;
mod live;
mod matching;
mod media;
mod message;
mod moderation;
mod mute;
mod network;
pub(crate) mod notification;
mod organisation;
mod post;
mod profile;
mod registration;
mod report;
mod session;
mod settings;
pub(crate) mod tab;
mod tag;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// Every address there is.
pub(crate) fn all() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .merge(account::routes())
        .merge(export::routes())
        .merge(session::routes())
        .merge(erasure::routes())
        .merge(settings::routes())
        .merge(profile::routes())
        .merge(organisation::routes())
        .merge(post::routes())
        .merge(feed::routes())
        .merge(category::routes())
        .merge(tag::routes())
        .merge(media::routes())
        .merge(comment::routes())
        .merge(engagement::routes())
        .merge(connection::routes())
        .merge(follow::routes())
        .merge(block::routes())
        .merge(mute::routes())
        .merge(network::routes())
        .merge(conversation::routes())
        .merge(message::routes())
        .merge(group::routes())
        .merge(event::routes())
        .merge(registration::routes())
        .merge(live::routes())
        .merge(listing::routes())
        .merge(inquiry::routes())
        .merge(matching::routes())
        .merge(report::routes())
        .merge(moderation::routes())
        .merge(notification::routes())
        .merge(tab::routes())
        .merge(health::routes())
}
