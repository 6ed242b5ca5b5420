//! What happens at an event, who speaks, who pays for it, and what people are given.

use chrono::{DateTime, Utc};

use super::{Event, RegistrationState, WallTime};
use crate::answer::answer;
use crate::choice::choices;
use crate::collection::{List, Set, repeated};
use crate::id::{AccountId, EventId, MediaId, ResourceId};
use crate::record::record;
use crate::text::{Line, Link, Prose};
use crate::validation::{Report, Violation, Violations, code};
use crate::version::Version;

record! {
    /// Somebody who speaks at an event, a member or not.
    pub struct Speaker / SpeakerInput / SpeakerPatch {
        /// Their name; nobody else who speaks has it.
        name: Line<1, 120>,
        /// Their account, if they have one.
        account: Option<AccountId>,
        /// What they are.
        title: Option<Line<1, 160>>,
        /// Who they are.
        about: Option<Prose<1, 2_000>>,
        /// Where there is more of them.
        link: Option<Link>,
    }
}

record! {
    /// A part of an event.
    pub struct ProgrammeSession / ProgrammeSessionInput / ProgrammeSessionPatch {
        /// What it is called.
        title: Line<1, 200>,
        /// What it is about.
        about: Option<Prose<1, 5_000>>,
        /// When it begins, as clocks show in the zone of the event.
        starts: WallTime,
        /// When it ends.
        ends: WallTime,
        /// In which room, on which stage.
        room: Option<Line<1, 120>>,
        /// The names of those who speak.
        speakers: Set<Line<1, 120>, 10>,
    }
}

record! {
    /// Somebody who pays for an event.
    pub struct Sponsor / SponsorInput / SponsorPatch {
        /// What they are called.
        name: Line<1, 120>,
        /// How much they do, in the words of the organisers: `gold`.
        level: Option<Line<1, 40>>,
        /// Where there is more of them.
        link: Option<Link>,
    }
}

record! {
    /// What happens at an event. It is saved as a whole.
    pub struct Programme / ProgrammeInput / ProgrammePatch {
        /// Its parts, in the order in which they are shown.
        sessions: List<ProgrammeSession, 100>,
        /// Who speaks.
        speakers: List<Speaker, 60>,
        /// Who pays for it.
        sponsors: List<Sponsor, 40>,
    }
    check(speakers) |report| told_apart(speakers, report);
    check(sessions, speakers) |report| known(sessions, speakers, report);
}

answer! {
    /// The programme of an event, as it is read.
    pub struct EventProgramme {
        /// The event.
        event: EventId,
        /// The version of the event: a programme is saved with it.
        version: Version,
        ..
        /// The programme.
        programme: Programme,
    }
}

fn told_apart(speakers: &[Speaker], report: &mut Report) {
    let names: Vec<&Line<1, 120>> = speakers.iter().map(|speaker| &speaker.name).collect();
    for place in repeated(&names).collect::<Vec<_>>() {
        report.field("speakers", |report| {
            report.entry(place, |report| report.field("name", |report| report.add(Violation::duplicate())));
        });
    }
}

fn known(sessions: &[ProgrammeSession], speakers: &[Speaker], report: &mut Report) {
    for (n, session) in sessions.iter().enumerate() {
        for (place, name) in session.speakers.iter().enumerate() {
            if speakers.iter().any(|speaker| speaker.name == *name) {
                continue;
            }
            let unknown = Violation::new(code::UNKNOWN_VALUE, "must be the name of somebody who speaks");
            report.field("sessions", |report| {
                report.entry(n, |report| {
                    report.field("speakers", |report| report.entry(place, |report| report.add(unknown)));
                });
            });
        }
    }
}

impl Programme {
    /// Refuses parts that are not within the event, or end before they begin.
    pub fn check_within(&self, event: &Event) -> Result<(), Violations> {
        let mut report = Report::new();
        let zone = event.draft.zone;
        for (n, session) in self.sessions.iter().enumerate() {
            let (starts, ends) = (zone.instant(session.starts), zone.instant(session.ends));
            let mut add = |field: &str, violation| {
                report.field("sessions", |report| {
                    report.entry(n, |report| report.field(field, |report| report.add(violation)));
                });
            };
            let within =
                |at: Option<DateTime<Utc>>| at.is_some_and(|at| event.starts_at <= at && at <= event.ends_at);
            let outside = || Violation::new(code::OUT_OF_RANGE, "must lie within the event");
            if !within(starts) {
                add("starts", outside());
            }
            if !within(ends) {
                add("ends", outside());
            } else if ends <= starts {
                add("ends", Violation::new(code::RANGE_ORDER, "must be after the session begins"));
            }
        }
        report.finish(Some(()))
    }
}

