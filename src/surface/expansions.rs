//! What lists of suites expand to, each text once.

use crate::target::Target;
use crate::tls::cipher_string::{CipherStringError, Expansion};
use foldhash::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A list of suites expanded, or why the library refuses it.
pub type Expanded = Result<Arc<Expansion>, Arc<CipherStringError>>;

/// What the lists of a run expand to, for everyone who asks.
#[derive(Debug, Default)]
pub(super) struct Expansions(Mutex<HashMap<Arc<str>, Expanded>>);

impl Expansions {
    /// The expansion of a list.
    pub(super) fn of(&self, text: &Arc<str>, target: &Target) -> Expanded {
        // A list is put in whole or not at all, whatever becomes of a thread.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let expand = || target.expand(text).map(Arc::new).map_err(Arc::new);
        known.entry(text.clone()).or_insert_with(expand).clone()
    }
}
