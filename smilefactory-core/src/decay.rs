//! Sums of what is worth less as time passes.
//!
//! All of a sum decays alike, so what is kept is the logarithm of it as of the beginning of 1970: it changes when
//! something happens and never because time passes, and the order of two sums stays what it is.

use std::f64::consts::LN_2;

use chrono::{DateTime, Utc};

/// From this difference on, the smaller of two addends is beneath what a float can tell.
pub(crate) const NEGLIGIBLE: f64 = 40.0;
/// What is left of a sum below this part of it is rounding.
const NOTHING_LEFT: f64 = 1e-9;

/// `ln(e^a + e^b)`, without leaving the range of floats; `-∞` is nothing.
pub(crate) fn log_add(a: f64, b: f64) -> f64 {
    let (more, less) = if a >= b { (a, b) } else { (b, a) };
    if less == f64::NEG_INFINITY || more - less > NEGLIGIBLE {
        more
    } else {
        more + (less - more).exp().ln_1p()
    }
}

/// `ln(e^a - e^b)`; nothing, where hardly anything is left, or less than nothing.
pub(crate) fn log_subtract(a: f64, b: f64) -> f64 {
    if b == f64::NEG_INFINITY || a - b > NEGLIGIBLE {
        a
    } else if a - b <= NOTHING_LEFT {
        f64::NEG_INFINITY
    } else {
        a + (-(b - a).exp()).ln_1p()
    }
}

/// Days since the beginning of 1970, to the microsecond.
pub(crate) fn days(at: DateTime<Utc>) -> f64 {
    let seconds = at.timestamp();
    // A day that does not fit is five million years away.
    let day = i32::try_from(seconds.div_euclid(86_400)).map_or(f64::from(i32::MAX), f64::from);
    let second = i32::try_from(seconds.rem_euclid(86_400)).map_or(0.0, f64::from);
    day + (second + f64::from(at.timestamp_subsec_micros()) / 1e6) / 86_400.0
}

/// What something is worth that is worth half after so many days; what is worth nothing is `-∞`.
pub(crate) fn decay_key(weight: f64, at: DateTime<Utc>, half_life_days: f64) -> f64 {
    if weight > 0.0 { weight.ln() + LN_2 / half_life_days * days(at) } else { f64::NEG_INFINITY }
}
