//! What lies ahead of a practice, by date: last days, plans, replies that are due.

use entity::ids::{ItemCode, LocalDate, NoticeId, RowId, SubjectId};

use super::{
    catalogue::Status,
    letter::Awaited,
    notice::Notice,
    register::{EntryDay, RegisterLine},
};

/// What a day is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DiaryKind {
    /// The last day of something on which notice was served.
    LastDay,
    /// A plan without a served notice.
    Plan,
    /// A reply to a notice or a letter is due, and none has come.
    ReplyDue,
}

impl DiaryKind {
    /// Stable text.
    pub fn code(self) -> &'static str {
        match self {
            Self::LastDay => "last-day",
            Self::Plan => "plan",
            Self::ReplyDue => "reply-due",
        }
    }

    /// As a person reads it.
    pub fn title(self) -> &'static str {
        match self {
            Self::LastDay => "Last day",
            Self::Plan => "Planned from",
            Self::ReplyDue => "Reply due",
        }
    }

    /// How many days before the day its practice is reminded: by its calendar and by mail.
    pub fn days_before(self) -> &'static [u64] {
        match self {
            Self::LastDay => &[28, 7],
            Self::Plan => &[7],
            Self::ReplyDue => &[0],
        }
    }
}

/// One day and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiaryEntry {
    /// The day.
    pub on: LocalDate,
    /// What it is.
    pub kind: DiaryKind,
    /// Of what: "Ring pessaries"; of a letter its first line.
    pub name: String,
    /// From whom, where a reply is due.
    pub from: Option<String>,
    /// What it belongs to.
    pub of: Of,
}

/// What an entry belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// Something in the register.
    Item {
        /// Item of the catalogue.
        item: ItemCode,
        /// The named subject, where the item has them.
        subject: Option<SubjectId>,
        /// The notice behind it, where one was recorded.
        notice: Option<NoticeId>,
    },
    /// A letter.
    Letter(RowId),
}

impl DiaryEntry {
    /// The notice behind it, where one was recorded.
    pub fn notice(&self) -> Option<NoticeId> {
        match self.of {
            Of::Item { notice, .. } => notice,
            Of::Letter(_) => None,
        }
    }
}

/// Everything that is to come, or overdue, by date. The register says what ends and when; notices and letters add who owes a
/// reply. A letter that went out with a notice whose own reply is awaited adds none: it is one reply.
pub fn entries(register: &[RegisterLine], notices: &[Notice], letters: &[Awaited]) -> Vec<DiaryEntry> {
    let open = |item: &ItemCode, subject: Option<SubjectId>| {
        notices
            .iter()
            .find(|notice| notice.item == *item && Some(notice.subject) == subject && !notice.state().is_closed())
            .map(|notice| notice.id)
    };
    let ahead = register.iter().filter_map(|line| {
        let entry = line.entry.as_ref()?;
        if entry.status != Status::PausingFrom {
            return None;
        }
        let subject = line.subject.as_ref();
        Some(DiaryEntry {
            on: entry.when.day(),
            kind: match entry.when {
                EntryDay::Ends(_) => DiaryKind::LastDay,
                EntryDay::Since(_) | EntryDay::From(_) => DiaryKind::Plan,
            },
            name: subject.map_or_else(|| line.name(), |(_, name)| name.clone()),
            from: None,
            of: Of::Item {
                item: line.item.clone(),
                subject: subject.map(|(id, _)| *id),
                notice: open(&line.item, subject.map(|(id, _)| *id)),
            },
        })
    });
    let replies = notices.iter().filter_map(|notice| {
        let named = register.iter().find_map(|line| {
            let (id, name) = line.subject.as_ref()?;
            (line.item == notice.item && *id == notice.subject).then(|| name.clone())
        });
        Some(DiaryEntry {
            on: notice.awaits_reply()?,
            kind: DiaryKind::ReplyDue,
            name: named.unwrap_or_default(),
            from: Some(notice.commissioner.clone()),
            of: Of::Item { item: notice.item.clone(), subject: Some(notice.subject), notice: Some(notice.id) },
        })
    });
    let mut all: Vec<DiaryEntry> = ahead.chain(replies).chain(awaited(notices, letters)).collect();
    all.sort_by(|a, b| (a.on, a.kind, &a.name).cmp(&(b.on, b.kind, &b.name)));
    all
}

/// Replies that letters wait for.
fn awaited<'a>(notices: &'a [Notice], letters: &'a [Awaited]) -> impl Iterator<Item = DiaryEntry> + 'a {
    let with_its_notice = |letter: &&Awaited| {
        notices
            .iter()
            .any(|notice| letter.notice.is_some_and(|id| id.0 == notice.id.0) && notice.awaits_reply().is_some())
    };
    letters.iter().filter(move |letter| !with_its_notice(letter)).map(|letter| DiaryEntry {
        on: letter.due,
        kind: DiaryKind::ReplyDue,
        name: letter.subject.clone(),
        from: Some(letter.recipient.clone()),
        of: Of::Letter(letter.id),
    })
}
