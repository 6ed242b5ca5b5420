//! Everything that the platform keeps of one person, as they are given it.

use chrono::{DateTime, Utc};

use super::{Account, Session};
use crate::answer::answer;
use crate::content::moderation::Report;
use crate::content::{Comment, CommentReaction, Media, Post, PostAction, Tag};
use crate::messaging::notification::{Notification, NotificationPreferences};
use crate::profile::Profile;

answer! {
    /// Everything that one person did, wrote and is told: their own, and of others no more than they may see. Each list
    /// begins with what is newest.
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
        /// The tags they follow.
        tags: Vec<Tag>,
        /// The files they uploaded, without their contents.
        media: Vec<Media>,
        /// What they reported.
        reports: Vec<Report>,
        /// What they are told.
        notifications: Vec<Notification>,
        /// How they want to be told.
        notification_preferences: NotificationPreferences,
    }
}
