//! Time on the wall: what a clock shows in a zone, and which instant that is.
//!
//! A gathering is at 18:00 in Harare, whatever becomes of the offset of that zone: the wall time and the zone are what
//! somebody means, the instant follows from them. Where clocks are put forward, times are left out that no clock
//! shows: they are refused. Where clocks are put back, times are shown twice: the first of the two is meant, as in
//! RFC 5545.
//!
//! ```
//! use smilefactory_core::event::{WallTime, Zone};
//! use smilefactory_core::validation::Field;
//!
//! let berlin: Zone = "Europe/Berlin".parse()?;
//! let at = |text: &str| berlin.instant(text.parse::<WallTime>().unwrap()).map(|at| at.to_rfc3339());
//! assert_eq!(at("2026-03-28T18:00").unwrap(), "2026-03-28T17:00:00+00:00");
//! assert_eq!(at("2026-03-29T02:30"), None, "clocks go from 2:00 to 3:00");
//! assert_eq!(at("2026-10-25T02:30").unwrap(), "2026-10-25T00:30:00+00:00", "the first of the two");
//! # Ok::<(), smilefactory_core::validation::Violations>(())
//! ```

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::validation::{Field, Report, Violation, Violations};

/// A zone of the IANA database: `Africa/Harare`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

impl Zone {
    /// Universal time.
    pub const UTC: Self = Self(Tz::UTC);
    /// The longest name, in characters.
    pub const MAX: usize = 64;

    /// Its name.
    pub fn as_str(self) -> &'static str {
        self.0.name()
    }

    /// The instant at which clocks of the zone show this; the first of two, and `None` for what they leave out.
    pub fn instant(self, wall: WallTime) -> Option<DateTime<Utc>> {
        self.0.from_local_datetime(&wall.0).earliest().map(|at| at.to_utc())
    }

    /// The instant that is meant by this where something repeats, as RFC 5545 has it: the first of two, and for what
    /// clocks leave out that by the offset from before they were put forward.
    pub fn meant(self, wall: WallTime) -> DateTime<Utc> {
        // Nowhere was more than a day left out, and nothing but whole quarters of an hour.
        let shown = (0..=100).find_map(|quarter| {
            let before = TimeDelta::minutes(15 * quarter);
            self.instant(WallTime(wall.0 - before)).map(|instant| instant + before)
        });
        shown.unwrap_or_else(|| wall.0.and_utc())
    }

    /// What clocks of the zone show, to the minute.
    pub fn wall(self, at: DateTime<Utc>) -> WallTime {
        let shown = at.with_timezone(&self.0).naive_local();
        WallTime(shown.with_second(0).and_then(|shown| shown.with_nanosecond(0)).unwrap_or(shown))
    }

    /// Which day it is there.
    pub fn date(self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.0).date_naive()
    }

    /// The first instant of a day; of one that is left out, that of the next.
    pub fn day_begins(self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        // Nowhere was more than a day left out, and nothing but whole quarters of an hour.
        let shown = (0..=96).map(|quarter| WallTime(midnight + TimeDelta::minutes(15 * quarter)));
        shown.into_iter().find_map(|wall| self.instant(wall)).unwrap_or_else(|| midnight.and_utc())
    }

    fn check(raw: &str) -> Result<Self, Violation> {
        match raw.trim() {
            "" => Err(Violation::required()),
            name => Tz::from_str(name)
                .map(Self)
                .map_err(|_| Violation::malformed("a zone of the IANA database such as Africa/Harare")),
        }
    }
}

/// What a clock shows, to the minute, in a zone that is told beside it: `2026-03-01T18:00`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallTime(NaiveDateTime);

impl WallTime {
    const FORM: &str = "%Y-%m-%dT%H:%M";
    /// The last there is.
    pub(super) const LAST: Self = Self(match NaiveDate::from_ymd_opt(2099, 12, 31) {
        Some(day) => day.and_time(match NaiveTime::from_hms_opt(23, 59, 0) {
            Some(time) => time,
            None => NaiveTime::MIN,
        }),
        None => NaiveDateTime::MAX,
    });

    /// The time that a clock shows at this date and time; what is less than a minute is cut off.
    pub fn new(shown: NaiveDateTime) -> Option<Self> {
        let shown = shown.with_second(0)?.with_nanosecond(0)?;
        (2_000..2_100).contains(&shown.year()).then_some(Self(shown))
    }

    /// The date and time.
    pub const fn get(self) -> NaiveDateTime {
        self.0
    }

