//! What happens while somebody listens.

mod ending;
mod listening;
mod people;
mod resuming;
mod servers;
mod support;
