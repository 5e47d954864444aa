//! Time as an argument: nothing here reads the clock, so that a run can be repeated.

/// A point in time, in seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(pub i64);

/// Seconds of a day as certificates count it: leap seconds do not exist for them.
pub const DAY: i64 = 86_400;

impl Timestamp {
    /// Reads a time as RFC 3339 section 5.6 writes it; fractions of a second are dropped.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_at_checked(10)?;
        let time = time.strip_prefix(['T', 't', ' '])?;
        let [year, month, day] = numbers(date, '-')?;
        let (clock, rest) = time.split_at_checked(8)?;
        let [hour, minute, second] = numbers(clock, ':')?;
        let in_range = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
        // 60 is a leap second, which RFC 3339 allows.
        if !in_range || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let offset = offset(fraction(rest)?)?;
        Some(Timestamp(days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset))
    }
}

impl Timestamp {
    /// Whole days from now until `then`; negative once it is over.
    pub fn days_until(self, then: i64) -> i64 {
        then.saturating_sub(self.0).div_euclid(DAY)
    }
}

/// A length of time, in seconds, in the largest unit that fits: `18 days`, `1 hour`.
pub fn length(seconds: i64) -> String {
    let counted = |n: i64, unit: &str| format!("{n} {unit}{}", if n == 1 { "" } else { "s" });
    match seconds {
        s if s >= DAY => counted(s / DAY, "day"),
        s if s >= 3_600 => counted(s / 3_600, "hour"),
        s if s >= 60 => counted(s / 60, "minute"),
        s => counted(s, "second"),
    }
}

fn numbers(text: &str, separator: char) -> Option<[i64; 3]> {
    let widths = if separator == '-' { [4, 2, 2] } else { [2, 2, 2] };
    let mut numbers = [0; 3];
    let mut parts = text.split(separator);
    for (number, width) in numbers.iter_mut().zip(widths) {
        *number = digits(parts.next()?, width)?;
    }
    parts.next().is_none().then_some(numbers)
}

fn digits(text: &str, width: usize) -> Option<i64> {
    let plain = text.len() == width && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// What follows the fraction, where there is one.
fn fraction(text: &str) -> Option<&str> {
    let Some(fraction) = text.strip_prefix('.') else { return Some(text) };
    let rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < fraction.len()).then_some(rest)
}

/// Seconds to the east of Greenwich.
fn offset(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let (sign, text) = match text.as_bytes().first()? {
        b'+' => (1, text.get(1..)?),
        b'-' => (-1, text.get(1..)?),
        _ => return None,
    };
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (digits(hour, 2)?, digits(minute, 2)?);
    (hour < 24 && minute < 60).then_some(sign * (hour * 3_600 + minute * 60))
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar, counting years from March so that the leap day
/// comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_rfc_3339_are_read() {
        let at = |text| Timestamp::parse(text).map(|t| t.0);
        assert_eq!(at("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(at("2026-11-21T12:00:00Z"), Some(1_795_262_400));
        assert_eq!(at("2026-11-21T13:30:00.25+01:30"), Some(1_795_262_400));
        assert_eq!(at("2000-02-29t00:00:00z"), Some(951_782_400));
        assert_eq!(at("1969-12-31T23:59:59Z"), Some(-1));
    }

    #[test]
    fn lengths_of_time_are_told_in_one_unit() {
        let told = [0, 1, 61, 7_199, DAY - 1, DAY, 18 * DAY + 5].map(length);
        assert_eq!(told, ["0 seconds", "1 second", "1 minute", "1 hour", "23 hours", "1 day", "18 days"]);
        assert_eq!(Timestamp(DAY).days_until(DAY + 10), 0);
        assert_eq!(Timestamp(DAY).days_until(DAY - 10), -1);
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "today",
            "2026-11-21",
            "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-11-21T24:00:00Z",
        ] {
            assert_eq!(Timestamp::parse(text), None, "{text}");
        }
        assert_eq!(Timestamp::parse("2026-11-21T12:00:00"), None);
        assert_eq!(Timestamp::parse("2026-11-21T12:00:00.Z"), None);
        assert_eq!(Timestamp::parse("2026-11-é1T12:00:00Z"), None);
        assert_eq!(Timestamp::parse("+026-11-21T12:00:00Z"), None);
    }
}
