//! The publishing workflow: which step leads from which state to which, and who may take it.
//!
//! [`PostState::steps`] is the whole workflow; the transitions of [`Post`] read it.
//!
//! ```
//! use chrono::{DateTime, TimeDelta};
//! use smilefactory_core::content::{PostDraft, PostInput, PostState, PublishingRights, StepRefused};
//! use smilefactory_core::id::{AccountId, Id, PostId};
//! use smilefactory_core::validation::Field;
//!
//! let draft = PostDraft::from_raw(PostInput {
//!     kind: "post".into(),
//!     body: "Our solar pump runs.".into(),
//!     ..PostInput::default()
//! })?;
//! let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
//! let (post, _) = draft.begin(PostId::at(now, [1; 10]), AccountId::at(now, [2; 10]), now);
//!
//! let author = PublishingRights { author: true, review_needed: true, ..PublishingRights::default() };
//! assert!(matches!(post.clone().publish(author, now), Err(StepRefused::NotYours { .. })));
//! let (post, moved) = post.submit(author, now)?;
//! assert_eq!((moved.from, moved.to), (PostState::Draft, PostState::InReview));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use chrono::{DateTime, Utc};

use super::{Post, PostMoved};
use crate::answer::answer;
use crate::choice::choices;
use crate::error::InvalidTransition;
use crate::id::AccountId;
use crate::text::Reason;
use crate::version::Version;

choices! {
    /// Where a post is in the publishing workflow.
    PostState {
        /// Its author writes it.
        Draft = "draft",
        /// A reviewer reads it.
        InReview = "in_review",
        /// A reviewer sent it back.
        ChangesRequested = "changes_requested",
        /// A reviewer agreed.
        Approved = "approved",
        /// It is published at a set time.
        Scheduled = "scheduled",
        /// Everybody may read it.
        Published = "published",
        /// It was taken off, for good.
        Archived = "archived",
    }

    /// As whom somebody took a step of the publishing workflow.
    StepBy {
        /// The author.
        Author = "author",
        /// Staff.
        Staff = "staff",
        /// The platform: it was time.
        System = "system",
    }

    /// A step of the publishing workflow.
    PostStep {
        /// The author asks for review.
        Submit = "submit",
        /// A reviewer agrees.
        Approve = "approve",
        /// A reviewer sends it back.
        RequestChanges = "request_changes",
        /// Everybody may read it from now on.
        Publish = "publish",
        /// It will be published at a set time.
        Schedule = "schedule",
        /// It is taken off.
        Archive = "archive",
    }
}

impl PostStep {
    /// What is done to a post, in words.
    const fn verb(self) -> &'static str {
        match self {
            Self::RequestChanges => "request changes of",
            step => step.as_str(),
        }
    }
}

/// Who may take a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepTaker {
    /// The author.
    Author,
    /// Staff, but nobody reviews their own post.
    Reviewer,
    /// The author or staff.
    AuthorOrStaff,
    /// The author or staff, or the platform when it is time.
    AnybodyDue,
    /// The author or staff; only staff, where a post must be approved before it is published.
    Unreviewed,
}

/// One step of the workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The step.
    pub step: PostStep,
    /// The state it leads to.
    pub to: PostState,
    /// Who may take it.
    pub taker: StepTaker,
}

const fn edge(step: PostStep, to: PostState, taker: StepTaker) -> Edge {
    Edge { step, to, taker }
}

