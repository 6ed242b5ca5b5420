//! The hosted instance: the platform over HTTP.
//!
//! [`app`] is the whole of it as a service that needs no socket, [`openapi()`] its document; [`Server`] is both on
//! a socket, with the work in the background. `src/main.rs` is the program.
//!
//! ```
//! let document = serde_json::to_value(server::openapi())?;
//! assert_eq!(document["openapi"], "3.1.0");
//! assert_eq!(document["paths"]["/v1/accounts"]["post"]["operationId"], "signUp");
//! # Ok::<(), serde_json::Error>(())
//! ```

pub mod background;
pub mod bulk;
mod completion;
pub mod config;
mod docs;
pub mod extract;
pub mod idempotency;
pub mod live;
pub mod mail;
mod middleware;
pub mod openapi;
pub mod outbox;
pub mod problem;
pub mod reply;
mod routes;
mod screening;
pub mod serve;
pub mod setup;
mod state;
pub mod telemetry;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

pub use self::openapi::openapi;
pub use self::serve::Server;
pub use self::state::{AppState, Options};

// The README's code compiles, and what needs no server runs.
#[cfg(all(doctest, feature = "embedded"))]
#[doc = include_str!("../../../README.md")]
struct Readme;

/// Every address, with everything that happens to every request, and a page (`/docs`) that shows them to people.
pub fn app(state: AppState) -> Router {
    let (router, _) = routes::all().split_for_parts();
    let unsubscribe = get(routes::notification::page).post(routes::notification::stop);
    let router = router.route("/docs", get(docs::page));
    layered(router.route("/unsubscribe/{token}", unsubscribe), state)
}

/// Addresses with everything that happens to every request: it gets an id, is measured and bounded, and whatever
/// goes wrong is a problem.
pub fn layered(router: Router<AppState>, state: AppState) -> Router {
    telemetry::record();
    router
        .fallback(middleware::nowhere)
        .layer(DefaultBodyLimit::max(extract::MAX_BODY))
        .layer(from_fn_with_state(state.clone(), middleware::bounded))
        .layer(CatchPanicLayer::custom(middleware::panicked))
        .layer(from_fn_with_state(state.clone(), middleware::around))
        .layer(CompressionLayer::new())
        .with_state(state)
}
