//! Start-ups and who invested in them, read from a folder and cleaned.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A start-up as far as its row can be believed.
#[derive(Clone, Debug, PartialEq)]
pub struct Startup {
    /// Where it stands in the file, counted from 1.
    pub line: usize,
    /// Unique in the folder.
    pub id: String,
    /// As it calls itself.
    pub name: String,
    /// `Operating`, `Exited` or `Dead` in the known data.
    pub status: Option<String>,
    /// Year of foundation.
    pub founded: Option<u16>,
    /// Programme it took part in.
    pub batch: Option<Batch>,
    /// Often empty.
    pub description: String,
    /// Each once, in the order given.
    pub categories: Vec<String>,
    /// Names of people.
    pub founders: Vec<String>,
    /// Money raised, in US dollars, a number a round.
    pub rounds_usd: Vec<u64>,
    /// Only the first when several are given.
    pub city: Option<String>,
    /// State or province; only the first when several are given.
    pub state: Option<String>,
    /// As written.
    pub country: Option<String>,
}

impl Startup {
    /// What it says of itself: description and categories, empty when there is neither.
    pub fn text(&self) -> String {
        let parts =
            std::iter::once(self.description.as_str()).chain(self.categories.iter().map(String::as_str));
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(". ")
    }
}

/// Half a year of an accelerator's programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Batch {
    /// Calendar year.
    pub year: u16,
    /// Which half.
    pub season: Season,
}

/// Half of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Season {
    /// January to March.
    Winter,
    /// June to August.
    Summer,
}

impl Batch {
    /// Half-years since the year 0: neighbouring batches are 1 apart.
    pub fn half_years(self) -> u32 {
        u32::from(self.year) * 2 + u32::from(self.season == Season::Summer)
    }

    fn parse(text: &str) -> Option<Self> {
        let (season, year) = text.trim().split_once(' ')?;
        let season = match season {
            "Winter" => Season::Winter,
            "Summer" => Season::Summer,
            _ => return None,
        };
        let year = year.trim().parse().ok().filter(|year| YEARS.contains(year))?;
        Some(Self { year, season })
    }
}

impl fmt::Display for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.season, self.year)
    }
}

/// An investor put money into a start-up.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Deal {
    /// Name as written.
    pub investor: String,
    /// Id of a [`Startup`].
    pub startup: String,
}

/// What was not taken over, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// Counted from 1.
    pub line: usize,
    /// Name of the file.
    pub file: String,
    /// Why.
    pub reason: Reason,
}

/// Why a row or a field of it was not taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The line is no JSON object of the expected shape.
    Malformed(String),
    /// A field a row cannot do without is missing or blank.
    Missing(&'static str),
    /// The same start-up or deal stands on an earlier line.
    Repeated,
    /// The deal names a start-up that is not among the start-ups.
    UnknownStartup(String),
    /// The deal to judge by is of an investor who is ranked for nothing.
    UnknownInvestor(String),
    /// The deal to judge by is known already, so no ranking holds it.
    AlreadyKnown,
    /// Only this field was left out: it cannot be true.
    Implausible(&'static str),
}

impl Reason {
    /// Whether only a field was left out and the row was kept.
    pub fn is_field(&self) -> bool {
        matches!(self, Self::Implausible(_))
    }

    /// The reason without names and positions, to count by.
    pub fn group(&self) -> String {
        match self {
            Self::Malformed(_) => "not an object of the expected shape".to_owned(),
            Self::UnknownStartup(_) => "names an unknown start-up".to_owned(),
            Self::UnknownInvestor(_) => "names an unknown investor".to_owned(),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(detail) => write!(f, "not an object of the expected shape: {detail}"),
            Self::Missing(field) => write!(f, "`{field}` is missing or blank"),
            Self::Repeated => write!(f, "stands on an earlier line already"),
            Self::UnknownStartup(id) => write!(f, "names the unknown start-up `{id}`"),
            Self::UnknownInvestor(name) => write!(f, "names the unknown investor `{name}`"),
            Self::AlreadyKnown => write!(f, "is among the known deals already"),
            Self::Implausible(field) => write!(f, "`{field}` cannot be true, left out (row kept)"),
        }
    }
}

/// A cleaned folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dataset {
    /// In the order of the file.
    pub startups: Vec<Startup>,
    /// In the order of the file, each once.
    pub deals: Vec<Deal>,
    /// Everybody named by `investments.jsonl`, sorted; also who is left without a deal.
    pub investors: Vec<String>,
    /// What was left out, by file and line.
    pub skipped: Vec<Skipped>,
}

