//! The daily anchor: once a day the newest event of every audit chain goes to a folder, to somebody by mail, or both, so that
//! whoever can change the database and `anchors.log` cannot change that too.
//!
//! One node does it. What cannot be filed or sent is tried again in ten minutes, and after a stop at the next start.

use std::{fs, io, path::Path, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::leases::{held_until, hold, is_over, let_go};
use crate::{
    audit,
    domain::history,
    error::AppError,
    exchange::{
        anchor_file::{AnchorFile, NotAnAnchor},
        mail::{Mail, Post},
    },
    state::AppState,
};

/// How often a node looks whether one is due.
const LOOK: Duration = Duration::from_mins(1);
/// Held while it is done.
const WORK: &str = "anchors";
/// Held from one that was filed to the next night, or to the next try.
const FILED: &str = "anchors-filed";
/// The same for one that was mailed.
const MAILED: &str = "anchors-mailed";
/// Minutes to the next try.
const AGAIN: TimeDelta = TimeDelta::minutes(10);
/// How files are called: with the moment, so that none takes the place of another.
const PREFIX: &str = "headroom-anchor-";

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Done {
    /// It was filed.
    pub filed: bool,
    /// It was mailed.
    pub mailed: bool,
}

/// Looks at the clock until the server stops.
pub async fn run(app: AppState, post: Option<Post>) {
    let to = &app.settings.anchored;
    if to.folder.is_none() && to.mail.is_none() {
        return;
    }
    loop {
        tell(run_once(&app, post.as_ref()).await);
        tokio::select! {
            () = app.stopping.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

fn tell(done: Result<Done, AppError>) {
    match done {
        Ok(Done { filed: false, mailed: false }) => {}
        Ok(done) => tracing::info!(filed = done.filed, mailed = done.mailed, "the daily anchor left the service"),
        Err(error) => tracing::error!(%error, "the daily anchor could not be made; it is tried again"),
    }
}

/// Files and mails what is due.
///
/// # Errors
/// Where the database cannot be used. A folder or a mail server that cannot be used is logged, and tried again.
pub async fn run_once(app: &AppState, post: Option<&Post>) -> Result<Done, AppError> {
    let to = &app.settings.anchored;
    let is_to_file = to.folder.is_some() && is_over(app, FILED).await?;
    let is_to_mail = to.mail.is_some() && post.is_some() && is_over(app, MAILED).await?;
    if app.clock.is_doubted() || !is_to_file && !is_to_mail {
        return Ok(Done::default());
    }
    let (holder, now) = (Uuid::now_v7(), app.clock.now());
    if !hold(app, WORK, holder, held_until(now)).await? {
        return Ok(Done::default());
    }
    let heads = audit::heads(app.db.unscoped()).await?;
    let anchor = AnchorFile { made: now, heads: heads.into_values().filter(|head| head.seq > 0).collect() };
    let mut done = Done::default();
    if let Some(folder) = to.folder.as_ref().filter(|_| is_to_file) {
        done.filed = has_gone("filed", &file(folder, &anchor));
        hold(app, FILED, holder, next(now, done.filed)).await?;
    }
    if let (Some(to), Some(post), true) = (&to.mail, post, is_to_mail) {
        let mail =
            Mail { id: Uuid::now_v7(), to, at: now, subject: "Headroom anchor", text: anchor.text(), stop: None };
        done.mailed = has_gone("mailed", &post.send(&mail).await);
        hold(app, MAILED, holder, next(now, done.mailed)).await?;
    }
    let_go(app, WORK, holder).await?;
    Ok(done)
}

/// Whether it did; the log says why not.
fn has_gone<E: std::fmt::Display>(how: &str, done: &Result<(), E>) -> bool {
    if let Err(why) = done {
        tracing::error!(%why, "the daily anchor could not be {how}; it is tried again in ten minutes");
    }
    done.is_ok()
}

fn next(now: DateTime<Utc>, is_done: bool) -> DateTime<Utc> {
    if is_done { history::next_night(now) } else { now.checked_add_signed(AGAIN).unwrap_or(now) }
}

/// Puts an anchor into a folder: whole under its name, or not at all.
///
/// # Errors
/// Where the folder cannot be written.
pub fn file(folder: &Path, anchor: &AnchorFile) -> io::Result<()> {
    use io::Write;
    fs::create_dir_all(folder)?;
    let name = format!("{PREFIX}{}.txt", anchor.made.format("%Y-%m-%dT%H%M%SZ"));
    let mut part = tempfile::Builder::new().prefix(".anchor").suffix(".part").tempfile_in(folder)?;
    part.write_all(anchor.text().as_bytes())?;
    part.as_file().sync_all()?;
    part.persist_noclobber(folder.join(name)).map_err(|error| error.error)?;
    Ok(())
}

/// A file of a folder, and the anchor in it.
pub type Filed = (String, Result<AnchorFile, NotAnAnchor>);

/// Every anchor of a folder, the oldest first: files as they were put there, and mails that were saved into it. Files
/// whose names begin with a dot are left alone.
///
/// # Errors
/// Where it cannot be read.
pub fn read_folder(folder: &Path) -> io::Result<Vec<Filed>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || !entry.file_type()?.is_file() {
            continue;
        }
        let text = String::from_utf8_lossy(&fs::read(entry.path())?).into_owned();
        found.push((name, AnchorFile::read(&text)));
    }
    found.sort_by_key(|(name, read)| (read.as_ref().ok().map(|anchor| anchor.made), name.clone()));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Head;

    #[test]
    fn files_stand_beside_each_other_whole_and_are_read_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("made/when/missing");
        let head = Head { organisation: "Z90001".parse().unwrap(), seq: 1, hash: "x".to_owned() };
        let at = |text: &str| AnchorFile { made: text.parse().unwrap(), heads: vec![head.clone()] };
        let (one, two) = (at("2026-11-20T02:00:05Z"), at("2026-11-21T02:00:07Z"));
        file(&place, &two).unwrap();
        file(&place, &one).unwrap();
        file(&place, &one).expect_err("nothing takes the place of another");
        fs::write(place.join("a note"), "by hand").unwrap();
        let found = read_folder(&place).unwrap();
        let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            ["a note", "headroom-anchor-2026-11-20T020005Z.txt", "headroom-anchor-2026-11-21T020007Z.txt"]
        );
        assert_eq!(found[0].1, Err(NotAnAnchor::None));
        assert_eq!((&found[1].1, &found[2].1), (&Ok(one), &Ok(two)));
    }
}
