//! How strong connections are, what a network is like, and the ways to others that go through it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use smilefactory_core::id::{AccountId, EventId, GroupId, IntroductionId};
use smilefactory_core::page::{Page, PageRequest};
use smilefactory_core::recommendation::Score;
use smilefactory_core::social::{
    InteractionKind, InteractionWeights, Introduction, IntroductionConsent, IntroductionState, Network, Pair,
    PairStrength,
};
use smilefactory_core::text::PersonName;
use uuid::Uuid;

use crate::error::Result;

/// Among more people than these, two need not have met.
pub const COMPANY: i32 = 200;

/// One thing that somebody did with somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// Who.
    pub from: AccountId,
    /// With whom.
    pub to: AccountId,
    /// What.
    pub kind: InteractionKind,
    /// What it was about: of the same kind and about the same, it counts once between two people in one direction.
    pub subject: Uuid,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody on a way to another. Whether they are named is not decided here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Who.
    pub account: AccountId,
    /// First name.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// What they chose.
    pub consent: IntroductionConsent,
    /// What became of the question whether they introduce the one to the other, if it was asked, and when that was.
    pub asked: Option<(IntroductionState, DateTime<Utc>)>,
}

/// A way to somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// All its connections' strengths now, multiplied.
    pub strength: Score,
    /// Who stands on it, the seeker's own connection first.
    pub through: Vec<Stop>,
}

/// Where a question stands in the list of those that somebody was asked: the last asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntroductionKey {
    /// When.
    pub at: DateTime<Utc>,
    /// Which.
    pub id: IntroductionId,
}

/// Reads networks.
pub trait ReadNetwork {
    /// What these two did with each other, connected or not; nothing when nothing is known.
    fn strength(&mut self, pair: Pair) -> impl Future<Output = Result<PairStrength>> + Send;

    /// What the network of `account` is like, of those people whom their own list of connections has. A constant number
    /// of statements, however large it is.
    fn get(&mut self, account: AccountId) -> impl Future<Output = Result<Network>> + Send;

    /// The strongest ways from `seeker` to `target` over one or two other people, at most five, in one statement. It
    /// looks at the seeker's and the target's strongest connections, so that a way over weak ones may be missed.
    ///
    /// There is no way over anybody whom the seeker does not see, nor over a connection that is not in both people's
    /// lists as the seeker may see them; and none to a target whose list the seeker may not see.
    fn ways(&mut self, seeker: AccountId, target: AccountId)
    -> impl Future<Output = Result<Vec<Way>>> + Send;

    /// What `account` chose about being named; to be asked, when they chose nothing.
    fn consent(&mut self, account: AccountId) -> impl Future<Output = Result<IntroductionConsent>> + Send;

    /// The question with this id.
    fn introduction(
        &mut self,
        id: IntroductionId,
    ) -> impl Future<Output = Result<Option<Introduction>>> + Send;

    /// What `introducer` was asked, the last first: without those that lapsed, those by or about people they blocked, who
    /// blocked them or whom they muted, those by people who are suspended, and those about people whom they do not see
    /// any more.
    fn list_introductions(
        &mut self,
        introducer: AccountId,
        page: &PageRequest<IntroductionKey>,
    ) -> impl Future<Output = Result<Page<Introduction, IntroductionKey>>> + Send;

    /// Of those who were at an event, each and one of their connections who was there too. Where nobody was checked in,
    /// whoever had a seat was there. Of more than [`COMPANY`] people nobody, who may not have met.
    fn met_at(&mut self, event: EventId) -> impl Future<Output = Result<Vec<(AccountId, AccountId)>>> + Send;

    /// The connections of `account` who belong to a group as they do; none in one of more than [`COMPANY`] members.
    fn known_in(
        &mut self,
        group: GroupId,
        account: AccountId,
    ) -> impl Future<Output = Result<Vec<AccountId>>> + Send;

    /// The groups that these two belong to, and the events they were both at, each with since when: of either the latest
    /// twenty, without those of more than [`COMPANY`] people.
    fn shared(
        &mut self,
        pair: Pair,
    ) -> impl Future<Output = Result<Vec<(InteractionKind, Uuid, DateTime<Utc>)>>> + Send;

    /// For how many people's answers `asker` waits.
    fn waiting(&mut self, asker: AccountId) -> impl Future<Output = Result<u32>> + Send;
}

/// Writes what networks are made of.
pub trait WriteNetwork: ReadNetwork {
    /// Counts an interaction, with what it is worth, for how strong the two are connected; `false` when it was counted
    /// before, is too old, is of somebody with themselves, or one of the two was erased. The order of both people's connections is right from the
    /// commit on.
    ///
    /// Whom both know is looked at again when that was not done within a day.
    fn interact(
        &mut self,
        interaction: &Interaction,
        weights: &InteractionWeights,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Sums up anew what up to `limit` pairs behind `after` did with each other and whom they have in common, in the order of
    /// their ids; says how many of them were summed up otherwise before, and which was the last. Nobody's interaction gets
    /// lost meanwhile.
    fn recount(
        &mut self,
        after: Option<Pair>,
        limit: u16,
        weights: &InteractionWeights,
    ) -> impl Future<Output = Result<(u64, Option<Pair>)>> + Send;

    /// Forgets up to `limit` interactions that are worth next to nothing by now, and says how many there were. What they
    /// made of the sums stays.
    fn forget(
        &mut self,
        limit: u16,
        weights: &InteractionWeights,
    ) -> impl Future<Output = Result<u64>> + Send;

    /// Takes out up to `most` of each sort that is kept of somebody who is erased: what they and others did with each
    /// other, and the questions that they asked, were asked or are about; with them what they chose. Says how much there
    /// was.
    fn erase(&mut self, account: AccountId, most: u16) -> impl Future<Output = Result<u64>> + Send;

    /// `account` chooses whether they are named; `false` when they had chosen so before.
    fn choose_consent(
        &mut self,
        account: AccountId,
        consent: IntroductionConsent,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Waits until nobody else asks for introductions as `asker`, to the end of the unit of work.
    fn lock_asker(&mut self, asker: AccountId) -> impl Future<Output = Result<()>> + Send;

    /// Writes a question, in the place of the same one that lapsed or was declined long enough ago, whose id it takes;
    /// `None` when the same was asked within that time, or is granted.
    fn ask(
        &mut self,
        introduction: &Introduction,
    ) -> impl Future<Output = Result<Option<Introduction>>> + Send;

    /// Saves an answer, where the version is still the one that was read, or says `Stale`.
    fn answer(&mut self, introduction: &Introduction) -> impl Future<Output = Result<Introduction>> + Send;
}
