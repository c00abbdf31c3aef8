//! Data that publishers may send, and what JavaScript makes of it.

use std::process::Stdio;

use tokio::{io::AsyncWriteExt, process::Command};

use crate::support::receiver::script;

/// Data as publishers may write it: JSON texts, whose every byte matters.
pub(crate) fn samples() -> Vec<String> {
    let texts = [
        r#"{"object":{"id":"risk_1","rating":"high"},"previousAttributes":{"rating":"low"}}"#,
        r#"{"device_id":"dev_1","risk_score":0.97,"amount":"10.50"}"#,
        r#"{}"#,
        // Unicode as it is and escaped, beyond the basic plane, and what JavaScript once took for line ends.
        "{\"plain\":\"zażółć 日本語 😀 \u{2028}\u{2029}\u{7f}\u{feff}\",\"escaped\":\"\\u007a\\u00E9\\ud83d\\uDE00\\u2028\"}",
        r#"{"escapes":"\"\\\/\b\f\n\r\t\u0000\u001f\u0008","quote\"key":1,"slash\/key":2,"tab\tkey":3}"#,
        // Numbers whose ECMAScript form differs but means the same.
        r#"{"n":[1.0,1e3,1E-7,-0,-0.0,0.1,1.50,1E+2,1e21,123456789012345680000,5e-324,1.7976931348623157e308,0.000001,1e-7]}"#,
        // Keys that look like array indices, at several levels; and some that only nearly do.
        r#"{"b":1,"10":2,"2":{"z":1,"1":2,"01":3,"4294967294":4,"4294967295":5,"-1":6,"1.5":7},"a":[{"9":1,"x":2,"3":4}],"0":0}"#,
        r#"{"":"empty","x":{"":{"":[]}},"constructor":1,"__proto__":{"polluted":true},"toString":null,"y":{"__proto__":null}}"#,
        // Names twice, once in another spelling.
        r#"{"a":1,"b":2,"a":3,"x":{"k":1,"k":{"deep":[1,1.0]}},"\u0062":4}"#,
        "{ \"spaced\" : [ 1 , 2 ,\n\t{ } ] , \"x\" : \"  kept  \" }",
        r#"{"html":"<script>&'\u003c</script>","percent":"%7B%22","php":"<?php","null":null,"t":true,"f":false}"#,
    ];
    let deep = format!("{{\"deep\":{}0.5{}}}", "[".repeat(100), "]".repeat(100));
    let mut samples: Vec<String> = texts.map(str::to_owned).into();
    samples.extend([deep, large()]);
    samples
}

/// Close to the limit of 1 MiB.
fn large() -> String {
    let row = |n: usize| format!(r#"{{"n":{n},"ratio":{n}.25,"text":"zażółć gęślą jaźń 😀 {n}"}}"#);
    let rows: Vec<String> = (0..13_500).map(row).collect();
    let data = format!("{{\"rows\":[{}]}}", rows.join(","));
    assert!((900_000..1_048_576).contains(&data.len()), "{}", data.len());
    data
}

/// What real JavaScript makes of each text.
pub(crate) async fn canonical(texts: &[String]) -> Vec<String> {
    let mut node = Command::new("node")
        .arg(script("canonical.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node is installed");
    let input = serde_json::to_vec(texts).expect("texts");
    let mut stdin = node.stdin.take().expect("piped");
    stdin.write_all(&input).await.expect("node reads");
    drop(stdin);
    let output = node.wait_with_output().await.expect("node ends");
    serde_json::from_slice(&output.stdout).expect("node prints JSON")
}
