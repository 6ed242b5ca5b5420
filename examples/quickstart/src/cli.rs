//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Makes a community on a database of its own and prints for some of its people whom they should meet, and why.
///
/// Nothing has to be installed or set: the database runs inside this process and vanishes with it, unless it is
/// kept.
#[derive(Clone, Debug, Parser)]
#[command(name = "quickstart", version)]
pub(crate) struct Options {
    /// How many people to make up, of all eight kinds in about the shares of a real community
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u16).range(8..=2000))]
    pub(crate) people: u16,
    /// How many matches to print for each of those people
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=50))]
    pub(crate) matches: u8,
    /// Real start-ups and their investors in the place of made-up people: a folder with startups.jsonl and
    /// investments.jsonl
    #[arg(long, value_name = "FOLDER", conflicts_with = "people")]
    pub(crate) data: Option<PathBuf>,
    /// Keep the database in this folder, which the server can then serve
    #[arg(long, value_name = "FOLDER")]
    pub(crate) keep: Option<PathBuf>,
}
