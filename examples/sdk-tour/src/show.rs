//! Tables for people.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use smilefactory_core::content::{CommentThread, Post};
use smilefactory_core::profile::{Completion, ProfileView};
use smilefactory_core::recommendation::Match;
use smilefactory_core::validation::Violations;

use crate::tour::Taken;

/// How wide a table is; what is longer is broken into lines.
const WIDTH: u16 = 110;
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
fn words(word: &str) -> String {
    word.replace('_', " ")
}

/// What is wrong with an input.
pub(crate) fn violations(violations: &Violations) -> String {
    let mut table = table(&["where", "code", "in words"]);
    for violation in violations {
        table.add_row([violation.pointer.as_str(), &violation.code, &violation.message]);
    }
    table.to_string()
}

/// What would make a profile more complete.
pub(crate) fn missing(completion: &Completion, most: usize) -> String {
    let mut table = table(&["points", "where", "what to do"]);
    for item in completion.missing.iter().take(most) {
        table.add_row([
            item.points.to_string(),
            format!("{}: {}", item.on, item.pointer),
            item.hint.to_string(),
        ]);
    }
    table.to_string()
}

/// Posts, in their order.
pub(crate) fn posts(posts: &[Post]) -> String {
    let mut table = table(&["kind", "title", "tags", "version"]);
    for post in posts {
        let title =
            post.draft.title.as_ref().map_or_else(|| post.draft.body.to_string(), ToString::to_string);
        let tags: Vec<_> = post.draft.tags.iter().map(ToString::to_string).collect();
        table.add_row([words(post.draft.kind.as_str()), title, tags.join(", "), post.version.to_string()]);
    }
    table.to_string()
}

/// Comments with their replies, each further in than what it answers.
pub(crate) fn threads(threads: &[CommentThread]) -> String {
    let mut table = table(&["comment", "replies"]);
    let mut waiting: Vec<_> = threads.iter().rev().collect();
    while let Some(CommentThread { comment, replies, .. }) = waiting.pop() {
        let body = comment.body.as_ref().map_or("(gone)", AsRef::as_ref);
        let depth = usize::try_from(comment.depth).unwrap_or_default();
        table.add_row([format!("{}{body}", "· ".repeat(depth)), comment.replies.to_string()]);
        waiting.extend(replies.iter().rev());
    }
    table.to_string()
}

/// Matches in their order, each with who it is.
pub(crate) fn matches(found: &[(Match, ProfileView)]) -> String {
    let mut table = table(&["match", "kind", "score", "signal value × weight", "why", "next step"]);
    for (found, who) in found {
        let parts =
            found.parts.iter().map(|part| format!("{} {} × {:.2}", part.signal, part.value, part.weight));
        let reasons = found.reasons.iter().take(REASONS).map(|reason| reason.text.clone());
        table.add_row([
            format!("{} {}", who.first_name, who.last_name),
            words(who.details.kind().as_str()),
            found.score.to_string(),
            parts.collect::<Vec<_>>().join("\n"),
            reasons.collect::<Vec<_>>().join(" "),
            words(found.next_step.as_str()),
        ]);
    }
    table.to_string()
}

/// What was done and what was not.
pub(crate) fn summary(taken: &[Taken]) -> String {
    let mut table = table(&["", "step", "what came of it", "took"]);
    for Taken { title, outcome, took } in taken {
        let (mark, words) = match outcome {
            Ok(words) => ("✓", words),
            Err(words) => ("✗", words),
        };
        table.add_row([mark, title, words, &format!("{:.2} s", took.as_secs_f64())]);
    }
    table.to_string()
}
