//! Somebody's network: how large it is, how it grew, and how varied it is.

use chrono::NaiveDate;

use super::ConnectionKind;
use crate::answer::answer;
use crate::profile::ProfileKind;
use crate::recommendation::Score;

answer! {
    /// Connections of one kind.
    pub struct ConnectionsOfKind: Copy, Eq {
        /// The kind.
        kind: ConnectionKind,
        /// How many there are.
        connections: u32,
    }
}

answer! {
    /// Connections made in one month.
    pub struct NetworkMonth: Copy, Eq {
        /// The first day of the month, in UTC.
        month: NaiveDate,
        /// How many of the connections there are now were made in it.
        made: u32,
        /// How many of them there were at its end.
        connections: u32,
    }
}

answer! {
    /// People of one kind.
    pub struct PeopleOfKind: Copy, Eq {
        /// The kind.
        kind: ProfileKind,
        /// How many there are.
        people: u32,
    }
}

answer! {
    /// People who have something in common.
    pub struct PeopleWith: Eq {
        /// What: the name of an industry, or the code of a country.
        what: String,
        /// How many there are.
        people: u32,
    }
}

answer! {
    /// How varied a network is, by what its people show of themselves to the one whose network it is.
    ///
    /// A variety is 0 when all are alike and 1 when they could not be more different, for as many people and up to as
    /// many different ones as there are kinds, or ten.
    pub struct Diversity {
        /// How varied by kind.
        kinds: Score,
        /// How many of each kind, most first.
        people_of_kinds: Vec<PeopleOfKind>,
        /// How varied by industry.
        industries: Score,
        /// The ten industries that most people are in, most first.
        people_in_industries: Vec<PeopleWith>,
        /// How varied by country.
        countries: Score,
        /// The ten countries that most people are in, most first.
        people_in_countries: Vec<PeopleWith>,
    }
}

answer! {
    /// Somebody's own network.
    pub struct Network {
        /// How many connections there are.
        connections: u32,
        /// How many of them have more than half of all strength now.
        strong: u32,
        /// How many of each kind of connection, in the order of the kinds.
        kinds: Vec<ConnectionsOfKind>,
        /// The last twelve months, the oldest first. What was removed since is not counted.
        growth: Vec<NetworkMonth>,
        /// How varied it is.
        diversity: Diversity,
    }
}

/// How many kinds of people there are.
pub const MOST_KINDS: u32 = 8;
/// From so many different industries or countries on, a network is as varied as can be.
pub const MOST_LABELS: u32 = 10;

/// How varied something is of which there is so much of each sort, when there can be `most` sorts: the entropy of the
/// parts, as a part of the greatest that so many could have.
///
/// ```
/// use smilefactory_core::recommendation::Score;
/// use smilefactory_core::social::variety;
///
/// assert_eq!(variety(&[7], 8), Score::ZERO);
/// assert!(variety(&[1, 1, 1], 8).get() > 0.999);
/// assert!(variety(&[20, 1], 8) < variety(&[11, 10], 8));
/// ```
pub fn variety(counts: &[u32], most: u32) -> Score {
    let total = counts.iter().fold(0_u32, |total, count| total.saturating_add(*count));
    let sorts = total.min(most);
    if sorts < 2 {
        return Score::ZERO;
    }
    let part = |count: &u32| f64::from(*count) / f64::from(total);
    let entropy: f64 = counts.iter().map(part).filter(|part| *part > 0.0).map(|part| -part * part.ln()).sum();
    Score::clamped(entropy / f64::from(sorts).ln())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn variety_lies_between_0_and_1_and_does_not_depend_on_the_order(
            mut counts in proptest::collection::vec(0_u32..1_000, 0..20), most in 1_u32..12
        ) {
            let forwards = variety(&counts, most).get();
            prop_assert!((0.0..=1.0).contains(&forwards));
            counts.reverse();
            prop_assert!((variety(&counts, most).get() - forwards).abs() < 1e-12);
        }

        #[test]
        fn nothing_is_more_varied_than_equal_parts(counts in proptest::collection::vec(1_u32..100, 2..8)) {
            let sorts = u32::try_from(counts.len()).unwrap();
            let total = counts.iter().sum::<u32>();
            let equal = vec![total; counts.len()];
            prop_assert!(variety(&counts, sorts) <= variety(&equal, sorts));
            prop_assert!(variety(&equal, sorts).get() > 1.0 - 1e-9);
        }

        #[test]
        fn one_sort_alone_is_no_variety(count: u32, most: u32) {
            prop_assert_eq!(variety(&[count], most), Score::ZERO);
        }
    }
}
