//! The suite once more, on the oldest PostgreSQL there is support for.

use std::process::Command;

/// What takes long and says on one release what it would say on another: locks that hold in a thousand rounds and in a
/// crowd, that every list has its index, and that no surface of whole communities shows too much.
const ONCE: [&str; 4] = ["::race", "::crowd", "plan::", "privacy::"];

/// Runs this very program again. Whoever chose a release by the variable wants that one and no other.
#[test]
fn the_suite_passes_on_postgresql_15_too() {
    const CHOICE: &str = "SMILEFACTORY_TEST_POSTGRES";
    if std::env::var_os(CHOICE).is_some() {
        return;
    }
    let again = Command::new(std::env::current_exe().unwrap())
        .args(["--test-threads", "2"])
        .args(ONCE.iter().flat_map(|left_out| ["--skip", left_out]))
        .env(CHOICE, "15")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&again.stdout);
    assert!(again.status.success(), "on PostgreSQL 15:\n{said}\n{}", String::from_utf8_lossy(&again.stderr));
    assert!(said.contains("isolation::no_cell_of_the_matrix_leaks ... ok"), "{said}");
}
