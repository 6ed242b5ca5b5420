//! For whom what happened is an event.

use super::{LiveEvent, MemberChange, RequestChange};
use crate::fact::{Fact, FactBody, UnreadableFact};
use crate::id::{AccountId, ConnectionRequestId, ConversationId, MessageId, NotificationId};
use crate::messaging::notification::{NotificationRaised, NotificationRead};
use crate::messaging::{
    ConversationBegun, ConversationChanged, MemberChanged, MemberInvited, MemberJoined, MemberLeft,
    MemberRemoved, MemberRequested, MessageDeleted, MessageEdited, MessageReacted, MessageSent,
    MessageUnreacted, ReceiptMoved,
};
use crate::social::{
    ConnectionMade, ConnectionRemoved, ConnectionRequestAccepted, ConnectionRequestDeclined,
    ConnectionRequestExpired, ConnectionRequestSent, ConnectionRequestWithdrawn,
};

/// For whom something is an event. Who belongs to it is decided when it is told, and again when it is told later to
/// somebody who was away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// One account, about itself.
    Account {
        /// Which.
        account: AccountId,
    },
    /// One account, about somebody, if it may be told of them.
    Between {
        /// Which.
        account: AccountId,
        /// About whom.
        about: AccountId,
        /// What is between them.
        tie: Tie,
    },
    /// One account, if a notification is to be told to it still.
    Notified {
        /// Which.
        account: AccountId,
        /// Of what.
        notification: NotificationId,
    },
    /// Those who may read a message.
    Readers {
        /// Where it is.
        conversation: ConversationId,
        /// Which.
        message: MessageId,
        /// Whom the event names: no block may hide them from the reader, and nobody names who was erased since. Whoever wrote
        /// the message must not be hidden either.
        by: Option<AccountId>,
    },
    /// Those who take part in a conversation, or are asked to.
    Invited {
        /// Which conversation.
        conversation: ConversationId,
    },
    /// Those who take part in a conversation, and whom it is about. Of somebody who never took part only those who decide
    /// about that are told.
    Members {
        /// Which conversation.
        conversation: ConversationId,
        /// Whom it is about.
        about: AccountId,
    },
    /// Those who decide who takes part in a conversation, and whom it is about.
    Managers {
        /// Which conversation.
        conversation: ConversationId,
        /// Whom it is about.
        about: AccountId,
    },
    /// Those who see how far somebody has read.
    Receipts {
        /// In which conversation.
        conversation: ConversationId,
        /// Who has read.
        account: AccountId,
    },
}

/// What is between whoever is told and whom they are told of; it says when they are not told. Blocked people are told
/// nothing of each other, and nobody of somebody who is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// They asked them.
    Sent,
    /// They were asked by them; not if they muted them.
    Received,
    /// They are connected, or were; not if they muted them, and not of somebody whose profile is shown to nobody.
    Connected,
}

/// An event, and for whom it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concern {
    /// For whom.
    pub audience: Audience,
    /// What they are told.
    pub event: LiveEvent,
}

macro_rules! live_facts {
    ($($fact:ident => |$body:ident| $concerns:expr;)*) => {
        /// The names of the facts that are events for somebody.
        pub const FACT_NAMES: &[&str] = &[$($fact::NAME),*];

        /// What is to be told of a fact, and to whom: nothing of most.
        pub fn concerns(fact: &Fact) -> Result<Vec<Concern>, UnreadableFact> {
            $(
                if let Some($body) = fact.read::<$fact>()? {
                    return Ok($concerns);
                }
            )*
            Ok(Vec::new())
        }
    };
}

