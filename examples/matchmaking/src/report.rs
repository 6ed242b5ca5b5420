//! Results as tables.

use std::collections::BTreeMap;

use comfy_table::{Table, presets};
use matchmaking::Skipped;
use matchmaking::judge::Spread;
use smilefactory_ai::eval::Report;

/// How many lines of one kind are told one by one.
const EXAMPLES: usize = 3;

/// One row a contender; with several reports, mean ± standard deviation between them.
pub(crate) fn table(rows: &[(&str, Vec<Report>)]) -> String {
    let k = rows.iter().flat_map(|(_, reports)| reports).map(|report| report.k).max().unwrap_or(0);
    let heads =
        ["", "queries", &format!("nDCG@{k}"), &format!("recall@{k}"), "MRR", "coverage", "exposure Gini"];
    let mut table = plain(&heads);
    for (name, reports) in rows {
        let queries = reports.first().map_or(0, |report| report.queries);
        let measures: [fn(&Report) -> f64; 5] =
            [|r| r.ndcg, |r| r.recall, |r| r.mrr, |r| r.coverage, |r| r.gini];
        let cells = measures.iter().map(|measure| {
            let spread = Spread::of(&reports.iter().map(measure).collect::<Vec<_>>());
            if reports.len() > 1 {
                format!("{:.4} ± {:.4}", spread.mean, spread.deviation)
            } else {
                format!("{:.4}", spread.mean)
            }
        });
        table.add_row([(*name).to_owned(), queries.to_string()].into_iter().chain(cells));
    }
    table.to_string()
}

/// What the blend listens to.
pub(crate) fn weights(signals: &[&str], weights: impl Iterator<Item = f64>) -> String {
    let mut table = plain(&["signal", "learned weight"]);
    for (signal, weight) in signals.iter().zip(weights) {
        table.add_row([(*signal).to_owned(), format!("{weight:+.2}")]);
    }
    table.to_string()
}

/// What was left out: how often for which reason, and where the first of them stand.
pub(crate) fn skipped(skipped: &[Skipped]) -> String {
    let mut groups: BTreeMap<(&str, String), Vec<&Skipped>> = BTreeMap::new();
    for one in skipped {
        groups.entry((&one.file, one.reason.group())).or_default().push(one);
    }
    let mut table = plain(&["file", "left out", "why", "where"]);
    for ((file, group), members) in groups {
        let first = members.iter().take(EXAMPLES).map(|one| {
            let reason = one.reason.to_string();
            if reason == group {
                format!("line {}", one.line)
            } else {
                format!("line {}: {reason}", one.line)
            }
        });
        let mut examples: Vec<String> = first.collect();
        if members.len() > EXAMPLES {
            examples.push("…".to_owned());
        }
        let what = if members.iter().all(|one| one.reason.is_field()) { "fields" } else { "rows" };
        table.add_row([file.to_owned(), format!("{} {what}", members.len()), group, examples.join("\n")]);
    }
    table.to_string()
}

fn plain(heads: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY).set_header(heads.iter().copied());
    table
}
