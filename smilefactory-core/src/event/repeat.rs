//! What an event repeats by: a rule of RFC 5545, over what clocks show.
//!
//! A rule names wall times, and no instants: what is at 18:00 stays at 18:00 when clocks change. So it is worked out as
//! if clocks never changed, and each time becomes an instant after that, as RFC 5545 has it: one that clocks leave out
//! is meant by the offset from before, so that it is shown an hour later, and of one that they show twice the first is
//! meant.
//!
//! ```
//! use smilefactory_core::event::{RepeatRule, WallTime, Zone};
//!
//! let rule: RepeatRule = "FREQ=WEEKLY;BYDAY=SU;COUNT=3".parse()?;
//! let berlin: Zone = "Europe/Berlin".parse()?;
//! let first: WallTime = "2026-03-22T02:30".parse()?;
//! let times = rule.times(first, berlin, 10);
//! let shown: Vec<String> = times.iter().map(|at| berlin.wall(berlin.meant(*at)).to_string()).collect();
//! // On the 29th clocks go from 2:00 to 3:00.
//! assert_eq!(shown, ["2026-03-22T02:30", "2026-03-29T03:30", "2026-04-05T02:30"]);
//! # Ok::<(), smilefactory_core::validation::Violations>(())
//! ```

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc};
use rrule::{RRule, RRuleSet, Tz, Unvalidated};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::when::as_text;
use super::{WallTime, Zone};
use crate::record::record;
use crate::validation::{Field, Report, Violation, Violations, code};

/// A rule that an event repeats by: the value of an `RRULE` of RFC 5545, by days, weeks, months or years. It is written
/// in capitals, its frequency first.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RepeatRule {
    /// All that it says but its end.
    pattern: String,
    end: End,
}

/// How a rule ends.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum End {
    Never,
    After(u16),
    /// With what is not after this, as clocks show it.
    Wall(NaiveDateTime),
    /// With what is not after this.
    Instant(DateTime<Utc>),
}

record! {
    /// That an event is not once.
    pub struct Repeats / RepeatsInput / RepeatsPatch {
        /// The rule of RFC 5545, such as `FREQ=WEEKLY;BYDAY=TU;COUNT=10`: by days, weeks, months or years, at most 366
        /// times if it says an end at all. The event itself is the first of the times.
        rule: RepeatRule,
    }
}

/// What a rule may say beside its frequency and its end.
const PARTS: &[&str] =
    &["INTERVAL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"];