live_facts! {
    MessageSent => |sent| vec![Concern {
        audience: Audience::Readers {
            conversation: sent.conversation,
            message: sent.message,
            by: Some(sent.sender),
        },
        event: LiveEvent::MessageSent {
            conversation: sent.conversation,
            message: sent.message,
            seq: sent.seq,
            sender: sent.sender,
            reply_to: sent.reply_to,
        },
    }];
    MessageEdited => |edited| vec![Concern {
        audience: Audience::Readers { conversation: edited.conversation, message: edited.message, by: None },
        event: LiveEvent::MessageEdited {
            conversation: edited.conversation,
            message: edited.message,
            seq: edited.seq,
        },
    }];
    MessageDeleted => |deleted| vec![Concern {
        audience: Audience::Readers { conversation: deleted.conversation, message: deleted.message, by: None },
        event: LiveEvent::MessageDeleted {
            conversation: deleted.conversation,
            message: deleted.message,
            seq: deleted.seq,
        },
    }];
    MessageReacted => |reacted| vec![reaction(reacted.conversation, reacted.message, reacted.by)];
    MessageUnreacted => |reacted| vec![reaction(reacted.conversation, reacted.message, reacted.by)];
    ReceiptMoved => |moved| vec![Concern {
        audience: if moved.shown {
            Audience::Receipts { conversation: moved.conversation, account: moved.account }
        } else {
            Audience::Account { account: moved.account }
        },
        event: LiveEvent::ReceiptMoved {
            conversation: moved.conversation,
            account: moved.account,
            delivered_seq: moved.delivered_seq,
            read_seq: moved.read_seq,
        },
    }];
    ConversationBegun => |begun| vec![Concern {
        audience: Audience::Invited { conversation: begun.conversation },
        event: LiveEvent::ConversationBegun { conversation: begun.conversation },
    }];
    ConversationChanged => |changed| vec![Concern {
        audience: Audience::Invited { conversation: changed.conversation },
        event: LiveEvent::ConversationChanged { conversation: changed.conversation },
    }];
    MemberJoined => |m| vec![member(m.conversation, m.account, MemberChange::Joined)];
    MemberLeft => |m| vec![member(m.conversation, m.account, MemberChange::Left)];
    MemberRemoved => |m| vec![member(m.conversation, m.account, MemberChange::Removed)];
    MemberInvited => |m| vec![member(m.conversation, m.account, MemberChange::Invited)];
    MemberRequested => |m| vec![member(m.conversation, m.account, MemberChange::Requested)];
    MemberChanged => |m| vec![member(m.conversation, m.account, MemberChange::RoleChanged)];
    ConnectionRequestSent => |r| request(r.request, r.from, r.to, RequestChange::Sent);
    ConnectionRequestAccepted => |r| request(r.request, r.from, r.to, RequestChange::Accepted);
    ConnectionRequestDeclined => |r| request(r.request, r.from, r.to, RequestChange::Declined);
    ConnectionRequestWithdrawn => |r| request(r.request, r.from, r.to, RequestChange::Withdrawn);
    ConnectionRequestExpired => |r| request(r.request, r.from, r.to, RequestChange::Expired);
    ConnectionMade => |made| both(made.connection, made.other, |with| LiveEvent::ConnectionMade { with });
    ConnectionRemoved => |gone| both(gone.connection, gone.other, |with| LiveEvent::ConnectionRemoved { with });
    NotificationRaised => |raised| vec![Concern {
        audience: Audience::Notified { account: raised.account, notification: raised.notification },
        event: LiveEvent::NotificationRaised { notification: raised.notification, kind: raised.kind },
    }];
    NotificationRead => |read| vec![Concern {
        audience: Audience::Account { account: read.account },
        event: LiveEvent::NotificationRead { notification: read.notification, and_before: read.and_before },
    }];
}

fn reaction(conversation: ConversationId, message: MessageId, by: AccountId) -> Concern {
    Concern {
        audience: Audience::Readers { conversation, message, by: Some(by) },
        event: LiveEvent::MessageReacted { conversation, message, by },
    }
}

fn member(conversation: ConversationId, account: AccountId, change: MemberChange) -> Concern {
    let audience = match change {
        MemberChange::Invited | MemberChange::Requested => {
            Audience::Managers { conversation, about: account }
        }
        _ => Audience::Members { conversation, about: account },
    };
    Concern { audience, event: LiveEvent::MemberChanged { conversation, account, change } }
}

fn request(
    request: ConnectionRequestId,
    from: AccountId,
    to: AccountId,
    change: RequestChange,
) -> Vec<Concern> {
    let told = |account, about, tie| Concern {
        audience: Audience::Between { account, about, tie },
        event: LiveEvent::RequestChanged { request, from, to, change },
    };
    vec![told(from, to, Tie::Sent), told(to, from, Tie::Received)]
}

/// Something about two who are connected or were, told to each as it is for them.
fn both(a: AccountId, b: AccountId, event: impl Fn(AccountId) -> LiveEvent) -> Vec<Concern> {
    let told = |account, about| Concern {
        audience: Audience::Between { account, about, tie: Tie::Connected },
        event: event(about),
    };
    vec![told(a, b), told(b, a)]
}
