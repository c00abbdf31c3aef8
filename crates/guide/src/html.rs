//! The page as HTML: the Markdown rendered, in a frame with its own style and nothing from anybody else.

use std::sync::LazyLock;

use base64::{Engine, engine::general_purpose::STANDARD};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html::push_html};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("../templates/page.css");

/// What a link may lead to. Others run code (`javascript:`, `data:`) or open programs.
const SCHEMES: [&str; 3] = ["https", "http", "mailto"];

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
});

/// A whole HTML page of a Markdown text. Text of a catalog may hold anything: raw HTML is shown as text, an image as its
/// description and address, a link that leads elsewhere than to a page or a mailbox as its text.
pub(crate) fn page(title: &str, markdown: &str) -> String {
    let mut body = String::with_capacity(markdown.len() * 2);
    let mut safe = Safe::default();
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    push_html(&mut body, events.filter_map(|event| safe.event(event)));
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        content_security_policy(),
        escaped(title)
    )
}

/// What the page may load: its own style, by its hash.
pub(crate) fn content_security_policy() -> &'static str {
    &POLICY
}

/// What has been opened and left out.
#[derive(Default)]
struct Safe {
    /// The addresses of images around this place: their ends are shown as text.
    images: Vec<String>,
    /// For each link around this place whether it is shown as one.
    links: Vec<bool>,
}

impl Safe {
    fn event<'a>(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
            Event::Start(Tag::Image { dest_url, .. }) => {
                self.images.push(dest_url.into_string());
                None
            }
            Event::End(TagEnd::Image) => {
                let address = self.images.pop().unwrap_or_default();
                Some(Event::Text(CowStr::from(format!(" ({address})"))))
            }
            Event::Start(Tag::Link { ref dest_url, .. }) => {
                let is_safe = is_safe(dest_url);
                self.links.push(is_safe);
                is_safe.then_some(event)
            }
            Event::End(TagEnd::Link) => self.links.pop().unwrap_or_default().then_some(event),
            event => Some(event),
        }
    }
}

/// Whether a link may lead there: to one of [`SCHEMES`], or to a place on the page itself. What else begins with no scheme
/// would lead to wherever the page is published.
fn is_safe(address: &str) -> bool {
    if address
        .chars()
        .any(|letter| letter.is_control() || letter.is_whitespace())
    {
        return false;
    }
    match address.split_once(':') {
        Some((scheme, _)) => SCHEMES.iter().any(|safe| scheme.eq_ignore_ascii_case(safe)),
        None => address.starts_with('#'),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The part of the page that the text makes.
    fn shown(markdown: &str) -> String {
        let page = page("T", markdown);
        let (_, main) = page
            .split_once("<main>\n")
            .expect("the page has a main part");
        main.split_once("</main>").expect("it ends").0.to_owned()
    }

    #[test]
    fn html_in_the_text_is_shown_not_run() {
        let page = page(
            "<T>",
            "# A\n\n<script>alert(1)</script>\n\nb <img src=x onerror=y> c\n",
        );
        assert!(page.contains("<title>&lt;T&gt;</title>"));
        assert!(page.contains("&lt;script&gt;alert(1)"));
        assert!(page.contains("&lt;img src=x onerror=y&gt;"));
        assert!(!page.contains("<script") && !page.contains("<img"));
    }

    #[test]
    fn links_lead_to_pages_and_mailboxes_only() {
        for safe in [
            "[a](https://example.com/x?y#z)",
            "[a](HTTP://example.com)",
            "[a](mailto:a@example.com)",
            "[a](#events)",
            "<https://example.com/>",
        ] {
            assert!(shown(safe).contains("<a href="), "{safe}");
        }
        for hostile in [
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](java&#115;cript:alert(1))",
            "[a](&#x6A;avascript:alert(1))",
            "[a](<java\tscript:alert(1)>)",
            "[a](<\u{1}javascript:alert(1)>)",
            "[a](<  javascript:alert(1)>)",
            "[a](vbscript:x)",
            "[a](data:text/html,<script>alert(1)</script>)",
            "[a](file:///etc/passwd)",
            "[a](blob:x)",
            "[a](//evil.example/)",
            "[a](/\\evil.example)",
            "[a](evil.html)",
            "[a](view-source:https://example.com)",
            "<javascript:alert(1)>",
            "[a][r]\n\n[r]: javascript:alert(1)",
            "[![b](https://x.example/i.png)](javascript:alert(1))",
        ] {
            let shown = shown(hostile);
            assert!(!shown.contains("href"), "{hostile}: {shown}");
        }
    }

    #[test]
    fn nothing_is_loaded_from_anybody() {
        for hostile in [
            "![a](https://tracker.example/pixel.png)",
            "![a](javascript:alert(1))",
            "![a](data:image/svg+xml,x)",
            "![a][r]\n\n[r]: https://tracker.example/pixel.png \"t\"",
            "![a ![b](https://x.example/1.png) c](https://x.example/2.png)",
            "[![b](https://x.example/i.png)](https://example.com)",
            "<img src=\"https://tracker.example/pixel.png\">",
            "<link rel=stylesheet href=https://x.example/>",
            "<iframe src=https://x.example></iframe>",
            "<svg onload=alert(1)>",
            "<style>@import 'https://x.example/'</style>",
        ] {
            let shown = shown(hostile);
            for tag in ["<img", "<link", "<iframe", "<svg", "<style", "<script"] {
                assert!(!shown.contains(tag), "{hostile}: {shown}");
            }
        }
        assert!(
            shown("![a pixel](https://x.example/p.png)")
                .contains("a pixel (https://x.example/p.png)")
        );
    }

    #[test]
    fn the_page_says_what_it_may_load() {
        let page = page("T", "x");
        let policy = content_security_policy();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
        let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
        let (before, after) = page.split_once(&meta).expect("it is said on the page");
        // Before anything that it is about.
        assert!(!before.contains("<style") && after.contains("<style"));
    }
}
