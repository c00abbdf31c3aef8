//! Canonical bodies against the real thing: what `node` makes of the same documents.
//!
//! Documents are generated from a fixed seed. One `node` process reads them all and answers, per document, with
//! `JSON.stringify(JSON.parse(text))` and whether that kept the decimal value of every number, which it works out with
//! BigInt arithmetic of its own.

#![allow(
    clippy::unwrap_used,
    reason = "a helper of a test may fail as the test does"
)]

use std::{
    fmt::Write as _,
    io::Write as _,
    process::{Command, Stdio},
};

use nuncio_dialect::{canonicalize, check_canonical, check_json};

const DOCUMENTS: usize = 12_000;
const NUMBERS: usize = 20_000;

/// Numbers are found with a scanner that skips strings; each is compared with its ECMAScript form as a fraction
/// of BigInts. Exponents beyond ±4000 are decided without them: no double is there, save for zero.
const SCRIPT: &str = r#"
const lines = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line !== "");
function decimal(text) {
  const [, sign, whole, fraction = "", power = "0"] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  const digits = BigInt(sign + whole + fraction);
  if (digits === 0n) return [0n, 0n];
  const exponent = BigInt(power) - BigInt(fraction.length);
  return [digits, exponent];
}
function same(one, other) {
  const [a, m] = decimal(one), [b, n] = decimal(other);
  if (a === 0n || b === 0n) return a === b;
  const low = m < n ? m : n;
  if (m - low > 4000n || n - low > 4000n) return false;
  return a * 10n ** (m - low) === b * 10n ** (n - low);
}
function kept(text) {
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g)) {
    if (token.startsWith('"')) continue;
    const form = JSON.stringify(JSON.parse(token));
    if (form === "null" || !same(token, form)) return false;
  }
  return true;
}
const out = lines.map((line) => {
  const text = JSON.parse(line);
  return JSON.stringify([kept(text), JSON.stringify(JSON.parse(text))]);
});
process.stdout.write(out.join("\n"));
"#;

/// SplitMix64 (Steele, Lea and Flood 2014): the same documents on every run.
struct Entropy(u64);

