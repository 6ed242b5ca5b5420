//! What is done, step by step.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use smilefactory_ai::embed::hashed::HashedEmbedder;
use smilefactory_ai::interaction::Interactions;
use smilefactory_ai::matching::{Options as Ranking, Surroundings};
use smilefactory_ai::pipeline::{Indexer, Matchmaker, READER};
use smilefactory_core::content::CategoryNode;
use smilefactory_core::id::AccountId;
use smilefactory_core::profile::ProfileKind;
use smilefactory_core::scope::Scope;
use smilefactory_store::config::Database;
use smilefactory_store::outbox::Relay;
use smilefactory_store::prelude::*;

use crate::cleaning::{Cleaning, Outcome};
use crate::cli::Options;
use crate::community::{self, Joined, Login, Passwords};
use crate::data::{DEALS, Dataset, STARTUPS};
use crate::deals::Side;
use crate::person::Newcomer;
use crate::steps::{Step, Steps};
use crate::talk::{self, Talk};
use crate::topics::{self, Topics};
use crate::{Error, fiction, memory, real, show};

/// For whom of the made-up people matches are printed.
const SEEKERS: [ProfileKind; 5] = [
    ProfileKind::Innovator,
    ProfileKind::BusinessInvestor,
    ProfileKind::Mentor,
    ProfileKind::AcademicResearcher,
    ProfileKind::ServiceProvider,
];
/// Which of the made-up people one can log in as.
const LOG_IN: [ProfileKind; 3] = [ProfileKind::Innovator, ProfileKind::BusinessInvestor, ProfileKind::Mentor];

/// Everybody who is to join, and what is known of them besides.
struct Cast {
    name: &'static str,
    newcomers: Vec<Newcomer>,
    /// Who gets a password, by their places.
    log_in: Vec<usize>,
    /// For whom matches are printed, by their places, and of which kind those shall be.
    seekers: Vec<(usize, Option<ProfileKind>)>,
    deals: Option<Deals>,
    cleaning: Cleaning,
}

/// The deals among people, who are numbered as they stand in the data.
struct Deals {
    data: Dataset,
    /// The places of start-ups and of investors in the list of newcomers; `None` for who was skipped.
    startups: Vec<Option<usize>>,
    investors: Vec<Option<usize>>,
}

pub(crate) async fn run(options: &Options) -> Result<(), Error> {
    let mut steps = Steps::default();
    let cast = match &options.data {
        Some(folder) => {
            let step = Step::begin("read the data", 0);
            let cast = read(folder)?;
            steps.end(&step);
            cast
        }
        None => make_up(options.people)?,
    };

    let step = Step::begin("open the database", 0);
    let database = match &options.keep {
        Some(folder) => Database::EmbeddedFolder(folder.clone()),
        None => Database::EmbeddedTemporary,
    };
    let store = Store::open(&Config::builder().database(database).build()?).await?;
    let scope = community::join(&store, cast.name).await?;
    steps.end(&step);

    let done = fill_and_match(options, &store, &scope, cast, &mut steps).await;
    store.close().await;
    done
}

/// Made-up people.
fn make_up(count: u16) -> Result<Cast, Error> {
    let people = fiction::people(count);
    let first_of =
        |kind: &ProfileKind| people.iter().position(|person| person.profile.details.kind() == Some(*kind));
    let log_in = LOG_IN.iter().filter_map(first_of).collect();
    let seekers = SEEKERS.iter().filter_map(first_of).map(|place| (place, None)).collect();
    let newcomers = people.into_iter().map(|person| person.check(PLACEHOLDER)).collect::<Result<_, _>>()?;
    Ok(Cast { name: "Quickstart", newcomers, log_in, seekers, deals: None, cleaning: Cleaning::default() })
}

