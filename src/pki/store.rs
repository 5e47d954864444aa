//! The certificates, keys and their like of a run, each file read and understood once.

use super::exposure::Exposure;
use super::file::CertificateFile;
use super::key::Key;
use super::private_key::PrivateKeyFile;
use crate::files::{Files, ReadError, tidied, tidy};
use crate::git::WorkTrees;
use crate::source::{FileId, Sources};
use crate::threads;
use crate::tls::openssl::OpenSslVersion;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A private key may be held against so many certificates that it is named with.
const PARTNERS: usize = 16;
/// Files that are worth a thread of their own.
const FILES_A_THREAD: usize = 16;

/// Something for each path. Paths that are [`tidy`] are the same when their text is, which is quickly told.
type ByPath<T> = BTreeMap<OsString, T>;

/// What the files hold, by where they lie here.
#[derive(Debug, Clone, Default)]
pub struct Store {
    files: ByPath<Result<Arc<CertificateFile>, ReadError>>,
    keys: ByPath<Result<Arc<PrivateKeyFile>, ReadError>>,
    exposed: ByPath<Exposure>,
    dh_bits: ByPath<Result<Option<u32>, ReadError>>,
    /// The first bytes of what was only looked for.
    begun: ByPath<Result<Option<u8>, ReadError>>,
    /// The sizes of what is not read, being secret.
    sizes: ByPath<u64>,
}

impl Store {
    /// Reads these files of certificates, authorities or revocation lists as this OpenSSL would.
    pub fn read(
        paths: impl IntoIterator<Item = Arc<Path>>,
        files: &mut Files,
        openssl: OpenSslVersion,
    ) -> Store {
        let paths: BTreeSet<PathBuf> = paths.into_iter().map(|path| tidy(&path)).collect();
        let paths: Vec<PathBuf> = paths.into_iter().collect();
        let read = files.read_all(&paths);
        let understood = each(&read, files, |id, sources, _| {
            Arc::new(CertificateFile::read(&sources.get(id).bytes, id, openssl))
        });
        let paths = paths.into_iter().map(OsString::from);
        Store { files: paths.zip(understood).collect(), ..Store::default() }
    }

    /// Reads these private keys, each named with a certificate whose file has been read.
    pub fn read_keys(
        &mut self,
        pairs: impl IntoIterator<Item = (Arc<Path>, Option<Arc<Path>>)>,
        files: &mut Files,
        openssl: OpenSslVersion,
    ) {
        let mut partners: BTreeMap<PathBuf, BTreeSet<PathBuf>> = BTreeMap::new();
        for (key, certificate) in pairs {
            partners.entry(tidy(&key)).or_default().extend(certificate.map(|path| tidy(&path)));
        }
        let paths: Vec<PathBuf> = partners.keys().cloned().collect();
        let partners: Vec<Vec<&Key>> = partners.values().map(|paths| self.leaves(paths)).collect();
        let read = files.read_all(&paths);
        let understood = each(&read, files, |id, sources, index| {
            let partners = partners.get(index).map(Vec::as_slice).unwrap_or_default();
            Arc::new(PrivateKeyFile::read(&sources.get(id).bytes, id, openssl, partners))
        });
        self.keys = paths.into_iter().map(OsString::from).zip(understood).collect();
        self.find_exposed(files);
    }

    /// Looks who can read the files with an unencrypted key in them, whatever they are named for.
    fn find_exposed(&mut self, files: &Files) {
        // What `--root` and `--map` lead to is a copy, whose groups are those of whoever made it.
        let is_copy = files.paths.root.as_deref().is_some_and(|root| root != Path::new("/"));
        let owned = !is_copy && files.paths.maps.is_empty();
        let mut trees = WorkTrees::new();
        let keys = self.keys.iter().filter(|(_, file)| file.as_ref().is_ok_and(|file| file.key().is_some()));
        let others =
            self.files.iter().filter(|(_, file)| file.as_ref().is_ok_and(|file| file.clear_key.is_some()));
        let paths: BTreeSet<&OsString> =
            keys.map(|(path, _)| path).chain(others.map(|(path, _)| path)).collect();
        let paths = paths.into_iter().filter(|path| !files.is_buffer(Path::new(path)));
        let exposed =
            paths.filter_map(|path| Some((path.clone(), Exposure::of(Path::new(path), &mut trees, owned)?)));
        self.exposed = exposed.collect();
    }

    /// The keys of the first certificates in some files.
    fn leaves(&self, paths: &BTreeSet<PathBuf>) -> Vec<&Key> {
        let files = paths.iter().filter_map(|path| self.files.get(tidied(path).as_os_str())?.as_ref().ok());
        files.filter_map(|file| Some(&file.leaf()?.key)).take(PARTNERS).collect()
    }

