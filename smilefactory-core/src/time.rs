//! Instants on the wire: RFC 3339, to the microsecond, which is what the database keeps; and days.

use chrono::{DateTime, Datelike, DurationRound, NaiveDate, SecondsFormat, TimeDelta, Utc};

use crate::validation::{Field, Report, Violation};

/// As text, so that what is no instant is told with its place, like everything else that is wrong.
impl Field for DateTime<Utc> {
    type Raw = String;
    type Change = String;
    fn parse(raw: String, report: &mut Report) -> Option<Self> {
        if raw.is_empty() {
            return report.refuse(Violation::required());
        }
        let instant = DateTime::parse_from_rfc3339(&raw).ok().map(|at| at.to_utc());
        // Years of more than four digits have no form in RFC 3339.
        let instant = instant.filter(|at| (0..253_402_300_800).contains(&at.timestamp()));
        match instant.and_then(|at| at.duration_trunc(TimeDelta::microseconds(1)).ok()) {
            Some(instant) => Some(instant),
            None => report.refuse(Violation::malformed(
                "a date and time between 1970 and 9999 with its offset from UTC, like 2026-03-01T09:30:00Z",
            )),
        }
    }
    fn into_raw(self) -> String {
        self.to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }
    fn change(raw: &mut String, change: String) {
        *raw = change;
    }
}

/// A day, whatever the time zone: four digits of the year, two of the month, two of the day.
impl Field for NaiveDate {
    type Raw = String;
    type Change = String;
    fn parse(raw: String, report: &mut Report) -> Option<Self> {
        if raw.is_empty() {
            return report.refuse(Violation::required());
        }
        // What has the right form is written as it was read.
        let day = raw
            .parse::<NaiveDate>()
            .ok()
            .filter(|day| (1..=9999).contains(&day.year()) && day.to_string() == raw);
        match day {
            Some(day) => Some(day),
            None => report.refuse(Violation::malformed("a day between the years 1 and 9999 like 2026-03-01")),
        }
    }
    fn into_raw(self) -> String {
        self.to_string()
    }
    fn change(raw: &mut String, change: String) {
        *raw = change;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::instant;

    #[test]
    fn what_is_no_instant_is_refused() {
        for raw in [
            "2026-03-01",
            "2026-03-01T09:30:00",
            "tomorrow",
            "+12026-03-01T09:30:00Z",
            "1969-12-31T23:59:59Z",
        ] {
            assert!(DateTime::from_raw(raw.to_owned()).is_err(), "{raw}");
        }
        let zoned = DateTime::from_raw("2026-03-01T11:30:00.1234567+02:00".to_owned()).unwrap();
        assert_eq!(zoned.into_raw(), "2026-03-01T09:30:00.123456Z");
    }

    proptest! {
        #[test]
        fn an_instant_survives_the_wire(at in instant()) {
            prop_assert_eq!(DateTime::from_raw(at.into_raw()).unwrap(), at);
        }
    }

    #[test]
    fn days() {
        for good in ["2026-03-01", "0001-01-01", "9999-12-31", "2024-02-29"] {
            assert_eq!(NaiveDate::from_raw(good.to_owned()).unwrap().into_raw(), good);
        }
        for bad in [
            "",
            "2026-3-1",
            "2025-02-29",
            "26-03-01",
            "2026-03-01T00:00:00Z",
            "+10000-01-01",
            "0000-01-01",
            "5/18/27",
        ] {
            assert!(NaiveDate::from_raw(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
