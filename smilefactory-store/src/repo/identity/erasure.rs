//! Who asked to be erased, and how far that is.

use smilefactory_core::id::AccountId;
use smilefactory_core::identity::Erasure;
use uuid::Uuid;

use crate::error::Result;

/// What is done next to erase somebody, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErasureStage {
    /// Nothing was done yet. Who is due is locked out first, and their account and profile emptied.
    Asked,
    /// What they posted.
    Posts,
    /// What they said about what others posted.
    Comments,
    /// What they said in conversations, what they did there, and that they belong to groups.
    Messages,
    /// What is archived of what they said in conversations.
    Archive,
    /// What they did with what others posted: reactions, saves, shares, views, votes, what they follow; what they offered,
    /// asked and said in the marketplace; where they came to, and what they organised.
    Deeds,
    /// What they said to moderators, and what others said to them about it.
    Moderation,
    /// Their files.
    Files,
    /// What is counted of them; and whether anything came to be meanwhile.
    Account,
    /// Answers that are kept to be given again.
    Answers,
    /// Reasons that facts tell.
    Facts,
    /// The audit trail.
    Trail,
    /// Nothing is left.
    Done,
}

impl ErasureStage {
    /// All of them, in their order.
    pub const ALL: [Self; 13] = [
        Self::Asked,
        Self::Posts,
        Self::Comments,
        Self::Messages,
        Self::Archive,
        Self::Deeds,
        Self::Moderation,
        Self::Files,
        Self::Account,
        Self::Answers,
        Self::Facts,
        Self::Trail,
        Self::Done,
    ];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Posts => "posts",
            Self::Comments => "comments",
            Self::Messages => "messages",
            Self::Archive => "archive",
            Self::Deeds => "deeds",
            Self::Moderation => "moderation",
            Self::Files => "files",
            Self::Account => "account",
            Self::Answers => "answers",
            Self::Facts => "facts",
            Self::Trail => "trail",
            Self::Done => "done",
        }
    }

    /// What comes after it; nothing does after [`Done`](Self::Done).
    #[must_use]
    pub fn next(self) -> Self {
        let rest = Self::ALL.iter().skip_while(|stage| **stage != self);
        rest.copied().nth(1).unwrap_or(Self::Done)
    }
}

/// How far somebody's erasure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErasureProgress {
    /// Who asked, and when.
    pub erasure: Erasure,
    /// What is done next.
    pub stage: ErasureStage,
    /// Where the stage goes on; at its beginning, nowhere.
    pub behind: Option<Uuid>,
}

/// Reads who asked to be erased.
pub trait ReadErasures {
    /// That somebody asked to be erased, if they did and it is not done.
    fn get(&mut self, account: AccountId) -> impl Future<Output = Result<Option<Erasure>>> + Send;
}

/// Keeps who asked to be erased, and erases them.
pub trait WriteErasures: ReadErasures {
    /// Somebody asks; `false` when they did before.
    fn insert(&mut self, erasure: &Erasure) -> impl Future<Output = Result<bool>> + Send;

    /// They changed their mind; `false` when they had not asked, or it was begun.
    fn delete(&mut self, account: AccountId) -> impl Future<Output = Result<bool>> + Send;

    /// One of the erasures that are due by now and not done, the longest due first, locked until the end of the unit of
    /// work; those that another one has locked are passed over.
    fn lock_due(&mut self) -> impl Future<Output = Result<Option<ErasureProgress>>> + Send;

    /// Saves how far it is.
    fn advance(&mut self, progress: &ErasureProgress) -> impl Future<Output = Result<()>> + Send;

    /// Empties the account: nobody can log in to it, and nothing in it says who had it. Its id stays, since others
    /// refer to it. Ends its log-ins, and takes back the tokens that were sent.
    fn empty_account(&mut self, account: AccountId) -> impl Future<Output = Result<()>> + Send;

    /// Forgets the answers that were kept for this account's requests, and empties those of others' that have
    /// something of what they wrote: the request is known to have been carried out, and what was answered is not.
    fn erase_answers(&mut self, account: AccountId) -> impl Future<Output = Result<u64>> + Send;

    /// Takes the reasons that somebody gave, or that were given for what was theirs, out of up to `most` facts behind
    /// one; says behind which to go on, or nothing at the end.
    fn erase_from_facts(
        &mut self,
        account: AccountId,
        behind: Option<Uuid>,
        most: u16,
    ) -> impl Future<Output = Result<Option<Uuid>>> + Send;

    /// Takes somebody's words out of up to `most` entries of the audit trail behind one; says behind which to go on, or
    /// nothing at the end. That something was done, when and by whom stays.
    fn erase_from_trail(
        &mut self,
        account: AccountId,
        behind: Option<Uuid>,
        most: u16,
    ) -> impl Future<Output = Result<Option<Uuid>>> + Send;
}
