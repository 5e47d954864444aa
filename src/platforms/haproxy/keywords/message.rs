//! What HAProxy prints about a line, without the file, the line and what comes before them.

use super::super::section::SectionKind as Kind;
use super::super::version::HaproxyVersion;
use super::check::{Line, Problem, Remark};
use super::first::farewell;
use super::suggest::{self, Proposal};
use super::values;
use super::words::{self, Missing, Place};

impl Remark {
    /// HAProxy's own words, where they are known: those of `version`, or of the newest.
    ///
    /// Before 2.4 the first unknown option in a run is followed by all that are registered; that is left out.
    pub fn message(&self, line: &Line<'_>, version: Option<HaproxyVersion>) -> Option<String> {
        let since = |major, minor| version.is_none_or(|version| version.since(major, minor));
        let word = |at: usize| line.words.get(at).copied().unwrap_or_default();
        let name = word(0);
        match self.problem {
            Problem::Keyword(_) => unknown_keyword(line, version),
            Problem::Retired(_) => farewell(name, line.words.get(1).copied()),
            Problem::NotInDefaults => not_in_defaults(line),
            Problem::OnlyInNamedDefaults if since(2, 5) => {
                Some(format!("'{name}' not allowed in anonymous 'defaults' section."))
            }
            Problem::OnlyInNamedDefaults => Some(format!("'{name}' not allowed in 'defaults' section.")),
            Problem::NoCapability => no_capability(line, self.effect == super::Effect::LineIgnored),
            Problem::TooMany { .. } => {
                Some(format!("'{name}' cannot handle unexpected argument '{}'.", word(self.at)))
            }
            Problem::TooFew => too_few(line),
            Problem::Word(place, _) => unknown_word(line, place, word(self.at), version),
            Problem::NotInDefaultServer => {
                let text = format!("'{}' option is not accepted in default-server sections", word(self.at));
                Some(if since(2, 4) { text } else { format!("'{name} {}' : {text}.", word(1)) })
            }
            Problem::MissingValue(place) => {
                let option = word(self.at.saturating_sub(1));
                let text = match words::find(place, option)?.missing {
                    Missing::Nothing | Missing::Untold => return None,
                    Missing::Colon(text) => format!("'{option}' : {text}"),
                    Missing::Plain(text) => format!("'{option}' {text}"),
                };
                Some(in_place(line, place, &text, version))
            }
            Problem::ProcessRetired => {
                let text = format!(
                    "'process {}' on 'bind' lines is not supported anymore, please use 'thread' instead.",
                    word(self.at + 1)
                );
                Some(in_place(line, Place::Bind, &text, version))
            }
            Problem::UsesrcAlone => {
                let text = "'usesrc' only allowed after a 'source' statement.";
                Some(if since(2, 4) { in_place(line, Place::Server, text, version) } else { text.to_owned() })
            }
            Problem::UnknownVersion(place) => {
                let text = format!("'{}' : unknown ssl/tls version", word(self.at));
                Some(in_place(line, place, &text, version))
            }
            Problem::UnknownMethod(place) => {
                let only = match place {
                    Place::Server | Place::DefaultServer => "'none' and 'required'",
                    _ => "'none', 'optional', and 'required'",
                };
                let (option, value) = (word(self.at.saturating_sub(1)), word(self.at));
                let text = format!("'{option}' : unknown verify method '{value}', only {only} are supported");
                Some(in_place(line, place, &text, version))
            }
        }
    }
}

/// The frame that a kind of line gives what its options say.
fn in_place(line: &Line<'_>, place: Place, text: &str, version: Option<HaproxyVersion>) -> String {
    let since = |major, minor| version.is_none_or(|version| version.since(major, minor));
    let word = |at: usize| line.words.get(at).copied().unwrap_or_default();
    match place {
        Place::Bind if since(2, 6) => {
            format!("'{} {}' in section '{}' : {text}", word(0), word(1), line.section.word())
        }
        Place::Bind => format!("'{} {}' : {text}", word(0), word(1)),
        Place::BindDefaults | Place::ServerDefaults => format!("{text} on global statement '{}'.", word(0)),
        Place::CrtList => text.to_owned(),
        Place::DefaultServer if since(2, 4) => format!("{text}."),
        Place::Server if since(2, 4) => {
            format!("'{} {}/{}' : {text}.", word(0), line.name.unwrap_or_default(), word(1))
        }
        _ => format!("'{} {}' : {text}.", word(0), word(1)),
    }
}

fn unknown_keyword(line: &Line<'_>, version: Option<HaproxyVersion>) -> Option<String> {
    let word = line.words.first()?;
    let section = line.section.word();
    Some(match line.section {
        Kind::Ring => format!("unknown statement '{word}'."),
        Kind::LogForward | Kind::LogProfile => format!("unknown keyword '{word}' in {section} section."),
        // Called `users` in old versions, and who knows since when no more.
        Kind::Userlist => return None,
        Kind::Global
        | Kind::Defaults
        | Kind::Frontend
        | Kind::Listen
        | Kind::Backend
        | Kind::CrtStore
        | Kind::Traces
        | Kind::Acme => {
            let meant = proposal(suggest::keyword(word, line.section, version), version)?;
            format!("unknown keyword '{word}' in '{section}' section{meant}")
        }
        _ => format!("unknown keyword '{word}' in '{section}' section"),
    })
}

