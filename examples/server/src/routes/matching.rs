//! Whom somebody should meet.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use smilefactory_ai::matching::Options;
use smilefactory_core::id::AccountId;
use smilefactory_core::page::PageSize;
use smilefactory_core::profile::ProfileKind;
use smilefactory_core::recommendation::Match;
use smilefactory_store::prelude::*;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{ActiveViewer, Filter, Key, Nothing, Params, Query, Reader, optional, page_size};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(list_matches)).routes(routes!(dismiss_match))
}

/// Which matches.
#[derive(Debug, Serialize)]
pub(crate) struct Wanted {
    kind: Option<ProfileKind>,
    limit: PageSize,
}

impl Filter for Wanted {
    fn read(params: &mut Params) -> Self {
        Self { kind: params.field("kind"), limit: params.take("limit", page_size).unwrap_or_default() }
    }
}

impl IntoParams for Wanted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let limit = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1.0))
            .maximum(Some(100.0))
            .default(Some(PageSize::default().get().into()));
        vec![
            optional("kind", "Only people of this kind.", ProfileKind::schema()),
            optional("limit", "At most how many.", limit),
        ]
    }
}

/// Whom somebody should meet.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Matches {
    /// The matches, in the order they should be shown.
    pub(crate) items: Vec<Match>,
}

/// List the people to meet
///
/// In the order they should be shown, each with what its score is made of, why, and what to do about it. It takes a
/// profile of one's own.
#[utoipa::path(
    get, path = "/v1/matches", operation_id = "listMatches", tag = "matching",
    params(Wanted),
    responses((status = 200, body = Matches, description = "The people to meet.")),
    extensions(("x-problem-codes" = json!([Code::NotFound]))),
)]
async fn list_matches(
    State(state): State<AppState>,
    mut reader: Reader,
    Query(wanted): Query<Wanted>,
) -> Outcome {
    let options = Options::default().limit(wanted.limit.get());
    let options = wanted.kind.map_or(options.clone(), |kind| options.of_kind(kind));
    let found = state.matchmaker.matches(&mut reader.tx, reader.viewer.account, &options).await?;
    let found = found
        .ok_or_else(|| ApiError::new(Code::NotFound, "matches take a profile, and you have none yet"))?;
    Reply::ok(&Matches { items: found.into_iter().map(|found| found.found).collect() })
}

/// Dismiss somebody
///
/// They are not among the matches any more. To dismiss somebody twice changes nothing.
#[utoipa::path(
    post, path = "/v1/matches/{account_id}/dismiss", operation_id = "dismissMatch", tag = "matching",
    params(Once),
    responses((status = 204, description = "They are dismissed.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn dismiss_match(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(candidate): Key<AccountId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    // Whom the caller cannot see is not there: what is not shown cannot be found out by dismissing it.
    let profile = work.tx.profiles().get(candidate).await?;
    let class = viewer.class_for(&mut work.tx, candidate).await?;
    if !profile.is_some_and(|profile| profile.is_seen_by(class)) || candidate == viewer.account
    {
        return Err(ApiError::not_found("profile"));
    }
    work.tx.dismissals().insert(viewer.account, candidate).await?;
    work.finish(&state, Reply::no_content()).await
}
