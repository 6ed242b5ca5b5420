//! Dirty folders are cleaned and told of, and the command ranks, judges and fails as it says.
#![expect(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use matchmaking::data::{DataError, Reason, load, load_judgements};
use matchmaking::judge::{hidden_of, judge, judge_split};
use matchmaking::rank::{Content, blend, matrix, rank};
use matchmaking::{Deal, Season};
use serde_json::Value;
use tempfile::TempDir;

/// A folder with these files.
fn folder(startups: &str, investments: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("startups.jsonl"), startups).unwrap();
    fs::write(folder.path().join("investments.jsonl"), investments).unwrap();
    folder
}

/// Twelve start-ups of two eras; eight investors each keep to one of them.
fn two_eras() -> TempDir {
    let startups = (0..12).map(|i| {
        let (year, topic) = if i < 6 { (2007, "music for students") } else { (2013, "health of animals") };
        format!(
            r#"{{"id":"s{i}","name":"S{i}","batch":"Winter {year}","description":"{topic}","rounds_usd":[1{i}000]}}"#
        )
    });
    let deals = (0..8).flat_map(|investor| {
        let first = if investor < 4 { 0 } else { 6 };
        (0..5).map(move |k| {
            format!(r#"{{"investor":"Investor {investor}","startup":"s{}"}}"#, first + (investor + k) % 6)
        })
    });
    folder(&startups.collect::<Vec<_>>().join("\n"), &deals.collect::<Vec<_>>().join("\n"))
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_matchmaking")).args(arguments).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn dirty_rows_are_left_out_and_told() {
    let startups = concat!(
        "\u{feff}{\"id\":\" a \",\"name\":\"A\",\"batch\":\"Summer 2012\",\"founded\":2011,\"city\":\"Harare, Bulawayo\",",
        "\"categories\":[\"Solar\",\" Solar \",\"\"],\"rounds_usd\":[1000,-5]}\r\n",
        "\n",
        "not json\n",
        "{\"id\":\"a\",\"name\":\"again\"}\n",
        "{\"id\":\"b\"}\n",
        "{\"id\":\"c\",\"name\":\"C\",\"batch\":\"Autumn 2012\",\"founded\":null,\"city\":\"\"}\n",
        "{\"id\":\"d\",\"name\":\"D\",\"batch\":\"Winter 2008\",\"founded\":2014}",
    );
    let investments = concat!(
        "{\"investor\":\"I & Co \",\"startup\":\"a\"}\n",
        "{\"investor\":\"I & Co \",\"startup\":\"a\"}\n",
        "{\"investor\":\"J\",\"startup\":\"nobody\"}\n",
        "{\"investor\":\" \",\"startup\":\"a\"}\n",
        "{\"investor\":\"K\"",
    );
    let folder = folder(startups, investments);
    let data = load(folder.path()).unwrap();

    let ids: Vec<&str> = data.startups.iter().map(|s| s.id.as_str()).collect();
    assert_eq!(ids, ["a", "c", "d"]);
    let first = &data.startups[0];
    assert_eq!((first.batch.unwrap().year, first.batch.unwrap().season), (2012, Season::Summer));
    assert_eq!(first.city.as_deref(), Some("Harare"));
    assert_eq!(
        (first.categories.as_slice(), first.rounds_usd.as_slice()),
        (["Solar".to_owned()].as_slice(), [1000].as_slice())
    );
    assert_eq!((data.startups[1].city.as_deref(), data.startups[2].founded), (None, None));

    assert_eq!(data.deals, [Deal { investor: "I & Co ".to_owned(), startup: "a".to_owned() }]);
    assert_eq!(
        data.investors,
        ["I & Co ", "J"],
        "names stay as written; without a usable deal they still count"
    );

    let told: Vec<(&str, usize)> = data.skipped.iter().map(|s| (s.file.as_str(), s.line)).collect();
    let (s, i) = ("startups.jsonl", "investments.jsonl");
    assert_eq!(told, [(s, 1), (s, 3), (s, 4), (s, 5), (s, 6), (s, 7), (i, 2), (i, 3), (i, 4), (i, 5)]);
    let reasons: Vec<&Reason> = data.skipped.iter().map(|s| &s.reason).collect();
    assert!(matches!(reasons[1], Reason::Malformed(_)) && matches!(reasons[9], Reason::Malformed(_)));
    assert_eq!(
        [reasons[0], reasons[2], reasons[3], reasons[4], reasons[5], reasons[6], reasons[8]],
        [
            &Reason::Implausible("rounds_usd"),
            &Reason::Repeated,
            &Reason::Missing("name"),
            &Reason::Implausible("batch"),
            &Reason::Implausible("founded"),
            &Reason::Repeated,
            &Reason::Missing("investor"),
        ]
    );
    assert_eq!(reasons[7], &Reason::UnknownStartup("nobody".to_owned()));
}

#[test]
fn a_folder_without_anything_usable_is_an_error() {
    let missing = load(Path::new("no/such/folder")).unwrap_err();
    assert!(matches!(&missing, DataError::Unreadable { path, .. } if path.ends_with("startups.jsonl")));
    let empty = load(folder("oops\n", "").path()).unwrap_err();
    assert!(empty.to_string().contains("line 1"), "{empty}");
    let no_deals = load(folder(r#"{"id":"a","name":"A"}"#, "").path()).unwrap_err();
    assert!(matches!(&no_deals, DataError::Nothing { path, .. } if path.ends_with("investments.jsonl")));
}

#[test]
fn judgements_that_no_ranking_can_hold_are_left_out() {
    let folder = two_eras();
    let data = load(folder.path()).unwrap();
    let path = folder.path().join("held-out.jsonl");
    let lines = [
        r#"{"investor":"Investor 0","startup":"s0"}"#,
        r#"{"investor":"Nobody","startup":"s5"}"#,
        r#"{"investor":"Investor 0","startup":"s5"}"#,
    ];
    fs::write(&path, lines.join("\n")).unwrap();
    let (deals, skipped) = load_judgements(&path, &data).unwrap();
    assert_eq!(deals, [Deal { investor: "Investor 0".to_owned(), startup: "s5".to_owned() }]);
    let skipped: Vec<_> = skipped.into_iter().map(|s| (s.line, s.reason)).collect();
    assert_eq!(skipped, [(1, Reason::AlreadyKnown), (2, Reason::UnknownInvestor("Nobody".to_owned()))]);
}

#[test]
fn ranks_the_own_era_first_and_nothing_funded() {
    let data = load(two_eras().path()).unwrap();
    let deals = matrix(&data).unwrap();
    let content = Content::of(&data.startups).unwrap();
    let model = blend(&deals, &content).unwrap();
    for investor in 0..data.investors.len() {
        let ranked = rank(&model, &deals, investor);
        let funded = deals.items_of(investor);
        assert_eq!(ranked.len(), 12 - funded.len());
        assert!(ranked.iter().all(|startup| !funded.contains(startup)));
        assert_eq!(ranked[0] < 6, funded[0] < 6, "investor {investor}: {ranked:?} after {funded:?}");
    }
}

#[test]
fn a_split_judges_by_what_it_hid() {
    let data = load(two_eras().path()).unwrap();
    let deals = matrix(&data).unwrap();
    let content = Content::of(&data.startups).unwrap();
    let found = judge_split(&deals, &content, 1).unwrap();
    assert!(found.iter().all(|(_, report)| report.queries == 8));
    assert_eq!(found, judge_split(&deals, &content, 1).unwrap(), "the same seed gives the same figures");
    assert_ne!(found, judge_split(&deals, &content, 2).unwrap());
}

#[test]
fn a_model_is_judged_by_held_out_deals() {
    let data = load(two_eras().path()).unwrap();
    let deals = matrix(&data).unwrap();
    let hidden = hidden_of(&data, &[Deal { investor: "Investor 0".to_owned(), startup: "s5".to_owned() }]);
    let model = blend(&deals, &Content::of(&data.startups).unwrap()).unwrap();
    let report = judge(&model, &deals, &hidden);
    assert_eq!(
        (report.queries, report.ndcg, report.recall),
        (1, 1.0, 1.0),
        "s5 is all that is left of its era"
    );
}

#[test]
fn the_command_writes_one_line_an_investor_and_the_same_every_time() {
    let folder = two_eras();
    let (out, held_out) = (folder.path().join("rankings.jsonl"), folder.path().join("held-out.jsonl"));
    fs::write(&held_out, r#"{"investor":"Investor 0","startup":"s5"}"#).unwrap();
    let arguments = ["--data", text(folder.path()), "--out", text(&out), "--judge", text(&held_out)];
    let output = run(&arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let screen = String::from_utf8(output.stdout).unwrap();
    for expected in ["nDCG@20", "recall@20", "MRR", "coverage", "exposure Gini", "1.0000"] {
        assert!(screen.contains(expected), "{expected} in {screen}");
    }
    let written = fs::read_to_string(&out).unwrap();
    let lines: Vec<Value> = written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 8);
    assert_eq!((&lines[0]["query"], &lines[0]["ranked"][0]), (&"Investor 0".into(), &"s5".into()));
    assert_eq!(lines[0]["ranked"].as_array().unwrap().len(), 7);

    assert!(run(&arguments).status.success());
    assert_eq!(fs::read_to_string(&out).unwrap(), written);
}

#[test]
fn the_command_says_what_is_wrong() {
    let folder = two_eras();
    let missing = folder.path().join("missing");
    let beyond = missing.join("x");
    let cases: [(&[&str], &str); 4] = [
        (&["--data", text(&missing), "--out", "x"], "cannot read"),
        (&["--data", text(folder.path())], "--out"),
        (&["--data", text(folder.path()), "--split", "one"], "--split"),
        (&["--data", text(folder.path()), "--out", text(&beyond)], "cannot write"),
    ];
    for (arguments, expected) in cases {
        let output = run(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(expected), "{expected} in {told}");
        assert!(!told.contains("panicked"), "{told}");
    }
}
