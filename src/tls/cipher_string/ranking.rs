//! The ordered list that the rules of a cipher string act upon (`ssl_cipher_apply_rule`).

use super::keywords::{self, Pattern, Vocabulary, class};
use super::{Admitted, Build, Removed};
use crate::tls::CipherSuite;
use crate::tls::openssl::OpenSslVersion;
use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::Range;

/// What a rule does to the suites it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// Let in at the end, if not in already.
    Add,
    /// Take out; may come back, and then before others.
    Delete,
    /// Move those that are in to the end.
    ToTail,
    /// Move those that are in to the front.
    ToHead,
    /// Take out for good.
    Kill,
}

/// All candidates in their present order.
pub(super) struct Ranking {
    entries: Vec<Entry>,
    removed: Vec<Removed>,
}

#[derive(Clone)]
struct Entry {
    suite: &'static CipherSuite,
    traits: Pattern,
    bits: u16,
    active: bool,
    word: Range<usize>,
}

thread_local! {
    /// The candidates in the order that rules start from, for the build asked for last: to arrange them
    /// takes ten times as long as to apply a list.
    static START: RefCell<Option<(OpenSslVersion, Build, Vec<Entry>)>> = const { RefCell::new(None) };
}

impl Ranking {
    /// The candidates in the order that rules start from, none of them in.
    pub(super) fn new(vocabulary: &Vocabulary) -> Self {
        let entries = START.with_borrow_mut(|start| match start {
            Some((openssl, build, entries))
                if (*openssl, *build) == (vocabulary.openssl(), vocabulary.build()) =>
            {
                entries.clone()
            }
            _ => {
                let entries = Ranking::start(vocabulary);
                *start = Some((vocabulary.openssl(), vocabulary.build(), entries.clone()));
                entries
            }
        });
        Ranking { entries, removed: Vec::new() }
    }

