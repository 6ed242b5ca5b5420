//! PostgreSQL 15 from the packages of Debian 12, unpacked and not installed, with pgvector built from Debian
//! 13's source.

mod archive;

use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::Command;

use self::archive::Archive;
use super::program::{require, run};
use crate::native::binaries::libraries_of;
use crate::native::error::io_error;
use crate::native::{NativeError, Release};

pub(super) const RECIPE: &str = "postgresql-15 of Debian 12, pgvector of Debian 13, 1";

const SERVER: [&str; 4] = ["libpq5", "postgresql-15", "postgresql-client-15", "postgresql-server-dev-15"];

/// What the server and its tools are linked to beyond the C library, fetched when the machine lacks any of
/// it.
const LIBRARIES: &[&str] = &[
    "libaudit1",
    "libcap-ng0",
    "libcap2",
    "libcom-err2",
    "libffi8",
    "libgcc-s1",
    "libgcrypt20",
    "libgmp10",
    "libgnutls30",
    "libgpg-error0",
    "libgssapi-krb5-2",
    "libhogweed6",
    "libicu72",
    "libidn2-0",
    "libk5crypto3",
    "libkeyutils1",
    "libkrb5-3",
    "libkrb5support0",
    "libldap-2.5-0",
    "liblz4-1",
    "liblzma5",
    "libnettle8",
    "libp11-kit0",
    "libpam0g",
    "libpcre2-8-0",
    "libreadline8",
    "libsasl2-2",
    "libselinux1",
    "libssl3",
    "libstdc++6",
    "libsystemd0",
    "libtasn1-6",
    "libtinfo6",
    "libunistring2",
    "libuuid1",
    "libxml2",
    "libxslt1.1",
    "libzstd1",
    "zlib1g",
];

/// Needed to build pgvector, or by nobody: a third of the size.
const NOT_NEEDED: [&str; 6] = [
    "usr/include",
    "usr/share/doc",
    "usr/share/locale",
    "usr/share/man",
    "usr/lib/postgresql/15/lib/bitcode",
    "usr/lib/postgresql/15/lib/pgxs",
];

pub(super) fn fetch(folder: &Path) -> Result<(), NativeError> {
    require("apt-get", &["--version"], &["apt"], folder)?;
    require("dpkg-deb", &["--version"], &["dpkg"], folder)?;
    require("make", &["--version"], &["make", "gcc", "libc6-dev"], folder)?;
    require("gcc", &["--version"], &["gcc", "libc6-dev"], folder)?;
    require("tar", &["--version"], &["tar"], folder)?;
    // Debian's server has no time zones of its own.
    require("test", &["-e", "/usr/share/zoneinfo/UTC"], &["tzdata"], folder)?;

    let work = folder.join("work");
    let archive = Archive::open(&work)?;
    unpack(&archive.packages(&SERVER)?, folder)?;
    if !missing_libraries(folder)?.is_empty() {
        unpack(&archive.packages(LIBRARIES)?, folder)?;
        let libraries = missing_libraries(folder)?;
        if !libraries.is_empty() {
            let folder = folder.to_owned();
            return Err(NativeError::MissingLibraries { release: Release::Pg15, folder, libraries });
        }
    }
    build_pgvector(&archive.source("pgvector")?, folder)?;
    for part in NOT_NEEDED.map(|part| folder.join(part)).iter().chain([&work]) {
        if part.exists() {
            fs::remove_dir_all(part).map_err(io_error("remove", part))?;
        }
    }
    Ok(())
}

fn unpack(packages: &[PathBuf], folder: &Path) -> Result<(), NativeError> {
    for package in packages {
        run(Command::new("dpkg-deb").arg("--extract").arg(package).arg(folder))?;
    }
    Ok(())
}

/// The libraries that the loader does not find, for programs and extensions alike.
fn missing_libraries(folder: &Path) -> Result<Vec<String>, NativeError> {
    let installation = folder.join("usr/lib/postgresql/15");
    let mut files = files_in(&installation.join("bin"))?;
    files.extend(files_in(&installation.join("lib"))?.into_iter().filter(|file| {
        // Compiling queries wants LLVM, which is larger than all the rest: the server runs with `jit=off`.
        file.extension().is_some_and(|extension| extension == "so") && !file.ends_with("llvmjit.so")
    }));
    let loader = run(Command::new("ldd").args(files).env("LD_LIBRARY_PATH", libraries_of(folder)?))?;
    let mut missing: Vec<String> = loader
        .lines()
        .filter_map(|line| line.split_once("=> not found"))
        .map(|(library, _)| library.trim().to_owned())
        .collect();
    missing.sort_unstable();
    missing.dedup();
    Ok(missing)
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>, NativeError> {
    let entries = fs::read_dir(folder).map_err(io_error("list", folder))?;
    let files: Result<Vec<_>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    Ok(files.map_err(io_error("list", folder))?.into_iter().filter(|path| path.is_file()).collect())
}

fn build_pgvector(source: &Path, folder: &Path) -> Result<(), NativeError> {
    let build = folder.join("work/pgvector");
    fs::create_dir_all(&build).map_err(io_error("make", &build))?;
    run(Command::new("tar")
        .args(["--extract", "--strip-components=1", "--no-same-owner", "--file"])
        .arg(source)
        .arg("--directory")
        .arg(&build))?;
    let jobs = std::thread::available_parallelism().map_or(1, NonZero::get);
    let mut pg_config = std::ffi::OsString::from("PG_CONFIG=");
    pg_config.push(folder.join("usr/lib/postgresql/15/bin/pg_config"));
    for target in ["all", "install"] {
        run(Command::new("make")
            .arg(format!("--jobs={jobs}"))
            // Empty flags: the default is code for the processor of this very machine.
            .args(["with_llvm=no", "OPTFLAGS=", target])
            .arg(&pg_config)
            .env("LD_LIBRARY_PATH", libraries_of(folder)?)
            .env_remove("DESTDIR")
            .current_dir(&build))?;
    }
    Ok(())
}
