use std::path::{Path, PathBuf};

use super::NativeError;

/// The environment variable that names the folder the binaries are kept in.
pub const FOLDER_VARIABLE: &str = "SMILEFACTORY_POSTGRES_FOLDER";

/// The folder that the binaries of all releases are kept in: `postgres` inside the Cargo target folder.
///
/// Looked for in this order: the folder that [`FOLDER_VARIABLE`] names, `CARGO_TARGET_DIR`, the target folder
/// that the running program was built into, and the target folder of the workspace around
/// `CARGO_MANIFEST_DIR`.
pub fn default_folder() -> Result<PathBuf, NativeError> {
    if let Some(named) = absolute_from_env(FOLDER_VARIABLE) {
        return Ok(named);
    }
    absolute_from_env("CARGO_TARGET_DIR")
        .or_else(|| std::env::current_exe().ok().and_then(|program| target_of_program(&program)))
        .or_else(|| absolute_from_env("CARGO_MANIFEST_DIR").and_then(|package| target_of_package(&package)))
        .map(|target| target.join("postgres"))
        .ok_or(NativeError::NoFolder)
}

/// A relative path would mean another folder in every process, so it is passed over.
fn absolute_from_env(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// Cargo keeps these in its target folder, whatever that is called: the mark of a cache if it made the folder
/// itself, and what it knows of the compiler in any case.
const MARKS_OF_TARGET: [&str; 2] = ["CACHEDIR.TAG", ".rustc_info.json"];

fn target_of_program(program: &Path) -> Option<PathBuf> {
    let marked = |folder: &&Path| MARKS_OF_TARGET.iter().any(|mark| folder.join(mark).is_file());
    program.ancestors().find(marked).map(Path::to_owned)
}

fn target_of_package(package: &Path) -> Option<PathBuf> {
    package.ancestors().find(|folder| folder.join("Cargo.lock").is_file()).map(|root| root.join("target"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_folder_is_known_by_its_marks_and_the_workspace_by_its_lock_file() {
        let program = std::env::current_exe().unwrap();
        assert!(program.starts_with(target_of_program(&program).unwrap()));
        for mark in MARKS_OF_TARGET {
            let target = tempfile::tempdir().unwrap();
            std::fs::write(target.path().join(mark), "").unwrap();
            let program = target.path().join("debug/deps/program");
            assert_eq!(target_of_program(&program).as_deref(), Some(target.path()), "{mark}");
        }

        let workspace = target_of_package(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        assert!(workspace.ends_with("target") && workspace.parent().unwrap().join("Cargo.lock").is_file());

        assert_eq!(target_of_program(Path::new("/nowhere/program")), None);
        assert_eq!(target_of_package(Path::new("/nowhere")), None);
    }
}
