//! Requests to connect.
//!
//! ```
//! use chrono::{DateTime, TimeDelta};
//! use smilefactory_core::id::{AccountId, ConnectionRequestId, Id};
//! use smilefactory_core::social::{ConnectionRequestDraft, ConnectionRequestInput, RequestState};
//! use smilefactory_core::validation::Field;
//!
//! let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
//! let (tariro, rudo) = (AccountId::at(now, [1; 10]), AccountId::at(now, [2; 10]));
//! let draft = ConnectionRequestDraft::from_raw(ConnectionRequestInput {
//!     to: rudo.to_string(),
//!     kind: "mentorship".into(),
//!     message: "You built what I am about to build.".into(),
//! })?;
//! let (request, sent) = draft.send(ConnectionRequestId::at(now, [3; 10]), tariro, now)?;
//! assert_eq!((sent.from, sent.to), (tariro, rudo));
//! assert!(request.clone().accept(tariro, now).is_err(), "nobody answers for somebody else");
//! let (accepted, connection, ..) = request.clone().accept(rudo, now)?;
//! assert_eq!((accepted.state, connection.requested_by), (RequestState::Accepted, tariro));
//! assert_eq!(request.at(now + TimeDelta::days(30)).state, RequestState::Expired);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Acquaintance, Connection, ConnectionKind, ConnectionMade, ConnectionRequestAccepted,
    ConnectionRequestDeclined, ConnectionRequestExpired, ConnectionRequestSent, ConnectionRequestWithdrawn,
    Pair,
};
use crate::answer::answer;
use crate::choice::choices;
use crate::error::InvalidTransition;
use crate::id::{AccountId, ConnectionRequestId};
use crate::record::record;
use crate::text::Prose;
use crate::version::Version;

choices! {
    /// What became of a request.
    RequestState {
        /// It waits for an answer.
        Pending = "pending",
        /// The two are connected since.
        Accepted = "accepted",
        /// Whoever was asked said no.
        Declined = "declined",
        /// Whoever asked took it back.
        Withdrawn = "withdrawn",
        /// Nobody answered in time.
        Expired = "expired",
    }
}

record! {
    /// What somebody asks who wants to connect.
    pub struct ConnectionRequestDraft / ConnectionRequestInput / ConnectionRequestPatch {
        /// Who is asked.
        to: AccountId,
        /// As what to connect.
        kind: ConnectionKind,
        /// Why; whoever is asked reads it.
        message: Prose<20, 1_000>,
    }
}

answer! {
    /// A request to connect, which the two whom it is about see.
    pub struct ConnectionRequest: Eq {
        /// Its id.
        id: ConnectionRequestId,
        /// Who asks.
        from: AccountId,
        /// Who is asked.
        to: AccountId,
        /// As what to connect.
        kind: ConnectionKind,
        /// Why.
        message: Prose<20, 1_000>,
        /// What became of it.
        state: RequestState,
        /// When it was sent.
        created_at: DateTime<Utc>,
        /// Until when it can be answered.
        expires_at: DateTime<Utc>,
        /// When it was answered, taken back or expired.
        answered_at: Option<DateTime<Utc>>,
        /// How often it was saved.
        version: Version,
    }
}

answer! {
    /// What became of asking somebody: either of the two.
    pub struct AskedAnswer {
        /// The request that they are sent.
        request: Option<ConnectionRequest>,
        /// The connection, when they had asked the same before.
        connection: Option<Acquaintance>,
    }
}

/// What became of asking somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// They are asked.
    Requested(ConnectionRequest),
    /// They had asked the same already: the two are connected.
    Connected(Connection),
}

/// Why somebody is not asked, or not connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectionRefused {
    /// The state does not allow the step.
    #[error(transparent)]
    State(#[from] InvalidTransition),
    /// Somebody asks, answers or ends something for somebody else.
    #[error("to {step} a request is for whoever {whose}")]
    NotYours {
        /// What was tried.
        step: &'static str,
        /// Whose it is to do.
        whose: &'static str,
    },
    /// Somebody wants to connect with themselves.
    #[error("nobody connects with themselves")]
    Oneself,
    /// They are connected already.
    #[error("you are connected already")]
    AlreadyConnected,
    /// They are asked already, and have not answered.
    #[error("you have asked them already")]
    AlreadyAsked,
    /// They declined not long ago.
    #[error("they declined; ask again after {}", until.format("%Y-%m-%d"))]
    CoolingDown {
        /// Until when they are not asked.
        until: DateTime<Utc>,
    },
    /// Too many people were asked within a month.
    #[error("at most {quota} people are asked within 30 days")]
    TooManyThisMonth {
        /// How many may be.
        quota: u16,
    },
    /// Too many people of this kind were asked within a week and have not answered.
    #[error("at most {quota} people of one kind are asked within a week before they answer")]
    TooManyUnanswered {
        /// How many may be.
        quota: u16,
    },
}

