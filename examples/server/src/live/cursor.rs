//! The ids of events: how far somebody has read, sealed for the account they were given to.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use smilefactory_core::id::AccountId;
use smilefactory_core::messaging::live::ResetReason;
use smilefactory_core::page::Cursor;
use smilefactory_core::scope::Scope;
use smilefactory_store::Store;
use smilefactory_store::outbox::{LogPosition, Place};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::openapi::header_parameter;
use crate::problem::ApiError;
use crate::state::AppState;

/// The id of the last event that somebody has, who was here before.
#[derive(Clone, Debug)]
pub(crate) struct LastEventId(Option<String>);

const NAME: &str = "last-event-id";

/// How far somebody has read which log.
#[derive(Serialize, Deserialize)]
struct Read {
    #[serde(rename = "e")]
    epoch: i64,
    #[serde(flatten)]
    place: Place,
}

/// The id of whoever has read this log up to this place.
pub(super) fn seal(store: &Store, scope: &Scope, account: AccountId, epoch: i64, place: &Place) -> String {
    let read = Read { epoch, place: place.clone() };
    let sealed = store.cursor_key().seal(&read, scope.tenant, &("live", account));
    sealed.map(|cursor| cursor.as_str().to_owned()).unwrap_or_default()
}

impl LastEventId {
    /// Where to go on: `None` from now; or why that cannot be.
    pub(super) fn open(
        &self,
        store: &Store,
        scope: &Scope,
        account: AccountId,
        now: &LogPosition,
    ) -> Result<Option<Place>, ResetReason> {
        let Some(id) = &self.0 else { return Ok(None) };
        let read: Read = store
            .cursor_key()
            .open(&Cursor::from(id.clone()), scope.tenant, &("live", account))
            .map_err(|_| ResetReason::Invalid)?;
        if read.epoch != now.epoch {
            return Err(ResetReason::OtherLog);
        }
        Ok(Some(read.place))
    }
}

impl FromRequestParts<AppState> for LastEventId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        // One that cannot even be read as text was not given by us.
        let id = parts.headers.get(NAME).map(|id| id.to_str().unwrap_or("unreadable").to_owned());
        Ok(Self(id.filter(|id| !id.is_empty())))
    }
}

impl IntoParams for LastEventId {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![header_parameter(
            "Last-Event-ID",
            "The `id` of the last event that the caller has: the stream goes on after it. Without it, it begins now.",
            "AZVRDKPAcACA",
            false,
        )]
    }
}
