//! What is posted in groups.

use smilefactory_core::community::{GroupPermission, GroupRefused};
use smilefactory_core::content::{Post, PostDraft};
use smilefactory_core::id::{AccountId, GroupId, PostId};

use super::{GroupError, Result, locked, managed};
use crate::repo::community::ReadGroupMembers;
use crate::repo::content::{ReadPosts, WritePosts};
use crate::tx::WriteTx;

/// Somebody begins a post in a group that lets them. It is a draft then, like every other; the files it names are
/// attached in the same unit of work.
pub async fn post(tx: &mut WriteTx, id: GroupId, by: AccountId, draft: PostDraft) -> Result<Post> {
    let (group, own) = locked(tx, id, by).await?;
    let (post, drafted) = draft.begin(tx.new_id()?, by, tx.now());
    let post = match own {
        Some(own) => own.post(&group, post)?,
        None => return Err(GroupRefused::Posting.into()),
    };
    tx.posts().insert(&post).await?;
    tx.tell(drafted)?;
    Ok(post)
}

/// Whether the group that a post was begun in lets its author publish it, or change what stands in it, now; nothing of
/// other posts. The group is
/// locked.
pub async fn require_posting(tx: &mut WriteTx, post: &Post) -> Result<()> {
    let Some(group) = post.group else { return Ok(()) };
    let (group, own) = locked(tx, group, post.author).await?;
    own.ok_or(GroupRefused::Posting)?.require_posting(&group)?;
    Ok(())
}

/// Somebody who may takes a post off a group: from then on it is its author's alone.
pub async fn take_off(tx: &mut WriteTx, id: GroupId, post: PostId, by: AccountId) -> Result<()> {
    let (_, own) = managed(tx, id, by, GroupPermission::ModeratePosts).await?;
    let there = tx.posts().get(post).await?;
    let there = there.filter(|there| there.group == Some(id) && there.is_shown());
    let there = there.ok_or(GroupError::NotThere("post"))?;
    let author = tx.group_members().get(id, there.author).await?;
    let (off, fact) = own.take_off(there, author.as_ref())?;
    tx.posts().set_audience(&off).await?;
    tx.tell(fact)?;
    Ok(())
}

/// Whether somebody sees a post as far as its group lets them: its author does, and what is for the group's members is
/// for these.
pub async fn is_in_audience<Mode>(
    tx: &mut crate::tx::Tx<Mode>,
    post: &Post,
    viewer: AccountId,
) -> crate::Result<bool> {
    use smilefactory_core::content::PostAudience;
    match (post.audience, post.group) {
        _ if post.author == viewer => Ok(true),
        (PostAudience::Everybody, _) => Ok(true),
        (PostAudience::Members, Some(group)) => {
            let own = tx.group_members().get(group, viewer).await?;
            Ok(own.is_some_and(|own| own.is_member()))
        }
        _ => Ok(false),
    }
}