fn unknown_word(
    line: &Line<'_>,
    place: Place,
    option: &str,
    version: Option<HaproxyVersion>,
) -> Option<String> {
    let since = |major, minor| version.is_none_or(|version| version.since(major, minor));
    let word = |at: usize| line.words.get(at).copied().unwrap_or_default();
    let meant = proposal(suggest::word(option, place, version), version)?;
    let end = if meant.is_empty() { "." } else { &meant };
    let text = format!("unknown keyword '{option}'{end}");
    Some(match place {
        Place::BindDefaults | Place::ServerDefaults => {
            format!("unknown option '{option}' on global statement '{}'.", word(0))
        }
        Place::CrtList => format!("unknown ssl keyword {option}"),
        Place::Load => {
            format!("'{} {}' in section 'crt-store': unknown keyword '{option}'.", word(0), word(1))
        }
        Place::Bind if since(2, 6) => {
            format!("'{} {}' in section '{}': {text}", word(0), word(1), line.section.word())
        }
        Place::Bind if line.section == Kind::Peers => {
            format!("unknown keyword '{option}' in 'peers' section{end}")
        }
        Place::DefaultServer if since(2, 6) => {
            format!("{text} Hint: no address was expected for this server.")
        }
        Place::DefaultServer if since(2, 4) => text,
        Place::Server if since(2, 4) => {
            format!("'{} {}/{}' : {text}", word(0), line.name.unwrap_or_default(), word(1))
        }
        _ => format!("'{} {}' {text}", word(0), word(1)),
    })
}

/// `; did you mean …`, nothing where nothing is near; `None` where it depends on the build which of several.
fn proposal(meant: Proposal, version: Option<HaproxyVersion>) -> Option<String> {
    match meant {
        _ if version.is_some_and(|version| !version.since(2, 4)) => Some(String::new()),
        Proposal::Nothing => Some(String::new()),
        Proposal::This(one) => Some(format!("; did you mean '{one}' maybe ?")),
        Proposal::Depends => None,
    }
}

fn not_in_defaults(line: &Line<'_>) -> Option<String> {
    let name = line.words.first()?;
    Some(match *name {
        "declare" => "'declare' not available in default section".to_owned(),
        "filter" => return None,
        "stick-table" => "'stick-table' is not supported in 'defaults' section.".to_owned(),
        "capture" => {
            format!("'capture {}' not allowed in 'defaults' section.", line.words.get(1)?)
        }
        // Taken without a word, or refused for something else.
        "server" | "server-template" | "use-fcgi-app" => return None,
        _ => format!("'{name}' not allowed in 'defaults' section."),
    })
}

fn no_capability(line: &Line<'_>, ignored: bool) -> Option<String> {
    let name = line.words.first()?;
    let (kind, proxy) = (line.section.word(), line.name.unwrap_or_default());
    let side = if line.section.accepts() { "backend" } else { "frontend" };
    Some(match *name {
        "declare" | "force-be-switch" | "be-unpublished" | "hash-preserve-affinity" | "retry-on" => {
            let side = if side == "backend" { "backend" } else { "frontend" };
            let stop = if matches!(*name, "force-be-switch" | "be-unpublished") { "." } else { "" };
            format!("'{name}' only available in {side} or listen section{stop}")
        }
        "error-log-format" | "log-format" | "log-format-sd" => {
            format!("{kind} '{proxy}' : '{name}' directive is ignored in backends.")
        }
        "clitcpka-cnt"
        | "clitcpka-idle"
        | "clitcpka-intvl"
        | "log-steps"
        | "max-keep-alive-queue"
        | "srvtcpka-cnt"
        | "srvtcpka-idle"
        | "srvtcpka-intvl" => {
            format!("{name} will be ignored because {kind} '{proxy}' has no {side} capability")
        }
        _ => {
            let verb = if ignored { "ignored" } else { "not allowed" };
            let hint = match *name {
                "fullconn" => " Maybe you want 'maxconn' instead ?",
                "maxconn" => " Maybe you want 'fullconn' instead ?",
                _ => "",
            };
            format!("'{name}' {verb} because {kind} '{proxy}' has no {side} capability.{hint}")
        }
    })
}

fn too_few(line: &Line<'_>) -> Option<String> {
    let name = line.words.first()?;
    match *name {
        "bind" => Some(
            "'bind' expects {<path>|[addr1]:port1[-end1]}{,[addr]:port[-end]}... as arguments.".to_owned(),
        ),
        "server" => Some("'server' expects <name> and <addr>[:<port>] as arguments.".to_owned()),
        "server-template" => {
            Some("'server-template' expects <prefix> <nb | range> <addr>[:<port>] as arguments.".to_owned())
        }
        "ssl-default-bind-options" | "ssl-default-server-options" => {
            Some(format!("global statement '{name}' expects an option as an argument."))
        }
        "ssl-f-use" => Some("Trying to load a certificate but no 'crt' keyword specified.".to_owned()),
        _ => values::expectation(name),
    }
}
