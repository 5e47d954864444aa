//! The known word that somebody meant who wrote another.

/// The candidate nearest to `word`, if one is near enough to be meant: a third of its letters may
/// differ. Of equally near ones the first.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let most = (word.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (edits(candidate.as_bytes(), word.as_bytes()), candidate))
        .filter(|(edits, _)| *edits <= most)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// The number of letters to add, drop or replace to make one word of the other (Levenshtein).
fn edits(a: &[u8], b: &[u8]) -> usize {
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            row.push((above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1));
        }
        above = row;
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_understood_and_guesses_are_not_made() {
        let known = ["weak-protocol", "weak-cipher", "missing-hsts"];
        assert_eq!(nearest("weak-protocl", known), Some("weak-protocol"));
        assert_eq!(nearest("weak_ciphers", known), Some("weak-cipher"));
        assert_eq!(nearest("hsts", known), None);
        assert_eq!(nearest("", known), None);
    }

    #[test]
    fn edits_are_counted() {
        for (a, b, count) in [("", "abc", 3), ("kitten", "sitting", 3), ("ab", "ba", 2), ("same", "same", 0)]
        {
            assert_eq!(edits(a.as_bytes(), b.as_bytes()), count, "{a} {b}");
        }
    }
}
