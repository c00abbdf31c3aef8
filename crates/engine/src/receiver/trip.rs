//! Where an attempt stands among those of its lane: does its end say more than what is known already?

/// One attempt, as far as window and throttle are concerned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trip {
    /// The attempt's number in its lane, from 1.
    pub(crate) number: u64,
    /// The number of the lane's last attempt that has begun.
    pub(crate) last: u64,
    /// Whether more would have been in flight but for the window.
    pub(crate) binds: bool,
}
