//! What concerns people in what is published.

use chrono::TimeDelta;
use smilefactory_core::content::moderation::{AppealDecided, CaseDecided, CommentStandingChanged, Decision};
use smilefactory_core::content::{
    Comment, CommentDeleted, CommentReacted, CommentUnreacted, CommentWritten, Post, PostMoved, PostReacted,
    PostState, PostStep, PostUnreacted, ReviewerAsked, Standing, StepBy,
};
use smilefactory_core::id::{AccountId, CommentId, Id, PostId};
use smilefactory_core::messaging::notification::{NotificationKind, Raise, mentions};

use super::{Effect, Effects};
use crate::outbox::RecordedFact;
use crate::repo::content::{ReadAppeals, ReadComments, ReadModerationCases, ReadPosts};
use crate::repo::identity::ReadAccounts;
use crate::repo::messaging::Reminder;
use crate::tx::WriteTx;

/// How long before a review is due its reviewer is reminded.
pub(crate) const REVIEW_NOTICE: TimeDelta = TimeDelta::days(1);

/// What a fact about posts, comments and moderation brings about.
pub(super) async fn effects(tx: &mut WriteTx, recorded: &RecordedFact) -> Effects {
    let fact = &recorded.fact;
    if let Some(written) = fact.read::<CommentWritten>()? {
        return comment_shown(tx, written.comment).await;
    }
    if let Some(changed) = fact.read::<CommentStandingChanged>()? {
        return match changed.standing {
            Standing::Visible => comment_shown(tx, changed.comment).await,
            Standing::Held | Standing::Removed | Standing::Erased => comment_gone(tx, changed.comment).await,
        };
    }
    if let Some(deleted) = fact.read::<CommentDeleted>()? {
        let Some(author) = deleted.author else { return Ok(Vec::new()) };
        return no_comment_of(tx, deleted.post, deleted.parent, author).await;
    }
    if let Some(moved) = fact.read::<PostMoved>()? {
        return post_moved(tx, &moved).await;
    }
    if let Some(reacted) = fact.read::<PostReacted>()? {
        let Some(post) = tx.posts().get(reacted.post).await? else { return Ok(Vec::new()) };
        let raise = Raise::post_reacted(post.id, reacted.by, reacted.reaction);
        return Ok(vec![Effect::tell(raise, but(post.author, reacted.by))]);
    }
    if let Some(unreacted) = fact.read::<PostUnreacted>()? {
        let Some(post) = tx.posts().get(unreacted.post).await? else { return Ok(Vec::new()) };
        return Ok(vec![Effect::take_back(
            post.author,
            NotificationKind::PostReacted,
            post.id,
            unreacted.by,
        )]);
    }
    if let Some(reacted) = fact.read::<CommentReacted>()? {
        let Some(author) = author_of(tx, reacted.comment).await? else { return Ok(Vec::new()) };
        let raise = Raise::comment_reacted(reacted.post, reacted.comment, reacted.by, reacted.reaction);
        return Ok(vec![Effect::tell(raise, but(author, reacted.by))]);
    }
    if let Some(unreacted) = fact.read::<CommentUnreacted>()? {
        let Some(author) = author_of(tx, unreacted.comment).await? else { return Ok(Vec::new()) };
        let kind = NotificationKind::CommentReacted;
        return Ok(vec![Effect::take_back(author, kind, unreacted.comment, unreacted.by)]);
    }
    if let Some(asked) = fact.read::<ReviewerAsked>()? {
        let raise = Raise::review_asked(asked.post, asked.due_at);
        let due_at = (asked.due_at - REVIEW_NOTICE).max(tx.now());
        let (account, subject) = (asked.reviewer, asked.post.uuid());
        let reminder = Reminder { account, kind: NotificationKind::ReviewDue, subject, due_at };
        return Ok(vec![Effect { reminders: vec![reminder], ..Effect::tell(raise, [account]) }]);
    }
    moderated(tx, recorded).await
}

/// What was decided about somebody.
async fn moderated(tx: &mut WriteTx, recorded: &RecordedFact) -> Effects {
    if let Some(decided) = recorded.fact.read::<CaseDecided>()? {
        if decided.decision == Decision::Approve {
            return Ok(Vec::new());
        }
        let case = tx.moderation_cases().get(decided.case).await?;
        let raise = Raise::case_decided(&decided, case.and_then(|case| case.decision_reason));
        return Ok(vec![Effect::tell(raise, [decided.author])]);
    }
    if let Some(decided) = recorded.fact.read::<AppealDecided>()? {
        let appeal = tx.appeals().get(decided.case).await?;
        let reason = appeal.and_then(|appeal| appeal.ruling_reason);
        let raise = Raise::appeal_decided(decided.case, decided.ruling, reason);
        return Ok(vec![Effect::tell(raise, [decided.author])]);
    }
    Ok(Vec::new())
}

