//! How good rankings are: by held-out deals, or by own splits of the known ones.

use std::collections::HashMap;

use smilefactory_ai::eval::{Judgements, Report};
use smilefactory_ai::interaction::{HoldOutRule, Interactions, Model, Unfit, hold_out};

use crate::data::{Dataset, Deal};
use crate::rank::{Content, contenders, rank};

/// How deep the measures look.
pub const DEPTH: usize = 20;

/// What own splits hide: two in five deals of every investor with four or more.
pub fn split_rule(seed: u64) -> HoldOutRule {
    HoldOutRule { share: (2, 5), at_least: 4, seed }
}

/// The start-ups each investor is known to fund besides, by number; empty for who has none.
pub fn hidden_of(data: &Dataset, held_out: &[Deal]) -> Vec<Vec<usize>> {
    let investors: HashMap<&str, usize> =
        data.investors.iter().enumerate().map(|(i, name)| (name.as_str(), i)).collect();
    let startups: HashMap<&str, usize> =
        data.startups.iter().enumerate().map(|(i, startup)| (startup.id.as_str(), i)).collect();
    let mut hidden = vec![Vec::new(); data.investors.len()];
    for deal in held_out {
        let (investor, startup) =
            (investors.get(deal.investor.as_str()), startups.get(deal.startup.as_str()));
        if let (Some(row), Some(startup)) = (investor.and_then(|i| hidden.get_mut(*i)), startup) {
            row.push(*startup);
        }
    }
    hidden
}

/// Measures a model fitted to `deals` by what was hidden from it.
pub fn judge(model: &dyn Model, deals: &Interactions, hidden: &[Vec<usize>]) -> Report {
    let judged: Vec<_> = hidden
        .iter()
        .enumerate()
        .filter(|(_, hidden)| !hidden.is_empty())
        .map(|(investor, hidden)| {
            (rank(model, deals, investor), hidden.iter().copied().collect::<Judgements<usize>>())
        })
        .collect();
    Report::of(&judged, deals.items(), DEPTH)
}

/// The measures of every contender on one own split.
pub fn judge_split(
    deals: &Interactions,
    content: &Content,
    seed: u64,
) -> Result<Vec<(&'static str, Report)>, Unfit> {
    let split = hold_out(deals, split_rule(seed), |_| true);
    let contenders = contenders(&split.known, content)?;
    Ok(contenders
        .into_iter()
        .map(|(name, model)| (name, judge(model.as_ref(), &split.known, &split.hidden)))
        .collect())
}

/// Mean and standard deviation over splits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// Mean.
    pub mean: f64,
    /// Standard deviation between the splits (n − 1), 0 of a single one.
    pub deviation: f64,
}

impl Spread {
    /// Of these values; zero of none.
    pub fn of(values: &[f64]) -> Self {
        let count = |n: usize| u32::try_from(n).map_or(f64::from(u32::MAX), f64::from);
        if values.is_empty() {
            return Self { mean: 0.0, deviation: 0.0 };
        }
        let mean = values.iter().sum::<f64>() / count(values.len());
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Self { mean, deviation: (squares / count(values.len().saturating_sub(1).max(1))).sqrt() }
    }
}
