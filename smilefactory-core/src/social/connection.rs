//! Connections: of two people who both want it.

use chrono::{DateTime, Utc};

use super::{ConnectionMade, ConnectionRemoved};
use crate::answer::answer;
use crate::choice::choices;
use crate::id::AccountId;
use crate::recommendation::Score;
use crate::text::PersonName;

choices! {
    /// As what two people are connected.
    ConnectionKind {
        /// They know each other by their work.
        Professional = "professional",
        /// One passes on experience to the other.
        Mentorship = "mentorship",
        /// They make something together.
        Collaboration = "collaboration",
        /// They like each other.
        Friendship = "friendship",
    }

    /// In which order one's own connections come.
    ConnectionSort {
        /// The strongest first.
        Strength = "strength",
        /// By last name, then by first name.
        Name = "name",
        /// The newest first.
        Newest = "newest",
    }

    /// In which order somebody else's connections come: how strong those are is not for others.
    AcquaintanceSort {
        /// By last name, then by first name.
        Name = "name",
        /// The newest first.
        Newest = "newest",
    }
}

impl From<AcquaintanceSort> for ConnectionSort {
    fn from(sort: AcquaintanceSort) -> Self {
        match sort {
            AcquaintanceSort::Name => Self::Name,
            AcquaintanceSort::Newest => Self::Newest,
        }
    }
}

/// Two people, whoever is named first.
///
/// ```
/// use smilefactory_core::id::{AccountId, Id};
/// use smilefactory_core::social::Pair;
/// use uuid::Uuid;
///
/// let (one, two) = (AccountId::from_uuid(Uuid::from_u128(1)), AccountId::from_uuid(Uuid::from_u128(2)));
/// assert_eq!(Pair::new(one, two), Pair::new(two, one));
/// assert_eq!(Pair::new(one, two).map(|pair| (pair.low(), pair.high())), Some((one, two)));
/// assert_eq!(Pair::new(one, one), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    low: AccountId,
    high: AccountId,
}

impl Pair {
    /// These two; `None` when they are one.
    pub fn new(a: AccountId, b: AccountId) -> Option<Self> {
        (a != b).then(|| Self { low: a.min(b), high: a.max(b) })
    }

    /// The one with the lower id.
    pub const fn low(self) -> AccountId {
        self.low
    }

    /// The one with the higher id.
    pub const fn high(self) -> AccountId {
        self.high
    }

    /// Who is connected with `account`; `None` when `account` is neither of the two.
    pub fn other_than(self, account: AccountId) -> Option<AccountId> {
        match account {
            low if low == self.low => Some(self.high),
            high if high == self.high => Some(self.low),
            _ => None,
        }
    }
}

/// The connection of two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Which two.
    pub pair: Pair,
    /// As what.
    pub kind: ConnectionKind,
    /// Who of them asked.
    pub requested_by: AccountId,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl Connection {
    pub(super) const fn made(&self) -> ConnectionMade {
        ConnectionMade { connection: self.pair.low, other: self.pair.high, kind: self.kind }
    }

    /// One of the two ends it.
    pub const fn remove(self, by: AccountId) -> ConnectionRemoved {
        ConnectionRemoved { connection: self.pair.low, other: self.pair.high, kind: self.kind, by }
    }
}

answer! {
    /// Somebody that somebody is connected with.
    pub struct Acquaintance {
        /// Who.
        account: AccountId,
        /// First name.
        first_name: PersonName,
        /// Last name.
        last_name: PersonName,
        /// As what they are connected.
        kind: ConnectionKind,
        /// Since when.
        since: DateTime<Utc>,
        /// How strong the caller's own connection with them is now, 0 to 1; `null` of somebody else's.
        strength: Option<Score>,
    }
}

answer! {
    /// How many people somebody is connected with, of those the caller may see.
    pub struct ConnectionCounts: Copy, Eq {
        /// Who.
        account: AccountId,
        /// How many their list has; `null` when it is not for the caller.
        connections: Option<u32>,
        /// How many of them the caller is connected with too; `null` when the list is not for the caller, or of the caller
        /// themselves.
        mutual: Option<u32>,
    }
}
