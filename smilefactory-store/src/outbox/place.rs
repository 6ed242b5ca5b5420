//! Places in the log, for readers that must miss nothing, see nothing twice, and keep the order of each thing.
//!
//! A fact's numbers are taken before its transaction commits, so that no number tells what is readable already. What
//! does is the set of transactions that were over at some instant: PostgreSQL's snapshot, of which these sets grow in one
//! line, every later one with all of the earlier in it. A reader goes from horizon to horizon, and within the window
//! between two in the order of `seq`. That number is taken when the facts are written, under whatever locks their
//! transaction has by then: of two transactions that waited for each other the later has the higher numbers, and is never
//! in an earlier window. By the transactions' own numbers it would be otherwise: they are given out before anybody waits.

use serde::{Deserialize, Serialize};

/// Which transactions were over at some instant; none, by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Horizon {
    /// None from this one on was over.
    #[serde(rename = "n")]
    next: i64,
    /// None of these was, although their numbers are lower; in order.
    #[serde(rename = "r", with = "distances")]
    running: Vec<i64>,
}

impl Horizon {
    /// The horizon of a snapshot.
    pub(crate) fn new(next: i64, mut running: Vec<i64>) -> Self {
        running.sort_unstable();
        Self { next, running }
    }

    /// Whether this transaction was over.
    pub fn includes(&self, xid: i64) -> bool {
        xid < self.next && self.running.binary_search(&xid).is_err()
    }

    /// Whether some transaction was over at the other instant and not at this one. Of one database, either that, or all
    /// that was over at the other was over at this one.
    pub fn is_before(&self, other: &Self) -> bool {
        self.next < other.next || (self.next == other.next && self.running.len() > other.running.len())
    }

    pub(crate) const fn next(&self) -> i64 {
        self.next
    }

    pub(crate) fn running(&self) -> &[i64] {
        &self.running
    }
}

/// How far somebody has read the log: to a horizon, and of the window after it so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Everything of these was read.
    #[serde(rename = "s")]
    pub(crate) seen: Horizon,
    /// Of these, what has no higher number.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub(crate) within: Option<(Horizon, i64)>,
}

impl Place {
    /// Everything to this horizon was read, and nothing else.
    pub const fn at(seen: Horizon) -> Self {
        Self { seen, within: None }
    }

    /// The same, and of the window from there to `to` everything up to the fact with this number.
    pub const fn within(seen: Horizon, to: Horizon, seq: i64) -> Self {
        Self { seen, within: Some((to, seq)) }
    }

    /// Whether a fact with these numbers was read.
    pub fn has(&self, xid: i64, seq: i64) -> bool {
        let within = |(to, read): &(Horizon, i64)| to.includes(xid) && seq <= *read;
        self.seen.includes(xid) || self.within.as_ref().is_some_and(within)
    }

    /// Goes on to a later horizon, up to which there was nothing else to read; does nothing when it is no later.
    pub fn reach(&mut self, horizon: &Horizon) {
        let is_behind = match &self.within {
            None => self.seen.is_before(horizon),
            Some((to, _)) => !horizon.is_before(to),
        };
        if is_behind {
            *self = Self::at(horizon.clone());
        }
    }

    /// What is to be read next to get to `until`: what is left of the window that was begun, and the one after it.
    /// There is none when `until` is no later than what was read.
    pub fn windows(&self, until: &Horizon) -> Vec<Window> {
        let mut windows = Vec::new();
        let mut seen = &self.seen;
        if let Some((to, read)) = &self.within {
            windows.push(Window { from: self.seen.clone(), to: to.clone(), after: *read });
            seen = to;
        }
        if seen.is_before(until) {
            windows.push(Window::between(seen, until));
        }
        windows
    }
}

/// A part of the log: what was over at one instant and not at an earlier one, after some number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The earlier instant.
    pub(crate) from: Horizon,
    /// The later one.
    pub(crate) to: Horizon,
    /// Only facts with a higher number are left to read.
    pub(crate) after: i64,
}

impl Window {
    /// What was over at the later of two instants and not at the earlier.
    pub fn between(from: &Horizon, to: &Horizon) -> Self {
        Self { from: from.clone(), to: to.clone(), after: i64::MIN }
    }

    /// The earlier instant.
    pub const fn start(&self) -> &Horizon {
        &self.from
    }

    /// The later instant.
    pub const fn end(&self) -> &Horizon {
        &self.to
    }

    /// The place of whoever has read this window up to the fact with this number.
    pub fn place(&self, seq: i64) -> Place {
        Place::within(self.from.clone(), self.to.clone(), seq)
    }

    /// Leaves out what has no higher number than this, which was read.
    pub const fn go_on_after(&mut self, seq: i64) {
        self.after = seq;
    }
}

/// The log at some instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPosition {
    /// Which log it is: places of another one mean nothing in it. A database that was restored or copied elsewhere has
    /// another log than the one it was made from.
    pub epoch: i64,
    /// What could be read at that instant.
    pub horizon: Horizon,
}

impl LogPosition {
    /// The same log at another instant.
    #[must_use]
    pub const fn at(&self, horizon: Horizon) -> Self {
        Self { epoch: self.epoch, horizon }
    }
}

