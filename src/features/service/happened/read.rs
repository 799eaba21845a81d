//! What is asked for, and where in the chain it is looked for.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::ids::LocalDate;

use super::view::{LONGEST_WORDS, Typed};
use crate::{
    db::Read,
    domain::{
        calendar,
        trail::{About, KINDS, Who},
    },
    error::{AppError, FieldError},
    store::trail::{self, By, Chained, Part, TrailEvent},
    web::forms,
};

/// Those who acted that are offered to choose from.
const MOST_ACTORS: usize = 200;
/// Those who acted, by what they are called; several phones of a clinician are one.
pub(super) type Actors = BTreeMap<String, BTreeSet<String>>;

/// What is looked for, checked.
#[derive(Debug, Default)]
pub(super) struct Asked {
    words: Vec<String>,
    who: Option<BTreeSet<String>>,
    about: Option<About>,
    from: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

impl Asked {
    /// Reads what was typed, with every mistake.
    pub(super) fn read(typed: &Typed, actors: &Actors) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut day = |text: &str, field| match forms::optional_day(text, field) {
            Ok(day) => day,
            Err(error) => {
                errors.push(error);
                None
            }
        };
        let (from, to): (Option<LocalDate>, Option<LocalDate>) = (day(&typed.from, "from"), day(&typed.to, "to"));
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            errors.push(FieldError::new("from", "Enter a day on or before the last day"));
        }
        let who = match typed.who.as_str() {
            "" => None,
            name => {
                let found = actors.get(name).cloned();
                if found.is_none() {
                    errors.push(FieldError::new("who", "Choose somebody of the list"));
                }
                found
            }
        };
        let about = match typed.about.as_str() {
            "" => None,
            code => {
                code.parse::<About>().map_err(|_| errors.push(FieldError::new("about", "Choose one of the list"))).ok()
            }
        };
        if typed.q.chars().count() > LONGEST_WORDS {
            errors.push(FieldError::new("q", format!("Look for {LONGEST_WORDS} characters at most")));
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Self {
            words: typed.q.to_lowercase().split_whitespace().map(str::to_owned).collect(),
            who,
            about,
            from: from.map(calendar::day_begins),
            until: to.map(|to| calendar::day_begins(to.plus_days(1))),
        })
    }

    /// The index by which it is found.
    pub(super) fn by(&self) -> By {
        match (self.about, &self.who) {
            (Some(about), _) => {
                By::Kinds(KINDS.iter().filter(|kind| kind.about == about).map(|kind| kind.name).collect())
            }
            (None, Some(actors)) => By::Actors(actors.iter().cloned().collect()),
            (None, None) => By::Chain,
        }
    }

    /// Where in the chain.
    pub(super) async fn part<S: Chained>(&self, at: Read<'_, S>) -> Result<Part, AppError> {
        Ok(trail::between(at, self.from, self.until).await?)
    }

    /// Whether an event is asked for, as far as it says so without words.
    pub(super) fn takes(&self, event: &TrailEvent) -> bool {
        self.who.as_ref().is_none_or(|who| who.contains(&event.actor))
            && self.from.is_none_or(|from| from <= event.recorded_at)
            && self.until.is_none_or(|until| event.recorded_at < until)
    }

    /// Whether a text has all words that are looked for.
    pub(super) fn has(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.words.iter().all(|word| text.contains(word))
    }

    /// Whether events have to be looked at one by one.
    pub(super) fn sieves(&self) -> bool {
        !self.words.is_empty() || self.about.is_some() && self.who.is_some()
    }
}

/// Those who acted.
pub(super) async fn actors<S: Chained>(at: Read<'_, S>) -> Result<Actors, AppError> {
    let found = trail::actors(at, MOST_ACTORS).await?;
    let ids = found.iter().filter_map(|actor| Who::read(actor)?.id()).collect();
    let names = trail::names(at, &ids).await?;
    let mut actors = Actors::new();
    for actor in found {
        actors.entry(called(&actor, &names)).or_default().insert(actor);
    }
    Ok(actors)
}

/// What is said of whoever acted.
pub(super) fn called(actor: &str, names: &std::collections::HashMap<uuid::Uuid, String>) -> String {
    let Some(who) = Who::read(actor) else { return "Somebody".to_owned() };
    who.words(who.id().and_then(|id| names.get(&id)).map(String::as_str))
}