const FREQUENCIES: &[&str] = &["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];
const DAYS: &[&str] = &["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

impl RepeatRule {
    /// How often an event is at most, by a rule that says when it ends.
    pub const MOST: usize = 366;
    /// The longest rule, in characters.
    pub const MAX: usize = 300;

    /// The first times that the rule names, at most so many: the first of them is `first`, or there are none. They are
    /// what clocks would show if they never changed; see [`Zone::meant`].
    pub fn times(&self, first: WallTime, zone: Zone, most: usize) -> Vec<WallTime> {
        self.until(first, zone, WallTime::LAST, most)
    }

    /// The same, and none after `last`.
    pub fn until(&self, first: WallTime, zone: Zone, last: WallTime, most: usize) -> Vec<WallTime> {
        let last = match self.end {
            End::Wall(end) => last.get().min(end),
            // The hours by which clocks differ are looked at one by one.
            End::Instant(end) => last.get().min(zone.wall(end).get() + TimeDelta::hours(3)),
            End::Never | End::After(_) => last.get(),
        };
        let Some(set) = self.set(first.get(), last) else { return Vec::new() };
        let counted = match self.end {
            End::After(count) => most.min(usize::from(count)),
            _ => most,
        };
        let within = |at: &WallTime| match self.end {
            End::Instant(end) => zone.meant(*at) <= end,
            _ => true,
        };
        let times = set.into_iter().map(|at| at.naive_utc()).take_while(|at| *at <= last);
        let times: Vec<WallTime> = times.map_while(WallTime::new).take_while(within).take(counted).collect();
        if times.first() == Some(&first) { times } else { Vec::new() }
    }

    /// The rule over times of which no clock is ever put forward or back.
    fn set(&self, first: NaiveDateTime, last: NaiveDateTime) -> Option<RRuleSet> {
        let at = |wall: NaiveDateTime| Tz::UTC.from_utc_datetime(&wall);
        let rule: RRule<Unvalidated> = self.pattern.parse().ok()?;
        Some(rule.until(at(last.max(first))).build(at(first)).ok()?.limit())
    }

    /// The same rule that ends before this.
    #[must_use]
    pub fn ending_before(&self, at: WallTime) -> Self {
        Self { pattern: self.pattern.clone(), end: End::Wall(at.get() - TimeDelta::minutes(1)) }
    }

    /// The same rule for what comes after so many of its times.
    #[must_use]
    pub fn after(&self, times: usize) -> Self {
        let end = match self.end {
            End::After(count) => {
                End::After(count.saturating_sub(u16::try_from(times).unwrap_or(u16::MAX)).max(1))
            }
            end => end,
        };
        Self { pattern: self.pattern.clone(), end }
    }

    /// Whether it does not say when it ends.
    pub(super) fn is_endless(&self) -> bool {
        self.end == End::Never
    }

    /// All that it says but its end.
    pub(super) fn pattern(&self) -> &str {
        &self.pattern
    }

    /// What is wrong with the rule of an event that is first then.
    pub(super) fn check_from(&self, first: WallTime, zone: Zone) -> Result<(), Violation> {
        let times = self.times(first, zone, Self::MOST + 1);
        if times.is_empty() {
            let message =
                "must name the time at which the event begins: let it begin at the first of its times";
            return Err(Violation::new(code::RANGE_ORDER, message));
        }
        if times.len() > Self::MOST && self.end != End::Never {
            let message = "must end after 366 times at most: say an earlier end, or none";
            return Err(Violation::new(code::OUT_OF_RANGE, message).with("max", Self::MOST));
        }
        Ok(())
    }

    fn check(raw: &str) -> Result<Self, Violation> {
        let raw = raw.trim();
        if raw.is_empty() {
            return Err(Violation::required());
        }
        if raw.len() > Self::MAX {
            return Err(Violation::too_long(Self::MAX, raw.chars().count()));
        }
        let raw = raw.to_ascii_uppercase();
        let raw = raw.strip_prefix("RRULE:").unwrap_or(&raw);
        let (mut frequency, mut end, mut parts) = (None, End::Never, Vec::<(&str, &str)>::new());
        for part in raw.split(';') {
            let (name, value) = part.split_once('=').ok_or_else(malformed)?;
            if value.is_empty() || parts.iter().any(|(known, _)| *known == name) {
                return Err(malformed());
            }
            match name {
                "FREQ" if frequency.is_some() => return Err(malformed()),
                "FREQ" => frequency = Some(known_frequency(value)?),
                "COUNT" | "UNTIL" if end != End::Never => {
                    let message = "says `COUNT` or `UNTIL`, and not both or twice";
                    return Err(Violation::new(code::NOT_ALLOWED, message));
                }
                "COUNT" => end = End::After(count(value)?),
                "UNTIL" => end = last(value).ok_or_else(malformed)?,
                "BYHOUR" | "BYMINUTE" | "BYSECOND" => {
                    let message = "says days only: at what time of the day the event begins is in `starts`";
                    return Err(Violation::new(code::NOT_ALLOWED, message));
                }
                known if PARTS.contains(&known) => parts.push((name, value)),
                _ => return Err(malformed()),
            }
        }
        let frequency = frequency.ok_or_else(malformed)?;
        for (name, value) in &parts {
            part(frequency, name, value)?;
        }
        let by = |(name, _): &(&str, &str)| name.starts_with("BY") && *name != "BYSETPOS";
        if parts.iter().any(|(name, _)| *name == "BYSETPOS") && !parts.iter().any(by) {
            return Err(malformed());
        }
        let mut pattern = format!("FREQ={frequency}");
        for (name, value) in parts {
            pattern.extend([";", name, "=", value]);
        }
        let rule = Self { pattern, end };
        let any = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN);
        if rule.set(any, any).is_some() { Ok(rule) } else { Err(malformed()) }
    }
}

fn malformed() -> Violation {
    Violation::malformed("a rule of RFC 5545 such as FREQ=WEEKLY;BYDAY=TU;COUNT=10")
}

fn known_frequency(value: &str) -> Result<&str, Violation> {
    match value {
        known if FREQUENCIES.contains(&known) => Ok(known),
        "HOURLY" | "MINUTELY" | "SECONDLY" => {
            let message = "repeats by days, weeks, months or years: say DAILY, WEEKLY, MONTHLY or YEARLY";
            Err(Violation::new(code::NOT_ALLOWED, message))
        }
        _ => Err(malformed()),
    }
}

fn count(value: &str) -> Result<u16, Violation> {
    if value.is_empty() || !value.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(malformed());
    }
    let most = u16::try_from(RepeatRule::MOST).unwrap_or(u16::MAX);
    match value.parse::<u16>() {
        Ok(count) if (1..=most).contains(&count) => Ok(count),
        _ => {
            let message = "must end after 1 to 366 times: say a smaller `COUNT`, or no end";
            Err(Violation::new(code::OUT_OF_RANGE, message).with("min", 1).with("max", RepeatRule::MOST))
        }
    }
}

