//! What an import costs over a bare `COPY` of the same rows: organisations and funding rounds, side by side in one run.
//!
//! The bare `COPY` is a superuser's, of rows that were parsed and checked before, into the same tables with all their keys,
//! checks and foreign keys. The import reads the file, parses and checks each row by core, and writes it as the service's
//! role under row-level security, finding out what is there already, with its place and its facts.
//!
//! `cargo bench -p smilefactory-store --features testing --bench bulk -- <folder>`: the folder has CrunchBase's
//! `companies.csv` and `rounds.csv`; without one, as many rows are made up. Results are kept in docs/performance.md.

#![expect(
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "a bench is a test of speed"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use smilefactory_core::bulk::ImportKind;
use smilefactory_store::bulk::{self, Format, Import, ImportPlan};
use smilefactory_store::testing::{TestDb, TestOptions};
use sqlx::{Executor, PgConnection};

/// How often both are measured, one after the other.
const ROUNDS: usize = 5;

/// The tables with the columns that are copied.
const TABLES: [(ImportKind, &str); 2] = [
    (
        ImportKind::Organisations,
        "identity.organisations (tenant_id, id, source, external_id, slug, name, category, site, country, city, founded_on, \
         status, funding_total_amount, funding_total_currency, import_id, changed_by, version, created_at, updated_at)",
    ),
    (
        ImportKind::FundingRounds,
        "identity.funding_rounds (tenant_id, id, organisation_id, kind, funded_on, raised_amount, raised_currency, \
         import_id, created_at)",
    ),
];

/// As many rows as CrunchBase has.
fn make_up(folder: &Path) {
    let mut companies =
        "permalink,name,category_code,funding_total_usd,status,country_code,city,founded_at\n".to_owned();
    let mut rounds = "company_permalink,funding_round_type,funded_at,raised_amount_usd\n".to_owned();
    for n in 0..17_726 {
        let (day, sum) = (n % 28 + 1, n * 1_000);
        writeln!(
            companies,
            "/company/pump-{n},Pump & Co {n},biotech,{sum},operating,USA,San Francisco,2010-01-{day:02}"
        )
        .unwrap();
        for (round, kind) in ["angel", "series-a"].iter().enumerate().take(1 + usize::from(n % 5 < 4)) {
            writeln!(rounds, "/company/pump-{n},{kind},201{round}-02-{day:02},{sum}").unwrap();
        }
    }
    std::fs::write(folder.join("companies.csv"), companies).unwrap();
    std::fs::write(folder.join("rounds.csv"), rounds).unwrap();
}

fn plan(folder: &Path, kind: ImportKind) -> ImportPlan {
    let name = if kind == ImportKind::Organisations { "companies.csv" } else { "rounds.csv" };
    ImportPlan::new(kind, "crunchbase".parse().unwrap(), folder.join(name), Format::CrunchbaseCsv)
}

async fn import(db: &TestDb, folder: &Path, kind: ImportKind) -> (Import, f64) {
    let began = Instant::now();
    let done = bulk::import(&db.store, db.one.tenant.id, &plan(folder, kind), &mut |_| ()).await.unwrap();
    (done, began.elapsed().as_secs_f64())
}

/// The rows that an import made, as `COPY` reads them, in the order of the file.
async fn copied(conn: &mut PgConnection, columns: &str) -> Vec<u8> {
    use futures::TryStreamExt as _;
    let (table, list) = columns.split_once(" (").unwrap();
    let statement =
        format!("copy (select {} from {table} order by ctid) to stdout", list.trim_end_matches(')'));
    let pieces = conn.copy_out_raw(&statement).await.unwrap().try_collect::<Vec<_>>().await.unwrap();
    pieces.concat()
}

async fn copy(conn: &mut PgConnection, columns: &str, rows: &[u8]) -> (u64, f64) {
    let began = Instant::now();
    let mut copy = conn.copy_in_raw(&format!("copy {columns} from stdin")).await.unwrap();
    copy.send(rows).await.unwrap();
    let count = copy.finish().await.unwrap();
    (count, began.elapsed().as_secs_f64())
}

async fn empty(conn: &mut PgConnection) {
    let truncate =
        "truncate identity.funding_rounds, identity.organisations, platform.import_skips, platform.imports";
    for statement in [truncate, "checkpoint"] {
        conn.execute(statement).await.unwrap();
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap()
}

#[tokio::main]
async fn main() {
    let made_up = tempfile::tempdir().unwrap();
    // Cargo itself hands over `--bench`.
    let folder = match std::env::args().skip(1).find(|argument| !argument.starts_with("--")) {
        Some(folder) => PathBuf::from(folder),
        None => {
            make_up(made_up.path());
            made_up.path().to_path_buf()
        }
    };
    let mut options = TestOptions::default();
    options.running_clock = true;
    let db = TestDb::with(options).await;
    let mut conn = db.superuser().await;
    // Once unmeasured, for the rows and to warm up.
    let mut rows = Vec::new();
    for (kind, columns) in TABLES {
        let (done, _) = import(&db, &folder, kind).await;
        println!("{kind}: {:?} of {} bytes", done.tally, done.bytes);
        rows.push(copied(&mut conn, columns).await);
    }
    let mut ratios = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        empty(&mut conn).await;
        let mut bare = [0.0; 2];
        for (((_, columns), rows), took) in TABLES.iter().zip(&rows).zip(&mut bare) {
            let (count, seconds) = copy(&mut conn, columns, rows).await;
            *took = seconds;
            println!("  bare COPY {count} rows in {seconds:.3} s: {:.0} rows/s", count as f64 / seconds);
        }
        empty(&mut conn).await;
        let mut imported = [0.0; 2];
        for ((kind, _), took) in TABLES.iter().zip(&mut imported) {
            let (done, seconds) = import(&db, &folder, *kind).await;
            *took = seconds;
            let count = done.tally.rows();
            println!("  import    {count} rows in {seconds:.3} s: {:.0} rows/s", count as f64 / seconds);
        }
        for (n, figures) in ratios.iter_mut().enumerate() {
            let part = |took: [f64; 2]| took.get(n).copied().unwrap_or_else(|| took.iter().sum());
            figures.push(part(bare) / part(imported));
        }
    }
    for (name, figures) in ["organisations", "funding_rounds", "both"].iter().zip(ratios) {
        println!(
            "{name}: import of bare COPY {:.2} (median of {ROUNDS}; all {figures:.2?})",
            median(figures.clone())
        );
    }
}
