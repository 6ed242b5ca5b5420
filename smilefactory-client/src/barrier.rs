//! Follows, blocks and mutes: whom one wants to hear of, and whom not.

use smilefactory_core::id::AccountId;
use smilefactory_core::social::{Block, Follow, Mute};

use crate::call::Call;
use crate::operation as op;
use crate::page::List;
use crate::request::Transport;

/// Whom one wants to hear of; from [`Client::follows`](crate::Client::follows).
#[derive(Clone, Copy, Debug)]
pub struct Follows<'a>(pub(crate) &'a Transport);

impl Follows<'_> {
    /// Whom the caller follows, the last followed first.
    pub fn list(&self) -> List<Follow> {
        List::new(self.0, &op::LIST_FOLLOWS)
    }

    /// Who follows the caller, the last to follow first.
    pub fn list_followers(&self) -> List<Follow> {
        List::new(self.0, &op::LIST_FOLLOWERS)
    }

    /// Follows somebody.
    pub fn follow(&self, account: AccountId) -> Call<Follow> {
        Call::new(self.0, &op::FOLLOW).id(account)
    }

    /// Follows somebody no more.
    pub fn unfollow(&self, account: AccountId) -> Call<()> {
        Call::without_answer(self.0, &op::UNFOLLOW).id(account)
    }
}

/// Whom one is not there for, and who is not there for one; from [`Client::blocks`](crate::Client::blocks).
#[derive(Clone, Copy, Debug)]
pub struct Blocks<'a>(pub(crate) &'a Transport);

impl Blocks<'_> {
    /// Whom the caller blocked, the last first.
    pub fn list(&self) -> List<Block> {
        List::new(self.0, &op::LIST_BLOCKS)
    }

    /// Blocks somebody: neither finds, reads or reaches anything of the other from then on, and what they had with each
    /// other ends.
    pub fn block(&self, account: AccountId) -> Call<()> {
        Call::without_answer(self.0, &op::BLOCK).id(account)
    }

    /// Blocks somebody no more; what the block ended does not come back.
    pub fn unblock(&self, account: AccountId) -> Call<()> {
        Call::without_answer(self.0, &op::UNBLOCK).id(account)
    }
}

/// Whose doings one is not shown; from [`Client::mutes`](crate::Client::mutes).
#[derive(Clone, Copy, Debug)]
pub struct Mutes<'a>(pub(crate) &'a Transport);

impl Mutes<'_> {
    /// Whom the caller muted, the last first.
    pub fn list(&self) -> List<Mute> {
        List::new(self.0, &op::LIST_MUTES)
    }

    /// Mutes somebody: what they do is in none of the caller's lists. They do not learn of it.
    pub fn mute(&self, account: AccountId) -> Call<()> {
        Call::without_answer(self.0, &op::MUTE).id(account)
    }

    /// Mutes somebody no more.
    pub fn unmute(&self, account: AccountId) -> Call<()> {
        Call::without_answer(self.0, &op::UNMUTE).id(account)
    }
}
