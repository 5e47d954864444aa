//! The certificates of a `bind` line, in the order in which HAProxy loads them (configuration manual, section 5.1,
//! "crt", "crt-list", "default-crt"; source: `ssl_sock_load_cert`, `crtlist_parse_file`).

mod held;

use super::binds::{Bind, Store};
use super::globals::Globals;
use super::loaded::{Fault, Loaded, Name};
use super::options::{CrtKind, Options};
use super::paths::Paths;
use super::value::Value;
use crate::files::Files;
use crate::model::{CertificateRef, FileRef, Setting, UnknownFact};
use crate::pki::CertificateFile;
use crate::platforms::haproxy::keywords::Place;
use crate::platforms::haproxy::syntax::crt_list;
use crate::platforms::haproxy::version::HaproxyVersion;
use crate::source::FileId;
use crate::target::Target;
use held::Content;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Loads certificates, each file once.
pub(super) struct Loader<'f> {
    pub(super) files: &'f mut Files,
    pub(super) home: PathBuf,
    pub(super) target: &'f Target,
    pub(super) stores: &'f [Store],
    pub(super) unknowns: Vec<UnknownFact>,
    /// The crt-lists that were read.
    pub(super) lists: Vec<FileId>,
    /// Files that hold, or may hold, a private key.
    pub(super) secret: Vec<(PathBuf, FileId)>,
    contents: HashMap<PathBuf, Option<Arc<Content>>>,
    words: usize,
}

/// A line of a crt-list, or what stands for one.
#[derive(Clone)]
struct Entry {
    options: Option<Arc<Options>>,
    filters: Option<Vec<Value>>,
    default: bool,
    globals: Arc<Globals>,
}

impl<'f> Loader<'f> {
    pub(super) fn new(files: &'f mut Files, home: PathBuf, target: &'f Target, stores: &'f [Store]) -> Self {
        Loader {
            files,
            home,
            target,
            stores,
            unknowns: Vec::new(),
            lists: Vec::new(),
            secret: Vec::new(),
            contents: HashMap::new(),
            words: 0,
        }
    }

    fn version(&self) -> HaproxyVersion {
        self.target.haproxy
    }

    /// The file that a word names.
    pub(super) fn locate(&self, word: &Value, base: Option<&Value>, globals: &Globals) -> FileRef {
        Paths { files: self.files, home: &self.home }.file(word, base, globals)
    }

    /// The certificates of a line in their order.
    pub(super) fn load(&mut self, bind: &Bind) -> Vec<Loaded> {
        let mut loaded = Vec::new();
        for crt in &bind.options.certificates {
            self.words += 1;
            let default = crt.kind == CrtKind::Default;
            let globals = bind.globals.clone();
            let entry = Entry { options: crt.options.clone(), filters: None, default, globals };
            match crt.kind {
                CrtKind::List => self.list(&crt.value, &entry, &mut loaded),
                _ => self.word(&crt.value, &entry, &mut loaded),
            };
        }
        loaded
    }

    /// What a word brings that cannot be followed: certificates of any number, key and name.
    fn unknown(&mut self, word: &Value, what: &str, why: impl Into<String>, entry: &Entry) -> Loaded {
        let why = why.into();
        let fact = UnknownFact { span: word.span, what: what.to_owned(), why: why.clone() };
        if !self.unknowns.contains(&fact) {
            self.unknowns.push(fact);
        }
        Loaded {
            kind: None,
            names: None,
            excluded: Vec::new(),
            default: entry.default,
            bundle: self.words,
            entry: entry.options.clone(),
            span: word.span,
            has_dh: false,
            stapling: Setting::unknown(why.clone(), word.span),
            fault: None,
            reference: CertificateRef::new(Setting::unknown(why, word.span), None),
        }
    }

    fn list(&mut self, word: &Value, entry: &Entry, loaded: &mut Vec<Loaded>) {
        let file = self.locate(word, None, &entry.globals);
        let read = file.path.as_deref().map(|path| self.files.read(path));
        let Some(Ok(file)) = read else {
            let why = format!("`{}` cannot be read here", file.text);
            let unknown = self.unknown(word, "crt-list", why, entry);
            return loaded.push(unknown);
        };
        if !self.lists.contains(&file) {
            self.lists.push(file);
        }
        let list = crt_list::read(file, self.files.sources.get(file), self.version());
        let of_entry = |entry: &crt_list::Entry<'_>| {
            let values = |terms: &[crt_list::Term<'_>]| terms.iter().map(Value::of_term).collect::<Vec<_>>();
            let words = values(&entry.options);
            let options = (!words.is_empty()).then(|| Arc::new(Options::read(Place::CrtList, &words, None)));
            (Value::of_term(&entry.certificate), options, values(&entry.filters))
        };
        let entries: Vec<_> = list.entries.iter().map(of_entry).collect();
        let globals = entry.globals.clone();
        for (certificate, options, filters) in entries {
            self.words += 1;
            let default = self.version().since(3, 0) && filters.iter().any(|filter| filter.text == "*");
            let filters = (!filters.is_empty()).then_some(filters);
            let entry = Entry { options, filters, default, globals: globals.clone() };
            self.word(&certificate, &entry, loaded);
        }
    }

