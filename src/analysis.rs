//! From paths to findings: what every subcommand begins with.

mod anchors;
mod deployments;
mod named;

use crate::clock::Timestamp;
use crate::discover::{Entries, Failure, Wanted, discover};
use crate::files::{Files, PathMap};
use crate::finding::{Finding, Findings};
use crate::globs::Globs;
use crate::model::{Platform, Problem, UnknownFact};
use crate::pki::pem::MAX_BLOCKS;
use crate::pki::{Certificate, CertificateFile, FileError, FileErrorKind};
use crate::profile::Profile;
use crate::rules::options::RuleOptions;
use crate::rules::{RULES, Rule};
use crate::source::{FileId, Source, Span};
use crate::surface::{Chains, ListenerSurface, Surface, UpstreamSurface, resolve};
use crate::target::Target;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What is asked for, whatever the subcommand.
#[derive(Debug)]
pub struct Options {
    /// Files and directories.
    pub paths: Vec<PathBuf>,
    /// What the configuration will run on.
    pub target: Target,
    /// The profile that it is held against.
    pub profile: Option<Arc<Profile>>,
    /// How absolute paths lead into the tree.
    pub paths_map: PathMap,
    /// The kind of every input, when it is forced.
    pub kind: Option<Platform>,
    /// Standard input with the name it goes by.
    pub stdin: Option<(PathBuf, Vec<u8>)>,
    /// The time that counts as now.
    pub now: Timestamp,
    /// Certificates that are trusted as roots beside the public ones and those of the linted files.
    pub roots: Vec<Certificate>,
    /// What is not looked into, unless it is named itself.
    pub exclude: Globs,
    /// Files that begin a configuration, whatever they look like.
    pub entries: Entries,
    /// Numbers of rules.
    pub rule_options: RuleOptions,
    /// How many threads may work; `None` for as many as the machine has.
    pub threads: Option<usize>,
}

impl Options {
    /// Nothing to read so far, without any wishes: for struct updates.
    pub fn new(target: Target, now: Timestamp) -> Self {
        let paths_map = PathMap::default();
        Options {
            paths: Vec::new(),
            target,
            profile: None,
            paths_map,
            kind: None,
            stdin: None,
            now,
            roots: Vec::new(),
            exclude: Globs::default(),
            entries: Entries::new(),
            rule_options: RuleOptions::default(),
            threads: None,
        }
    }
}

/// What was read, and what a handshake would meet.
#[derive(Debug)]
pub struct Analysis {
    /// The files, of everything that was analysed with it.
    pub files: Arc<Files>,
    /// What a handshake would meet.
    pub surface: Surface,
    /// Inputs that could not be read at all: the run itself failed on them.
    pub failures: Vec<Failure>,
    /// Configuration files of this tool below what was asked for.
    pub configurations: Vec<PathBuf>,
    /// Files that were asked for, by themselves or as parts of what was.
    shown: HashSet<FileId>,
}

impl Analysis {
    /// Reads every input and resolves it.
    pub fn of(options: Options) -> Self {
        let mut files = Files::default();
        let read = Unshared::read(options, &mut files);
        read.forget_keys(&mut files);
        read.share(&Arc::new(files))
    }

    /// The same of several wishes, over one set of files: each file is read once.
    pub fn each(all: Vec<Options>) -> Vec<Self> {
        let mut files = Files::default();
        let read: Vec<_> = all.into_iter().map(|options| Unshared::read(options, &mut files)).collect();
        // Not before: the next may name the same keys.
        read.iter().for_each(|one| one.forget_keys(&mut files));
        let files = Arc::new(files);
        read.into_iter().map(|one| one.share(&files)).collect()
    }

    /// Runs the rules that `wanted` selects, and leaves out what an ordinary rule marks as pedantic
    /// unless that is asked for; sorted by file, position and rule, without repetition.
    pub fn findings(&self, pedantic: bool, wanted: impl Fn(&Rule) -> bool) -> Vec<Finding> {
        let rules: Vec<&'static Rule> = RULES.iter().filter(|rule| wanted(rule)).collect();
        let mut all = self.run(&rules);
        let (unjudged, problems) = self.unjudged();
        let is_told =
            |f: &Finding| problems.iter().any(|p| p.span == f.primary.span && p.message == f.message);
        all.retain(|f| self.shown.contains(&f.primary.span.file));
        all.retain(|f| !unjudged.contains(&f.primary.span.file) || is_told(f));
        all.retain(|f| pedantic || !f.pedantic || f.rule.pedantic);
        self.sort(&mut all);
        all
    }

