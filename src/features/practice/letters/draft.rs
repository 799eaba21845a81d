//! From what was typed or sent to a letter: fields checked, merged, ready to be looked at or recorded. Pages and the API
//! share it.

use std::collections::BTreeMap;

use entity::ids::{LocalDate, RowId};

use super::{
    about, sender,
    wordings::Wordings,
    write_view::{Basis, Filled, Typed},
};
use crate::{
    domain::{
        access::PracticeScope,
        drawable,
        letter::{
            FollowUp, LONGEST_NOTE, Level, Template, Value, Way,
            book::{ALWAYS, Shape, UsualRecipient, Writer},
        },
        transfer::logged::Logged,
    },
    error::{AppError, FieldError},
    state::AppState,
    store::letters::{NewEvent, NewLetter},
    web::{
        forms,
        wordings::{known_kind, may_be_written},
    },
};

/// Longest name of a recipient.
const LONGEST_RECIPIENT: usize = 120;

impl Basis {
    /// The wording that holds, or the one that the letter was begun from.
    pub(super) async fn find(app: &AppState, scope: &PracticeScope, typed: &Typed) -> Result<Self, AppError> {
        let kind = known_kind(typed.get("kind"))?;
        if kind.written_by() != Writer::Practice {
            return Err(AppError::NotFound);
        }
        let catalogue = app.catalogue().await?;
        if !may_be_written(&catalogue, kind, app.clock.today()) {
            return Err(AppError::Conflict(
                "what this letter is about conflicts with the contract today; the practice’s own history keeps it",
            ));
        }
        let wordings = Wordings::read(app, scope).await?;
        let wording = match (typed.get("level"), typed.get("version")) {
            ("", _) | (_, "") => wordings.holds(kind),
            (level, version) => {
                let named = level.parse::<Level>().ok().zip(version.parse().ok());
                named
                    .and_then(|(level, version)| wordings.version(kind, level, version))
                    .ok_or_else(|| AppError::field("version", "There is no such version: begin the letter again"))?
            }
        };
        let text = wording.text.as_deref().unwrap_or_default();
        let template =
            Template::parse(text, kind.form).map_err(|error| AppError::Fault(format!("{}: {error}", kind.code)))?;
        let organisations = app.organisations().await?;
        let name = organisations.name_of(&scope.practice().into());
        let about = about::read(app, scope, (kind, &name), typed).await?;
        // What is wrong with it is said beside its field, when the letter is filled.
        let network = sender::network(kind, typed).ok().flatten();
        let known = organisations.practice(scope.practice());
        let lmc_name = known.and_then(|known| known.lmc.as_ref()).map(|lmc| organisations.name_of(lmc));
        let icb = known.and_then(|known| organisations.organisation(known.icb.as_ref()?));
        Ok(Self {
            kind,
            template,
            lmc: wordings.of.filter(|_| wording.level == Level::Lmc),
            wording,
            practice: network.map_or_else(|| name.clone(), |network| sender::represented(&network, &name)),
            ods: scope.practice().to_string(),
            icb: icb.map(|icb| drawable::as_typed(&icb.name)),
            lmc_name: lmc_name.map(|name| drawable::as_typed(&name)),
            about,
        })
    }

    /// What a fresh form begins with, under what came in the address.
    pub(super) fn begin(&self, typed: &mut Typed, today: LocalDate) {
        let commissioner = typed.get("commissioner").to_owned();
        typed.set_if_empty("to", commissioner);
        match self.kind.who {
            UsualRecipient::Icb => typed.set_if_empty("to", self.icb.clone().unwrap_or_default()),
            UsualRecipient::Patients => typed.set_if_empty("to", self.kind.to.clone()),
            UsualRecipient::Lmc => typed.set_if_empty("to", self.lmc_name.clone().unwrap_or_default()),
            UsualRecipient::Provider => {
                let sender = self.about.as_ref().and_then(Logged::recipient);
                typed.set_if_empty("to", sender.unwrap_or_default());
            }
        }
        typed.set_if_empty("dated_on", today.to_string());
        if let Some(due) = self.about.as_ref().and_then(|about| about.reply_by(today)) {
            typed.set_if_empty("reply_by", due.to_string());
            typed.set_if_empty("reply_due_on", due.to_string());
        }
        for field in self.asks() {
            typed.set_if_empty(&field.code, field.start.clone());
        }
        typed.set("level", self.wording.level.code());
        typed.set("version", self.wording.version.to_string());
    }

