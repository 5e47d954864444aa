//! Configurations that are templates: what a template engine will replace is painted over, byte for
//! byte, so that the grammar of the language beneath can read the rest and every column stays true.

use std::borrow::Cow;
use std::ops::Range;
use std::path::Path;

/// A file with the work of template engines painted over.
pub(in crate::platforms) struct Mask<'s> {
    text: Cow<'s, [u8]>,
    /// Where values will be put in, in order.
    holes: Vec<Range<usize>>,
    /// Not read as a template, but some bytes suggest that it is one.
    pub(in crate::platforms) may_be_template: bool,
    /// The last `%>`, if any.
    last_close: usize,
}

impl<'s> Mask<'s> {
    /// The file as it is.
    pub(in crate::platforms) fn plain(source: &'s [u8]) -> Self {
        let tags = source.windows(2).any(|w| matches!(w, b"{{" | b"{%" | b"<%"));
        let last_close = source.windows(2).rposition(|w| w == b"%>").unwrap_or(0);
        Mask { text: Cow::Borrowed(source), holes: Vec::new(), may_be_template: tags, last_close }
    }

    /// The file without what a template engine replaces: values become a word, control tags blanks.
    pub(in crate::platforms) fn painted(source: &'s [u8]) -> Self {
        Mask::painted_except(source, |_| false)
    }

    /// The same; `spared` says of bytes that look like the start of a tag that they belong to the language.
    pub(in crate::platforms) fn painted_except(source: &'s [u8], spared: fn(&[u8]) -> bool) -> Self {
        let mut text = source.to_vec();
        let mut holes: Vec<Range<usize>> = Vec::new();
        let mut at = front_matter(source).unwrap_or(0);
        blank(&mut text[..at]);
        let mut unclosed: [bool; CLOSING.len()] = Default::default();
        while at < source.len() {
            let tag = match spared(&source[at..]) {
                true => None,
                false => Tag::at(source, at, &mut unclosed),
            };
            let Some(tag) = tag else {
                at += 1;
                continue;
            };
            let range = at..tag.end;
            at = tag.end;
            if !tag.value {
                blank(&mut text[range]);
                continue;
            }
            text[range.clone()].fill(b'x');
            match holes.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => holes.push(range),
            }
        }
        Mask { text: Cow::Owned(text), holes, may_be_template: false, last_close: 0 }
    }

    pub(in crate::platforms) fn text(&self) -> &[u8] {
        &self.text
    }

    /// Whether a value is put in somewhere in `range`.
    pub(in crate::platforms) fn touches(&self, range: &Range<usize>) -> bool {
        let next = self.holes.partition_point(|hole| hole.end <= range.start);
        self.holes.get(next).is_some_and(|hole| hole.start < range.end)
    }

    /// Whether `range` is one value that has its line for itself.
    pub(in crate::platforms) fn fills_line(&self, range: Range<usize>) -> bool {
        let Ok(hole) = self.holes.binary_search_by_key(&range.start, |hole| hole.start) else { return false };
        let after = self.text[range.end..].iter().find(|b| !matches!(b, b' ' | b'\t' | b'\r'));
        self.holes[hole].end == range.end
            && begins_line(&self.text, range.start)
            && matches!(after, None | Some(b'\n'))
    }

    /// Whether a bare word contains the start of a `<% … %>` tag.
    pub(in crate::platforms) fn tag_in_word(&self, word: Range<usize>) -> bool {
        word.start < self.last_close && self.text[word].windows(2).any(|w| w == b"<%")
    }
}

/// Whether nothing but blanks stands before `at` on its line.
fn begins_line(text: &[u8], at: usize) -> bool {
    let before = text[..at].iter().rev().find(|b| !matches!(b, b' ' | b'\t' | b'\r'));
    matches!(before, None | Some(b'\n'))
}

/// Whether the name of the file says that it is a template.
pub(in crate::platforms) fn is_named_so(path: &Path) -> bool {
    let known = ["j2", "erb", "epp", "tmpl", "tpl", "template", "ctmpl", "mustache", "hbs"];
    path.extension().is_some_and(|e| known.iter().any(|k| e.eq_ignore_ascii_case(k)))
}

/// The end of the `---` … `---` lines that Jekyll takes off the top of a file.
pub(in crate::platforms) fn front_matter(source: &[u8]) -> Option<usize> {
    let mut end = 0;
    for (number, line) in source.split_inclusive(|b| *b == b'\n').enumerate() {
        end += line.len();
        match line.trim_ascii_end() == b"---" {
            true if number > 0 => return Some(end),
            false if number == 0 => return None,
            _ => {}
        }
    }
    None
}

/// How far the end of a tag is looked for before the file is known to be a template.
const LONGEST_TAG: usize = 256;

/// Whether the brace at `at` begins a tag, where a server would see a brace.
pub(in crate::platforms) fn tag_at(source: &[u8], at: usize) -> bool {
    let rest = source.get(at..).unwrap_or_default();
    let line = rest[..rest.len().min(LONGEST_TAG)].split(|b| *b == b'\n').next().unwrap_or_default();
    let closed = |close: &[u8]| line.windows(2).skip(2).any(|w| w == close);
    match rest.get(1) {
        Some(b'{') => closed(b"}}") && !line.split(|b| *b == b'}').next().is_some_and(|l| l.contains(&b';')),
        Some(b'%') => closed(b"%}"),
        _ => false,
    }
}

/// Whether what a server takes for a quoted word contains the start of a tag.
pub(in crate::platforms) fn tag_in_quotes(word: &[u8]) -> bool {
    word.windows(2).any(|w| matches!(w, b"{{" | b"{%" | b"<%"))
}

