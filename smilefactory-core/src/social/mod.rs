//! What people are to each other: connections, how they come about and how strong they are, follows, blocks and mutes;
//! and what comes of it, networks and the ways to others.

mod block;
mod connection;
mod follow;
mod introduction;
mod mute;
mod network;
mod quota;
mod request;
mod strength;
#[cfg(test)]
mod tests;

pub use self::block::Block;
pub use self::connection::{
    Acquaintance, AcquaintanceSort, Connection, ConnectionCounts, ConnectionKind, ConnectionSort, Pair,
};
pub use self::follow::Follow;
pub use self::introduction::{
    ConsentChoice, ConsentChoiceInput, ConsentChoicePatch, Introducer, Introduction, IntroductionConsent,
    IntroductionDraft, IntroductionInput, IntroductionPatch, IntroductionPath, IntroductionPaths,
    IntroductionRefused, IntroductionState, IntroductionsAsked, Naming,
};
pub use self::mute::Mute;
pub use self::network::{
    ConnectionsOfKind, Diversity, MOST_KINDS, MOST_LABELS, Network, NetworkMonth, PeopleOfKind, PeopleWith,
    variety,
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
use crate::id::{AccountId, ConnectionRequestId, IntroductionId};

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

    /// Somebody chose whether they are named to those whom they could introduce.
    IntroductionConsentChosen = "social.introduction.consent_chosen" v 1 of account: AccountId {
        /// What they chose.
        consent: IntroductionConsent,
    }

    /// Somebody asked another to introduce them to a third.
    IntroductionAsked = "social.introduction.asked" v 1 of introduction: IntroductionId {
        /// Who asks.
        asker: AccountId,
        /// Who is asked.
        introducer: AccountId,
        /// Whom the asker would like to meet.
        target: AccountId,
    }

    /// Somebody introduces one person to another.
    IntroductionGranted = "social.introduction.granted" v 1 of introduction: IntroductionId {
        /// Who asked.
        asker: AccountId,
        /// Who was asked.
        introducer: AccountId,
        /// Whom the asker would like to meet.
        target: AccountId,
    }

    /// Somebody does not introduce one person to another. It is not for whoever asked.
    IntroductionDeclined = "social.introduction.declined" v 1 of introduction: IntroductionId {
        /// Who asked.
        asker: AccountId,
        /// Who was asked.
        introducer: AccountId,
        /// Whom the asker would have liked to meet.
        target: AccountId,
    }
}
