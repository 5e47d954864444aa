//! `tlslint ciphers`: what lists of suites select.

use super::settings::{self, Settings};
use super::{Outcome, output};
use crate::cli::{CiphersArgs, CiphersFormat, Levels, SettingsArgs};
use crate::files::MAX_FILE;
use crate::report::ciphers::Answer;
use crate::report::{Appearance, ciphers_json, ciphers_text};
use crate::target::Target;
use std::io::{self, BufRead, Read};
use std::path::Path;

/// Answers one list after the other, each before the next is read.
pub(super) fn run(args: CiphersArgs) -> io::Result<Outcome> {
    let settings = SettingsArgs { target: args.target.clone(), ..SettingsArgs::default() };
    let file = settings::file_of(Path::new("."), &args.file);
    let target = Settings::read(file.as_ref(), &settings, &Levels::default())?.target.value;
    let out = output::Stream::open(args.output.output.as_deref())?;
    let appearance = Appearance::detect(args.output.color, args.output.output.is_some());
    let mut desk = Desk { args, target, out, appearance, answered: 0, refused: 0 };
    match desk.answer_all() {
        // A reader that has seen enough is no error.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ if desk.refused > 0 => Ok(Outcome::Findings),
        _ => Ok(Outcome::Fine),
    }
}

struct Desk {
    args: CiphersArgs,
    target: Target,
    out: output::Stream,
    appearance: Appearance,
    answered: usize,
    refused: usize,
}

impl Desk {
    fn answer_all(&mut self) -> io::Result<()> {
        if self.args.strings.is_empty() {
            let suites = self.target.openssl.default_ciphersuites();
            let suites: Vec<&str> = suites.iter().map(|s| s.iana).collect();
            return self.answer(&if self.args.tls13 { suites.join(":") } else { "DEFAULT".to_owned() });
        }
        for string in std::mem::take(&mut self.args.strings) {
            // What is not UTF-8 is no more to the library than U+FFFD: no letter of a word.
            match string.to_string_lossy().as_ref() {
                "-" => self.answer_lines()?,
                list => self.answer(list)?,
            }
        }
        Ok(())
    }

    fn answer_lines(&mut self) -> io::Result<()> {
        let mut input = io::stdin().lock().take(MAX_FILE + 1);
        let mut line = Vec::new();
        let before = self.answered;
        while input.read_until(b'\n', &mut line)? > 0 {
            if input.limit() == 0 {
                return Err(io::Error::other("standard input is larger than 64 MiB"));
            }
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            self.answer(&String::from_utf8_lossy(text.strip_suffix(b"\r").unwrap_or(text)))?;
            line.clear();
        }
        // A pipe from a command that failed must not pass.
        if self.answered == before { Err(io::Error::other("<stdin>: nothing came in")) } else { Ok(()) }
    }

    fn answer(&mut self, list: &str) -> io::Result<()> {
        let answer = Answer::of(list, self.args.tls13, &self.target);
        let text = match self.args.format {
            CiphersFormat::Json => ciphers_json::line(&answer),
            CiphersFormat::Text => {
                let gap = if self.answered == 0 { "" } else { "\n" };
                {
                    let (quiet, all) = (self.args.output.quiet, self.args.all);
                    format!("{gap}{}", ciphers_text::render(&answer, self.appearance, quiet, all))
                }
            }
        };
        self.answered += 1;
        self.refused += usize::from(answer.error().is_some());
        self.out.write(&text)
    }
}
