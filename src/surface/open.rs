//! What is left open once everything is resolved, for the list of what is not known.

use super::resolve::FOREIGN_LIST;
use super::{Surface, Verify};
use crate::files::ReadError;
use crate::model::{Decides, FileRef, LibraryText, Setting, Trust, UnknownFact};
use crate::pki::name::{Client, Coverage, covers};
use crate::pki::pem::MAX_BLOCKS;
use crate::pki::{Certificate, Held};
use std::collections::HashSet;

impl Surface {
    /// Certificates that TLS listeners present and that cannot be read here, each file once.
    pub fn unread_certificates(&self) -> Vec<UnknownFact> {
        let mut unread = Vec::new();
        let mut seen = HashSet::new();
        for presented in self.tls_servers().flat_map(|(_, server)| &server.certificates) {
            let Some(file) = presented.written.certificate.known() else { continue };
            match &presented.file {
                // Whatever else may be wrong with it, it is known not to be there.
                None if file.certain && self.is_missing(file) => {}
                None if seen.insert(&*file.text) => {
                    let why = self.unread(file);
                    let why = format!("`{}` {why}, so the kind of its key is not known", called(file));
                    unread.push(UnknownFact { span: file.span, what: "certificate".to_owned(), why });
                }
                Some(held) if held.more && seen.insert(&*file.text) => {
                    let why = format!(
                        "`{}` holds more than {MAX_BLOCKS} blocks, and nothing is said of its chain",
                        called(file)
                    );
                    unread.push(UnknownFact { span: file.span, what: "certificate".to_owned(), why });
                }
                Some(_) => {
                    let key = presented.written.key.as_ref().and_then(Setting::known);
                    let Some(key) = key.filter(|key| seen.insert(&*key.text)) else { continue };
                    let Some(why) = self.untold(key) else { continue };
                    let why = format!(
                        "`{}` {why}, so whether it belongs to `{}` is not known",
                        called(key),
                        called(file)
                    );
                    unread.push(UnknownFact { span: key.span, what: "private key".to_owned(), why });
                }
                None => {}
            }
        }
        unread
    }

    /// Authorities by which a backend at hand is verified, and that cannot be read here.
    pub fn unread_authorities(&self) -> Vec<UnknownFact> {
        let (mut unread, mut seen) = (Vec::new(), HashSet::new());
        for hop in self.upstreams.iter().filter(|hop| hop.is_tls()) {
            let verifies = matches!(hop.verify.known(), Some(Verify::Chain | Verify::ChainAndName));
            let Some(Trust::File(file) | Trust::System(file)) = hop.upstream.trust.known() else { continue };
            let held = file.path.as_deref().and_then(|path| self.store.get(path));
            let why = match held {
                _ if !verifies || file.certain && self.is_missing(file) => continue,
                None => "is not at hand",
                Some(held) if held.has_trust_settings => "has trust settings, which are not looked at",
                Some(_) => continue,
            };
            if seen.contains(&file.span) || self.backends(hop).is_empty() {
                continue;
            }
            seen.insert(file.span);
            let why = format!(
                "`{}` {why}, so whether the backend's certificate leads to it is not known",
                file.text
            );
            unread.push(UnknownFact { span: file.span, what: "trusted authorities".to_owned(), why });
        }
        unread
    }

    /// Names for which some clients take the certificate that is presented, and others do not.
    pub fn disputed_names(&self) -> Vec<UnknownFact> {
        let (mut disputed, mut seen) = (Vec::new(), HashSet::new());
        for (_, server) in self.tls_servers().filter(|(_, server)| server.borrows_from.is_none()) {
            let leaves = server.certificates.iter().map(|c| c.file.as_ref()?.leaf());
            let Some(leaves) = leaves.collect::<Option<Vec<&Certificate>>>() else { continue };
            if !leaves.iter().any(|leaf| leaf.dns_names().any(is_odd)) || !server.may_serve_tls() {
                continue;
            }
            for name in server.server.names.iter().filter(|name| seen.insert(name.span)) {
                let coverages: Vec<Coverage> = leaves.iter().map(|leaf| covers(leaf, &name.text)).collect();
                let clients = coverages.iter().find_map(|coverage| match coverage {
                    Coverage::Differs(clients) => Some(clients),
                    _ => None,
                });
                let Some(clients) = clients.filter(|_| !coverages.contains(&Coverage::Covered)) else {
                    continue;
                };
                let clients: Vec<String> = clients.iter().map(Client::to_string).collect();
                let why = format!(
                    "of the clients whose way of comparing names is known here, only {} would take the certificate for `{}`",
                    clients.join(", "),
                    name.text
                );
                disputed.push(UnknownFact { span: name.span, what: "certificate's names".to_owned(), why });
            }
        }
        disputed
    }

