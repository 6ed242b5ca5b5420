//! What people ask about listings, and what comes of it.

mod review;

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::id::{InquiryId, ListingId};
use smilefactory_core::marketplace::{
    AgreementDraft, AgreementInput, Inquiry, InquiryCancellationDraft, InquiryCancellationInput,
    InquiryDraft, InquiryEntry, InquiryInput, InquiryState, RemarkDraft, RemarkInput,
};
use smilefactory_core::page::CursorPage;
use smilefactory_core::validation::Violation;
use smilefactory_core::version::Version;
use smilefactory_store::Tx;
use smilefactory_store::marketplace;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::marketplace::{InquiryFilter, Side};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::completion;
use crate::extract::{
    ActiveViewer, Everything, Filter, Key, Listing, Nothing, Params, Reader, Valid, Viewer, optional,
};
use crate::idempotency::{Begun, Once, Submission};
use crate::problem::{ApiError, Code};
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(ask_about_listing))
        .routes(routes!(list_inquiries))
        .routes(routes!(get_inquiry))
        .routes(routes!(list_inquiry_entries, say_about_inquiry))
        .routes(routes!(agree_to_inquiry))
        .routes(routes!(complete_inquiry))
        .routes(routes!(cancel_inquiry))
        .merge(review::routes())
}

/// The inquiry with this id, if the viewer is one of the two and no block stands between them: all others are not there.
async fn visible<Mode>(tx: &mut Tx<Mode>, viewer: &Viewer, id: InquiryId) -> Result<Inquiry, ApiError> {
    let nothing = || ApiError::not_found("inquiry");
    let inquiry = tx.inquiries().get(id).await?.filter(|inquiry| inquiry.is_of(viewer.account));
    let inquiry = inquiry.ok_or_else(nothing)?;
    if tx.relations().is_barred(inquiry.seller, inquiry.buyer).await? {
        return Err(nothing());
    }
    Ok(inquiry)
}

/// Ask about a listing
///
/// Of which there is something left, once at a time, and perhaps for another price than it asks for. How many one may ask
/// about within a day the community sets: 20 unless it sets something else. What is said is for the two.
#[utoipa::path(
    post, path = "/v1/listings/{listing_id}/inquiries", operation_id = "askAboutListing", tag = "marketplace",
    params(Once), request_body = InquiryInput,
    responses((status = 201, body = Inquiry, description = "The inquiry.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused, Code::QuotaExceeded]))),
)]
async fn ask_about_listing(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<ListingId>,
    submission: Submission<Valid<InquiryDraft>>,
) -> Outcome {
    let Submission { body: Valid(draft), once } = submission;
    let mut work = match once.begin(&state, &viewer.scope).await? {
        Begun::Now(work) => work,
        Begun::Before(reply) => return Ok(reply),
    };
    let settings = completion::settings(&mut work.tx).await?.marketplace;
    let inquiry = marketplace::ask(&mut work.tx, id, draft, viewer.account, &settings).await?;
    let reply =
        Reply::created(&inquiry, &format!("/v1/inquiries/{}", inquiry.id))?.version(inquiry.version)?;
    work.finish(&state, reply).await
}

/// Which of the own inquiries.
#[derive(Debug, Serialize)]
pub(crate) struct Wanted(InquiryFilter);

impl Filter for Wanted {
    fn read(params: &mut Params) -> Self {
        let side = params.take("side", |raw| match raw {
            "seller" => Ok(Side::Seller),
            "buyer" => Ok(Side::Buyer),
            _ => Err(Violation::unknown_value(&["seller", "buyer"])),
        });
        Self(InquiryFilter { side, state: params.field("state"), listing: params.id("listing") })
    }
}

impl IntoParams for Wanted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let side = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["seller", "buyer"]));
        vec![
            optional("side", "Only those in which the caller is this one.", side),
            optional("state", "Only those in this state.", InquiryState::schema()),
            optional("listing", "Only those about this listing.", ListingId::schema()),
        ]
    }
}

/// List the own inquiries
///
/// About the own listings and about those of others, the last begun first.
#[utoipa::path(
    get, path = "/v1/inquiries", operation_id = "listInquiries", tag = "marketplace",
    params(Listing<Wanted>),
    responses((status = 200, body = CursorPage<Inquiry>, description = "A page of inquiries.")),
)]
async fn list_inquiries(State(state): State<AppState>, mut reader: Reader, list: Listing<Wanted>) -> Outcome {
    let request = list.page::<InquiryId>(&state.store, &reader.viewer)?;
    let page = reader.tx.inquiries().list(reader.viewer.account, list.filter.0, &request).await?;
    list.reply(page, &state.store, &reader.viewer)
}

