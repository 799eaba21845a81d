//! Every act that writes, one file an act, named by its verb. Its struct is the form, the body of the API and the schema at
//! once; `check` is pure and finds every mistake; `run` writes in a transaction that it is given. Pages, the API, commands,
//! jobs, the simulator and tests share them.

use std::future::Future;

use serde::de::DeserializeOwned;
use utoipa::ToSchema;

pub use sent::{Asks, Object, Sent};

use crate::{
    domain::{
        access::{By, Permission},
        contact::StepOutcome,
    },
    error::{AppError, FieldError},
    state::AppState,
    store::write,
    writer::Tx,
};

pub mod activate_import;
pub mod add_clinicians;
pub mod add_contacts;
pub mod add_good_example;
pub mod add_local_duty;
pub mod add_local_item;
pub mod add_outside_identity;
pub mod add_passkey;
pub mod add_person;
pub mod admit_manager;
pub mod alone;
pub mod answer_entry;
pub mod answer_question;
pub mod answer_week;
pub mod ask_for_password;
pub mod ask_for_push;
pub mod ask_question;
pub mod ask_questions;
pub mod ask_to_join;
pub mod change_contact;
pub mod change_name;
pub mod change_password;
pub mod change_webhook;
pub mod change_wording;
pub mod check_writing;
pub mod choose_mail;
pub mod choose_sources;
pub mod confirm_second_factor;
mod contact_chain;
pub mod count_contact;
pub mod count_divert;
pub mod count_pin_try;
pub mod count_sign_in_try;
pub mod count_work;
pub mod decline_joining;
pub mod deliver_push;
pub mod deliver_webhook;
pub mod end_divert;
pub mod end_own_sessions;
pub mod end_push;
pub mod end_sessions;
pub mod enrol_device;
pub mod enter_day_sheet;
pub mod erase_counts;
pub mod follow_joint_letter;
pub mod follow_letter;
pub mod follow_notice;
pub mod forget_sessions;
pub mod forget_tries;
pub mod forgive_pin_try;
pub mod give_reason;
pub mod hold_keys;
pub mod hold_lease;
pub mod import_organisations;
pub mod import_transfers;
pub mod keep_address;
pub mod keep_history;
pub mod keep_published;
pub mod link_by_invitation;
mod link_row;
pub mod log_transfer;
pub mod make_api_key;
pub mod make_calendar_feed;
pub mod make_display_link;
pub mod make_enrolment_link;
pub mod make_password_link;
pub mod make_tap_address;
pub mod make_webhook;
pub mod match_appointments;
pub mod move_to_successor;
pub mod note_by_telephone;
pub mod note_network;
pub mod note_reader;
pub mod note_time;
pub mod note_wrong_password;
pub mod note_wrong_pin;
pub mod offer_setup;
pub mod open_display;
pub mod open_session;
pub mod propose_manager;
pub mod prove_second_factor;
pub mod publish_office;
pub mod publish_release;
pub mod publish_template;
pub mod record_changes;
pub mod record_correction;
pub mod record_divert_answer;
pub mod record_divert_message;
pub mod record_evidence_pack;
pub mod record_export;
pub mod record_letter;
pub mod record_outcome;
pub mod record_status;
pub mod register_row;
pub mod remove_manager;
pub mod remove_outside_identity;
pub mod remove_passkey;
pub mod remove_second_factor;
pub mod revoke_api_key;
pub mod revoke_calendar_feed;
pub mod revoke_device;
pub mod revoke_display;
pub mod revoke_role;
pub mod revoke_tap_address;
pub mod second_factor_code;
pub mod seed_demo;
pub mod send_account_mail;
pub mod send_joint_letter;
pub mod send_queue;
pub mod send_reminder;
mod sent;
pub mod serve_notice;
pub mod set_access;
pub mod set_count;
pub mod set_divert_rule;
pub mod set_last_day;
pub mod set_limit;
pub mod set_meeting;
pub mod set_password;
pub mod set_rota;
pub mod set_transfer_route;
pub mod set_up;
pub mod share_with_lmc;
pub mod sign_out_device;
pub mod stage_import;
pub mod start_divert;
pub mod take_back_correction;
pub mod take_back_import;
pub mod take_back_try;
pub mod take_edition;
pub mod take_in_record;
pub mod take_provider_answer;
pub mod tell_at_limit;
pub mod tell_push;
pub mod tell_webhooks;
pub mod touch_api_key;
pub mod touch_device;
pub mod touch_session;
pub mod touch_tap_address;
pub mod void_contact;
pub mod withdraw_template;
pub mod write_divert_place;
pub mod write_divert_text;

/// What the permission of an operation opens.
pub type ScopeOf<O> = <<O as Operation>::Permission as Permission>::Scope;

/// Whether an operation wrote something, or found that it had been written before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is new.
    New,
    /// The same was there already, under the same id.
    Repeat,
}

