//! Real start-ups and investors as people of a community.

use std::collections::BTreeMap;

use matchmaking::Startup;
use rust_decimal::Decimal;
use smilefactory_core::money::MoneyInput;
use smilefactory_core::profile::{
    BusinessInvestorInput, InnovatorInput, LocationInput, PortfolioEntryInput, ProfileInput,
};

use crate::cleaning::{Cleaning, Outcome};
use crate::data::{DEALS, Dataset, STARTUPS};
use crate::person::Person;

/// How many industries an investor is said to invest in: those most frequent among what they funded.
const INDUSTRIES: usize = 5;
/// The data are of full dollars; a round of less than this is one whose thousands or millions were forgotten.
const LEAST_ROUND: u64 = 1_000;

/// Country names, as the data write them, with their codes.
const COUNTRIES: [(&str, &str); 24] = [
    ("Argentina", "AR"),
    ("Australia", "AU"),
    ("Bahrain", "BH"),
    ("Belgium", "BE"),
    ("Brazil", "BR"),
    ("Canada", "CA"),
    ("China", "CN"),
    ("Czech Republic", "CZ"),
    ("Denmark", "DK"),
    ("France", "FR"),
    ("Germany", "DE"),
    ("Hong Kong", "HK"),
    ("India", "IN"),
    ("Ireland", "IE"),
    ("Israel", "IL"),
    ("Japan", "JP"),
    ("Netherlands", "NL"),
    ("Portugal", "PT"),
    ("Singapore", "SG"),
    ("Spain", "ES"),
    ("Sweden", "SE"),
    ("UK", "GB"),
    ("United Kingdom", "GB"),
    ("USA", "US"),
];

/// The founder of a start-up, or the start-up itself where no founder is known.
pub(crate) fn innovator(startup: &Startup, cleaning: &mut Cleaning) -> Person {
    let mut note = |outcome, reason: &'static str, text: &str| {
        cleaning.note((STARTUPS, Some(startup.line)), outcome, reason, text);
    };
    let name = text(Some(&startup.name), 120).unwrap_or_default();
    let founder = startup.founders.iter().find(|founder| !founder.trim().is_empty());
    if founder.is_none() {
        note(Outcome::Cleaned, "no founder: the company signs up in its own name", &name);
    }
    let (first_name, last_name) = person_name(founder.unwrap_or(&startup.name), "(start-up)", &mut note);

    let country = startup.country.as_deref().map(str::trim).unwrap_or_default();
    let code = COUNTRIES.iter().find(|(name, _)| *name == country).map(|(_, code)| *code);
    match (country, code) {
        ("", _) => note(Outcome::Kept, "no country: no location", &name),
        (country, None) => note(Outcome::Cleaned, "unknown country: no location", country),
        _ => {}
    }
    let location =
        code.map(|code| LocationInput { city: text(startup.city.as_deref(), 80), country: code.to_owned() });

    let description = text(Some(&startup.description), 2_000);
    if description.is_none() {
        note(Outcome::Kept, "no description", &name);
    }
    let industries = labels(&startup.categories);
    if industries.is_empty() {
        note(Outcome::Kept, "no category: no industry", &name);
    }
    let mut raised = Decimal::ZERO;
    for round in &startup.rounds_usd {
        if *round < LEAST_ROUND {
            note(Outcome::Cleaned, "a round of less than 1,000 USD: left out", &format!("{name}, {round}"));
        } else {
            raised += Decimal::from(*round);
        }
    }

    let since = [
        startup.batch.map(|batch| batch.to_string()),
        startup.founded.map(|year| format!("founded {year}")),
        text(startup.status.as_deref(), 20).map(|status| status.to_lowercase()),
    ];
    let headline: Vec<String> = [Some(name.clone())].into_iter().chain(since).flatten().collect();
    let details = InnovatorInput {
        industries,
        startup_name: Some(name.clone()),
        startup_description: description,
        funding_raised: (raised > Decimal::ZERO)
            .then(|| MoneyInput { amount: raised, currency: "USD".to_owned() }),
        ..InnovatorInput::default()
    };
    Person {
        email: format!("{}@yc.example", startup.id),
        first_name,
        last_name,
        bio: Some(match founder {
            Some(_) => format!("Founder of {name}."),
            None => format!("The start-up {name}."),
        }),
        profile: ProfileInput {
            headline: text(Some(&headline.join(", ")), 120),
            location,
            details: details.into(),
            ..ProfileInput::default()
        },
        ..Person::default()
    }
}