    /// Whether nothing lies where a file would be looked for.
    fn is_missing(&self, file: &FileRef) -> bool {
        let error = file.path.as_deref().and_then(|path| self.store.error(path));
        error == Some(&ReadError::Missing)
    }

    /// Why a file is not read here.
    fn unread(&self, file: &FileRef) -> String {
        let error = file.path.as_deref().and_then(|path| self.store.error(path));
        let is_written_here = file.text.split_once(':').is_some_and(|(scheme, _)| scheme == "data");
        match error {
            Some(ReadError::Other(why)) => format!("cannot be read here ({why})"),
            Some(error @ (ReadError::Directory | ReadError::NotRegular | ReadError::TooLarge)) => {
                error.to_string()
            }
            _ if is_written_here => "stands in the configuration itself, where it is not read".to_owned(),
            None if file.path.is_none() && file.text.starts_with('/') => {
                "is not at hand (`--root /` takes it from this machine)".to_owned()
            }
            _ => "is not at hand".to_owned(),
        }
    }

    /// Why nothing is known of a private key that may be all right.
    fn untold(&self, key: &FileRef) -> Option<String> {
        let Some(file) = key.path.as_deref().and_then(|path| self.store.key(path)) else {
            return (!(key.certain && self.is_missing(key))).then(|| self.unread(key));
        };
        match &file.held {
            Held::Encrypted(_) => Some("is encrypted".to_owned()),
            Held::NotUnderstood(_) => Some("is of a kind that is not understood here".to_owned()),
            Held::Key(_) | Held::Nothing(_) => None,
        }
    }

    /// Servers in parts of configurations, on sockets whose default server another file may hold.
    pub fn decided_elsewhere(&self) -> Vec<UnknownFact> {
        let open = self.tls_servers().filter(|(listener, server)| {
            let default = listener.default_server();
            self.deployment(listener.deployment).fragment
                && listener.listener.name_scope.protocols == Decides::Socket
                && !default.is_some_and(|default| default.binding.default_written)
                && server.may_serve_tls()
        });
        open.map(|(listener, server)| UnknownFact {
            span: server.enabled.span().unwrap_or(server.binding.listen),
            what: self.words(listener.deployment).protocols.to_owned(),
            why: format!(
                "another file's default server may decide which versions {} accepts on {}",
                match server.server.names.iter().any(|name| !name.text.is_empty()) {
                    true => format!("`{}`", server.label()),
                    false => server.label(),
                },
                listener.listener.address
            ),
        })
        .collect()
    }

    /// Lists of suites in the language of another library, or of a patched one.
    pub fn foreign_lists(&self) -> Vec<UnknownFact> {
        let servers = self.tls_servers().map(|(listener, server)| {
            let words = self.words(listener.deployment).ciphers;
            (words, server.suites.why_unknown(), &server.server.tls.ciphers)
        });
        let hops = self.upstreams.iter().filter(|hop| hop.is_tls());
        let hops = hops.map(|hop| ("cipher list", hop.suites.why_unknown(), &hop.upstream.ciphers));
        let foreign = servers.chain(hops).filter(|(_, why, _)| *why == Some(FOREIGN_LIST));
        foreign.filter_map(|(word, _, list)| fact(word, list)).collect()
    }
}

/// Whether clients may differ over a name of a certificate: a dot at its end, an asterisk for anything but the
/// first label, or right below a top-level domain.
fn is_odd(name: &str) -> bool {
    let rest = name.strip_prefix("*.");
    name.ends_with('.') || rest.unwrap_or(name).contains('*') || rest.is_some_and(|rest| !rest.contains('.'))
}

/// How a file is called; one that stands in the configuration itself by its beginning.
fn called(file: &FileRef) -> &str {
    if file.text.starts_with("data:") { "data:…" } else { &file.text }
}

fn fact(word: &str, list: &Setting<LibraryText>) -> Option<UnknownFact> {
    let text = &list.known()?.text;
    let why = format!("OpenSSL as its project releases it does not take `{text}`; other libraries do");
    Some(UnknownFact { span: list.span()?, what: word.to_owned(), why })
}
