//! Which start-ups an investor should see first, from who invested in what and what start-ups are.

use std::collections::HashMap;

use smilefactory_ai::embed::EmbedError;
use smilefactory_ai::embed::hashed::HashedEmbedder;
use smilefactory_ai::interaction::{
    ActorNeighbours, Als, AlsSettings, Blend, Ease, Interactions, ItemLikeness, ItemNeighbours,
    KindredActors, LearnSettings, Model, OutOfRange, Popularity, Prior, Similarity, Unfit, learn_blend, top,
};

use crate::data::{Dataset, Startup};

/// Deals as a matrix of investors and start-ups, in the order of [`Dataset::investors`] and [`Dataset::startups`].
pub fn matrix(data: &Dataset) -> Result<Interactions, OutOfRange> {
    let investors: HashMap<&str, usize> = numbered(data.investors.iter().map(String::as_str));
    let startups: HashMap<&str, usize> = numbered(data.startups.iter().map(|startup| startup.id.as_str()));
    let pairs = data.deals.iter().filter_map(|deal| {
        Some((*investors.get(deal.investor.as_str())?, *startups.get(deal.startup.as_str())?))
    });
    Interactions::new(investors.len(), startups.len(), pairs)
}

fn numbered<'a>(names: impl Iterator<Item = &'a str>) -> HashMap<&'a str, usize> {
    names.enumerate().map(|(number, name)| (name, number)).collect()
}

/// What is known of the start-ups themselves, worked out once for all models.
#[derive(Clone, Debug)]
pub struct Content {
    era: ItemLikeness,
    same_time: ItemLikeness,
    years_apart: ItemLikeness,
    text: ItemLikeness,
    country: ItemLikeness,
    raised: ItemLikeness,
    raised_in_all: Prior,
    largest_round: Prior,
    home: Prior,
}

impl Content {
    /// Compares every start-up with every other.
    pub fn of(startups: &[Startup]) -> Result<Self, EmbedError> {
        let embedder = HashedEmbedder::default();
        let texts = startups.iter().map(Startup::text);
        let vectors = texts
            .map(|text| if text.is_empty() { Ok(None) } else { embedder.embed_one(&text).map(Some) })
            .collect::<Result<Vec<_>, _>>()?;
        let batches: Vec<Option<f64>> =
            startups.iter().map(|s| s.batch.map(|batch| f64::from(batch.half_years()))).collect();
        let countries: Vec<Option<&str>> = startups.iter().map(|s| s.country.as_deref()).collect();
        let raised: Vec<f64> = startups.iter().map(|s| magnitude(s.rounds_usd.iter().sum())).collect();
        let largest = startups.iter().map(|s| magnitude(s.rounds_usd.iter().copied().max().unwrap_or(0)));
        let home = commonest(countries.iter().copied().flatten());

        let n = startups.len();
        let apart = |i: usize, j: usize| Some((at(&batches, i)? - at(&batches, j)?).abs());
        Ok(Self {
            era: ItemLikeness::new(n, |i, j| apart(i, j).map_or(0.0, |d| (-d / 4.0).exp())),
            same_time: ItemLikeness::new(n, |i, j| apart(i, j).map_or(0.0, |d| (-d / 2.0).exp())),
            years_apart: ItemLikeness::new(n, |i, j| apart(i, j).map_or(0.0, |d| -d)),
            text: ItemLikeness::new(n, |i, j| {
                let pair =
                    vectors.get(i).and_then(Option::as_ref).zip(vectors.get(j).and_then(Option::as_ref));
                pair.and_then(|(a, b)| a.cosine(b).ok()).map_or(0.0, |cosine| f64::from(cosine.max(0.0)))
            }),
            country: ItemLikeness::new(n, |i, j| {
                let same = at(&countries, i).is_some() && at(&countries, i) == at(&countries, j);
                if same { 1.0 } else { 0.0 }
            }),
            raised: ItemLikeness::new(n, |i, j| {
                let pair = raised.get(i).zip(raised.get(j)).filter(|(a, b)| **a > 0.0 && **b > 0.0);
                pair.map_or(0.0, |(a, b)| (-(a - b).abs()).exp())
            }),
            raised_in_all: Prior::new(raised.clone()),
            largest_round: Prior::new(largest.collect()),
            home: Prior::new(
                countries.iter().map(|c| if c.is_some() && *c == home { 1.0 } else { 0.0 }).collect(),
            ),
        })
    }
}