impl Written {
    /// What the store found, where it stands.
    ///
    /// # Errors
    /// [`AppError::IdReused`] where the id stands for something else; [`AppError::Invalid`] where there is no room for one
    /// more.
    pub fn of(outcome: write::Outcome) -> Result<Self, AppError> {
        match outcome {
            write::Outcome::New => Ok(Self::New),
            other => other.or_conflict().map(|()| Self::Repeat),
        }
    }
}

/// What became of the one thing that was handed to the writer.
///
/// # Errors
/// [`AppError::IdReused`] where its id stands for something else, the field where there is no room for it; a fault where
/// the writer said nothing.
fn only(outcomes: &[StepOutcome]) -> Result<Written, AppError> {
    match outcomes.first() {
        Some(StepOutcome::Recorded) => Ok(Written::New),
        Some(StepOutcome::Repeat) => Ok(Written::Repeat),
        Some(StepOutcome::IdReused) => Err(AppError::IdReused),
        Some(StepOutcome::Refused(full)) => {
            let (field, message) = full.explain();
            Err(AppError::field(field, message))
        }
        None => Err(AppError::Fault("the writer answered nothing".to_owned())),
    }
}

/// One act that writes. The doc of the struct is its summary, those of its fields describe them, and their order is that
/// of the page.
pub trait Operation: DeserializeOwned + ToSchema + Send + Sync + 'static {
    /// Who may.
    type Permission: Permission;
    /// What it is checked against, read before the transaction: the catalogue, today.
    type Facts: Send + Sync;
    /// What is to be written: checked.
    type Ready: Send + 'static;
    /// What was written, for the answer.
    type Done: Send + Sync + 'static;

    /// Its tag in the OpenAPI document.
    const TAG: &'static str;
    /// A body that is taken at the practice Z90001 of the demo, in the document.
    const EXAMPLE: &'static str;

    /// Reads what it is checked against.
    fn facts(app: &AppState, scope: &ScopeOf<Self>) -> impl Future<Output = Result<Self::Facts, AppError>> + Send;

    /// What must be given; that may depend on what else was, and on the facts.
    fn asks(sent: &Sent, facts: &Self::Facts) -> Asks;

    /// Holds it to the rules: all fields at fault, or what is to be written.
    ///
    /// # Errors
    /// A sentence for each field at fault.
    fn check(&self, facts: &Self::Facts, by: &By<ScopeOf<Self>>) -> Result<Self::Ready, Vec<FieldError>>;

    /// Writes it with its audit event.
    ///
    /// # Errors
    /// [`AppError::IdReused`] where the id stands for something else; [`AppError::NotFound`] for what is another
    /// practice's.
    fn run(
        ready: Self::Ready,
        tx: &Tx,
        by: &By<ScopeOf<Self>>,
    ) -> impl Future<Output = Result<(Written, Self::Done), AppError>> + Send;

    /// Hands it to the writer, in a transaction of its own.
    ///
    /// # Errors
    /// As [`Self::run`]; [`AppError::Unavailable`].
    fn submit(
        ready: Self::Ready,
        app: &AppState,
        by: &By<ScopeOf<Self>>,
    ) -> impl Future<Output = Result<(Written, Self::Done), AppError>> + Send {
        let own = by.clone();
        app.writer.write(by, move |tx| Box::pin(async move { Self::run(ready, tx, &own).await }))
    }

    /// Checks and writes a struct in the hand: for commands, jobs, the simulator and tests.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every field at fault; as [`Self::run`].
    fn perform(
        self,
        app: &AppState,
        by: &By<ScopeOf<Self>>,
    ) -> impl Future<Output = Result<(Written, Self::Done), AppError>> + Send {
        async move {
            let facts = Self::facts(app, by.scope()).await?;
            let ready = self.check(&facts, by).map_err(AppError::Invalid)?;
            Self::submit(ready, app, by).await
        }
    }
}

/// Reads what was sent, checks and writes it. `in_path` names what came from the address: where that is at fault, there is
/// no such place.
///
/// # Errors
/// [`AppError::Invalid`] with every field at fault, in the order of the struct; as [`Operation::run`].
pub async fn take<O: Operation>(
    app: &AppState,
    by: &By<ScopeOf<O>>,
    sent: &Sent,
    in_path: &[String],
) -> Result<(Written, O::Done), AppError> {
    let facts = O::facts(app, by.scope()).await?;
    let mut read = sent.read::<O>(&O::asks(sent, &facts));
    let checked = read.value.take().map(|act| act.check(&facts, by));
    match checked {
        Some(Ok(ready)) if read.errors.is_empty() => O::submit(ready, app, by).await,
        found => {
            read.also(found.and_then(Result::err).unwrap_or_default());
            let about_the_address = |error: &FieldError| in_path.iter().any(|name| *name == error.field);
            Err(if read.errors.iter().any(about_the_address) {
                AppError::NotFound
            } else {
                AppError::Invalid(read.errors)
            })
        }
    }
}
