//! Which `defaults` a proxy takes its settings from (configuration manual, section 4, "defaults").

use super::{Config, Section, SectionId};
use crate::platforms::haproxy::section::SectionKind;
use crate::platforms::haproxy::syntax::Arm;

/// Where settings come from. An anonymous `defaults` replaces the one before it and takes nothing from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inheritance {
    /// The `defaults` that it may be, the likeliest first; none for HAProxy's own defaults.
    pub candidates: Vec<SectionId>,
    /// It is the first of them, or HAProxy's own defaults if there is none.
    pub certain: bool,
}

impl Default for Inheritance {
    fn default() -> Self {
        Inheritance { candidates: Vec::new(), certain: true }
    }
}

impl Config<'_> {
    /// The `defaults` that a section's settings go through, the outermost first, and the section itself; `None`
    /// where that depends on what is not known.
    pub fn lineage(&self, id: SectionId) -> Option<Vec<SectionId>> {
        let mut lineage = vec![id];
        let mut section = self.section(id)?;
        while section.inherits.certain {
            let Some(above) = section.inherits.candidates.first() else {
                lineage.reverse();
                return Some(lineage);
            };
            lineage.push(*above);
            section = self.section(*above)?;
        }
        None
    }
}

/// Finds for each proxy and `defaults` what it inherits from.
pub(super) fn resolve(config: &mut Config<'_>) {
    let defaults: Vec<_> =
        config.iter().filter(|(_, s)| s.kind == SectionKind::Defaults).map(|(id, _)| id).collect();
    let found: Vec<_> =
        config.iter().map(|(id, section)| inheritance(config, &defaults, id, section)).collect();
    for (section, inherits) in config.sections.iter_mut().zip(found) {
        section.inherits = inherits;
    }
}

fn inheritance(config: &Config<'_>, defaults: &[SectionId], id: SectionId, section: &Section) -> Inheritance {
    let arm = config.arm(section);
    let above = &defaults[..defaults.partition_point(|other| *other < id)];
    match config.from(section) {
        Some(name) if name.opaque => Inheritance { candidates: Vec::new(), certain: false },
        Some(name) => {
            let named = |other: &Section| config.name(other).is_some_and(|word| word.value == name.value);
            nearest(config, above, arm, named)
        }
        None if section.kind.is_proxy() => nearest(config, above, arm, |_| true),
        None => Inheritance::default(),
    }
}

/// The last of some `defaults`, and those that it may hide.
fn nearest(
    config: &Config<'_>,
    defaults: &[SectionId],
    arm: Option<Arm>,
    wanted: impl Fn(&Section) -> bool,
) -> Inheritance {
    let mut found = Inheritance { candidates: Vec::new(), certain: false };
    for other in defaults.iter().rev() {
        let Some(section) = config.section(*other).filter(|section| wanted(section)) else { continue };
        let other_arm = config.arm(section);
        if config.reading.exclude(arm, other_arm) {
            continue;
        }
        found.candidates.push(*other);
        if config.reading.implies(arm, other_arm) {
            found.certain = found.candidates.len() == 1;
            return found;
        }
    }
    found.certain = found.candidates.is_empty();
    found
}
