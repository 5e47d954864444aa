//! The certificate files of a run, each read once.

use super::file::CertificateFile;
use crate::files::{Files, ReadError, tidy};
use crate::tls::openssl::OpenSslVersion;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Certificate files by where they lie here.
#[derive(Debug, Clone, Default)]
pub struct Store {
    files: BTreeMap<PathBuf, Result<Arc<CertificateFile>, ReadError>>,
    dh_bits: BTreeMap<PathBuf, Option<u32>>,
}

impl Store {
    /// Reads these files as this OpenSSL would.
    pub fn read(
        paths: impl IntoIterator<Item = PathBuf>,
        files: &mut Files,
        openssl: OpenSslVersion,
    ) -> Store {
        let mut store = Store::default();
        for path in paths {
            store.files.entry(tidy(&path)).or_insert_with_key(|path| {
                let id = files.read(path)?;
                Ok(Arc::new(CertificateFile::read(&files.sources.get(id).bytes, id, openssl)))
            });
        }
        store
    }

    /// Reads these files of Diffie-Hellman parameters.
    pub fn read_dh(&mut self, paths: impl IntoIterator<Item = PathBuf>, files: &mut Files) {
        for path in paths {
            self.dh_bits.entry(tidy(&path)).or_insert_with_key(|path| {
                let id = files.read(path).ok()?;
                super::dh::prime_bits(&files.sources.get(id).bytes)
            });
        }
    }

    /// The bits of the prime of a file of parameters; `None` where it cannot be read here.
    pub fn dh_bits(&self, path: &Path) -> Option<u32> {
        *self.dh_bits.get(&tidy(path))?
    }

    /// What a file holds; none where it cannot be read here.
    pub fn get(&self, path: &Path) -> Option<&Arc<CertificateFile>> {
        self.files.get(&tidy(path))?.as_ref().ok()
    }

    /// Why a file cannot be read here; none for files that can be and those never asked for.
    pub fn error(&self, path: &Path) -> Option<&ReadError> {
        self.files.get(&tidy(path))?.as_ref().err()
    }

    /// The files that were read, by path.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Arc<CertificateFile>)> {
        self.files.iter().filter_map(|(path, file)| Some((path.as_path(), file.as_ref().ok()?)))
    }
}
