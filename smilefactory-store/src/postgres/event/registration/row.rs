//! Registrations as the database has them.

use chrono::{DateTime, Utc};
use smilefactory_core::event::{OwnRegistration, Registration};
use smilefactory_core::id::{AccountId, EventId, Id, RegistrationId};
use smilefactory_core::version::Version;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::postgres::row::RowOf;

pub(super) struct RegistrationRow {
    pub(super) id: Uuid,
    pub(super) event_id: Uuid,
    pub(super) account_id: Uuid,
    pub(super) class: String,
    pub(super) state: String,
    pub(super) place: Option<i64>,
    pub(super) offered_until: Option<DateTime<Utc>>,
    pub(super) seated_at: Option<DateTime<Utc>>,
    pub(super) checked_in_at: Option<DateTime<Utc>>,
    pub(super) invited_by: Option<Uuid>,
    pub(super) version: i64,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
}

impl TryFrom<RegistrationRow> for Registration {
    type Error = StoreError;
    fn try_from(row: RegistrationRow) -> Result<Self> {
        let of = RowOf { table: "event.registrations", id: row.id };
        Ok(Self {
            id: RegistrationId::from_uuid(row.id),
            event: EventId::from_uuid(row.event_id),
            account: AccountId::from_uuid(row.account_id),
            class: of.parse_opt("class", Some(row.class.as_str()).filter(|class| !class.is_empty()))?,
            state: of.parse("state", &row.state)?,
            place: row.place.and_then(|place| u64::try_from(place).ok()),
            offered_until: row.offered_until,
            seated_at: row.seated_at,
            checked_in_at: row.checked_in_at,
            invited_by: row.invited_by.map(AccountId::from_uuid),
            version: Version::new(row.version),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

pub(super) struct OwnRow {
    pub(super) registration: RegistrationRow,
    pub(super) title: String,
    pub(super) event_state: String,
    pub(super) starts_at: DateTime<Utc>,
    pub(super) ends_at: DateTime<Utc>,
}

impl TryFrom<OwnRow> for OwnRegistration {
    type Error = StoreError;
    fn try_from(row: OwnRow) -> Result<Self> {
        let of = RowOf { table: "event.events", id: row.registration.event_id };
        Ok(Self {
            title: row.title,
            event_state: of.parse("state", &row.event_state)?,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            registration: row.registration.try_into()?,
        })
    }
}

/// Reads registrations: what follows `from event.registrations r`, and its parameters.
macro_rules! select_registrations {
    ($tail:literal, $($parameter:expr),* $(,)?) => {
        sqlx::query_as!(
            RegistrationRow,
            r#"
            select r.id, r.event_id, r.account_id, r.class, r.state, r.place, r.offered_until, r.seated_at, r.checked_in_at,
              r.invited_by, r.version, r.created_at, r.updated_at
            from event.registrations r
            "# + $tail,
            $($parameter),*
        )
    };
}

/// The same with what the events are.
macro_rules! select_own {
    ($tail:literal, $($parameter:expr),* $(,)?) => {
        sqlx::query!(
            r#"
            select r.id, r.event_id, r.account_id, r.class, r.state, r.place, r.offered_until, r.seated_at, r.checked_in_at,
              r.invited_by, r.version, r.created_at, r.updated_at, e.title, e.state as event_state, e.starts_at, e.ends_at
            from event.registrations r
            join event.events e on e.tenant_id = r.tenant_id and e.id = r.event_id
            "# + $tail,
            $($parameter),*
        )
        .map(|row| OwnRow {
            registration: RegistrationRow {
                id: row.id,
                event_id: row.event_id,
                account_id: row.account_id,
                class: row.class,
                state: row.state,
                place: row.place,
                offered_until: row.offered_until,
                seated_at: row.seated_at,
                checked_in_at: row.checked_in_at,
                invited_by: row.invited_by,
                version: row.version,
                created_at: row.created_at,
                updated_at: row.updated_at,
            },
            title: row.title,
            event_state: row.event_state,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
        })
    };
}
pub(super) use {select_own, select_registrations};