/// Real start-ups and investors.
fn read(folder: &Path) -> Result<Cast, Error> {
    let mut cleaning = Cleaning::default();
    let data = Dataset::read(folder, &mut cleaning)?;
    let mut newcomers = Vec::new();
    let (mut startups, mut investors) = (Vec::new(), Vec::new());
    for startup in &data.startups {
        let person = real::innovator(startup, &mut cleaning).check(PLACEHOLDER);
        let checked = person.map_err(|violations| {
            cleaning.note(
                (STARTUPS, Some(startup.line)),
                Outcome::Skipped,
                violations.to_string(),
                &startup.name,
            );
        });
        startups.push(checked.is_ok().then_some(newcomers.len()));
        newcomers.extend(checked);
    }
    for (place, name) in data.investors.iter().enumerate() {
        let person = real::investor(place, name, &data, &mut cleaning).check(PLACEHOLDER);
        let checked = person.map_err(|violations| {
            cleaning.note((DEALS, None), Outcome::Skipped, violations.to_string(), name);
        });
        investors.push(checked.is_ok().then_some(newcomers.len()));
        newcomers.extend(checked);
    }
    // The investors with the most deals, and the start-up with the most investors: of them most is known.
    let mut active: Vec<_> = (0..investors.len()).collect();
    active.sort_by_key(|investor| std::cmp::Reverse(data.deals.items_of(*investor).len()));
    let active = active.into_iter().filter_map(|investor| *investors.get(investor)?);
    let mut seekers: Vec<_> = active.map(|place| (place, Some(ProfileKind::Innovator))).take(2).collect();
    let investors_of = |startup: &usize| data.deals.actors_of(*startup).len();
    // The first of equals.
    let sought =
        (0..startups.len()).rev().max_by_key(investors_of).and_then(|startup| *startups.get(startup)?);
    seekers.extend(sought.map(|place| (place, Some(ProfileKind::BusinessInvestor))));
    let log_in = seekers.iter().map(|(place, _)| *place).collect();
    let deals = Some(Deals { data, startups, investors });
    Ok(Cast { name: "Start-ups and investors", newcomers, log_in, seekers, deals, cleaning })
}

/// Fills the password's place in the form of those who are checked; the password itself is drawn later, and only
/// its hash is stored.
const PLACEHOLDER: &str = "drawn at random later";

async fn fill_and_match(
    options: &Options,
    store: &Store,
    scope: &Scope,
    cast: Cast,
    steps: &mut Steps,
) -> Result<(), Error> {
    let Cast { newcomers, log_in, seekers, deals, cleaning, .. } = cast;

    let step = Step::begin("hash passwords", 0);
    // Nobody logs in to a database that vanishes with this process.
    let log_in = if options.keep.is_some() { log_in } else { Vec::new() };
    let passwords = Passwords::hash(store, log_in.len()).await?;
    steps.end(&step);

    let step = Step::begin("people join and post", newcomers.len());
    let names: Vec<String> = newcomers.iter().map(name_and_headline).collect();
    let topics = Topics::make(store, scope).await?;
    let (joined, logins) =
        community::welcome(store, scope, newcomers, (&log_in, &passwords), &topics, &step).await?;
    steps.end(&step);

    // Of real people it is not known who knows whom.
    let connections = if deals.is_none() {
        let step = Step::begin("some get to know each other", 0);
        let connections = community::connect(store, scope, &joined).await?;
        steps.end(&step);
        connections
    } else {
        0
    };

    let told = joined.iter().map(|joined| joined.facts).sum::<usize>() + connections;
    let step = Step::begin("embed their texts", told);
    let embedder = Arc::new(HashedEmbedder::default());
    let relay = Relay::new(store.clone(), READER, Indexer::new(embedder.clone()));
    let mut facts = 0;
    loop {
        let turn = relay.turn().await?;
        if turn.is_idle() {
            break;
        }
        if turn.parked > 0 {
            return Err("a text could not be embedded; the reason is kept in the outbox".into());
        }
        facts += turn.handled;
        step.advance(turn.handled.into());
    }
    steps.end(&step);

    let step = Step::begin("find matches", seekers.len());
    let sides = deals.as_ref().map(|deals| deals.sides(&joined)).transpose()?;
    let matchmaker = Matchmaker::new(embedder.as_ref());
    let mut found = Vec::new();
    for (place, kind) in &seekers {
        let Some(seeker) = joined.get(*place) else { continue };
        let around = sides.as_ref().map_or_else(Surroundings::default, |sides| sides.around(*place));
        let mut ranking = Ranking::default().limit(options.matches.into());
        ranking.kind = *kind;
        let mut tx = store.read(scope).await?;
        let matches = matchmaker.matches_amid(&mut tx, seeker.account, around, &ranking).await?;
        found.push((*place, matches.unwrap_or_default()));
        step.advance(1);
    }
    steps.end(&step);
    drop(step);

    let step = Step::begin("comment, react, search", 0);
    let talk = talk::talk(store, scope, &joined).await?;
    let hits = talk::search(store, scope).await?;
    let topics = topics::list(store, scope).await?;
    let reader = seekers.first().and_then(|(place, _)| Some((joined.get(*place)?, names.get(*place)?)));
    let news = match reader {
        Some((reader, name)) => Some((name, talk::news(store, scope, reader.account).await?)),
        None => None,
    };
    steps.end(&step);
    drop(step);

    for (place, matches) in &found {
        let (Some(seeker), Some(name)) = (joined.get(*place), names.get(*place)) else { continue };
        say(&format!(
            "Matches for {name} ({}):\n{}\n",
            show::words(seeker.kind.as_str()),
            show::matches(matches)
        ))?;
    }
    if let Some(talk) = &talk {
        let title = talk.post.post.draft.title.as_ref().map_or("a post", AsRef::as_ref);
        let reactions = talk.post.engagement.reactions.total();
        say(&format!("Below “{title}”, to which {reactions} people reacted:\n{}\n", show::threads(talk)))?;
        say(&format!("“{}” is found in:\n{}\n", talk::WORDS, show::hits(&hits)))?;
    }
    if let Some((name, news)) = news.filter(|(_, news)| !news.is_empty()) {
        say(&format!("What is new for {name}:\n{}\n", show::news(&news)))?;
    }
    if let Some(deals) = &deals {
        let lines = deals.data.deal_lines;
        let count = deals.data.deals.len();
        say(&format!(
            "{count} of {lines} deals were loaded. What had to be skipped, cleaned or left empty:"
        ))?;
        say(&show::cleaning(&cleaning))?;
        say("")?;
    }
    let made = made(&joined, (facts, connections), &topics, talk.as_ref(), deals.as_ref());
    say(&show::summary(&made, steps, memory::peak_mib()))?;
    say(&next(options, &logins))?;
    Ok(())
}

