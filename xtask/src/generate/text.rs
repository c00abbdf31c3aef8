//! A source text in the making: lines with their indent, comments wrapped to a width that people read.

/// No generated comment is wider.
const COLUMNS: usize = 100;

/// A text that grows by lines.
#[derive(Debug)]
pub(super) struct Text {
    text: String,
    indent: &'static str,
}

impl Text {
    /// An empty text that indents each level so.
    pub(super) fn new(indent: &'static str) -> Self {
        Self {
            text: String::new(),
            indent,
        }
    }

    /// Adds a line, so many levels deep; an empty one without spaces.
    pub(super) fn line(&mut self, depth: usize, line: impl AsRef<str>) {
        let line = line.as_ref();
        if !line.is_empty() {
            self.text.push_str(&self.indent.repeat(depth));
            self.text.push_str(line);
        }
        self.text.push('\n');
    }

    /// Adds an empty line.
    pub(super) fn blank(&mut self) {
        self.line(0, "");
    }

    /// Adds words as comment lines that each begin with `mark`.
    pub(super) fn comment(&mut self, depth: usize, mark: &str, words: &str) {
        let width = COLUMNS - depth * self.indent.len() - mark.len() - 1;
        for line in wrapped(words, width) {
            self.line(depth, format!("{mark} {line}").trim_end());
        }
    }

    /// All of it.
    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// Words in lines of at most so many characters, unless one word has more.
pub(super) fn wrapped(words: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fill_lines_up_to_the_width() {
        fn check(words: &str, expected: &[&str]) {
            assert_eq!(wrapped(words, 7), expected);
        }
        check("one two three", &["one two", "three"]);
        check("unbreakable x\ny", &["unbreakable", "x y"]);
        check("", &[]);
    }

    #[test]
    fn lines_are_indented_and_empty_lines_are_empty() {
        let mut text = Text::new("  ");
        text.line(1, "word");
        text.line(1, "");
        assert_eq!(text.finish(), "  word\n\n");
    }
}
