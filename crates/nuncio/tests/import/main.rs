//! Moving in: the real binary reads real databases and files, and creates what it found on a running server.

#[path = "../support/mod.rs"]
mod support;

mod files;
mod house;
mod others;
mod packages;
mod svix;