/// Orders of magnitude of a sum of money: 0 of nothing, 6 of a million.
fn magnitude(usd: u64) -> f64 {
    // Money beyond 4 billion dollars in thousands: no order of magnitude depends on the last digits.
    let dollars = u32::try_from(usd).map_or_else(|_| thousands(usd) * 1_000.0, f64::from);
    (1.0 + dollars).log10()
}

fn thousands(usd: u64) -> f64 {
    u32::try_from(usd / 1_000).map_or(f64::from(u32::MAX), f64::from)
}

fn at<T: Copy>(values: &[Option<T>], i: usize) -> Option<T> {
    values.get(i).copied().flatten()
}

/// The value that occurs most, the first by name of equals.
fn commonest<'a>(values: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    counts.into_iter().max_by(|(a, n), (b, m)| n.cmp(m).then(b.cmp(a))).map(|(value, _)| value)
}

/// Names of the signals of `parts`, in their order.
pub const SIGNALS: [&str; 12] = [
    "popularity",
    "co-investors' deals",
    "regression on other deals",
    "investors of the same era",
    "batch near own deals",
    "half-years from own deals",
    "text like own deals",
    "country of own deals",
    "sums like own deals",
    "raised in all",
    "largest round",
    "in the home country",
];

/// The signals of the blend, fitted to these deals.
fn parts(deals: &Interactions, content: &Content) -> Result<Vec<Box<dyn Model>>, Unfit> {
    Ok(vec![
        Box::new(Popularity::fit(deals)),
        Box::new(ActorNeighbours::fit(deals, Similarity { normalisation: 0.5, shrinkage: 5.0 })),
        Box::new(Ease::fit(deals, 10.0)?),
        Box::new(KindredActors::fit(deals, content.same_time.clone(), 4)),
        Box::new(content.era.clone()),
        Box::new(content.years_apart.clone()),
        Box::new(content.text.clone()),
        Box::new(content.country.clone()),
        Box::new(content.raised.clone()),
        Box::new(content.raised_in_all.clone()),
        Box::new(content.largest_round.clone()),
        Box::new(content.home.clone()),
    ])
}

/// The blend the rankings are made by: its weights are learned from the deals themselves.
pub fn blend(deals: &Interactions, content: &Content) -> Result<Blend, Unfit> {
    learn_blend(deals, LearnSettings::default(), |deals| parts(deals, content))
}

/// A model and its name.
pub type Contender = (&'static str, Box<dyn Model>);

/// The blend and the simple models it has to beat, by name.
pub fn contenders(deals: &Interactions, content: &Content) -> Result<Vec<Contender>, Unfit> {
    Ok(vec![
        ("popularity", Box::new(Popularity::fit(deals))),
        ("texts", Box::new(content.text.clone())),
        (
            "item neighbours",
            Box::new(ItemNeighbours::fit(deals, Similarity { normalisation: 0.3, shrinkage: 5.0 })),
        ),
        ("investor neighbours", Box::new(ActorNeighbours::fit(deals, Similarity::default()))),
        ("ALS", Box::new(Als::fit(deals, AlsSettings::default())?)),
        ("EASE", Box::new(Ease::fit(deals, 10.0)?)),
        ("learned blend", Box::new(blend(deals, content)?)),
    ])
}

/// All start-ups that an investor has not funded, by number, best first; equal ones in the order of the file.
pub fn rank(model: &dyn Model, deals: &Interactions, investor: usize) -> Vec<usize> {
    top(model, deals.items_of(investor), deals.items())
}