    /// Sorts findings of this and of what was analysed with it, and drops repetitions.
    pub fn sort(&self, findings: &mut Vec<Finding>) {
        let ranks = self.ranks();
        let key = |f: &Finding| {
            let Span { file, start, end } = f.primary.span;
            (ranks.get(file.0 as usize).copied(), start, end, f.rule.name)
        };
        findings.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message)));
        findings.dedup_by(|a, b| {
            a.primary.span == b.primary.span && a.rule.name == b.rule.name && a.message == b.message
        });
    }

    /// Files of configurations that rules do not judge yet, and what is wrong with their text all the same.
    fn unjudged(&self) -> (HashSet<FileId>, Vec<&Problem>) {
        let deployments = self.surface.deployments.iter().filter(|deployment| !deployment.judged);
        let (mut files, mut problems) = (HashSet::new(), Vec::new());
        for deployment in deployments {
            files.extend(&deployment.files);
            problems.extend(&deployment.problems);
        }
        (files, problems)
    }

    /// Runs the rules, each on one of the threads that may work.
    fn run(&self, rules: &[&'static Rule]) -> Vec<Finding> {
        let next = AtomicUsize::new(0);
        let work = || {
            let mine = std::iter::from_fn(|| rules.get(next.fetch_add(1, Ordering::Relaxed)));
            mine.flat_map(|rule| Findings::of(rule, &self.surface)).collect::<Vec<Finding>>()
        };
        thread::scope(|scope| {
            let others: Vec<_> = (1..self.files.threads()).map(|_| scope.spawn(work)).collect();
            let mut all = work();
            for other in others {
                match other.join() {
                    Ok(found) => all.extend(found),
                    Err(panic) => std::panic::resume_unwind(panic),
                }
            }
            all
        })
    }

    /// What cannot be read, in the order of the files: the run has failed on it.
    pub fn syntax_errors(&self) -> Vec<&Problem> {
        let problems = self.surface.deployments.iter().flat_map(|d| &d.problems);
        let mut all: Vec<&Problem> =
            problems.filter(|p| p.stops_reading()).filter(|p| self.shown.contains(&p.span.file)).collect();
        let ranks = self.ranks();
        let key = |p: &Problem| (ranks.get(p.span.file.0 as usize).copied(), p.span.start);
        all.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message)));
        all.dedup();
        all
    }

    /// What could not be known offline, in the order of the files.
    pub fn unknowns(&self) -> Vec<UnknownFact> {
        let mut all: Vec<UnknownFact> =
            self.surface.deployments.iter().flat_map(|d| d.unknowns.clone()).collect();
        all.extend(self.surface.unread_certificates());
        all.extend(self.surface.unread_authorities());
        all.extend(self.surface.disputed_names());
        all.extend(self.surface.decided_elsewhere());
        all.extend(self.surface.foreign_lists());
        all.retain(|u| self.shown.contains(&u.span.file));
        self.sort_unknowns(&mut all);
        all
    }

    /// Sorts what is unknown in this and in what was analysed with it, and drops repetitions.
    pub fn sort_unknowns(&self, unknowns: &mut Vec<UnknownFact>) {
        let ranks = self.ranks();
        let key = |u: &UnknownFact| (ranks.get(u.span.file.0 as usize).copied(), u.span.start);
        unknowns.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.what.cmp(&b.what)));
        unknowns.dedup();
    }

    /// The place of each file when all are sorted by their paths.
    fn ranks(&self) -> Vec<u32> {
        let mut files: Vec<(FileId, &Path)> =
            self.files.sources.iter().map(|(file, source)| (file, &*source.path)).collect();
        files.sort_by_key(|(_, path)| *path);
        let mut ranks = vec![0; files.len()];
        for (rank, (file, _)) in (0..).zip(files) {
            ranks[file.0 as usize] = rank;
        }
        ranks
    }

    /// The files that were asked for.
    pub fn files_shown(&self) -> impl Iterator<Item = FileId> {
        self.shown.iter().copied()
    }

    /// Sockets that are written in a file that was asked for, or serve something that is.
    pub fn listeners(&self) -> impl Iterator<Item = &ListenerSurface> {
        self.surface.listeners.iter().filter(|l| {
            let places = l.servers.iter().flat_map(|s| [s.binding.listen.file, s.server.span.file]);
            places.chain([l.listener.span.file]).any(|file| self.shown.contains(&file))
        })
    }

    /// Hops that are written in a file that was asked for.
    pub fn upstreams(&self) -> impl Iterator<Item = &UpstreamSurface> {
        self.surface.upstreams.iter().filter(|u| self.shown.contains(&u.upstream.span.file))
    }
}

