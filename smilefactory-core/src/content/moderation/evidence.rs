//! What was read when something was reported.

use super::ReportSubject;
use crate::content::{Comment, Post};
use crate::id::AccountId;
use crate::profile::ProfileView;

/// A thing, whose it is, and what it says at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The thing.
    pub subject: ReportSubject,
    /// Whose it is.
    pub author: AccountId,
    /// What it says.
    pub text: String,
}

impl Evidence {
    /// The longest text there is of anything, in characters: an article with its title and tags.
    pub const MAX_TEXT: usize = 110_000;

    /// A post: its title, what it is about, its text, what there is to vote on, its tags.
    pub fn of_post(post: &Post) -> Self {
        let draft = &post.draft;
        let mut text = draft.title.as_ref().map(|title| format!("{title}\n\n")).unwrap_or_default();
        if let Some(summary) = &draft.summary {
            text.push_str(summary.as_str());
            text.push_str("\n\n");
        }
        text.push_str(draft.body.as_str());
        for option in draft.poll.iter().flat_map(|poll| poll.options.iter()) {
            text.push_str("\n- ");
            text.push_str(option.as_str());
        }
        for tag in &draft.tags {
            text.push_str("\n#");
            text.push_str(tag.as_str());
        }
        Self { subject: ReportSubject::Post(post.id), author: post.author, text }
    }

    /// A comment; nothing, when its text is gone.
    pub fn of_comment(comment: &Comment) -> Option<Self> {
        let (author, body) = (comment.author?, comment.body.as_ref()?);
        Some(Self { subject: ReportSubject::Comment(comment.id), author, text: body.to_string() })
    }

    /// A profile, as its reporter sees it: name, headline, biography, what its owner offers, links.
    pub fn of_profile(view: &ProfileView) -> Self {
        let mut text = format!("{} {}", view.first_name, view.last_name);
        let mut line = |words: Option<&str>| {
            if let Some(words) = words {
                text.push('\n');
                text.push_str(words);
            }
        };
        line(view.headline.as_ref().map(AsRef::as_ref));
        line(view.bio.as_ref().map(AsRef::as_ref));
        line(view.offering.as_ref().map(AsRef::as_ref));
        for link in &view.links {
            line(Some(link.as_ref()));
        }
        Self { subject: ReportSubject::Profile(view.account), author: view.account, text }
    }
}
