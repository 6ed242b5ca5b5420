//! Every kind of id the platform has, one line each.
//!
//! An id is a UUID of version 7: it sorts by the time it was made, so that a primary key also serves
//! "created after", and its 74 random bits cannot be guessed. It does tell *when* it was made; what must
//! not tell that (tokens, codes) is not an id.
//!
//! Core has no clock and no randomness, so both are passed in:
//!
//! ```
//! use chrono::{TimeZone, Utc};
//! use smilefactory_core::id::{Id, PostId};
//!
//! let when = Utc.with_ymd_and_hms(2026, 3, 1, 9, 30, 0).unwrap();
//! let id = PostId::at(when, [7; 10]);
//! assert_eq!(id.created_at(), Some(when));
//! assert!(PostId::earliest_at(when) <= id);
//! ```

use std::fmt;
use std::hash::Hash;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What all ids have in common.
pub trait Id: Copy + Eq + Ord + Hash + fmt::Debug + fmt::Display + Send + Sync + 'static {
    /// The name of the entity, as errors and facts spell it: `"post"`.
    const ENTITY: &'static str;

    /// The id inside this UUID, whatever its version: an id that nobody made is simply not found.
    fn from_uuid(uuid: Uuid) -> Self;

    /// The UUID inside.
    fn uuid(self) -> Uuid;

    /// The id made at `when` (to the millisecond) from ten random bytes.
    fn at(when: DateTime<Utc>, random: [u8; 10]) -> Self {
        let millis = u64::try_from(when.timestamp_millis()).unwrap_or(0);
        Self::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }

    /// The smallest id that can be made at `when`: the lower bound of a time range.
    fn earliest_at(when: DateTime<Utc>) -> Self {
        Self::at(when, [0; 10])
    }

    /// When the id was made, to the millisecond; `None` when it is not of version 7.
    fn created_at(self) -> Option<DateTime<Utc>> {
        let (seconds, nanos) = self.uuid().get_timestamp()?.to_unix();
        DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $entity:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl Id for $name {
            const ENTITY: &'static str = $entity;
            fn from_uuid(uuid: Uuid) -> Self { Self(uuid) }
            fn uuid(self) -> Uuid { self.0 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($entity, ":{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;
            fn from_str(s: &str) -> Result<Self, MalformedId> {
                Uuid::parse_str(s).map(Self).map_err(|_| MalformedId { entity: $entity })
            }
        }

        impl $crate::validation::Field for $name {
            type Raw = String;
            type Change = String;
            fn parse(raw: String, report: &mut $crate::validation::Report) -> Option<Self> {
                match Uuid::parse_str(&raw) {
                    Ok(id) => Some(Self(id)),
                    Err(_) if raw.is_empty() => report.refuse($crate::validation::Violation::required()),
                    Err(_) => report.refuse($crate::validation::Violation::malformed("a UUID")),
                }
            }
            fn into_raw(self) -> String { self.0.to_string() }
            fn change(raw: &mut String, change: String) { *raw = change; }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Uuid { id.0 }
        }

        #[cfg(feature = "openapi")]
        crate::schema::leaf::leaf!(
            [] $name, stringify!($name),
            crate::schema::leaf::formatted(utoipa::openapi::KnownFormat::Uuid)
        );
    )*};
}

ids! {
    /// A person's account in one tenant, and the key of the profile that belongs to it.
    AccountId = "account";
    /// One change of one row, as the audit trail keeps it.
    AuditId = "audit entry";
    /// A node of the tree of categories.
    CategoryId = "category";
    /// An answer to a post, or to another comment.
    CommentId = "comment";
    /// Somebody's wish to be connected with somebody else.
    ConnectionRequestId = "connection request";
    /// People who write to each other.
    ConversationId = "conversation";
    /// A key that a tenant's fields are encrypted with.
    DataKeyId = "data key";
    /// People who come together.
    EventId = "event";
    /// Something that happened.
    FactId = "fact";
    /// A code that a group of the community is joined with.
    GroupCodeId = "group code";
    /// A group of the community.
    GroupId = "group";
    /// Money that an organisation was given at one time.
    FundingRoundId = "funding round";
    /// A key that makes a repeated request have one effect.
    IdempotencyId = "idempotency key";
    /// The reading of a file.
    ImportId = "import";
    /// The question whether somebody introduces one person to another.
    IntroductionId = "introduction";
    /// What somebody asks about a listing, and what comes of it.
    InquiryId = "inquiry";
    /// Something that was said or done about an inquiry.
    InquiryEntryId = "inquiry entry";
    /// A code that a group is joined with.
    InvitationId = "invitation";
    /// Something that somebody offers.
    ListingId = "listing";
    /// A file that somebody uploaded.
    MediaId = "media";
    /// What somebody said in a conversation.
    MessageId = "message";
    /// Something that moderators look into.
    ModerationCaseId = "moderation case";
    /// A decision or another step of moderation, as its log keeps it.
    ModerationEntryId = "moderation entry";
    /// What somebody is told because it concerns them.
    NotificationId = "notification";
    /// A company, an institute or whatever else people work for.
    OrganisationId = "organisation";
    /// A post of any kind.
    PostId = "post";
    /// How somebody stands to an event.
    RegistrationId = "registration";
    /// What somebody brought to the moderators' attention.
    ReportId = "report";
    /// One request, from its first log line to its last.
    RequestId = "request";
    /// Something that people at an event are given.
    ResourceId = "resource";
    /// An event that repeats.
    SeriesId = "series";
    /// A log-in that lasts.
    SessionId = "session";
    /// Somebody who listens to what happens.
    StreamId = "stream";
    /// A mark against somebody who broke the rules.
    StrikeId = "strike";
    /// A word that content is found by.
    TagId = "tag";
    /// An organisation that runs a community.
    TenantId = "tenant";
    /// A single-use token that was sent to an email address.
    VerificationId = "verification";
}

/// A text that is no UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{entity} id is not a UUID")]
pub struct MalformedId {
    entity: &'static str,
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ids_sort_by_the_time_they_were_made(a in 0_i64..4_000_000_000, b in 0_i64..4_000_000_000, r: [u8; 10]) {
            let at = |s| Utc.timestamp_opt(s, 0).unwrap();
            prop_assume!(a != b);
            prop_assert_eq!(PostId::at(at(a), r) < PostId::at(at(b), r), a < b);
        }

        #[test]
        fn an_id_tells_when_it_was_made(ms in 0_i64..4_000_000_000_000, r: [u8; 10]) {
            let when = Utc.timestamp_millis_opt(ms).unwrap();
            prop_assert_eq!(PostId::at(when, r).created_at(), Some(when));
            prop_assert_eq!(PostId::at(when, r).uuid().get_version_num(), 7);
        }

        #[test]
        fn an_id_survives_the_wire(r: [u8; 16]) {
            let id = AccountId::from_uuid(Uuid::from_bytes(r));
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<AccountId>(&json).unwrap(), id);
            prop_assert_eq!(id.to_string().parse::<AccountId>(), Ok(id));
        }
    }
}
