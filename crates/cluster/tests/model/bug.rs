//! Bugs that are planted around the nodes, each of which the checker has to find.

/// A planted bug: of the database's statements, or of the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Bug {
    /// What was begun is recorded whoever owns the shard by then.
    NoFence,
    /// Taking a shard leaves its epoch as it is.
    TakesWithoutRaising,
    /// A burial does not compare the count with what was seen.
    BuriesWithoutComparing,
    /// A shard can have an owner who has no row.
    OwnersWithoutRow,
    /// A node reads a clock that people set: its lease lasts longer.
    LeaseByWallClock,
    /// A node reads a clock that people set: the others are gone sooner.
    GoneByWallClock,
    /// A clock runs faster than the fifth allows.
    ClockRunsAway,
    /// A change is answered once it is committed.
    AnswersOnCommit,
    /// An owner looks for work only when it is woken.
    LooksOnlyWhenWoken,
}
