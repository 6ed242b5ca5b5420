//! Keeps how complete profiles are, and how much people take part, as new as what both depend on.

use async_trait::async_trait;
use smilefactory_core::content::moderation::PostStandingChanged;
use smilefactory_core::content::{CommentReacted, CommentWritten, PostMoved, PostReacted, PostState};
use smilefactory_core::id::AccountId;
use smilefactory_core::identity::AccountChanged;
use smilefactory_core::profile::{ProfileBegun, ProfileKind, ProfileRevised, ProfileViewed};
use smilefactory_core::social::{ConnectionMade, ConnectionRemoved};
use smilefactory_store::WriteTx;
use smilefactory_store::maintenance::counts_from;
use smilefactory_store::outbox::{Handler, HandlerError, RecordedFact};
use smilefactory_store::prelude::*;

use crate::completion;

/// The reader of the outbox that assesses profiles anew.
pub const ASSESSMENT_READER: &str = "profile_assessment";

/// Assesses a profile anew when its owner changed their account, did something or connected with somebody, when somebody
/// looked at it, and when moderation took off what they published or shows it again.
///
/// What somebody changes in the profile itself is assessed on the spot. This is done behind: whoever publishes a post
/// does not wait for, or fail over, somebody who edits the profile at the same moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Assessment;

#[async_trait]
impl Handler for Assessment {
    async fn handle(&self, tx: &mut WriteTx, recorded: &RecordedFact) -> Result<(), HandlerError> {
        let acted = acted(recorded)?;
        if let Some(account) = acted {
            tx.activity().note(account, recorded.at.date_naive()).await?;
        }
        let mut concerned = concerned(tx, recorded).await?;
        if concerned.is_empty() {
            concerned.extend(acted);
        }
        for account in concerned {
            assess(tx, account).await?;
        }
        Ok(())
    }
}

async fn assess(tx: &mut WriteTx, account: AccountId) -> Result<(), HandlerError> {
    let Some(profile) = tx.profiles().get(account).await? else { return Ok(()) };
    let Some(account) = tx.accounts().get(account).await? else { return Ok(()) };
    let completion = completion::of(tx, &account, &profile.content).await?;
    let (profile, assessed) = profile.assess(&completion);
    let (profile, participation) = match profile.kind() {
        ProfileKind::CommunityMember => {
            let from = counts_from(tx.now().date_naive());
            let actions = tx.activity().count(account.id, from).await?;
            profile.count_actions(actions)
        }
        _ => (profile, None),
    };
    if assessed.is_some() || participation.is_some() {
        // When somebody saved the profile first this fails, and is tried again.
        tx.profiles().update(&profile).await?;
    }
    if let Some(assessed) = assessed {
        tx.tell(assessed)?;
    }
    if let Some(participation) = participation {
        tx.tell(participation)?;
    }
    Ok(())
}

/// Who did something that counts as taking part, in what a fact tells.
fn acted(recorded: &RecordedFact) -> Result<Option<AccountId>, HandlerError> {
    let fact = &recorded.fact;
    if let Some(moved) = fact.read::<PostMoved>()? {
        return Ok((moved.to == PostState::Published).then_some(moved.author));
    }
    if let Some(written) = fact.read::<CommentWritten>()? {
        return Ok(Some(written.author));
    }
    if let Some(reacted) = fact.read::<PostReacted>()? {
        return Ok(Some(reacted.by));
    }
    Ok(fact.read::<CommentReacted>()?.map(|reacted| reacted.by))
}

/// Whose profiles a fact bears on besides.
async fn concerned(tx: &mut WriteTx, recorded: &RecordedFact) -> Result<Vec<AccountId>, HandlerError> {
    let fact = &recorded.fact;
    if let Some(made) = fact.read::<ConnectionMade>()? {
        return Ok(vec![made.connection, made.other]);
    }
    if let Some(removed) = fact.read::<ConnectionRemoved>()? {
        return Ok(vec![removed.connection, removed.other]);
    }
    Ok(owner(tx, recorded).await?.into_iter().collect())
}

async fn owner(tx: &mut WriteTx, recorded: &RecordedFact) -> Result<Option<AccountId>, HandlerError> {
    let fact = &recorded.fact;
    if let Some(changed) = fact.read::<AccountChanged>()? {
        return Ok(Some(changed.account));
    }
    if let Some(viewed) = fact.read::<ProfileViewed>()? {
        return Ok(Some(viewed.account));
    }
    // Who becomes a community member takes part as much as they did before.
    if let Some(begun) = fact.read::<ProfileBegun>()? {
        return Ok((begun.kind == ProfileKind::CommunityMember).then_some(begun.account));
    }
    if let Some(revised) = fact.read::<ProfileRevised>()? {
        let turned = revised.kind != revised.kind_before;
        return Ok((turned && revised.kind == ProfileKind::CommunityMember).then_some(revised.account));
    }
    if let Some(changed) = fact.read::<PostStandingChanged>()? {
        return Ok(tx.posts().get(changed.post).await?.map(|post| post.author));
    }
    let moved = fact.read::<PostMoved>()?;
    Ok(moved.filter(|moved| moved.from == PostState::Published).map(|moved| moved.author))
}
