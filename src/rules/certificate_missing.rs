//! A certificate, a CA file or a revocation list is named, and nothing lies where it must lie.

use super::loads;
use crate::finding::Findings;
use crate::model::FileRole::{Authorities, Certificate, Revocations};
use crate::surface::Surface;

/// Reports each file that is missing from the tree that is linted.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for load in loads::loads(surface) {
        if matches!(load.role, Certificate | Authorities | Revocations) {
            loads::missing(surface, &load, findings);
        }
    }
}
