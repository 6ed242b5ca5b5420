//! Somebody who reads the log by themselves up to some horizon, and from there on is handed what is read for many.

use super::place::{Horizon, Place, Window};

/// How far somebody has come, who first reads what they missed and then takes what is handed to them.
#[derive(Clone, Debug)]
pub struct Follower {
    place: Place,
    /// Up to where they read by themselves; later, from where on the window is read in which they are.
    base: Horizon,
}

impl Follower {
    /// Somebody at `place` who reads by themselves up to `base`, which is no earlier than what is handed to others by then.
    pub const fn new(place: Place, base: Horizon) -> Self {
        Self { place, base }
    }

    /// How far they have come: where they go on from, if they must.
    pub const fn place(&self) -> &Place {
        &self.place
    }

    /// What they are to read by themselves.
    pub fn missed(&self) -> Vec<Window> {
        self.place.windows(&self.base)
    }

    /// They have read of a window up to the fact with this number.
    pub fn has_read(&mut self, window: &Window, seq: i64) {
        self.place = window.place(seq);
    }

    /// They have read all of a window.
    pub fn has_read_all(&mut self, window: &Window) {
        self.place = Place::at(window.end().clone());
    }

    /// They leave out what they did not read by themselves.
    pub fn skip(&mut self) {
        self.place = Place::at(self.base.clone());
    }

    /// They are handed a fact of a window that is read for many; whether it is new to them. Windows come one after the
    /// other, and the facts of each in the order of their numbers.
    pub fn take(&mut self, window: &Window, xid: i64, seq: i64) -> bool {
        // They may be ahead of those others, in the middle of what is one window for them.
        if self.base.includes(xid) {
            return false;
        }
        if self.base.is_before(window.start()) {
            self.base = window.start().clone();
        }
        // Not the window's own place: of its beginning they may have more.
        self.place = Place::within(self.base.clone(), window.end().clone(), seq);
        true
    }

    /// Everything up to here was handed to them.
    pub fn reach(&mut self, horizon: &Horizon) {
        self.place.reach(horizon);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::place::tests::{histories, unread};
    use super::*;

    proptest! {
        /// Servers read in steps of their own; a listener is cut off and goes on at another, again and again.
        #[test]
        fn whoever_goes_from_server_to_server_is_handed_everything_once_and_in_order(
            (facts, horizons) in histories(),
            steps in (1_usize..6, 1_usize..6),
            cuts in proptest::collection::vec((any::<bool>(), 0_usize..1000, 0_usize..1000, 0_usize..12), 0..12),
        ) {
            let last = horizons.last().unwrap();
            let (mut place, mut heard) = (Place::at(horizons[0].clone()), Vec::new());
            let whole = (false, 0, 0, usize::MAX);
            for (which, now, behind, mut patience) in cuts.into_iter().chain([whole]) {
                let step = if which { steps.0 } else { steps.1 };
                // The listener comes when the log is so far, no earlier than what they have, and the server a bit behind.
                let earliest = horizons.iter().position(|horizon| !horizon.is_before(&place.furthest())).unwrap();
                let now = earliest + now % (horizons.len() - earliest);
                let told = behind % (now + 1) / step * step;
                let base = if horizons[told].is_before(&horizons[now]) { &horizons[now] } else { &horizons[told] };
                let mut follower = Follower::new(place.clone(), base.clone());
                let mut hear = |follower: &Follower, fact, heard: &mut Vec<_>| {
                    let goes_on = patience > 0;
                    if goes_on {
                        patience -= 1;
                        heard.push(fact);
                        place = follower.place().clone();
                    }
                    goes_on
                };
                let mut there = true;
                for window in follower.missed() {
                    for fact in unread(&facts, &window) {
                        follower.has_read(&window, fact.1);
                        there = there && hear(&follower, fact, &mut heard);
                    }
                    follower.has_read_all(&window);
                }
                let ends = (told + step..horizons.len()).step_by(step).map(|end| &horizons[end]).chain([last]);
                let mut from = &horizons[told];
                for to in ends {
                    let window = Window::between(from, to);
                    for fact in unread(&facts, &window) {
                        if follower.take(&window, fact.0, fact.1) {
                            there = there && hear(&follower, fact, &mut heard);
                        }
                    }
                    follower.reach(to);
                    from = to;
                }
            }
            prop_assert_eq!(heard, facts);
        }
    }
}
