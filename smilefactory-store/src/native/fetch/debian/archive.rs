//! A private view of a Debian archive: own sources, own lists, nothing of it in the machine's.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::program::run;
use crate::native::NativeError;
use crate::native::error::io_error;

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// A folder with the index of Debian 12's packages and of Debian 13's sources.
#[derive(Debug)]
pub(super) struct Archive {
    folder: PathBuf,
}

/// One line of what the machine's own apt is told to use.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Source {
    address: String,
    suite: String,
}

impl Archive {
    /// Finds the Debian archive among the machine's sources and reads its index into `folder`.
    pub(super) fn open(folder: &Path) -> Result<Self, NativeError> {
        let configured = run(Command::new("apt-get").args([
            "indextargets",
            "--no-release-info",
            "--format",
            "$(REPO_URI) $(RELEASE) $(COMPONENT)",
        ]))?;
        let mut refused = NativeError::NoArchive;
        for list in source_lists(&sources(&configured), Path::new(KEYRING).exists()) {
            let archive = Self { folder: folder.to_owned() };
            match archive.read_index(&list) {
                Ok(()) => return Ok(archive),
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    fn read_index(&self, list: &str) -> Result<(), NativeError> {
        for part in ["lists/partial", "cache/archives/partial"] {
            let part = self.folder.join(part);
            fs::create_dir_all(&part).map_err(io_error("make", &part))?;
        }
        let path = self.folder.join("sources.list");
        fs::write(&path, list).map_err(io_error("write", &path))?;
        run(self.apt_get().args(["update", "--error-on=any"]))?;
        Ok(())
    }

    /// Downloads packages and says where they are.
    pub(super) fn packages(&self, names: &[&str]) -> Result<Vec<PathBuf>, NativeError> {
        let packages = self.folder.join("packages");
        if packages.exists() {
            fs::remove_dir_all(&packages).map_err(io_error("remove", &packages))?;
        }
        fs::create_dir(&packages).map_err(io_error("make", &packages))?;
        run(self.apt_get().arg("download").args(names).current_dir(&packages))?;
        super::files_in(&packages)
    }

    /// Downloads the upstream source of a package and says where its tar file is.
    pub(super) fn source(&self, name: &str) -> Result<PathBuf, NativeError> {
        let command = format!("apt-get source --download-only {name}");
        run(self.apt_get().args(["source", "--download-only", name]).current_dir(&self.folder))?;
        super::files_in(&self.folder)?
            .into_iter()
            .find(|file| file.to_string_lossy().contains(".orig.tar"))
            .ok_or(NativeError::Command {
                command,
                status: "no error".to_owned(),
                output: "no upstream tar file came".to_owned(),
            })
    }

    fn apt_get(&self) -> Command {
        let mut command = Command::new("apt-get");
        command.arg("--quiet");
        let own = [
            ("Dir::Etc::sourcelist", "sources.list"),
            ("Dir::State::lists", "lists"),
            ("Dir::Cache", "cache"),
        ];
        for (setting, part) in own {
            command.arg("-o").arg(format!("{setting}={}", self.folder.join(part).display()));
        }
        // The machine's other sources, its pins and its default release are about other packages; and the
        // account that apt downloads as may not reach this folder.
        for setting in [
            "Dir::Etc::sourceparts=/dev/null",
            "Dir::Etc::preferences=/dev/null",
            "Dir::Etc::preferencesparts=/dev/null",
            "APT::Default-Release=",
            "APT::Sandbox::User=",
        ] {
            command.args(["-o", setting]);
        }
        command
    }
}

/// The sources of the component `main`, each once.
fn sources(configured: &str) -> BTreeSet<Source> {
    configured
        .lines()
        .filter_map(|line| {
            let mut fields = line.split_whitespace();
            let (address, suite) = (fields.next()?.to_owned(), fields.next()?.to_owned());
            (fields.next()? == "main").then_some(Source { address, suite })
        })
        .collect()
}

/// The lists worth trying, likeliest first: an archive that has a suite of Debian has them all.
///
/// Third parties name their suites after Debian's too; an archive that also has updates is likely Debian's
/// own.
fn source_lists(sources: &BTreeSet<Source>, keyring: bool) -> Vec<String> {
    const RELEASES: [&str; 3] = ["bookworm", "trixie", "stable"];
    let key = if keyring { format!("[signed-by={KEYRING}] ") } else { String::new() };
    let security = sources.iter().find(|source| {
        RELEASES.iter().any(|release| source.suite.strip_prefix(release) == Some("-security"))
    });
    let mut archives: Vec<(bool, &str)> = sources
        .iter()
        .filter(|source| RELEASES.contains(&source.suite.as_str()))
        .map(|source| {
            let updates =
                Source { address: source.address.clone(), suite: format!("{}-updates", source.suite) };
            (!sources.contains(&updates), source.address.as_str())
        })
        .collect();
    archives.sort_unstable();
    archives.dedup();
    archives
        .into_iter()
        .map(|(_, address)| {
            let security = security.map_or_else(String::new, |Source { address, .. }| {
                format!("deb {key}{address} bookworm-security main\n")
            });
            format!("deb {key}{address} bookworm main\ndeb-src {key}{address} trixie main\n{security}")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_with_updates_is_tried_first_and_brings_its_security_suite() {
        let configured = "http://third.example/apt/ bookworm main\n\
                          http://debian.example/debian/ bookworm main\n\
                          http://debian.example/debian/ bookworm contrib\n\
                          http://debian.example/debian/ bookworm-updates main\n\
                          http://debian.example/security/ bookworm-security main\n";
        let lists = source_lists(&sources(configured), false);
        assert_eq!(lists.len(), 2);
        assert_eq!(
            lists[0],
            "deb http://debian.example/debian/ bookworm main\n\
             deb-src http://debian.example/debian/ trixie main\n\
             deb http://debian.example/security/ bookworm-security main\n"
        );
        assert!(lists[1].starts_with("deb http://third.example/apt/ bookworm main\n"));
    }

    #[test]
    fn a_machine_without_a_debian_archive_has_nothing_to_try() {
        let configured = "http://archive.example/ubuntu/ noble main\nhttp://other.example/ nodistro main\n";
        assert!(source_lists(&sources(configured), true).is_empty());
    }
}
