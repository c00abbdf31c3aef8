//! What PostgreSQL has another word for.

/// A statement as PostgreSQL takes it: values are `$1`, the planner chooses indexes and the order of joins itself.
pub(super) fn for_postgres(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len() + 32);
    let mut words = sql.split(' ').peekable();
    let mut first = true;
    let mut ignores = false;
    while let Some(word) = words.next() {
        let word = match word {
            "INDEXED" => {
                // BY, and its name.
                words.next();
                words.next();
                continue;
            }
            "CROSS" if words.peek() == Some(&"JOIN") => continue,
            "OR" if words.peek() == Some(&"IGNORE") => {
                words.next();
                ignores = true;
                continue;
            }
            word => word,
        };
        if !std::mem::take(&mut first) {
            text.push(' ');
        }
        text.push_str(&word.replace('?', "$"));
    }
    // SQLite reads all of a long text to tell that it is not null, but not to tell that it is a text.
    let mut text = text.replace("typeof(payload) = 'null'", "payload IS NULL");
    if ignores {
        text.push_str(" ON CONFLICT DO NOTHING");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::for_postgres;

    #[test]
    fn values_hints_and_conflicts_are_translated() {
        let check = |sql, expected| assert_eq!(for_postgres(sql), expected);
        check(
            "SELECT a FROM t INDEXED BY t_by_a WHERE a = ?1 AND b = ?12",
            "SELECT a FROM t WHERE a = $1 AND b = $12",
        );
        check(
            "SELECT 1 FROM x CROSS JOIN e ON e.seq = x.event",
            "SELECT 1 FROM x JOIN e ON e.seq = x.event",
        );
        check(
            "INSERT OR IGNORE INTO t (a) VALUES (?1)",
            "INSERT INTO t (a) VALUES ($1) ON CONFLICT DO NOTHING",
        );
    }
}
