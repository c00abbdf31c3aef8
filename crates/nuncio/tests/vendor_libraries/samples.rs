//! Data that publishers may send.

use crate::contract::{Body, Contract};

/// A case and the data of its event.
pub(crate) struct Sample {
    pub(crate) case: &'static str,
    pub(crate) data: String,
}

/// A text that is in every sample that is forged: the forgery changes it.
pub(crate) const MARK: &str = "o_1048576";

/// Data that is signed byte for byte, whose writing must survive.
const JSON: [(&str, &str); 8] = [
    ("ordinary", r#"{"order":"o_1048576","total":"10.50"}"#),
    ("empty", "{}"),
    (
        "spaced",
        "{ \"spaced\" : [ 1 , 2 ,\n\t{ } ] , \"x\" : \"  kept  \" }",
    ),
    (
        "unicode",
        "{\"plain\":\"zażółć 日本語 😀 \u{2028}\u{7f}\u{feff}\",\"escaped\":\"\\u007a\\u00E9\\ud83d\\uDE00\\u2028\\/\\u001f\"}",
    ),
    (
        "odd numbers",
        r#"{"n":[1.0,1e3,1E-7,-0,-0.0,0.1,1.50,1E+2,1e21,123456789012345680000,5e-324,1.7976931348623157e308]}"#,
    ),
    (
        "duplicate keys",
        r#"{"a":1,"b":2,"a":3,"x":{"k":1,"k":[1,1.0]},"\u0062":4}"#,
    ),
    (
        "integer-like keys",
        r#"{"b":1,"10":2,"2":{"z":1,"1":2,"01":3,"4294967295":5,"-1":6},"0":0}"#,
    ),
    (
        "names of JavaScript's own",
        r#"{"":"empty","constructor":1,"__proto__":{"polluted":true},"toString":null}"#,
    ),
];

/// Data of forms: one level of texts, numbers and truth values.
const FORM: [(&str, &str); 7] = [
    (
        "ordinary",
        r#"{"CallSid":"o_1048576","Caller":"+14158675309","Digits":"1234"}"#,
    ),
    ("empty", "{}"),
    ("spaced", "{ \"b\" : \" a  b \" ,\n\t\"a\" : 1 }"),
    (
        "unicode",
        r#"{"Body":"zażółć 日本語 😀 \u00e9","é":"è","amp":"a&b=c+d%20;\r\n"}"#,
    ),
    (
        "odd numbers",
        r#"{"n":1.0,"m":1e3,"z":-0,"big":123456789012345680000,"t":true}"#,
    ),
    ("duplicate keys", r#"{"a":"1","b":"2","a":"3"}"#),
    (
        "integer-like keys",
        r#"{"b":"1","10":"2","2":"3","":"empty"}"#,
    ),
];

/// The cases of a contract.
pub(crate) fn samples(contract: &Contract) -> Vec<Sample> {
    let texts: &[(&str, &str)] = match contract.body {
        Body::Form => &FORM,
        Body::Json | Body::Unsigned => &JSON,
    };
    let mut samples: Vec<Sample> = texts
        .iter()
        .map(|(case, sample)| Sample {
            case,
            data: contract.data(sample),
        })
        .collect();
    samples.push(Sample {
        case: "500 KB",
        data: contract.data(&large(contract.body)),
    });
    samples
}

fn large(body: Body) -> String {
    if body == Body::Form {
        // As a form, a letter that is not ASCII is three times as long for each of its bytes.
        return format!(r#"{{"Body":"{}"}}"#, "zażółć gęślą jaźń 😀 ".repeat(6_000));
    }
    let row = |n: usize| format!(r#"{{"n":{n},"ratio":{n}.25,"text":"zażółć gęślą jaźń 😀 {n}"}}"#);
    let rows: Vec<String> = (0..7_500).map(row).collect();
    let data = format!("{{\"rows\":[{}]}}", rows.join(","));
    assert!((480_000..620_000).contains(&data.len()), "{}", data.len());
    data
}

#[test]
fn forged_sample_has_the_mark() {
    for contract in crate::contract::CONTRACTS {
        assert!(samples(contract)[0].data.contains(MARK));
    }
}
