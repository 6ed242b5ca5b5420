//! The process is killed while it writes, and the folder opened again.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use smilefactory_store::embedded::Embedded;
use sqlx::{Connection as _, Executor as _};

use crate::{connect, count, run};

/// Names the folder to whoever is started to be killed.
const FOLDER: &str = "SMILEFACTORY_TEST_KILLED_FOLDER";
/// How many units of work the victim gets to finish.
const FINISHED: usize = 40;

#[tokio::test]
async fn what_was_committed_before_a_kill_is_there_and_nothing_is_half_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged = 0;
    for _ in 0..3 {
        let mut victim = start_victim(folder.path());
        let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
        let numbers = lines.map_while(Result::ok).filter_map(|line| line.parse::<i64>().ok());
        acknowledged = numbers.take(FINISHED).last().unwrap();
        victim.kill().unwrap();
        victim.wait().unwrap();
    }
    let database = Embedded::folder(folder.path().join("data")).await.unwrap();
    let mut conn = connect(&database).await;
    let last = count(&mut conn, "select max(n) from written").await;
    assert!(last >= acknowledged, "{acknowledged} was acknowledged, {last} is there");
    assert_eq!(count(&mut conn, "select count(distinct n) from written").await, last);
    assert_eq!(count(&mut conn, "select count(*) from written").await, last * 10);
    // The index finds what the table has.
    run(&mut conn, "set enable_seqscan = off; set enable_bitmapscan = off").await;
    let by_index = "select count(*) from (select md5 from written order by md5) as sorted";
    assert_eq!(count(&mut conn, by_index).await, last * 10);
    conn.close().await.unwrap();
    database.stop().await;
}

/// The victim of the test above, which starts this very program to kill it; without a folder there is nothing to do.
#[tokio::test]
async fn victim() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let database = Embedded::folder(&folder).await.unwrap();
    let mut conn = connect(&database).await;
    run(&mut conn, "create table if not exists written (n bigint, md5 text); create index if not exists by_md5 on written (md5)").await;
    let mut n = count(&mut conn, "select coalesce(max(n), 0) from written").await;
    loop {
        n += 1;
        let mut tx = conn.begin().await.unwrap();
        for part in 0..10 {
            let row =
                sqlx::query("insert into written values ($1, md5(($1 * 10 + $2)::text))").bind(n).bind(part);
            tx.execute(row).await.unwrap();
        }
        tx.commit().await.unwrap();
        // After the commit, so that whoever reads it may rely on it.
        #[expect(clippy::print_stdout, reason = "the killer listens")]
        {
            println!("\n{n}");
        }
    }
}

fn start_victim(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "killed::victim", "--nocapture"])
        .env(FOLDER, folder.join("data"))
        // Who is killed leaves his sockets behind.
        .env("TMPDIR", folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}
