#![doc = include_str!("../README.md")]
#![cfg_attr(test, expect(clippy::pedantic, reason = "tests"))]

pub mod blob;
pub mod bulk;
pub mod community;
pub mod config;
mod conn;
pub mod crypto;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod erasure;
mod error;
pub mod event;
mod keyring;
pub mod maintenance;
pub mod marketplace;
pub mod media;
pub mod messaging;
pub mod migrate;
pub mod moderation;
#[cfg(feature = "native")]
pub mod native;
pub mod network;
pub mod notify;
mod operator;
pub mod outbox;
pub mod partition;
pub mod password;
pub mod postgres;
pub mod render;
pub mod repo;
pub mod screening;
pub mod search;
pub mod social;
mod startup;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;
mod tx;

pub use self::config::Config;
pub use self::error::{Result, Source, StoreError};
pub use self::operator::Operator;
pub use self::store::{Store, Surroundings};
pub use self::tx::{ReadOnly, ReadTx, ReadWrite, Sight, Tx, WriteTx};

/// Everything a unit of work is used with: `use smilefactory_store::prelude::*;`.
pub mod prelude {
    pub use crate::repo::ai::{
        ReadDismissals as _, ReadEmbeddings as _, WriteDismissals as _, WriteEmbeddings as _,
    };
    pub use crate::repo::community::{
        ReadGroupCodes as _, ReadGroupMembers as _, ReadGroups as _, WriteGroupCodes as _,
        WriteGroupMembers as _, WriteGroups as _,
    };
    pub use crate::repo::content::{
        ReadAppeals as _, ReadCategories as _, ReadComments as _, ReadEngagement as _, ReadLabels as _,
        ReadMedia as _, ReadModerationCases as _, ReadModerationLog as _, ReadPosts as _, ReadReports as _,
        ReadStrikes as _, ReadTags as _, ReadVersions as _, ReadVotes as _, WriteAppeals as _,
        WriteCategories as _, WriteComments as _, WriteContentErasure as _, WriteEngagement as _,
        WriteLabels as _, WriteMedia as _, WriteModerationCases as _, WriteModerationLog as _,
        WritePosts as _, WriteReports as _, WriteStandings as _, WriteStrikes as _, WriteSuspensions as _,
        WriteTags as _, WriteVersions as _, WriteVotes as _,
    };
    pub use crate::repo::event::{
        ReadEventFeeds as _, ReadEvents as _, ReadProgrammes as _, ReadRegistrations as _, ReadSeries as _,
        WriteEventFeeds as _, WriteEvents as _, WriteProgrammes as _, WriteRegistrations as _,
        WriteSeries as _,
    };
    pub use crate::repo::feed::{ReadFeed as _, WriteFeed as _};
    pub use crate::repo::identity::{
        ReadAccounts as _, ReadErasures as _, ReadOrganisations as _, ReadSessions as _, WriteAccounts as _,
        WriteErasures as _, WriteSessions as _, WriteVerifications as _,
    };
    pub use crate::repo::marketplace::{
        ReadInquiries as _, ReadListings as _, ReadReviews as _, WriteInquiries as _, WriteListings as _,
        WriteReviews as _,
    };
    pub use crate::repo::messaging::{
        ReadConversations as _, ReadInvitations as _, ReadLive as _, ReadMembers as _, ReadMessages as _,
        ReadSignals as _, WriteConversations as _, WriteInvitations as _, WriteMembers as _,
        WriteMessages as _, WriteSignals as _,
    };
    pub use crate::repo::messaging::{
        ReadNotificationPreferences as _, ReadNotifications as _, WriteDigests as _,
        WriteNotificationPreferences as _, WriteNotifications as _, WriteReminders as _,
    };
    pub use crate::repo::platform::{ReadAudit as _, WriteIdempotency as _};
    pub use crate::repo::profile::{
        ReadActivity as _, ReadProfileViews as _, ReadProfiles as _, WriteActivity as _,
        WriteProfileViews as _, WriteProfiles as _,
    };
    pub use crate::repo::social::{
        ReadBlocks as _, ReadConnectionRequests as _, ReadConnections as _, ReadFollows as _, ReadMutes as _,
        ReadNetwork as _, ReadRelations as _, WriteBlocks as _, WriteConnectionRequests as _,
        WriteConnections as _, WriteFollows as _, WriteMutes as _, WriteNetwork as _, WriteRelations as _,
    };
    pub use crate::repo::tenancy::{ReadTenants as _, WriteTenants as _};
    pub use crate::{Config, ReadTx, Store, StoreError, WriteTx};
}
