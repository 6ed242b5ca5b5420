//! What organisers say of an event.

use chrono::{DateTime, TimeDelta, Utc};

use super::repeat::{Repeats, named_first};
use super::{WallTime, Zone};
use crate::choice::choices;
use crate::collection::{List, Whole, repeated};
use crate::money::Money;
use crate::record::record;
use crate::text::{Country, Line, Link, Prose, Slug};
use crate::validation::{Report, Violation, code};

choices! {
    /// What people come together for.
    EventCategory {
        /// To learn by doing.
        Workshop = "workshop",
        /// To get to know each other.
        Networking = "networking",
        /// To hear many, over a day or more.
        Conference = "conference",
        /// To hear somebody online.
        Webinar = "webinar",
        /// To talk about what they share.
        Meetup = "meetup",
        /// To hear those who look for money.
        Pitch = "pitch",
        /// To see what somebody built.
        Demo = "demo",
    }

    /// Where people come together.
    EventFormat {
        /// At a place.
        InPerson = "in_person",
        /// Online.
        Online = "online",
        /// At a place and online, as each prefers.
        Hybrid = "hybrid",
    }

    /// Who finds an event.
    EventVisibility {
        /// Everybody, also where the event is handed on outside of the community.
        Public = "public",
        /// Everybody in the community.
        Members = "members",
        /// Who organises it, or is invited.
        Private = "private",
    }
}

record! {
    /// A place where people come together.
    pub struct EventPlace / EventPlaceInput / EventPlacePatch {
        /// What it is called.
        name: Option<Line<1, 120>>,
        /// Street and number, or how it is found.
        address: Line<1, 300>,
        /// The town or city.
        city: Option<Line<1, 80>>,
        /// The country.
        country: Country,
    }
}

record! {
    /// Seats that are set apart from the others: for speakers, for guests.
    pub struct SeatClass / SeatClassInput / SeatClassPatch {
        /// What they are called; `general` are all seats that are not set apart.
        name: Slug,
        /// How many there are.
        capacity: Whole<1, 100_000>,
        /// Whether only those take one who are invited to.
        by_invitation: bool = true,
    }
    check(name) |report| set_apart(name, report);
}

record! {
    /// An event as its organisers write it. Times are what clocks show in the zone.
    pub struct EventDraft / EventInput / EventPatch {
        /// What it is called.
        title: Line<1, 200>,
        /// What it is about, in Markdown.
        description: Prose<1, 10_000>,
        /// What people come together for.
        category: EventCategory,
        /// Where.
        format: EventFormat,
        /// The place, unless it is online only.
        place: Option<EventPlace>,
        /// Where it is joined online; shown to those who have a seat.
        join_at: Option<Link>,
        /// When it begins. A time that clocks leave out is refused; of one that they show twice, the first is meant.
        starts: WallTime,
        /// When it ends.
        ends: WallTime,
        /// The zone of all its times.
        zone: Zone,
        /// Until when people register; until it begins, unless said.
        register_until: Option<WallTime>,
        /// How many general seats there are; as many as come, unless said.
        capacity: Option<Whole<1, 100_000>>,
        /// Seats that are set apart, beside the general ones.
        classes: List<SeatClass, 8>,
        /// What a seat costs; nothing, unless said.
        price: Option<Money>,
        /// Whether an organiser must agree to those who are not invited.
        approval: bool = false,
        /// Who finds it.
        visibility: EventVisibility = EventVisibility::Members,
        /// By what it repeats, if it is not once: it begins for the first time when `starts` says. Times of it that
        /// clocks leave out are later by what was left out.
        repeats: Option<Repeats>,
    }
    check(format, place, join_at) |report| somewhere(*format, place.is_some(), join_at.is_some(), report);
    check(starts, ends, zone) |report| check_times(*starts, *ends, *zone, report);
    check(starts, zone, register_until) |report| in_time(*starts, *zone, *register_until, report);
    check(classes) |report| named_apart(classes, report);
    check(starts, zone, repeats) |report| named_first(*starts, *zone, repeats.as_ref(), report);
}

/// What seats are called that are not set apart.
pub(super) const GENERAL: &str = "general";
/// How long an event lasts at most.
pub const LONGEST_EVENT: TimeDelta = TimeDelta::days(31);

fn set_apart(name: &Slug, report: &mut Report) {
    if name.as_str() == GENERAL {
        report.field("name", |report| {
            report.add(Violation::new(code::NOT_ALLOWED, "general seats are those that are not set apart"));
        });
    }
}

fn named_apart(classes: &[SeatClass], report: &mut Report) {
    let names: Vec<&Slug> = classes.iter().map(|class| &class.name).collect();
    for place in repeated(&names).collect::<Vec<_>>() {
        report.field("classes", |report| {
            report.entry(place, |report| report.field("name", |report| report.add(Violation::duplicate())));
        });
    }
}

fn somewhere(format: EventFormat, has_place: bool, has_link: bool, report: &mut Report) {
    let needs_place = format != EventFormat::Online;
    if needs_place && !has_place {
        report.field("place", |report| report.add(Violation::required()));
    }
    if !needs_place && has_place {
        report.field("place", |report| {
            report.add(Violation::new(code::NOT_ALLOWED, "what is online only has no place"));
        });
    }
    if format == EventFormat::InPerson && has_link {
        report.field("join_at", |report| {
            report.add(Violation::new(code::NOT_ALLOWED, "what is in person only is joined nowhere else"));
        });
    }
}

/// The instant, or else the violation that there is none.
fn shown(field: &str, wall: WallTime, zone: Zone, report: &mut Report) -> Option<DateTime<Utc>> {
    let instant = zone.instant(wall);
    if instant.is_none() {
        report.field(field, |report| {
            let left_out = format!("no clock in {zone} shows {wall}: they are put forward over it");
            report.add(Violation::new(code::OUT_OF_RANGE, left_out).with("zone", zone.as_str()));
        });
    }
    instant
}

/// An event ends after it begins, and not too long after.
pub(crate) fn check_times(starts: WallTime, ends: WallTime, zone: Zone, report: &mut Report) {
    let starts_at = shown("starts", starts, zone, report);
    let ends_at = shown("ends", ends, zone, report);
    let (Some(starts_at), Some(ends_at)) = (starts_at, ends_at) else { return };
    if ends_at <= starts_at {
        report.field("ends", |report| {
            report.add(Violation::new(code::RANGE_ORDER, "must be after the event begins"));
        });
    } else if ends_at - starts_at > LONGEST_EVENT {
        report.field("ends", |report| {
            let longest = LONGEST_EVENT.num_days();
            let message = format!("must be at most {longest} days after the event begins");
            report.add(Violation::new(code::OUT_OF_RANGE, message).with("days", longest));
        });
    }
}

fn in_time(starts: WallTime, zone: Zone, until: Option<WallTime>, report: &mut Report) {
    let Some(until) = until else { return };
    let until_at = shown("register_until", until, zone, report);
    if let (Some(until_at), Some(starts_at)) = (until_at, zone.instant(starts))
        && until_at > starts_at
    {
        report.field("register_until", |report| {
            report.add(Violation::new(code::RANGE_ORDER, "must not be after the event begins"));
        });
    }
}
