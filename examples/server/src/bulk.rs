//! The commands that read files of many rows, and write them.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use smilefactory_core::bulk::ImportState;
use smilefactory_core::event::Zone;
use smilefactory_core::id::TenantId;
use smilefactory_store::Store;
use smilefactory_store::bulk::{self, Format, Import, ImportPlan, Skip};

use crate::config::{ExportFile, ImportFile, RowFormat};
use crate::setup::{self, Error};

/// How many places and rules the table of what was skipped has, those of most rows.
const RULES: usize = 20;

/// A bar that shows how much of a file was read; nothing where nobody looks.
pub fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {msg} {eta}");
    let bar = ProgressBar::new(0);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Shows how far an import is.
pub fn advance(bar: &ProgressBar, import: &Import) {
    bar.set_length(import.bytes);
    bar.set_position(import.place);
    bar.set_message(format!("{} rows, {} skipped", import.tally.rows(), import.tally.skipped));
}

/// Imports a file; what there is to say of it, and how many rows were skipped.
pub async fn import(
    store: &Store,
    file: &ImportFile,
    progress: &mut (dyn FnMut(&Import) + Send),
) -> Result<(String, u64), Error> {
    let format = format(file)?;
    let tenant = setup::known(store, &file.tenant).await?.id;
    let plan = ImportPlan::new(file.kind, file.source.clone(), &file.file, format)
        .in_zone(file.zone.unwrap_or(Zone::UTC));
    let mut first = None;
    let import = bulk::import(store, tenant, &plan, &mut |import| {
        first.get_or_insert((import.state, import.place));
        progress(import);
    })
    .await?;
    let rules = bulk::skips_by_rule(store, tenant, import.id).await?;
    if let Some(path) = &file.skipped {
        write_skips(store, tenant, &import, path).await?;
    }
    let before = match first {
        Some((ImportState::Finished, _)) => "this file was imported before; nothing was done\n",
        Some((_, place)) if place > 0 => "went on with an import that had been stopped\n",
        _ => "",
    };
    Ok((format!("{before}{}", tables(&import, &rules)), import.tally.skipped))
}

/// Writes what a community has from a source, and says how many lines there are.
pub async fn export(store: &Store, file: &ExportFile) -> Result<u64, Error> {
    let tenant = setup::known(store, &file.tenant).await?.id;
    let mut out: Box<dyn Write + Send> = match &file.out {
        Some(path) => Box::new(BufWriter::new(File::create(path)?)),
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    let lines = bulk::export(store, tenant, file.kind, &file.source, &mut out).await?;
    out.flush()?;
    Ok(lines)
}

fn format(file: &ImportFile) -> Result<Format, Error> {
    let ending = file.file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    match (file.format, ending) {
        (Some(RowFormat::Jsonl), _) | (None, "jsonl") => Ok(Format::JsonLines),
        (Some(RowFormat::Conferences), _) => Ok(Format::Conferences),
        (Some(RowFormat::Crunchbase), _) | (None, "csv") => Ok(Format::CrunchbaseCsv),
        _ => Err("the name of the file does not say how its rows are written: say so by --format".into()),
    }
}

/// A rule that a row broke, as it is written for programs.
#[derive(Serialize)]
struct Skipped<'a> {
    line: u64,
    pointer: &'a str,
    code: &'a str,
    message: &'a str,
}

/// Writes every rule that a row broke, in the order of the file.
async fn write_skips(store: &Store, tenant: TenantId, import: &Import, path: &Path) -> Result<(), Error> {
    let mut out = BufWriter::new(File::create(path)?);
    let mut after = (0, 0);
    loop {
        let skips = bulk::list_skips(store, tenant, import.id, after).await?;
        let Some((last, _)) = skips.last() else { break };
        after = *last;
        for (_, Skip { line, pointer, code, message }) in &skips {
            serde_json::to_writer(&mut out, &Skipped { line: *line, pointer, code, message })?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()?;
    Ok(())
}

/// What became of the rows, and which rules those broke that were skipped.
fn tables(import: &Import, rules: &[(String, String, u64)]) -> String {
    let tally = import.tally;
    let mut counts = table(&["rows", "imported", "updated", "unchanged", "skipped"]);
    let numbers = [tally.rows(), tally.inserted, tally.updated, tally.unchanged, tally.skipped];
    counts.add_row(numbers.map(|number| number.to_string()));
    for column in counts.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    if rules.is_empty() {
        return counts.to_string();
    }
    let mut skipped = table(&["skipped for", "rule", "rows"]);
    for (pointer, code, rows) in rules.iter().take(RULES) {
        let place = if pointer.is_empty() { "the row" } else { pointer.as_str() };
        skipped.add_row([place, code.as_str(), &rows.to_string()]);
    }
    if let Some(rest @ [_, ..]) = rules.get(RULES..) {
        let rows: u64 = rest.iter().map(|(_, _, rows)| rows).sum();
        skipped.add_row(["others".to_owned(), format!("{} more", rest.len()), rows.to_string()]);
    }
    format!("{counts}\n{skipped}")
}

fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(header.to_vec());
    table
}
