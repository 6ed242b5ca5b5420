//! Tables for people.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use smilefactory_core::content::moderation::ModerationEntry;
use smilefactory_core::content::{
    CategoryNode, CommentThread, DiffPart, Excerpt, ListedPost, PostDiff, PostHit, StepTaken,
};
use smilefactory_core::feed::FeedItem;
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
pub(crate) fn words(word: &str) -> String {
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
pub(crate) fn posts(posts: &[ListedPost]) -> String {
    let mut table = table(&["kind", "title", "tags", "reactions", "comments"]);
    for ListedPost { post, engagement, .. } in posts {
        let title =
            post.draft.title.as_ref().map_or_else(|| post.draft.body.to_string(), ToString::to_string);
        let tags: Vec<_> = post.draft.tags.iter().map(ToString::to_string).collect();
        table.add_row([
            words(post.draft.kind.as_str()),
            title,
            tags.join(", "),
            engagement.reactions.total().to_string(),
            engagement.comments.to_string(),
        ]);
    }
    table.to_string()
}

/// Comments with their replies, each further in than what it answers.
pub(crate) fn threads(threads: &[CommentThread]) -> String {
    let mut table = table(&["comment", "replies", "reactions"]);
    let mut waiting: Vec<_> = threads.iter().rev().collect();
    while let Some(CommentThread { comment, replies, .. }) = waiting.pop() {
        let body = comment.body.as_ref().map_or("(gone)", AsRef::as_ref);
        let depth = usize::try_from(comment.depth).unwrap_or_default();
        table.add_row([
            format!("{}{body}", "· ".repeat(depth)),
            comment.replies.to_string(),
            comment.reactions.total().to_string(),
        ]);
        waiting.extend(replies.iter().rev());
    }
    table.to_string()
}

/// Categories, each further in than the one it stands under.
pub(crate) fn categories(tree: &[CategoryNode]) -> String {
    let line = |node: &CategoryNode| {
        format!("   {}{}", "· ".repeat(usize::from(node.depth)), node.category.draft.name)
    };
    tree.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What changed in a text, line by line.
pub(crate) fn diff(diff: &PostDiff) -> String {
    let mut lines = vec![format!("   changed: {}", diff.changed.join(", "))];
    lines.extend(diff.body.iter().filter(|line| !line.text.is_empty()).map(|line| {
        let mark = match line.part {
            DiffPart::Same => ' ',
            DiffPart::Added => '+',
            DiffPart::Removed => '-',
        };
        format!("   {mark} {}", line.text)
    }));
    lines.join("\n")
}

/// Steps of the publishing workflow.
pub(crate) fn steps(steps: &[StepTaken]) -> String {
    let mut table = table(&["step", "by", "from", "to", "why"]);
    for StepTaken { step, by, from, to, reason, .. } in steps {
        let reason = reason.as_ref().map(ToString::to_string);
        let word = |word: &str| words(word);
        table.add_row([
            word(step.as_str()),
            word(by.as_str()),
            word(from.as_str()),
            word(to.as_str()),
            reason.unwrap_or_default(),
        ]);
    }
    table.to_string()
}

/// Posts of a feed, with what put them where they are.
pub(crate) fn feed(items: &[FeedItem]) -> String {
    let mut table = table(&["title", "score", "why"]);
    for item in items {
        let title = item.listed.post.draft.title.as_ref().map_or("", |title| title.as_str());
        let score = item.score.map_or_else(String::new, |score| score.total.to_string());
        let why: Vec<_> = item.reasons.iter().map(|reason| reason.kind.as_str()).collect();
        table.add_row([title.to_owned(), score, why.join(", ")]);
    }
    table.to_string()
}

/// What was found, with what was searched for between marks.
pub(crate) fn hits(hits: &[PostHit]) -> String {
    let marked = |pieces: &[Excerpt]| -> String {
        pieces
            .iter()
            .map(|Excerpt { text, hit }| if *hit { format!("»{text}«") } else { text.clone() })
            .collect()
    };
    let mut table = table(&["title", "text", "fits"]);
    for hit in hits {
        table.add_row([marked(&hit.title_excerpts), marked(&hit.text_excerpts), hit.rank.to_string()]);
    }
    table.to_string()
}

/// What happened in a case, the last first.
pub(crate) fn log(entries: &[ModerationEntry]) -> String {
    let mut table = table(&["what happened", "by", "detail", "note"]);
    for ModerationEntry { step, actor, detail, note, .. } in entries {
        let by = if actor.is_some() { "somebody" } else { "the platform" };
        // An id tells nobody anything.
        let detail = detail.as_deref().filter(|detail| !detail.contains('-')).map(words).unwrap_or_default();
        table.add_row([words(step.as_str()), by.to_owned(), detail, note.clone().unwrap_or_default()]);
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