/// An investor, who is for what they funded so far.
pub(crate) fn investor(place: usize, name: &str, data: &Dataset, cleaning: &mut Cleaning) -> Person {
    let mut note = |outcome, reason: &'static str, text: &str| {
        cleaning.note((DEALS, None), outcome, reason, text);
    };
    let (first_name, last_name) = person_name(name, "(investor)", &mut note);
    let funded: Vec<&Startup> = data.funded(place).collect();
    let mut frequency = BTreeMap::<String, usize>::new();
    for label in funded.iter().flat_map(|startup| labels(&startup.categories)) {
        *frequency.entry(label).or_default() += 1;
    }
    let mut industries: Vec<(String, usize)> = frequency.into_iter().collect();
    industries.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let industries: Vec<String> = industries.into_iter().take(INDUSTRIES).map(|(label, _)| label).collect();
    if industries.is_empty() {
        note(Outcome::Kept, "nothing they funded has a category: no industry", name);
    }
    let portfolio = funded.iter().filter_map(|startup| {
        let company = text(Some(&startup.name), 120)?;
        Some(PortfolioEntryInput { company, ..PortfolioEntryInput::default() })
    });
    let details = BusinessInvestorInput {
        industries,
        portfolio: portfolio.collect(),
        ..BusinessInvestorInput::default()
    };
    Person {
        email: format!("investor-{}@yc.example", place + 1),
        first_name,
        last_name,
        bio: funded
            .first()
            .and_then(|first| text(Some(&first.name), 120))
            .map(|first| format!("An investor in {first}.")),
        profile: ProfileInput {
            headline: Some(format!("Invested in {}", counted(funded.len(), "start-up"))),
            details: details.into(),
            ..ProfileInput::default()
        },
        ..Person::default()
    }
}

/// `1 start-up`, `2 start-ups`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// The text on one line with single blanks, cut to so many characters; `None` when nothing is left.
fn text(raw: Option<&str>, most: usize) -> Option<String> {
    let visible: String = raw?.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(most).collect();
    let cut = cut.trim_end();
    (!cut.is_empty()).then(|| cut.to_owned())
}

/// Categories as labels, none twice.
fn labels(categories: &[String]) -> Vec<String> {
    let mut labels = Vec::new();
    for label in categories.iter().filter_map(|category| text(Some(category), 60)) {
        if !labels.contains(&label) && labels.len() < 30 {
            labels.push(label);
        }
    }
    labels
}

/// First and last name, of two characters at least; what has one word only gets `mark` in place of the last.
fn person_name(
    name: &str,
    mark: &str,
    note: &mut impl FnMut(Outcome, &'static str, &str),
) -> (String, String) {
    let whole = text(Some(name), 101).unwrap_or_default();
    let long_enough = |part: &str| part.chars().count() >= 2;
    let halves = whole.match_indices(' ').map(|(at, _)| whole.split_at(at));
    let halves = halves.map(|(first, last)| (first.trim(), last.trim()));
    let mut halves = halves.filter(|(first, last)| long_enough(first) && long_enough(last));
    let (first, last) = halves.next().unwrap_or_else(|| {
        note(Outcome::Cleaned, "a name of one word: a mark in place of the last name", &whole);
        (whole.as_str(), mark)
    });
    let (first_cut, last_cut) = (text(Some(first), 50), text(Some(last), 50));
    if first_cut.as_deref() != Some(first) || last_cut.as_deref() != Some(last) {
        note(Outcome::Cleaned, "a name of more than 50 characters: cut", &whole);
    }
    (first_cut.unwrap_or_default(), last_cut.unwrap_or_default())
}
