//! The output of `nginx -T`: every file of a configuration in one text.

use std::ops::Range;
use std::path::PathBuf;

/// What precedes each file.
const HEADER: &[u8] = b"# configuration file ";

/// Splits the output of `nginx -T` into its files, in the order nginx first used them; `None` when the
/// bytes are no such output. What nginx prints before the first file (a shell may mix in the verdict,
/// which goes to standard error) is left out.
///
/// nginx ends every file in the output with an empty line of its own; that belongs to no file.
pub fn split_dump(bytes: &[u8]) -> Option<Vec<(PathBuf, Range<usize>)>> {
    let mut files: Vec<(PathBuf, Range<usize>)> = Vec::new();
    let mut at = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let start = at;
        at += line.len();
        if let Some(path) = path(line) {
            if let Some((_, range)) = files.last_mut() {
                range.end = without_separator(bytes, range.start, start);
            }
            files.push((PathBuf::from(String::from_utf8_lossy(path).into_owned()), at..at));
        } else if files.is_empty() && !line.starts_with(b"nginx: ") && !line.trim_ascii().is_empty() {
            return None;
        }
    }
    let (_, last) = files.last_mut()?;
    last.end = without_separator(bytes, last.start, bytes.len());
    Some(files)
}

fn path(line: &[u8]) -> Option<&[u8]> {
    let path = line.strip_prefix(HEADER)?.trim_ascii_end().strip_suffix(b":")?;
    (!path.is_empty()).then_some(path)
}

fn without_separator(bytes: &[u8], start: usize, end: usize) -> usize {
    if bytes[start..end].ends_with(b"\n") { end - 1 } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_is_cut_at_its_headers() {
        let dump = b"nginx: the configuration file /n.conf syntax is ok\n# configuration file /n.conf:\na;\n\n# configuration file /b:\nb;\n\n";
        let files = split_dump(dump).unwrap_or_default();
        let text: Vec<_> = files.iter().map(|(p, r)| (p.to_str(), &dump[r.clone()])).collect();
        assert_eq!(text, [(Some("/n.conf"), &b"a;\n"[..]), (Some("/b"), b"b;\n")]);
        assert_eq!(split_dump(b"server {}\n# configuration file /b:\n"), None);
        assert_eq!(split_dump(b""), None);
    }
}