/// Read an inquiry
///
/// By either of the two.
#[utoipa::path(
    get, path = "/v1/inquiries/{inquiry_id}", operation_id = "getInquiry", tag = "marketplace",
    responses((status = 200, body = Inquiry, description = "The inquiry.")),
)]
async fn get_inquiry(mut reader: Reader, Key(id): Key<InquiryId>) -> Outcome {
    let inquiry = visible(&mut reader.tx, &reader.viewer, id).await?;
    Reply::ok(&inquiry)?.version(inquiry.version)
}

/// List what was said and done about an inquiry
///
/// The first first: who did what, when, and what they said.
#[utoipa::path(
    get, path = "/v1/inquiries/{inquiry_id}/entries", operation_id = "listInquiryEntries", tag = "marketplace",
    params(Listing<Everything>),
    responses((status = 200, body = CursorPage<InquiryEntry>, description = "A page of entries.")),
)]
async fn list_inquiry_entries(
    State(state): State<AppState>,
    mut reader: Reader,
    Key(id): Key<InquiryId>,
    list: Listing<Everything>,
) -> Outcome {
    let request = list.page::<Version>(&state.store, &reader.viewer)?;
    visible(&mut reader.tx, &reader.viewer, id).await?;
    let page = reader.tx.inquiries().entries(id, &request).await?;
    list.reply(page, &state.store, &reader.viewer)
}

/// A step of one of the two: what it takes, and what of the store carries it out.
macro_rules! step {
    ($state:ident, $viewer:ident, $once:expr, |$tx:ident| $step:expr) => {{
        let mut work = match $once.begin(&$state, &$viewer.scope).await? {
            Begun::Now(work) => work,
            Begun::Before(reply) => return Ok(reply),
        };
        let $tx = &mut work.tx;
        let inquiry: Inquiry = $step.await?;
        let reply = Reply::ok(&inquiry)?.version(inquiry.version)?;
        work.finish(&$state, reply).await
    }};
}

/// Say something about an inquiry, or offer another price
///
/// By either of the two. To another price the other has to agree; whoever offers it agrees to it.
#[utoipa::path(
    post, path = "/v1/inquiries/{inquiry_id}/entries", operation_id = "sayAboutInquiry", tag = "marketplace",
    params(Once), request_body = RemarkInput,
    responses((status = 200, body = Inquiry, description = "The inquiry as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn say_about_inquiry(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<InquiryId>,
    submission: Submission<Valid<RemarkDraft>>,
) -> Outcome {
    let Submission { body: Valid(remark), once } = submission;
    step!(state, viewer, once, |tx| marketplace::say(tx, id, remark, viewer.account))
}

/// Agree to the price on the table
///
/// By either of the two, who names the price so that nobody agrees to another one. When both agree, one of what there is is
/// kept for the buyer: seven days, unless the community sets something else.
#[utoipa::path(
    post, path = "/v1/inquiries/{inquiry_id}/agree", operation_id = "agreeToInquiry", tag = "marketplace",
    params(Once), request_body = AgreementInput,
    responses((status = 200, body = Inquiry, description = "The inquiry as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn agree_to_inquiry(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<InquiryId>,
    submission: Submission<Valid<AgreementDraft>>,
) -> Outcome {
    let Submission { body: Valid(agreement), once } = submission;
    let settings = {
        let mut tx = state.store.read_latest(&viewer.scope).await?;
        completion::settings(&mut tx).await?.marketplace
    };
    step!(state, viewer, once, |tx| marketplace::agree(tx, id, agreement, viewer.account, &settings))
}

/// Complete an inquiry
///
/// By either of the two: what both agreed to is done. The two may review each other then.
#[utoipa::path(
    post, path = "/v1/inquiries/{inquiry_id}/complete", operation_id = "completeInquiry", tag = "marketplace",
    params(Once),
    responses((status = 200, body = Inquiry, description = "The inquiry as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn complete_inquiry(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<InquiryId>,
    submission: Submission<Nothing>,
) -> Outcome {
    step!(state, viewer, submission.once, |tx| marketplace::complete(tx, id, viewer.account))
}

/// Cancel an inquiry
///
/// By either of the two, with a reason. What was kept for the buyer is there for others again.
#[utoipa::path(
    post, path = "/v1/inquiries/{inquiry_id}/cancel", operation_id = "cancelInquiry", tag = "marketplace",
    params(Once), request_body = InquiryCancellationInput,
    responses((status = 200, body = Inquiry, description = "The inquiry as it is now.")),
    extensions(("x-problem-codes" = json!([Code::Suspended, Code::StepRefused]))),
)]
async fn cancel_inquiry(
    State(state): State<AppState>,
    ActiveViewer(viewer): ActiveViewer,
    Key(id): Key<InquiryId>,
    submission: Submission<Valid<InquiryCancellationDraft>>,
) -> Outcome {
    let Submission { body: Valid(cancellation), once } = submission;
    step!(state, viewer, once, |tx| marketplace::cancel(tx, id, cancellation, viewer.account))
}
