//! Wanting no more mails of a kind: by what a mail gives, without logging in.

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::HeaderName;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use smilefactory_core::id::RequestId;
use smilefactory_core::messaging::notification::{MailKinds, Unsubscription};
use smilefactory_core::scope::Scope;
use smilefactory_store::prelude::*;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(unsubscribe))
}

/// Want no more mails of a kind
///
/// What programs for mail call when somebody wants no more such mails (RFC 8058, `List-Unsubscribe-Post`): the token is in
/// the mail, and stays good. The body is not looked at. What is told in the app stays as it is.
#[utoipa::path(
    post, path = "/v1/notifications/unsubscribe/{token}", operation_id = "unsubscribe", tag = "notifications",
    responses((status = 204, description = "No such mails are sent any more.")),
    security(()), extensions(("x-problem-codes" = json!([Code::NotFound]))),
)]
async fn unsubscribe(
    State(state): State<AppState>,
    Extension(request): Extension<RequestId>,
    Path(token): Path<String>,
) -> Outcome {
    carry_out(&state, request, &token).await?;
    Ok(Reply::no_content())
}

/// A page for people that asks whether they mean it: what only looks at an address must not change anything.
pub(crate) async fn page(
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let mails = opened(&state, &token)?.mails;
    Ok(html(&format!(
        "<p>You get mails from {}: {}.</p><form method=\"post\"><button>No more of these mails</button></form>",
        escaped(&state.options.public_url),
        words(mails)
    )))
}

/// What the page does.
pub(crate) async fn stop(
    State(state): State<AppState>,
    Extension(request): Extension<RequestId>,
    Path(token): Path<String>,
) -> Result<impl IntoResponse, ApiError> {
    let mails = carry_out(&state, request, &token).await?.mails;
    Ok(html(&format!("<p>You get no more of these mails: {}.</p>", words(mails))))
}

fn opened(state: &AppState, token: &str) -> Result<Unsubscription, ApiError> {
    state.store.unsubscribe_key().open(token).ok_or_else(|| ApiError::not_found("mail"))
}

async fn carry_out(state: &AppState, request: RequestId, token: &str) -> Result<Unsubscription, ApiError> {
    let what = opened(state, token)?;
    let mut tx = state.store.write(&Scope::account(what.tenant, what.account, request)).await?;
    // Of an account that is gone there is nothing to be stopped.
    if tx.accounts().get(what.account).await?.is_some() {
        let preferences = tx.notification_preferences().get(what.account).await?;
        tx.notification_preferences().set(what.account, &preferences.without(what.mails)).await?;
        tx.commit().await?;
    }
    Ok(what)
}

fn words(mails: MailKinds) -> String {
    match mails {
        MailKinds::Of(kind) => kind.title().to_lowercase(),
        MailKinds::Every(digest) => format!("what you have not read, {digest}"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// A page, which loads nothing, runs nothing and sends its form to nobody else.
fn html(body: &str) -> impl IntoResponse + use<> {
    let policy = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    let headers: [(HeaderName, &str); 2] =
        [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, policy)];
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Mails</title>\
         <meta name=\"viewport\" content=\"width=device-width\"></head><body>{body}</body></html>\n"
    );
    (headers, page)
}