impl Deals {
    /// What the deals tell of each side.
    fn sides(&self, joined: &[Joined]) -> Result<Sides<'_>, Error> {
        let accounts = |places: &[Option<usize>]| -> Vec<Option<AccountId>> {
            places.iter().map(|place| Some(joined.get((*place)?)?.account)).collect()
        };
        let deals = &self.data.deals;
        let turned = deals.pairs().map(|(investor, startup)| (startup, investor));
        let turned = Interactions::new(deals.items(), deals.actors(), turned)?;
        Ok(Sides {
            deals: self,
            startups: Side::learn(turned, accounts(&self.investors)),
            investors: Side::learn(deals.clone(), accounts(&self.startups)),
        })
    }
}

/// What the deals tell of investors, and of start-ups.
struct Sides<'a> {
    deals: &'a Deals,
    startups: Side,
    investors: Side,
}

impl Sides<'_> {
    /// What is known around whoever stands at this place in the list of newcomers.
    fn around(&self, place: usize) -> Surroundings {
        let number = |places: &[Option<usize>]| places.iter().position(|other| *other == Some(place));
        match (number(&self.deals.investors), number(&self.deals.startups)) {
            (Some(investor), _) => self.investors.around(investor),
            (None, Some(startup)) => self.startups.around(startup),
            (None, None) => Surroundings::default(),
        }
    }
}

fn name_and_headline(newcomer: &Newcomer) -> String {
    let Newcomer { settings, content, .. } = newcomer;
    let headline = content.headline.as_ref().map(|headline| format!(", {headline}"));
    format!("{} {}{}", settings.first_name, settings.last_name, headline.unwrap_or_default())
}

/// What was made, with how much of it.
fn made(
    joined: &[Joined],
    (facts, connections): (u32, usize),
    topics: &[CategoryNode],
    talk: Option<&Talk>,
    deals: Option<&Deals>,
) -> Vec<(String, String)> {
    let mut made = show::by_kind(&joined.iter().map(|joined| joined.kind).collect::<Vec<_>>());
    let mut add = |what: &str, count: usize| made.push((what.to_owned(), count.to_string()));
    add("all profiles", joined.len());
    add(
        "drafts among them: too little told to be shown",
        joined.iter().filter(|joined| !joined.shown).count(),
    );
    match deals {
        Some(deals) => add("deals", deals.data.deals.len()),
        None => add("connections", connections),
    }
    add("posts", joined.iter().filter(|joined| joined.post.is_some()).count());
    if let Some(talk) = talk {
        for topic in topics {
            made.push((format!("posts in “{}”", topic.category.draft.name), topic.posts.to_string()));
        }
        made.push(("comments".to_owned(), talk.post.engagement.comments.to_string()));
    }
    made.push(("facts read by the indexer".to_owned(), facts.to_string()));
    made
}

/// Who can log in, and what to do next.
fn next(options: &Options, logins: &[Login]) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let mut line = |line: String| _ = writeln!(text, "{line}");
    if let Some(folder) = &options.keep {
        line("\nThey can log in:".to_owned());
        for Login { email, password } in logins {
            line(format!("  {email}  password {password}"));
        }
        line("What next:".to_owned());
        line(format!(
            "  cargo run -p server -- --data {}   serves this community over HTTP",
            folder.display()
        ));
    } else {
        line(
            "\nThe database vanishes now; --keep <folder> keeps it, with accounts to log in with. What next:"
                .to_owned(),
        );
        line("  cargo run -p server                serves an empty community over HTTP".to_owned());
    }
    line("  cargo run -p sdk-tour              walks through the Rust SDK".to_owned());
    line("  README.md                          what else there is".to_owned());
    text
}

/// Writes to the standard output; unlike `println!` it does not panic when nobody reads any more.
fn say(text: &str) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{text}")
}