    fn start(vocabulary: &Vocabulary) -> Vec<Entry> {
        let openssl = vocabulary.openssl();
        let entry = |suite: &'static CipherSuite| Entry {
            suite,
            traits: keywords::traits(suite, openssl),
            bits: suite.strength_bits(openssl),
            active: false,
            word: 0..0,
        };
        let mut ranking =
            Ranking { entries: vocabulary.candidates().map(entry).collect(), removed: Vec::new() };
        if openssl.at_least(1, 1, 0) {
            ranking.arrange()
        } else {
            ranking.arrange_102()
        }
        ranking.step(Pattern::default(), Action::Delete);
        ranking.entries
    }

    /// The built-in preferences since 1.1.0.
    fn arrange(&mut self) {
        use keywords::{auth, enc, kx, mac};
        let ephemeral = kx::DHE | kx::ECDHE;
        let all = Pattern::default;
        self.step(Pattern { kx: kx::ECDHE, auth: auth::ECDSA, ..all() }, Action::Add);
        self.step(Pattern { kx: kx::ECDHE, ..all() }, Action::Add);
        self.step(Pattern { kx: kx::ECDHE, ..all() }, Action::Delete);
        self.step(Pattern { enc: enc::AESGCM, ..all() }, Action::Add);
        self.step(Pattern { enc: enc::CHACHA20, ..all() }, Action::Add);
        self.step(Pattern { enc: enc::AES & !enc::AESGCM, ..all() }, Action::Add);
        self.step(all(), Action::Add);
        self.step(Pattern { mac: mac::MD5, ..all() }, Action::ToTail);
        self.step(Pattern { auth: auth::NULL, ..all() }, Action::ToTail);
        self.step(Pattern { kx: kx::RSA, ..all() }, Action::ToTail);
        self.step(Pattern { kx: kx::PSK, ..all() }, Action::ToTail);
        self.step(Pattern { enc: enc::RC4, ..all() }, Action::ToTail);
        self.sort_by_strength();
        self.step(Pattern { min: keywords::TLS12, ..all() }, Action::ToHead);
        self.step(Pattern { mac: mac::AEAD, ..all() }, Action::ToHead);
        self.step(Pattern { kx: ephemeral, ..all() }, Action::ToHead);
        self.step(Pattern { kx: ephemeral, mac: mac::AEAD, ..all() }, Action::ToHead);
    }

    /// The built-in preferences of 1.0.2.
    fn arrange_102(&mut self) {
        use keywords::{auth, enc, kx, mac};
        let all = Pattern::default;
        self.step(Pattern { kx: kx::ECDHE, ..all() }, Action::Add);
        self.step(Pattern { kx: kx::ECDHE, ..all() }, Action::Delete);
        self.step(Pattern { enc: enc::AES, ..all() }, Action::Add);
        self.step(all(), Action::Add);
        self.step(Pattern { mac: mac::MD5, ..all() }, Action::ToTail);
        self.step(Pattern { auth: auth::NULL, ..all() }, Action::ToTail);
        self.step(Pattern { auth: auth::ECDH, ..all() }, Action::ToTail);
        self.step(Pattern { kx: kx::RSA, ..all() }, Action::ToTail);
        self.step(Pattern { kx: kx::PSK, ..all() }, Action::ToTail);
        self.step(Pattern { kx: kx::KRB5, ..all() }, Action::ToTail);
        self.step(Pattern { enc: enc::RC4, ..all() }, Action::ToTail);
        self.sort_by_strength();
    }

    fn step(&mut self, pattern: Pattern, action: Action) {
        self.apply(&pattern, action, 0..0);
    }

    /// Applies one rule that the words at `cause` ask for.
    pub(super) fn apply(&mut self, pattern: &Pattern, action: Action, cause: Range<usize>) {
        let concerned = |e: &Entry| match action {
            Action::Add => !e.active,
            Action::Kill => true,
            Action::Delete | Action::ToTail | Action::ToHead => e.active,
        };
        let (mut moved, mut rest): (Vec<_>, Vec<_>) =
            self.entries.drain(..).partition(|e| concerned(e) && pattern.matches(&e.traits));
        match action {
            Action::Add => moved.iter_mut().for_each(|e| (e.active, e.word) = (true, cause.clone())),
            Action::Delete | Action::Kill => moved.iter_mut().for_each(|e| {
                self.removed.push(Removed { suite: e.suite, word: cause.clone(), was_in: e.active });
                e.active = false;
            }),
            Action::ToTail | Action::ToHead => {}
        }
        self.entries = match action {
            Action::Add | Action::ToTail => {
                rest.append(&mut moved);
                rest
            }
            Action::Delete | Action::ToHead => {
                moved.append(&mut rest);
                moved
            }
            Action::Kill => rest,
        };
    }

    /// `@STRENGTH`: those that are in go to the end, the strongest first.
    pub(super) fn sort_by_strength(&mut self) {
        let (mut active, mut rest): (Vec<_>, Vec<_>) = self.entries.drain(..).partition(|e| e.active);
        active.sort_by_key(|e| std::cmp::Reverse(e.bits));
        rest.append(&mut active);
        self.entries = rest;
    }

    /// The suites that are in, and of the others what threw them out last.
    pub(super) fn result(&self) -> (Vec<Admitted>, Vec<Removed>) {
        let admitted: Vec<_> = self
            .entries
            .iter()
            .filter(|e| e.active)
            .map(|e| Admitted { suite: e.suite, word: e.word.clone() })
            .collect();
        let mut told: HashSet<u16> = admitted.iter().map(|a| a.suite.id).collect();
        let mut removed: Vec<_> =
            self.removed.iter().rev().filter(|r| told.insert(r.suite.id)).cloned().collect();
        removed.reverse();
        (admitted, removed)
    }
}

/// Whether a class of strength and marks satisfies what a pattern asks for.
pub(super) fn classes_match(wanted: u8, has: u8) -> bool {
    [class::STRENGTHS, class::NOT_DEFAULT]
        .iter()
        .all(|group| wanted & group == 0 || wanted & has & group != 0)
}
