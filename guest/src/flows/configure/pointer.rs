//! Where in a JSON document an error lies, as a JSON pointer (RFC 6901). The reader of JSON only tells
//! where it stopped.

use crate::json;
use std::fmt::Write;

/// An object or an array that is open, with the way to what was read last in it.
enum Open {
    Object { key: Option<String> },
    Array { index: usize, begun: bool },
}

/// The pointer of what stands at the end of `text`, which is a document up to where its reader stopped. An object or an
/// array is read with its closing bracket, which is where the reader tells that something is missing in it. Empty for the
/// whole document.
pub(super) fn pointer(text: &str) -> String {
    let end = text.len();
    let mut open: Vec<Open> = Vec::new();
    let mut bytes = text.bytes().enumerate();
    while let Some((start, byte)) = bytes.next() {
        match byte {
            b'{' => {
                begin(&mut open);
                open.push(Open::Object { key: None });
            }
            b'[' => {
                begin(&mut open);
                open.push(Open::Array {
                    index: 0,
                    begun: false,
                });
            }
            b'}' | b']' => drop(open.pop()),
            b',' => match open.last_mut() {
                Some(Open::Object { key }) => *key = None,
                Some(Open::Array { index, begun }) => {
                    *index += usize::from(*begun);
                    *begun = false;
                }
                None => {}
            },
            b'"' => {
                let mut escaped = false;
                let close = bytes.find(|(_, byte)| {
                    let closes = *byte == b'"' && !escaped;
                    escaped = *byte == b'\\' && !escaped;
                    closes
                });
                let stop = close.map_or(end, |(at, _)| at + 1);
                match open.last_mut() {
                    Some(Open::Object { key }) if key.is_none() => {
                        *key = Some(read(text, start, stop))
                    }
                    _ => begin(&mut open),
                }
            }
            b':' | b' ' | b'\n' | b'\r' | b'\t' => {}
            _ => begin(&mut open),
        }
    }
    write(&open)
}

/// Notes that a value begins.
fn begin(open: &mut [Open]) {
    if let Some(Open::Array { begun, .. }) = open.last_mut() {
        *begun = true;
    }
}

/// The key in quotes between two positions; as it is written where it is cut off.
fn read(text: &str, start: usize, stop: usize) -> String {
    let quoted = text.get(start..stop).unwrap_or_default();
    json::read(quoted).unwrap_or_else(|_| quoted.trim_matches('"').to_owned())
}

fn write(open: &[Open]) -> String {
    let mut pointer = String::new();
    for step in open {
        match step {
            Open::Object { key: Some(key) } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Open::Array { index, begun: true } => {
                // Writing to a String can't fail.
                let _ = write!(pointer, "/{index}");
            }
            Open::Object { key: None } | Open::Array { begun: false, .. } => {}
        }
    }
    pointer
}

#[cfg(test)]
mod tests {
    use super::pointer;

    /// `¦` stands where the reader stopped.
    #[test]
    fn tells_what_was_read_last() {
        for (text, expected) in [
            ("¦", ""),
            ("5¦", ""),
            ("{¦", ""),
            (r#"{"a": 5¦}"#, "/a"),
            (r#"{"a": "x"¦}"#, "/a"),
            (r#"{"a": {¦}}"#, "/a"),
            (r#"{"a": {}¦}"#, "/a"),
            (r#"{"a": 1, "b"¦: 2}"#, "/b"),
            (r#"{"a": {"b": 1, "c": [true¦]}}"#, "/a/c/0"),
            (r#"{"a": {"b": 1}, "c": null¦}"#, "/c"),
            (r#"{"a": [¦]}"#, "/a"),
            (r#"{"a": [1, {"b": 2}, [3, 4¦]]}"#, "/a/2/1"),
            (r#"{"a": [[], [], 1.5¦]}"#, "/a/2"),
            ("[1,\n 2,\n {\"ü\":\n 3¦}]", "/2/ü"),
            ("{\n\"a\": 1,\n¦\"b\": 2}", ""),
            (r#"{"a/b": {"c~d": 1¦}}"#, "/a~1b/c~0d"),
            (r#"{"q\"}, {": {"\u00e9\\": 1¦}}"#, r#"/q"}, {/é\"#),
            (r#"{"a": "x\\", "b": "{[,:]\"", "c": 1¦}"#, "/c"),
            (r#"{"cut of¦"#, "/cut of"),
            (r#"{"a": ["cut of¦"#, "/a/0"),
            (r#"{"a": tru¦"#, "/a"),
            ("}]],:¦", ""),
        ] {
            let (before, _) = text.split_once('¦').unwrap();
            assert_eq!(pointer(before), expected, "{text}");
        }
    }
}
