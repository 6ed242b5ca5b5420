//! Everything that the platform keeps of one person, as they are given it.

use chrono::{DateTime, Utc};

use super::{Account, Session};
use crate::answer::answer;
use crate::community::GroupMembership;
use crate::content::moderation::{CaseNotice, Report, Strike};
use crate::content::{Comment, CommentReaction, Media, OwnVote, Post, PostAction, Tag};
use crate::event::{Event, OwnRegistration};
use crate::id::AccountId;
use crate::marketplace::{Inquiry, Listing, ListingReview, OwnInquiryEntry, SavedListing};
use crate::messaging::notification::{Notification, NotificationPreferences};
use crate::messaging::{Membership, Message, OwnMessageReaction};
use crate::profile::Profile;
use crate::social::{Acquaintance, Block, ConnectionRequest, Follow, Mute};

answer! {
    /// Everything that one person did, wrote and is told: their own, and of others no more than they may see.
    pub struct PersonalData {
        /// When it was asked for; what changed while it was read may be in it or not.
        asked_at: DateTime<Utc>,
        /// Their account.
        account: Account,
        /// Their profile, if they have one.
        profile: Option<Profile>,
        /// Their log-ins that last.
        sessions: Vec<Session>,
        /// Their posts in every state.
        posts: Vec<Post>,
        /// Their comments; of those that they deleted, that they were there.
        comments: Vec<Comment>,
        /// What they did with posts: how they reacted, whether they saved or shared one, when they last viewed it.
        post_actions: Vec<PostAction>,
        /// How they reacted to comments.
        comment_reactions: Vec<CommentReaction>,
        /// How they voted in polls.
        votes: Vec<OwnVote>,
        /// The tags they follow.
        tags: Vec<Tag>,
        /// The files they uploaded, without their contents.
        media: Vec<Media>,
        /// What they reported.
        reports: Vec<Report>,
        /// What moderators decided against them, and what came of their appeals.
        decisions: Vec<CaseNotice>,
        /// The strikes they got.
        strikes: Vec<Strike>,
        /// Whom they do not want to be shown as a match.
        dismissed: Vec<AccountId>,
        /// Whom they are connected with.
        connections: Vec<Acquaintance>,
        /// What they asked others who are to connect with them.
        requests_sent: Vec<ConnectionRequest>,
        /// What others asked them.
        requests_received: Vec<ConnectionRequest>,
        /// Whom they follow.
        follows: Vec<Follow>,
        /// Whom they block.
        blocks: Vec<Block>,
        /// Whom they mute.
        mutes: Vec<Mute>,
        /// How they belong to conversations, or did.
        conversations: Vec<Membership>,
        /// What they said in conversations; what others said there is theirs.
        messages: Vec<Message>,
        /// How they reacted to messages.
        message_reactions: Vec<OwnMessageReaction>,
        /// How they belong to groups.
        groups: Vec<GroupMembership>,
        /// What they offered, in every state.
        listings: Vec<Listing>,
        /// What they saved of what others offer.
        saved_listings: Vec<SavedListing>,
        /// What they asked about, and what they were asked.
        inquiries: Vec<Inquiry>,
        /// What they said and did about it; what others said there is theirs.
        inquiry_entries: Vec<OwnInquiryEntry>,
        /// What they said about what they sold and bought.
        listing_reviews: Vec<ListingReview>,
        /// The events they organise.
        events: Vec<Event>,
        /// How they stand to events, or did.
        registrations: Vec<OwnRegistration>,
        /// What they are told.
        notifications: Vec<Notification>,
        /// How they want to be told.
        notification_preferences: NotificationPreferences,
    }
}
