//! The live stream: what of the log concerns whom, told once and in order, and signs of life.

mod audience;
mod order;
mod signals;
mod world;
