//! What people do with each other.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::instant;

/// Up to 40 interactions within some years, as they come: whether from the lower one to the higher one, what each is
/// worth, and when.
pub fn interactions() -> impl Strategy<Value = Vec<(bool, f64, DateTime<Utc>)>> {
    let one = (any::<bool>(), 1_u16..1_000, 0_i64..1_500 * 86_400_000_000);
    (instant(), proptest::collection::vec(one, 0..40)).prop_map(|(first, done)| {
        let at = |micros| first + TimeDelta::microseconds(micros);
        done.into_iter()
            .map(|(upwards, weight, micros)| (upwards, f64::from(weight) / 100.0, at(micros)))
            .collect()
    })
}
