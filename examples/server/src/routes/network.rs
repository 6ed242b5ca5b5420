//! One's own network, and the ways to others that go through it.

use axum::extract::State;
use smilefactory_core::id::{AccountId, IntroductionId};
use smilefactory_core::page::CursorPage;
use smilefactory_core::social::{
    ConsentChoice, ConsentChoiceInput, Introduction, IntroductionConsentChosen, IntroductionDraft,
    IntroductionInput, IntroductionPaths, IntroductionsAsked, Network,
};
use smilefactory_store::network;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::social::IntroductionKey;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{ActiveViewer, Everything, Key, Listing, Nothing, Reader, Valid};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::Code;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(get_network))
        .routes(routes!(get_introduction_consent, choose_introduction_consent))
        .routes(routes!(list_introductions))
        .routes(routes!(grant_introduction))
        .routes(routes!(decline_introduction))
        .routes(routes!(get_introductions, ask_for_introduction))
}

/// Read what one's own network is like
///
/// How large it is, how strong, how it grew, and how varied it is: of those people that the list of one's own connections
/// has, and of what they show.
#[utoipa::path(
    get, path = "/v1/network", operation_id = "getNetwork", tag = "network",
    responses((status = 200, body = Network, description = "The caller's network.")),
)]
async fn get_network(mut reader: Reader) -> Outcome {
    Reply::ok(&reader.tx.network().get(reader.viewer.account).await?)
}

/// Find the ways to somebody
///
/// Over one or two other people, the strongest first, at most five. Who stands on the way is named only if they agreed to
/// it; of all others is told how they stand there and nothing else. No way is told that somebody's hidden list of
/// connections would have to be known for.
#[utoipa::path(
    get, path = "/v1/network/introductions/{account_id}", operation_id = "getIntroductions", tag = "network",
    responses((status = 200, body = IntroductionPaths, description = "The ways there are.")),
)]
async fn get_introductions(mut reader: Reader, Key(target): Key<AccountId>) -> Outcome {
    Reply::ok(&network::paths(&mut reader.tx, reader.viewer.account, target).await?)
}

/// Ask to be introduced to somebody
///
/// Those are asked who stand on the strongest way on which somebody may be asked. They are told who asks, for whom, and
/// why; the caller learns who they are when they agree, and not that they do not. The same people are asked for the same
/// once in 30 days.
#[utoipa::path(
    post, path = "/v1/network/introductions/{account_id}", operation_id = "askForIntroduction", tag = "network",
    params(Once), request_body = IntroductionInput,
    responses((status = 200, body = IntroductionsAsked, description = "How many people were asked.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn ask_for_introduction(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(target): Key<AccountId>,
    submission: Submission<Valid<IntroductionDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let asked = network::ask(&mut work.tx, draft, viewer.account, target).await?;
    let reply = Reply::ok(&asked)?;
    work.finish(&state, reply).await
}

/// List whom one was asked to introduce
///
/// The last asked first; what nobody answered in 30 days is left out.
#[utoipa::path(
    get, path = "/v1/network/introductions/asked", operation_id = "listIntroductions", tag = "network",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<Introduction>, description = "A page of questions.")),
)]
async fn list_introductions(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<Everything>,
) -> Outcome {
    let page = list.page::<IntroductionKey>(&state.store, &reader.viewer)?;
    let asked = reader.tx.network().list_introductions(reader.viewer.account, &page).await?;
    list.reply(asked, &state.store, &reader.viewer)
}

/// Introduce two people
///
/// The caller is named to whoever asked. It can be taken back by declining.
#[utoipa::path(
    post, path = "/v1/network/introductions/asked/{introduction_id}/grant", operation_id = "grantIntroduction",
    tag = "network", params(Once),
    responses((status = 200, body = Introduction, description = "It is granted.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused, Code::Stale]))),
)]
async fn grant_introduction(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<IntroductionId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let granted = network::grant(&mut work.tx, id, viewer.account).await?;
    let reply = Reply::ok(&granted)?.version(granted.version)?;
    work.finish(&state, reply).await
}

/// Do not introduce two people
///
/// Or not any more. Whoever asked is not told.
#[utoipa::path(
    post, path = "/v1/network/introductions/asked/{introduction_id}/decline", operation_id = "declineIntroduction",
    tag = "network", params(Once),
    responses((status = 200, body = Introduction, description = "It is declined.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused, Code::Stale]))),
)]
async fn decline_introduction(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<IntroductionId>,
    submission: Submission<Nothing>,
) -> Outcome {
    let mut work = match submission.once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let declined = network::decline(&mut work.tx, id, viewer.account).await?;
    let reply = Reply::ok(&declined)?.version(declined.version)?;
    work.finish(&state, reply).await
}

/// Read whether one is named to those whom one could introduce
#[utoipa::path(
    get, path = "/v1/network/consent", operation_id = "getIntroductionConsent", tag = "network",
    responses((status = 200, body = ConsentChoice, description = "What the caller chose.")),
)]
async fn get_introduction_consent(mut reader: Reader) -> Outcome {
    let consent = reader.tx.network().consent(reader.viewer.account).await?;
    Reply::ok(&ConsentChoice { consent })
}

/// Choose whether one is named to those whom one could introduce
///
/// Always, when asked, or never; until something is chosen, one is asked.
#[utoipa::path(
    put, path = "/v1/network/consent", operation_id = "chooseIntroductionConsent", tag = "network",
    request_body = ConsentChoiceInput,
    responses((status = 200, body = ConsentChoice, description = "What the caller chose.")),
    extensions(("x-problem-codes" = json!([Code::Suspended]))),
)]
async fn choose_introduction_consent(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Valid(choice): Valid<ConsentChoice>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    if tx.network().choose_consent(viewer.account, choice.consent).await? {
        tx.tell(IntroductionConsentChosen { account: viewer.account, consent: choice.consent })?;
    }
    tx.commit().await?;
    state.told.notify_waiters();
    Reply::ok(&choice)
}
