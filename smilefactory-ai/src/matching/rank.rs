//! From many candidates to the few that are shown: the best, not all alike, and not always the same people.

use smilefactory_core::profile::ProfileKind;
use smilefactory_core::recommendation::{Match, NextStep};

use super::candidate::{Member, Surroundings};
use super::relation::Relation;
use super::score::{Weights, judge};

/// How a ranking is made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// At most how many matches.
    pub limit: usize,
    /// How much variety counts against score, 0 to 1: at 0 the best come first and nothing else counts.
    pub variety: f64,
    /// Matches below this score are left out.
    pub least: f64,
    /// To how many seekers somebody with a limited number of places is shown for each open place, before others
    /// come first.
    pub shown_per_place: u32,
    /// Only people of this kind.
    pub kind: Option<ProfileKind>,
    /// Other weights than those of the relation.
    pub weights: Option<Weights>,
}

impl Default for Options {
    fn default() -> Self {
        Self { limit: 20, variety: 0.2, least: 0.05, shown_per_place: 10, kind: None, weights: None }
    }
}

impl Options {
    /// At most this many matches.
    #[must_use]
    pub const fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Only people of this kind.
    #[must_use]
    pub const fn of_kind(mut self, kind: ProfileKind) -> Self {
        self.kind = Some(kind);
        self
    }
}

/// The matches of a seeker, in the order they should be shown. The same input gives the same ranking, whatever
/// the order of the candidates.
///
/// Whoever fails a requirement is not in it. Somebody whose few places were shown to many already comes after
/// all others. Among near equals, whoever is least like those above comes first.
pub fn rank(seeker: &Member, candidates: &[Member], around: &Surroundings, options: &Options) -> Vec<Match> {
    let mut ranked: Vec<(Match, &Member)> = candidates
        .iter()
        .filter(|candidate| options.kind.is_none_or(|kind| candidate.profile.kind() == kind))
        .filter_map(|candidate| {
            let relation = Relation::between(seeker.profile.kind(), candidate.profile.kind());
            let weights = options.weights.unwrap_or_else(|| Weights::of(relation));
            let verdict = judge(seeker, candidate, around, weights).ok()?;
            (verdict.score.get() >= options.least).then(|| {
                let found = Match {
                    seeker: seeker.account,
                    candidate: candidate.account,
                    score: verdict.score,
                    next_step: next_step(seeker, relation, &verdict.parts),
                    parts: verdict.parts,
                    reasons: verdict.reasons,
                };
                (found, candidate)
            })
        })
        .collect();
    ranked.sort_by(|(a, _), (b, _)| {
        b.score.get().total_cmp(&a.score.get()).then_with(|| a.candidate.cmp(&b.candidate))
    });
    let (fresh, worn): (Vec<_>, Vec<_>) =
        ranked.into_iter().partition(|(_, candidate)| !is_worn(candidate, around, options));
    let mut shown = varied(fresh, options);
    let room = options.limit.saturating_sub(shown.len());
    shown.extend(worn.into_iter().take(room).map(|(found, _)| found));
    shown
}

/// Whether somebody's places were shown to as many as they can bear.
fn is_worn(candidate: &Member, around: &Surroundings, options: &Options) -> bool {
    let shown = around.shown.get(&candidate.account).copied().unwrap_or(0);
    candidate.capacity().is_some_and(|places| shown >= places.saturating_mul(options.shown_per_place))
}

/// Takes, again and again, the match whose score, less how much it is like one taken already, is highest.
fn varied(mut ranked: Vec<(Match, &Member)>, options: &Options) -> Vec<Match> {
    // Beyond this many, likeness cannot lift anybody into the part that is shown.
    ranked.truncate(options.limit.saturating_mul(5).max(100));
    let mut likeness = vec![0.0_f64; ranked.len()];
    let mut taken: Vec<Match> = Vec::new();
    while taken.len() < options.limit && !ranked.is_empty() {
        let worth = |n: usize| -> f64 {
            let score = ranked.get(n).map_or(0.0, |(found, _)| found.score.get());
            (1.0 - options.variety) * score
                - options.variety * score * likeness.get(n).copied().unwrap_or(0.0)
        };
        // The first of equals: the order of scores and ids.
        let best =
            (0..ranked.len()).reduce(|best, n| if worth(n) > worth(best) { n } else { best }).unwrap_or(0);
        let (found, member) = ranked.remove(best);
        likeness.remove(best);
        for ((_, other), likeness) in ranked.iter().zip(&mut likeness) {
            *likeness = likeness.max(alike(member, other));
        }
        taken.push(found);
    }
    taken
}

/// How much alike two candidates are, 0 to 1; 0 when nothing is known.
fn alike(a: &Member, b: &Member) -> f64 {
    match (&a.embedding, &b.embedding) {
        (Some(a), Some(b)) => a.cosine(b).map_or(0.0, |cosine| f64::from(cosine).max(0.0)),
        _ => 0.0,
    }
}

/// What to do about it; somebody of whom too little is known should tell more first.
fn next_step(
    seeker: &Member,
    relation: Relation,
    parts: &[smilefactory_core::recommendation::Part],
) -> NextStep {
    let structured = smilefactory_core::recommendation::Signal::Structured;
    if parts.iter().any(|part| part.signal == structured) {
        relation.next_step(seeker.profile.kind())
    } else {
        NextStep::CompleteProfile
    }
}
