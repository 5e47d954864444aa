//! Text from configurations, fit for a terminal: nothing in a hostile file may move the cursor,
//! change colours or turn the reading direction.

use std::borrow::Cow;

/// The text with a stand-in for every character that has an effect beyond itself.
pub fn printable(text: &str) -> Cow<'_, str> {
    let is_plain = |text: &str| text.bytes().all(|b| (b' '..=b'~').contains(&b));
    if is_plain(text) || text.chars().all(|c| stand_in(c) == c) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(stand_in).collect())
}

/// The character itself, or what stands in for it.
pub(super) fn stand_in(c: char) -> char {
    match c {
        '\t' => ' ',
        _ if c.is_control() || acts_on_others(c) => '\u{fffd}',
        _ => c,
    }
}

/// Bidirectional controls, invisible joiners and separators of lines.
fn acts_on_others(c: char) -> bool {
    matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{061c}' | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_replaced() {
        assert_eq!(printable("a\u{1b}[31m\u{202e}b\u{9b}"), "a\u{fffd}[31m\u{fffd}b\u{fffd}");
        assert!(matches!(printable("grüße 🦀"), Cow::Borrowed(_)));
    }
}
