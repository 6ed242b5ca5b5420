//! What happens while somebody listens, and who is there.

mod presence;

use axum::extract::State;
use axum::response::Response;
use smilefactory_core::id::{ConversationId, StreamId};
use smilefactory_core::messaging::live::LiveEvent;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{ActiveViewer, Key, Viewer};
use crate::live::{LastEventId, Listener, MOST_STREAMS, Start, respond};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(open_stream))
        .routes(routes!(start_typing, stop_typing))
        .merge(presence::routes())
}

/// Listen to what happens
///
/// Server-sent events, each with an `id`, and a `data` that is a `LiveEvent`; `event` is its `type`. First comes `ready`:
/// what is read from then on is older than what follows, or the same. Whoever comes back with the id of the last event
/// they have, to this server or another one, gets all that they missed and nothing twice; where that cannot be, `reset`
/// says so, and to read anew. Typing and presence are told to who is there and not later. After 15 seconds without an
/// event a comment comes, with an id that goes on. The stream ends with the log-in, and with `end`, which says why.
/// An account has at most five.
#[utoipa::path(
    get, path = "/v1/live", operation_id = "openStream", tag = "live",
    params(LastEventId),
    responses((
        status = 200, content_type = "text/event-stream", body = LiveEvent,
        description = "Events, as long as it lasts; the schema is that of each one's `data`."
    )),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::TooManyStreams]))),
)]
async fn open_stream(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    last: LastEventId,
) -> Result<Response, ApiError> {
    let mut tx = state.store.write(&viewer.scope).await?;
    let stream: StreamId = tx.new_id()?;
    if !tx.signals().enter(stream, viewer.account, MOST_STREAMS).await? {
        let detail = format!("an account listens by {MOST_STREAMS} streams at most");
        return Err(ApiError::new(Code::TooManyStreams, detail));
    }
    let listener = Listener {
        tenant: viewer.scope.tenant,
        account: viewer.account,
        session: viewer.session.id,
        expires_at: viewer.session.expires_at,
        stream,
    };
    // From here on whoever goes away is seen off, whatever comes of it.
    let presence = state.live.present(listener);
    tx.commit().await?;
    let position = state.store.log().position().await?;
    respond(state, Start { viewer, listener, presence, position, last }).await
}

/// Say that one writes
///
/// The others of the conversation are told, for six seconds after it was last said.
#[utoipa::path(
    put, path = "/v1/conversations/{conversation_id}/typing", operation_id = "startTyping", tag = "live",
    responses((status = 204, description = "The others are told.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn start_typing(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ConversationId>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    if !tx.signals().start_typing(id, viewer.account).await? {
        return Err(ApiError::not_found("conversation"));
    }
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// Say that one writes no more
#[utoipa::path(
    delete, path = "/v1/conversations/{conversation_id}/typing", operation_id = "stopTyping", tag = "live",
    responses((status = 204, description = "The caller does not write there.")),
)]
async fn stop_typing(State(state): State<AppState>, viewer: Viewer, Key(id): Key<ConversationId>) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    tx.signals().stop_typing(id, viewer.account).await?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}
