//! Rows that break a rule: each is told with its line, its place and the rule, and costs no other.

use smilefactory_core::bulk::ImportKind::{FundingRounds, Organisations};
use smilefactory_core::page::PageRequest;
use smilefactory_store::bulk::{self, BulkError};
use smilefactory_store::prelude::*;
use smilefactory_store::repo::identity::OrganisationFilter;
use smilefactory_store::testing::TestDb;

use super::{Files, import, plan, rows, run, skips, tally};

/// As such exports are: unclean.
const COMPANIES: &[u8] = b"permalink,name,category_code,funding_total_usd,status,country_code,state_code,region,city,funding_rounds,founded_at
/company/waywire,#waywire,news,1750000,operating,USA,NY,New York,New York,1,2012-06-01
/company/n-plusn,#NAME?,software,600000,operating,USA,NY,New York,New York,1,2012-01-01
/company/date,Date,software,5/18/27,operating,USA,NY,New York,New York,1,2012-01-01
/company/filled,Filled,software,####################,operating,USA,NY,New York,New York,1,2012-01-01
/company/agmi-systems,ag\xcc\xc1mi,hardware,50000000,operating,USA,NY,New York,New York,1,2012-01-01
/company/waywire,Again,news,1,operating,USA,NY,New York,New York,1,2012-06-01
/company/short,Short,news,1,operating
/company/where,Where,web,,dreaming,ATL,,,Atlantis,1,2012-13-01
/company/quoted,\"Quote, \"\"Quoted\"\"
& Co\",web,,operating,USA,,,,1,
/company/plain,\"Plain & Co\",,,acquired,ZWE,,,\"Harare, Avondale\",1,

/other/plain,Other,web,,ipo,USA,,,,1,
/company/open,\"Open,web,,operating,USA,,,,1,
/company/last,Last,web,0,closed,USA,,,,1,1906-01-01";

#[tokio::test]
async fn every_dirty_row_is_told_with_line_place_and_rule() {
    let db = TestDb::new().await;
    let files = Files::new();
    let companies = files.write("companies.csv", COMPANIES);
    // In batches of every size: where one ends makes no difference.
    for (n, batch) in [1_usize, 2, 3, 5, 100].into_iter().enumerate() {
        let tenant = if n.is_multiple_of(2) { &db.one } else { &db.two };
        let mut plan = plan(Organisations, &companies).in_batches_of(batch);
        plan.source = format!("list-{batch}").parse().unwrap();
        let mut conn = db.superuser().await;
        sqlx::query("delete from identity.organisations").execute(&mut conn).await.unwrap();
        let done = import(&db, tenant, &plan).await;
        assert_eq!(done.tally, tally(3, 0, 0, 10), "{batch}");
        let found = skips(&db, tenant, &done).await;
        let found: Vec<_> =
            found.iter().map(|(line, at, code)| (*line, at.as_str(), code.as_str())).collect();
        assert_eq!(
            found,
            [
                (3, "/name", "malformed"),
                (4, "/funding_total_usd", "malformed"),
                (5, "/funding_total_usd", "malformed"),
                (6, "", "malformed"),
                (7, "/permalink", "duplicate"),
                (8, "", "malformed"),
                (9, "/country_code", "malformed"),
                (9, "/founded_at", "malformed"),
                (9, "/status", "unknown_value"),
                (10, "/name", "malformed"),
                (14, "/permalink", "duplicate"),
                (15, "", "malformed"),
            ],
            "{batch}"
        );
        let by_rule = bulk::skips_by_rule(&db.store, tenant.tenant.id, done.id).await.unwrap();
        assert_eq!(by_rule.iter().map(|(_, _, rows)| rows).sum::<u64>(), done.tally.skipped);
        assert_eq!(by_rule[0], (String::new(), "malformed".to_owned(), 3));
    }
    let mut tx = db.store.read(&db.one.scope).await.unwrap();
    let all =
        tx.organisations().list(&OrganisationFilter::new(), &PageRequest::default()).await.unwrap().items;
    let names: Vec<_> = all.iter().map(|organisation| organisation.draft.name.as_str()).collect();
    assert_eq!(names, ["#waywire", "Last", "Plain & Co"]);
    assert_eq!(all[2].draft.country.as_ref().map(AsRef::as_ref), Some("ZW"));
    assert_eq!(all[2].draft.city.as_ref().map(AsRef::as_ref), Some("Harare, Avondale"));
    assert_eq!(all[0].draft.funding_total.as_ref().unwrap().to_string(), "1750000.00 USD");
}

