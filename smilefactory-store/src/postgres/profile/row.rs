//! A row into a profile.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use smilefactory_core::id::{AccountId, Id};
use smilefactory_core::profile::{
    DetailsInput, FieldVisibilityInput, LocationInput, LookingForInput, Profile, ProfileContent, ProfileInput,
};
use smilefactory_core::version::Version;
use sqlx::types::Json;
use uuid::Uuid;

use super::super::row::RowOf;
use crate::error::{Result, StoreError};

/// A row of `identity.whole_profiles`: raw, as its owner might have sent it.
pub(super) struct ProfileRow {
    pub(super) account_id: Uuid,
    pub(super) headline: Option<String>,
    pub(super) photo: Option<String>,
    pub(super) city: Option<String>,
    pub(super) country: Option<String>,
    pub(super) languages: Vec<String>,
    pub(super) skills: Vec<String>,
    pub(super) interests: Vec<String>,
    pub(super) links: Vec<String>,
    pub(super) availability: Option<String>,
    pub(super) looking_for: Vec<String>,
    pub(super) looking_for_why: Vec<Option<String>>,
    pub(super) offering: Option<String>,
    pub(super) visibility: String,
    pub(super) email_visibility: String,
    pub(super) phone_visibility: String,
    pub(super) location_visibility: String,
    pub(super) connections_visibility: String,
    pub(super) state: String,
    pub(super) completion: i16,
    pub(super) extra: Json<Map<String, Value>>,
    pub(super) version: i64,
    pub(super) created_at: DateTime<Utc>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) participation: Option<String>,
    pub(super) details: Option<Json<DetailsInput>>,
}

impl TryFrom<ProfileRow> for Profile {
    type Error = StoreError;
    fn try_from(row: ProfileRow) -> Result<Self> {
        let of = RowOf { table: "identity.profiles", id: row.account_id };
        let wishes = row.looking_for.into_iter().zip(row.looking_for_why);
        let content = ProfileInput {
            headline: row.headline,
            photo: row.photo,
            location: row.country.map(|country| LocationInput { city: row.city, country }),
            languages: row.languages,
            skills: row.skills,
            interests: row.interests,
            links: row.links,
            availability: row.availability,
            looking_for: wishes.map(|(kind, why)| LookingForInput { kind, why }).collect(),
            offering: row.offering,
            // A profile without the details of its kind is as unreadable as details that say no kind.
            details: row.details.map_or_else(DetailsInput::default, |details| details.0),
            visibility: Some(row.visibility),
            field_visibility: Some(FieldVisibilityInput {
                email: Some(row.email_visibility),
                phone: Some(row.phone_visibility),
                location: Some(row.location_visibility),
                connections: Some(row.connections_visibility),
            }),
            extra: row.extra.0,
        };
        Ok(Self {
            account: AccountId::from_uuid(row.account_id),
            content: of.field::<ProfileContent>("content", content)?,
            participation: of.parse_opt("participation", row.participation.as_deref())?,
            state: of.parse("state", &row.state)?,
            completion: u8::try_from(row.completion)
                .map_err(|error| StoreError::corrupt(of.table, "completion", of.id)(Box::new(error)))?,
            version: Version::new(row.version),
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// A statement that reads whole profiles: the columns, and what the caller says comes after them, beginning with
/// `from`; the profiles are named `p` there.
macro_rules! select_profiles {
    ($from:literal $(+ $more:literal)* $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            ProfileRow,
            r#"
            select p.account_id as "account_id!", p.headline, p.photo, p.city, p.country as "country: String",
              p.languages as "languages!", p.skills as "skills!", p.interests as "interests!", p.links as "links!",
              p.availability, p.looking_for as "looking_for!",
              p.looking_for_why as "looking_for_why!: Vec<Option<String>>", p.offering,
              p.visibility as "visibility!", p.email_visibility as "email_visibility!",
              p.phone_visibility as "phone_visibility!", p.location_visibility as "location_visibility!",
              p.connections_visibility as "connections_visibility!", p.state as "state!",
              p.completion::smallint as "completion!", p.extra as "extra!: Json<Map<String, Value>>",
              p.version as "version!", p.created_at as "created_at!", p.updated_at as "updated_at!",
              p.participation, p.details as "details: Json<DetailsInput>"
            "# + $from $(+ $more)*
            $(, $argument)*
        )
    };
}
pub(super) use select_profiles;
