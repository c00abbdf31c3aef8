//! The values that a statement runs with.

use super::{ToValue, Value};

/// Values, `?1` first.
pub(crate) trait Params {
    fn with<R>(&self, run: impl FnOnce(&[Value<'_>]) -> R) -> R;
}

impl Params for &[Value<'_>] {
    fn with<R>(&self, run: impl FnOnce(&[Value<'_>]) -> R) -> R {
        run(self)
    }
}

impl Params for &Vec<Value<'_>> {
    fn with<R>(&self, run: impl FnOnce(&[Value<'_>]) -> R) -> R {
        run(self)
    }
}

impl Params for [&dyn ToValue; 0] {
    fn with<R>(&self, run: impl FnOnce(&[Value<'_>]) -> R) -> R {
        run(&[])
    }
}

macro_rules! arrays {
    ($($n:literal),*) => {$(
        impl<T: ToValue> Params for [T; $n] {
            fn with<R>(&self, run: impl FnOnce(&[Value<'_>]) -> R) -> R {
                run(&self.each_ref().map(T::value))
            }
        }
    )*};
}
arrays!(1, 2, 3);

/// Values of several types.
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        &[$($crate::sql::ToValue::value(&$value)),*] as &[$crate::sql::Value<'_>]
    };
}
pub(crate) use params;