/// A post took a step.
async fn post_moved(tx: &mut WriteTx, moved: &PostMoved) -> Effects {
    let mut effects = Vec::new();
    let kind = match (moved.step, moved.by) {
        (PostStep::Approve, StepBy::Staff) => Some(NotificationKind::PostApproved),
        (PostStep::RequestChanges, StepBy::Staff) => Some(NotificationKind::PostChangesRequested),
        (PostStep::Publish, StepBy::Staff | StepBy::System) => Some(NotificationKind::PostPublished),
        _ => None,
    };
    if let Some(kind) = kind {
        let reason = moved.reason.as_deref().and_then(|reason| reason.parse().ok());
        effects.push(Effect::tell(Raise::post_moved(kind, moved.post, reason), [moved.author]));
    }
    if moved.to == PostState::Published
        && let Some(post) = tx.posts().get(moved.post).await?.filter(Post::is_shown)
    {
        let named = named(tx, post.draft.body.as_str(), &[post.author]).await?;
        let raise = Raise::mentioned_in_post(post.id, post.author);
        effects.push(Effect { key: Some(post.id.uuid()), ..Effect::tell(raise, named) });
    }
    Ok(effects)
}

/// A comment is there for all to see: who wrote what it answers is told, then who wrote the post, then who is named in it.
/// Nobody is told twice, and no comment is told again.
async fn comment_shown(tx: &mut WriteTx, id: CommentId) -> Effects {
    let Some((comment, author)) = shown(tx, id).await? else { return Ok(Vec::new()) };
    let Some(post) = tx.posts().get(comment.post).await?.filter(Post::is_shown) else {
        return Ok(Vec::new());
    };
    let mut effect = Effect { key: Some(id.uuid()), ..Effect::default() };
    let mut told = vec![author];
    if let Some(parent) = comment.parent
        && let Some(answered) = author_of(tx, parent).await?.filter(|answered| !told.contains(answered))
    {
        effect.told.push((Raise::comment_replied(post.id, parent, id, author), vec![answered]));
        told.push(answered);
    }
    if !told.contains(&post.author) {
        effect.told.push((Raise::post_commented(post.id, id, author), vec![post.author]));
        told.push(post.author);
    }
    let body = comment.body.as_ref().map(smilefactory_core::text::Prose::as_str).unwrap_or_default();
    let named = named(tx, body, &told).await?;
    effect.told.push((Raise::mentioned_in_comment(post.id, id, author), named));
    Ok(vec![effect])
}

/// A comment is there no more.
async fn comment_gone(tx: &mut WriteTx, id: CommentId) -> Effects {
    let Some(comment) = tx.comments().get(id).await? else { return Ok(Vec::new()) };
    let Some(author) = comment.author else { return Ok(Vec::new()) };
    no_comment_of(tx, comment.post, comment.parent, author).await
}

/// Takes back that `author` commented.
async fn no_comment_of(
    tx: &mut WriteTx,
    post: PostId,
    parent: Option<CommentId>,
    author: AccountId,
) -> Effects {
    let mut effects = Vec::new();
    if let Some(post) = tx.posts().get(post).await? {
        effects.push((post.author, NotificationKind::PostCommented, post.id.uuid(), author));
    }
    if let Some(parent) = parent
        && let Some(answered) = author_of(tx, parent).await?
    {
        effects.push((answered, NotificationKind::CommentReplied, parent.uuid(), author));
    }
    Ok(vec![Effect { taken_back: effects, ..Effect::default() }])
}

/// A comment that everybody sees, and who wrote it.
async fn shown(tx: &mut WriteTx, id: CommentId) -> crate::Result<Option<(Comment, AccountId)>> {
    let comment = tx.comments().get(id).await?.filter(Comment::is_shown);
    Ok(comment.and_then(|comment| comment.author.map(|author| (comment, author))))
}

/// Who wrote a comment that everybody sees.
async fn author_of(tx: &mut WriteTx, id: CommentId) -> crate::Result<Option<AccountId>> {
    Ok(shown(tx, id).await?.map(|(_, author)| author))
}

/// Those who are named in a text, but for these, as far as there are such people.
async fn named(tx: &mut WriteTx, text: &str, but: &[AccountId]) -> crate::Result<Vec<AccountId>> {
    let mut named = mentions(text);
    named.retain(|account| !but.contains(account));
    if named.is_empty() {
        return Ok(named);
    }
    Ok(tx.accounts().get_many(&named).await?.into_iter().map(|account| account.id).collect())
}

/// Nobody is told what they did themselves.
pub(super) fn but(account: AccountId, actor: AccountId) -> Vec<AccountId> {
    if account == actor { Vec::new() } else { vec![account] }
}
