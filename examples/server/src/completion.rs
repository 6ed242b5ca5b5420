//! How complete somebody's profile is, and what that opens.

use smilefactory_core::id::AccountId;
use smilefactory_core::identity::Account;
use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::profile::{Completion, Engagement, Opens, Profile, ProfileContent};
use smilefactory_core::tenancy::TenantSettings;
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::PostFilter;
use smilefactory_store::{ReadTx, Tx};

use crate::extract::Viewer;
use crate::problem::{ApiError, Code};

/// What somebody has done in the community so far.
pub(crate) async fn engagement<Mode>(
    tx: &mut Tx<Mode>,
    account: AccountId,
) -> Result<Engagement, StoreError> {
    let one = PageRequest::first(PageSize::new(1).unwrap_or_default());
    // What moderation holds or took off does not count.
    let shown = tx.posts().list(&PostFilter::new().by(account), &one).await?;
    let viewed = tx.profile_views().any(account).await?;
    let connected = tx.connections().any(account).await?;
    Ok(Engagement { posted: !shown.items.is_empty(), viewed, connected })
}

/// How complete a profile with this content is.
pub(crate) async fn of<Mode>(
    tx: &mut Tx<Mode>,
    account: &Account,
    content: &ProfileContent,
) -> Result<Completion, StoreError> {
    Ok(Completion::of(account, content, engagement(tx, account.id).await?))
}

/// The account of whoever calls.
pub(crate) async fn account<Mode>(tx: &mut Tx<Mode>, viewer: &Viewer) -> Result<Account, ApiError> {
    tx.accounts().get(viewer.account).await?.ok_or_else(|| ApiError::not_found("account"))
}

/// The profile of whoever calls.
pub(crate) async fn profile<Mode>(tx: &mut Tx<Mode>, viewer: &Viewer) -> Result<Profile, ApiError> {
    tx.profiles().get(viewer.account).await?.ok_or_else(|| ApiError::not_found("profile"))
}

/// How complete the profile of whoever calls is.
pub(crate) async fn own(tx: &mut ReadTx, viewer: &Viewer) -> Result<Completion, ApiError> {
    let profile = profile(tx, viewer).await?;
    let account = account(tx, viewer).await?;
    Ok(of(tx, &account, &profile.content).await?)
}

/// What this community has set.
pub(crate) async fn settings<Mode>(tx: &mut Tx<Mode>) -> Result<TenantSettings, ApiError> {
    let id = tx.scope().tenant;
    Ok(tx.tenants().get(id).await?.ok_or_else(|| ApiError::not_found("community"))?.settings)
}

/// Refuses who may not write articles yet, and says what to fill in, worth most first.
pub(crate) async fn require_articles(tx: &mut WriteTx, viewer: &Viewer) -> Result<(), ApiError> {
    let bands = settings(tx).await?.completion_bands;
    require(tx, viewer, "articles", bands.articles_from, |percent| Opens::at(percent, &bands).articles).await
}

/// Refuses who may not comment yet, and says what to fill in, worth most first.
pub(crate) async fn require_comments(tx: &mut WriteTx, viewer: &Viewer) -> Result<(), ApiError> {
    let bands = settings(tx).await?.completion_bands;
    require(tx, viewer, "comments", bands.comments_from, |percent| Opens::at(percent, &bands).comments).await
}

/// Refuses who may not make events yet, and says what to fill in, worth most first.
pub(crate) async fn require_events(tx: &mut WriteTx, viewer: &Viewer) -> Result<(), ApiError> {
    let bands = settings(tx).await?.completion_bands;
    require(tx, viewer, "events", bands.events_from, |percent| Opens::at(percent, &bands).events).await
}

async fn require(
    tx: &mut WriteTx,
    viewer: &Viewer,
    what: &str,
    from: u8,
    opens: impl Fn(u8) -> bool + Send,
) -> Result<(), ApiError> {
    if opens(0) {
        return Ok(());
    }
    let Some(profile) = tx.profiles().get(viewer.account).await? else {
        let detail = format!("{what} take a profile that is complete to {from} %; you have none yet");
        return Err(ApiError::new(Code::CompletionTooLow, detail));
    };
    let account = account(tx, viewer).await?;
    let completion = of(tx, &account, &profile.content).await?;
    if opens(completion.percent) {
        return Ok(());
    }
    let percent = completion.percent;
    let detail = format!("{what} take a profile that is complete to {from} %; yours is to {percent} %");
    Err(ApiError::new(Code::CompletionTooLow, detail).with_missing(completion.missing))
}
