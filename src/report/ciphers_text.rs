//! `ciphers` for people: the suites as a table with the word that let each in, and below it what threw
//! others out, which words do nothing, and what no handshake will end on.

use super::ciphers::Answer;
use super::show_text::wrap;
use super::summary::counted;
use super::table::{self, Column};
use super::{Appearance, printable};
use crate::tls::CipherSuite;
use crate::tls::cipher_string::{self, Admitted, CipherStringErrorKind, Dialect, Removed};
use crate::tls::cipher_suite;
use crate::tls::protocol::ProtocolVersion;
use crate::tls::security_level;

/// Suites that a note names at most; `--format json` has all.
const NAMED: usize = 12;

/// Suites with a pre-shared key or SRP that are shown, where there are others; more are counted.
const SHARED_SHOWN: usize = 3;

/// The answer. `quiet`: the table alone; `all`: with suites that no server of the kind can use.
pub fn render(answer: &Answer, appearance: Appearance, quiet: bool, all: bool) -> String {
    let page = Page { answer, appearance, all };
    let mut blocks = vec![page.head(quiet)];
    if !answer.read().suites.is_empty() {
        blocks.push(page.table());
    }
    if !quiet {
        blocks.push(page.notes());
    }
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n")
}

struct Page<'a> {
    answer: &'a Answer<'a>,
    appearance: Appearance,
    all: bool,
}

/// Why no handshake ends on a suite of the list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Never {
    Level,
    Secret,
    Certificate,
}

