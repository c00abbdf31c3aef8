//! Numbers as event-ruler compares them: by value, as far as a double holds them exactly as written.

/// The digits that any double gives back as they were written (IEEE 754 binary64).
const DIGITS_SAFE: usize = 15;

/// The number, if it can be compared: if writing the nearest double gives the same decimal number again.
pub(crate) fn comparable(text: &str) -> Option<f64> {
    let double: f64 = text.parse().ok()?;
    if !double.is_finite() {
        return None;
    }
    // Minus zero is zero.
    let double = double + 0.0;
    let is_exact = is_plainly_exact(text) || {
        let decimal = Decimal::of(text)?;
        Some(decimal) == Decimal::of(&format!("{double:e}"))
    };
    is_exact.then_some(double)
}

/// Few digits and no exponent: nothing can be lost.
fn is_plainly_exact(text: &str) -> bool {
    text.len() <= DIGITS_SAFE && !text.bytes().any(|byte| matches!(byte, b'e' | b'E'))
}

/// A decimal number: digits without zeros at either end, times a power of ten.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    is_negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    fn of(text: &str) -> Option<Self> {
        let (is_negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let mut exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        while digits.last() == Some(&b'0') {
            digits.pop();
            exponent = exponent.checked_add(1)?;
        }
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..zeros);
        match digits.is_empty() {
            true => Some(Self {
                is_negative: false,
                digits,
                exponent: 0,
            }),
            false => Some(Self {
                is_negative,
                digits,
                exponent,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_comparable_where_a_double_holds_them() {
        let check = |text: &str, expected: Option<f64>| {
            assert_eq!(comparable(text), expected, "{text}");
        };
        check("1", Some(1.0));
        check("1.0", Some(1.0));
        check("10e-1", Some(1.0));
        check("-0", Some(0.0));
        check("0e999", Some(0.0));
        check("3.018e2", Some(301.8));
        check("0.1", Some(0.1));
        check("9007199254740993", None);
        check("9007199254740992", Some(9_007_199_254_740_992.0));
        check("123456789012345678901", None);
        check("1e400", None);
        check("1e-400", None);
        check("0.1000000000000000055", None);
        check("1.7976931348623157e308", Some(f64::MAX));
        check("x", None);
        assert!(comparable("-0").is_some_and(f64::is_sign_positive));
    }
}
