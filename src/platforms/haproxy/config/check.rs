//! What HAProxy has against the headers of sections (source: `cfg_parse_listen` and the parser of each section;
//! recorded from 2.2 to 3.4).

use super::{Config, ConfigError, ConfigErrorKind as Kind, Section, SectionId};
use crate::platforms::haproxy::section::{NameRule, SectionKind};
use crate::platforms::haproxy::syntax::{Arm, Word};
use crate::platforms::haproxy::version::HaproxyVersion;
use crate::source::Span;
use std::collections::HashMap;

mod names;

/// Everything HAProxy has against the sections of a configuration.
pub(super) fn check(config: &Config<'_>, version: HaproxyVersion) -> Vec<ConfigError> {
    let defaults = config.iter().filter(|(_, section)| section.kind == SectionKind::Defaults);
    let defaults: Vec<_> = defaults.collect();
    let names_are_known = defaults.iter().all(|(_, section)| config.name(section).is_none_or(|n| !n.opaque));
    let mut checker = Checker {
        config,
        version,
        errors: Vec::new(),
        references: HashMap::new(),
        defaults,
        names_are_known,
    };
    let mut names = names::Names::default();
    for (id, section) in config.iter() {
        // What a template makes of its sections is not known.
        if config.reading.templates.contains(&config.header(section).span.file) {
            continue;
        }
        if !section.kind.exists_in(version) {
            checker.add(section, config.header(section).span, Kind::Unsupported(section.kind), true);
            continue;
        }
        checker.words(section);
        names.add(&mut checker, section);
        checker.defaults(id, section);
    }
    checker.errors
}

struct Checker<'c, 's> {
    config: &'c Config<'s>,
    version: HaproxyVersion,
    errors: Vec<ConfigError>,
    /// How `defaults` are used so far, by their headers.
    references: HashMap<usize, References>,
    /// Every `defaults`.
    defaults: Vec<(SectionId, &'c Section)>,
    /// The names of all of them are known.
    names_are_known: bool,
}

/// The arms in which `defaults` were first used: by name, and because they were the last.
#[derive(Default, Clone, Copy)]
struct References {
    by_name: Option<Option<Arm>>,
    as_last: Option<Option<Arm>>,
}

impl<'s> Checker<'_, 's> {
    fn add(&mut self, section: &Section, span: Span, kind: Kind, fatal: bool) {
        let arm = self.config.arm(section);
        self.add_in(section, span, kind, fatal, arm);
    }

    fn add_in(&mut self, section: &Section, span: Span, kind: Kind, fatal: bool, arm: Option<Arm>) {
        let line = self.config.header(section).line as usize;
        self.errors.push(ConfigError { span, kind, line, fatal, arm });
    }

    /// From 3.4 on HAProxy forgets some of what it has against a proxy when it comes to its `defaults`: it says so
    /// and starts all the same.
    fn remembers(&self) -> bool {
        !self.version.since(3, 4)
    }

    /// The words behind the one that begins the section.
    fn words(&mut self, section: &Section) {
        let header = self.config.header(section);
        let (words, kind) = (&header.words, section.kind);
        if words.iter().any(|word| word.several) {
            return;
        }
        if kind == SectionKind::Acme && !self.is_exposed(section) {
            return self.add(section, header.span, Kind::Experimental(kind), true);
        }
        let rule = kind.name_rule();
        if words.len() < 2 && matches!(rule, NameRule::Required | NameRule::AnyBytes | NameRule::Among) {
            return self.add(section, header.span, Kind::MissingName(kind), true);
        }
        if let Some(name) = words.get(1).filter(|_| matches!(rule, NameRule::Required | NameRule::Among)) {
            self.name(section, name, !kind.is_proxy() || self.remembers());
        }
        let most = match rule {
            _ if kind.is_proxy() || kind == SectionKind::Defaults => return self.proxy_words(section),
            NameRule::Never => 1,
            NameRule::Optional | NameRule::Required | NameRule::AnyBytes => 2,
            NameRule::Among | NameRule::Ignored => return,
        };
        if let Some(word) = words.get(most) {
            self.add(section, word.span, Kind::UnexpectedArgument, true);
        }
    }

