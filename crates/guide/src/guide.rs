//! The page, put together.

use nuncio_dialect::{ChosenBy, DataError, Dialect, FilterChoice, Gone, Handshake};
use serde::Serialize;
use std::time::Duration;

use crate::{
    Facts, Sample, Way,
    example::{Example, example},
    html,
    recipe::{Part, Recipe},
    retries::{Attempts, OwnSchedule, attempts, own_schedules},
    samples::programs,
    tables::{Group, Meaning, envelope, groups, headers},
    templates::fill,
    text::{list, ranges, span},
};

/// A guide that can't be written.
#[derive(Debug, thiserror::Error)]
pub enum GuideError {
    /// The example of the catalog's first event type can't be sent under the dialect.
    #[error("the example of event type {kind}: {fault}")]
    Example {
        /// The type's name.
        kind: String,
        /// What is wrong with its example.
        fault: DataError,
    },
    /// A template asks for what there is not.
    #[error("a template of the guide can't be filled in: {0}")]
    Template(#[from] minijinja::Error),
}

/// A vendor's Webhooks page.
#[derive(Debug)]
pub struct Guide {
    title: String,
    markdown: String,
    samples: Vec<Sample>,
}

impl Guide {
    /// Writes the guide of a project.
    ///
    /// # Errors
    /// [`GuideError`].
    pub fn write(facts: &Facts) -> Result<Self, GuideError> {
        let samples = programs(&facts.dialect)?;
        let page = Page::of(facts, &samples)?;
        Ok(Self {
            title: format!("{} webhooks", facts.product),
            markdown: fill("page.md", &page)?,
            samples,
        })
    }

    /// The page as Markdown (CommonMark with tables).
    pub fn markdown(&self) -> &str {
        &self.markdown
    }

    /// The page as an HTML document that asks nobody for anything.
    pub fn html(&self) -> String {
        html::page(&self.title, &self.markdown)
    }

    /// What [`html`](Self::html) allows itself to load: its own style and nothing else. The page says so in a `meta`
    /// element, since a file on a disk has no headers; a server can send it as `Content-Security-Policy`.
    pub fn content_security_policy() -> &'static str {
        html::content_security_policy()
    }

    /// The programs on the page.
    pub fn samples(&self) -> &[Sample] {
        &self.samples
    }
}

/// What the page's template is filled in with.
#[derive(Serialize)]
struct Page<'a> {
    product: &'a str,
    api: &'a str,
    notes: &'a [String],
    content_type: &'a str,
    form: bool,
    canonical: bool,
    https_only: bool,
    plans: Option<String>,
    endpoints_max: u32,
    customer_secret: bool,
    secret_prefix: &'a str,
    pairs: bool,
    all_keys_sign: bool,
    filters: String,
    handshake: Option<&'static str>,
    groups: Vec<Group<'a>>,
    example: Example,
    example_type: String,
    headers: Vec<Meaning>,
    envelope: Vec<Meaning>,
    fresh_time: bool,
    steps: Vec<String>,
    languages: Vec<Programs<'a>>,
    answers: Answers<'a>,
    success: String,
    timeout: String,
    attempts: Attempts,
    own_schedules: Vec<OwnSchedule<'a>>,
    skips_disabled: bool,
    customers_transform: bool,
    gone_disables: bool,
    /// After how long a failing endpoint is disabled, in words.
    auto_disable: Option<String>,
    user_agent: Option<&'a str>,
    history_days: u32,
    dead_letter_days: u32,
    history: Option<&'a str>,
    test_event: &'a str,
    dedupe: String,
}

#[derive(Serialize)]
struct Answers<'a> {
    missing: u16,
    invalid: u16,
    text: &'a str,
}

/// The programs of one language.
#[derive(Serialize)]
struct Programs<'a> {
    title: &'static str,
    fence: &'static str,
    install: &'static str,
    file: &'static str,
    run: &'static str,
    library: Option<&'a str>,
    by_hand: Option<&'a str>,
}

