//! What decisions do to people: strikes and suspensions.

use smilefactory_core::content::moderation::{ModerationCase, ModerationStep, Strike, StrikeEnd};
use smilefactory_core::id::{AccountId, ModerationCaseId};
use smilefactory_core::profile::ProfileState;
use smilefactory_core::text::Reason;

use super::Result;
use crate::error::StoreError;
use crate::repo::content::{
    Cause, ReadStrikes, WriteModerationCases, WriteModerationLog, WriteStrikes, WriteSuspensions,
};
use crate::repo::identity::WriteAccounts;
use crate::repo::profile::{ReadProfiles, WriteProfiles};
use crate::tx::WriteTx;

/// Ends one strike whose time is over, if there is one, and says whether there was: whoever was suspended by three of
/// them is so no longer. To be called until it says no, each time in a unit of work of its own.
pub async fn expire_next(tx: &mut WriteTx) -> Result<bool> {
    let now = tx.now();
    let Some(strike) = tx.strikes().next_due(now).await? else { return Ok(false) };
    if tx.moderation_cases().lock(strike.case).await?.is_none() {
        return Err(StoreError::internal("a strike belongs to no case").into());
    }
    end_strike(tx, strike, StrikeEnd::Expired).await?;
    Ok(true)
}

/// The author of a case gets a strike; the third that counts suspends them.
pub(super) async fn strike(tx: &mut WriteTx, case: &ModerationCase) -> Result<()> {
    tx.strikes().lock_account(case.author).await?;
    let (strike, issued) = Strike::issue(tx.new_id()?, case.author, case.id, tx.now());
    tx.strikes().insert(&strike).await?;
    let detail = strike.id.to_string();
    tx.moderation_log().append(case.id, ModerationStep::Struck, Some(&detail), None).await?;
    tx.tell(issued)?;
    settle(tx, case.id, case.author).await
}

/// A strike counts no longer. The row of its case is locked.
pub(super) async fn end_strike(tx: &mut WriteTx, strike: Strike, end: StrikeEnd) -> Result<()> {
    tx.strikes().lock_account(strike.account).await?;
    let (strike, ended) = strike.end(end, tx.now());
    let Some(ended) = ended else { return Ok(()) };
    if !tx.strikes().end(&strike).await? {
        return Ok(());
    }
    let step = match end {
        StrikeEnd::Expired => ModerationStep::Expired,
        StrikeEnd::Revoked => ModerationStep::Revoked,
    };
    let detail = strike.id.to_string();
    tx.moderation_log().append(strike.case, step, Some(&detail), None).await?;
    tx.tell(ended)?;
    settle(tx, strike.case, strike.account).await
}

/// Suspends whom enough strikes count against, and lifts that when fewer do. The account is locked.
async fn settle(tx: &mut WriteTx, case: ModerationCaseId, account: AccountId) -> Result<()> {
    let now = tx.now();
    let enough = tx.strikes().count_live(account, now).await? >= Strike::TO_SUSPEND;
    let suspended = tx.suspensions().count(account, Cause::Strikes).await? > 0;
    match (enough, suspended) {
        (true, false) => suspend(tx, case, account, Cause::Strikes).await,
        (false, true) => lift(tx, case, account, Cause::Strikes, None).await,
        _ => Ok(()),
    }
}

/// Suspends somebody. Who has no profile yet is suspended all the same.
pub(super) async fn suspend(
    tx: &mut WriteTx,
    case: ModerationCaseId,
    account: AccountId,
    by: Cause,
) -> Result<()> {
    tx.strikes().lock_account(account).await?;
    tx.suspensions().insert(case, account, by).await?;
    tx.moderation_log().append(case, ModerationStep::Suspended, Some(by.as_str()), None).await?;
    let now = tx.now();
    match tx.profiles().get(account).await? {
        // Staff took it off before, for a reason of their own.
        Some(profile) if profile.state == ProfileState::Suspended => {}
        Some(profile) => {
            let (profile, suspended) = profile.suspend(&reason(by)?, now)?;
            tx.profiles().update(&profile).await?;
            tx.tell(suspended)?;
        }
        None => tx.accounts().set_suspended(account, true).await?,
    }
    Ok(())
}

/// Lifts suspensions by one cause, of one case or of all. Whoever is suspended for nothing else is so no longer.
pub(super) async fn lift(
    tx: &mut WriteTx,
    log: ModerationCaseId,
    account: AccountId,
    by: Cause,
    of: Option<ModerationCaseId>,
) -> Result<()> {
    tx.strikes().lock_account(account).await?;
    if tx.suspensions().lift(account, by, of).await? == 0 {
        return Ok(());
    }
    let mut left = 0;
    for other in [Cause::Decision, Cause::Strikes] {
        left += tx.suspensions().count(account, other).await?;
    }
    if left > 0 {
        return Ok(());
    }
    tx.moderation_log().append(log, ModerationStep::Reinstated, Some(by.as_str()), None).await?;
    let now = tx.now();
    match tx.profiles().get(account).await? {
        Some(profile) if profile.state == ProfileState::Suspended => {
            let (profile, reinstated) = profile.reinstate(now)?;
            tx.profiles().update(&profile).await?;
            tx.tell(reinstated)?;
        }
        Some(_) => {}
        None => tx.accounts().set_suspended(account, false).await?,
    }
    Ok(())
}

/// What a suspended profile says it is suspended for.
fn reason(by: Cause) -> Result<Reason> {
    let words = match by {
        Cause::Decision => "Moderators decided so.",
        Cause::Strikes => "Three strikes count at the same time.",
    };
    words.parse().map_err(|_| StoreError::internal("a reason is no line").into())
}
