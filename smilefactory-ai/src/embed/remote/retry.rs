//! When to try again, and after which pause.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::embed::EmbedError;

/// How often and how patiently a request is tried again.
///
/// The pause before retry `n` is `first · 2ⁿ⁻¹`, at most `longest`, shortened at random by up to a half so that many
/// clients do not come back at once. A `Retry-After` of the endpoint takes its place; when it is longer than
/// `longest` the call gives up at once and hands the wait to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Requests in all, the first one included. 1 never retries.
    pub attempts: u32,
    /// Pause before the first retry.
    pub first: Duration,
    /// Longest pause.
    pub longest: Duration,
}

impl Default for Retry {
    /// Four requests with pauses up to ½, 1 and 2 seconds, and patience for a `Retry-After` of 20 seconds.
    fn default() -> Self {
        Self { attempts: 4, first: Duration::from_millis(500), longest: Duration::from_secs(20) }
    }
}

impl Retry {
    /// How long to wait after failed attempt number `attempt` (from 1); `None` to give up.
    pub(super) fn pause(&self, attempt: u32, failure: &EmbedError, jitter: &AtomicU64) -> Option<Duration> {
        let EmbedError::Unavailable { retry_after, .. } = failure else { return None };
        if attempt >= self.attempts {
            return None;
        }
        match retry_after {
            Some(asked) if *asked > self.longest => None,
            Some(asked) => Some(*asked),
            None => {
                let doublings = attempt.saturating_sub(1).min(20);
                let pause = self.first.saturating_mul(1 << doublings).min(self.longest);
                Some(pause.mul_f64(1.0 - unit(jitter) / 2.0))
            }
        }
    }
}

/// The next number in 0..1 of a seeded sequence (`SplitMix64`).
fn unit(state: &AtomicU64) -> f64 {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut z = state.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    let high = u32::try_from(z >> 32).unwrap_or(0);
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unavailable(retry_after: Option<Duration>) -> EmbedError {
        EmbedError::Unavailable { reason: "test".to_owned(), retry_after, source: None }
    }

    #[test]
    fn pauses_grow_with_jitter_up_to_the_longest() {
        let (retry, jitter) = (Retry { attempts: 10, ..Retry::default() }, AtomicU64::new(7));
        for (attempt, full) in [(1, 500), (2, 1_000), (3, 2_000), (9, 20_000)] {
            let pause = retry.pause(attempt, &unavailable(None), &jitter).unwrap();
            let full = Duration::from_millis(full);
            assert!(full / 2 <= pause && pause <= full, "{attempt}: {pause:?}");
        }
        let again: Vec<_> = (0..4).map(|_| retry.pause(1, &unavailable(None), &jitter)).collect();
        assert!(again.windows(2).all(|pair| pair[0] != pair[1]), "{again:?}");
    }

    #[test]
    fn the_endpoint_may_ask_for_a_pause_but_not_for_any() {
        let (retry, jitter) = (Retry::default(), AtomicU64::new(0));
        let asked = |seconds| unavailable(Some(Duration::from_secs(seconds)));
        assert_eq!(retry.pause(1, &asked(20), &jitter), Some(Duration::from_secs(20)));
        assert_eq!(retry.pause(1, &asked(21), &jitter), None);
    }

    #[test]
    fn what_cannot_pass_is_not_tried_again() {
        let (retry, jitter) = (Retry::default(), AtomicU64::new(0));
        assert_eq!(retry.pause(4, &unavailable(None), &jitter), None);
        let refused = EmbedError::Refused { status: 401, message: String::new() };
        assert_eq!(retry.pause(1, &refused, &jitter), None);
        assert_eq!(retry.pause(1, &EmbedError::Malformed { detail: String::new() }, &jitter), None);
    }
}
