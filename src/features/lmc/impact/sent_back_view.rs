//! What sending transferred work back gave, before and after a day.

use maud::{Markup, html};

use crate::{
    domain::{
        impact::{LEAST_PRACTICES, SentBack, TooFew},
        transfer::GivenBack,
    },
    ui::{given_back, number, parts, table},
};

/// Of the practices that opened their log and logged on both sides; `slot` in minutes.
pub(super) fn panel(compared: &Result<SentBack, TooFew>, slot: u32) -> Markup {
    parts::panel(
        "Transferred work",
        &match compared {
            Ok(sums) => figures(sums, slot),
            Err(TooFew(n)) => html! {
                p {
                    "A comparison needs " (LEAST_PRACTICES) " practices that opened their log of transferred work to you and logged \
                     something on both sides. Here "
                    (match n {
                        0 => "there is none".to_owned(),
                        1 => "there is 1".to_owned(),
                        n => format!("there are {n}"),
                    })
                    "."
                }
            },
        },
    )
}

fn figures(sums: &SentBack, slot: u32) -> Markup {
    let row = |name: &str, of: &dyn Fn(&GivenBack) -> String| {
        vec![html! { (name) }, html! { (of(&sums.before)) }, html! { (of(&sums.after)) }]
    };
    let rows = [
        row("Items declined or returned", &|sum| number::thousands(sum.items.into())),
        row("Appointments given back", &|sum| number::thousands(sum.appointments(slot))),
        row("Administration on them", &|sum| given_back::hours(sum.admin)),
        row("Items done anyway", &|sum| number::thousands(sum.done_items.into())),
        row("Appointments lost on those", &|sum| number::thousands(sum.lost_appointments(slot))),
    ];
    let columns = [table::words(""), table::numbers("Before"), table::numbers("After")];
    html! {
        (table::table("Transferred work before and after, the same practices", &columns, &rows))
        p .nhsuk-u-margin-top-3 {
            "Of " (sums.practices) " practices that opened their log to you and logged something on both sides. \
             An appointment is " (slot) " minutes of a clinician. More items sent back can mean that more came, or that more of them were logged."
        }
    }
}
