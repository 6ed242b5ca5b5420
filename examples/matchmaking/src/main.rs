//! Ranks all start-ups for every investor of a folder, and measures the rankings.

mod report;

use std::error::Error;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use matchmaking::data::{load, load_judgements};
use matchmaking::judge::{hidden_of, judge, judge_split};
use matchmaking::rank::{Content, SIGNALS, blend, matrix, rank};
use matchmaking::{Dataset, Skipped};
use serde::Serialize;
use smilefactory_ai::interaction::Interactions;

/// Ranks start-ups for investors by who invested in what, and says how good the ranking is.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Folder with `startups.jsonl` and `investments.jsonl`.
    #[arg(long)]
    data: PathBuf,
    /// Where the rankings go, one JSON line an investor: every start-up it has not funded, best first.
    #[arg(long, required_unless_present = "split")]
    out: Option<PathBuf>,
    /// Held-out deals to judge the rankings by, in the form of `investments.jsonl`.
    #[arg(long)]
    judge: Option<PathBuf>,
    /// Judge by own splits of the known deals instead: two in five hidden of each investor with four or more. The first
    /// split has this seed, the next ones those that follow.
    #[arg(long, value_name = "SEED", conflicts_with = "judge")]
    split: Option<u64>,
    /// How many own splits.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=1000), requires = "split")]
    splits: u64,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let mut message = format!("error: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                message.push_str(": ");
                message.push_str(&cause.to_string());
                source = cause.source();
            }
            // Nowhere is left to tell of a standard error that cannot be written to.
            let _ = writeln!(std::io::stderr(), "{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut screen = std::io::stdout().lock();
    let data = load(&arguments.data)?;
    writeln!(
        screen,
        "{} start-ups, {} investors, {} deals",
        data.startups.len(),
        data.investors.len(),
        data.deals.len()
    )?;
    tell_skipped(&mut screen, &data.skipped)?;

    let deals = matrix(&data)?;
    let content = working("comparing start-ups", || Content::of(&data.startups))?;
    if let Some(out) = &arguments.out {
        let model = working("learning the weights", || blend(&deals, &content))?;
        writeln!(screen, "{}", report::weights(&SIGNALS, model.weights()))?;
        let rankings = write_rankings(out, &data, |investor| rank(&model, &deals, investor))?;
        writeln!(screen, "{rankings} rankings written to {}", out.display())?;
        if let Some(path) = &arguments.judge {
            let (held_out, skipped) = load_judgements(path, &data)?;
            tell_skipped(&mut screen, &skipped)?;
            let found = judge(&model, &deals, &hidden_of(&data, &held_out));
            writeln!(screen, "{}", report::table(&[("learned blend", vec![found])]))?;
        }
    }
    if let Some(seed) = arguments.split {
        writeln!(screen, "{}", own_splits(&deals, &content, seed, arguments.splits)?)?;
    }
    Ok(())
}

fn own_splits(
    deals: &Interactions,
    content: &Content,
    seed: u64,
    splits: u64,
) -> Result<String, Box<dyn Error>> {
    let bar = bar(splits, "own splits");
    let mut rows: Vec<(&'static str, Vec<_>)> = Vec::new();
    for seed in seed..seed.saturating_add(splits) {
        for (index, (name, found)) in judge_split(deals, content, seed)?.into_iter().enumerate() {
            match rows.get_mut(index) {
                Some((_, reports)) => reports.push(found),
                None => rows.push((name, vec![found])),
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(report::table(&rows))
}

#[derive(Serialize)]
struct Line<'a> {
    query: &'a str,
    ranked: Vec<&'a str>,
}

/// Writes beside the file and moves it there when complete, so that no half of a file is ever taken for the whole.
fn write_rankings(
    path: &Path,
    data: &Dataset,
    rank: impl Fn(usize) -> Vec<usize>,
) -> Result<usize, Box<dyn Error>> {
    let told = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let mut file = BufWriter::new(std::fs::File::create(&partial).map_err(told)?);
    let bar = bar(u64::try_from(data.investors.len())?, "ranking");
    for (investor, query) in data.investors.iter().enumerate() {
        let ranked =
            rank(investor).into_iter().filter_map(|i| Some(data.startups.get(i)?.id.as_str())).collect();
        serde_json::to_writer(&mut file, &Line { query, ranked })?;
        file.write_all(b"\n").map_err(told)?;
        bar.inc(1);
    }
    file.into_inner()
        .map_err(std::io::IntoInnerError::into_error)
        .and_then(|file| file.sync_all())
        .map_err(told)?;
    std::fs::rename(&partial, path).map_err(told)?;
    bar.finish_and_clear();
    Ok(data.investors.len())
}

fn tell_skipped(screen: &mut impl Write, skipped: &[Skipped]) -> std::io::Result<()> {
    if skipped.is_empty() { Ok(()) } else { writeln!(screen, "{}", report::skipped(skipped)) }
}

fn bar(length: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg:22} {bar:40} {pos}/{len} {eta}");
    ProgressBar::new(length)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(what)
}

/// Runs what has no countable steps under a spinner.
fn working<T>(what: &'static str, work: impl FnOnce() -> T) -> T {
    let spinner = ProgressBar::new_spinner().with_message(what);
    spinner.enable_steady_tick(Duration::from_millis(100));
    let made = work();
    spinner.finish_and_clear();
    made
}
