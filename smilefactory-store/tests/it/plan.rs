//! Every list, whoever wrote it: no plan reads a whole table of tenants, or an index from one end to the other.
//!
//! The lists are the checked queries that are kept beside the crate, so that a new one is tried without being named
//! here. They are planned where there is something to read: 10,000 rows in every table.

mod crowd;

use serde_json::Value;
use smilefactory_store::testing::TestDb;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use crate::isolation::catalogue::{Access, declared};
use crate::isolation::seed;

/// How many rows every table of tenants has.
const CROWD: u32 = 10_000;

/// What grows with the installation and is read by tenant. Tables of a few rows are not among them.
const SCHEMAS: [&str; 8] =
    ["identity.", "content.", "ai.", "social.", "messaging.", "community.", "event.", "marketplace."];
/// The same for all tenants, and small; or of a few rows in each.
const SMALL: [&str; 5] = [
    "ai.models",
    "community.role_permissions",
    "content.featured_posts",
    "content.post_steps",
    "tenancy.tenants",
];

/// Indexes of which all of a tenant's entries may be read: few tags are being merged at a time, the collector of
/// contents that nobody has compares all of them by its nature, and of what is to be put into timelines a thousand are read
/// at most.
const WHOLE: [&str; 3] = ["tags_merging", "media_by_digest", "timeline_changes_pkey"];

/// Tables whose rows cannot be copied: the two of a connection are in an order, and so are the two marks of what
/// somebody was told. Lists read the ties that come of the one, and the row of their reader of the other. What is
/// featured has one of few places.
const UNCOPIED: [&str; 3] = ["social.connections", "messaging.notification_reads", "content.featured_posts"];

/// So are the two of a sum, which is in lists: its copies are in any order. And all that a funding round says is its key:
/// its copies say the same.
const UNORDERED: &str = "
    alter table social.pair_strengths drop constraint pair_strengths_of_two;
    alter table identity.funding_rounds drop constraint funding_rounds_key;
    create index funding_rounds_key on identity.funding_rounds
      (tenant_id, organisation_id, funded_on, kind, raised_amount, raised_currency)";

/// What marks the queries that read much by their nature, so that one plan for all values says nothing of them: those
/// that compare every vector of a community with one, only where the store counted that few are there; and the one
/// that counts profiles by what they have, ten thousand at most, which is planned for each caller since that is
/// cheaper.
const MUCH: [&str; 2] = ["order by 2 desc, 1\n            limit $7", "select 'all' as facet"];

/// The queries that list something, with the number of their parameters.
fn lists() -> Vec<(String, usize)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/.sqlx");
    let mut lists = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let query: Value =
            serde_json::from_str(&std::fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        let text = query["query"].as_str().unwrap().to_owned();
        let first = text.split_whitespace().next().unwrap_or_default();
        let reads = matches!(first, "select" | "with") && !text.contains("for update");
        if reads
            && !MUCH.iter().any(|mark| text.contains(mark))
            && text.contains("limit")
            && SCHEMAS.iter().any(|schema| text.contains(schema))
        {
            let parameters = query["describe"]["parameters"]["Left"].as_array().map_or(0, Vec::len);
            lists.push((text, parameters));
        }
    }
    lists
}

/// What is wrong with the plans of all lists.
async fn bad_plans(db: &TestDb) -> (usize, Vec<String>) {
    let mut conn = PgConnection::connect(&db.url_as("smile_app")).await.unwrap();
    let (mut tried, mut bad) = (0, Vec::new());
    for (list, parameters) in lists() {
        // One plan for all values, as a busy server has it.
        let prepare = format!(
            "begin; set local role smile_service; set local smile.tenant = '{}';
             set local plan_cache_mode = force_generic_plan; prepare list as {list}",
            db.one.tenant.id
        );
        let values = match parameters {
            0 => String::new(),
            _ => format!("({})", vec!["null"; parameters].join(", ")),
        };
        let failed = |error: sqlx::Error| -> ! { panic!("{list}: {error}") };
        sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut conn).await.unwrap_or_else(|error| failed(error));
        let explain = format!("explain (format json) execute list{values}");
        let row = sqlx::raw_sql(AssertSqlSafe(explain)).fetch_one(&mut conn).await;
        let plan: String = row.unwrap_or_else(|error| failed(error)).get_unchecked(0);
        sqlx::raw_sql("rollback; deallocate list").execute(&mut conn).await.unwrap();
        tried += 1;
        let plan: Value = serde_json::from_str(&plan).unwrap();
        let mut found = Vec::new();
        walk(&plan[0]["Plan"], false, &mut found);
        if !found.is_empty() {
            bad.push(format!("{found:?} in {list}"));
        }
    }
    (tried, bad)
}

#[tokio::test]
async fn no_list_reads_a_whole_table() {
    let db = TestDb::new().await;
    seed::both_tenants(&db).await;
    let tables: Vec<_> = declared()
        .into_iter()
        .filter(|(table, access)| {
            *access != Access::SharedReference && SCHEMAS.iter().any(|schema| table.starts_with(schema))
        })
        .filter(|(table, _)| !UNCOPIED.contains(table))
        .map(|(table, _)| table)
        .collect();
    sqlx::raw_sql(UNORDERED).execute(&mut db.superuser().await).await.unwrap();
    crowd::gather(&db, &tables, CROWD).await;
    let (tried, bad) = bad_plans(&db).await;
    assert!(bad.is_empty(), "{} of {tried} lists: {bad:#?}", bad.len());
    assert!(tried >= 20, "only {tried} lists were tried");

    // A missing index is noticed.
    let drop = "drop index content.posts_published, content.posts_published_by_kind, content.posts_published_by_author";
    sqlx::raw_sql(drop).execute(&mut db.superuser().await).await.unwrap();
    let (_, bad) = bad_plans(&db).await;
    assert!(bad.iter().any(|bad| bad.contains("order by published_at desc, id desc")), "{bad:#?}");
}

/// What in a plan reads more than it must; `sorted` says whether what is read here is sorted above.
fn walk(node: &Value, sorted: bool, found: &mut Vec<String>) {
    let kind = node["Node Type"].as_str().unwrap_or_default();
    let table = node["Relation Name"].as_str().unwrap_or_default();
    let index = node["Index Name"].as_str().unwrap_or_default();
    let condition = node["Index Cond"].as_str();
    let small = SMALL.iter().any(|small| small.ends_with(&format!(".{table}")));
    match (kind, condition) {
        ("Seq Scan", _) if !small => found.push(format!("a scan of {table}")),
        ("Index Scan" | "Index Only Scan", None) => found.push(format!("all of {index}")),
        ("Index Scan" | "Index Only Scan" | "Bitmap Index Scan", Some(condition))
            if sorted
                && !WHOLE.contains(&index)
                && condition.contains("tenant_id = ")
                && !condition.contains(" AND ") =>
        {
            found.push(format!("all of a tenant in {index}, to be sorted"));
        }
        _ => {}
    }
    let sorted = sorted || kind == "Sort";
    for child in node["Plans"].as_array().into_iter().flatten() {
        walk(child, sorted, found);
    }
}
