//! The lines of the page and of the file: events in words, found piece by piece.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::{
    read::{Asked, called},
    view::{Line, Lines},
};
use crate::{
    db::Read,
    domain::{
        catalogue::Status,
        trail::{self, Detail, Names},
    },
    error::AppError,
    state::AppState,
    store::trail::{self as stored, By, Chained, First, Part, TrailEvent},
};

/// Lines of a page.
const PAGE: usize = 100;
/// Events read in one piece.
pub(super) const PIECE: u64 = 1_000;
/// Events looked at one by one for a page, before it says how far it came.
const MOST_LOOKED: u64 = 20_000;
/// Earlier acts of a kind among which the one before is looked for.
const EARLIER: u64 = 500;

/// What ids and codes are called, learnt as they are met.
#[derive(Debug, Default)]
pub(super) struct Known {
    names: Names,
    asked: BTreeSet<Uuid>,
}

impl Known {
    pub(super) async fn of(app: &AppState) -> Result<Self, AppError> {
        let mut names = Names::default();
        let (catalogue, today) = (app.menu_of_lmc(None).await?, app.clock.today());
        names.items.extend(catalogue.all_on(today).map(|item| (item.code.to_string(), item.title.clone())));
        for item in catalogue.all_on(today) {
            let tags = Status::ALL.iter().map(|status| {
                let key = (item.code.to_string(), status.to_string());
                (key, item.tag(*status).to_owned())
            });
            names.statuses.extend(tags);
        }
        Ok(Self { names, asked: BTreeSet::new() })
    }

    /// Learns the names that these events need.
    async fn learn<S: Chained>(
        &mut self,
        app: &AppState,
        at: Read<'_, S>,
        events: &[(TrailEvent, Option<Detail>)],
    ) -> Result<(), AppError> {
        let actors = events.iter().filter_map(|(event, _)| trail::Who::read(&event.actor)?.id());
        let ids = events.iter().filter_map(|(_, detail)| detail.as_ref()).flat_map(Detail::ids);
        let fresh: BTreeSet<Uuid> = actors.chain(ids).filter(|id| !self.asked.contains(id)).collect();
        self.names.ids.extend(stored::names(at, &fresh).await?);
        self.asked.extend(fresh);
        let tree = app.organisations().await?;
        for detail in events.iter().filter_map(|(_, detail)| detail.as_ref()) {
            for code in detail.organisations() {
                self.names.organisations.entry(code.to_owned()).or_insert_with(|| match code.parse() {
                    Ok(code) => tree.name_of(&code),
                    Err(_) => code.to_owned(),
                });
            }
        }
        Ok(())
    }

    fn line(&self, (event, detail): &(TrailEvent, Option<Detail>)) -> Line {
        let kind = trail::kind(&event.event);
        let set = kind.zip(detail.as_ref()).and_then(|(kind, detail)| trail::set_to(kind, detail, &self.names));
        Line {
            seq: event.seq,
            at: event.recorded_at,
            who: called(&event.actor, &self.names.ids),
            kind: kind.map_or_else(|| event.event.clone(), |kind| kind.title.to_owned()),
            what: trail::sentence(&event.event, detail.as_ref(), &self.names),
            from: None,
            to: set,
        }
    }
}

/// Events with their details read.
type Piece = Vec<(TrailEvent, Option<Detail>)>;

fn read(events: Vec<TrailEvent>) -> Piece {
    let with = |event: TrailEvent| {
        let detail = event.detail.as_deref().and_then(Detail::read);
        (event, detail)
    };
    events.into_iter().map(with).collect()
}

