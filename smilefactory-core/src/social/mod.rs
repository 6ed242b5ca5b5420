//! What people are to each other: connections and how they come about, follows, blocks and mutes.

mod block;
mod connection;
mod follow;
pub mod introduction;
mod mute;
mod network;
mod quota;
mod request;
mod strength;
#[cfg(test)]
mod tests;

pub use self::block::Block;
pub use self::connection::{
    Acquaintance, Connection, ConnectionCounts, ConnectionKind, ConnectionSort, Pair,
};
pub use self::follow::Follow;
pub use self::introduction::{
    ConsentChoice, ConsentChoiceInput, ConsentChoicePatch, Introducer, Introduction, IntroductionAsked,
    IntroductionConsent, IntroductionConsentChosen, IntroductionDeclined, IntroductionDraft, IntroductionGranted,
    IntroductionInput, IntroductionPatch, IntroductionPath, IntroductionPaths, IntroductionRefused,
    IntroductionState, IntroductionsAsked, Naming,
};
pub use self::mute::Mute;
pub use self::network::{
    ConnectionsOfKind, Diversity, MOST_KINDS, MOST_LABELS, Network, NetworkMonth, PeopleOfKind, PeopleWith, variety,
};
pub use self::quota::{RequestHistory, RequestQuota};
pub use self::request::{
    Asked, AskedAnswer, ConnectionRefused, ConnectionRequest, ConnectionRequestDraft, ConnectionRequestInput,
    ConnectionRequestPatch, RequestState,
};
pub use self::strength::{
    FORGOTTEN_AFTER_DAYS, HALF_LIFE_DAYS, InteractionKind, InteractionWeights, PairStrength, StrengthKey,
};
use crate::fact::facts;
use crate::id::{AccountId, ConnectionRequestId};

facts! {
    /// Somebody asked somebody else to connect.
    ConnectionRequestSent = "social.request.sent" v 1 of request: ConnectionRequestId {
        /// Who asks.
        from: AccountId,
        /// Who is asked.
        to: AccountId,
    }

    /// Whoever was asked said yes, or asked the same at the same time.
    ConnectionRequestAccepted = "social.request.accepted" v 1 of request: ConnectionRequestId {
        /// Who asked.
        from: AccountId,
        /// Who was asked.
        to: AccountId,
    }

    /// Whoever was asked said no.
    ConnectionRequestDeclined = "social.request.declined" v 1 of request: ConnectionRequestId {
        /// Who asked.
        from: AccountId,
        /// Who was asked.
        to: AccountId,
    }

    /// Whoever asked took it back.
    ConnectionRequestWithdrawn = "social.request.withdrawn" v 1 of request: ConnectionRequestId {
        /// Who asked.
        from: AccountId,
        /// Who was asked.
        to: AccountId,
    }

    /// Nobody answered in time.
    ConnectionRequestExpired = "social.request.expired" v 1 of request: ConnectionRequestId {
        /// Who asked.
        from: AccountId,
        /// Who was asked.
        to: AccountId,
    }

    /// Two people are connected.
    ConnectionMade = "social.connection.made" v 1 of connection: AccountId {
        /// The other of the two; the one with the lower id is the connection's.
        other: AccountId,
        /// As what.
        kind: ConnectionKind,
    }

    /// Two people are connected no more.
    ConnectionRemoved = "social.connection.removed" v 1 of connection: AccountId {
        /// The other of the two; the one with the lower id is the connection's.
        other: AccountId,
        /// As what they were.
        kind: ConnectionKind,
        /// Who of them ended it.
        by: AccountId,
    }

    /// Somebody follows somebody else.
    FollowBegun = "social.follow.begun" v 1 of account: AccountId {
        /// Whom.
        other: AccountId,
    }

    /// Somebody follows somebody else no more.
    FollowEnded = "social.follow.ended" v 1 of account: AccountId {
        /// Whom.
        other: AccountId,
    }

    /// Somebody blocked somebody else.
    BlockSet = "social.block.set" v 1 of account: AccountId {
        /// Whom.
        other: AccountId,
    }

    /// Somebody blocks somebody else no more.
    BlockLifted = "social.block.lifted" v 1 of account: AccountId {
        /// Whom.
        other: AccountId,
    }

    /// Somebody muted somebody else.
    MuteSet = "social.mute.set" v 1 of account: AccountId {
        /// Whom.
        other: AccountId,
    }

    /// Somebody mutes somebody else no more.
    MuteLifted = "social.mute.lifted" v 1 of account: AccountId {
        /// Whom.
        other: AccountId,
    }
}
