//! What conversations refuse.

use crate::error::InvalidTransition;

/// Why something was not done in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MessagingRefused {
    /// Its state, or that of a member or message, does not allow it.
    #[error(transparent)]
    State(#[from] InvalidTransition),
    /// Somebody with another role has to do this.
    #[error("this is for {0}")]
    Role(&'static str),
    /// Nobody more can join.
    #[error("the conversation has as many members as it may have")]
    Full,
    /// A group with members has an owner.
    #[error("the last owner stays while there are other members: make one of them an owner first")]
    LastOwner,
    /// Somebody wrote enough for a day to people they are not connected with.
    #[error("no more than {0} messages a day go to people one is not connected with")]
    DailyLimit(u32),
    /// The limit of members lies below how many there are.
    #[error("the conversation has {0} members already")]
    MoreMembers(u32),
    /// A file is too large for a message.
    #[error("a file of a message has at most 10 MiB")]
    FileTooLarge,
    /// All files of a conversation together are too large.
    #[error("the files of a conversation have at most 100 MiB together")]
    FilesTooLarge,
}