    /// Fills every field, or says of each what is wrong with it.
    pub(super) fn fill(&self, typed: &Typed) -> Result<Filled, Vec<FieldError>> {
        let mut errors = Vec::new();
        let to = forms::letter_line(typed.get("to"), "to", LONGEST_RECIPIENT);
        let recipient = keep(to, &mut errors).flatten();
        if recipient.is_none() && errors.is_empty() {
            errors.push(FieldError::new("to", "Enter whom it goes to"));
        }
        let dated_on = forms::optional_day(typed.get("dated_on"), "dated_on");
        let dated_on = keep(dated_on.and_then(|day| needed(day, "dated_on")), &mut errors);
        keep(sender::network(self.kind, typed), &mut errors);
        let mut values = BTreeMap::new();
        for field in self.asks() {
            let code = field.code.as_str();
            let value = match field.shape {
                Shape::Day => forms::optional_day(typed.get(code), "day")
                    .map(|day| day.map(|day| Value::known(&day.written())))
                    .map_err(|error| error.message.into_owned()),
                Shape::Line | Shape::Lines => Value::check(typed.get(code)),
                // Filled below, from the log.
                Shape::FromLog => continue,
            };
            match value {
                Ok(Some(value)) => drop(values.insert(code.to_owned(), value)),
                Ok(None) => {
                    let words = format!("Fill in: {}", field.label);
                    errors.push(FieldError::new(code.to_owned(), words));
                }
                Err(words) => errors.push(FieldError::new(code.to_owned(), words)),
            }
        }
        let (Some(recipient), Some(dated_on), true) = (recipient, dated_on, errors.is_empty()) else {
            return Err(errors);
        };
        let always = [&self.practice, &self.ods, &dated_on.written(), &recipient].map(|it| Value::known(it));
        values.extend(ALWAYS.map(str::to_owned).into_iter().zip(always));
        for (code, _) in self.template.fields() {
            let logged = self.about.as_ref().and_then(|about| about.value(code, dated_on));
            values.extend(logged.map(|text| (code.to_owned(), Value::known(&text))));
        }
        let merged = self.template.merge(&values).map_err(|unfilled| {
            let field = |code| FieldError::new(code, "This field of the letter is not filled");
            unfilled.0.into_iter().map(field).collect::<Vec<_>>()
        })?;
        Ok(Filled { dated_on, recipient, merged })
    }

    /// The row of a letter that went out.
    pub(super) fn sent(&self, filled: &Filled, typed: &Typed, today: LocalDate) -> Result<NewLetter, Vec<FieldError>> {
        let mut errors = Vec::new();
        let id = keep(forms::id(typed.get("id"), "id"), &mut errors);
        let sent_on = keep(sent_day(typed.get("sent_on"), today), &mut errors);
        let due = forms::optional_day(typed.get("reply_due_on"), "reply_due_on");
        let reply_due_on = keep(due, &mut errors).flatten();
        if reply_due_on.is_some_and(|due| sent_on.is_some_and(|sent| due < sent)) {
            let words = "Enter a day on or after the day it was sent";
            errors.push(FieldError::new("reply_due_on", words));
        }
        let how = typed.get("how").parse::<Way>();
        let how = how.map_err(|_| FieldError::new("how", "Choose how it was sent"));
        let how = keep(how, &mut errors);
        let notice = match typed.get("notice") {
            "" => None,
            text => keep(forms::id(text, "notice"), &mut errors).map(RowId),
        };
        let (Some(id), Some(sent_on), Some(how), true) = (id, sent_on, how, errors.is_empty()) else {
            return Err(errors);
        };
        Ok(NewLetter {
            id: RowId(id),
            kind: self.kind.code.clone(),
            level: self.wording.level,
            lmc: self.lmc.clone(),
            version: self.wording.version,
            notice,
            practice_name: self.practice.clone(),
            dated_on: filled.dated_on,
            recipient: filled.recipient.clone(),
            subject: filled.merged.subject.clone(),
            body: filled.merged.body.clone(),
            sent_on,
            how,
            reply_due_on,
            transfers: self.about.as_ref().map(Logged::names).unwrap_or_default(),
            step: self.kind.transfers.and_then(|about| about.step),
        })
    }
}

fn keep<T>(read: Result<T, FieldError>, errors: &mut Vec<FieldError>) -> Option<T> {
    read.map_err(|error| errors.push(error)).ok()
}

fn needed(day: Option<LocalDate>, field: &'static str) -> Result<LocalDate, FieldError> {
    day.ok_or_else(|| FieldError::new(field, "Enter a day"))
}

fn sent_day(text: &str, today: LocalDate) -> Result<LocalDate, FieldError> {
    let day = needed(forms::optional_day(text, "sent_on")?, "sent_on")?;
    if day > today {
        return Err(FieldError::new("sent_on", "Choose today or an earlier day"));
    }
    Ok(day)
}

/// Reads what happened with a letter.
pub(super) fn event(
    letter: RowId,
    typed: &Typed,
    sent_on: LocalDate,
    today: LocalDate,
) -> Result<NewEvent, Vec<FieldError>> {
    let mut errors = Vec::new();
    let id = keep(forms::id(typed.get("id"), "id"), &mut errors);
    let event = typed.get("event").parse::<FollowUp>().ok();
    if event.is_none() {
        errors.push(FieldError::new("event", "Choose what happened"));
    }
    let day = match (typed.get("happened_on"), event) {
        ("", Some(FollowUp::InError)) => Some(today),
        (text, _) => {
            let day =
                forms::optional_day(text, "happened_on").and_then(|day| needed(day, "happened_on")).and_then(|day| {
                    match day {
                        day if day > today => Err("Choose today or an earlier day"),
                        day if day < sent_on => Err("Choose a day on or after the day it was sent"),
                        day => Ok(day),
                    }
                    .map_err(|words| FieldError::new("happened_on", words))
                });
            keep(day, &mut errors)
        }
    };
    let note = forms::short_text(typed.get("note"), "note", LONGEST_NOTE);
    let note = keep(note, &mut errors);
    match (id, event, day, note) {
        (Some(id), Some(event), Some(on), Some(note)) if errors.is_empty() => {
            Ok(NewEvent { id: RowId(id), letter, event, on, note })
        }
        _ => Err(errors),
    }
}
