//! The addresses, a file a concept. Router and document are made from the same declarations.

mod account;
mod category;
mod comment;
mod engagement;
mod health;
mod live;
mod matching;
mod media;
mod moderation;
mod post;
mod profile;
mod report;
mod session;
mod tag;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// Every address there is.
pub(crate) fn all() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .merge(account::routes())
        .merge(session::routes())
        .merge(profile::routes())
        .merge(post::routes())
        .merge(category::routes())
        .merge(tag::routes())
        .merge(media::routes())
        .merge(comment::routes())
        .merge(engagement::routes())
        .merge(live::routes())
        .merge(matching::routes())
        .merge(report::routes())
        .merge(moderation::routes())
        .merge(health::routes())
}
