//! Posts of every kind.

mod invitation;
mod opportunity;
mod poll;

use chrono::{DateTime, Utc};

pub use self::invitation::{Invitation, InvitationInput, InvitationPatch};
pub use self::opportunity::{Opportunity, OpportunityInput, OpportunityPatch, OpportunityType};
pub use self::poll::{Poll, PollInput, PollPatch};
use super::{PostDeleted, PostDrafted, PostEdited, PostState, PublishingRights, Standing, Tab};
use crate::answer::answer;
use crate::choice::choices;
use crate::collection::Set;
use crate::error::InvalidTransition;
use crate::id::{AccountId, CategoryId, GroupId, MediaId, PostId};
use crate::record::record;
use crate::text::{LanguageTag, Line, Prose};
use crate::validation::{Report, Violation, code};
use crate::version::Version;

choices! {
    /// What a post is.
    PostKind {
        /// A short message.
        Post = "post",
        /// A long text for the blog.
        Article = "article",
        /// News of the organisation.
        Announcement = "announcement",
        /// A topic to talk about.
        Discussion = "discussion",
        /// Something to apply for or take part in.
        Opportunity = "opportunity",
        /// Something the author wants to know.
        Question = "question",
        /// A choice to vote on.
        Poll = "poll",
        /// What worked.
        SuccessStory = "success_story",
        /// An invitation to an event.
        EventPost = "event_post",
    }
}

impl PostKind {
    /// The longest body, in characters.
    pub const fn max_body(self) -> usize {
        match self {
            Self::Article => 100_000,
            _ => 10_000,
        }
    }

    /// The tab whose categories it may stand in: articles in the blog's, all others in the feed's.
    pub const fn tab(self) -> Tab {
        match self {
            Self::Article => Tab::Blog,
            _ => Tab::Feed,
        }
    }

    /// Whether it must have a title; only a short message may go without.
    pub const fn needs_title(self) -> bool {
        !matches!(self, Self::Post)
    }
}

record! {
    /// What the author of a post writes.
    pub struct PostDraft / PostInput / PostPatch {
        /// What it is.
        kind: PostKind,
        /// Its title; every kind but `post` has one.
        title: Option<Line<1, 200>>,
        /// What it is about, in a sentence or two, for lists.
        summary: Option<Prose<1, 300>>,
        /// Its text in Markdown: up to 10,000 characters, an article's up to 100,000.
        body: Prose<1, 100_000>,
        /// Words it is found by.
        tags: Set<Line<1, 30>, 10>,
        /// The language it is written in.
        language: Option<LanguageTag>,
        /// The categories it stands in: an article's are of the blog, all others' of the feed.
        categories: Set<CategoryId, 3>,
        /// The files that belong to it, in the order they are shown: its author's, uploaded before.
        attachments: Set<MediaId, 5>,
        /// What there is to apply for: of an `opportunity`, and of nothing else.
        opportunity: Option<Opportunity>,
        /// What there is to vote on: of a `poll`, and of nothing else.
        poll: Option<Poll>,
        /// What it invites to: of an `event_post`, and of nothing else.
        invitation: Option<Invitation>,
    }
    check(kind, title) |report| PostDraft::check_title(*kind, title.as_ref(), report);
    check(kind, body) |report| PostDraft::check_body(*kind, body, report);
    check(kind, opportunity) |report| PostDraft::check_part(
        "opportunity", *kind == PostKind::Opportunity, opportunity.is_some(), report,
    );
    check(kind, poll) |report| PostDraft::check_part("poll", *kind == PostKind::Poll, poll.is_some(), report);
    check(kind, invitation) |report| PostDraft::check_part(
        "invitation", *kind == PostKind::EventPost, invitation.is_some(), report,
    );
}

impl PostDraft {
    fn check_title(kind: PostKind, title: Option<&Line<1, 200>>, report: &mut Report) {
        if kind.needs_title() && title.is_none() {
            report.field("title", |report| report.add(Violation::required()));
        }
    }

    fn check_body(kind: PostKind, body: &Prose<1, 100_000>, report: &mut Report) {
        let (max, length) = (kind.max_body(), body.as_str().chars().count());
        if length > max {
            report.field("body", |report| report.add(Violation::too_long(max, length)));
        }
    }

    fn options(&self) -> Option<&[Line<1, 120>]> {
        self.poll.as_ref().map(|poll| &*poll.options)
    }

    /// A part that one kind has, and no other.
    fn check_part(name: &str, needed: bool, given: bool, report: &mut Report) {
        let violation = match (needed, given) {
            (true, false) => Violation::required(),
            (false, true) => Violation::new(code::NOT_ALLOWED, "belongs to posts of another kind"),
            _ => return,
        };
        report.field(name, |report| report.add(violation));
    }