impl Entropy {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }
    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
    fn digits(&mut self, most: usize) -> String {
        (0..=self.below(most))
            .map(|_| char::from(b'0' + self.below(10) as u8))
            .collect()
    }

    fn space(&mut self) -> &'static str {
        self.pick(&["", "", "", "", " ", "\n", "\t", " \r\n  "])
    }

    fn number(&mut self) -> String {
        let sign = self.pick(&["", "", "-"]);
        match self.below(8) {
            0 => format!("{sign}{}", self.below(100)),
            1 => format!("{sign}{}", self.next()),
            2 => format!("{sign}{}", f64::from_bits(self.next()).abs())
                .replace("NaN", "0")
                .replace("inf", "0"),
            3 => {
                let value = f64::from_bits(self.next());
                format!("{:e}", if value.is_finite() { value } else { 0.5 })
            }
            4 => {
                sign.to_owned()
                    + self.pick(&[
                        "0",
                        "0.0",
                        "0e5",
                        "1.0",
                        "1.50",
                        "0.1",
                        "1e3",
                        "1E-7",
                        "1e21",
                        "1e-6",
                        "1e-7",
                        "123456789012345680000",
                        "1e400",
                        "1e-400",
                        "5e-324",
                        "4.9e-324",
                        "2.2250738585072014e-308",
                        "1.7976931348623157e308",
                        "1.7976931348623159e308",
                        "9007199254740991",
                        "9007199254740992",
                        "9007199254740993",
                        "12345678901234567890",
                        "0.1234567890123456789",
                        "0e99999999999",
                        "1e99999999999",
                        "1e-99999999999",
                        "0.000000000000000000000000000001",
                        "100000000000000000000000",
                    ])
            }
            5 => format!("{sign}{}.{}", self.below(1000), self.digits(20)),
            6 => format!(
                "{sign}{}{}{}{}",
                self.below(10),
                self.pick(&["e", "E"]),
                self.pick(&["", "+", "-"]),
                self.below(330)
            ),
            _ => format!(
                "{sign}{}.{}e{}{}",
                self.below(10),
                self.digits(18),
                self.pick(&["", "+", "-"]),
                self.below(40)
            ),
        }
    }

    fn string(&mut self) -> String {
        let mut text = String::from("\"");
        for _ in 0..self.below(6) {
            match self.below(6) {
                0 => text.push_str(
                    self.pick(&[r"\n", r"\t", r"\r", r"\b", r"\f", r"\/", r"\\", r#"\""#]),
                ),
                1 => write!(text, "\\u{:04x}", self.below(0xd800)).unwrap(),
                2 => write!(
                    text,
                    "\\u{:04X}\\u{:04x}",
                    0xd800 + self.below(0x400),
                    0xdc00 + self.below(0x400)
                )
                .unwrap(),
                3 => text.push(
                    char::from_u32(0x20 + self.below(0xd7e0) as u32)
                        .filter(|it| !"\"\\".contains(*it))
                        .unwrap_or('x'),
                ),
                4 => text.push_str(self.pick(&[
                    "\u{2028}", "\u{2029}", "\u{7f}", "😀", "é", "/", "'", "<", "\u{fffd}",
                    "\u{feff}",
                ])),
                _ => text.push_str(self.pick(&["a", "b", "c", " ", "key", "0", "1"])),
            }
        }
        text + "\""
    }

    fn name(&mut self) -> String {
        match self.below(4) {
            0 => format!("\"{}\"", self.below(12)),
            1 => format!(
                "\"{}\"",
                self.pick(&[
                    "__proto__",
                    "constructor",
                    "toString",
                    "length",
                    "hasOwnProperty",
                    "",
                    "0",
                    "00",
                    "01",
                    "-0",
                    "-1",
                    "1.0",
                    "1e3",
                    " 1",
                    "+1",
                    "4294967293",
                    "4294967294",
                    "4294967295",
                    "4294967296",
                    "9007199254740991",
                    "2147483648",
                    "99999999999999999999",
                    r"\u0030",
                    r"\u0061",
                    r"__proto\u005f_",
                    "toJSON",
                    "NaN",
                    "Infinity",
                ])
            ),
            2 => format!("\"{}\"", self.pick(&["a", "b", "c", "d"])),
            _ => self.string(),
        }
    }

    fn value(&mut self, depth: usize) -> String {
        match self.below(if depth == 0 { 4 } else { 7 }) {
            0 => self.pick(&["null", "true", "false"]).to_owned(),
            // Most numbers are harmless, or nearly every document would be refused.
            1 | 2 if self.below(12) > 0 => self
                .pick(&[
                    "0",
                    "-0",
                    "7",
                    "1.0",
                    "1.50",
                    "1e3",
                    "1E-7",
                    "0.1",
                    "-12.25e+2",
                    "1e21",
                    "123456789012345680000",
                ])
                .to_owned(),
            1 | 2 => self.number(),
            3 => self.string(),
            4 => self.list('[', ']', |entropy| entropy.value(depth - 1)),
            _ => self.list('{', '}', |entropy| {
                let name = entropy.name();
                let (before, after) = (entropy.space(), entropy.space());
                format!("{name}{before}:{after}{}", entropy.value(depth - 1))
            }),
        }
    }

    fn list(&mut self, open: char, close: char, item: impl Fn(&mut Self) -> String) -> String {
        let items: Vec<String> = (0..self.below(7))
            .map(|_| format!("{}{}{}", self.space(), item(self), self.space()))
            .collect();
        format!("{open}{}{}{close}", self.space(), items.join(","))
    }
}

fn node(documents: &[String]) -> Vec<(bool, String)> {
    let mut child = Command::new("node")
        .args(["-e", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this test needs `node` on the PATH");
    let mut input = child.stdin.take().unwrap();
    let lines: String = documents
        .iter()
        .map(|document| serde_json::to_string(document).unwrap() + "\n")
        .collect();
    // A thread of its own: node writes while it is still being fed only once all was read, but a full pipe
    // in either direction must never be able to stop both sides.
    let feeder = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn canonical_text_is_what_node_writes() {
    let mut entropy = Entropy(20_260_426);
    let nested = (0..DOCUMENTS).map(|_| {
        let depth = 1 + entropy.below(5);
        entropy.value(depth)
    });
    let nested: Vec<String> = nested.collect();
    // Nested documents nearly all hold some lossy number: numbers alone show the line between the two.
    let numbers = (0..NUMBERS).map(|_| entropy.number());
    let documents: Vec<String> = nested.into_iter().chain(numbers).collect();

    let answers = node(&documents);
    assert_eq!(answers.len(), documents.len());
    let (mut accepted, mut refused, mut rewritten) = (0, 0, 0);
    for (document, (kept, expected)) in documents.iter().zip(&answers) {
        assert_eq!(check_json(document), Ok(()), "{document}");
        match canonicalize(document) {
            Ok(written) => {
                accepted += 1;
                rewritten += usize::from(document.starts_with(['{', '[']) && written != *document);
                assert!(kept, "accepted although a number changes: {document}");
                assert_eq!(&written, expected, "{document}");
                assert_eq!(check_canonical(document), Ok(()), "{document}");
            }
            Err(error) => {
                refused += 1;
                assert!(
                    !kept,
                    "refused although every number stays: {document}: {error}"
                );
                assert_eq!(check_canonical(document), Err(error), "{document}");
            }
        }
    }
    assert!(
        accepted > 10_000 && refused > 3_000 && rewritten > 3_000,
        "{accepted} accepted, {rewritten} of them containers that changed, {refused} refused"
    );
    println!("{accepted} accepted, {rewritten} of them containers that changed, {refused} refused");
}
