//! The newest event of every chain, written outside the database: whoever cuts a chain's end together with its head cannot
//! cut it there.
//!
//! A line a chain that grew, at most once a minute; a day's first line of the log says it too, for who prints it. The file is
//! only ever added to.

use std::{collections::BTreeMap, fs, io, path::Path, time::Duration};

use chrono::{DateTime, Utc};
use entity::ids::OrgCode;

use crate::{
    audit::{self, Head},
    domain::digest::hex,
    error::AppError,
    state::AppState,
};

/// How often a node looks whether a chain grew.
const LOOK: Duration = Duration::from_mins(1);
/// What stands where an administrator said that a backup was restored.
const RESTORED: &str = "restored";
/// What stands after a line that a full disk cut off.
const TORN: &str = "torn";

/// What the file says.
#[derive(Debug, Default)]
pub struct Outside {
    /// Every line that is compared.
    pub heads: Vec<Head>,
    /// When a backup was restored: what stands before is not compared.
    pub restored: Option<String>,
    /// Lines that cannot be read.
    pub broken: usize,
    /// Whether there is such a file.
    pub is_there: bool,
}

/// Writes heads until the server stops, and once more then.
pub async fn run(app: AppState) {
    let mut told = None;
    loop {
        let today = app.clock.today();
        match write(&app).await {
            Ok(heads) if told != Some(today) => {
                tell(&heads);
                told = Some(today);
            }
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "the newest events could not be written outside the database");
            }
        }
        tokio::select! {
            () = app.stopping.cancelled() => {
                drop(write(&app).await);
                return;
            }
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// One line a day says all of them.
fn tell(heads: &BTreeMap<OrgCode, Head>) {
    let lines: Vec<String> = heads.values().map(Head::line).collect();
    let parts: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
    tracing::info!(
        chains = heads.len(),
        digest = hex(&parts),
        "anchor of the audit trail: the digest of the newest event of every chain"
    );
}

/// Adds the heads that are not in the file yet. Answers all of them.
///
/// # Errors
/// Where the database or the file cannot be used.
pub async fn write(app: &AppState) -> Result<BTreeMap<OrgCode, Head>, AppError> {
    let heads = audit::heads(app.db.unscoped()).await?;
    append(&app.settings.anchors, &heads, app.clock.now())
        .map_err(|why| AppError::Fault(format!("{}: {why}", app.settings.anchors.display())))?;
    Ok(heads)
}

/// Adds those of these heads that are not in the file yet.
///
/// # Errors
/// Where the file cannot be used.
pub fn append(file: &Path, heads: &BTreeMap<OrgCode, Head>, now: DateTime<Utc>) -> io::Result<()> {
    let said = read(file)?;
    let mut newest: BTreeMap<&OrgCode, &Head> = BTreeMap::new();
    for head in &said.heads {
        newest.insert(&head.organisation, head);
    }
    let mut text = String::new();
    for (organisation, head) in heads {
        if head.seq > 0 && newest.get(organisation).is_none_or(|said| said.seq < head.seq) {
            for part in [now.to_rfc3339().as_str(), " ", &head.line(), "\n"] {
                text.push_str(part);
            }
        }
    }
    add(file, &text)
}

pub(super) fn add(file: &Path, text: &str) -> io::Result<()> {
    use std::io::Write;
    if text.is_empty() {
        return Ok(());
    }
    let mut options = fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let is_torn = ends_inside_a_line(file)?;
    let mut file = options.open(file)?;
    if is_torn {
        let at = text.split(' ').next().unwrap_or_default();
        file.write_all(format!("\n{at} {TORN}\n").as_bytes())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Whether a disk that was full cut off the last line: what is added would otherwise be glued to it.
fn ends_inside_a_line(file: &Path) -> io::Result<bool> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = match fs::File::open(file) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != [b'\n'])
}

/// What the file says; nothing where there is none.
///
/// # Errors
/// Where it cannot be read.
pub fn read(file: &Path) -> io::Result<Outside> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Outside::default()),
        Err(error) => return Err(error),
    };
    let mut outside = Outside { is_there: true, ..Outside::default() };
    // What a full disk cut off says nothing, whichever part of it is there.
    let mut lines: Vec<&str> = text.split('\n').collect();
    lines.pop();
    let torn = |at: usize| {
        let next = lines.get(at.saturating_add(1));
        next.is_some_and(|next| next.split_once(' ').is_some_and(|(_, rest)| rest == TORN))
    };
    let whole = lines.iter().enumerate().filter(|(at, _)| !torn(*at));
    for (_, line) in whole {
        let Some((at, rest)) = line.split_once(' ') else {
            outside.broken = outside.broken.saturating_add(1);
            continue;
        };
        if rest == TORN {
            continue;
        }
        if rest == RESTORED {
            outside = Outside { is_there: true, restored: Some(at.to_owned()), ..Outside::default() };
        } else if let Some(head) = Head::read(rest) {
            outside.heads.push(head);
        } else {
            outside.broken = outside.broken.saturating_add(1);
        }
    }
    Ok(outside)
}

/// Notes that a backup was restored: what stands before is not compared any more.
///
/// # Errors
/// Where the file cannot be written.
pub fn restored(file: &Path, now: DateTime<Utc>) -> io::Result<()> {
    add(file, &format!("{} {RESTORED}\n", now.to_rfc3339()))
}

impl Outside {
    /// What was noted of each chain, in the order in which it was.
    pub fn chains(&self) -> BTreeMap<&OrgCode, Vec<&Head>> {
        let mut chains: BTreeMap<&OrgCode, Vec<&Head>> = BTreeMap::new();
        for head in &self.heads {
            chains.entry(&head.organisation).or_default().push(head);
        }
        chains
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_a_full_disk_cut_off_says_nothing_and_takes_no_other_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("anchors.log");
        let now = "2026-11-20T09:00:00Z".parse().unwrap();
        let head = |seq: i64| Head { organisation: "Z90001".parse().unwrap(), seq, hash: hex(&[&seq.to_be_bytes()]) };
        let heads = |seq| BTreeMap::from([(head(seq).organisation, head(seq))]);
        append(&file, &heads(1), now).unwrap();
        let whole = fs::read_to_string(&file).unwrap();
        let next = whole.replace(&head(1).line(), &head(2).line());
        for cut in [1, 9, 26, next.len() - 5, next.len() - 1] {
            fs::write(&file, format!("{whole}{}", &next[..cut])).unwrap();
            let said = read(&file).unwrap();
            assert_eq!((said.heads.as_slice(), said.broken), (&[head(1)][..], 0), "{cut}");
            append(&file, &heads(3), now).unwrap();
            let said = read(&file).unwrap();
            assert_eq!((said.heads.as_slice(), said.broken), (&[head(1), head(3)][..], 0), "{cut}");
        }
        fs::write(&file, format!("{whole}nonsense\n{whole}")).unwrap();
        assert_eq!(read(&file).unwrap().broken, 1);
    }
}