impl ConnectionRequestDraft {
    /// Somebody sends the request. Whether the two are connected already, or one more may be asked, is for
    /// [`RequestQuota`](super::RequestQuota) and the store to say.
    pub fn send(
        self,
        id: ConnectionRequestId,
        from: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(ConnectionRequest, ConnectionRequestSent), ConnectionRefused> {
        if self.to == from {
            return Err(ConnectionRefused::Oneself);
        }
        let request = ConnectionRequest {
            id,
            from,
            to: self.to,
            kind: self.kind,
            message: self.message,
            state: RequestState::Pending,
            created_at: now,
            expires_at: now + ConnectionRequest::LIFETIME,
            answered_at: None,
            version: Version::FIRST,
        };
        Ok((request, ConnectionRequestSent { request: id, from, to: self.to }))
    }
}

impl ConnectionRequest {
    /// How long a request can be answered.
    pub const LIFETIME: TimeDelta = TimeDelta::days(30);

    /// The two whom it is about. Nobody asks themselves.
    fn pair(&self) -> Result<Pair, ConnectionRefused> {
        Pair::new(self.from, self.to).ok_or(ConnectionRefused::Oneself)
    }

    /// The request as it stands at this time: one that nobody answered is expired from its time on, whether that was
    /// written down or not.
    #[must_use]
    pub fn at(self, now: DateTime<Utc>) -> Self {
        if self.state == RequestState::Pending && self.expires_at <= now {
            let expires_at = self.expires_at;
            Self { state: RequestState::Expired, answered_at: Some(expires_at), ..self }
        } else {
            self
        }
    }

    /// Whether the two whom it is about are these.
    pub fn is_between(&self, a: AccountId, b: AccountId) -> bool {
        Pair::new(self.from, self.to) == Pair::new(a, b)
    }

    /// The same after a step out of waiting.
    fn end(
        self,
        step: &'static str,
        state: RequestState,
        now: DateTime<Utc>,
    ) -> Result<Self, ConnectionRefused> {
        let there = self.at(now);
        if there.state != RequestState::Pending {
            return Err(InvalidTransition::new("request", there.state.as_str(), step).into());
        }
        Ok(Self { state, answered_at: Some(now), ..there })
    }

    /// Whoever was asked says yes: the two are connected.
    pub fn accept(
        self,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(Self, Connection, ConnectionRequestAccepted, ConnectionMade), ConnectionRefused> {
        if by != self.to {
            return Err(ConnectionRefused::NotYours { step: "accept", whose: "is asked" });
        }
        let pair = self.pair()?;
        let there = self.end("accept", RequestState::Accepted, now)?;
        let connection = Connection { pair, kind: there.kind, requested_by: there.from, since: now };
        let fact = ConnectionRequestAccepted { request: there.id, from: there.from, to: there.to };
        Ok((there, connection, fact, connection.made()))
    }

    /// Whoever was asked says no.
    pub fn decline(
        self,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(Self, ConnectionRequestDeclined), ConnectionRefused> {
        if by != self.to {
            return Err(ConnectionRefused::NotYours { step: "decline", whose: "is asked" });
        }
        let there = self.end("decline", RequestState::Declined, now)?;
        let fact = ConnectionRequestDeclined { request: there.id, from: there.from, to: there.to };
        Ok((there, fact))
    }

    /// Whoever asked takes it back.
    pub fn withdraw(
        self,
        by: AccountId,
        now: DateTime<Utc>,
    ) -> Result<(Self, ConnectionRequestWithdrawn), ConnectionRefused> {
        if by != self.from {
            return Err(ConnectionRefused::NotYours { step: "withdraw", whose: "sent it" });
        }
        let there = self.end("withdraw", RequestState::Withdrawn, now)?;
        let fact = ConnectionRequestWithdrawn { request: there.id, from: there.from, to: there.to };
        Ok((there, fact))
    }

    /// Its time is over, and nobody answered.
    pub fn expire(self, now: DateTime<Utc>) -> Result<(Self, ConnectionRequestExpired), InvalidTransition> {
        let refused = |state| InvalidTransition::new("request", state, "expire");
        if self.state != RequestState::Pending {
            return Err(refused(self.state.as_str()));
        }
        let there = self.at(now);
        if there.state != RequestState::Expired {
            return Err(refused("still to be answered"));
        }
        let fact = ConnectionRequestExpired { request: there.id, from: there.from, to: there.to };
        Ok((there, fact))
    }
}
