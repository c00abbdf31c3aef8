//! Which library is tested under which dialect.

use crate::{
    contract::{Contract, contract},
    ecosystem::Ecosystem,
};

/// How a library judges the signed time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Window {
    /// Not at all: there is none, or the library leaves it alone.
    None,
    /// It may not be over five minutes old.
    Past,
    /// It may be five minutes off, either way.
    Both,
}

/// A library and a dialect that it understands.
pub(crate) struct Pair {
    /// As the registry names it.
    pub(crate) package: &'static str,
    /// As the receiver names it.
    pub(crate) library: &'static str,
    pub(crate) dialect: &'static str,
    pub(crate) window: Window,
    /// Whether it can sign, too.
    pub(crate) signs: bool,
    /// Whether it answers the dialect's handshake by itself.
    pub(crate) shakes_hands: bool,
}

const fn pair(package: &'static str, library: &'static str, dialect: &'static str) -> Pair {
    Pair {
        package,
        library,
        dialect,
        window: Window::None,
        signs: false,
        shakes_hands: false,
    }
}

impl Pair {
    const fn window(mut self, window: Window) -> Self {
        self.window = window;
        self
    }

    const fn signs(mut self) -> Self {
        self.signs = true;
        self
    }

    const fn shakes_hands(mut self) -> Self {
        self.shakes_hands = true;
        self
    }

    pub(crate) fn contract(&self) -> &'static Contract {
        contract(self.dialect)
    }

    /// A word for paths and tenants.
    pub(crate) fn slug(&self) -> String {
        let library = self.library.replace(['@', '/', '.', '_'], "-");
        format!("{}-{}", self.dialect, library.trim_start_matches('-'))
    }
}

const NODE: &[Pair] = &[
    pair("stripe", "stripe", "stripe")
        .window(Window::Past)
        .signs(),
    pair("@octokit/webhooks", "@octokit/webhooks", "github").signs(),
    pair("@shopify/shopify-api", "@shopify/shopify-api", "shopify"),
    pair("@slack/bolt", "@slack/bolt", "slack")
        .window(Window::Past)
        .shakes_hands(),
    pair("square", "square", "square"),
    pair("twilio", "twilio", "twilio").signs(),
    pair("@zoom/rivet", "@zoom/rivet", "zoom").shakes_hands(),
    pair("cloudevents", "cloudevents", "cloudevents"),
    pair("cloudevents", "cloudevents", "cloudevents-binary"),
    pair("standardwebhooks", "standardwebhooks", "standard")
        .window(Window::Both)
        .signs(),
    pair("standardwebhooks", "standardwebhooks", "svix-whitelabel").window(Window::Both),
    pair("svix", "svix", "svix").window(Window::Both).signs(),
    pair("svix", "svix", "svix-whitelabel").window(Window::Both),
    pair("svix", "svix", "standard").window(Window::Both),
];

const PYTHON: &[Pair] = &[
    pair("stripe", "stripe", "stripe")
        .window(Window::Past)
        .signs(),
    pair("slack_sdk", "slack_sdk", "slack")
        .window(Window::Both)
        .signs(),
    pair("slack_bolt", "slack_bolt", "slack")
        .window(Window::Both)
        .shakes_hands(),
    pair("squareup", "squareup", "square"),
    pair("twilio", "twilio", "twilio").signs(),
    pair("cloudevents", "cloudevents", "cloudevents"),
    pair("cloudevents", "cloudevents", "cloudevents-binary"),
    pair("standardwebhooks", "standardwebhooks", "standard")
        .window(Window::Both)
        .signs(),
    pair("standardwebhooks", "standardwebhooks", "svix-whitelabel").window(Window::Both),
    pair("svix", "svix", "svix").window(Window::Both).signs(),
    pair("svix", "svix", "svix-whitelabel").window(Window::Both),
    pair("svix", "svix", "standard").window(Window::Both),
];

const GO: &[Pair] = &[
    pair("github.com/stripe/stripe-go/v82", "stripe-go", "stripe")
        .window(Window::Past)
        .signs(),
    pair("github.com/google/go-github/v75", "go-github", "github"),
    pair("github.com/slack-go/slack", "slack-go", "slack")
        .window(Window::Both)
        .shakes_hands(),
    pair(
        "github.com/PagerDuty/go-pagerduty",
        "go-pagerduty",
        "pagerduty",
    ),
    pair("github.com/twilio/twilio-go", "twilio-go", "twilio"),
    pair("github.com/cloudevents/sdk-go/v2", "sdk-go", "cloudevents").shakes_hands(),
    pair(
        "github.com/cloudevents/sdk-go/v2",
        "sdk-go",
        "cloudevents-binary",
    )
    .shakes_hands(),
    pair(
        "github.com/standard-webhooks/standard-webhooks/libraries",
        "standardwebhooks",
        "standard",
    )
    .window(Window::Both)
    .signs(),
    pair(
        "github.com/standard-webhooks/standard-webhooks/libraries",
        "standardwebhooks",
        "svix-whitelabel",
    )
    .window(Window::Both),
    pair("github.com/svix/svix-webhooks", "svix-webhooks", "svix")
        .window(Window::Both)
        .signs(),
    pair("github.com/svix/svix-webhooks", "svix-webhooks", "standard").window(Window::Both),
];

const JAVA: &[Pair] = &[
    pair("com.stripe:stripe-java", "stripe-java", "stripe")
        .window(Window::Past)
        .signs(),
    pair("com.slack.api:bolt", "bolt", "slack")
        .window(Window::Past)
        .signs()
        .shakes_hands(),
    pair("com.squareup:square", "square", "square"),
    pair("com.twilio.sdk:twilio", "twilio", "twilio"),
    pair(
        "io.cloudevents:cloudevents-http-basic",
        "cloudevents",
        "cloudevents",
    ),
    pair(
        "io.cloudevents:cloudevents-http-basic",
        "cloudevents",
        "cloudevents-binary",
    ),
    pair(
        "com.standardwebhooks:standardwebhooks",
        "standardwebhooks",
        "standard",
    )
    .window(Window::Both)
    .signs(),
    pair("com.svix:svix", "svix", "svix")
        .window(Window::Both)
        .signs(),
    pair("com.svix:svix", "svix", "svix-whitelabel").window(Window::Both),
];

/// What is tested in an ecosystem.
pub(crate) fn pairs(ecosystem: Ecosystem) -> &'static [Pair] {
    match ecosystem {
        Ecosystem::Node => NODE,
        Ecosystem::Python => PYTHON,
        Ecosystem::Go => GO,
        Ecosystem::Java => JAVA,
    }
}