    /// The author begins a post.
    ///
    /// ```
    /// # use chrono::DateTime;
    /// # use smilefactory_core::id::{AccountId, Id, PostId};
    /// use smilefactory_core::content::{PostDraft, PostInput, PostState};
    /// use smilefactory_core::validation::Field;
    ///
    /// # let (id, author) = (PostId::at(DateTime::UNIX_EPOCH, [1; 10]), AccountId::at(DateTime::UNIX_EPOCH, [2; 10]));
    /// # let now = DateTime::UNIX_EPOCH;
    /// let untitled = PostInput { kind: "article".into(), body: "Rain.".into(), ..PostInput::default() };
    /// assert_eq!(PostDraft::from_raw(untitled.clone()).unwrap_err().to_string(), "/title: must be given (required)");
    ///
    /// let titled = PostInput { title: Some("On rain".into()), ..untitled };
    /// let (post, _) = PostDraft::from_raw(titled)?.begin(id, author, now);
    /// assert_eq!((post.state, post.is_shown()), (PostState::Draft, false));
    /// # Ok::<(), smilefactory_core::validation::Violations>(())
    /// ```
    pub fn begin(self, id: PostId, author: AccountId, now: DateTime<Utc>) -> (Post, PostDrafted) {
        let post = Post {
            id,
            author,
            draft: self,
            state: PostState::Draft,
            standing: Standing::Visible,
            group: None,
            audience: PostAudience::Everybody,
            published_at: None,
            scheduled_for: None,
            version: Version::FIRST,
            text_version: Version::FIRST,
            created_at: now,
            updated_at: now,
        };
        (post, PostDrafted { post: id, author })
    }
}

choices! {
    /// Who sees a post that is shown.
    PostAudience {
        /// Everybody.
        Everybody = "everybody",
        /// The members of the group it was posted in, which is not public.
        Members = "members",
        /// Its author alone: moderators of the group took it off.
        Author = "author",
    }
}

answer! {
    /// A post, in any state of the publishing workflow.
    pub struct Post {
        /// Its id.
        id: PostId,
        /// Who wrote it.
        author: AccountId,
        /// Where it is in the publishing workflow.
        state: PostState,
        /// What moderation thinks of it.
        standing: Standing,
        /// The group it was posted in.
        group: Option<GroupId>,
        /// Who sees it because of that.
        audience: PostAudience,
        /// When it was first published.
        published_at: Option<DateTime<Utc>>,
        /// When it is to be published, while it is scheduled.
        scheduled_for: Option<DateTime<Utc>>,
        /// How often it was saved.
        version: Version,
        /// The version its text was last changed at.
        text_version: Version,
        /// When it was begun.
        created_at: DateTime<Utc>,
        /// When it was last changed.
        updated_at: DateTime<Utc>,
        ..
        /// What its author wrote.
        draft: PostDraft,
    }
}

impl Post {
    /// The author changes the text. What is under review, scheduled or archived is not changed, nor are the options
    /// of a poll that people may have voted on. The version before is kept.
    pub fn edit(self, draft: PostDraft, now: DateTime<Utc>) -> Result<(Self, PostEdited), InvalidTransition> {
        let refused = |what| Err(InvalidTransition::new("post", self.state.as_str(), what));
        if self.standing == Standing::Erased {
            return Err(InvalidTransition::new("post", self.standing.as_str(), "edit"));
        }
        match self.state {
            PostState::Draft | PostState::ChangesRequested => {}
            PostState::Published if self.draft.options() == draft.options() => {}
            PostState::Published => return refused("change the options of"),
            _ => return refused("edit"),
        }
        let fact = PostEdited { post: self.id, author: self.author, state: self.state };
        let changed = draft != self.draft;
        let text_version = if changed { self.version.next() } else { self.text_version };
        Ok((Self { draft, text_version, updated_at: now, ..self }, fact))
    }

    /// Its author deletes it for good, as long as it is a draft.
    pub fn delete(&self) -> Result<PostDeleted, InvalidTransition> {
        match self.state {
            PostState::Draft => Ok(PostDeleted { post: self.id, author: self.author }),
            state => Err(InvalidTransition::new("post", state.as_str(), "delete")),
        }
    }

    /// Whether it stands in a group, where others of the group read it.
    pub const fn is_in_group(&self) -> bool {
        self.group.is_some()
            && matches!(self.state, PostState::Published)
            && !matches!(self.audience, PostAudience::Author)
    }

    /// Whether its audience sees it: it is published, and moderation has nothing against it.
    pub const fn is_shown(&self) -> bool {
        matches!((self.state, self.standing), (PostState::Published, Standing::Visible))
    }

    /// Whether it stands in lists, counts and searches that are for everybody: it is shown, and not within a group.
    pub const fn is_for_everybody(&self) -> bool {
        self.is_shown() && matches!(self.audience, PostAudience::Everybody)
    }

    /// Whether somebody with these rights sees it, as far as its [audience](PostAudience) does: everybody what is shown, and
    /// what keeps a place for what others said about it; author and staff the rest.
    pub const fn is_visible_with(&self, rights: PublishingRights) -> bool {
        let keeps_place = matches!((self.state, self.standing), (PostState::Published, Standing::Erased));
        self.is_shown() || keeps_place || rights.author || rights.staff
    }
}
