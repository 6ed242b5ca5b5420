//! One connection at a time, and an engine that is there again after it died.

use std::time::Duration;

use smilefactory_store::embedded::Embedded;
use sqlx::postgres::PgPoolOptions;
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgPool};

use crate::{connect, count, run};

/// A pool as the store has one.
async fn pool(database: &Embedded) -> PgPool {
    let options = PgPoolOptions::new().max_connections(1).test_before_acquire(false);
    options.connect_with(database.options()).await.unwrap()
}

#[tokio::test]
async fn a_second_connection_is_refused_and_the_first_works_on() {
    let database = Embedded::temporary().await.unwrap();
    let mut first = connect(&database).await;
    let refusal = database.options().connect().await.unwrap_err();
    let refusal = refusal.as_database_error().unwrap();
    assert_eq!(refusal.code().as_deref(), Some("53300"));
    assert!(refusal.message().contains("one connection"), "{refusal}");
    assert_eq!(count(&mut first, "select 1::bigint").await, 1);
    first.close().await.unwrap();
    connect(&database).await.close().await.unwrap();
    database.stop().await;
}

#[tokio::test]
async fn a_connection_follows_upon_another_at_once() {
    let database = Embedded::temporary().await.unwrap();
    for _ in 0..5 {
        // Dropped, not closed: the next is there before the engine knows that this one went.
        drop(connect(&database).await);
    }
    database.stop().await;
}

#[tokio::test]
async fn who_goes_in_the_middle_of_an_answer_does_no_harm() {
    let database = Embedded::temporary().await.unwrap();
    let pool = pool(&database).await;
    for _ in 0..3 {
        #[expect(clippy::disallowed_methods, reason = "there is no store here")]
        let mut conn = pool.acquire().await.unwrap().detach();
        run(&mut conn, "create table if not exists kept (n int); insert into kept values (1)").await;
        run(&mut conn, "begin; insert into kept values (2)").await;
        let long = conn.execute(sqlx::raw_sql("select repeat('x', 1000) from generate_series(1, 100000)"));
        assert!(tokio::time::timeout(Duration::from_millis(20), long).await.is_err());
    }
    let counted = "select count(*) filter (where n = 1), count(*) filter (where n = 2) from kept";
    let counted: (i64, i64) = sqlx::query_as(counted).fetch_one(&pool).await.unwrap();
    assert_eq!(counted, (3, 0));
    pool.close().await;
    database.stop().await;
}

#[tokio::test]
async fn a_crash_of_the_engine_loses_nothing_that_was_committed() {
    let database = Embedded::temporary().await.unwrap();
    let pool = pool(&database).await;
    let crash = "create table kept (n int);
        insert into kept values (1);
        create function deeper(n int) returns int language plpgsql as $$ begin return deeper(n + 1); end $$";
    sqlx::raw_sql(crash).execute(&pool).await.unwrap();
    let died = sqlx::query("select deeper(1)").execute(&pool).await.unwrap_err();
    assert!(matches!(died, sqlx::Error::Io(_)), "{died}");
    let kept: i64 = sqlx::query_scalar("select count(*) from kept").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 1);
    pool.close().await;
    database.stop().await;
}

#[tokio::test]
async fn what_is_no_postgres_client_does_no_harm() {
    use std::io::Write as _;
    use std::os::unix::net::UnixStream;

    let database = Embedded::temporary().await.unwrap();
    let options = database.options();
    let socket = options.get_socket().unwrap().join(format!(".s.PGSQL.{}", options.get_port()));
    for greeting in ["", "GET / HTTP/1.1\r\n\r\n", "\0\0\0\x50\0\x03\0\0user"] {
        let mut stream = UnixStream::connect(&socket).unwrap();
        stream.write_all(greeting.as_bytes()).unwrap();
        drop(stream);
        let mut conn = connect(&database).await;
        assert_eq!(count(&mut conn, "select 1::bigint").await, 1);
        conn.close().await.unwrap();
    }
    database.stop().await;
}

#[tokio::test]
async fn stopping_throws_out_who_is_connected() {
    let database = Embedded::temporary().await.unwrap();
    let mut conn = connect(&database).await;
    run(&mut conn, "create table t (n int)").await;
    database.stop().await;
    assert!(conn.ping().await.is_err());
    assert!(database.options().connect().await.is_err());
    // Twice is once.
    database.stop().await;
}