/// A page of what is asked for, before a number.
pub(super) async fn page<S: Chained>(
    app: &AppState,
    at: Read<'_, S>,
    asked: &Asked,
    before: Option<i64>,
) -> Result<Lines, AppError> {
    let mut part = asked.part(at).await?;
    part.before = part.before.min(before.unwrap_or(i64::MAX));
    let (by, mut known) = (asked.by(), Known::of(app).await?);
    let most = if asked.sieves() { PIECE } else { u64::try_from(PAGE).unwrap_or(PIECE).saturating_add(1) };
    let (mut looked, mut kept, mut last) = (0_u64, Piece::new(), None);
    loop {
        let piece = stored::read(at, &by, part, (First::Newest, most)).await?;
        let n = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        looked = looked.saturating_add(n);
        last = piece.last().map(|event| (event.seq, event.recorded_at)).or(last);
        let piece = read(piece.into_iter().filter(|event| asked.takes(event)).collect());
        known.learn(app, at, &piece).await?;
        kept.extend(piece.into_iter().filter(|event| says(&known.line(event), asked)));
        let Some((seq, _)) = last else { break };
        part.before = seq;
        if n < most || kept.len() > PAGE || looked >= MOST_LOOKED {
            if n < most {
                last = None;
            }
            break;
        }
    }
    let has_more = kept.len() > PAGE;
    kept.truncate(PAGE);
    let before = if has_more { kept.last().map(|(event, _)| event.seq) } else { last.map(|(seq, _)| seq) };
    let looked_to = last.filter(|_| !has_more && asked.sieves()).map(|(_, at)| at);
    let lines = with_before(at, &known, &kept).await?;
    Ok(Lines { found: lines, before, looked_to })
}

fn says(line: &Line, asked: &Asked) -> bool {
    asked.has(&[line.who.as_str(), &line.kind, &line.what].join(" "))
}

/// Lines with what each of them changed something from: the newest act before it of the same kind, of the same things.
async fn with_before<S: Chained>(at: Read<'_, S>, known: &Known, events: &Piece) -> Result<Vec<Line>, AppError> {
    let mut newest: HashMap<&'static str, i64> = HashMap::new();
    for (event, _) in events {
        if let Some(kind) = trail::kind(&event.event).filter(|kind| kind.sets.is_some()) {
            let newest = newest.entry(kind.name).or_default();
            *newest = event.seq.max(*newest);
        }
    }
    let mut earlier: HashMap<&'static str, Piece> = HashMap::new();
    for (kind, newest) in newest {
        let part = Part { after: 0, before: newest };
        let found = stored::read(at, &By::Kinds(vec![kind]), part, (First::Newest, EARLIER)).await?;
        earlier.insert(kind, read(found));
    }
    let lines = events.iter().map(|event| {
        let mut line = known.line(event);
        line.from = changed_from(event, &earlier, known);
        line
    });
    Ok(lines.collect())
}

fn changed_from(
    (event, detail): &(TrailEvent, Option<Detail>),
    earlier: &HashMap<&'static str, Piece>,
    known: &Known,
) -> Option<String> {
    let kind = trail::kind(&event.event)?;
    let (sets, of) = (kind.sets?, detail.as_ref()?.of(kind.sets?));
    let before = earlier
        .get(kind.name)?
        .iter()
        .find(|(other, said)| other.seq < event.seq && said.as_ref().is_some_and(|said| said.of(sets) == of))?;
    trail::set_to(kind, before.1.as_ref()?, &known.names)
}

/// The next lines of a file, the oldest first, and where the piece ended; nothing where there are no more.
pub(super) async fn next<S: Chained>(
    app: &AppState,
    at: Read<'_, S>,
    (asked, known): (&Asked, &mut Known),
    part: Part,
) -> Result<Option<(Vec<Line>, i64)>, AppError> {
    let piece = stored::read(at, &asked.by(), part, (First::Oldest, PIECE)).await?;
    let Some(last) = piece.last().map(|event| event.seq) else { return Ok(None) };
    let piece = read(piece.into_iter().filter(|event| asked.takes(event)).collect());
    known.learn(app, at, &piece).await?;
    let mut lines = with_before(at, known, &piece).await?;
    lines.retain(|line| says(line, asked));
    Ok(Some((lines, last)))
}
