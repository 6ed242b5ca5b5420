//! Metrics and logs.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use smilefactory_store::Store;
use smilefactory_store::outbox::ReaderStatus;
use smilefactory_store::partition::Horizon;
use smilefactory_store::repo::content::Backlog;

/// How long requests take, by method, route and status.
const DURATION: &str = "http_request_duration_seconds";
/// Upper ends of the histogram's buckets, in seconds: the promises of the platform are among them.
const BUCKETS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0, 2.5, 5.0, 10.0];

/// For how many months ahead a table has partitions.
const MONTHS_AHEAD: &str = "partition_months_ahead";

/// How many moderation cases there are to decide.
const BACKLOG: &str = "moderation_cases";
/// How many facts a reader of the outbox has before it.
const FACTS: &str = "outbox_facts";
/// For how long the first fact waits that a reader has not come to.
const LAG: &str = "outbox_lag_seconds";

/// How many live streams are open here.
const STREAMS: &str = "live_streams";
/// How many the server ended.
const STREAMS_ENDED: &str = "live_streams_ended_total";
/// How many events were handed to them.
const EVENTS: &str = "live_events_total";
/// How old what happened was when it was told.
const LIVE_LAG: &str = "live_lag_seconds";

/// The recorder of this process; `None` when somebody else installed another one.
fn handle() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let recorder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Full(DURATION.to_owned()), &BUCKETS)
                .ok()?
                .set_buckets_for_metric(Matcher::Full(LIVE_LAG.to_owned()), &BUCKETS)
                .ok()?
                .build_recorder();
            let handle = recorder.handle();
            metrics::set_global_recorder(recorder).ok()?;
            metrics::describe_histogram!(DURATION, metrics::Unit::Seconds, "How long requests took.");
            metrics::describe_gauge!("database_connections", "Open connections to the database, by use.");
            metrics::describe_gauge!(
                BACKLOG,
                "Moderation cases that wait for a decision, and those that are overdue."
            );
            metrics::describe_gauge!(
                FACTS,
                "Facts that a reader of the outbox has not come to, will try again, and gave up."
            );
            metrics::describe_gauge!(
                LAG,
                metrics::Unit::Seconds,
                "For how long the first fact waits that a reader of the outbox has not come to."
            );
            metrics::describe_gauge!(
                MONTHS_AHEAD,
                "For how many months after this one a table has partitions; -1 when this one has none."
            );
            metrics::describe_gauge!(STREAMS, "Live streams that are open here.");
            metrics::describe_counter!(EVENTS, "Events handed to live streams, by what happened.");
            metrics::describe_counter!(STREAMS_ENDED, "Live streams that the server ended, by why.");
            metrics::describe_histogram!(
                LIVE_LAG,
                metrics::Unit::Seconds,
                "How long ago what live streams are told had happened."
            );
            Some(handle)
        })
        .as_ref()
}

/// Begins to record what happens in this process. What happened before is not told.
pub fn record() {
    if handle().is_none() {
        tracing::warn!("another recorder of metrics is installed: /metrics stays empty");
    }
}

/// Keeps the recorder small; to be called every few seconds.
pub(crate) fn upkeep() {
    if let Some(handle) = handle() {
        handle.run_upkeep();
    }
}

/// The metrics, in the text format of Prometheus.
pub(crate) fn render(store: &Store) -> String {
    let (open, idle) = store.connections();
    let idle = u32::try_from(idle).unwrap_or(u32::MAX).min(open);
    metrics::gauge!("database_connections", "use" => "idle").set(f64::from(idle));
    metrics::gauge!("database_connections", "use" => "busy").set(f64::from(open - idle));
    handle().map(PrometheusHandle::render).unwrap_or_default()
}

/// Notes how much there is to do for moderators, in all communities together.
pub(crate) fn moderation_backlog(backlog: Backlog) {
    let number = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    metrics::gauge!(BACKLOG, "state" => "waiting").set(number(backlog.waiting));
    metrics::gauge!(BACKLOG, "state" => "overdue").set(number(backlog.overdue));
}

/// Notes how a reader of the outbox stands. Readers are few, and named by the program.
pub(crate) fn outbox_reader(name: &str, status: ReaderStatus, lag: Duration) {
    let number = |count: i64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    for (state, count) in [("waiting", status.waiting), ("parked", status.parked), ("dead", status.dead)] {
        metrics::gauge!(FACTS, "reader" => name.to_owned(), "state" => state).set(number(count));
    }
    metrics::gauge!(LAG, "reader" => name.to_owned()).set(lag.as_secs_f64());
}

/// Notes how far ahead a table has partitions.
pub(crate) fn partition_horizon(horizon: &Horizon) {
    let months = horizon.months.map_or(-1.0, f64::from);
    metrics::gauge!(MONTHS_AHEAD, "table" => horizon.table.clone()).set(months);
}

/// Notes how many live streams are open here.
pub(crate) fn live_streams(count: usize) {
    metrics::gauge!(STREAMS).set(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
}

/// Notes that an event was handed to so many listeners, so long after it had happened.
pub(crate) fn live_event(word: &'static str, listeners: usize, age: chrono::TimeDelta) {
    if listeners > 0 {
        metrics::counter!(EVENTS, "event" => word).increment(u64::try_from(listeners).unwrap_or(u64::MAX));
        metrics::histogram!(LIVE_LAG).record(age.to_std().unwrap_or_default());
    }
}

/// Notes that the server ended a live stream.
pub(crate) fn live_stream_ended(reason: &'static str) {
    metrics::counter!(STREAMS_ENDED, "reason" => reason).increment(1);
}

/// Notes a request that was answered. `route` is the template, never the path: labels are few.
pub(crate) fn answered(method: &'static str, route: &str, status: u16, took: Duration) {
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
    metrics::histogram!(DURATION, &labels).record(took);
}
