//! What stands in the files of certificates and keys.

use super::super::globals::Globals;
use super::super::loaded::Fault;
use super::Loader;
use crate::model::FileRef;
use crate::pki::{Certificate, CertificateFile, PrivateKeyFile};
use crate::tls::security_level;
use std::path::PathBuf;
use std::sync::Arc;

/// What a certificate file holds that matters here.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) file: CertificateFile,
    /// Whether parameters for DHE stand in it.
    pub(super) has_dh: bool,
}

impl Loader<'_> {
    /// What is wrong with the key of a certificate.
    pub(super) fn key_fault(
        &mut self,
        leaf: &Certificate,
        key: Option<&FileRef>,
        globals: &Globals,
    ) -> Option<Fault> {
        let openssl = self.target.openssl;
        let level = match &globals.security_level {
            Some(value) => value.text.parse().ok().filter(|_| value.open.is_none())?,
            None => self.target.security_level,
        };
        if leaf.key.kind.is_some_and(|kind| !security_level::key_allowed(kind, leaf.key.bits, level, openssl))
        {
            return Some(Fault::WeakKey(leaf.key.bits));
        }
        let Some(key) = key else { return Some(Fault::NoKey) };
        let path = key.path.as_deref()?;
        if !path.exists() {
            return key.certain.then_some(Fault::NoKey);
        }
        let id = self.files.read(path).ok()?;
        self.secret.push((path.to_path_buf(), id));
        let held = PrivateKeyFile::read(&self.files.sources.get(id).bytes, id, openssl, &[&leaf.key]);
        (held.key()?.belongs_to(&leaf.key) == Some(false)).then_some(Fault::Mismatch)
    }

    /// The file of `issuers-chain-path` that is sent behind a certificate that stands alone: its first certificate has
    /// the key that the certificate's issuer is to have (source: `ssl_get0_issuer_chain`).
    pub(super) fn chain_of(&mut self, leaf: Option<&Certificate>, globals: &Globals) -> Option<FileRef> {
        let leaf = leaf?;
        let wanted = leaf.extensions.authority_key_id.as_ref()?;
        let directory = self.locate(globals.chains.as_ref()?, None, globals);
        // What lies there is not known: neither is what is sent.
        let Some(read) = directory.path.as_deref().and_then(|path| std::fs::read_dir(path).ok()) else {
            return Some(directory);
        };
        let mut paths: Vec<PathBuf> = read.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        let members = paths.into_iter().filter(|path| path.is_file()).map(|path| FileRef {
            text: path.to_string_lossy().into(),
            path: Some(path.into()),
            ..directory.clone()
        });
        let mut members = members.collect::<Vec<_>>().into_iter();
        members.find(|member| {
            let content = self.content(member);
            let first = content.as_deref().and_then(|content| content.file.leaf());
            first.is_some_and(|first| {
                first.extensions.subject_key_id.as_ref() == Some(wanted)
                    && first.subject_der() == leaf.issuer_der()
            })
        })
    }

    pub(super) fn content(&mut self, file: &FileRef) -> Option<Arc<Content>> {
        let path = file.path.as_deref()?;
        if let Some(known) = self.contents.get(path) {
            return known.clone();
        }
        let id = self.files.read(path).ok();
        self.secret.extend(id.map(|id| (path.to_path_buf(), id)));
        let content = id.map(|id| {
            let bytes = &self.files.sources.get(id).bytes;
            let has_dh = memchr::memmem::find(bytes, b"-----BEGIN DH PARAMETERS-----").is_some();
            Arc::new(Content { file: CertificateFile::read(bytes, id, self.target.openssl), has_dh })
        });
        self.contents.insert(path.to_path_buf(), content.clone());
        content
    }
}
