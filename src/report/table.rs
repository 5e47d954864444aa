//! Tables for people: columns as wide as their content, the least important dropped where there is no
//! room.

/// A column.
pub(super) struct Column {
    pub(super) head: &'static str,
    pub(super) cells: Vec<String>,
    /// Numbers end where their column ends.
    pub(super) right: bool,
    /// Which goes first where there is no room: the highest; those with 0 stay.
    pub(super) expendable: u8,
}

impl Column {
    pub(super) fn new(head: &'static str, expendable: u8, cells: impl Iterator<Item = String>) -> Self {
        Column { head, cells: cells.collect(), right: false, expendable }
    }

    pub(super) fn right(self) -> Self {
        Column { right: true, ..self }
    }

    fn width(&self) -> usize {
        self.cells.iter().map(|c| c.chars().count()).max().unwrap_or(0).max(self.head.len())
    }

    fn pad(&self, text: &str) -> String {
        let width = self.width();
        if self.right { format!("{text:>width$}") } else { format!("{text:width$}") }
    }
}

const GAP: &str = "  ";

/// The lines, the head first, cut to `width` as far as columns can be dropped.
pub(super) fn lines(mut columns: Vec<Column>, width: usize) -> Vec<String> {
    let needed = |columns: &[Column]| columns.iter().map(|c| c.width() + GAP.len()).sum::<usize>();
    while needed(&columns) > width + GAP.len() {
        let expendable = columns.iter().enumerate().filter(|(_, c)| c.expendable > 0);
        let Some((index, _)) = expendable.max_by_key(|(_, c)| c.expendable) else { break };
        columns.remove(index);
    }
    let rows = columns.iter().map(|c| c.cells.len()).max().unwrap_or(0);
    let join = |texts: Vec<String>| texts.join(GAP).trim_end().to_owned();
    let head = join(columns.iter().map(|c| c.pad(c.head)).collect());
    let padded: Vec<Vec<String>> =
        columns.iter().map(|c| c.cells.iter().map(|cell| c.pad(cell)).collect()).collect();
    let row = |n: usize| join(padded.iter().map(|cells| cells.get(n).cloned().unwrap_or_default()).collect());
    std::iter::once(head).chain((0..rows).map(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matters_least_goes_first() {
        let table = |width| {
            let column = |head, expendable, cells: [&str; 2]| {
                Column::new(head, expendable, cells.iter().map(|c| c.to_string()))
            };
            let columns = vec![
                column("name", 0, ["a", "bcd"]),
                column("n", 1, ["7", "10"]).right(),
                column("more", 2, ["x", "y"]),
            ];
            lines(columns, width)
        };
        assert_eq!(table(14), ["name   n  more", "a      7  x", "bcd   10  y"]);
        assert_eq!(table(13), ["name   n", "a      7", "bcd   10"]);
        assert_eq!(table(2), ["name", "a", "bcd"]);
    }
}
