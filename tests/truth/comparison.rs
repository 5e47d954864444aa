//! One recording beside one prediction, and the outcome of each field.

use crate::prediction::Said;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Debug;

/// What came of comparing one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Predicted, and so it was.
    Agree,
    /// Predicted, and it was not so.
    Disagree,
    /// Measured, but said to be unknown.
    NotPredicted,
    /// Not in the recording.
    NotMeasured,
}

/// An outcome and where it came about.
#[derive(Debug)]
pub struct Compared {
    pub case: String,
    pub field: String,
    pub outcome: Outcome,
    /// In words, for whoever looks into it.
    pub what: String,
}

/// One recording beside one prediction.
pub struct Case<'a> {
    pub name: &'a str,
    /// The configuration.
    text: String,
    /// What the server said of it.
    messages: String,
    /// SHA-256 of a certificate → what recordings call it.
    pub ids: &'a BTreeMap<String, String>,
    /// Which socket and name is compared right now.
    pub place: String,
    pub compared: Vec<Compared>,
}

impl<'a> Case<'a> {
    pub fn new(name: &'a str, text: String, truth: &Value, ids: &'a BTreeMap<String, String>) -> Self {
        let messages = truth["surface"]["check"]["messages"].to_string();
        Case { name, text, messages, ids, place: String::new(), compared: Vec::new() }
    }

    /// Compares one field; what was not measured is `None`.
    pub fn hold<T: Debug>(
        &mut self,
        field: &str,
        recorded: Option<T>,
        predicted: Said,
        agrees: impl FnOnce(&Value, &T) -> bool,
    ) {
        let outcome = match (&recorded, &predicted) {
            (None, _) => Outcome::NotMeasured,
            (Some(_), Said::Silent) => Outcome::NotPredicted,
            (Some(recorded), Said::Value(predicted)) if agrees(predicted, recorded) => Outcome::Agree,
            (Some(_), _) => Outcome::Disagree,
        };
        let predicted = match &predicted {
            Said::Silent => "unknown".to_owned(),
            Said::Missing => "nothing, nor named in `unknown`".to_owned(),
            Said::Value(value) => value.to_string(),
        };
        let recorded = recorded.map_or_else(|| "nothing".to_owned(), |r| format!("{r:?}"));
        let what = format!("({}) predicted {predicted}, recorded {recorded}", self.place);
        let (case, field) = (self.name.to_owned(), field.to_owned());
        self.compared.push(Compared { case, field, outcome, what });
    }

    /// Whether a response to staple was yet to be fetched: nothing answered while this was recorded.
    pub fn waits_for_responder(&self) -> bool {
        let mut lines = self.text.lines().map(|line| line.split([' ', '\t', ';']).filter(|w| !w.is_empty()));
        let is_on = lines.any(|mut words| words.next() == Some("ssl_stapling") && words.next() == Some("on"));
        let is_ignored = self.messages.contains("ssl_stapling\\\" ignored");
        is_on && !is_ignored && !self.text.contains("ssl_stapling_file")
    }
}
