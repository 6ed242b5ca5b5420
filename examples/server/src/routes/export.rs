//! Everything that the platform keeps of somebody, for them.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use futures::SinkExt;
use futures::channel::mpsc::{self, Sender};
use serde::Serialize;
use smilefactory_core::content::moderation::{CaseNotice, ModerationCase};
use smilefactory_core::id::{AccountId, ModerationCaseId};
use smilefactory_core::identity::PersonalData;
use smilefactory_core::marketplace::SavedListing;
use smilefactory_core::page::{Page, PageRequest, PageSize};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::event::RegistrationFilter;
use smilefactory_store::repo::marketplace::{InquiryFilter, SavedListingKey};
use smilefactory_store::repo::messaging::{NotificationFilter, Reading};
use smilefactory_store::repo::social::{ConnectionFilter, Direction, RequestFilter};
use smilefactory_store::{ReadTx, Store};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::completion;
use crate::extract::{Reader, Viewer};
use crate::problem::ApiError;
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(export_me))
}

/// How many pages may wait for a client that reads slowly.
const AHEAD: usize = 2;

/// Read everything that is kept of oneself
///
/// One document, sent in pieces as it is read: each piece as it is at that moment. When it cannot be read to its end
/// the answer breaks off, and is no JSON.
#[utoipa::path(
    get, path = "/v1/me/export", operation_id = "exportMe", tag = "accounts",
    responses((status = 200, body = PersonalData, description = "Everything that is kept of the caller.")),
)]
async fn export_me(State(state): State<AppState>, mut reader: Reader) -> Result<Response, ApiError> {
    let account = completion::account(&mut reader.tx, &reader.viewer).await?;
    let Reader { viewer, tx } = reader;
    // No connection waits for a client that reads slowly: each page has a unit of work of its own.
    drop(tx);
    let (sender, pieces) = mpsc::channel(AHEAD);
    let store = state.store.clone();
    tokio::spawn(async move {
        let mut document = Document { sender, begun: false };
        let written = async {
            document.member("asked_at", &store.now()).await?;
            document.member("account", &account).await?;
            write(&mut document, &store, &viewer).await?;
            document.end().await
        };
        match written.await {
            // Whoever has gone away wants to know no more.
            Ok(()) | Err(Broken::Left) => {}
            Err(Broken::Failed(error)) => {
                tracing::warn!(%error, "an export broke off");
                _ = document.sender.send(Err(std::io::Error::other("the export broke off"))).await;
            }
        }
    });
    Response::builder()
        .header(CONTENT_TYPE, "application/json")
        .header(CONTENT_DISPOSITION, "attachment; filename=\"personal-data.json\"")
        .body(Body::from_stream(pieces))
        .map_err(ApiError::internal)
}

/// Why a document is not written to its end.
#[derive(Debug)]
enum Broken {
    /// Nobody reads it any more.
    Left,
    /// It cannot be read.
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self::Failed(Box::new(error))
    }
}

impl From<serde_json::Error> for Broken {
    fn from(error: serde_json::Error) -> Self {
        Self::Failed(Box::new(error))
    }
}

type Written = Result<(), Broken>;

/// An object that is written member by member.
struct Document {
    sender: Sender<std::io::Result<Bytes>>,
    begun: bool,
}

impl Document {
    async fn send(&mut self, piece: Vec<u8>) -> Written {
        self.sender.send(Ok(piece.into())).await.map_err(|_| Broken::Left)
    }

    /// What comes before the value of the next member.
    fn name(&mut self, name: &str) -> Vec<u8> {
        let before = if std::mem::replace(&mut self.begun, true) { ',' } else { '{' };
        format!("{before}\"{name}\":").into_bytes()
    }

    async fn member(&mut self, name: &str, value: &(impl Serialize + Sync)) -> Written {
        let mut piece = self.name(name);
        serde_json::to_writer(&mut piece, value)?;
        self.send(piece).await
    }

    async fn end(&mut self) -> Written {
        self.send(b"}".to_vec()).await
    }
}

/// The pages of a list, one after the other, each read in a unit of work of its own, with the eyes of whoever calls.
macro_rules! list {
    ($document:ident, $store:ident, $viewer:ident, $name:expr, |$tx:ident, $page:ident| $read:expr) => {{
        let mut piece = $document.name($name);
        piece.push(b'[');
        let mut next = Some(PageRequest::first(PageSize::MAX));
        let mut first = true;
        while let Some($page) = next.take() {
            let Page { items, next: key } = {
                let mut $tx: ReadTx = $store.read_latest(&$viewer.scope).await?;
                $tx.look_as($viewer.sight());
                $read.await?
            };
            for item in &items {
                if !std::mem::take(&mut first) {
                    piece.push(b',');
                }
                serde_json::to_writer(&mut piece, item)?;
            }
            $document.send(std::mem::take(&mut piece)).await?;
            next = key.map(|key| PageRequest::after(PageSize::MAX, key));
        }
        $document.send(b"]".to_vec()).await?;
    }};
}

