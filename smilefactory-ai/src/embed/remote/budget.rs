//! A limit on what is sent, so that a loop gone wild costs a day's budget and not a year's.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::embed::EmbedError;

/// Most that may be embedded in each window of time. The first window starts with the first call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Most texts a window.
    pub texts: u64,
    /// Most tokens a window. Counted from what the endpoint reports, and until it has answered estimated from above
    /// as a third of the bytes.
    pub tokens: u64,
    /// Length of a window.
    pub window: Duration,
}

/// What is spent of a [`Budget`].
#[derive(Debug)]
pub(super) struct Meter {
    budget: Budget,
    spent: Mutex<Spent>,
}

#[derive(Clone, Copy, Debug)]
struct Spent {
    since: Option<Instant>,
    texts: u64,
    tokens: u64,
}

impl Meter {
    pub(super) fn new(budget: Budget) -> Self {
        Self { budget, spent: Mutex::new(Spent { since: None, texts: 0, tokens: 0 }) }
    }

    /// Takes a whole call out of the budget, or nothing of it.
    pub(super) fn reserve(&self, texts: &[&str]) -> Result<Reserved<'_>, EmbedError> {
        let (count, tokens) = (u64::try_from(texts.len()).unwrap_or(u64::MAX), estimate(texts));
        if count > self.budget.texts || tokens > self.budget.tokens {
            return Err(EmbedError::Budget { retry_after: None });
        }
        let now = Instant::now();
        let mut spent = self.spent();
        let since = match spent.since {
            Some(since) if now.duration_since(since) < self.budget.window => since,
            _ => {
                *spent = Spent { since: Some(now), texts: 0, tokens: 0 };
                now
            }
        };
        if spent.texts + count > self.budget.texts || spent.tokens.saturating_add(tokens) > self.budget.tokens
        {
            let left = self.budget.window.saturating_sub(now.duration_since(since));
            return Err(EmbedError::Budget { retry_after: Some(left) });
        }
        spent.texts += count;
        spent.tokens += tokens;
        Ok(Reserved { meter: self, since })
    }

    fn spent(&self) -> MutexGuard<'_, Spent> {
        // Two counters hold no invariant that a panic elsewhere could have broken.
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call's share of the budget. What is not used stays spent: a failed request may have been charged all the same.
#[derive(Debug)]
pub(super) struct Reserved<'m> {
    meter: &'m Meter,
    since: Instant,
}

impl Reserved<'_> {
    /// Puts what the endpoint reports in place of the estimate.
    pub(super) fn used(&mut self, texts: &[&str], tokens: u64) {
        let mut spent = self.meter.spent();
        if spent.since == Some(self.since) {
            spent.tokens = spent.tokens.saturating_sub(estimate(texts)).saturating_add(tokens);
        }
    }
}

/// Tokens from above: few tokenizers make more than one of three bytes.
fn estimate(texts: &[&str]) -> u64 {
    texts
        .iter()
        .map(|text| u64::try_from(text.len().div_ceil(3)).unwrap_or(u64::MAX))
        .fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUDGET: Budget = Budget { texts: 3, tokens: 10, window: Duration::from_mins(1) };

    #[tokio::test(start_paused = true)]
    async fn a_window_ends_and_the_next_begins() {
        let meter = Meter::new(BUDGET);
        meter.reserve(&["abc", "abc"]).unwrap();
        tokio::time::advance(Duration::from_secs(20)).await;
        let error = meter.reserve(&["abc", "abc"]).unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(40)));
        assert!(error.is_retryable());
        tokio::time::advance(Duration::from_secs(40)).await;
        meter.reserve(&["abc", "abc"]).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn reported_tokens_replace_the_estimate() {
        let meter = Meter::new(BUDGET);
        let long = "a".repeat(27);
        let mut reserved = meter.reserve(&[&long]).unwrap();
        assert!(meter.reserve(&["abcdef"]).is_err());
        reserved.used(&[&long], 5);
        meter.reserve(&["abcdef"]).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_over_the_whole_budget_is_to_be_split_not_repeated() {
        let error = Meter::new(BUDGET).reserve(&["a", "a", "a", "a"]).unwrap_err();
        assert!(matches!(error, EmbedError::Budget { retry_after: None }) && !error.is_retryable());
    }
}
