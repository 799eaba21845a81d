//! What an office says is shown, read and published.

use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use entity::ids::{OrgCode, RowId};
use uuid::Uuid;

use super::view::{self, LONGEST_TELEPHONE, LONGEST_WEB, OfficeForm};
use crate::{
    domain::{
        access::{By, Permit, PublishOffice},
        calendar,
    },
    error::{AppError, FieldError},
    href,
    operations::publish_office,
    state::AppState,
    store::lmc_office::{self, Office},
    ui::href::Href,
    web::{
        caller::Caller,
        forms::{self, Form},
        shell,
    },
};

impl OfficeForm {
    fn of(office: &Office) -> Self {
        Self {
            id: Uuid::now_v7().to_string(),
            email: office.email.clone(),
            telephone: office.telephone.clone(),
            web: office.web.clone(),
        }
    }

    /// An office publishes a shared mailbox, a switchboard and its pages; a part may be left out.
    fn read(&self) -> Result<(RowId, Office), Vec<FieldError>> {
        let id = forms::id(&self.id, "email");
        let email = match self.email.trim() {
            "" => Ok(String::new()),
            text => forms::email(text, "email").and_then(|email| {
                // The mailbox of a person is refused: it would outlive their time in office.
                forms::letter_line(&email, "email", 254).map(Option::unwrap_or_default)
            }),
        };
        match (id, email, telephone(&self.telephone), web(&self.web)) {
            (Ok(id), Ok(email), Ok(telephone), Ok(web)) => Ok((RowId(id), Office { email, telephone, web })),
            (id, email, telephone, web) => {
                Err([id.err(), email.err(), telephone.err(), web.err()].into_iter().flatten().collect())
            }
        }
    }
}

/// Digits in groups. It begins with 0 or +, as no number of a patient does.
fn telephone(text: &str) -> Result<String, FieldError> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let begins = text.starts_with('0') || text.starts_with("+44");
    let only = text.trim_start_matches('+').chars().all(|c| c.is_ascii_digit() || c == ' ');
    if text.is_empty() || begins && only && (9..=13).contains(&digits) && text.len() <= LONGEST_TELEPHONE {
        Ok(text)
    } else {
        Err(FieldError::new("telephone", "Enter a telephone number, such as 01632 960001"))
    }
}

fn web(text: &str) -> Result<String, FieldError> {
    let text = text.trim();
    let fine = text.starts_with("https://") && text.len() <= LONGEST_WEB && Href::new(text).is_ok();
    if text.is_empty() || fine {
        Ok(text.to_owned())
    } else {
        Err(FieldError::new("web", "Enter an address that begins with https://"))
    }
}

fn base(lmc: &OrgCode) -> Href {
    href!("/lmc").seg(lmc).seg("office")
}

pub(super) async fn show(
    permit: Permit<PublishOffice>,
    caller: Caller,
    State(app): State<AppState>,
) -> Result<Response, AppError> {
    let known = lmc_office::own(app.db.read(permit.scope())).await?;
    let office = known.map(|(office, _)| office).unwrap_or_default();
    form(&app, &caller, &permit, &OfficeForm::of(&office), &[]).await
}

async fn form(
    app: &AppState,
    caller: &Caller,
    permit: &Permit<PublishOffice>,
    typed: &OfficeForm,
    errors: &[FieldError],
) -> Result<Response, AppError> {
    let known = lmc_office::own(app.db.read(permit.scope())).await?;
    let since = known.map(|(_, at)| calendar::london_day(at));
    let sheet = view::form((permit.scope().lmc(), &base(permit.scope().lmc())), typed, since, errors);
    shell::show(app, caller, permit.scope(), sheet).await
}

pub(super) async fn publish(
    permit: Permit<PublishOffice>,
    caller: Caller,
    State(app): State<AppState>,
    Form(typed): Form<OfficeForm>,
) -> Result<Response, AppError> {
    let (id, office) = match typed.read() {
        Ok(read) => read,
        Err(errors) => return form(&app, &caller, &permit, &typed, &errors).await,
    };
    let published = publish_office::PublishOffice { id, office };
    published.perform(&app, &By::from(&permit)).await?;
    Ok(Redirect::to(base(permit.scope().lmc()).as_str()).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_publishes_a_switchboard_and_pages_over_tls() {
        for good in ["", "01632 960001", "+44 1632 960001", "0300 123 4567"] {
            assert_eq!(telephone(good).unwrap(), good);
        }
        for bad in ["9434765919", "call us", "01632", "01632 960001 ext 5"] {
            assert!(telephone(bad).is_err(), "{bad}");
        }
        assert!(web("https://lmc.example.org/contact").is_ok());
        for bad in ["http://lmc.example.org", "javascript:x", "https://a b"] {
            assert!(web(bad).is_err(), "{bad}");
        }
    }
}
