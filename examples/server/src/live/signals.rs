//! Signs of life: who types, who is there, whose log-in lasts.

use std::collections::{HashMap, HashSet};

use smilefactory_core::id::TenantId;
use smilefactory_core::messaging::live::LiveEvent;
use smilefactory_core::scope::Scope;
use smilefactory_store::StoreError;
use smilefactory_store::prelude::*;
use tokio::time::Instant;

use super::hub::Hub;

impl Hub {
    /// Does what it is time for.
    pub(super) async fn look_around(&mut self) -> Result<(), StoreError> {
        let now = Instant::now();
        let due = self.timetable.due(now);
        if !due.any() {
            return Ok(());
        }
        let tenants: Vec<_> = self.communities.keys().copied().collect();
        for tenant in tenants {
            if due.beat {
                self.say_who_is_here(tenant).await?;
            }
            if due.sessions {
                self.end_sessions(tenant).await?;
            }
            if due.typing {
                self.look_who_types(tenant).await?;
            }
            if due.presence {
                self.look_who_is_there(tenant).await?;
            }
        }
        Ok(())
    }

    fn scope(&self, tenant: TenantId) -> Result<Scope, StoreError> {
        Ok(Scope::system(tenant, self.state.store.new_id()?))
    }

    async fn say_who_is_here(&mut self, tenant: TenantId) -> Result<(), StoreError> {
        let Some(community) = self.communities.get(&tenant) else { return Ok(()) };
        let mut tx = self.state.store.write(&self.scope(tenant)?).await?;
        tx.signals().beat(&community.connected()).await?;
        tx.signals().trim().await?;
        tx.commit().await
    }

    async fn end_sessions(&mut self, tenant: TenantId) -> Result<(), StoreError> {
        let scope = self.scope(tenant)?;
        let Some(community) = self.communities.get_mut(&tenant) else { return Ok(()) };
        let mut tx = self.state.store.read_latest(&scope).await?;
        let open: HashMap<_, _> = tx.live().sessions(&community.sessions()).await?.into_iter().collect();
        community.end_sessions(&open, tx.now());
        Ok(())
    }

    async fn look_who_types(&mut self, tenant: TenantId) -> Result<(), StoreError> {
        let scope = self.scope(tenant)?;
        let Some(community) = self.communities.get_mut(&tenant) else { return Ok(()) };
        let mut tx = self.state.store.read_latest(&scope).await?;
        let typing: HashSet<_> = tx.signals().typing().await?.into_iter().collect();
        let changed: Vec<_> = typing.symmetric_difference(&community.typing).copied().collect();
        if changed.is_empty() {
            return Ok(());
        }
        let seen = tx.signals().typing_seen(&changed, &community.listeners()).await?;
        for (listener, (conversation, account)) in seen {
            let typing = typing.contains(&(conversation, account));
            community.signal(listener, LiveEvent::Typing { conversation, account, typing });
        }
        community.typing = typing;
        Ok(())
    }

    async fn look_who_is_there(&mut self, tenant: TenantId) -> Result<(), StoreError> {
        let scope = self.scope(tenant)?;
        let Some(community) = self.communities.get_mut(&tenant) else { return Ok(()) };
        let mut tx = self.state.store.read_latest(&scope).await?;
        let present: HashSet<_> = tx.signals().present().await?.into_iter().collect();
        let Some(earlier) = community.present.replace(present.clone()) else { return Ok(()) };
        let changed: Vec<_> = present.symmetric_difference(&earlier).copied().collect();
        if changed.is_empty() {
            return Ok(());
        }
        match tx.signals().presence_seen(&changed, &community.listeners()).await {
            Ok(seen) => {
                for (listener, account) in seen {
                    let present = present.contains(&account);
                    community.signal(listener, LiveEvent::Presence { account, present });
                }
                Ok(())
            }
            Err(error) => {
                // Not told yet.
                community.present = Some(earlier);
                Err(error)
            }
        }
    }
}
