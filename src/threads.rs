//! Work shared among threads, its results in the order of the work.

use std::panic::resume_unwind;
use std::thread;

/// Hands `items` to `threads` threads in parts of at least `least`, and gives back what `work` makes of each
/// part, in order. What fits one part is done here.
pub fn in_parts<T: Sync, R: Send>(
    items: &[T],
    threads: usize,
    least: usize,
    work: impl Fn(&[T]) -> R + Sync,
) -> Vec<R> {
    let size = items.len().div_ceil(threads.max(1)).max(least).max(1);
    if items.len() <= size {
        return vec![work(items)];
    }
    let work = &work;
    thread::scope(|scope| {
        let threads: Vec<_> = items.chunks(size).map(|part| scope.spawn(move || work(part))).collect();
        threads.into_iter().map(|t| t.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_in_order() {
        let items: Vec<u32> = (0..1000).collect();
        for (threads, least, parts) in [(1, 1, 1), (4, 1, 4), (4, 600, 2), (4, 1000, 1), (0, 0, 1)] {
            let results = in_parts(&items, threads, least, <[u32]>::to_vec);
            assert_eq!(results.len(), parts, "{threads} threads, at least {least}");
            assert_eq!(results.concat(), items);
        }
        assert_eq!(in_parts(&[0u8; 0], 4, 1, <[u8]>::len), [0]);
    }
}