choices! {
    /// For which time something is.
    ResourcePhase {
        /// To prepare oneself: from now on.
        Before = "before",
        /// To have at hand: from when doors open.
        During = "during",
        /// To read again: once it is over.
        After = "after",
    }

    /// For whom something is.
    ResourceAudience {
        /// All who see the event.
        Everyone = "everyone",
        /// Those who come or may come.
        Registered = "registered",
        /// Those who were there.
        Attended = "attended",
    }
}

record! {
    /// Something that people are given.
    pub struct ResourceDraft / ResourceInput / ResourcePatch {
        /// What it is called.
        title: Line<1, 200>,
        /// Where it is, unless it is a file.
        link: Option<Link>,
        /// The file that it is, of the organiser who gives it; read at an address of its own.
        file: Option<MediaId>,
        /// For which time it is.
        phase: ResourcePhase = ResourcePhase::Before,
        /// For whom it is.
        audience: ResourceAudience = ResourceAudience::Registered,
    }
    check(link, file) |report| one_of(link.is_some(), file.is_some(), report);
}

fn one_of(link: bool, file: bool, report: &mut Report) {
    if !link && !file {
        report.field("link", |report| report.add(Violation::required()));
    }
    if link && file {
        let both = "is a file or somewhere else, and not both";
        report.field("file", |report| report.add(Violation::new(code::NOT_ALLOWED, both)));
    }
}

answer! {
    /// Something that people at an event are given.
    pub struct Resource {
        /// Its id.
        id: ResourceId,
        /// The event.
        event: EventId,
        /// When it was added.
        added_at: DateTime<Utc>,
        ..
        /// What it is.
        draft: ResourceDraft,
    }
}

impl Resource {
    /// The most that one event has.
    pub const MOST: usize = 100;

