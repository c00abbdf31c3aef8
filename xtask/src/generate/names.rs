//! How is a name of the API spelt in a language? The API says `dead-letters` or `list_events`.

/// The words of a name, in lower case: `dead-letters`, `dead_letters` and `DeadLetters` are all two.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in name.chars() {
        if !letter.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        if letter.is_uppercase() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// `dead_letters`.
pub(super) fn snake(name: &str) -> String {
    words(name).join("_")
}

/// `DeadLetters`.
pub(super) fn pascal(name: &str) -> String {
    words(name).iter().map(|word| capitalised(word)).collect()
}

/// `deadLetters`.
pub(super) fn camel(name: &str) -> String {
    let words = words(name);
    let rest = words.iter().skip(1).map(|word| capitalised(word));
    words.first().cloned().into_iter().chain(rest).collect()
}

/// `DeadLetters`, with what Go writes in capitals so: `EndpointID`, `TimeoutMS`.
pub(super) fn go(name: &str) -> String {
    let in_go = |word: &String| match word.as_str() {
        "id" | "url" | "dns" | "tls" | "ms" | "us" | "sha256" => word.to_uppercase(),
        _ => capitalised(word),
    };
    words(name).iter().map(in_go).collect()
}

/// One of several, as the API's English has it: `deliveries` is `delivery`.
pub(super) fn singular(plural: &str) -> String {
    match (plural.strip_suffix("ies"), plural.strip_suffix('s')) {
        (Some(stem), _) => format!("{stem}y"),
        (None, Some(stem)) => stem.to_owned(),
        (None, None) => plural.to_owned(),
    }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelt_as_each_language_does() {
        fn check(name: &str, expected: [&str; 4]) {
            assert_eq!([snake(name), pascal(name), camel(name), go(name)], expected);
        }
        let dead_letters = ["dead_letters", "DeadLetters", "deadLetters", "DeadLetters"];
        check("dead-letters", dead_letters);
        check("DeadLetters", dead_letters);
        check("id", ["id", "Id", "id", "ID"]);
        check(
            "timeout_ms",
            ["timeout_ms", "TimeoutMs", "timeoutMs", "TimeoutMS"],
        );
    }

    #[test]
    fn plurals_of_the_api_have_their_singular() {
        fn check(plural: &str, expected: &str) {
            assert_eq!(singular(plural), expected);
        }
        check("deliveries", "delivery");
        check("event_types", "event_type");
        check("jobs", "job");
    }
}
