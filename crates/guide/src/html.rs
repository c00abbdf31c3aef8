//! The page as HTML: the Markdown rendered, in a frame with its own style and nothing from anybody else.

use pulldown_cmark::{Event, Options, Parser, html::push_html};

const STYLE: &str = include_str!("../templates/page.css");

/// A whole HTML page of a Markdown text. Raw HTML in it (a description in a catalog may hold some) is shown as text.
pub(crate) fn page(title: &str, markdown: &str) -> String {
    let events = Parser::new_ext(markdown, Options::ENABLE_TABLES).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        other => other,
    });
    let mut body = String::with_capacity(markdown.len() * 2);
    push_html(&mut body, events);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        escaped(title)
    )
}

/// The page's style, which its Content Security Policy names by its hash.
pub(crate) const fn style() -> &'static str {
    STYLE
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
}