/// The end of a rule: a day, what clocks show, or an instant.
fn last(value: &str) -> Option<End> {
    if let Some(utc) = value.strip_suffix('Z') {
        return Some(End::Instant(NaiveDateTime::parse_from_str(utc, Written::TIME).ok()?.and_utc()));
    }
    if value.contains('T') {
        return NaiveDateTime::parse_from_str(value, Written::TIME).ok().map(End::Wall);
    }
    let day = NaiveDate::parse_from_str(value, Written::DAY).ok().filter(|_| value.len() == 8)?;
    day.and_hms_opt(23, 59, 59).map(End::Wall)
}

/// How times are written in rules.
struct Written;
impl Written {
    const DAY: &'static str = "%Y%m%d";
    const TIME: &'static str = "%Y%m%dT%H%M%S";
}

/// Refuses what a part cannot say. What may stand together is known to the library.
fn part(frequency: &str, name: &str, value: &str) -> Result<(), Violation> {
    let mut entries = value.split(',');
    let good = match name {
        "INTERVAL" => {
            let number =
                value.parse::<u16>().ok().filter(|_| value.bytes().all(|digit| digit.is_ascii_digit()));
            return match number {
                Some(1..=1_000) => Ok(()),
                Some(_) => Err(Violation::out_of_range(1, 1_000)),
                None => Err(malformed()),
            };
        }
        "WKST" => DAYS.contains(&value),
        "BYDAY" => entries.all(|entry| day(frequency, entry)),
        _ => entries.all(|entry| number(entry).is_some()),
    };
    if good { Ok(()) } else { Err(malformed()) }
}

/// A number that is not nothing.
fn number(entry: &str) -> Option<i16> {
    let digits = entry.strip_prefix(['+', '-']).unwrap_or(entry);
    let written = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    entry.parse().ok().filter(|number| written && *number != 0)
}

/// Whether this names a day of the week, or the second or last of a month or year.
fn day(frequency: &str, entry: &str) -> bool {
    let Some((place, day)) = entry.len().checked_sub(2).and_then(|at| entry.split_at_checked(at)) else {
        return false;
    };
    let placed = matches!(frequency, "MONTHLY" | "YEARLY") && number(place).is_some();
    DAYS.contains(&day) && (place.is_empty() || placed)
}

impl fmt::Display for RepeatRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.pattern)?;
        match self.end {
            End::Never => Ok(()),
            End::After(count) => write!(f, ";COUNT={count}"),
            End::Wall(last) => write!(f, ";UNTIL={}", last.format(Written::TIME)),
            End::Instant(last) => write!(f, ";UNTIL={}Z", last.format(Written::TIME)),
        }
    }
}

as_text!(
    RepeatRule,
    crate::schema::leaf::text()
        .max_length(Some(RepeatRule::MAX))
        .examples([serde_json::json!("FREQ=WEEKLY;BYDAY=TU;COUNT=10")])
);

