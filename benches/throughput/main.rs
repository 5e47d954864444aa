//! How fast a large tree is read, and how fast a small one: `cargo bench`. With `TLSLINT_TREE=DIR` the
//! tree is only written to `DIR`, for `benches/ratios.sh`.

mod tree;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use std::path::{Path, PathBuf};
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::report::{Report, json, show_json};
use tlslint::target::Target;

/// 2026-11-21T00:00:00Z: tests do not depend on the day on which they run.
const PRESENT: Timestamp = Timestamp(1_795_219_200);

fn main() {
    match std::env::var_os("TLSLINT_TREE") {
        Some(folder) => tree::write(Path::new(&folder), tree::SITES),
        None => divan::main(),
    }
}

/// A tree in the folder for temporary files, written once a run.
fn tree_of(sites: usize) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("tlslint-bench-{}-{sites}", std::process::id()));
    tree::write(&folder, sites);
    folder
}

fn analyse(path: &Path) -> Analysis {
    Analysis::of(Options { paths: vec![path.to_path_buf()], ..Options::new(Target::assumed(), PRESENT) })
}

/// 3 servers in one file, and the large tree.
const SIZES: [usize; 2] = [1, tree::SITES];

/// From the folder to the surface.
#[divan::bench(args = SIZES, sample_count = 10)]
fn read(bencher: Bencher, sites: usize) {
    let folder = tree_of(sites);
    let bytes = tree::bytes(&folder);
    bencher.counter(BytesCount::new(bytes)).bench(|| analyse(&folder));
    std::fs::remove_dir_all(folder).expect("the tree can be removed");
}

/// Every rule that is on by default, over a surface.
#[divan::bench(args = SIZES, sample_count = 10)]
fn rules(bencher: Bencher, sites: usize) {
    let folder = tree_of(sites);
    let analysis = analyse(&folder);
    bencher.counter(ItemsCount::new(3 * sites)).bench(|| analysis.findings(false, |rule| !rule.pedantic));
    std::fs::remove_dir_all(folder).expect("the tree can be removed");
}

/// The documents of `check` and `show`.
#[divan::bench(args = SIZES, sample_count = 10)]
fn render(bencher: Bencher, sites: usize) {
    let folder = tree_of(sites);
    let analysis = analyse(&folder);
    let findings = analysis.findings(false, |rule| !rule.pedantic);
    bencher.bench(|| {
        (json::render(&Report::new(&analysis, findings.clone())).len(), show_json::render(&analysis).len())
    });
    std::fs::remove_dir_all(folder).expect("the tree can be removed");
}
