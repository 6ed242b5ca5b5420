//! How far somebody got and read.

use super::{Conversation, MemberState, Membership, ReceiptMoved};
use crate::answer::answer;
use crate::collection::Whole;
use crate::id::AccountId;
use crate::record::record;

record! {
    /// How far somebody got and read. What was said before stays: a number that is lower than the one there changes
    /// nothing, and one that is higher than that of the last message means the last.
    pub struct Marks / MarksInput / MarksPatch {
        /// The last message that got to them; at least the one they read.
        delivered_seq: Option<Whole<0, 4_294_967_295>>,
        /// The last message they read.
        read_seq: Option<Whole<0, 4_294_967_295>>,
    }
}

answer! {
    /// How far somebody else got and read.
    pub struct Receipt: Copy, Eq {
        /// Who.
        account: AccountId,
        /// The number of the last message that got to them.
        delivered_seq: u64,
        /// The number of the last message they read.
        read_seq: u64,
    }
}

impl Marks {
    /// The fact that they came so far, from how they belong to the conversation now.
    pub fn moved(conversation: &Conversation, member: &Membership) -> ReceiptMoved {
        ReceiptMoved {
            conversation: conversation.id,
            account: member.account,
            delivered_seq: member.delivered_seq,
            read_seq: member.read_seq,
            shown: member.receipts && member.state == MemberState::Active && !conversation.large,
        }
    }
}
