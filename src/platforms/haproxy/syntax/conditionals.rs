//! Which lines between `.if` and `.endif` are read.

use super::condition::Truth;
use super::error::{Directive, SyntaxErrorKind as Kind};
use super::tree::{Arm, OpenArm};
use crate::source::Span;

/// HAProxy keeps track of this many `.if` within each other, and one place of them is never used.
const MOST: usize = 100;

/// What HAProxy refuses, and the arm in which it does if that is not certain.
pub(super) type Refused = (Kind, Option<Arm>);

/// The conditions that are open at a line.
#[derive(Debug, Default)]
pub(super) struct Conditionals {
    open: Vec<If>,
    /// The arms that were left open so far.
    pub(super) arms: Vec<OpenArm>,
    groups: u32,
    /// How many `.if` there are within the innermost that is kept track of.
    beyond: usize,
}

/// An `.if` that waits for its `.endif`.
#[derive(Debug)]
struct If {
    span: Span,
    group: u32,
    /// What is made of the lines of this arm.
    arm: Lines,
    /// An arm before this one is read for certain unless one before that is: the next ones are not.
    settled: bool,
    /// Of an arm before this one it is not known whether it is read.
    doubtful: bool,
    /// `.else` was met.
    has_else: bool,
}

/// What is made of the lines of an arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    Read,
    Dropped,
    Open(Arm),
}

impl Conditionals {
    /// Whether lines are dropped here.
    pub(super) fn drops(&self) -> bool {
        self.open.iter().any(|level| level.arm == Lines::Dropped)
    }

    /// The innermost arm here whose outcome is not known.
    pub(super) fn arm(&self) -> Option<Arm> {
        self.open.iter().rev().find_map(If::open_arm)
    }

    /// A file ends, and with it what is open: the outermost `.if` without `.endif`.
    pub(super) fn end_file(&mut self) -> Option<Span> {
        self.beyond = 0;
        self.open.drain(..).next().map(|level| level.span)
    }

    /// `.if`; `answer` is asked only if HAProxy asks it.
    pub(super) fn begin(
        &mut self,
        span: Span,
        answer: impl FnOnce() -> Result<Truth, Kind>,
    ) -> Result<(), Refused> {
        if self.open.len() + 1 >= MOST {
            self.beyond += 1;
            return Err((Kind::TooManyConditions, self.arm()));
        }
        let dropped = self.drops();
        self.groups += 1;
        let level = If {
            span,
            group: self.groups,
            arm: Lines::Dropped,
            settled: dropped,
            doubtful: false,
            has_else: false,
        };
        self.open.push(level);
        if dropped { Ok(()) } else { self.choose(span, answer) }
    }

    /// `.elif`
    pub(super) fn otherwise_if(
        &mut self,
        span: Span,
        answer: impl FnOnce() -> Result<Truth, Kind>,
    ) -> Result<(), Refused> {
        if self.beyond > 0 {
            return Ok(());
        }
        let level = self.open.last_mut().ok_or((Kind::Lone(Directive::Elif), None))?;
        level.arm = Lines::Dropped;
        match (level.has_else, level.settled) {
            (true, _) => Err((Kind::AfterElse(Directive::Elif), self.outer())),
            (false, true) => Ok(()),
            (false, false) => self.choose(span, answer),
        }
    }

    /// `.else`
    pub(super) fn otherwise(&mut self, span: Span) -> Result<(), Refused> {
        if self.beyond > 0 {
            return Ok(());
        }
        let level = self.open.last_mut().ok_or((Kind::Lone(Directive::Else), None))?;
        level.arm = Lines::Dropped;
        if std::mem::replace(&mut level.has_else, true) {
            return Err((Kind::AfterElse(Directive::Else), self.outer()));
        }
        if level.settled { Ok(()) } else { self.choose(span, || Ok(Truth::True)) }
    }

    /// `.endif`
    pub(super) fn end(&mut self) -> Result<(), Refused> {
        if self.beyond > 0 {
            self.beyond -= 1;
            return Ok(());
        }
        self.open.pop().map(drop).ok_or((Kind::Lone(Directive::Endif), None))
    }

    fn choose(&mut self, span: Span, answer: impl FnOnce() -> Result<Truth, Kind>) -> Result<(), Refused> {
        let answer = answer();
        // What cannot be read is taken to be possible, so that what depends on it is not lost.
        let truth = answer.unwrap_or(Truth::Unknown);
        let outer = self.outer();
        let Some(level) = self.open.last_mut() else { return Ok(()) };
        let doubted = level.doubtful;
        level.doubtful |= truth == Truth::Unknown;
        level.settled |= truth == Truth::True;
        level.arm = match truth {
            Truth::False => Lines::Dropped,
            Truth::True if !doubted => Lines::Read,
            _ => {
                let arm = Arm(u32::try_from(self.arms.len()).unwrap_or(u32::MAX));
                self.arms.push(OpenArm { span, outer, group: level.group });
                Lines::Open(arm)
            }
        };
        // After an arm that may be read HAProxy may not look at this one.
        let place = if doubted { self.arm() } else { outer };
        answer.map(drop).map_err(|kind| (kind, place))
    }

    /// The innermost arm around the `.if` here whose outcome is not known.
    fn outer(&self) -> Option<Arm> {
        let around = self.open.split_last().map_or(&[][..], |(_, around)| around);
        around.iter().rev().find_map(If::open_arm)
    }
}

impl If {
    fn open_arm(&self) -> Option<Arm> {
        match self.arm {
            Lines::Open(arm) => Some(arm),
            Lines::Read | Lines::Dropped => None,
        }
    }
}
