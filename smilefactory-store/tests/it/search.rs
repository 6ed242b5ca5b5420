//! Search of posts.

use smilefactory_store::search::{PostgresSearch, conformance};
use smilefactory_store::testing::TestDb;
use sqlx::{Connection, PgConnection, Row};

#[tokio::test]
async fn the_database_keeps_the_promises_of_a_search_index() {
    let db = TestDb::new().await;
    conformance::check(&db, &PostgresSearch, async || {}).await;
}

/// The functions run as a role that may read every tenant's documents: what they give is the current tenant's.
#[tokio::test]
async fn no_search_leaves_its_tenant() {
    let db = TestDb::new().await;
    conformance::check(&db, &PostgresSearch, async || {}).await;
    let mut conn = PgConnection::connect(&db.url_as("smile_app")).await.unwrap();
    for (tenant, own) in
        [(db.one.tenant.id.to_string(), true), (db.two.tenant.id.to_string(), true), (String::new(), false)]
    {
        sqlx::raw_sql("begin; set local role smile_service").execute(&mut conn).await.unwrap();
        sqlx::query("select set_config('smile.tenant', $1, true)")
            .bind(&tenant)
            .execute(&mut conn)
            .await
            .unwrap();
        for found in [
            "select count(*), count(d.post_id) from content.posts_by_words(content.post_query('they or rain', 'en'), null, null, null, null, 1000) f
             left join content.post_documents d using (post_id)",
            "select count(*), count(d.post_id) from content.posts_by_spelling('solr', null, null, null, null, 1000) f
             left join content.post_documents d using (post_id)",
        ] {
            let row = sqlx::query(found).fetch_one(&mut conn).await.unwrap();
            let (all, visible): (i64, i64) = (row.get(0), row.get(1));
            assert_eq!(all, visible, "{found}");
            assert!(own || all == 0, "{found}");
        }
        sqlx::raw_sql("rollback").execute(&mut conn).await.unwrap();
    }
    // Nobody becomes that role.
    sqlx::raw_sql("set role smile_search").execute(&mut conn).await.unwrap_err();
}

/// Both ways to search can use their index. Whether they do on some thousand rows is for the planner, which here may
/// choose what it likes but a scan of the table.
#[tokio::test]
async fn a_search_reads_its_index_and_not_the_table() {
    let db = TestDb::new().await;
    let author = db.one.person("tariro").await.id;
    let mut conn = db.superuser().await;
    sqlx::raw_sql("alter table content.posts disable trigger audit").execute(&mut conn).await.unwrap();
    sqlx::query(
        "insert into content.posts (tenant_id, id, author_id, kind, title, body, body_html, body_text, renderer,
           body_digest, state, published_at, version, text_version, text_saved_at, created_at, updated_at)
         select $1, platform.uuid_v7(now()), $2, 'post', 'Note ' || md5(n::text), 'x', '', md5(n::text) || ' rain', 1, sha256(''),
           'published', now(), 1, 1, now(), now(), now()
         from generate_series(1, 5000) n",
    )
    .bind(uuid::Uuid::from(db.one.tenant.id))
    .bind(uuid::Uuid::from(author))
    .execute(&mut conn)
    .await
    .unwrap();
    sqlx::raw_sql("vacuum analyze content.post_documents").execute(&mut conn).await.unwrap();
    for (condition, index) in [
        (
            "document @@ content.post_query('c4ca4238a0b923820dcc509a6f75849b', 'en')",
            "post_documents_by_words",
        ),
        ("lower('c4ca4238a0b9') <% headline", "post_documents_by_spelling"),
    ] {
        sqlx::raw_sql("begin; set local role smile_search; set local enable_seqscan = off")
            .execute(&mut conn)
            .await
            .unwrap();
        sqlx::query("select set_config('smile.tenant', $1, true)")
            .bind(db.one.tenant.id.to_string())
            .execute(&mut conn)
            .await
            .unwrap();
        let explain = format!(
            "explain (costs off) select post_id from content.post_documents
             where tenant_id = tenancy.current_tenant() and {condition}"
        );
        let plan: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(explain)).fetch_all(&mut conn).await.unwrap();
        sqlx::raw_sql("rollback").execute(&mut conn).await.unwrap();
        assert!(plan.iter().any(|line| line.contains(index)), "{plan:#?}");
    }
}