    /// Reads these files of Diffie-Hellman parameters.
    pub fn read_dh(&mut self, paths: impl IntoIterator<Item = Arc<Path>>, files: &mut Files) {
        for path in paths {
            self.dh_bits.entry(tidy(&path).into()).or_insert_with_key(|path| {
                let id = files.read(Path::new(path))?;
                Ok(super::dh::prime_bits(&files.sources.get(id).bytes))
            });
        }
    }

    /// Looks whether there are files at these paths, and anything in them.
    pub fn look_for(&mut self, paths: impl IntoIterator<Item = Arc<Path>>, files: &Files) {
        for path in paths {
            self.begun.entry(tidy(&path).into()).or_insert_with_key(|path| files.peek(Path::new(path)));
        }
    }

    /// Measures the files at these paths, and reads none of them.
    pub fn measure(&mut self, paths: impl IntoIterator<Item = Arc<Path>>, files: &Files) {
        let paths: BTreeSet<PathBuf> = paths.into_iter().map(|path| tidy(&path)).collect();
        let sizes = paths.into_iter().filter_map(|path| Some((files.size(&path)?, path)));
        self.sizes = sizes.map(|(size, path)| (path.into(), size)).collect();
    }

    /// The size of a file that was measured.
    pub fn size(&self, path: &Path) -> Option<u64> {
        self.sizes.get(tidied(path).as_os_str()).copied()
    }

    /// Takes the private keys out of everything that was read: what is known of them is known by now.
    pub fn forget_keys(&self, files: &mut Files) {
        let certificates = self.files.values().filter_map(|file| Some(file.as_ref().ok()?.file));
        let keys = self.keys.values().filter_map(|file| Some(file.as_ref().ok()?.file));
        certificates.chain(keys).for_each(|id| files.sources.forget_keys(id));
    }

    /// The bits of the prime of a file of parameters; `None` where it cannot be read here.
    pub fn dh_bits(&self, path: &Path) -> Option<u32> {
        self.dh_bits.get(tidied(path).as_os_str())?.as_ref().ok().copied().flatten()
    }

    /// What a file holds; none where it cannot be read here.
    pub fn get(&self, path: &Path) -> Option<&Arc<CertificateFile>> {
        self.files.get(tidied(path).as_os_str())?.as_ref().ok()
    }

    /// What a file of a private key holds; none where it cannot be read here.
    pub fn key(&self, path: &Path) -> Option<&Arc<PrivateKeyFile>> {
        self.keys.get(tidied(path).as_os_str())?.as_ref().ok()
    }

    /// Who besides its owner can read a private key.
    pub fn exposure(&self, path: &Path) -> Option<&Exposure> {
        self.exposed.get(tidied(path).as_os_str())
    }

    /// Why a file cannot be read here; none for files that can be and those never asked for.
    pub fn error(&self, path: &Path) -> Option<&ReadError> {
        let path = tidied(path);
        let path = path.as_os_str();
        let certificate = self.files.get(path).and_then(|file| file.as_ref().err());
        let key = self.keys.get(path).and_then(|file| file.as_ref().err());
        let parameters = self.dh_bits.get(path).and_then(|file| file.as_ref().err());
        let begun = self.begun.get(path).and_then(|file| file.as_ref().err());
        certificate.or(key).or(parameters).or(begun)
    }

    /// The first byte of a file that was only looked for, none where it is empty; `None` where that is not
    /// known here.
    pub fn begins_with(&self, path: &Path) -> Option<Option<u8>> {
        self.begun.get(tidied(path).as_os_str())?.as_ref().ok().copied()
    }

    /// The files of certificates that were read, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Arc<CertificateFile>)> {
        self.files.iter().filter_map(|(path, file)| Some((Path::new(path), file.as_ref().ok()?)))
    }
}

/// Understands each file that could be read, many of them on several threads.
fn each<T: Send>(
    read: &[Result<FileId, ReadError>],
    files: &Files,
    understand: impl Fn(FileId, &Sources, usize) -> T + Sync,
) -> Vec<Result<T, ReadError>> {
    let numbered: Vec<_> = read.iter().enumerate().collect();
    let parts = threads::in_parts(&numbered, files.threads(), FILES_A_THREAD, |part| {
        let one = |(index, file): &(usize, &Result<FileId, ReadError>)| match file {
            Ok(id) => Ok(understand(*id, &files.sources, *index)),
            Err(error) => Err(error.clone()),
        };
        part.iter().map(one).collect::<Vec<_>>()
    });
    parts.into_iter().flatten().collect()
}
