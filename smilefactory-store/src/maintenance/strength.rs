//! Keeps what strengths are summed up from small, and the sums right.

use smilefactory_core::scope::Scope;
use smilefactory_core::social::InteractionWeights;

use super::Scopes;
use crate::error::Result;
use crate::repo::social::WriteNetwork;
use crate::repo::tenancy::ReadTenants;
use crate::store::Store;

/// How many interactions are forgotten, and how many pairs summed up, in one transaction.
const BATCH: u16 = 500;

/// Forgets in every tenant the interactions that are worth next to nothing by now, and says how many there were. No
/// connection gets weaker by it.
pub async fn forget_interactions(store: &Store) -> Result<u64> {
    let (mut forgotten, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        let weights = weights(store, &scope).await?;
        loop {
            let mut tx = store.write(&scope).await?;
            let batch = tx.network().forget(BATCH, &weights).await?;
            tx.commit().await?;
            forgotten += batch;
            if batch < u64::from(BATCH) {
                break;
            }
        }
    }
    Ok(forgotten)
}

/// Sums up anew in every tenant how strong connections are, and says how many were summed up otherwise: there are some
/// after a community has changed what interactions are worth, and none else.
pub async fn recount_strengths(store: &Store) -> Result<u64> {
    let (mut changed, mut scopes) = (0, Scopes::of(store));
    while let Some(scope) = scopes.next().await? {
        let (weights, mut after) = (weights(store, &scope).await?, None);
        loop {
            let mut tx = store.write(&scope).await?;
            let (batch, last) = tx.network().recount(after, BATCH, &weights).await?;
            tx.commit().await?;
            changed += batch;
            if last.is_none() {
                break;
            }
            after = last;
        }
    }
    Ok(changed)
}

async fn weights(store: &Store, scope: &Scope) -> Result<InteractionWeights> {
    let tenant = store.read(scope).await?.tenants().get(scope.tenant).await?;
    Ok(tenant.map(|tenant| tenant.settings.interaction_weights).unwrap_or_default())
}
