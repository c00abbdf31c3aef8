//! The engine against a store in memory, receivers that the test plays, and a clock that it moves.

mod authentication;
mod breaker;
mod changes;
mod cluster;
mod faults;
mod isolation;
mod jobs;
mod network;
mod on_disk;
mod ordering;
mod ownership;
mod queue;
mod requests;
mod restart;
mod schedules;
mod simulation;
mod starved;
mod support;
mod throttling;
mod transform;
mod verification;
