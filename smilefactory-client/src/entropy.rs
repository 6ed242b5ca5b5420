//! The SDK's own randomness, from the operating system, drawn here and nowhere else.
//!
//! An SDK is no part of a unit of work that could pass randomness in: what it draws are idempotency keys, request
//! ids and the jitter between attempts, and none of them is ever kept.

use std::time::Duration;

use uuid::{Builder, Uuid};

use crate::error::{Error, ErrorKind};

/// 122 random bits.
pub(crate) fn uuid() -> Result<Uuid, Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::new(ErrorKind::Usage, "the operating system gives no randomness").caused_by(error)
    })?;
    Ok(Builder::from_random_bytes(bytes).into_uuid())
}

/// A random part of `longest`; the whole of it when there is no randomness.
pub(crate) fn part_of(longest: Duration) -> Duration {
    let fraction = getrandom::u32().map_or(1.0, |n| f64::from(n) / f64::from(u32::MAX));
    longest.mul_f64(fraction)
}
