//! When an attempt is made again, and after which pause.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chrono::DateTime;

use crate::entropy;
use crate::error::Error;
use crate::operation::Repeat;

/// The longest pause a server may ask for; who is asked for a longer one gives up at once.
const LONGEST_ASKED: Duration = Duration::from_secs(60);

/// How often an operation is tried, and how long it waits in between.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backoff {
    /// Attempts in all, the first one included.
    pub(crate) attempts: u32,
    /// The longest pause before the second attempt; it doubles with each further one.
    pub(crate) first: Duration,
    /// The longest pause of all.
    pub(crate) longest: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { attempts: 3, first: Duration::from_millis(100), longest: Duration::from_secs(5) }
    }
}

impl Backoff {
    /// How long to wait after attempt number `attempt` (from 1) failed; `None` is to give up.
    ///
    /// The pause is a random part of the longest one ("full jitter"), so that many clients do not come back at
    /// once; a pause the server asked for takes its place.
    pub(crate) fn pause(&self, repeat: Repeat, attempt: u32, failure: &Error) -> Option<Duration> {
        let may_repeat = match repeat {
            Repeat::Read | Repeat::Idempotent | Repeat::Keyed => failure.is_retryable(),
            Repeat::Unsent => failure.did_not_arrive(),
        };
        if !may_repeat || attempt >= self.attempts {
            return None;
        }
        match failure.retry_after() {
            Some(asked) => (asked <= LONGEST_ASKED).then_some(asked),
            None => Some(entropy::part_of(self.longest_after(attempt))),
        }
    }

    fn longest_after(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(20);
        self.first.saturating_mul(1 << doublings).min(self.longest)
    }
}

/// How many retries there are left: one for every five operations, ten when nothing has happened for long.
///
/// A server that is down would otherwise get three times its usual load. All clones of a client have one budget.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    const A_RETRY: u32 = 5;
    const FULL: u32 = 10 * Self::A_RETRY;

    pub(crate) const fn full() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }

    /// An operation begins: a fifth of a retry more.
    pub(crate) fn earn(&self) {
        let one_more = |left: u32| (left < Self::FULL).then_some(left + 1);
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
    }

    /// Takes one retry, if one is left.
    pub(crate) fn spend(&self) -> bool {
        let one_less = |left: u32| left.checked_sub(Self::A_RETRY);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_ok()
    }
}

/// The pause that a `Retry-After` header asks for: seconds, or a date, which is measured against the `Date` of the
/// same answer so that no clock but the server's matters.
pub(crate) fn retry_after(asked: &str, date: Option<&str>) -> Option<Duration> {
    let asked = asked.trim();
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(asked).ok()?;
    let now = DateTime::parse_from_rfc2822(date?.trim()).ok()?;
    Some((until - now).to_std().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn answered(status: u16) -> Error {
        Error::new(ErrorKind::Refused, "").with_status(status)
    }

    #[test]
    fn the_longest_pause_doubles_up_to_its_bound() {
        let longest = |attempt| Backoff::default().longest_after(attempt).as_millis();
        assert_eq!([1, 2, 3, 6, 7, 100].map(longest), [100, 200, 400, 3_200, 5_000, 5_000]);
    }

    #[test]
    fn pauses_are_drawn_anew_within_the_longest() {
        let backoff = Backoff { attempts: 100, ..Backoff::default() };
        let draw = |attempt| backoff.pause(Repeat::Read, attempt, &answered(503)).unwrap();
        let drawn: Vec<_> = (0..20).map(|_| draw(1)).collect();
        assert!(drawn.iter().all(|pause| *pause <= Duration::from_millis(100)));
        assert!(drawn.windows(2).any(|pair| pair[0] != pair[1]), "{drawn:?}");
        assert!((1..90).all(|attempt| draw(attempt) <= Duration::from_secs(5)));
    }

    #[test]
    fn what_cannot_pass_is_not_tried_again() {
        let backoff = Backoff::default();
        let again = |repeat, failure: &Error| backoff.pause(repeat, 1, failure).is_some();
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert!(again(Repeat::Keyed, &answered(status)), "{status}");
            assert!(!again(Repeat::Unsent, &answered(status)), "{status}");
        }
        for status in [304, 400, 401, 403, 404, 409, 412, 422, 428] {
            assert!(!again(Repeat::Read, &answered(status)), "{status}");
        }
        for kind in [ErrorKind::TimedOut, ErrorKind::Interrupted] {
            assert!(again(Repeat::Idempotent, &Error::new(kind, "")));
            assert!(!again(Repeat::Unsent, &Error::new(kind, "")));
        }
        assert!(again(Repeat::Unsent, &Error::new(ErrorKind::Unreachable, "")));
        assert!(!again(Repeat::Read, &Error::new(ErrorKind::Unreadable, "")));
        assert!(backoff.pause(Repeat::Read, 3, &answered(503)).is_none());
    }

    #[test]
    fn a_server_may_ask_for_a_pause_but_not_for_any() {
        let pause = |seconds| {
            let failure = answered(429).with_retry_after(Some(Duration::from_secs(seconds)));
            Backoff::default().pause(Repeat::Read, 1, &failure)
        };
        assert_eq!(pause(0), Some(Duration::ZERO));
        assert_eq!(pause(60), Some(LONGEST_ASKED));
        assert_eq!(pause(61), None);
    }

    #[test]
    fn the_budget_allows_one_retry_for_five_operations() {
        let budget = Budget::full();
        assert_eq!((0..100).filter(|_| budget.spend()).count(), 10);
        let retried = (0..1_000).filter(|_| {
            budget.earn();
            budget.spend()
        });
        assert_eq!(retried.count(), 200);
        (0..10_000).for_each(|_| budget.earn());
        assert_eq!((0..100).filter(|_| budget.spend()).count(), 10);
    }

    #[test]
    fn a_date_is_measured_by_the_servers_clock() {
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(retry_after(" 7 ", None), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:50 GMT", date), Some(Duration::from_secs(13)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:30 GMT", date), Some(Duration::ZERO));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:49:50 GMT", None), None);
        assert_eq!(retry_after("soon", date), None);
        assert_eq!(retry_after("-1", date), None);
    }
}