/// What was read, while others may still read more.
struct Unshared {
    surface: Surface,
    failures: Vec<Failure>,
    configurations: Vec<PathBuf>,
    shown: HashSet<FileId>,
}

impl Unshared {
    fn read(options: Options, files: &mut Files) -> Self {
        files.paths = options.paths_map;
        files.threads = options.threads;
        let mut paths = options.paths;
        if let Some((name, bytes)) = options.stdin {
            files.overlay(&name, bytes);
            paths.push(name);
        }
        let wanted = Wanted {
            paths: &paths,
            kind: options.kind,
            exclude: &options.exclude,
            entries: &options.entries,
        };
        let mut found = discover(wanted, files);
        let mut failures = std::mem::take(&mut found.failures);
        let configurations = std::mem::take(&mut found.configurations);
        let given = std::mem::take(&mut found.certificates);
        let deployments = deployments::read(found, files, &options.target);
        let asked = deployments.iter().flat_map(|d| d.only.as_ref().unwrap_or(&d.files));
        let shown = asked.chain(&given).copied().collect();
        let openssl = options.target.openssl;
        let store = named::read(&deployments, files, openssl);
        let mut surface = resolve(deployments, store, options.target, options.now);
        for file in given {
            let source = files.sources.get(file);
            let read = || Arc::new(CertificateFile::read(&source.bytes, file, openssl));
            let content = surface.store.get(&source.path).cloned().unwrap_or_else(read);
            failures.extend(content.error.map(|error| unreadable(source, error, &content)));
            surface.given.push(content);
        }
        let presented = presented(&surface);
        surface.roots = options.roots;
        let anchors = anchors::of(&surface, &presented);
        surface.chains = Chains::of(&presented, anchors, files.threads());
        surface.profile = options.profile;
        surface.rule_options = options.rule_options;
        Unshared { surface, failures, configurations, shown }
    }

    /// Takes the private keys out of what was read.
    fn forget_keys(&self, files: &mut Files) {
        self.surface.store.forget_keys(files);
        self.surface.given.iter().for_each(|given| files.sources.forget_keys(given.file));
    }

    fn share(self, files: &Arc<Files>) -> Analysis {
        let Unshared { surface, failures, configurations, shown } = self;
        Analysis { files: files.clone(), surface, failures, configurations, shown }
    }
}

/// The files from which certificates are sent, or that were given by themselves, each once.
fn presented(surface: &Surface) -> Vec<Arc<CertificateFile>> {
    let servers = surface.tls_servers().flat_map(|(_, server)| &server.certificates);
    let files = servers.filter_map(|certificate| certificate.file.clone()).chain(surface.given.clone());
    let mut seen = HashSet::new();
    files.filter(|file| seen.insert(file.file)).collect()
}

/// What keeps the rest of a file of certificates from being read.
fn unreadable(source: &Source, error: FileError, content: &CertificateFile) -> Failure {
    let message = match error.kind {
        FileErrorKind::NoStartLine => match content.wrapping {
            Some(wrapping) => {
                let (why, command) = wrapping.remedy(&source.path.display().to_string());
                format!("{why}; convert it: {command}")
            }
            None => "there is no certificate in it".to_owned(),
        },
        _ if content.more => {
            format!("there are more than {MAX_BLOCKS} certificates in it, and only so many are looked at")
        }
        kind => format!("line {}: {kind}", source.position(error.span.start).line),
    };
    Failure { path: source.path.clone(), message }
}
