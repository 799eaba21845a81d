//! A practice answers a week's return with "nothing changed".

use entity::ids::LocalDate;
use serde::Serialize;

use crate::{
    audit::Event,
    domain::access::{Authority, By, PracticeScope},
    error::AppError,
    live::What,
    state::AppState,
    store::sharing,
};

/// "Nothing changed" was answered for a week.
#[derive(Debug, Serialize)]
struct WeekAnswered {
    week_ending: LocalDate,
}

impl Event for WeekAnswered {
    const NAME: &'static str = "week.answered";
}

/// Which week.
#[derive(Debug, Clone, Copy)]
pub struct AnswerWeek {
    /// Its Friday.
    pub week_ending: LocalDate,
}

impl AnswerWeek {
    /// Writes it; a week that was answered stays as it is.
    ///
    /// # Errors
    /// [`AppError::Unavailable`].
    pub async fn perform(self, app: &AppState, by: &By<PracticeScope>) -> Result<(), AppError> {
        let (own, week_ending) = (by.clone(), self.week_ending);
        app.writer
            .write(by, move |tx| {
                Box::pin(async move {
                    let (at, practice) = (tx.read(own.scope()), own.scope().practice());
                    if sharing::answer_week(at, week_ending, own.id(), tx.now()).await? {
                        let event = WeekAnswered { week_ending };
                        tx.audit(&practice.into(), &event).await?;
                        tx.changed(practice, What::Register);
                    }
                    Ok(())
                })
            })
            .await
    }
}
