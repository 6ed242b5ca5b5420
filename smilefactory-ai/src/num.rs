//! Numbers: conversions that have no lossless form in the standard library, and what is made of them, in one place.

/// A count as a float. Exact up to 2³², saturating there: nothing here counts further.
pub(crate) fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}

/// The nearest `f32`.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "rounding to the nearest f32 is what is wanted, and only `as` does it"
)]
pub(crate) fn narrow(x: f64) -> f32 {
    x as f32
}

/// `part` of `whole`; 0 of nothing.
pub(crate) fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { count(part) / count(whole) }
}