/// Whether something else than the server fills in a part of the word: `${NAME}`, `@NAME@`, `%%NAME%%`,
/// `__NAME__`, or `{{ name }}` inside quotes.
pub(in crate::platforms) fn has_placeholder(word: &[u8], quoted: bool) -> bool {
    let mut at = 0;
    let last_close = if quoted { word.windows(2).rposition(|w| w == b"}}").unwrap_or(0) } else { 0 };
    while let Some(found) = word[at..].iter().position(|b| matches!(b, b'$' | b'@' | b'%' | b'_' | b'{')) {
        at += found;
        let (before, rest) = word.split_at(at);
        let names = |skip: usize| {
            let name = rest.get(skip..).unwrap_or_default();
            let length = name.iter().take_while(|b| is_capital(**b)).count();
            (length > 0 && name.iter().take(length).any(u8::is_ascii_uppercase), length)
        };
        let closed = |(named, length): (bool, usize), skip: usize, close: &[u8]| {
            named && rest.get(skip + length..).is_some_and(|r| r.starts_with(close))
        };
        let mut step = 1;
        let found = match rest {
            [b'$', b'{', ..] => closed(names(2), 2, b"}"),
            [b'@', ..] => closed(names(1), 1, b"@"),
            [b'%', b'%', ..] => closed(names(2), 2, b"%%"),
            [b'_', b'_', ..] => {
                let run = rest.iter().take_while(|b| is_capital(**b)).count();
                step = run;
                let starts = !before.last().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'$');
                starts && rest[..run].iter().any(u8::is_ascii_uppercase) && rest[..run].ends_with(b"__")
            }
            [b'{', b'{', name, ..] if quoted => {
                step = 2;
                !name.is_ascii_digit() && *name != b',' && at + 2 < last_close
            }
            _ => false,
        };
        if found {
            return true;
        }
        at += step;
    }
    false
}

fn is_capital(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_'
}

fn blank(text: &mut [u8]) {
    text.iter_mut().filter(|b| **b != b'\n').for_each(|b| *b = b' ');
}

/// What ends each kind of tag.
const CLOSING: [&[u8]; 5] = [b"}}}", b"}}", b"%}", b"#}", b"%>"];

struct Tag {
    end: usize,
    /// A value takes its place; otherwise nothing does.
    value: bool,
}

impl Tag {
    /// The tag that begins at `at`. What was once looked for in vain is remembered in `unclosed`.
    fn at(source: &[u8], at: usize, unclosed: &mut [bool; CLOSING.len()]) -> Option<Tag> {
        let kind = match source.get(at..)? {
            [b'{', b'{', b'{', ..] => 0,
            [b'{', b'{', ..] => 1,
            [b'{', b'%', ..] => 2,
            [b'{', b'#', ..] => 3,
            [b'<', b'%', next, ..] if *next != b'%' => 4,
            _ => return None,
        };
        if unclosed[kind] {
            return None;
        }
        let open = if kind == 0 { 3 } else { 2 };
        let rest = &source[at + open..];
        let close = CLOSING[kind];
        let Some(length) = rest.windows(close.len()).position(|w| w == close) else {
            unclosed[kind] = true;
            return None;
        };
        let body = &rest[..length];
        let value = match kind {
            0 => true,
            1 => !is_control(body),
            2 | 3 => false,
            _ => body.starts_with(b"="),
        };
        Some(Tag { end: at + open + length + close.len(), value })
    }
}

/// Whether the inside of `{{ … }}` directs the engine rather than naming a value.
fn is_control(body: &[u8]) -> bool {
    let body = body.strip_prefix(b"-").or(body.strip_prefix(b"~")).unwrap_or(body).trim_ascii();
    if matches!(body.first(), None | Some(b'#' | b'/' | b'^' | b'!')) {
        return true;
    }
    let word = body.split(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'-')).next().unwrap_or_default();
    let keyword = matches!(
        word,
        b"if" | b"else" | b"end" | b"range" | b"with" | b"define" | b"block" | b"break" | b"continue"
    );
    let assigns = body.starts_with(b"$") && body.windows(2).any(|w| w == b":=" || w == b" =");
    keyword || assigns && !body.windows(2).any(|w| w == b"==")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_words_and_control_tags_blanks() {
        let mask = Mask::painted(b"a {{ x }}.b {% y %}c{{- end }} <%= z %>{# n\n #}");
        assert_eq!(String::from_utf8_lossy(mask.text()), "a xxxxxxx.b        c           xxxxxxxx    \n   ");
        assert!(mask.touches(&(2..11)) && !mask.touches(&(0..2)));
    }

    #[test]
    fn placeholders_of_build_tools_are_seen() {
        for word in ["${DOMAIN}", "x.${A_1}.y", "@PREFIX@/x", "%%HOST%%", "a/__NAME__.pem", "__A_B__"] {
            assert!(has_placeholder(word.as_bytes(), false), "{word}");
        }
        for word in ["${host}", "@fallback", "100%%", "$__X__", "a__b__", "__init__", "____", "${}", "{{x}}"]
        {
            assert!(!has_placeholder(word.as_bytes(), false), "{word}");
        }
        assert!(has_placeholder(b"{{ x }}", true) && !has_placeholder(b"^[0-9]{{2}}", true));
    }

    #[test]
    fn front_matter_is_two_lines_of_dashes() {
        assert_eq!(front_matter(b"---\r\na: b\n---\nserver"), Some(14));
        assert_eq!(front_matter(b"---\na"), None);
        assert_eq!(front_matter(b"a\n---\n---\n"), None);
    }
}
