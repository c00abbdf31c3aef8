//! The commands of the binary: what they print, in both forms, and how they exit.

#[path = "../support/mod.rs"]
mod support;

mod api;
mod bench;
mod client;
mod demo;
mod folder;
mod offline;
mod run;
mod wrong;
