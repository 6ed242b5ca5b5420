//! What one is told, and how one wants to be told.

mod unsubscribe;

use axum::extract::State;
use serde::Serialize;
use smilefactory_core::id::NotificationId;
use smilefactory_core::messaging::notification::{
    Notification, NotificationKind, NotificationPreferences, NotificationPreferencesInput, NotificationRead,
    ReadUpTo, ReadUpToInput, UnreadNotifications,
};
use smilefactory_core::page::CursorPage;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::messaging::{NotificationFilter, Reading};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::{IntoParams, PartialSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::unsubscribe::{page, stop};
use crate::extract::{Filter, Key, Listing, Params, Reader, Valid, Viewer, optional};
use crate::problem::ApiError;
use crate::reply::{Outcome, Reply};
use crate::state::AppState;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(list_notifications))
        .routes(routes!(count_unread_notifications))
        .routes(routes!(read_notifications))
        .routes(routes!(read_notification))
        .routes(routes!(get_preferences, set_preferences))
        .merge(unsubscribe::routes())
}

/// Which notifications.
#[derive(Debug, Serialize)]
pub(crate) struct Told {
    unread: Option<bool>,
    kind: Option<NotificationKind>,
}

impl Filter for Told {
    fn read(params: &mut Params) -> Self {
        Self { unread: params.truth("unread"), kind: params.field("kind") }
    }
}

impl IntoParams for Told {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            optional(
                "unread",
                "`true`: only those that are not read.",
                ObjectBuilder::new().schema_type(Type::Boolean),
            ),
            optional("kind", "Only those of this kind.", NotificationKind::schema()),
        ]
    }
}

impl Told {
    fn filter(&self) -> NotificationFilter {
        let filter = NotificationFilter::new();
        let filter = if self.unread == Some(true) { filter.unread() } else { filter };
        self.kind.map_or(filter, |kind| filter.of_kind(kind))
    }
}

fn reading(viewer: &Viewer) -> Reading {
    Reading { account: viewer.account, staff: viewer.role.is_staff() }
}

/// List what one is told
///
/// The last first. One that is not read takes in what happens next to the same thing: it has another id then, and comes
/// first again.
#[utoipa::path(
    get, path = "/v1/notifications", operation_id = "listNotifications", tag = "notifications",
    params(Listing<Told>),
    responses((status = 200, body = CursorPage<Notification>, description = "A page of notifications.")),
)]
async fn list_notifications(
    State(state): State<AppState>,
    mut reader: Reader,
    list: Listing<Told>,
) -> Outcome {
    let page = list.page::<NotificationId>(&state.store, &reader.viewer)?;
    let (reading, filter) = (reading(&reader.viewer), list.filter.filter());
    let told = reader.tx.notifications().list(reading, &filter, &page).await?;
    list.reply(told, &state.store, &reader.viewer)
}

/// Count what one has not read
#[utoipa::path(
    get, path = "/v1/notifications/unread", operation_id = "countUnreadNotifications", tag = "notifications",
    responses((status = 200, body = UnreadNotifications, description = "How many there are.")),
)]
async fn count_unread_notifications(mut reader: Reader) -> Outcome {
    Reply::ok(&reader.tx.notifications().count_unread(reader.viewer.account).await?)
}

/// Tell how far one has read
///
/// All up to this one are read from now on. It never goes back: of two devices, the one that has read further counts.
#[utoipa::path(
    put, path = "/v1/notifications/read", operation_id = "readNotifications", tag = "notifications",
    request_body = ReadUpToInput,
    responses((status = 200, body = UnreadNotifications, description = "How many are still not read.")),
)]
async fn read_notifications(
    State(state): State<AppState>,
    viewer: Viewer,
    Valid(read): Valid<ReadUpTo>,
) -> Outcome {
    let (account, notification) = (viewer.account, read.up_to);
    let mut tx = state.store.write(&viewer.scope).await?;
    if tx.notifications().read_up_to(account, notification).await? {
        tx.tell(NotificationRead { account, notification, and_before: true })?;
    }
    let reply = Reply::ok(&tx.notifications().count_unread(account).await?)?;
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(reply)
}

/// Tell that one has read one notification
///
/// This one, and not those before it.
#[utoipa::path(
    put, path = "/v1/notifications/{notification_id}/read", operation_id = "readNotification", tag = "notifications",
    responses((status = 204, description = "It is read.")),
)]
async fn read_notification(
    State(state): State<AppState>,
    viewer: Viewer,
    Key(notification): Key<NotificationId>,
) -> Outcome {
    let account = viewer.account;
    let mut tx = state.store.write(&viewer.scope).await?;
    let was_unread = tx.notifications().read(account, notification).await?;
    if was_unread.ok_or_else(|| ApiError::not_found("notification"))? {
        tx.tell(NotificationRead { account, notification, and_before: false })?;
    }
    tx.commit().await?;
    state.told.notify_waiters();
    Ok(Reply::no_content())
}

/// Read how one is told
///
/// Every kind there is.
#[utoipa::path(
    get, path = "/v1/notifications/preferences", operation_id = "getNotificationPreferences", tag = "notifications",
    responses((status = 200, body = NotificationPreferences, description = "How one is told each kind of thing.")),
)]
async fn get_preferences(mut reader: Reader) -> Outcome {
    Reply::ok(&reader.tx.notification_preferences().get(reader.viewer.account).await?)
}

/// Say how one wants to be told
///
/// Each kind that is not named is told as usual: in the app, and what matters much by mail at once, other things once a
/// day or once a week.
#[utoipa::path(
    put, path = "/v1/notifications/preferences", operation_id = "setNotificationPreferences", tag = "notifications",
    request_body = NotificationPreferencesInput,
    responses((status = 200, body = NotificationPreferences, description = "How one is told each kind of thing.")),
)]
async fn set_preferences(
    State(state): State<AppState>,
    viewer: Viewer,
    Valid(preferences): Valid<NotificationPreferences>,
) -> Outcome {
    let mut tx = state.store.write(&viewer.scope).await?;
    tx.notification_preferences().set(viewer.account, &preferences).await?;
    let reply = Reply::ok(&tx.notification_preferences().get(viewer.account).await?)?;
    tx.commit().await?;
    Ok(reply)
}
