//! Which files of a directory `-f` reads (management guide, section 3: "all the files found whose name ends in
//! `.cfg`, in lexical order").

use std::ffi::OsStr;

/// The names that are read, in their order. HAProxy looks for the first `.cfg` in a name, which must be its end; it
/// leaves out what begins with a dot, and sorts by bytes.
pub fn in_directory<N: AsRef<OsStr>>(names: impl IntoIterator<Item = N>) -> Vec<N> {
    let mut found: Vec<N> = names.into_iter().filter(|name| is_read(name.as_ref())).collect();
    found.sort_by(|one, other| one.as_ref().as_encoded_bytes().cmp(other.as_ref().as_encoded_bytes()));
    found
}

fn is_read(name: &OsStr) -> bool {
    let bytes = name.as_encoded_bytes();
    let first = memchr::memmem::find(bytes, b".cfg");
    !bytes.starts_with(b".") && first.is_some_and(|at| at + b".cfg".len() == bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_in_cfg_and_sort_by_bytes() {
        let names =
            ["b.cfg", "a.cfg", "B.cfg", ".a.cfg", "a.cfg.cfg", "a.cfg~", "a.conf", "10.cfg", "9.cfg", "cfg"];
        assert_eq!(in_directory(names), ["10.cfg", "9.cfg", "B.cfg", "a.cfg", "b.cfg"]);
    }
}
