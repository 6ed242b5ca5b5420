//! Keeps how complete profiles are as new as what they depend on.

use async_trait::async_trait;
use smilefactory_core::content::{PostMoved, PostState};
use smilefactory_core::id::AccountId;
use smilefactory_core::identity::AccountChanged;
use smilefactory_core::social::{ConnectionMade, ConnectionRemoved};
use smilefactory_store::WriteTx;
use smilefactory_store::outbox::{Handler, HandlerError, RecordedFact};
use smilefactory_store::prelude::*;

use crate::completion;

/// The reader of the outbox that assesses profiles anew.
pub const ASSESSMENT_READER: &str = "profile_assessment";

/// Assesses a profile anew when its owner changed their account, published something, or connected with somebody.
///
/// What somebody changes in the profile itself is assessed on the spot. This is done behind: whoever publishes a post
/// does not wait for, or fail over, somebody who edits the profile at the same moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Assessment;

#[async_trait]
impl Handler for Assessment {
    async fn handle(&self, tx: &mut WriteTx, recorded: &RecordedFact) -> Result<(), HandlerError> {
        for account in concerned(recorded)? {
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
    if let Some(assessed) = assessed {
        // When somebody saved the profile first this fails, and is tried again.
        tx.profiles().update(&profile).await?;
        tx.tell(assessed)?;
    }
    Ok(())
}

/// Whose profiles a fact bears on.
fn concerned(recorded: &RecordedFact) -> Result<Vec<AccountId>, HandlerError> {
    let fact = &recorded.fact;
    if let Some(changed) = fact.read::<AccountChanged>()? {
        return Ok(vec![changed.account]);
    }
    if let Some(made) = fact.read::<ConnectionMade>()? {
        return Ok(vec![made.connection, made.other]);
    }
    if let Some(removed) = fact.read::<ConnectionRemoved>()? {
        return Ok(vec![removed.connection, removed.other]);
    }
    let moved = fact.read::<PostMoved>()?;
    let bears = |moved: &PostMoved| moved.to == PostState::Published || moved.from == PostState::Published;
    Ok(moved.filter(bears).map(|moved| moved.author).into_iter().collect())
}
