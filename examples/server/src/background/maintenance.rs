//! Does, from time to time, what is to be done in every community.

use std::time::Duration;

use smilefactory_store::{StoreError, maintenance};
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::state::AppState;

/// How often to look whether something is to be published: nobody minds some seconds.
const PUBLISHING: Duration = Duration::from_secs(5);
/// How often to look whether something is to be rendered anew; there is after an upgrade only.
const RENDERING: Duration = Duration::from_hours(1);
/// How often to look whether requests to connect expired; they count as expired before that.
const EXPIRING: Duration = Duration::from_mins(1);
/// How often to look whether something is kept no more, or a listing's time is over.
const TRADING: Duration = Duration::from_mins(1);
/// How often to look whether a seat that was kept for somebody goes to the next, and whether an event is over.
const EVENTS: Duration = Duration::from_secs(30);
/// How often to look whether somebody is to be reminded of something.
const REMINDING: Duration = Duration::from_mins(1);
/// How often to look whether there are files that nobody will miss.
const COLLECTING: Duration = Duration::from_hours(1);
/// How often to look whether somebody takes part less than they did; that shows a day later at the earliest.
const ASSESSING: Duration = Duration::from_hours(6);
/// How often to forget what strengths of connections were summed up from, and to compare the sums: they are right
/// anyway, but after a community weighs otherwise, and but for whom two people have in common.
const SUMMING: Duration = Duration::from_hours(24);
/// How often to look whether somebody is to be erased.
const ERASING: Duration = Duration::from_mins(10);

/// How often to look for whom a timeline is worth its while: those who follow hundreds and took part of late.
const KEEPING: Duration = Duration::from_mins(10);

/// Looks until it is told to stop.
pub(super) async fn work(state: AppState, mut stopped: watch::Receiver<bool>) {
    let mut publishing = every(PUBLISHING);
    let mut rendering = every(RENDERING);
    let mut expiring = every(EXPIRING);
    let mut trading = every(TRADING);
    let mut events = every(EVENTS);
    let mut reminding = every(REMINDING);
    let mut collecting = every(COLLECTING);
    let mut assessing = every(ASSESSING);
    let mut summing = every(SUMMING);
    let mut erasing = every(ERASING);
    let mut keeping = every(KEEPING);
    loop {
        tokio::select! {
            biased;
            () = super::until(&mut stopped) => return,
            _ = publishing.tick() => {
                if told("posts published", maintenance::publish_due(&state.store).await) {
                    state.told.notify_waiters();
                }
            }
            _ = assessing.tick() => {
                told("levels of taking part changed", maintenance::assess_participation(&state.store).await);
            }
            _ = rendering.tick() => {
                told("texts rendered anew", maintenance::render_anew(&state.store).await);
            }
            _ = expiring.tick() => {
                let expired = maintenance::expire_connection_requests(&state.store).await;
                if told("requests to connect expired", expired) {
                    state.told.notify_waiters();
                }
            }
            _ = trading.tick() => {
                let lapsed = told("reservations let go of", maintenance::lapse_reservations(&state.store).await);
                let expired = told("listings expired", maintenance::expire_listings(&state.store).await);
                if lapsed || expired {
                    state.told.notify_waiters();
                }
            }
            _ = events.tick() => {
                let tended = told("events tended", maintenance::tend_events(&state.store).await);
                let made = told("series made further ahead", maintenance::make_events(&state.store).await);
                if tended || made {
                    state.told.notify_waiters();
                }
            }
            _ = reminding.tick() => {
                if told("people reminded", maintenance::remind_due(&state.store).await) {
                    state.told.notify_waiters();
                }
            }
            _ = collecting.tick() => match maintenance::collect_files(&state.store, &state.media).await {
                Ok(0) => {}
                Ok(count) => tracing::info!(count, "files that nobody will miss were collected"),
                Err(error) => tracing::warn!(%error, "files were not collected; trying again"),
            },
            _ = summing.tick() => {
                told("interactions forgotten", maintenance::forget_interactions(&state.store).await);
                told("strengths summed up anew", maintenance::recount_strengths(&state.store).await);
            }
            _ = keeping.tick() => {
                told("timelines begun, cut and dropped", maintenance::keep_timelines(&state.store).await);
            }
            _ = erasing.tick() => match maintenance::erase_due(&state.store, &state.media).await {
                Ok(0) => {}
                Ok(steps) => {
                    tracing::info!(steps, "people were erased");
                    state.told.notify_waiters();
                }
                Err(error) => tracing::warn!(%error, "somebody is not erased yet; trying again"),
            },
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Says in the log what was done, and whether there was anything to do.
fn told(what: &str, done: Result<u64, StoreError>) -> bool {
    match done {
        Ok(0) => false,
        Ok(count) => {
            tracing::info!(count, "{what}");
            true
        }
        Err(error) => {
            tracing::warn!(%error, "not done: {what}; trying again");
            false
        }
    }
}
