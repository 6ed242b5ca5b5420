#![doc = include_str!("../README.md")]

pub mod embed;
pub mod eval;
pub mod interaction;
pub mod matching;
#[cfg(feature = "pipeline")]
pub mod pipeline;
pub mod text;
pub mod vector;

mod num;