const APPROVE: Edge = edge(PostStep::Approve, PostState::Approved, StepTaker::Reviewer);
const ARCHIVE: Edge = edge(PostStep::Archive, PostState::Archived, StepTaker::AuthorOrStaff);
const PUBLISH: Edge = edge(PostStep::Publish, PostState::Published, StepTaker::AuthorOrStaff);
const PUBLISH_DUE: Edge = edge(PostStep::Publish, PostState::Published, StepTaker::AnybodyDue);
const PUBLISH_UNREVIEWED: Edge = edge(PostStep::Publish, PostState::Published, StepTaker::Unreviewed);
const SCHEDULE: Edge = edge(PostStep::Schedule, PostState::Scheduled, StepTaker::AuthorOrStaff);
const SCHEDULE_UNREVIEWED: Edge = edge(PostStep::Schedule, PostState::Scheduled, StepTaker::Unreviewed);
const SEND_BACK: Edge = edge(PostStep::RequestChanges, PostState::ChangesRequested, StepTaker::Reviewer);
const SUBMIT: Edge = edge(PostStep::Submit, PostState::InReview, StepTaker::Author);

impl PostState {
    /// Every step that leads on from this state; none leads on from [`Archived`](Self::Archived).
    pub const fn steps(self) -> &'static [Edge] {
        match self {
            Self::Draft | Self::ChangesRequested => {
                &[SUBMIT, PUBLISH_UNREVIEWED, SCHEDULE_UNREVIEWED, ARCHIVE]
            }
            Self::InReview => &[APPROVE, SEND_BACK, ARCHIVE],
            Self::Approved => &[SEND_BACK, PUBLISH, SCHEDULE, ARCHIVE],
            Self::Scheduled => &[PUBLISH_DUE, SCHEDULE, ARCHIVE],
            Self::Published => &[ARCHIVE],
            Self::Archived => &[],
        }
    }
}

impl StepTaker {
    /// Whether somebody with these rights is one.
    pub const fn includes(self, rights: PublishingRights) -> bool {
        match self {
            Self::Author => rights.author,
            Self::Reviewer => rights.staff && !rights.author,
            Self::AuthorOrStaff => rights.author || rights.staff,
            Self::AnybodyDue => rights.author || rights.staff || rights.system,
            Self::Unreviewed => rights.staff || rights.author && !rights.review_needed,
        }
    }

    /// As whom somebody with these rights takes the step.
    const fn by(self, rights: PublishingRights) -> StepBy {
        match self {
            Self::Reviewer => StepBy::Staff,
            // The author may not, where posts are reviewed; staff may, with their own as well.
            Self::Unreviewed if rights.staff && rights.review_needed => StepBy::Staff,
            _ if rights.author => StepBy::Author,
            _ if rights.staff => StepBy::Staff,
            _ => StepBy::System,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Author => "the author",
            Self::Reviewer => "a reviewer other than the author",
            Self::AuthorOrStaff | Self::AnybodyDue => "the author or staff",
            Self::Unreviewed => "staff, as long as it is not approved",
        }
    }
}

/// What somebody may do with one post.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a right of its own, and any of them may come together"
)]
pub struct PublishingRights {
    /// They wrote it.
    pub author: bool,
    /// They review and moderate.
    pub staff: bool,
    /// It is the platform itself, which publishes what it is time for.
    pub system: bool,
    /// A post must be approved before it is published (a setting of the tenant).
    pub review_needed: bool,
}

/// Why a step was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StepRefused {
    /// The post's state does not allow it.
    #[error(transparent)]
    State(#[from] InvalidTransition),
    /// The state does, but somebody else must take the step.
    #[error("to {step} this post is for {who}")]
    NotYours {
        /// The step, as a verb.
        step: &'static str,
        /// Who may take it.
        who: &'static str,
    },
    /// A scheduled time that has passed already.
    #[error("the time to publish at must lie in the future")]
    TimeHasPassed,
    /// The platform was about to publish what it is not time for.
    #[error("it is not time yet")]
    TooEarly,
}

impl Post {
    /// Whether somebody with these rights may take a step now.
    pub fn may(&self, step: PostStep, rights: PublishingRights) -> bool {
        self.edge(step, rights).is_ok()
    }

    /// The author asks for review.
    pub fn submit(
        self,
        rights: PublishingRights,
        now: DateTime<Utc>,
    ) -> Result<(Self, PostMoved), StepRefused> {
        self.take(PostStep::Submit, None, rights, now)
    }