/// A page of what moderators decided against somebody, as they are told it.
async fn notices(
    tx: &mut ReadTx,
    account: AccountId,
    page: &PageRequest<ModerationCaseId>,
) -> Result<Page<CaseNotice, ModerationCaseId>, StoreError> {
    let Page { items, next } = tx.moderation_cases().list_of_author(account, page).await?;
    let ids: Vec<_> = items.iter().map(|case| case.id).collect();
    let appeals = tx.appeals().get_many(&ids).await?;
    let notice = |case: &ModerationCase| case.notice(appeals.iter().find(|appeal| appeal.case == case.id));
    Ok(Page { items: items.iter().filter_map(notice).collect(), next })
}

/// A page of what somebody saved of what others offer.
async fn saved_listings(
    tx: &mut ReadTx,
    account: AccountId,
    page: &PageRequest<SavedListingKey>,
) -> Result<Page<SavedListing, SavedListingKey>, StoreError> {
    let saved = tx.listings().list_saved(account, page).await?;
    let ids: Vec<_> = saved.items.iter().map(|(_, listing)| listing.id).collect();
    let stats = tx.listings().stats(&ids, account).await?;
    let now = tx.now();
    Ok(saved.map(|(saved_at, listing)| SavedListing {
        saved_at,
        availability: listing.availability(now),
        stats: stats.iter().find(|(id, _)| *id == listing.id).map(|(_, stats)| *stats).unwrap_or_default(),
        listing,
    }))
}

/// Everything but the account.
async fn write(document: &mut Document, store: &Store, viewer: &Viewer) -> Written {
    let account = viewer.account;
    let reading = Reading { account, staff: viewer.role.is_staff() };
    let profile = store.read_latest(&viewer.scope).await?.profiles().get(account).await?;
    document.member("profile", &profile).await?;
    list!(document, store, viewer, "sessions", |tx, page| tx.sessions().list(account, &page));
    list!(document, store, viewer, "posts", |tx, page| tx.posts().list_of_author(account, None, &page));
    list!(document, store, viewer, "comments", |tx, page| tx.comments().list_of_author(account, &page));
    list!(document, store, viewer, "post_actions", |tx, page| tx
        .engagement()
        .list_of_account(account, &page));
    list!(document, store, viewer, "comment_reactions", |tx, page| tx
        .engagement()
        .list_comment_reactions(account, &page));
    list!(document, store, viewer, "votes", |tx, page| tx.votes().list_of_voter(account, &page));
    list!(document, store, viewer, "tags", |tx, page| tx.tags().list_followed(account, &page));
    list!(document, store, viewer, "media", |tx, page| tx.media().list_of_owner(account, &page));
    list!(document, store, viewer, "reports", |tx, page| tx.reports().list_of_reporter(account, &page));
    list!(document, store, viewer, "decisions", |tx, page| notices(&mut tx, account, &page));
    list!(document, store, viewer, "strikes", |tx, page| tx.strikes().list_of_account(account, &page));
    list!(document, store, viewer, "dismissed", |tx, page| tx.dismissals().list(account, &page));
    let all = ConnectionFilter::new();
    list!(document, store, viewer, "connections", |tx, page| tx.connections().list(account, &all, &page));
    for (name, direction) in
        [("requests_sent", Direction::Outgoing), ("requests_received", Direction::Incoming)]
    {
        let of = RequestFilter { direction, state: None };
        list!(document, store, viewer, name, |tx, page| tx.connection_requests().list(account, of, &page));
    }
    list!(document, store, viewer, "follows", |tx, page| tx.follows().list(account, &page));
    list!(document, store, viewer, "blocks", |tx, page| tx.blocks().list(account, &page));
    list!(document, store, viewer, "mutes", |tx, page| tx.mutes().list(account, &page));
    list!(document, store, viewer, "conversations", |tx, page| tx.members().list_of_account(account, &page));
    list!(document, store, viewer, "messages", |tx, page| tx.messages().list_of_sender(account, &page));
    list!(document, store, viewer, "message_reactions", |tx, page| tx
        .messages()
        .list_reactions_of(account, &page));
    list!(document, store, viewer, "groups", |tx, page| tx.group_members().list_of_account(account, &page));
    list!(document, store, viewer, "listings", |tx, page| tx.listings().list_of_seller(account, None, &page));
    list!(document, store, viewer, "saved_listings", |tx, page| saved_listings(&mut tx, account, &page));
    let all = InquiryFilter::default();
    list!(document, store, viewer, "inquiries", |tx, page| tx.inquiries().list(account, all, &page));
    list!(document, store, viewer, "inquiry_entries", |tx, page| tx.inquiries().entries_by(account, &page));
    list!(document, store, viewer, "listing_reviews", |tx, page| tx.reviews().list_by(account, &page));
    list!(document, store, viewer, "events", |tx, page| tx.events().list_of_organiser(account, &page));
    let all = RegistrationFilter { ended: true, ..RegistrationFilter::default() };
    list!(document, store, viewer, "registrations", |tx, page| tx
        .registrations()
        .list_of_account(account, all, &page));
    let all = NotificationFilter::new();
    list!(document, store, viewer, "notifications", |tx, page| tx.notifications().list(reading, &all, &page));
    let preferences = store.read_latest(&viewer.scope).await?.notification_preferences().get(account).await?;
    document.member("notification_preferences", &preferences).await
}
