//! The instance itself: whether it lives, what it measures, what it offers.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::call::Call;
use crate::operation as op;
use crate::page::read_whole;
use crate::request::{Answer, Transport};

/// How the instance itself is; from [`Client::platform`](crate::Client::platform).
#[derive(Clone, Copy, Debug)]
pub struct Platform<'a>(pub(crate) &'a Transport);

/// Whether an instance takes requests.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Readiness {
    /// Whether it does.
    pub ready: bool,
    /// Whether each thing works that it needs: `database`, and `partitions` for what is kept by month.
    pub parts: BTreeMap<String, bool>,
}

impl Platform<'_> {
    /// Whether the process lives; it may still not be [ready](Self::ready).
    pub fn live(&self) -> Call<()> {
        Call::without_answer(self.0, &op::LIVE)
    }

    /// Whether the instance takes requests, and if not, for want of what. That it is not ready is an answer, not an
    /// error, and not asked for again.
    pub fn ready(&self) -> Call<Readiness> {
        const UNAVAILABLE: u16 = 503;
        let read = |answer: Answer| {
            let report: BTreeMap<String, Value> =
                read_whole(&answer.body).map_err(|error| answer.exchange.fail(error))?;
            let parts = report.into_iter().filter(|(name, _)| name != "status");
            let parts = parts.map(|(name, condition)| (name, condition == "ok")).collect();
            Ok(Readiness { ready: answer.exchange.status != UNAVAILABLE, parts })
        };
        Call::reading(self.0, &op::READY, read).also_accept(UNAVAILABLE)
    }

    /// What the instance measures, as Prometheus reads it.
    pub fn metrics(&self) -> Call<String> {
        let read = |answer: Answer| Ok(String::from_utf8_lossy(&answer.body).into_owned());
        Call::reading(self.0, &op::METRICS, read)
    }

    /// The OpenAPI document of the instance.
    pub fn open_api(&self) -> Call<Value> {
        Call::new(self.0, &op::OPEN_API)
    }
}
