//! Numbers: the form that ECMAScript gives them, and whether that form still says the same.

/// Decimal digits that a double always keeps (IEEE 754 binary64; `DBL_DIG` in C).
const DIGITS_KEPT: usize = 15;

/// Whether [`ecmascript`] would say the same number. Nearly all numbers are told by their length.
///
/// # Errors
/// Those of [`ecmascript`].
pub(super) fn check_ecmascript(text: &str) -> Result<(), String> {
    // Without an exponent so few digits are far from the limits of a double, too.
    let is_short = text.len() <= DIGITS_KEPT && !text.contains(['e', 'E']);
    match is_short {
        true => Ok(()),
        false => ecmascript(text).map(drop),
    }
}

/// The number as `JSON.stringify(JSON.parse(text))` writes it (ECMA-262, `Number::toString`).
///
/// # Errors
/// When that form denotes another decimal value, so that a receiver would silently get a different number.
pub(super) fn ecmascript(text: &str) -> Result<String, String> {
    let value: f64 = text
        .parse()
        .map_err(|_| format!("`{text}` is not a valid number"))?;
    if value.is_finite() {
        let written = ryu_js::Buffer::new().format(value).to_owned();
        if Decimal::of(&written) == Decimal::of(text) {
            return Ok(written);
        }
        return Err(format!(
            "the number {text} would arrive as {written}: send it as a string"
        ));
    }
    Err(format!(
        "the number {text} would arrive as null: send it as a string"
    ))
}

/// The exact decimal value of a JSON number: ±0.d₁d₂d₃… × 10^exponent, with d₁ and the last digit not 0.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    /// `None` for an exponent that fits no `i64`: no double has one, so it equals nothing that was written.
    exponent: Option<i64>,
}

impl Decimal {
    fn of(text: &str) -> Self {
        let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let negative = mantissa.starts_with('-');
        let (whole, fraction) = mantissa
            .trim_start_matches('-')
            .split_once('.')
            .unwrap_or((mantissa.trim_start_matches('-'), ""));
        let all = [whole, fraction].concat().into_bytes();
        let Some(first) = all.iter().position(|digit| *digit != b'0') else {
            return Self::ZERO;
        };
        let last = all
            .iter()
            .rposition(|digit| *digit != b'0')
            .unwrap_or(first);
        // Lengths are bounded by the size of the text, far below the limits of an `i64`.
        let point = whole.len() as i64 - first as i64;
        Self {
            negative,
            digits: all[first..=last].to_vec(),
            exponent: power
                .parse::<i64>()
                .ok()
                .and_then(|power| power.checked_add(point)),
        }
    }

    /// `-0` and `0` are one decimal value.
    const ZERO: Self = Self {
        negative: false,
        digits: Vec::new(),
        exponent: Some(0),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_their_ecmascript_form() {
        for (text, expected) in [
            ("1.0", "1"),
            ("1e3", "1000"),
            ("1E-7", "1e-7"),
            ("0.000001", "0.000001"),
            ("-0", "0"),
            ("-0.0E+5", "0"),
            ("1e21", "1e+21"),
            ("123456789012345680000", "123456789012345680000"),
            ("0.1", "0.1"),
            ("1.50", "1.5"),
            ("5e-324", "5e-324"),
            ("-12.25e+2", "-1225"),
        ] {
            assert_eq!(ecmascript(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn lossy_numbers_are_named() {
        let error = ecmascript("12345678901234567890").unwrap_err();
        assert_eq!(
            error,
            "the number 12345678901234567890 would arrive as 12345678901234567000: send it as a string"
        );
        assert!(ecmascript("1e400").unwrap_err().contains("null"));
        assert!(ecmascript("4.9e-324").is_err());
        assert!(ecmascript("1e-99999999999999999999").is_err());
    }

    #[test]
    fn the_short_way_says_what_the_long_one_says() {
        let digits = "9".repeat(DIGITS_KEPT);
        let mut texts = vec![digits.clone(), format!("{digits}9"), format!("-{digits}")];
        for point in 1..DIGITS_KEPT {
            texts.push(format!("{}.{}", &digits[..point], &digits[point + 1..]));
            texts.push(format!("0.{}1", "0".repeat(point)));
            texts.push(format!("-0.{}7e{point}", "0".repeat(point)));
        }
        texts.extend(["0", "-0", "1e400", "1e-5"].map(str::to_owned));
        for text in texts {
            assert_eq!(
                check_ecmascript(&text),
                ecmascript(&text).map(drop),
                "{text}"
            );
        }
    }

    #[test]
    fn padding_does_not_change_a_value() {
        let padded = format!("0.{}1e400", "0".repeat(399));
        assert_eq!(ecmascript(&padded).as_deref(), Ok("1"));
    }
}