    fn name(&mut self, section: &Section, name: &Word<'_>, fatal: bool) {
        let permitted = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'_' | b'-');
        if let Some(byte) = name.value.iter().find(|b| !permitted(b)).filter(|_| !name.opaque) {
            self.add(section, name.span, Kind::BadName(*byte), fatal);
        }
    }

    /// `NAME`, and since 2.4 `from NAME` behind it.
    fn proxy_words(&mut self, section: &Section) {
        let words = &self.config.header(section).words;
        let has_from = self.version.since(2, 4);
        let wrong = match section.kind {
            // In these whatever follows is passed over since 2.4, but for `from`.
            SectionKind::Defaults if has_from => return,
            _ if !has_from => words.get(2),
            _ => {
                let from = words.get(2).filter(|word| word.opaque || word.is("from"));
                if from.is_some() && words.len() > 3 { words.get(4) } else { words.get(2) }
            }
        };
        if let Some(word) = wrong {
            // A backend with an address was passed over in silence, and all of its lines with it.
            let backend = section.kind == SectionKind::Backend && has_from && !self.version.since(3, 2);
            let fatal = !backend || words.len() > 4;
            self.add(section, word.span, Kind::UnexpectedArgument, fatal);
        }
    }

    /// Whether `expose-experimental-directives` stands above, or may.
    fn is_exposed(&self, section: &Section) -> bool {
        let mut above = self.config.global_before(section.header);
        above.any(|(_, line)| line.is("expose-experimental-directives"))
    }

    /// What the section inherits from, and whether it may be replaced.
    fn defaults(&mut self, id: SectionId, section: &Section) {
        if !self.version.since(2, 4) {
            return;
        }
        let config = self.config;
        let arm = config.arm(section);
        if let Some(name) = config.from(section).filter(|name| !name.opaque) {
            self.named(id, section, name);
        } else if section.kind == SectionKind::Defaults {
            let header = config.header(section);
            // `defaults x from` names what has no name.
            if header.words.len() == 3 && header.words[2].is("from") {
                self.add(section, header.words[2].span, Kind::UnknownDefaults, true);
            }
        }
        let inherits = section.inherits.candidates.first().filter(|_| section.inherits.certain);
        let Some(above) = inherits.and_then(|defaults| config.section(*defaults)) else { return };
        let references = self.references.entry(above.header).or_default();
        let (own, other) = match config.from(section) {
            Some(_) => (&mut references.by_name, references.as_last),
            None => (&mut references.as_last, references.by_name),
        };
        own.get_or_insert(arm);
        if let Some(other) = other {
            let arm = self.either(arm, other);
            let kind = Kind::MixedDefaults { defaults: config.header(above).span };
            self.add_in(section, config.header(section).span, kind, false, arm);
        }
    }

    /// `from NAME`
    fn named(&mut self, id: SectionId, section: &Section, name: &Word<'s>) {
        let config = self.config;
        let same = |other: &Section| config.name(other).is_some_and(|word| word.value == name.value);
        let above = self.defaults.iter().take_while(|(other, _)| *other < id);
        let found: Vec<_> = above
            .map(|(_, other)| *other)
            .filter(|other| same(other))
            .filter(|other| !config.reading.exclude(config.arm(section), config.arm(other)))
            .collect();
        match found[..] {
            [] if self.names_are_known => self.add(section, name.span, Kind::UnknownDefaults, true),
            [] | [_] => {}
            [.., other, last] => {
                let first = config.header(other).span;
                let arm = self.either(config.arm(last), config.arm(other));
                let arm = self.either(config.arm(section), arm);
                let kind = Kind::AmbiguousDefaults { first };
                self.add_in(section, name.span, kind, self.remembers(), arm);
            }
        }
        if !found.is_empty() {
            self.name(section, name, self.remembers());
        }
    }

    /// The arm that decides whether both are read.
    fn either(&self, one: Option<Arm>, other: Option<Arm>) -> Option<Arm> {
        if self.config.reading.implies(one, other) { one } else { other }
    }
}
