//! What a check may cost.

/// Looks at the clock after so many steps: often enough for milliseconds, seldom enough to cost nothing.
const STEPS_BETWEEN_LOOKS: u64 = 16_384;

/// Which part of a budget ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Exhausted {
    /// Too many steps.
    #[error("it takes more than {0} steps")]
    Steps(u64),
    /// Schemas nested in one another, in place or by way of the data.
    #[error("schemas are nested more than {0} deep")]
    Depth(u32),
    /// Too much time.
    #[error("it took too long")]
    Time,
}

/// What a check may cost: steps (some ten nanoseconds each), depth, and time.
pub struct Budget<'a> {
    steps_max: u64,
    steps_left: u64,
    steps_to_look: u64,
    depth_max: u32,
    depth: u32,
    is_late: &'a dyn Fn() -> bool,
}

impl<'a> Budget<'a> {
    /// A budget without a time limit.
    pub fn new(steps_max: u64, depth_max: u32) -> Self {
        Self::with_deadline(steps_max, depth_max, &|| false)
    }

    /// A budget that also ends once `is_late` says so.
    pub fn with_deadline(steps_max: u64, depth_max: u32, is_late: &'a dyn Fn() -> bool) -> Self {
        Self {
            steps_max,
            steps_left: steps_max,
            steps_to_look: STEPS_BETWEEN_LOOKS,
            depth_max,
            depth: 0,
            is_late,
        }
    }

    /// How many steps were taken.
    pub fn steps_taken(&self) -> u64 {
        self.steps_max - self.steps_left
    }

    /// Pays for steps before they are taken.
    pub(crate) fn spend(&mut self, steps: u64) -> Result<(), Exhausted> {
        let Some(left) = self.steps_left.checked_sub(steps) else {
            self.steps_left = 0;
            return Err(Exhausted::Steps(self.steps_max));
        };
        self.steps_left = left;
        self.steps_to_look = self.steps_to_look.saturating_sub(steps);
        if self.steps_to_look == 0 {
            self.steps_to_look = STEPS_BETWEEN_LOOKS;
            if (self.is_late)() {
                return Err(Exhausted::Time);
            }
        }
        Ok(())
    }

    /// Leaves no more than so many steps: for what may be left out.
    pub(crate) fn keep_at_most(&mut self, steps: u64) {
        let left = self.steps_left.min(steps);
        self.steps_max -= self.steps_left - left;
        self.steps_left = left;
    }

    /// Goes one level down; [`leave`](Self::leave) comes back.
    pub(crate) fn enter(&mut self) -> Result<(), Exhausted> {
        if self.depth >= self.depth_max {
            return Err(Exhausted::Depth(self.depth_max));
        }
        self.depth += 1;
        Ok(())
    }

    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }
}

impl std::fmt::Debug for Budget<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Budget")
            .field("steps_left", &self.steps_left)
            .field("depth", &self.depth)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_a_budget_ends_by_its_own_name() {
        let mut steps = Budget::new(10, 9);
        assert_eq!(steps.spend(10), Ok(()));
        assert_eq!(steps.spend(1), Err(Exhausted::Steps(10)));
        let mut depth = Budget::new(10, 1);
        assert_eq!(depth.enter(), Ok(()));
        assert_eq!(depth.enter(), Err(Exhausted::Depth(1)));
        depth.leave();
        assert_eq!(depth.enter(), Ok(()));
        let late = || true;
        let mut time = Budget::with_deadline(1_000_000, 9, &late);
        assert_eq!(time.spend(1), Ok(()));
        assert_eq!(time.spend(STEPS_BETWEEN_LOOKS), Err(Exhausted::Time));
    }
}