impl Page<'_> {
    fn head(&self, quiet: bool) -> String {
        let Answer { string, target, .. } = self.answer;
        let list = if string.is_empty() { "(an empty list)" } else { string };
        let mut head = format!("{}\n", self.appearance.bold(&printable(list)));
        if !quiet {
            let why = match &target.stated {
                Some(stated) => printable(stated).into_owned(),
                None => "assumed; say what yours is with --target".to_owned(),
            };
            let dim = self.appearance.dim(&format!("({why})"));
            let level = target.security_level;
            head.push_str(&format!("on OpenSSL {} at security level {level} {dim}\n", target.openssl));
        }
        if let Some(error) = self.answer.error() {
            let place = match self.answer.word(&error.at) {
                at if error.kind == CipherStringErrorKind::InvalidCommand => {
                    let before = self.answer.string.get(..error.at.start).unwrap_or_default();
                    format!(" at `{}`, character {}", printable(at), before.chars().count() + 1)
                }
                _ => String::new(),
            };
            let reason = error.kind.reason();
            let refused = format!("refused: {reason}{place}; a server does not start with this list");
            head.push_str(&format!("{}\n", self.appearance.paint("31", &refused)));
        }
        head
    }

    fn table(&self) -> String {
        let suites = &self.answer.read().suites;
        let shared = suites.iter().filter(|a| a.suite.preshared()).count();
        let folded = if self.all || shared == suites.len() || shared <= SHARED_SHOWN { 0 } else { shared };
        let admitted: Vec<&Admitted> =
            suites.iter().filter(|a| folded == 0 || !a.suite.preshared()).collect();
        let cells = |text: fn(&CipherSuite) -> String| admitted.iter().map(move |a| text(a.suite));
        let bits = |s: &CipherSuite| s.strength_bits(self.answer.target.openssl).to_string();
        let mut columns = vec![
            Column::new("suite", 0, cells(|s| s.name().to_owned())),
            Column::new("TLS", 2, admitted.iter().map(|a| self.versions(a.suite))),
            Column::new("kx", 0, cells(|s| s.kx.name().to_owned())),
            Column::new("auth", 0, cells(|s| s.auth.name().to_owned())),
            Column::new("encryption", 0, cells(CipherSuite::protection)),
            Column::new("bits", 3, admitted.iter().map(|a| bits(a.suite))).right(),
            Column::new("FS", 1, cells(|s| if s.forward_secrecy() { "FS" } else { "-" }.to_owned())),
            Column::new("let in by", 0, admitted.iter().map(|a| printable(self.answer.why(a)).into_owned())),
        ];
        if !self.answer.tls13 {
            columns.insert(1, Column::new("IANA", 4, cells(|s| s.iana.to_owned())));
        }
        let never = |n: usize| admitted.get(n).and_then(|a| self.never(a.suite));
        let lines = table::lines(columns, self.appearance.table.saturating_sub(2));
        let mut out = String::new();
        for (index, line) in lines.iter().enumerate() {
            out.push_str(&match index.checked_sub(1).map(never) {
                None => format!("  {}\n", self.appearance.bold(line)),
                Some(None) => format!("  {line}\n"),
                Some(Some(_)) => format!("{}\n", self.appearance.dim(&format!("x {line}"))),
            });
        }
        if folded > 0 {
            let line = format!("x and {folded} with a pre-shared key or SRP: --all lists them");
            out.push_str(&format!("{}\n", self.appearance.dim(&line)));
        }
        out
    }

    /// The versions a suite can be used with, of those that the library speaks: `1.2`, `1.0-1.2`.
    fn versions(&self, suite: &CipherSuite) -> String {
        let speaks = self.answer.target.openssl.protocols();
        let fits = |v: &ProtocolVersion| suite.min_protocol <= *v && *v <= suite.max_protocol;
        let short = |v: ProtocolVersion| v.name().trim_start_matches("TLSv");
        let mut fitting = speaks.iter().filter(fits);
        match (fitting.next(), fitting.next_back()) {
            (Some(first), Some(last)) => format!("{}-{}", short(first), short(last)),
            (first, _) => first.map_or("none", short).to_owned(),
        }
    }

    fn notes(&self) -> String {
        let mut notes = Vec::new();
        notes.extend(self.dialect());
        notes.extend(self.count());
        notes.extend(self.removed());
        notes.extend(self.ignored());
        if self.answer.error().is_none() && !self.answer.tls13 {
            notes.push(self.level());
        }
        if self.answer.read().suite_b {
            notes.push(
                "Suite B (RFC 6460) throws away all that follows its word, and restricts versions, groups \
                 and the certificate chain as well"
                    .to_owned(),
            );
        }
        notes.iter().map(|note| self.paragraph(note)).collect()
    }

    fn paragraph(&self, note: &str) -> String {
        let words: Vec<String> = printable(note).split(' ').map(str::to_owned).collect();
        let lines = wrap(&words, self.appearance.width.saturating_sub(2), 4);
        lines.iter().map(|line| format!("  {line}\n")).collect()
    }

    /// Whose language the list is in, if not OpenSSL's.
    fn dialect(&self) -> Option<String> {
        let promise = if self.answer.is_promised() { "" } else { "this result cannot be promised: " };
        let what = match (self.answer.dialect()?, self.answer.target.crypto_policies) {
            (Dialect::CryptoPolicy, Some(true)) => {
                "the target's OpenSSL is patched to take the list from \
                 /etc/crypto-policies/back-ends/openssl.config, which is not at hand"
            }
            (Dialect::CryptoPolicy, _) => {
                "`PROFILE=` is for the OpenSSL of Red Hat, Fedora and Amazon Linux, which is patched to take \
                 the list from /etc/crypto-policies; any other refuses it"
            }
            (Dialect::BoringSsl, _) => {
                "`[A|B]` is a group of equal preference for BoringSSL and AWS-LC, which have no DHE, no \
                 `@SECLEVEL` and few of these words; OpenSSL refuses it"
            }
            (Dialect::LibreSsl, _) => {
                "`AEAD` and `TLSv1.3` are words of LibreSSL, in whose lists TLS 1.3 suites count, whose \
                 `DEFAULT` is `ALL:!aNULL:!eNULL:!SSLv2` and which has RC4 and 3DES, but no PSK, SRP, ARIA, \
                 CCM and `CBC`; OpenSSL passes these words over"
            }
            (Dialect::GnuTls, _) => "this is a priority string for GnuTLS, of which OpenSSL knows few words",
        };
        Some(format!("{promise}{what}"))
    }

    /// How many suites there are, and on which of them no handshake ends.
    fn count(&self) -> Vec<String> {
        let suites: Vec<_> = self.answer.suites().collect();
        if suites.is_empty() {
            let is_legal = self.answer.tls13 && self.answer.error().is_none();
            let none = "no suite: a server that has TLS 1.3 switched on starts with this list, and refuses \
                        every handshake, those of older versions, too";
            return is_legal.then(|| none.to_owned()).into_iter().collect();
        }
        let never = |why: Never| -> Vec<&CipherSuite> {
            suites.iter().copied().filter(|s| self.never(s) == Some(why)).collect()
        };
        let level = self.answer.level();
        let causes = [
            (Never::Level, format!("below security level {level}")),
            (
                Never::Secret,
                "for want of a pre-shared key or SRP, which nginx and HAProxy do not set up".to_owned(),
            ),
            (
                Never::Certificate,
                "for want of a certificate with an (EC)DH key, which nobody issues".to_owned(),
            ),
        ];
        let lost = suites.iter().filter(|s| self.never(s).is_some()).count();
        let total = counted(suites.len(), "suite");
        let mut notes = vec![match lost {
            0 => total,
            _ if lost == suites.len() => format!("{total}, marked x as no handshake ends on any:"),
            _ => format!("{total}; on {lost} of them, marked x, no handshake ends:"),
        }];
        for (why, text) in causes {
            let these = never(why);
            if !these.is_empty() {
                let names = if why == Never::Level { named(&these) } else { String::new() };
                notes.push(format!("  {} {text}{names}", these.len()));
            }
        }
        notes
    }

    fn never(&self, suite: &CipherSuite) -> Option<Never> {
        use crate::tls::cipher_suite::KeyExchange::*;
        match suite.kx {
            _ if self.answer.refused_at_level(suite) => Some(Never::Level),
            _ if suite.preshared() => Some(Never::Secret),
            DhDss | DhRsa | EcdhEcdsa | EcdhRsa => Some(Never::Certificate),
            _ => None,
        }
    }

    /// What each word threw out or keeps out.
    fn removed(&self) -> Vec<String> {
        let mut groups: Vec<(&str, Vec<&Removed>)> = Vec::new();
        for removed in &self.answer.read().removed {
            let word = self.answer.word(&removed.word);
            match groups.iter_mut().find(|(known, _)| *known == word) {
                Some((_, all)) => all.push(removed),
                None => groups.push((word, vec![removed])),
            }
        }
        let note = |(word, all): &(&str, Vec<&Removed>)| {
            let (out, kept): (Vec<&Removed>, Vec<&Removed>) = all.iter().partition(|r| r.was_in);
            let names: Vec<_> = out.iter().map(|r| r.suite).collect();
            let took = format!("`{word}` removed {}{}", counted(out.len(), "suite"), named(&names));
            match (out.len(), kept.len()) {
                // Built in: nobody asked for any of them.
                _ if !word.starts_with(['!', '-']) => {
                    format!(
                        "`{word}` is without {}, which no later word lets in",
                        counted(all.len(), "suite")
                    )
                }
                (0, kept) => {
                    format!("`{word}` removed nothing; no later word lets in its {}", counted(kept, "suite"))
                }
                _ => took,
            }
        };
        groups.iter().map(note).collect()
    }

    /// Words that do nothing.
    fn ignored(&self) -> Vec<String> {
        let read = self.answer.read();
        let openssl = self.answer.target.openssl;
        let mut others = Vec::new();
        let mut notes = Vec::new();
        // A dialect's own words have been spoken of.
        let older = self.older_suites();
        if !older.is_empty() {
            let names = older.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" ");
            let effect = match (self.answer.error(), older.len()) {
                (Some(_), _) => names,
                (None, 1) => format!("{names} does nothing"),
                (None, _) => format!("{names} do nothing"),
            };
            notes.push(format!(
                "{effect}: suites up to TLS 1.2 have a list of their own (nginx: `ssl_ciphers`, HAProxy: \
                 `ciphers`)"
            ));
        }
        let words = read.ignored.iter().map(|word| self.answer.word(word));
        let words = words.filter(|word| !older.contains(word));
        for word in words.filter(|word| self.answer.dialect().is_none_or(|d| !d.owns(word))) {
            let (slip, meant) = match self.answer.tls13 {
                true => (true, cipher_string::suggest13(word, openssl)),
                false => (!cipher_string::is_real(word), cipher_string::suggest(word, openssl)),
            };
            let quoted = format!("`{word}`");
            match meant.filter(|meant| *meant != word) {
                _ if word == "DEFAULT" => notes.push(
                    "`DEFAULT` does nothing: it counts at the very beginning of a list only".to_owned(),
                ),
                Some(meant) if slip => notes.push(format!(
                    "{quoted} does nothing: OpenSSL {openssl} does not know it; did you mean `{meant}`?"
                )),
                _ if slip => notes.push(format!("{quoted} does nothing: OpenSSL {openssl} does not know it")),
                _ if others.contains(&quoted) => {}
                _ => others.push(quoted),
            }
        }
        if !others.is_empty() {
            let does = if others.len() == 1 { "does" } else { "do" };
            notes.push(format!(
                "{} {does} nothing: known to other releases or builds of OpenSSL than this {openssl}",
                others.join(" ")
            ));
        }
        let tls13: Vec<String> =
            read.tls13_names.iter().map(|word| format!("`{}`", self.answer.word(word))).collect();
        if !tls13.is_empty() {
            let does = if tls13.len() == 1 { "does" } else { "do" };
            notes.push(format!(
                "{} {does} nothing: suites of TLS 1.3 have a list of their own (nginx: `ssl_conf_command \
                 Ciphersuites`, HAProxy: `ciphersuites`)",
                tls13.join(" ")
            ));
        }
        notes
    }

    /// Names of older suites in a list of TLS 1.3 suites: those passed over, and one that is refused.
    fn older_suites(&self) -> Vec<&str> {
        let refused = self.answer.error().map(|error| &error.at);
        let words = self.answer.read().ignored.iter().chain(refused).map(|word| self.answer.word(word));
        let is_older = |word: &&str| {
            let suite = cipher_suite::by_name(word).or_else(|| cipher_suite::by_name(&word.to_uppercase()));
            self.answer.tls13 && suite.is_some_and(|suite| !suite.tls13())
        };
        let mut older: Vec<&str> = Vec::new();
        for word in words.filter(is_older) {
            if !older.contains(&word) {
                older.push(word);
            }
        }
        older
    }

    /// What the level in force asks of the rest.
    fn level(&self) -> String {
        let (level, target) = (self.answer.level(), self.answer.target);
        let openssl = target.openssl;
        if !openssl.security_levels() {
            return format!("OpenSSL {openssl} has no security levels");
        }
        let by = match self.answer.read().security_level {
            Some(_) => format!("`@SECLEVEL={level}`"),
            None => format!("security level {level}, that of the target"),
        };
        let patched = target.old_versions_up_to.is_some_and(|up_to| level > up_to);
        let speaks = |v: &ProtocolVersion| {
            security_level::protocol_allowed(*v, level, openssl) && (*v >= ProtocolVersion::Tls12 || !patched)
        };
        let silent: Vec<&str> =
            openssl.protocols().iter().filter(|v| !speaks(v)).map(ProtocolVersion::prose).collect();
        let keys = match level {
            0 => "keys of any length".to_owned(),
            _ => format!(
                "RSA keys from {} bits, EC keys from {}",
                security_level::rsa_min_bits(level),
                security_level::ec_min_bits(level)
            ),
        };
        match silent.is_empty() {
            true => format!("{by}: {keys}, every version of TLS"),
            false => format!("{by}: {keys}, no {}", silent.join(", no ")),
        }
    }
}

/// `: A B C`, or as many as a note holds.
pub(super) fn named(suites: &[&CipherSuite]) -> String {
    let names: Vec<&str> = suites.iter().take(NAMED).map(|s| s.name()).collect();
    match suites.len().checked_sub(NAMED) {
        None | Some(0) => format!(": {}", names.join(" ")),
        Some(more) => format!(": {} and {more} more", names.join(" ")),
    }
}
