//! The daily anchor as text: the newest event of every audit chain, with a digest of its own, to be filed or mailed and kept
//! by somebody else.
//!
//! It is read back from a file or from a mail that was saved as it came, with whatever stands before and after it.

use chrono::{DateTime, Utc};

use crate::{audit::Head, domain::digest};

/// The first line.
const TITLE: &str = "Headroom: the newest event of every audit chain";

/// What an anchor says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorFile {
    /// When it was made.
    pub made: DateTime<Utc>,
    /// The newest event of each chain.
    pub heads: Vec<Head>,
}

/// Why a file is no anchor, or not a whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAnchor {
    /// It holds none.
    #[error("it holds no anchor")]
    None,
    /// It was cut off or changed.
    #[error("it was cut off or changed since it was made")]
    Changed,
}

impl AnchorFile {
    /// As it is written.
    pub fn text(&self) -> String {
        let mut lines =
            vec![TITLE.to_owned(), format!("made {}", self.made.to_rfc3339()), format!("chains {}", self.heads.len())];
        lines.extend(self.heads.iter().map(Head::line));
        let digest = digest_of(&lines);
        lines.push(format!("digest {digest}"));
        lines.push(String::new());
        lines.join("\n")
    }

    /// Reads [`Self::text`].
    ///
    /// # Errors
    /// [`NotAnAnchor`].
    pub fn read(text: &str) -> Result<Self, NotAnAnchor> {
        let mut lines = text.lines().map(str::trim_end).skip_while(|line| *line != TITLE);
        let mut own = vec![lines.next().ok_or(NotAnAnchor::None)?.to_owned()];
        let mut said = None;
        for line in lines {
            if let Some(digest) = line.strip_prefix("digest ") {
                said = Some(digest.to_owned());
                break;
            }
            own.push(line.to_owned());
        }
        if said.is_none_or(|said| said != digest_of(&own)) {
            return Err(NotAnAnchor::Changed);
        }
        let made = own.get(1).and_then(|line| line.strip_prefix("made ")?.parse().ok()).ok_or(NotAnAnchor::Changed)?;
        let heads = own.iter().skip(3).map(|line| Head::read(line));
        let heads = heads.collect::<Option<Vec<Head>>>().ok_or(NotAnAnchor::Changed)?;
        Ok(Self { made, heads })
    }
}

fn digest_of(lines: &[String]) -> String {
    let parts: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
    digest::hex(&parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchor() -> AnchorFile {
        let head =
            |code: &str, seq| Head { organisation: code.parse().unwrap(), seq, hash: digest::hex(&[code.as_bytes()]) };
        AnchorFile { made: "2026-11-20T02:00:05Z".parse().unwrap(), heads: vec![head("Z90001", 12), head("east", 3)] }
    }

    #[test]
    fn it_is_read_back_from_a_file_and_from_a_mail() {
        let text = anchor().text();
        assert_eq!(AnchorFile::read(&text), Ok(anchor()));
        let mail = format!(
            "From: Headroom\r\nSubject: x\r\n\r\n{}\r\n-- \r\nSent by somebody\r\n",
            text.replace('\n', "\r\n")
        );
        assert_eq!(AnchorFile::read(&mail), Ok(anchor()));
        let none = AnchorFile { heads: Vec::new(), ..anchor() };
        assert_eq!(AnchorFile::read(&none.text()), Ok(none));
    }

    #[test]
    fn what_was_cut_off_or_changed_is_not_taken_for_one() {
        let text = anchor().text();
        for cut in [60, 100, text.len() - 30, text.len() - 2] {
            assert_eq!(AnchorFile::read(&text[..cut]), Err(NotAnAnchor::Changed), "{cut}");
        }
        for (from, to) in [("Z90001 12", "Z90001 11"), ("02:00", "03:00"), ("chains 2", "chains 1")] {
            assert_eq!(AnchorFile::read(&text.replace(from, to)), Err(NotAnAnchor::Changed), "{from}");
        }
        let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("east")).collect();
        assert_eq!(AnchorFile::read(&without.join("\n")), Err(NotAnAnchor::Changed));
        assert_eq!(AnchorFile::read("something else"), Err(NotAnAnchor::None));
    }
}