    /// A file, a directory, the base name of a bundle, or a name in a store.
    fn word(&mut self, word: &Value, entry: &Entry, loaded: &mut Vec<Loaded>) {
        if let Some(why) = word.open {
            let unknown = self.unknown(word, "crt", why, entry);
            return loaded.push(unknown);
        }
        if self.stored(word, entry, loaded) {
            return;
        }
        if word.text.starts_with('@') {
            let why = format!("no `crt-store` has `{}`", word.text);
            let unknown = self.unknown(word, "crt", why, entry);
            return loaded.push(unknown);
        }
        let base = entry.globals.crt_base.clone();
        let file = self.locate(word, base.as_ref(), &entry.globals);
        let Some(path) = file.path.clone() else {
            let certificate = self.certificate(file, None, entry, word);
            return loaded.push(certificate);
        };
        if path.is_dir() {
            return self.directory(&file, &path, entry, word, loaded);
        }
        if !path.exists() && entry.globals.looks_for("bundle") {
            let members = ["dsa", "ecdsa", "rsa"].map(|kind| appended(&file, &format!(".{kind}")));
            let there = members.into_iter().filter(is_there);
            let before = loaded.len();
            for member in there.collect::<Vec<_>>() {
                loaded.push(self.certificate(member, None, entry, word));
            }
            if loaded.len() > before {
                return;
            }
        }
        loaded.push(self.certificate(file, None, entry, word));
    }

