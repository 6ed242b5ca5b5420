//! Uploaded files: declared, uploaded, finalised, handed out, collected.

mod content;
mod library;
mod rows;
pub(crate) mod s3;
mod samples;
