//! From aspects and signals to one score.

use smilefactory_core::recommendation::{Part, Reason, Score, Signal};

use super::candidate::{Member, Surroundings};
use super::compatibility;
use super::relation::Relation;

/// How much each signal counts when all are known. They need not add up to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// What both say.
    pub structured: f64,
    /// How alike their texts are.
    pub semantic: f64,
    /// Who acted on what.
    pub interaction: f64,
    /// Whom they know in common.
    pub graph: f64,
}

impl Weights {
    /// The weights for a relation. On real deals, who funded what told more than what was written (the measured
    /// table is in `docs/performance.md`); between peers the texts count more.
    pub const fn of(relation: Relation) -> Self {
        match relation {
            Relation::Funding => Self { structured: 0.45, semantic: 0.1, interaction: 0.4, graph: 0.05 },
            Relation::Peers => Self { structured: 0.35, semantic: 0.35, interaction: 0.15, graph: 0.15 },
            _ => Self { structured: 0.5, semantic: 0.2, interaction: 0.2, graph: 0.1 },
        }
    }
}

/// What there is to say of two people.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// How good the match is for both.
    pub score: Score,
    /// What the score is made of; the contributions add up to it.
    pub parts: Vec<Part>,
    /// What speaks for it, most important first.
    pub reasons: Vec<Reason>,
}

/// Judges a pair. The same score comes out whoever of them seeks, as far as both are surrounded alike.
///
/// `Err` names the requirement that is not met; the words are stable.
pub fn judge(
    seeker: &Member,
    candidate: &Member,
    around: &Surroundings,
    weights: Weights,
) -> Result<Verdict, &'static str> {
    if seeker.account == candidate.account {
        return Err("oneself");
    }
    if around.excluded.contains(&candidate.account) {
        return Err("excluded");
    }
    if candidate.capacity() == Some(0) {
        return Err("no_open_slot");
    }
    let mut aspects = compatibility::aspects(&seeker.profile, &candidate.profile)?;
    let known: f64 = aspects.iter().map(|aspect| aspect.weight).sum();
    let side = |value: fn(&super::aspect::Aspect) -> f64| -> f64 {
        aspects.iter().map(|aspect| aspect.weight * value(aspect)).sum::<f64>() / known
    };
    // The geometric mean: a match that is worth nothing to one side is worth nothing.
    let structured = (known > 0.0).then(|| (side(|a| a.first) * side(|a| a.second)).sqrt());
    let semantic = match (&seeker.embedding, &candidate.embedding) {
        // Texts that point away from each other have nothing to do with each other, which is the worst here.
        (Some(one), Some(other)) => one.cosine(other).ok().map(|cosine| f64::from(cosine).max(0.0)),
        _ => None,
    };
    let signals = [
        (Signal::Structured, weights.structured, structured),
        (Signal::Semantic, weights.semantic, semantic),
        (
            Signal::Interaction,
            weights.interaction,
            around.interaction.get(&candidate.account).map(|s| s.get()),
        ),
        (Signal::Graph, weights.graph, around.graph.get(&candidate.account).map(|s| s.get())),
    ];
    let total: f64 = signals.iter().filter(|(.., value)| value.is_some()).map(|(_, weight, _)| weight).sum();
    let parts: Vec<Part> = signals
        .into_iter()
        .filter_map(|(signal, weight, value)| {
            let (value, weight) = (Score::clamped(value?), if total > 0.0 { weight / total } else { 0.0 });
            Some(Part { signal, value, weight, contribution: weight * value.get() })
        })
        .collect();
    let score = Score::clamped(parts.iter().map(|part| part.contribution).sum());

    aspects.sort_by(|a, b| (b.weight * (b.first + b.second)).total_cmp(&(a.weight * (a.first + a.second))));
    let mut reasons: Vec<Reason> = aspects.into_iter().filter_map(|aspect| aspect.reason).collect();
    reasons.extend(parts.iter().filter_map(super::explain::of_part));
    Ok(Verdict { score, parts, reasons })
}