    /// The files of a directory in the order of their bytes, without those that go with another (4.3 of the
    /// manual's "crt").
    fn directory(
        &mut self,
        file: &FileRef,
        path: &Path,
        entry: &Entry,
        word: &Value,
        loaded: &mut Vec<Loaded>,
    ) {
        let Ok(read) = std::fs::read_dir(path) else {
            let unknown = self.unknown(word, "crt", format!("`{}` cannot be read here", file.text), entry);
            return loaded.push(unknown);
        };
        let mut names: Vec<String> = read
            .flatten()
            .filter(|e| e.path().is_file())
            .map(|e| e.file_name().to_string_lossy().into())
            .collect();
        names.sort_unstable_by(|one, other| one.as_bytes().cmp(other.as_bytes()));
        let mut stem = String::new();
        for name in names {
            let beside = [".issuer", ".ocsp", ".sctl", ".key"].iter().any(|end| name.ends_with(end));
            if beside || (name.starts_with('.') && self.version().since(2, 3)) {
                continue;
            }
            let own =
                [".dsa", ".ecdsa", ".rsa"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
            // Up to 2.2 the members of a bundle make one certificate here, too.
            if self.version().since(2, 3) || own != stem {
                self.words += 1;
            }
            own.clone_into(&mut stem);
            let path: Arc<Path> = path.join(&name).into();
            let text = format!("{}/{name}", file.text.trim_end_matches('/')).into();
            let member = FileRef { text, path: Some(path), ..file.clone() };
            loaded.push(self.certificate(member, None, entry, word));
        }
    }

    /// A certificate that a store has under this name.
    fn stored(&mut self, word: &Value, entry: &Entry, loaded: &mut Vec<Loaded>) -> bool {
        let (name, alias) = match word.text.strip_prefix('@').and_then(|rest| rest.split_once('/')) {
            Some((name, alias)) => (name, alias),
            None => ("", word.text.as_str()),
        };
        let stores = self.stores;
        let loads = stores.iter().filter(|store| store.name == name).flat_map(|store| &store.loads);
        let named = |options: &Options| {
            let crt = options.certificates.first().map(|crt| &crt.value);
            options.alias.as_ref().is_some_and(|value| value.is(alias))
                || crt.is_some_and(|value| value.is(alias))
        };
        let Some((options, globals)) = loads.into_iter().find(|(options, _)| named(options)) else {
            return false;
        };
        let Some(crt) = options.certificates.first() else { return false };
        let file = self.locate(&crt.value, globals.crt_base.as_ref(), globals);
        let key = options.key.as_ref().map(|key| self.locate(key, globals.key_base.as_ref(), globals));
        let mut certificate = self.certificate(file, key, entry, word);
        if let Some(value) = options.ocsp.as_ref().or(options.ocsp_update.as_ref()).filter(|v| !v.is("off")) {
            certificate.stapling = Setting::unknown(RESPONSE, value.span);
        }
        loaded.push(certificate);
        true
    }

    fn certificate(&mut self, file: FileRef, key: Option<FileRef>, entry: &Entry, word: &Value) -> Loaded {
        let content = self.content(&file);
        let held = content.as_deref().map(|content| &content.file);
        let leaf = held.and_then(CertificateFile::leaf);
        let of_entry = entry.options.as_ref().and_then(|options| options.key.clone());
        let base = entry.globals.key_base.clone();
        let key = key.or_else(|| of_entry.map(|key| self.locate(&key, base.as_ref(), &entry.globals)));
        let key = match held {
            _ if key.is_some() => key,
            None => None,
            Some(held) if held.has_key => Some(file.clone()),
            Some(_) => {
                let deletes = entry.globals.deletes_extension.is_some();
                Some(beside(&file, "key", deletes)).filter(|_| entry.globals.looks_for("key"))
            }
        };
        let (names, excluded) = match &entry.filters {
            Some(filters) => {
                let (excluded, names) = split(filters);
                (Some(names), excluded)
            }
            None => {
                let names = leaf.map(|leaf| {
                    let all = leaf.dns_names().chain(leaf.common_name.as_deref());
                    let mut names: Vec<Name> = Vec::new();
                    for text in all.map(str::to_ascii_lowercase).filter(|text| !text.is_empty()) {
                        if names.iter().all(|name| name.text != text) {
                            names.push(Name { text, span: leaf.span });
                        }
                    }
                    names
                });
                (names, Vec::new())
            }
        };
        let deletes = entry.globals.deletes_extension.is_some();
        let response = entry.globals.looks_for("ocsp") && is_there(&beside(&file, "ocsp", deletes));
        let named = entry.options.as_ref().and_then(|o| o.ocsp.as_ref().or(o.ocsp_update.as_ref()));
        let stapling = match named.filter(|value| !value.is("off")) {
            Some(value) => Setting::unknown(RESPONSE, value.span),
            None if response => Setting::unknown(RESPONSE, word.span),
            None if held.is_none() && file.path.is_none() => Setting::unknown(
                "whether an OCSP response lies beside the certificate is not known",
                word.span,
            ),
            None => Setting::written(false, word.span),
        };
        let fault = match held {
            None => {
                (file.certain && !file.path.as_deref().is_some_and(Path::exists)).then_some(Fault::Missing)
            }
            Some(_) => leaf.and_then(|leaf| self.key_fault(leaf, key.as_ref(), &entry.globals)),
        };
        let reference = CertificateRef {
            completed_by: match held {
                Some(held) if held.certificates.len() == 1 => self.chain_of(leaf, &entry.globals),
                _ => None,
            },
            skips_self_issued: entry.globals.skips_self_issued.is_some(),
            ..CertificateRef::new(
                Setting::written(file, word.span),
                key.map(|key| Setting::written(key, word.span)),
            )
        };
        Loaded {
            fault,
            kind: leaf.and_then(|leaf| leaf.key.kind),
            names,
            excluded,
            default: entry.default,
            bundle: self.words,
            entry: entry.options.clone(),
            span: word.span,
            has_dh: content.as_ref().is_some_and(|content| content.has_dh),
            stapling,
            reference,
        }
    }
}

/// Why it is not known whether something is stapled.
const RESPONSE: &str = "whether the OCSP response is still valid is not looked at";

/// Names that select a certificate, and those that do not although a wildcard would: `!name` first. `*` alone
/// selects nothing by a name.
fn split(filters: &[Value]) -> (Vec<Name>, Vec<Name>) {
    let name = |text: &str, span| Name { text: text.to_ascii_lowercase(), span };
    let (mut excluded, mut names) = (Vec::new(), Vec::new());
    for filter in filters {
        match filter.text.strip_prefix('!') {
            Some(text) => excluded.push(name(text, filter.span)),
            None if filter.text == "*" => {}
            None => names.push(name(&filter.text, filter.span)),
        }
    }
    (excluded, names)
}

/// The same path with more at its end.
fn appended(file: &FileRef, end: &str) -> FileRef {
    let longer = |path: &Arc<Path>| -> Arc<Path> {
        let mut text = path.as_os_str().to_owned();
        text.push(end);
        PathBuf::from(text).into()
    };
    FileRef {
        text: format!("{}{end}", file.text).into(),
        path: file.path.as_ref().map(longer),
        ..file.clone()
    }
}

/// The file beside a certificate: `site.pem.key`, or with `ssl-load-extra-del-ext` `site.key` of `site.crt`.
fn beside(file: &FileRef, extension: &str, deletes: bool) -> FileRef {
    let is_crt = file.text.ends_with(".crt");
    if !(deletes && is_crt) {
        return appended(file, &format!(".{extension}"));
    }
    let path: Option<Arc<Path>> = file.path.as_ref().map(|path| path.with_extension(extension).into());
    let text = file.text.strip_suffix("crt").unwrap_or(&file.text);
    FileRef { text: format!("{text}{extension}").into(), path, ..file.clone() }
}

fn is_there(file: &FileRef) -> bool {
    file.path.as_deref().is_some_and(Path::is_file)
}