#[tokio::test]
async fn rows_of_json_are_told_likewise() {
    let db = TestDb::new().await;
    let files = Files::new();
    let good = r#"{"external_id": "a", "slug": "a", "name": "A", "status": "operating"}"#;
    let lines = [
        good,
        "no JSON",
        "",
        r#"{"external_id": "b", "slug": "b", "name": 7, "status": "operating"}"#,
        r#"{"external_id": "c", "slug": "c", "name": "C", "status": "operating", "colour": "red"}"#,
        r#"{"external_id": "d", "slug": "D D", "name": "", "status": "operating"}"#,
        r#"{"external_id": "e", "slug": "a", "name": "E", "status": "operating"}"#,
        r#"{"external_id": "f", "slug": "f", "name": "F", "status": "operating"} {}"#,
        "{\"external_id\": \"g\\u0000\", \"slug\": \"g\", \"name\": \"G\", \"status\": \"operating\"}",
        "{\"h\\u0000\": 1, \"external_id\": \"h\", \"slug\": \"h\", \"name\": \"H\", \"status\": \"operating\"}",
        good,
    ];
    let done = import(&db, &db.one, &plan(Organisations, files.write("a.jsonl", lines.join("\r\n")))).await;
    assert_eq!(done.tally, tally(1, 0, 0, 9));
    let found = skips(&db, &db.one, &done).await;
    let found: Vec<_> = found.iter().map(|(line, at, code)| (*line, at.as_str(), code.as_str())).collect();
    assert_eq!(
        found,
        [
            (2, "", "malformed"),
            (4, "/name", "wrong_type"),
            (5, "/colour", "unknown_field"),
            (6, "/slug", "malformed"),
            (6, "/name", "required"),
            (7, "/slug", "duplicate"),
            (8, "", "malformed"),
            (9, "/external_id", "malformed"),
            (10, "/h\u{fffd}", "unknown_field"),
            (11, "/external_id", "duplicate"),
        ]
    );
}

#[tokio::test]
async fn rounds_are_of_organisations_that_are_there_and_said_once() {
    let db = TestDb::new().await;
    let files = Files::new();
    import(&db, &db.one, &plan(Organisations, files.write("companies.csv", COMPANIES))).await;
    let head = "company_permalink,company_name,funding_round_type,funded_at,raised_amount_usd\n";
    let rounds = [
        "/company/waywire,#waywire,series-a,2012-06-30,1750000",
        "/company/nobody,Nobody,angel,2012-06-30,1",
        "/company/waywire,#waywire,series-a,2012-06-30,1750000",
        "/company/waywire,#waywire,series-c+,2012-06-30,1750000",
        "/company/waywire,#waywire,seed,2012-06-30,",
        "/company/plain,Plain,venture,2012-06-30,",
        "/company/plain,Plain,venture,2012-06-30,",
    ];
    for batch in [1, 2, 100] {
        let content = format!("{head}{}\n{}", rounds.join("\n"), "\n".repeat(batch));
        let plan = plan(FundingRounds, files.write("rounds.csv", content)).in_batches_of(batch);
        let done = import(&db, &db.one, &plan).await;
        let expected = if batch == 1 { tally(3, 0, 0, 4) } else { tally(0, 0, 3, 4) };
        assert_eq!(done.tally, expected, "{batch}");
        let found = skips(&db, &db.one, &done).await;
        let found: Vec<_> =
            found.iter().map(|(line, at, code)| (*line, at.as_str(), code.as_str())).collect();
        assert_eq!(
            found,
            [
                (3, "/company_permalink", "unknown_value"),
                (4, "", "duplicate"),
                (6, "/funding_round_type", "unknown_value"),
                (8, "", "duplicate"),
            ],
            "{batch}"
        );
    }
    // Organisations of another community are nobody's.
    let elsewhere = import(&db, &db.two, &plan(FundingRounds, files.path().join("rounds.csv"))).await;
    assert_eq!(elsewhere.tally.inserted, 0);
    assert_eq!(rows(&db, db.two.tenant.id, "identity.funding_rounds").await, 0);
}

#[tokio::test]
async fn a_file_without_the_columns_or_that_is_not_there_is_refused_as_a_whole() {
    let db = TestDb::new().await;
    let files = Files::new();
    for content in ["", "permalink,name\n/company/a,A\n"] {
        let refused = run(&db.store, &db.one, &plan(Organisations, files.write("a.csv", content))).await;
        assert!(matches!(refused, Err(BulkError::Unreadable { .. })), "{refused:?}");
    }
    let refused = run(&db.store, &db.one, &plan(Organisations, files.path().join("nothing.jsonl"))).await;
    assert!(matches!(refused, Err(BulkError::Io { .. })), "{refused:?}");
    let empty = import(&db, &db.one, &plan(Organisations, files.write("empty.jsonl", ""))).await;
    assert_eq!(empty.tally, tally(0, 0, 0, 0));
}
