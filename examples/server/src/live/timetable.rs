//! When it is time for what.

use std::time::Duration;

use tokio::time::Instant;

/// How often to look who types.
const TYPING: Duration = Duration::from_secs(1);
/// How often to look who is there.
const PRESENCE: Duration = Duration::from_secs(5);
/// How often to look whose log-in has ended.
const SESSIONS: Duration = Duration::from_secs(3);
/// How often to say who listens here.
const BEAT: Duration = Duration::from_secs(20);

/// When it is time for what.
#[derive(Debug)]
pub(super) struct Timetable {
    typing: Instant,
    presence: Instant,
    sessions: Instant,
    beat: Instant,
}

/// What it is time for.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing to do, and any of them may be due")]
pub(super) struct Due {
    pub(super) typing: bool,
    pub(super) presence: bool,
    pub(super) sessions: bool,
    pub(super) beat: bool,
}

impl Due {
    pub(super) const fn any(self) -> bool {
        self.typing || self.presence || self.sessions || self.beat
    }
}

impl Timetable {
    pub(super) fn new(now: Instant) -> Self {
        Self { typing: now, presence: now, sessions: now + SESSIONS, beat: now + BEAT }
    }

    /// What it is time for, which is done now.
    pub(super) fn due(&mut self, now: Instant) -> Due {
        let due = |next: &mut Instant, every| {
            let due = *next <= now;
            if due {
                *next = now + every;
            }
            due
        };
        Due {
            typing: due(&mut self.typing, TYPING),
            presence: due(&mut self.presence, PRESENCE),
            sessions: due(&mut self.sessions, SESSIONS),
            beat: due(&mut self.beat, BEAT),
        }
    }

    /// Log-ins are looked at next time, whenever they were before.
    pub(super) fn hurry_sessions(&mut self, now: Instant) {
        self.sessions = now;
    }
}
