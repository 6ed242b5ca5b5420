//! Tables for people.

use std::time::Duration;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use smilefactory_ai::pipeline::Found;
use smilefactory_core::content::{Excerpt, PostHit};
use smilefactory_core::feed::FeedItem;
use smilefactory_core::profile::ProfileKind;
use smilefactory_store::repo::content::Thread;

use crate::cleaning::Cleaning;
use crate::steps::Steps;
use crate::talk::Talk;

/// How wide a table is; what is longer is broken into lines.
const WIDTH: u16 = 120;
/// How many reasons are shown of a match, the most important ones.
const REASONS: usize = 3;

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(WIDTH);
    table.set_header(header.to_vec());
    table
}

/// A stable word as people write it.
pub(crate) fn words(word: &str) -> String {
    word.replace('_', " ")
}

/// Comments with their replies, each further in than what it answers, with who likes it.
pub(crate) fn threads(talk: &Talk) -> String {
    let mut table = table(&["comment", "likes"]);
    let mut waiting: Vec<_> = talk.threads.iter().rev().collect();
    while let Some(Thread { comment, replies, .. }) = waiting.pop() {
        let body = comment.body.as_ref().map_or("(gone)", AsRef::as_ref);
        let depth = usize::try_from(comment.depth).unwrap_or_default();
        table.add_row([format!("{}{body}", "· ".repeat(depth)), comment.reactions.like.to_string()]);
        waiting.extend(replies.iter().rev());
    }
    table.to_string()
}

/// Posts that were found, with what was searched for between marks.
pub(crate) fn hits(hits: &[PostHit]) -> String {
    let marked = |pieces: &[Excerpt]| -> String {
        let mark = |Excerpt { text, hit }: &Excerpt| if *hit { format!("»{text}«") } else { text.clone() };
        pieces.iter().map(mark).collect()
    };
    let mut table = table(&["title", "text"]);
    for hit in hits {
        table.add_row([marked(&hit.title_excerpts), marked(&hit.text_excerpts)]);
    }
    table.to_string()
}

/// Posts of a feed, with what put them where they are.
pub(crate) fn news(items: &[FeedItem]) -> String {
    let mut table = table(&["title", "score", "why"]);
    for item in items {
        let title = item.listed.post.draft.title.as_ref().map_or("a message", AsRef::as_ref);
        let score = item.score.map_or_else(String::new, |score| score.total.to_string());
        let why = item.reasons.iter().map(|reason| match reason.labels.as_slice() {
            [] => words(reason.kind.as_str()),
            labels => format!("{} ({})", words(reason.kind.as_str()), labels.join(", ")),
        });
        table.add_row([title.to_owned(), score, why.collect::<Vec<_>>().join(", ")]);
    }
    table.to_string()
}

/// Matches, best first.
pub(crate) fn matches(found: &[Found]) -> String {
    let mut table = table(&["match", "kind", "score", "signal value × weight", "why", "next step"]);
    for Found { found, candidate } in found {
        let headline = candidate.profile.content.headline.as_ref().map(ToString::to_string);
        let name = format!("{} {}", candidate.first_name, candidate.last_name);
        let parts =
            found.parts.iter().map(|part| format!("{} {} × {:.2}", part.signal, part.value, part.weight));
        let reasons = found.reasons.iter().take(REASONS).map(|reason| reason.text.clone());
        table.add_row([
            [Some(name), headline].into_iter().flatten().collect::<Vec<_>>().join("\n"),
            words(candidate.profile.kind().as_str()),
            found.score.to_string(),
            parts.collect::<Vec<_>>().join("\n"),
            reasons.collect::<Vec<_>>().join(" "),
            words(found.next_step.as_str()),
        ]);
    }
    if found.is_empty() { "nobody who would be good for both".to_owned() } else { table.to_string() }
}

/// What was skipped or cleaned, and why.
pub(crate) fn cleaning(cleaning: &Cleaning) -> String {
    let mut table = table(&["file", "what", "lines", "why", "for example"]);
    for (file, outcome, reason, tally) in cleaning.iter() {
        let row = [file, &outcome.to_string(), &tally.count.to_string(), reason, &tally.examples.join("\n")];
        table.add_row(row.map(str::to_owned));
    }
    table.to_string()
}

/// What was made, how long each step took, and how much memory it took.
pub(crate) fn summary(made: &[(String, String)], steps: &Steps, peak_mib: Option<u64>) -> String {
    let mut table = table(&["what", "how much"]);
    for (what, count) in made {
        table.add_row([what.clone(), count.clone()]);
    }
    for (step, took) in steps.iter() {
        table.add_row([step.to_owned(), seconds(took)]);
    }
    table.add_row(["all steps together".to_owned(), seconds(steps.total())]);
    let memory = peak_mib.map_or_else(|| "not known here".to_owned(), |mib| format!("{mib} MiB"));
    table.add_row(["peak memory of this process".to_owned(), memory]);
    table.to_string()
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

/// How many there are of each kind, the kinds in their order.
pub(crate) fn by_kind(kinds: &[ProfileKind]) -> Vec<(String, String)> {
    ProfileKind::ALL
        .iter()
        .map(|kind| (words(kind.as_str()), kinds.iter().filter(|other| *other == kind).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(kind, count)| (format!("profiles: {kind}"), count.to_string()))
        .collect()
}
