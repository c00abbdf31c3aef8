//! Numbers as JSON Schema compares them: by value, whatever way they are written.

use std::cmp::Ordering;

use serde_json::Number;

/// Whether the number is an integer, `1.0` included.
pub(crate) fn is_integer(number: &Number) -> bool {
    whole(number).is_some() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

/// A number that was written as an integer of 64 bits.
pub(crate) fn whole(number: &Number) -> Option<i128> {
    let signed = number.as_i64().map(i128::from);
    signed.or_else(|| number.as_u64().map(i128::from))
}

fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::NAN)
}

/// Which is greater.
pub(crate) fn compare(a: &Number, b: &Number) -> Ordering {
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(a), None) => compare_mixed(a, float(b)),
        (None, Some(b)) => compare_mixed(b, float(a)).reverse(),
        (None, None) => float(a).partial_cmp(&float(b)).unwrap_or(Ordering::Equal),
    }
}

/// An integer of 64 bits against a float, exactly.
fn compare_mixed(whole: i128, float: f64) -> Ordering {
    // Beyond 2^65 no such integer reaches, and below the float's integer part fits 128 bits.
    const REACH: f64 = 36_893_488_147_419_103_232.0;
    if float.abs() >= REACH {
        return match float > 0.0 {
            true => Ordering::Less,
            false => Ordering::Greater,
        };
    }
    let cut = float.trunc();
    whole.cmp(&(cut as i128)).then_with(|| {
        0.0f64
            .partial_cmp(&(float - cut))
            .unwrap_or(Ordering::Equal)
    })
}

/// Whether `number` is `divisor` times an integer, in the digits in which both are written: 0.3 is a multiple of 0.1.
pub(crate) fn is_multiple(number: &Number, divisor: &Number) -> bool {
    if let (Some(number), Some(divisor)) = (whole(number), whole(divisor)) {
        return divisor != 0 && number % divisor == 0;
    }
    let exact = || {
        let (a, a_exponent) = decimal(number)?;
        let (b, b_exponent) = decimal(divisor)?;
        let shift = a_exponent.checked_sub(b_exponent)?;
        if b == 0 {
            return None;
        }
        if shift >= 0 {
            let scale = power_of_ten_modulo(shift.unsigned_abs(), b.abs())?;
            return Some((a % b).checked_mul(scale)? % b == 0);
        }
        // A divisor beyond 128 bits is greater than any digits.
        let scaled = 10i128.checked_pow(shift.unsigned_abs());
        let scaled = scaled.and_then(|scale| b.checked_mul(scale));
        Some(scaled.map_or(a == 0, |b| a % b == 0))
    };
    exact().unwrap_or_else(|| float(number) % float(divisor) == 0.0)
}

fn power_of_ten_modulo(exponent: u32, modulus: i128) -> Option<i128> {
    (0..exponent).try_fold(1 % modulus, |power, _| {
        Some(power.checked_mul(10)? % modulus)
    })
}

/// Digits and the power of ten that they are multiplied by.
fn decimal(number: &Number) -> Option<(i128, i32)> {
    if let Some(whole) = whole(number) {
        return Some((whole, 0));
    }
    // The shortest text that gives the same float: what was written, unless it had more digits than a float holds.
    let text = format!("{:e}", float(number));
    let (digits, exponent) = text.split_once('e')?;
    let fraction = digits.split_once('.').map_or(0, |(_, after)| after.len());
    let digits: String = digits.chars().filter(|c| *c != '.').collect();
    let exponent: i32 = exponent.parse().ok()?;
    Some((
        digits.parse().ok()?,
        exponent.checked_sub(i32::try_from(fraction).ok()?)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn numbers_are_compared_by_value() {
        let check = |a: &str, b: &str, expected: Ordering| {
            assert_eq!(compare(&number(a), &number(b)), expected, "{a} {b}");
            assert_eq!(
                compare(&number(b), &number(a)),
                expected.reverse(),
                "{b} {a}"
            );
        };
        check("1", "1.0", Ordering::Equal);
        check("1", "1.5", Ordering::Less);
        check("-1", "-1.5", Ordering::Greater);
        check("9007199254740993", "9007199254740992.0", Ordering::Greater);
        check("18446744073709551615", "1e300", Ordering::Less);
        check("-9223372036854775808", "-1e300", Ordering::Greater);
    }

    #[test]
    fn multiples_go_by_the_digits_as_written() {
        let check = |a: &str, b: &str, expected: bool| {
            assert_eq!(is_multiple(&number(a), &number(b)), expected, "{a} {b}");
        };
        check("0.3", "0.1", true);
        check("0.35", "0.1", false);
        check("19.99", "0.01", true);
        check("1e300", "1e-300", true);
        check("9007199254740993", "2", false);
        check("4.0", "2", true);
        check("7", "1e308", false);
        check("0", "1e308", true);
    }
}
