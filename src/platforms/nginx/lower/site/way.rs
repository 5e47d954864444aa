//! Where the rewrite module sends a request before any content is looked for, and where
//! `error_page` sends those it refuses.

use super::super::location::compile;
use super::index::Fallback;
use crate::model::Answer;
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::level::{Level, spanned};
use crate::platforms::nginx::syntax::Word;

/// What the rewrite module does at one level, in its order.
#[derive(Debug, Default)]
pub(super) struct Steps {
    steps: Vec<Step>,
    in_server: bool,
    /// Where answers with these codes come from instead.
    errors: Vec<(u16, Fallback)>,
}

#[derive(Debug)]
enum Step {
    Rewrite {
        regex: String,
        to: String,
        flag: Flag,
        answer: Option<Answer>,
    },
    Return {
        answer: Answer,
        code: Option<u16>,
    },
    Break,
    /// A placeholder of a template may hold anything.
    Opaque,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flag {
    None,
    Last,
    Break,
}

/// Where a request is after them.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Still here, with this URI.
    Here(String),
    /// On the way to the location of another URI.
    To(String),
    /// Answered.
    Answered(Answer),
    /// Refused with a code for which an error page may stand.
    Refused(u16),
    /// It cannot be told.
    Unknown(&'static str),
}

const ELSEWHERE: &str = "a `rewrite` leads elsewhere";

impl Steps {
    /// Reads a level.
    pub(super) fn of(level: &Level) -> Self {
        let steps = level.statements().filter_map(|statement| match &*statement.name() {
            "return" => Some(returned(statement)),
            "rewrite" => rewrite(statement),
            "break" => Some(Step::Break),
            _ => None,
        });
        Steps { steps: steps.collect(), in_server: *level.block == "server", errors: error_pages(level) }
    }

    /// Where an answer with this code comes from instead.
    pub(super) fn error_page(&self, code: u16) -> Option<&Fallback> {
        self.errors.iter().find(|(of, _)| *of == code).map(|(_, to)| to)
    }

    /// Sends a URI through.
    pub(super) fn walk(&self, uri: &str) -> Way {
        let mut uri = uri.to_owned();
        let mut changed = false;
        for step in &self.steps {
            match step {
                Step::Opaque => return Way::Unknown("filled in by a template"),
                Step::Break => return Way::Here(uri),
                Step::Return { code: Some(code), .. } => return Way::Refused(*code),
                Step::Return { answer, .. } => return Way::Answered(answer.clone()),
                Step::Rewrite { regex, to, flag, answer } => {
                    let next = match rewritten(regex, to, &uri) {
                        Ok(Some(next)) => next,
                        Ok(None) => continue,
                        Err(why) if answer.is_none() => return Way::Unknown(why),
                        Err(MAY) => return Way::Unknown(MAY),
                        Err(_) => String::new(),
                    };
                    match (answer, flag) {
                        (Some(answer), _) => return Way::Answered(answer.clone()),
                        (None, Flag::Break) => return Way::Here(next),
                        (None, Flag::Last) if self.in_server => return Way::Here(next),
                        (None, Flag::Last) => return Way::To(next),
                        (None, Flag::None) => (uri, changed) = (next, true),
                    }
                }
            }
        }
        if changed && !self.in_server { Way::To(uri) } else { Way::Here(uri) }
    }

    /// What `GET /` meets by these alone; `None` when its content is looked for here.
    pub(super) fn answer(&self) -> Option<Answer> {
        match self.walk("/") {
            Way::Here(_) => None,
            Way::To(_) => Some(Answer::Unknown(ELSEWHERE.to_owned())),
            Way::Answered(answer) => Some(answer),
            Way::Refused(_) => Some(Answer::Refused),
            Way::Unknown(why) => Some(Answer::Unknown(why.to_owned())),
        }
    }
}

const MAY: &str = "a `rewrite` may lead elsewhere";

/// The URI that a `rewrite` makes of another, without its query; `None` when it leaves it alone.
fn rewritten(regex: &str, to: &str, uri: &str) -> Result<Option<String>, &'static str> {
    let regex = compile(regex, false).map_err(|_| MAY)?;
    let Some(captures) = regex.captures(uri).map_err(|_| MAY)? else { return Ok(None) };
    let path = to.split('?').next().unwrap_or_default();
    let mut parts = path.split('$');
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut rest = part.chars();
        let group = rest.next().and_then(|digit| digit.to_digit(10)).ok_or(ELSEWHERE)?;
        result.push_str(captures.get(group as usize).map(|c| c.as_str()).unwrap_or_default());
        result.push_str(rest.as_str());
    }
    Ok(Some(result))
}

fn rewrite(statement: &Statement) -> Option<Step> {
    let [regex, to, flags @ ..] = statement.args() else { return None };
    if regex.opaque || to.opaque {
        return Some(Step::Opaque);
    }
    let flag = flags.first().map(|f| f.text().into_owned());
    let target = to.text();
    let absolute = ["http://", "https://", "$scheme"].iter().any(|s| target.starts_with(s));
    let redirect = |code| Some(Answer::Redirect { code, to: spanned(to) });
    let (flag, answer) = match flag.as_deref() {
        Some("permanent") => (Flag::Last, redirect(301)),
        Some("redirect") => (Flag::Last, redirect(302)),
        _ if absolute => (Flag::Last, redirect(302)),
        Some("break") => (Flag::Break, None),
        Some("last") => (Flag::Last, None),
        _ => (Flag::None, None),
    };
    Some(Step::Rewrite { regex: regex.text().into_owned(), to: target.into_owned(), flag, answer })
}

fn returned(statement: &Statement) -> Step {
    let is_url = |w: &Word| {
        let text = w.text();
        ["http://", "https://", "$scheme://"].iter().any(|s| text.starts_with(s))
    };
    let words = statement.args();
    if words.iter().any(|w| w.opaque) {
        return Step::Opaque;
    }
    let code = statement.arg().and_then(|word| word.text().parse::<u16>().ok());
    let answer = match (words, code) {
        ([url], _) if is_url(url) => Answer::Redirect { code: 302, to: spanned(url) },
        ([_, url], Some(code @ (301 | 302 | 303 | 307 | 308))) => Answer::Redirect { code, to: spanned(url) },
        (_, Some(400..)) => Answer::Refused,
        _ => Answer::Local,
    };
    // A text of one's own is sent as it is.
    let code = code.filter(|code| *code >= 400 && *code != 444 && words.len() == 1);
    Step::Return { answer, code }
}

/// The pages that stand for errors here. Of several for one code, the first counts.
fn error_pages(level: &Level) -> Vec<(u16, Fallback)> {
    let statements = level.find("error_page").map(|found| found.statements).unwrap_or_default();
    let pages = statements.into_iter().flat_map(|statement| {
        let (to, codes) =
            statement.args().split_last().map_or((None, &[][..]), |(to, codes)| (Some(to), codes));
        codes.iter().filter_map(move |code| Some((code.text().parse().ok()?, Fallback::of(to?)?)))
    });
    pages.collect()
}