/// What is wrong with an event that repeats by such a rule.
pub(super) fn named_first(starts: WallTime, zone: Zone, repeats: Option<&Repeats>, report: &mut Report) {
    let Some(repeats) = repeats else { return };
    if let Err(violation) = repeats.rule.check_from(starts, zone) {
        report.field("repeats", |report| report.field("rule", |report| report.add(violation)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> RepeatRule {
        text.parse().unwrap()
    }

    fn wall(text: &str) -> WallTime {
        text.parse().unwrap()
    }

    fn zone(text: &str) -> Zone {
        text.parse().unwrap()
    }

    fn found(text: &str) -> String {
        let violations = text.parse::<RepeatRule>().unwrap_err();
        violations.into_vec().remove(0).code.into_owned()
    }

    /// What clocks show, and the offset they show it with.
    fn shown(rule: &RepeatRule, first: &str, name: &str) -> Vec<String> {
        let zone = zone(name);
        let of = |at: &WallTime| {
            let instant = zone.meant(*at);
            let offset = (zone.wall(instant).get() - instant.naive_utc()).num_minutes();
            format!("{} {:+}", zone.wall(instant), offset)
        };
        rule.times(wall(first), zone, 400).iter().map(of).collect()
    }

    #[test]
    fn rules_are_written_in_one_way() {
        for (raw, written) in [
            ("freq=weekly;byday=tu,th", "FREQ=WEEKLY;BYDAY=TU,TH"),
            ("RRULE:COUNT=5;FREQ=DAILY", "FREQ=DAILY;COUNT=5"),
            ("FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20261231", "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20261231T235959"),
            ("FREQ=DAILY;UNTIL=20261231T170000Z;INTERVAL=2", "FREQ=DAILY;INTERVAL=2;UNTIL=20261231T170000Z"),
        ] {
            assert_eq!(rule(raw).to_string(), written);
            assert_eq!(rule(written), rule(raw));
        }
    }

    #[test]
    fn what_is_no_rule_is_refused_and_says_why() {
        for (raw, code) in [
            ("", code::REQUIRED),
            ("weekly", code::MALFORMED),
            ("BYDAY=MO", code::MALFORMED),
            ("FREQ=FORTNIGHTLY", code::MALFORMED),
            ("FREQ=HOURLY", code::NOT_ALLOWED),
            ("FREQ=MINUTELY", code::NOT_ALLOWED),
            ("FREQ=SECONDLY;COUNT=2", code::NOT_ALLOWED),
            ("FREQ=DAILY;FREQ=DAILY", code::MALFORMED),
            ("FREQ=DAILY;INTERVAL=0", code::OUT_OF_RANGE),
            ("FREQ=DAILY;INTERVAL=-1", code::MALFORMED),
            ("FREQ=DAILY;COUNT=0", code::OUT_OF_RANGE),
            ("FREQ=DAILY;COUNT=367", code::OUT_OF_RANGE),
            ("FREQ=DAILY;COUNT=x", code::MALFORMED),
            ("FREQ=DAILY;COUNT=2;UNTIL=20270101", code::NOT_ALLOWED),
            ("FREQ=DAILY;UNTIL=2027-01-01", code::MALFORMED),
            ("FREQ=DAILY;BYHOUR=3", code::NOT_ALLOWED),
            ("FREQ=DAILY;X-THING=3", code::MALFORMED),
            ("FREQ=WEEKLY;BYDAY=2MO", code::MALFORMED),
            ("FREQ=WEEKLY;BYDAY=XX", code::MALFORMED),
            ("FREQ=WEEKLY;BYMONTHDAY=3", code::MALFORMED),
            ("FREQ=MONTHLY;BYDAY=0MO", code::MALFORMED),
            ("FREQ=MONTHLY;BYMONTHDAY=32", code::MALFORMED),
            ("FREQ=YEARLY;BYMONTH=13", code::MALFORMED),
            ("FREQ=MONTHLY;BYSETPOS=1", code::MALFORMED),
            ("FREQ=DAILY\nRRULE:FREQ=DAILY", code::MALFORMED),
        ] {
            assert_eq!(found(raw), code, "{raw}");
        }
        assert_eq!(found(&format!("FREQ=DAILY;BYMONTH={}", "1,".repeat(200))), code::TOO_LONG);
    }

    #[test]
    fn what_is_at_six_stays_at_six_when_clocks_change() {
        let weekly = rule("FREQ=WEEKLY;COUNT=3");
        assert_eq!(
            shown(&weekly, "2026-03-20T18:00", "Europe/Berlin"),
            ["2026-03-20T18:00 +60", "2026-03-27T18:00 +60", "2026-04-03T18:00 +120"]
        );
        assert_eq!(
            shown(&weekly, "2026-10-28T18:00", "America/New_York"),
            ["2026-10-28T18:00 -240", "2026-11-04T18:00 -300", "2026-11-11T18:00 -300"]
        );
        assert_eq!(
            shown(&weekly, "2026-03-20T18:00", "Africa/Harare"),
            ["2026-03-20T18:00 +120", "2026-03-27T18:00 +120", "2026-04-03T18:00 +120"]
        );
    }

    #[test]
    fn a_time_that_clocks_leave_out_is_later_and_of_two_the_first_is_meant() {
        let daily = rule("FREQ=DAILY;COUNT=3");
        assert_eq!(
            shown(&daily, "2026-03-07T02:30", "America/New_York"),
            ["2026-03-07T02:30 -300", "2026-03-08T03:30 -240", "2026-03-09T02:30 -240"]
        );
        assert_eq!(
            shown(&daily, "2026-10-24T02:30", "Europe/Berlin"),
            ["2026-10-24T02:30 +120", "2026-10-25T02:30 +120", "2026-10-26T02:30 +60"]
        );
    }

    #[test]
    fn a_rule_ends_where_it_says() {
        let berlin = zone("Europe/Berlin");
        let count = |text: &str| rule(text).times(wall("2026-03-02T18:00"), berlin, 400).len();
        assert_eq!(count("FREQ=DAILY;COUNT=5"), 5);
        assert_eq!(count("FREQ=DAILY;UNTIL=20260304"), 3);
        assert_eq!(count("FREQ=DAILY;UNTIL=20260304T180000"), 3);
        assert_eq!(count("FREQ=DAILY;UNTIL=20260304T175959"), 2);
        assert_eq!(count("FREQ=DAILY;UNTIL=20260304T170000Z"), 3, "18:00 there is 17:00 in UTC");
        assert_eq!(count("FREQ=DAILY;UNTIL=20260304T165959Z"), 2);
        assert_eq!(count("FREQ=DAILY"), 400);
        assert_eq!(count("FREQ=YEARLY"), 74, "until the last year that clocks of events show");
        let ended = rule("FREQ=DAILY;COUNT=5").ending_before(wall("2026-03-04T18:00"));
        assert_eq!(ended.times(wall("2026-03-02T18:00"), berlin, 400).len(), 2);
        assert_eq!(rule("FREQ=DAILY;COUNT=5").after(2).to_string(), "FREQ=DAILY;COUNT=3");
    }

    #[test]
    fn a_rule_names_when_the_event_begins_and_ends_in_time() {
        let harare = zone("Africa/Harare");
        let wrong = |text: &str| {
            rule(text).check_from(wall("2026-03-03T18:00"), harare).err().map(|violation| violation.code)
        };
        assert_eq!(wrong("FREQ=WEEKLY;BYDAY=TU"), None);
        assert_eq!(wrong("FREQ=MONTHLY;BYDAY=1TU;COUNT=24"), None);
        assert_eq!(wrong("FREQ=WEEKLY;BYDAY=MO").unwrap(), code::RANGE_ORDER);
        assert_eq!(wrong("FREQ=WEEKLY;UNTIL=20260301").unwrap(), code::RANGE_ORDER);
        assert_eq!(wrong("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30").unwrap(), code::RANGE_ORDER);
        assert_eq!(wrong("FREQ=DAILY;UNTIL=20270304").unwrap(), code::OUT_OF_RANGE);
        assert_eq!(wrong("FREQ=DAILY;UNTIL=20270303"), None, "366 days");
    }
}
