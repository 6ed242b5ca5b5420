//! The task that reads the log for all who listen here.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use smilefactory_core::fact::FactBody;
use smilefactory_core::id::{AccountId, StreamId, TenantId};
use smilefactory_core::identity::LoggedOut;
use smilefactory_core::messaging::live::FACT_NAMES;
use smilefactory_core::profile::ProfileSuspended;
use smilefactory_core::scope::Scope;
use smilefactory_store::StoreError;
use smilefactory_store::outbox::{Horizon, LogPosition, LoggedFact, Window};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::messaging::Told;
use tokio::sync::watch;
use tokio::time::Instant;

use super::community::Community;
use super::queue::{Item, queue};
use super::timetable::Timetable;
use super::{Arrival, Visit};
use crate::state::AppState;
use crate::telemetry;

/// How many facts are read at once.
const PAGE: u16 = 2_000;
/// How long to wait before the next look, when nothing happened: twice as long each time, up to the longest.
const SHORTEST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_millis(500);
/// How long to wait after it could not be looked.
const TROUBLE: Duration = Duration::from_secs(1);
/// Tells those who listen what happens, until it is told to stop.
pub(crate) async fn work(state: AppState, mut stopped: watch::Receiver<bool>) {
    let Some(mut inbox) = state.live.inbox().take() else { return };
    let told = Arc::clone(&state.told);
    let (live, mut hub) = (state.live.clone(), Hub::new(state));
    let mut idle = SHORTEST;
    loop {
        // Asked for before looking, so that what is told meanwhile is not missed.
        let woken = told.notified();
        while let Ok(visit) = inbox.try_recv() {
            hub.receive(visit);
        }
        let pause = match hub.turn().await {
            Ok(Turn::Busy) => {
                idle = SHORTEST;
                Some(Duration::ZERO)
            }
            Ok(Turn::Idle) => {
                idle = (idle * 2).min(LONGEST);
                Some(idle)
            }
            Ok(Turn::Alone) => None,
            Err(error) => {
                tracing::warn!(%error, "the log cannot be read for those who listen; trying again");
                Some(TROUBLE)
            }
        };
        tokio::select! {
            biased;
            () = crate::background::until(&mut stopped) => break,
            visit = inbox.recv() => match visit {
                Some(visit) => hub.receive(visit),
                None => break,
            },
            () = woken, if pause.is_some_and(|pause| pause != TROUBLE) => {}
            () = sleep(pause) => {}
        }
    }
    live.close();
    hub.leave_all().await;
}

/// Sleeps, or waits for something else to happen.
async fn sleep(pause: Option<Duration>) {
    match pause {
        Some(pause) => tokio::time::sleep(pause).await,
        None => std::future::pending().await,
    }
}

/// What there was to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// Something was told.
    Busy,
    /// Nothing happened.
    Idle,
    /// Nobody listens.
    Alone,
}

/// What the task knows.
pub(super) struct Hub {
    pub(super) state: AppState,
    pub(super) communities: HashMap<TenantId, Community>,
    /// Up to where everything was told; nowhere, when nobody listens.
    position: Option<Arc<LogPosition>>,
    /// What is left to be told of the window after that.
    window: Option<Window>,
    reached: watch::Sender<Arc<Horizon>>,
    arriving: Vec<Arrival>,
    leaving: HashMap<TenantId, Vec<(AccountId, StreamId)>>,
    pub(super) timetable: Timetable,
}

impl Hub {
    fn new(state: AppState) -> Self {
        let (reached, _) = watch::channel(Arc::default());
        Self {
            state,
            communities: HashMap::new(),
            position: None,
            window: None,
            reached,
            arriving: Vec::new(),
            leaving: HashMap::new(),
            timetable: Timetable::new(Instant::now()),
        }
    }

    fn receive(&mut self, visit: Visit) {
        match visit {
            Visit::Arrived(arrival) => self.arriving.push(arrival),
            Visit::Left(tenant, account, stream) => {
                self.arriving.retain(|arrival| arrival.listener.stream != stream);
                self.leaving.entry(tenant).or_default().push((account, stream));
                if let Some(community) = self.communities.get_mut(&tenant) {
                    community.dismiss(account, stream);
                    if community.is_empty() {
                        self.communities.remove(&tenant);
                    }
                }
            }
        }
    }

    async fn turn(&mut self) -> Result<Turn, StoreError> {
        self.see_off().await?;
        if self.communities.is_empty() && self.arriving.is_empty() {
            (self.position, self.window) = (None, None);
            return Ok(Turn::Alone);
        }
        let now = self.state.store.log().position().await?;
        let position = match self.position.take() {
            Some(position) if position.epoch == now.epoch => position,
            earlier => {
                let now = Arc::new(now.clone());
                self.window = None;
                if earlier.is_some() {
                    self.tell_all(&Item::Reset(Arc::clone(&now)));
                }
                self.reached.send_replace(Arc::new(now.horizon.clone()));
                now
            }
        };
        self.position = Some(Arc::clone(&position));
        self.admit(&position);
        let busy = self.tell_what_happened(&position, now).await?;
        self.look_around().await?;
        telemetry::live_streams(self.communities.values().map(Community::len).sum());
        Ok(if busy { Turn::Busy } else { Turn::Idle })
    }