    fn check(raw: &str) -> Result<Self, Violation> {
        let raw = raw.trim();
        if raw.is_empty() {
            return Err(Violation::required());
        }
        let minutes = raw.strip_suffix(":00").filter(|minutes| minutes.len() == 16).unwrap_or(raw);
        let shown = NaiveDateTime::parse_from_str(minutes, Self::FORM).ok().filter(|_| minutes.len() == 16);
        shown.and_then(Self::new).ok_or_else(|| {
            Violation::malformed(
                "a date and time between 2000 and 2099 without an offset, like 2026-03-01T18:00",
            )
        })
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format(Self::FORM))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What both have: they travel as text.
macro_rules! as_text {
    ($name:ident, $schema:expr) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
        impl FromStr for $name {
            type Err = Violations;
            fn from_str(raw: &str) -> Result<Self, Violations> {
                Self::check(raw).map_err(|violation| Violations::one("", violation))
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let raw = String::deserialize(deserializer)?;
                Self::check(&raw).map_err(|violation| serde::de::Error::custom(violation.message))
            }
        }
        impl Field for $name {
            type Raw = String;
            type Change = String;
            fn parse(raw: String, report: &mut Report) -> Option<Self> {
                Self::check(&raw).map_err(|violation| report.add(violation)).ok()
            }
            fn into_raw(self) -> String {
                self.to_string()
            }
            fn change(raw: &mut String, change: String) {
                *raw = change;
            }
        }
        #[cfg(feature = "openapi")]
        crate::schema::leaf::leaf!([] $name, stringify!($name), $schema);
    };
}

pub(super) use as_text;

as_text!(
    Zone,
    crate::schema::leaf::text().max_length(Some(Zone::MAX)).examples([serde_json::json!("Africa/Harare")])
);
as_text!(
    WallTime,
    crate::schema::leaf::text()
        .pattern(Some("^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:00)?$"))
        .examples([serde_json::json!("2026-03-01T18:00")])
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    #[test]
    fn what_is_no_time_or_zone_is_refused() {
        for raw in [
            "",
            "2026-03-01",
            "2026-03-01T18:00Z",
            "2026-3-1T18:00",
            "2026-03-01T18:00:30",
            "1999-12-31T23:59",
        ] {
            assert!(raw.parse::<WallTime>().is_err(), "{raw}");
        }
        for raw in ["", "Harare", "CET+1", "africa/harare", "+02:00"] {
            assert!(raw.parse::<Zone>().is_err(), "{raw}");
        }
        assert_eq!("2026-03-01T18:00:00".parse::<WallTime>().unwrap().to_string(), "2026-03-01T18:00");
    }

    #[test]
    fn a_day_begins_when_its_first_clock_shows_it() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let begins = |name: &str, day| zone(name).day_begins(day).to_rfc3339();
        assert_eq!(begins("Africa/Harare", day(2026, 3, 1)), "2026-02-28T22:00:00+00:00");
        // Clocks went from midnight to one.
        assert_eq!(begins("America/Sao_Paulo", day(2018, 11, 4)), "2018-11-04T03:00:00+00:00");
        // A day that never was.
        assert_eq!(begins("Pacific/Apia", day(2011, 12, 30)), begins("Pacific/Apia", day(2011, 12, 31)));
    }

    #[test]
    fn the_longest_name_fits() {
        assert!(chrono_tz::TZ_VARIANTS.iter().all(|zone| zone.name().len() <= Zone::MAX));
    }

    proptest! {
        #[test]
        fn what_a_clock_shows_is_an_instant_again(
            name in proptest::sample::select(&["Africa/Harare", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]),
            minutes in 0_i64..50_000_000,
        ) {
            let zone = zone(name);
            let at = DateTime::from_timestamp(946_771_200 + minutes * 60, 0).unwrap();
            let again = zone.instant(zone.wall(at)).unwrap();
            // Of a time that is shown twice, the first is meant.
            prop_assert!(again == at || again + TimeDelta::hours(1) == at, "{} {}", again, at);
            prop_assert_eq!(zone.wall(again), zone.wall(at));
            let text = zone.wall(at).to_string();
            prop_assert_eq!(text.parse::<WallTime>().unwrap(), zone.wall(at));
        }

        #[test]
        fn days_follow_each_other(days in 0_u64..10_000, name in proptest::sample::select(chrono_tz::TZ_VARIANTS.to_vec())) {
            let zone = Zone(name);
            let day = NaiveDate::from_ymd_opt(2010, 1, 1).unwrap() + chrono::Days::new(days);
            let (begins, next) = (zone.day_begins(day), zone.day_begins(day.succ_opt().unwrap()));
            prop_assert!(begins <= next && next - begins <= TimeDelta::hours(49));
            prop_assert!(zone.date(begins) >= day);
            prop_assert!(zone.date(begins - TimeDelta::seconds(1)) < day || begins == next);
        }
    }
}