impl<'a> Page<'a> {
    fn of(facts: &'a Facts, samples: &'a [Sample]) -> Result<Self, GuideError> {
        let dialect = &*facts.dialect;
        let policy = &facts.policy;
        let kind = facts.catalog.iter().find(|kind| kind.example.is_some());
        let example = example(dialect, kind).map_err(|fault| GuideError::Example {
            kind: kind.map_or_else(String::new, |kind| kind.name.clone()),
            fault,
        })?;
        let recipe = Recipe::of(dialect);
        let rules = dialect.secret_rules();
        let answers = &dialect.receiver().answers;
        Ok(Self {
            product: &facts.product,
            api: &facts.api,
            notes: dialect.notes(),
            content_type: dialect.content_type(),
            form: dialect.is_form(),
            canonical: dialect.is_canonical(),
            https_only: policy.https_only,
            plans: (!policy.plans.is_empty()).then(|| list(&capitalized(&policy.plans), "and")),
            endpoints_max: facts.endpoints_max,
            customer_secret: rules.chosen_by == ChosenBy::Customer,
            secret_prefix: &rules.prefix,
            pairs: rules.pair.is_some(),
            all_keys_sign: dialect.signs_with_all_keys(),
            filters: filters(&dialect.screen().filters),
            handshake: handshake(policy.handshake),
            groups: groups(&facts.catalog),
            headers: headers(dialect, &example),
            envelope: envelope(dialect),
            steps: recipe.as_ref().map(steps).unwrap_or_default(),
            fresh_time: recipe.as_ref().is_some_and(|recipe| recipe.time.is_some()),
            languages: by_language(samples),
            answers: Answers {
                missing: answers.missing,
                invalid: answers.invalid,
                text: &answers.text,
            },
            success: ranges(&policy.success),
            timeout: span(Duration::from_millis(u64::from(policy.timeout_ms))),
            attempts: attempts(&policy.retry),
            own_schedules: own_schedules(&facts.catalog),
            skips_disabled: facts.skips_disabled,
            customers_transform: facts.customers_transform,
            gone_disables: policy.gone == Gone::Disable,
            auto_disable: policy.auto_disable().map(span),
            user_agent: dialect.user_agent(),
            history_days: facts.history_days,
            dead_letter_days: facts.dead_letter_days,
            history: dialect.screen().history.as_deref(),
            test_event: dialect
                .screen()
                .test_event
                .as_deref()
                .unwrap_or(dialect.test_type()),
            dedupe: dedupe(dialect),
            example_type: example.kind.clone(),
            example,
        })
    }
}

fn capitalized(words: &[String]) -> Vec<String> {
    let capital = |word: &String| {
        let mut letters = word.chars();
        let first = letters
            .next()
            .map(|letter| letter.to_uppercase().to_string());
        first.unwrap_or_default() + letters.as_str()
    };
    words.iter().map(capital).collect()
}

fn filters(choices: &[FilterChoice]) -> String {
    let words: Vec<_> = choices
        .iter()
        .map(|choice| match choice {
            FilterChoice::Types => "the types that you choose from the list".to_owned(),
            FilterChoice::Prefix => "a group of types, such as `order.*`".to_owned(),
            FilterChoice::All => "all events, with `*`".to_owned(),
        })
        .collect();
    list(&words, "or")
}

const fn handshake(kind: Handshake) -> Option<&'static str> {
    match kind {
        Handshake::None => None,
        Handshake::Echo => Some("send back the challenge that is posted to it"),
        Handshake::Crc => Some("respond to a challenge with its signature"),
        Handshake::Options => {
            Some("allow the sender's origin in its response to an `OPTIONS` request")
        }
    }
}

/// Where a receiver finds the id that tells a repeat; empty if the dialect sends none.
fn dedupe(dialect: &Dialect) -> String {
    use nuncio_dialect::{Field, Piece};
    let holds = |value: &[Piece], fields: &[Field]| matches!(value, [Piece::Field(field)] if fields.contains(field));
    let in_header = |fields: &[Field]| {
        let rule = dialect
            .header_rules()
            .iter()
            .find(|rule| holds(&rule.value, fields));
        rule.map(|rule| format!("the `{}` header", rule.name))
    };
    let in_body = |fields: &[Field]| {
        let member = dialect
            .envelope()
            .iter()
            .find(|member| holds(&member.value, fields));
        member.map(|member| format!("the body's `{}`", member.path))
    };
    in_header(&[Field::DeliveryId, Field::DeliveryUuid])
        .or_else(|| in_header(&[Field::EventId, Field::MessageId]))
        .or_else(|| in_body(&[Field::EventId, Field::MessageId]))
        .unwrap_or_default()
}