    /// Whether it is for somebody who stands to its event like this, by now. Where nobody was checked in, whoever had a
    /// seat was there.
    pub fn is_for(
        &self,
        event: &Event,
        own: Option<RegistrationState>,
        anybody_checked_in: bool,
        now: DateTime<Utc>,
    ) -> bool {
        let by_now = match self.draft.phase {
            ResourcePhase::Before => true,
            ResourcePhase::During => event.starts_at - Event::DOORS <= now,
            ResourcePhase::After => event.ends_at <= now,
        };
        let for_them = match (self.draft.audience, own) {
            (ResourceAudience::Everyone, _)
            | (
                ResourceAudience::Registered,
                Some(
                    RegistrationState::Going
                    | RegistrationState::Maybe
                    | RegistrationState::CheckedIn
                    | RegistrationState::NoShow,
                ),
            )
            | (ResourceAudience::Attended, Some(RegistrationState::CheckedIn)) => true,
            (ResourceAudience::Attended, Some(RegistrationState::Going)) => {
                event.is_over(now) && !anybody_checked_in
            }
            _ => false,
        };
        by_now && for_them
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::id::Id;
    use crate::testing::event_of_tomorrow;
    use crate::validation::Field;

    fn found<T>(checked: Result<T, Violations>) -> Vec<(String, String)> {
        let Err(violations) = checked else { return Vec::new() };
        violations.into_vec().into_iter().map(|v| (v.pointer, v.code.into_owned())).collect()
    }

    #[test]
    fn sessions_lie_within_the_event_and_have_speakers_that_there_are() {
        let (event, _) = event_of_tomorrow();
        let wall = |minutes| event.draft.zone.wall(event.starts_at + TimeDelta::minutes(minutes)).to_string();
        let session = |from, to, who: &str| ProgrammeSessionInput {
            title: "Pumps".into(),
            starts: wall(from),
            ends: wall(to),
            speakers: vec![who.to_owned()],
            ..ProgrammeSessionInput::default()
        };
        let speaker = |name: &str| SpeakerInput { name: name.into(), ..SpeakerInput::default() };
        let of = |sessions, speakers| {
            Programme::from_raw(ProgrammeInput { sessions, speakers, sponsors: Vec::new() })
        };
        let one = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
        let good = of(vec![session(0, 120, "Rudo")], vec![speaker("Rudo")]).unwrap();
        assert!(good.check_within(&event).is_ok());
        let nobody = of(vec![session(0, 60, "Chipo")], vec![speaker("Rudo")]);
        assert_eq!(found(nobody), one("/sessions/0/speakers/0", code::UNKNOWN_VALUE));
        let twice = of(Vec::new(), vec![speaker("Rudo"), speaker("Rudo")]);
        assert_eq!(found(twice), one("/speakers/1/name", code::DUPLICATE));
        let late = of(vec![session(60, 121, "Rudo")], vec![speaker("Rudo")]).unwrap();
        assert_eq!(found(late.check_within(&event)), one("/sessions/0/ends", code::OUT_OF_RANGE));
        let back = of(vec![session(60, 60, "Rudo")], vec![speaker("Rudo")]).unwrap();
        assert_eq!(found(back.check_within(&event)), one("/sessions/0/ends", code::RANGE_ORDER));
    }

    #[test]
    fn what_is_given_is_a_link_or_a_file() {
        let given = |link: Option<&str>, file: Option<&str>| {
            ResourceDraft::from_raw(ResourceInput {
                title: "Plan".into(),
                link: link.map(str::to_owned),
                file: file.map(str::to_owned),
                ..ResourceInput::default()
            })
        };
        let one = |pointer: &str, code: &str| vec![(pointer.to_owned(), code.to_owned())];
        let (link, file) = ("https://example.org/plan", "0195510c-a3c0-7fff-bfff-ffffffffffff");
        assert!(given(Some(link), None).is_ok() && given(None, Some(file)).is_ok());
        assert_eq!(found(given(None, None)), one("/link", code::REQUIRED));
        assert_eq!(found(given(Some(link), Some(file))), one("/file", code::NOT_ALLOWED));
        assert_eq!(found(given(None, Some("plan.pdf"))), one("/file", code::MALFORMED));
    }

    #[test]
    fn what_is_given_is_for_whom_and_when_it_is_for() {
        use RegistrationState as State;
        let (event, now) = event_of_tomorrow();
        let given = |phase, audience| Resource {
            id: Id::at(now, [1; 10]),
            event: event.id,
            added_at: now,
            draft: ResourceDraft {
                title: "Plan".parse().unwrap(),
                link: Some("https://example.org/plan".parse().unwrap()),
                file: None,
                phase,
                audience,
            },
        };
        let (over, all) = (event.ends_at, given(ResourcePhase::Before, ResourceAudience::Everyone));
        assert!(all.is_for(&event, None, false, now));
        let after = given(ResourcePhase::After, ResourceAudience::Everyone);
        assert!(!after.is_for(&event, None, false, now) && after.is_for(&event, None, false, over));
        let during = given(ResourcePhase::During, ResourceAudience::Registered);
        assert!(!during.is_for(&event, Some(State::Going), false, now));
        assert!(during.is_for(&event, Some(State::Going), false, event.starts_at - Event::DOORS));
        let registered = given(ResourcePhase::Before, ResourceAudience::Registered);
        for (state, is) in [
            (State::Going, true),
            (State::Maybe, true),
            (State::Waitlisted, false),
            (State::Cancelled, false),
        ] {
            assert_eq!(registered.is_for(&event, Some(state), false, now), is, "{state}");
        }
        let attended = given(ResourcePhase::Before, ResourceAudience::Attended);
        assert!(attended.is_for(&event, Some(State::CheckedIn), true, now));
        assert!(!attended.is_for(&event, Some(State::Going), false, now));
        assert!(attended.is_for(&event, Some(State::Going), false, over), "nobody looked who came");
        assert!(!attended.is_for(&event, Some(State::Going), true, over));
        assert!(!attended.is_for(&event, Some(State::NoShow), true, over));
    }
}
