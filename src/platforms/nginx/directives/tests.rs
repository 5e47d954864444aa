use super::*;

#[test]
fn rows_are_sorted() {
    assert!(table::TABLE.is_sorted_by_key(|row| row.name));
}
