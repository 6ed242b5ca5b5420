//! Runs the program and reads what it prints.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed test panics, in its helpers too")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_quickstart")).args(args).output().unwrap()
}

fn printed(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    assert_eq!(err, "", "bars are for terminals");
    out.into_owned()
}

fn refused(args: &[&str]) -> String {
    let output = run(args);
    assert!(!output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    String::from_utf8(output.stderr).unwrap()
}

/// The number in the row of a table that begins with this.
fn count(printed: &str, row: &str) -> u32 {
    let line = printed
        .lines()
        .find(|line| line.starts_with(&format!("│ {row}")))
        .unwrap_or_else(|| panic!("{row} in\n{printed}"));
    line.split('┆').nth(1).unwrap().trim_matches(['│', ' ']).parse().unwrap()
}

#[test]
fn a_small_community_has_all_eight_kinds_and_explained_matches() {
    let printed = printed(&run(&["--people", "16", "--matches", "2"]));
    let kinds = [
        "innovator",
        "business investor",
        "mentor",
        "corporate partner",
        "government official",
        "academic researcher",
        "service provider",
        "community member",
    ];
    let of_kind: u32 = kinds.iter().map(|kind| count(&printed, &format!("profiles: {kind}"))).sum();
    assert_eq!(of_kind, 16, "{printed}");
    assert!(kinds.iter().all(|kind| count(&printed, &format!("profiles: {kind}")) > 0));
    for seeker in ["(innovator):", "(business investor):", "(mentor):", "(academic researcher):"] {
        assert!(printed.contains(seeker), "{seeker} in\n{printed}");
    }
    // A thread, best first and further in, and a search with what was searched for marked.
    for words in [
        "│ We asked for half",
        "│ · That is the usual story",
        "│ · · The old price",
        "»first«",
        "»customers«",
    ] {
        assert!(printed.contains(words), "{words} in\n{printed}");
    }
    for words in [
        "structured",
        "semantic",
        "×",
        "Both work on",
        "pitch",
        "peak memory",
        "What is new for",
        "What next",
    ] {
        assert!(printed.contains(words), "{words} in\n{printed}");
    }
    // Everything that was told was read: of each person that they signed up, proved their address, began and
    // filled in their profile, of each post that it was begun and published, of each connection and category that it
    // was made, and that the community joined.
    let posts = count(&printed, "posts");
    assert!(posts > 0);
    let connections = count(&printed, "connections");
    assert!(connections > 0);
    assert_eq!(count(&printed, "facts read"), 16 * 4 + posts * 2 + connections + 3 + 1);
    // All but articles stand in a category.
    let topics = ["Offers and calls", "Stories", "Questions"];
    let sorted: u32 = topics.iter().map(|topic| count(&printed, &format!("posts in “{topic}”"))).sum();
    assert!(sorted > 0 && sorted <= posts, "{printed}");
    assert_eq!(count(&printed, "comments"), 5);
}

#[test]
fn a_kept_community_is_not_made_twice() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let kept = kept.to_str().unwrap();
    let printed = printed(&run(&["--people", "8", "--keep", kept]));
    assert_eq!(printed.matches("@example.org  password ").count(), 3);
    assert!(refused(&["--people", "8", "--keep", kept]).contains("take another one with --keep"));
}

#[test]
fn a_folder_without_data_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    for folder in [folder.path().join("missing"), folder.path().to_owned()] {
        let complaint = refused(&["--data", folder.to_str().unwrap()]);
        assert!(
            complaint.contains("startups.jsonl") && complaint.contains("--data takes a folder"),
            "{complaint}"
        );
    }
    assert!(refused(&["--people", "3"]).contains("8..=2000"));
}