    /// A reviewer agrees; nobody reviews their own post.
    pub fn approve(
        self,
        rights: PublishingRights,
        now: DateTime<Utc>,
    ) -> Result<(Self, PostMoved), StepRefused> {
        self.take(PostStep::Approve, None, rights, now)
    }

    /// A reviewer sends it back, and says why.
    pub fn request_changes(
        self,
        reason: &Reason,
        rights: PublishingRights,
        now: DateTime<Utc>,
    ) -> Result<(Self, PostMoved), StepRefused> {
        self.take(PostStep::RequestChanges, Some(reason), rights, now)
    }

    /// Everybody may read it from now on. What was published before keeps its first time.
    pub fn publish(
        self,
        rights: PublishingRights,
        now: DateTime<Utc>,
    ) -> Result<(Self, PostMoved), StepRefused> {
        let published_at = self.published_at.or(Some(now));
        let (post, fact) = self.take(PostStep::Publish, None, rights, now)?;
        Ok((Self { published_at, ..post }, fact))
    }

    /// The platform publishes it when its time has come; before that, and in every other state, it is refused.
    pub fn publish_due(self, now: DateTime<Utc>) -> Result<(Self, PostMoved), StepRefused> {
        if self.scheduled_for.is_some_and(|at| now < at) {
            return Err(StepRefused::TooEarly);
        }
        let system = PublishingRights { system: true, ..PublishingRights::default() };
        self.publish(system, now)
    }

    /// It will be published at a set time, which is still to come.
    pub fn schedule(
        self,
        at: DateTime<Utc>,
        rights: PublishingRights,
        now: DateTime<Utc>,
    ) -> Result<(Self, PostMoved), StepRefused> {
        let (post, fact) = self.take(PostStep::Schedule, None, rights, now)?;
        if at <= now {
            return Err(StepRefused::TimeHasPassed);
        }
        Ok((Self { scheduled_for: Some(at), ..post }, fact))
    }

    /// It is taken off, for good; author and staff still see it.
    pub fn archive(
        self,
        rights: PublishingRights,
        now: DateTime<Utc>,
    ) -> Result<(Self, PostMoved), StepRefused> {
        self.take(PostStep::Archive, None, rights, now)
    }

    fn edge(&self, step: PostStep, rights: PublishingRights) -> Result<Edge, StepRefused> {
        let found = self.state.steps().iter().find(|edge| edge.step == step);
        let edge = found.ok_or_else(|| InvalidTransition::new("post", self.state.as_str(), step.verb()))?;
        if edge.taker.includes(rights) {
            Ok(*edge)
        } else {
            Err(StepRefused::NotYours { step: step.verb(), who: edge.taker.as_str() })
        }
    }

    fn take(
        self,
        step: PostStep,
        reason: Option<&Reason>,
        rights: PublishingRights,
        now: DateTime<Utc>,
    ) -> Result<(Self, PostMoved), StepRefused> {
        let edge = self.edge(step, rights)?;
        let (from, to, by) = (self.state, edge.to, edge.taker.by(rights));
        let reason = reason.map(ToString::to_string);
        let fact = PostMoved { post: self.id, author: self.author, step, by, from, to, reason };
        Ok((Self { state: to, scheduled_for: None, updated_at: now, ..self }, fact))
    }
}

answer! {
    /// A step of the publishing workflow that was taken: who, when and why.
    pub struct StepTaken {
        /// The post's version after it.
        version: Version,
        /// The step.
        step: PostStep,
        /// The state it led from.
        from: PostState,
        /// The state it led to.
        to: PostState,
        /// As whom it was taken.
        by: StepBy,
        /// Who took it; nobody, if it was the platform.
        account: Option<AccountId>,
        /// When.
        at: DateTime<Utc>,
        /// Why, where the step asks for a reason.
        reason: Option<Reason>,
    }
}