/// Numbers that are close to each other, each as how far it is from the one before.
mod distances {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    #[expect(clippy::ptr_arg, reason = "serde hands it over like that")]
    pub(super) fn serialize<S: Serializer>(numbers: &Vec<i64>, serializer: S) -> Result<S::Ok, S::Error> {
        let mut last = 0_i64;
        let mut distance = |number: &i64| {
            let distance = number.saturating_sub(last);
            last = *number;
            distance
        };
        numbers.iter().map(&mut distance).collect::<Vec<_>>().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<i64>, D::Error> {
        let mut last = 0_i64;
        let mut number = |distance: i64| {
            last = last.saturating_add(distance);
            last
        };
        Ok(Vec::<i64>::deserialize(deserializer)?.into_iter().map(&mut number).collect())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    impl Place {
        /// The latest instant it knows of.
        pub(in super::super) fn furthest(&self) -> Horizon {
            self.within.as_ref().map_or(&self.seen, |(to, _)| to).clone()
        }
    }

    /// Transactions that began in the order of their numbers and ended in another; each told one fact, under a number
    /// taken just before it ended. The horizons are those after each end.
    pub(in super::super) fn histories() -> impl Strategy<Value = (Vec<(i64, i64)>, Vec<Horizon>)> {
        proptest::collection::vec(0_usize..6, 1..40).prop_map(|choices| {
            let (mut begun, mut running, mut facts) = (1_i64, Vec::<i64>::new(), Vec::new());
            let mut horizons = vec![Horizon::new(1, Vec::new())];
            for (seq, choice) in choices.into_iter().enumerate() {
                while running.len() <= choice {
                    running.push(begun);
                    begun += 1;
                }
                let over = running.remove(choice);
                facts.push((over, i64::try_from(seq).unwrap()));
                // Above the newest that is over, what runs is not told apart from what has not begun.
                let next = facts.iter().map(|(xid, _)| xid + 1).max().unwrap();
                horizons
                    .push(Horizon::new(next, running.iter().copied().filter(|xid| *xid < next).collect()));
            }
            (facts, horizons)
        })
    }

    /// What is left to read of a window, in its order.
    pub(in super::super) fn unread(facts: &[(i64, i64)], window: &Window) -> Vec<(i64, i64)> {
        let unread = |(xid, seq): &&(i64, i64)| {
            !window.from.includes(*xid) && window.to.includes(*xid) && *seq > window.after
        };
        let mut facts: Vec<_> = facts.iter().filter(unread).copied().collect();
        facts.sort_by_key(|(_, seq)| *seq);
        facts
    }

    /// What a reader at `place` reads of the log to get to `until`, with the place after each.
    fn read(facts: &[(i64, i64)], place: &Place, until: &Horizon) -> Vec<((i64, i64), Place)> {
        let windows = place.windows(until).into_iter();
        windows
            .flat_map(|window| {
                unread(facts, &window).into_iter().map(move |fact| (fact, window.place(fact.1)))
            })
            .collect()
    }

    proptest! {
        #[test]
        fn cut_anywhere_everything_is_read_once_and_in_order(
            (facts, horizons) in histories(),
            cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..20),
        ) {
            let (mut place, mut seen) = (Place::at(horizons[0].clone()), Vec::new());
            for (horizon, cut) in cuts {
                // Servers are differently far; this reader was cut off from one and goes on at another.
                let batch = read(&facts, &place, horizon.get(&horizons));
                prop_assert!(batch.iter().all(|((xid, seq), _)| !place.has(*xid, *seq)));
                let kept = if batch.is_empty() { 0 } else { cut.index(batch.len()) + 1 };
                for (fact, after) in batch.into_iter().take(kept) {
                    prop_assert!(after.has(fact.0, fact.1));
                    seen.push(fact);
                    place = after;
                }
            }
            seen.extend(read(&facts, &place, horizons.last().unwrap()).into_iter().map(|(fact, _)| fact));
            // In the order in which they ended: any two may have waited for each other.
            prop_assert_eq!(seen, facts);
        }

        #[test]
        fn horizons_are_in_one_line((_, horizons) in histories()) {
            for pair in horizons.windows(2) {
                prop_assert!(pair[0].is_before(&pair[1]) && !pair[1].is_before(&pair[0]));
            }
        }

        #[test]
        fn a_place_survives_the_wire((_, horizons) in histories(), at: prop::sample::Index, seq: i64) {
            let horizon = at.get(&horizons).clone();
            let place = Place::within(horizon.clone(), horizons.last().unwrap().clone(), seq);
            for place in [place, Place::at(horizon)] {
                let json = serde_json::to_string(&place).unwrap();
                prop_assert_eq!(serde_json::from_str::<Place>(&json).unwrap(), place);
            }
        }
    }

    /// Why places are no plain numbers: the later of two that waited for each other may have begun first.
    #[test]
    fn by_numbers_of_transactions_alone_the_order_would_be_wrong() {
        // 1 and 2 begin; 2 gets the lock, tells its fact and ends; then 1 gets the lock. 3 runs on.
        let facts = [(2, 10), (1, 11)];
        let [before, after] = [Horizon::new(1, vec![]), Horizon::new(3, vec![])];
        let read = read(&facts, &Place::at(before), &after);
        assert_eq!(read.iter().map(|(fact, _)| *fact).collect::<Vec<_>>(), facts);
        let mut by_numbers = facts;
        by_numbers.sort_unstable();
        assert_ne!(by_numbers, facts);
    }
}