fn write_dirty_data(folder: &Path) {
    let startups = [
        r#"{"id": "pumps", "name": "Pumps", "founders": ["Ada Example"], "categories": ["Water", "Energy"], "description": "Pumps for farms.", "country": "USA", "rounds_usd": [50000]}"#,
        r#"{"id": "lamps", "name": "Lamps", "founders": ["Ben Example"], "categories": ["Energy"], "description": "Lamps for shops.", "country": "USA", "rounds_usd": [14]}"#,
        r#"{"id": "wells", "name": "Wells", "founders": ["Cleo Example"], "categories": ["Water"], "description": "Wells for schools.", "country": "Atlantis"}"#,
        r#"{"id": "pumps", "name": "Pumps again"}"#,
        r#"{"id": "nameless", "name": " "}"#,
        r#"{"id": "typed", "name": 7}"#,
        "{ not JSON",
        "",
        r#"{"id": "doors", "name": "Doors", "founders": ["Dan Example"], "categories": ["Building"], "description": "Doors for homes.", "country": "Canada"}"#,
    ];
    let deals = [
        r#"{"investor": "Mopane Fund", "startup": "pumps"}"#,
        r#"{"investor": "Mopane Fund", "startup": "lamps"}"#,
        r#"{"investor": "Acacia Fund", "startup": "pumps"}"#,
        r#"{"investor": "Acacia Fund", "startup": "wells"}"#,
        r#"{"investor": "Acacia Fund", "startup": "wells"}"#,
        r#"{"investor": "Acacia Fund", "startup": "nowhere"}"#,
        r#"{"investor": "", "startup": "pumps"}"#,
        r#"{"startup": "pumps"}"#,
    ];
    fs::write(folder.join("startups.jsonl"), startups.join("\n") + "\n").unwrap();
    let mut deals = deals.join("\n").into_bytes();
    deals.extend(b"\n{\"investor\": \"\xff\", \"startup\": \"pumps\"}\n");
    fs::write(folder.join("investments.jsonl"), deals).unwrap();
}

#[test]
fn dirty_data_are_cleaned_and_what_was_skipped_is_told_with_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    write_dirty_data(folder.path());
    let printed = printed(&run(&["--data", folder.path().to_str().unwrap()]));
    assert_eq!(count(&printed, "profiles: innovator"), 4);
    assert_eq!(count(&printed, "profiles: business investor"), 2);
    assert!(printed.contains("4 of 9 deals were loaded"), "{printed}");
    // Cells are broken into lines: what stands in a table is looked for word by word.
    let cleaning = printed.split("4 of 9 deals").nth(1).unwrap();
    for (what, line) in [
        ("stands on an earlier line", "line 4"),
        ("`name` is missing", "line 5"),
        ("of the expected shape", "line 6"),
        ("of the expected shape", "line 7: key must be"),
        ("unknown country", "line 3: Atlantis"),
        ("less than 1,000", "line 2: Lamps, 14"),
        ("names an unknown start-up", "line 6: nowhere"),
        ("`investor` is missing", "line 8"),
        ("of the expected shape", "line 9"),
    ] {
        assert!(cleaning.contains(what), "{what} in\n{cleaning}");
        assert!(cleaning.contains(line), "{line} in\n{cleaning}");
    }
}

#[test]
fn an_investor_is_never_shown_what_they_funded() {
    let folder = tempfile::tempdir().unwrap();
    write_dirty_data(folder.path());
    let printed = printed(&run(&["--data", folder.path().to_str().unwrap(), "--matches", "50"]));
    let shown_to = |investor: &str| {
        let matches = printed.split(&format!("Matches for {investor}")).nth(1).unwrap();
        matches.split("Matches for").next().unwrap().split("deals were loaded").next().unwrap().to_owned()
    };
    let mopane = shown_to("Mopane Fund");
    assert!(mopane.contains("Cleo Example"), "{mopane}");
    assert!(mopane.contains("interaction") && mopane.contains("People who act alike"), "{mopane}");
    assert!(!mopane.contains("Ada Example") && !mopane.contains("Ben Example"), "{mopane}");
    let acacia = shown_to("Acacia Fund");
    assert!(acacia.contains("Ben Example") && !acacia.contains("Cleo Example"), "{acacia}");
}
