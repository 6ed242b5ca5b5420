//! Ends strikes whose time is over, and counts what moderators have to do.

use std::time::Duration;

use smilefactory_core::page::{PageRequest, PageSize};
use smilefactory_core::scope::Scope;
use smilefactory_store::moderation::{self, ModerationError};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::content::Backlog;
use tokio::sync::watch;

use crate::telemetry;

/// How often to look.
const EVERY: Duration = Duration::from_mins(1);

/// Looks every minute, until it is told to stop.
pub(super) async fn work(store: Store, mut stopped: watch::Receiver<bool>) {
    let mut looks = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            biased;
            () = super::until(&mut stopped) => return,
            _ = looks.tick() => match tend_moderation(&store).await {
                Ok(backlog) => telemetry::moderation_backlog(backlog),
                Err(error) => tracing::warn!(%error, "strikes whose time is over still count"),
            },
        }
    }
}

/// Ends every strike of every tenant whose time is over, and says how much there is to do for moderators.
pub async fn tend_moderation(store: &Store) -> Result<Backlog, ModerationError> {
    let (mut all, mut page) = (Backlog::default(), PageRequest::first(PageSize::MAX));
    loop {
        let tenants = store.operator().list(&page).await?;
        for tenant in tenants.items {
            let scope = Scope::system(tenant.id, store.new_id()?);
            loop {
                let mut tx = store.write(&scope).await?;
                let ended = moderation::expire_next(&mut tx).await?;
                tx.commit().await?;
                if !ended {
                    break;
                }
            }
            let mut tx = store.read(&scope).await?;
            let now = tx.now();
            let backlog = tx.moderation_cases().backlog(now).await?;
            all.waiting = all.waiting.saturating_add(backlog.waiting);
            all.overdue = all.overdue.saturating_add(backlog.overdue);
        }
        let Some(key) = tenants.next else { return Ok(all) };
        page = PageRequest::after(PageSize::MAX, key);
    }
}