fn by_language(samples: &[Sample]) -> Vec<Programs<'_>> {
    crate::Language::ALL
        .into_iter()
        .map(|language| {
            let code = |way| {
                let sample = samples
                    .iter()
                    .find(|sample| sample.language == language && sample.way == way);
                sample.map(|sample| sample.code.as_str())
            };
            Programs {
                title: language.title(),
                fence: language.fence(),
                install: language.install(),
                file: language.file(),
                run: language.run(),
                library: code(Way::Library),
                by_hand: code(Way::ByHand),
            }
        })
        .collect()
}

/// How to verify, in sentences.
fn steps(recipe: &Recipe) -> Vec<String> {
    if recipe.token {
        return vec![format!(
            "Compare the `{}` header with `{}` followed by your secret, in constant time.",
            recipe.header, recipe.expected_prefix
        )];
    }
    let mut steps = Vec::new();
    if let Some(time) = &recipe.time {
        let place = match (&time.header, &time.pair) {
            (Some(header), _) => format!("the `{header}` header"),
            (None, Some(pair)) => format!("the item `{pair}=` of the `{}` header", recipe.header),
            (None, None) => String::new(),
        };
        steps.push(match time.tolerance_s {
            Some(tolerance) => format!(
                "Read the timestamp from {place}. Reject the request if it is more than {} away from your clock, \
                 in either direction.",
                span(Duration::from_secs(u64::from(tolerance)))
            ),
            None => format!("Read the timestamp from {place}."),
        });
    }
    let content: Vec<_> = recipe.parts.iter().map(content).collect();
    steps.push(format!(
        "Concatenate the signed content: {}. Use the raw bytes of the body, before any parsing.",
        list(&content, "and")
    ));
    let key = match recipe.key.format {
        "utf8" if recipe.key.prefix.is_empty() => "the secret's bytes".to_owned(),
        "utf8" => format!(
            "the bytes of the whole secret, `{}` included",
            recipe.key.prefix
        ),
        format if recipe.key.prefix.is_empty() => {
            format!("the {format}-decoded secret (or its bytes, if it is not {format})")
        }
        format => format!(
            "the {format}-decoded secret, without `{}` before it (or its bytes, if it is not {format}),",
            recipe.key.prefix
        ),
    };
    let encoding = match recipe.encoding {
        "hex" => "lower-case hexadecimal",
        "base64" => "base64",
        _ => "base64url without padding",
    };
    let hash = recipe.digest.replace("sha", "SHA-");
    steps.push(format!(
        "Compute its HMAC-{hash} with {key} as the key, encoded as {encoding}{}.",
        if recipe.expected_prefix.is_empty() {
            String::new()
        } else {
            format!(", after `{}`", recipe.expected_prefix)
        }
    ));
    steps.push(if recipe.list {
        format!(
            "Split the `{}` header at `{}` and compare each item with it in constant time. The request is genuine if \
             one matches. There are several while a secret is being rotated.",
            recipe.header, recipe.separator
        )
    } else {
        format!(
            "Compare it with the `{}` header in constant time.",
            recipe.header
        )
    });
    steps
}

fn content(part: &Part) -> String {
    match part {
        Part::Text { text } => format!("`{text}`"),
        Part::Header { name } => format!("the value of `{name}`"),
        Part::Timestamp => "the timestamp as it was sent".to_owned(),
        Part::Url => "the endpoint's URL exactly as you entered it".to_owned(),
        Part::Method => "`POST`".to_owned(),
        Part::Body => "the body".to_owned(),
        Part::SortedForm => {
            "every form parameter's name and value, decoded, sorted by name".to_owned()
        }
    }
}