    /// Lets in who waits. They read by themselves what is told already, and of a window that is begun all of it.
    fn admit(&mut self, position: &Arc<LogPosition>) {
        let told = match &self.window {
            Some(window) => Arc::new(position.at(window.end().clone())),
            None => Arc::clone(position),
        };
        for Arrival { listener, admitted } in self.arriving.drain(..) {
            let length = self.state.options.live_queue;
            let (queue, subscription) = queue(length, Arc::clone(&told), self.reached.subscribe());
            // Whoever went away meanwhile says so by another visit.
            if admitted.send(subscription).is_ok() {
                self.communities.entry(listener.tenant).or_default().admit(listener, queue);
            }
        }
    }

    /// Reads one page of the log and tells it; whether there may be more.
    async fn tell_what_happened(
        &mut self,
        position: &Arc<LogPosition>,
        now: LogPosition,
    ) -> Result<bool, StoreError> {
        let window = match self.window.take() {
            Some(window) => window,
            None if position.horizon.is_before(&now.horizon) => {
                Window::between(&position.horizon, &now.horizon)
            }
            None => return Ok(false),
        };
        // Until all of it was told it is begun anew, whatever fails.
        let window = self.window.insert(window).clone();
        let tenants: Vec<_> = self.communities.keys().copied().collect();
        let names = [FACT_NAMES, &[LoggedOut::NAME, ProfileSuspended::NAME]].concat();
        let facts = self.state.store.log().read(&window, &tenants, &names, PAGE).await?;
        let told = self.address(&facts).await?;
        self.hand_out(told, &Arc::new(window.clone()));
        if let (Some(last), true) = (facts.last(), facts.len() == usize::from(PAGE)) {
            let mut rest = window;
            rest.go_on_after(last.seq);
            self.window = Some(rest);
            return Ok(true);
        }
        self.window = None;
        let horizon = window.end().clone();
        self.reached.send_replace(Arc::new(horizon.clone()));
        self.position = Some(Arc::new(now.at(horizon)));
        Ok(!facts.is_empty())
    }

    /// Whom of those who listen here the facts concern.
    async fn address(&mut self, facts: &[LoggedFact]) -> Result<Vec<(TenantId, Vec<Told>)>, StoreError> {
        let mut by_tenant = HashMap::<TenantId, Vec<LoggedFact>>::new();
        for fact in facts {
            if !FACT_NAMES.contains(&fact.recorded.fact.name.as_str()) {
                // Somebody's log-in has ended, or their account is suspended.
                self.timetable.hurry_sessions(Instant::now());
                continue;
            }
            by_tenant.entry(fact.recorded.tenant).or_default().push(fact.clone());
        }
        let mut told = Vec::new();
        for (tenant, facts) in by_tenant {
            let Some(community) = self.communities.get(&tenant) else { continue };
            let scope = Scope::system(tenant, self.state.store.new_id()?);
            let mut tx = self.state.store.read_latest(&scope).await?;
            told.push((tenant, tx.live().address(&facts, &community.listeners()).await?));
        }
        Ok(told)
    }

    fn hand_out(&mut self, told: Vec<(TenantId, Vec<Told>)>, window: &Arc<Window>) {
        let now = self.state.store.now();
        for (tenant, told) in told {
            let Some(community) = self.communities.get_mut(&tenant) else { continue };
            for Told { xid, seq, at, event, to } in told {
                telemetry::live_event(event.word(), to.len(), now - at);
                let item = Item::Event { event: Arc::new(event), window: Arc::clone(window), xid, seq };
                community.tell(&to, &item);
            }
        }
    }

    /// Takes who went away out of the list of those who are here.
    async fn see_off(&mut self) -> Result<(), StoreError> {
        let tenants: Vec<_> = self.leaving.keys().copied().collect();
        for tenant in tenants {
            let Some(streams) = self.leaving.get(&tenant) else { continue };
            let scope = Scope::system(tenant, self.state.store.new_id()?);
            let mut tx = self.state.store.write(&scope).await?;
            tx.signals().leave(streams).await?;
            tx.commit().await?;
            self.leaving.remove(&tenant);
        }
        Ok(())
    }

    /// The server stops: nobody is here any more.
    async fn leave_all(&mut self) {
        for (tenant, community) in self.communities.drain() {
            self.leaving.entry(tenant).or_default().extend(community.connected());
        }
        for Arrival { listener, .. } in self.arriving.drain(..) {
            self.leaving.entry(listener.tenant).or_default().push((listener.account, listener.stream));
        }
        if let Err(error) = self.see_off().await {
            tracing::warn!(%error, "those who listened here seem to be here for a while yet");
        }
    }

    fn tell_all(&mut self, item: &Item) {
        self.communities.values_mut().for_each(|community| community.tell_all(item));
    }
}