/// A folder cannot be used at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// A file is missing or cannot be read.
    #[error("cannot read {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Not one row of a file is usable.
    #[error("{} has no usable row{}", path.display(), first.as_ref().map(|s| format!("; line {}: {}", s.line, s.reason)).unwrap_or_default())]
    Nothing {
        /// Which.
        path: PathBuf,
        /// What was wrong with the first row.
        first: Option<Box<Skipped>>,
    },
}

/// Years a start-up of our time can have.
const YEARS: std::ops::RangeInclusive<u16> = 1990..=2100;

/// Reads `startups.jsonl` and `investments.jsonl` of a folder. Rows that cannot be used are left out and told in
/// [`Dataset::skipped`]; only a file that cannot be read, or has nothing to use, is an error.
pub fn load(folder: &Path) -> Result<Dataset, DataError> {
    let mut data = Dataset::default();
    let path = folder.join("startups.jsonl");
    let mut seen = HashSet::new();
    for (line, row) in rows::<RawStartup>(&path)? {
        let file = file_name(&path);
        let mut skip = |reason| data.skipped.push(Skipped { line, file: file.clone(), reason });
        match row.and_then(|row| row.clean(line, &mut skip)) {
            Ok(startup) if seen.insert(startup.id.clone()) => data.startups.push(startup),
            Ok(_) => skip(Reason::Repeated),
            Err(reason) => skip(reason),
        }
    }
    if data.startups.is_empty() {
        let first = data.skipped.into_iter().next().map(Box::new);
        return Err(DataError::Nothing { path, first });
    }

    let path = folder.join("investments.jsonl");
    let read = read_deals(&path, &data.startups)?;
    if read.deals.is_empty() {
        let first = read.skipped.into_iter().next().map(Box::new);
        return Err(DataError::Nothing { path, first });
    }
    data.deals = read.deals;
    data.investors = read.investors.into_iter().collect();
    data.skipped.extend(read.skipped);
    Ok(data)
}

/// Reads held-out deals to judge rankings of `data` by. Those that no ranking of it can hold are left out and told.
pub fn load_judgements(path: &Path, data: &Dataset) -> Result<(Vec<Deal>, Vec<Skipped>), DataError> {
    let mut read = read_deals(path, &data.startups)?;
    let known: HashSet<&Deal> = data.deals.iter().collect();
    let investors: HashSet<&String> = data.investors.iter().collect();
    let mut usable = Vec::new();
    for (deal, line) in read.deals.into_iter().zip(read.lines) {
        let reason = if !investors.contains(&deal.investor) {
            Reason::UnknownInvestor(deal.investor.clone())
        } else if known.contains(&deal) {
            Reason::AlreadyKnown
        } else {
            usable.push(deal);
            continue;
        };
        read.skipped.push(Skipped { line, file: file_name(path), reason });
    }
    read.skipped.sort_by_key(|skipped| skipped.line);
    if usable.is_empty() {
        let first = read.skipped.into_iter().next().map(Box::new);
        return Err(DataError::Nothing { path: path.to_owned(), first });
    }
    Ok((usable, read.skipped))
}

#[derive(Default)]
struct ReadDeals {
    deals: Vec<Deal>,
    /// Where each deal stands.
    lines: Vec<usize>,
    investors: BTreeSet<String>,
    skipped: Vec<Skipped>,
}

