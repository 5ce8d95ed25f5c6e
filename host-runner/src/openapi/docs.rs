//! What the interface says of its items.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A line for each item of `wit/`: its name, a tab, and its text with `\n` for line ends.
static LINES: &str = include_str!(concat!(env!("OUT_DIR"), "/stampcard.docs"));

static ALL: LazyLock<HashMap<&'static str, String>> = LazyLock::new(|| {
    let lines = LINES.lines().filter_map(|line| line.split_once('\t'));
    lines.map(|(name, text)| (name, plain(text))).collect()
});

/// The text of an item, such as `points.balance` or `points.account.member`.
pub(super) fn of(name: &str) -> Option<&'static str> {
    ALL.get(name).map(String::as_str)
}

fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        match (escaped, c) {
            (false, '\\') => escaped = true,
            (true, 'n') => {
                plain.push('\n');
                escaped = false;
            }
            (_, c) => {
                plain.push(c);
                escaped = false;
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_have_their_words() {
        assert!(of("points").is_some());
        let text = of("upkeep.tick").unwrap();
        assert!(text.contains("Errors:") && text.contains('\n'), "{text}");
        assert!(
            of("types.instant.seconds")
                .unwrap()
                .starts_with("Seconds since")
        );
        assert_eq!(of("points.nothing"), None);
        assert_eq!(plain("a\\nb\\\\n"), "a\nb\\n");
    }
}
