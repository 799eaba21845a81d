//! NHS England's practice-level appointments file: summed as it is read, known practices only.

use std::{collections::HashMap, fs::File};

use entity::ids::{LocalDate, OdsCode};

use super::{
    Unreadable,
    lines::{Line, Lines},
};
use crate::{
    domain::{appointment::day, digest},
    exchange::appointments::{cutter::Cutter, unpack::is_one_line},
};

/// Columns that are read.
const COLUMNS: [&str; 6] =
    ["APPOINTMENT_MONTH_START_DATE", "GP_CODE", "HCP_TYPE", "APPT_MODE", "APPT_STATUS", "COUNT_OF_APPOINTMENTS"];
/// Different words of staff, mode or status; the file has three to six.
const MOST_WORDS: usize = 60;

/// Sums of a published file.
#[derive(Debug, Default)]
pub struct Published {
    /// Digest of the file.
    pub sha256: String,
    /// Rows.
    pub rows: u64,
    /// Rows of practices that are not known here.
    pub unknown: u64,
    /// Lines that are no rows, at most fifty, each with its reason.
    pub wrong: Vec<(u64, &'static str)>,
    words: Vec<String>,
    sums: HashMap<(u32, LocalDate, u8, u8, u8), u64>,
}

/// One sum: practice, month, staff, mode, status, appointments.
pub type Sum<'a> = (&'a OdsCode, LocalDate, &'a str, &'a str, &'a str, u64);

impl Published {
    /// The sums, for the practices as they were given.
    pub fn sums<'a>(&'a self, practices: &'a [OdsCode]) -> impl Iterator<Item = Sum<'a>> {
        let word = |at: u8| self.words.get(usize::from(at)).map_or("", String::as_str);
        self.sums.iter().filter_map(move |((practice, month, staff, mode, status), n)| {
            let practice = practices.get(usize::try_from(*practice).ok()?)?;
            Some((practice, *month, word(*staff), word(*mode), word(*status), *n))
        })
    }

    fn word(&mut self, text: &str) -> Option<u8> {
        // Double blanks are the publisher's.
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let at = self.words.iter().position(|known| *known == text);
        let at = at.or_else(|| {
            (self.words.len() < MOST_WORDS && !text.is_empty() && text.len() <= 60).then(|| {
                self.words.push(text);
                self.words.len() - 1
            })
        })?;
        u8::try_from(at).ok()
    }
}

/// Reads the file; `practices` are those that are known, sorted.
///
/// # Errors
/// [`Unreadable`] where it is another file.
pub fn read(file: &File, practices: &[OdsCode], mut progress: impl FnMut(u64)) -> Result<Published, Unreadable> {
    if is_one_line(file)? {
        return Err(Unreadable::CarriageReturns);
    }
    let mut lines = Lines::digesting(file)?;
    if lines.next()? != Line::Read {
        return Err(Unreadable::Empty);
    }
    let mut cutter = Cutter::new(b',');
    let first = lines.buffer.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&lines.buffer).to_vec();
    let width = cutter.cut(&first).ok_or(Unreadable::NoHeader)?;
    let place = |name: &str| (0..width).find(|at| cutter.text(*at).trim() == name).ok_or(Unreadable::NotPublished);
    let mut places = [0; COLUMNS.len()];
    for (at, name) in places.iter_mut().zip(COLUMNS) {
        *at = place(name)?;
    }
    let mut published = Published::default();
    loop {
        match lines.next()? {
            Line::End => break,
            Line::Read if lines.buffer.is_empty() => continue,
            Line::Read if cutter.cut(&lines.buffer) == Some(width) => {
                let said = take(&mut published, &cutter, places, practices);
                note(&mut published, lines.number, said);
            }
            Line::Read | Line::TooLong => {
                note(&mut published, lines.number, Err("the row is torn"));
            }
        }
        if published.rows.is_multiple_of(10_000) {
            progress(lines.bytes);
        }
    }
    if published.rows == 0 {
        return Err(Unreadable::NoRows);
    }
    published.sha256 = digest::hex(&[&lines.sha256()]);
    Ok(published)
}

fn note(published: &mut Published, line: u64, said: Result<(), &'static str>) {
    published.rows += 1;
    if let Err(why) = said
        && published.wrong.len() < 50
    {
        published.wrong.push((line, why));
    }
}

fn take(
    published: &mut Published,
    cutter: &Cutter,
    places: [usize; COLUMNS.len()],
    practices: &[OdsCode],
) -> Result<(), &'static str> {
    let [month, practice, staff, mode, status, n] = places.map(|at| cutter.text(at).trim());
    let Ok(at) = practices.binary_search_by(|known| known.as_str().cmp(practice)) else {
        published.unknown += 1;
        return Ok(());
    };
    let month = day(month).ok_or("the month cannot be read")?;
    let n: u64 = n.parse().map_err(|_| "the count is not a whole number")?;
    let words = (published.word(staff), published.word(mode), published.word(status));
    let (Some(staff), Some(mode), Some(status)) = words else {
        return Err("staff, mode or status is missing or too long");
    };
    let at = u32::try_from(at).unwrap_or(u32::MAX);
    let sum = published.sums.entry((at, month, staff, mode, status)).or_default();
    *sum = sum.saturating_add(n);
    Ok(())
}
