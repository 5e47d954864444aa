//! Git's index (gitformat-index(5)), versions 2 to 4: the paths in it and nothing else.

/// What a header takes: `DIRC`, the version, the number of entries.
const HEADER: usize = 12;
/// What stands before the hash in an entry: times, device, inode, mode, owner, group, size.
const FIXED: usize = 40;

/// The paths of the regular files in an index; none where it cannot be understood.
pub fn paths(bytes: &[u8]) -> Vec<Vec<u8>> {
    // The index does not say which hash its repository uses.
    entries(bytes, 20).or_else(|| entries(bytes, 32)).unwrap_or_default()
}

fn entries(bytes: &[u8], hash: usize) -> Option<Vec<Vec<u8>>> {
    let version = number(bytes, 4)?;
    if !bytes.starts_with(b"DIRC") || !(2..=4).contains(&version) {
        return None;
    }
    let count = number(bytes, 8)?;
    let mut at = HEADER;
    let mut previous: Vec<u8> = Vec::new();
    let mut files = Vec::new();
    for _ in 0..count {
        let entry = Entry::read(bytes, at, version, hash, &previous)?;
        at = entry.end;
        if entry.is_file {
            files.push(entry.path.clone());
        }
        previous = entry.path;
    }
    Some(files)
}

struct Entry {
    path: Vec<u8>,
    /// Whether it is a regular file, rather than a link, a submodule or a directory.
    is_file: bool,
    end: usize,
}

impl Entry {
    fn read(bytes: &[u8], at: usize, version: u32, hash: usize, previous: &[u8]) -> Option<Entry> {
        let mode = number(bytes, at.checked_add(24)?)?;
        let kind = mode >> 12;
        // With a hash of another length, whatever stands here is no mode for long.
        if !matches!(kind, 0o10 | 0o12 | 0o16 | 0o04) {
            return None;
        }
        let flags = at + FIXED + hash;
        let [high, _] = bytes.get(flags..flags + 2)? else { return None };
        let is_extended = version >= 3 && high & 0x40 != 0;
        let start = flags + if is_extended { 4 } else { 2 };
        let (path, end) = if version == 4 {
            let (strip, start) = variable(bytes, start)?;
            let kept = previous.get(..previous.len().checked_sub(strip)?)?;
            let rest = until_nul(bytes, start)?;
            ([kept, rest].concat(), start + rest.len() + 1)
        } else {
            let path = until_nul(bytes, start)?;
            // One to eight NULs fill the entry up to a multiple of eight bytes.
            let length = start - at + path.len();
            (path.to_vec(), at + (length / 8 + 1) * 8)
        };
        Some(Entry { path, is_file: kind == 0o10, end })
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn until_nul(bytes: &[u8], start: usize) -> Option<&[u8]> {
    let rest = bytes.get(start..)?;
    rest.get(..rest.iter().position(|b| *b == 0)?)
}

/// A number of variable length, as `decode_varint` of `varint.c` reads it, and where it ends.
fn variable(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut value = 0usize;
    for first in [true, false, false, false, false] {
        let byte = *bytes.get(at)?;
        at += 1;
        value = if first { 0 } else { (value + 1) << 7 };
        value += usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, at));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["a", "conf/nginx.conf", "conf/tls/leaf.key", "conf/tls/leaf.pem"];

    /// An index with these names, as Git writes it.
    fn index(version: u32, hash: usize, names: &[&str]) -> Vec<u8> {
        let mut bytes = b"DIRC".to_vec();
        bytes.extend(version.to_be_bytes());
        bytes.extend(u32::try_from(names.len()).unwrap_or_default().to_be_bytes());
        let mut previous = "";
        for name in names {
            let start = bytes.len();
            bytes.extend([7; 24]);
            bytes.extend(0o100_644u32.to_be_bytes());
            bytes.extend([9; 12]);
            bytes.extend(vec![0xAB; hash]);
            let extended = version == 3;
            bytes.extend([if extended { 0x40 } else { 0 }, name.len().try_into().unwrap_or(0xFF)]);
            bytes.extend(if extended { &[0x20, 0][..] } else { &[] });
            if version == 4 {
                let shared = previous.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
                bytes.push((previous.len() - shared).try_into().unwrap_or(0x7F));
                bytes.extend(&name.as_bytes()[shared..]);
                bytes.push(0);
                previous = name;
            } else {
                bytes.extend(name.as_bytes());
                let length = bytes.len() - start;
                bytes.extend(vec![0; 8 - length % 8]);
            }
        }
        bytes.extend(vec![0; hash]);
        bytes
    }

    #[test]
    fn every_version_is_read() {
        for version in 2..=4 {
            for hash in [20, 32] {
                let names: Vec<String> = paths(&index(version, hash, &NAMES))
                    .into_iter()
                    .map(|name| String::from_utf8_lossy(&name).into_owned())
                    .collect();
                assert_eq!(names, NAMES, "version {version}, {hash} bytes of hash");
            }
        }
        assert!(paths(&index(5, 20, &NAMES)).is_empty());
        assert!(paths(b"").is_empty());
    }

    #[test]
    fn numbers_are_those_of_git() {
        assert_eq!(variable(&[0x7F], 0), Some((127, 1)));
        assert_eq!(variable(&[0x80, 0x00], 0), Some((128, 2)));
        assert_eq!(variable(&[0x80, 0x7F], 0), Some((255, 2)));
        assert_eq!(variable(&[0xFF, 0x7F], 0), Some((16511, 2)));
        assert_eq!(variable(&[0xFF; 16], 0), None);
    }

    #[test]
    fn no_beginning_and_no_changed_byte_panics() {
        for version in 2..=4 {
            let bytes = index(version, 20, &NAMES);
            for length in 0..bytes.len() {
                let _ = paths(&bytes[..length]);
            }
            for at in 0..bytes.len() {
                for value in [0, 1, 0x7F, 0x80, 0xFF] {
                    let mut changed = bytes.clone();
                    changed[at] = value;
                    let _ = paths(&changed);
                }
            }
        }
    }
}
