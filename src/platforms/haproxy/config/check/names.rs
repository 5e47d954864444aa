//! Sections that share a name.

use super::{Checker, Kind};
use crate::platforms::haproxy::config::Section;
use crate::platforms::haproxy::section::SectionKind;
use crate::platforms::haproxy::syntax::Arm;
use crate::platforms::haproxy::version::HaproxyVersion;
use crate::source::Span;
use std::collections::HashMap;

/// The names so far, with the sections that have them.
#[derive(Default)]
pub(super) struct Names<'c> {
    sections: HashMap<&'c [u8], Vec<&'c Section>>,
}

/// What comes of a second section of a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Clash {
    Fatal,
    Warning,
}

impl<'c> Names<'c> {
    /// Adds a section, after a look at those that have its name already.
    pub(super) fn add(&mut self, checker: &mut Checker<'c, '_>, section: &'c Section) {
        let config = checker.config;
        let Some(name) = config.name(section).filter(|name| !name.opaque) else { return };
        let others = self.sections.entry(&name.value).or_default();
        let arm = config.arm(section);
        let met = others.iter().filter(|other| !config.reading.exclude(arm, config.arm(other)));
        let clashes =
            met.filter_map(|other| Some((clash(other.kind, section.kind, checker.version)?, *other)));
        let worst = clashes.min_by_key(|(clash, _)| *clash != Clash::Fatal);
        if let Some((clash, other)) = worst {
            let kind =
                Kind::Duplicate { first: config.name(other).map_or(config.header(other).span, |n| n.span) };
            let arm = checker.either(arm, config.arm(other));
            checker.add_in(section, name.span, kind, clash == Clash::Fatal, arm);
        }
        if let Some((first, arm)) = replaced(checker, section, others) {
            checker.add_in(section, name.span, Kind::ReplacedDefaults { first }, true, arm);
        }
        if others.len() < MOST {
            others.push(section);
        }
    }
}

/// Sections of one name that are kept in mind; more of them say nothing new.
const MOST: usize = 32;

/// What HAProxy says of a section that has the name of an earlier one.
fn clash(first: SectionKind, second: SectionKind, version: HaproxyVersion) -> Option<Clash> {
    use SectionKind as S;
    let proxies = first.is_proxy() && second.is_proxy();
    let both_connect = first.connects() && second.connects();
    // Up to 3.0 a `listen` was compared with what accepts only.
    let both_connect = both_connect && (version.since(3, 1) || second != S::Listen || first.accepts());
    match (first, second) {
        _ if proxies && (first.accepts() && second.accepts() || both_connect) => Some(Clash::Fatal),
        _ if proxies
            || first.is_proxy() && second == S::Defaults
            || second.is_proxy() && first == S::Defaults =>
        {
            match () {
                () if version.since(3, 3) => Some(Clash::Fatal),
                () if version.since(3, 1) => Some(Clash::Warning),
                () => None,
            }
        }
        (S::LogForward, _) if second.is_proxy() => Some(Clash::Fatal),
        (S::Userlist, S::Userlist) => Some(Clash::Warning),
        (S::Peers | S::Cache | S::Resolvers | S::Ring | S::Mailers, _) if first == second => {
            Some(Clash::Fatal)
        }
        (S::HttpErrors | S::FcgiApp | S::LogForward, _) if first == second => Some(Clash::Fatal),
        _ => None,
    }
}

/// Since 3.1 a `defaults` that is referred to by name cannot be replaced by another one.
fn replaced(
    checker: &Checker<'_, '_>,
    section: &Section,
    others: &[&Section],
) -> Option<(Span, Option<Arm>)> {
    if section.kind != SectionKind::Defaults || !checker.version.since(3, 1) {
        return None;
    }
    let config = checker.config;
    let last = others.iter().rev().find(|other| other.kind == SectionKind::Defaults)?;
    let used = checker.references.get(&last.header)?.by_name?;
    Some((config.header(last).span, checker.either(config.arm(section), used)))
}
