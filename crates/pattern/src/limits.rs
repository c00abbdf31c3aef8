//! How large a pattern may be, and why.

/// The longest pattern, as compact JSON. Four times EventBridge's own limit: lists of ids fit, and an endpoint stays small.
pub const PATTERN_BYTES_MAX: usize = 16 * 1024;
/// Objects within one another, in a pattern: compiling goes down by recursion.
pub const DEPTH_MAX: usize = 32;
/// Fields with alternatives: each is looked for in every event.
pub const FIELDS_MAX: usize = 64;
/// Alternatives that are no exact values, of all fields: each of them may be tried on every value of an event.
pub const TESTS_MAX: usize = 64;
/// Exact values and those of `anything-but`, of all fields: they are looked up, not tried.
pub const VALUES_MAX: usize = 1_000;
/// Ways through the `$or`s of a pattern. Each is searched, and they multiply: eight `$or`s of two make 256.
pub const COMBINATIONS_MAX: usize = 256;
/// Arrays directly within one another, in an event: reading goes down by recursion.
pub const ARRAYS_NESTED_MAX: u16 = 64;