fn read_deals(path: &Path, startups: &[Startup]) -> Result<ReadDeals, DataError> {
    let ids: HashSet<&str> = startups.iter().map(|startup| startup.id.as_str()).collect();
    let mut read = ReadDeals::default();
    let mut seen = HashSet::new();
    for (line, row) in rows::<RawDeal>(path)? {
        let deal = row.and_then(RawDeal::clean);
        if let Ok(deal) = &deal {
            read.investors.insert(deal.investor.clone());
        }
        let reason = match deal {
            Ok(deal) if !ids.contains(deal.startup.as_str()) => Reason::UnknownStartup(deal.startup),
            Ok(deal) if !seen.insert(deal.clone()) => Reason::Repeated,
            Ok(deal) => {
                read.deals.push(deal);
                read.lines.push(line);
                continue;
            }
            Err(reason) => reason,
        };
        read.skipped.push(Skipped { line, file: file_name(path), reason });
    }
    Ok(read)
}

/// A line's number, and its row if it is one.
type Row<T> = (usize, Result<T, Reason>);

/// Every line that is not blank.
fn rows<T: DeserializeOwned>(path: &Path) -> Result<Vec<Row<T>>, DataError> {
    let bytes =
        std::fs::read(path).map_err(|source| DataError::Unreadable { path: path.to_owned(), source })?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    let filled = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
    Ok(filled
        .map(|(index, line)| {
            (index + 1, serde_json::from_slice(line).map_err(|error| Reason::Malformed(error.to_string())))
        })
        .collect())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[derive(Deserialize)]
struct RawStartup {
    id: Option<String>,
    name: Option<String>,
    status: Option<String>,
    founded: Option<i64>,
    batch: Option<String>,
    description: Option<String>,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default)]
    founders: Vec<String>,
    #[serde(default)]
    rounds_usd: Vec<serde_json::Number>,
    city: Option<String>,
    state: Option<String>,
    country: Option<String>,
}

impl RawStartup {
    fn clean(self, line: usize, skip: &mut impl FnMut(Reason)) -> Result<Startup, Reason> {
        let id = filled(self.id).ok_or(Reason::Missing("id"))?;
        let name = filled(self.name).ok_or(Reason::Missing("name"))?;
        let batch = filled(self.batch).and_then(|text| {
            let batch = Batch::parse(&text);
            if batch.is_none() {
                skip(Reason::Implausible("batch"));
            }
            batch
        });
        let founded = self.founded.and_then(|year| {
            let year = u16::try_from(year).ok().filter(|year| YEARS.contains(year));
            // Nobody takes part before being there; the year after is a matter of papers.
            let plausible = year.filter(|year| batch.is_none_or(|batch| *year <= batch.year + 1));
            if plausible.is_none() {
                skip(Reason::Implausible("founded"));
            }
            plausible
        });
        let rounds_usd: Vec<u64> = self.rounds_usd.iter().filter_map(serde_json::Number::as_u64).collect();
        if rounds_usd.len() < self.rounds_usd.len() {
            skip(Reason::Implausible("rounds_usd"));
        }
        Ok(Startup {
            line,
            id,
            name,
            status: filled(self.status),
            founded,
            batch,
            description: filled(self.description).unwrap_or_default(),
            categories: each_once(self.categories),
            founders: each_once(self.founders),
            rounds_usd,
            city: first_of(self.city),
            state: first_of(self.state),
            country: filled(self.country),
        })
    }
}

#[derive(Deserialize)]
struct RawDeal {
    investor: Option<String>,
    startup: Option<String>,
}

impl RawDeal {
    /// The investor's name stays as written, because rankings are asked for by it.
    fn clean(self) -> Result<Deal, Reason> {
        let investor =
            self.investor.filter(|name| !name.trim().is_empty()).ok_or(Reason::Missing("investor"))?;
        let startup = filled(self.startup).ok_or(Reason::Missing("startup"))?;
        Ok(Deal { investor, startup })
    }
}

/// Trimmed, and nothing when nothing is left.
fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// `"San Francisco, New York City"` is two places: the first.
fn first_of(text: Option<String>) -> Option<String> {
    filled(text.and_then(|text| text.split(',').next().map(str::to_owned)))
}

fn each_once(texts: Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts.into_iter().filter_map(|text| filled(Some(text))).filter(|text| seen.insert(text.clone())).collect()
}
