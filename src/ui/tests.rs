//! Pages read by a real parser: hostile values stay values, ids are unique, every control has a label.

use std::collections::{BTreeMap, HashSet};

use maud::{Markup, html};
use scraper::{Html, Selector};

use super::{
    chart, day, figures, form,
    layout::{Memory, NavItem, Page, Said, SignedIn, page},
    live, map, parts, table,
};
use crate::{
    domain::limit::{Headroom, Limit},
    href,
    ui::href::Href,
};

const HOSTILE: &str = r#""><script>alert(1)</script><img src=x onerror='alert(2)'> & ' ` {{7*7}}"#;

fn select<'a>(document: &'a Html, selector: &str) -> Vec<scraper::ElementRef<'a>> {
    document.select(&Selector::parse(selector).unwrap()).collect()
}

fn across(text: &str) -> day::Across<'_> {
    let contacts = href!("/practices").seg(text);
    day::Across {
        here: 14,
        limit: Limit::RECOMMENDED,
        elsewhere: vec![day::Elsewhere {
            contacts: contacts.clone(),
            home: contacts.clone(),
            name: text,
            counted: 7,
            by_taps: true,
        }],
        locked: vec![(text, contacts)],
    }
}

/// What stands below the button.
fn after(text: &str) -> Markup {
    let home = href!("/practices").seg(text);
    let after = day::After {
        home: &home,
        id: text,
        last: Some(day::Last { id: text, time: text, at: text, kind: text, complex: true }),
        kinds: &[("a", text)],
        state: Headroom::Over { by: 2 },
        reasons: &[("a", text), ("b", "B")],
        reason: Some("a"),
        told: None,
        also: text,
        across: Some(across(text)),
        date: "2026-11-20",
    };
    day::after(&after, false)
}

/// Every component once, each free text replaced by `text`.
fn everything(text: &str) -> Markup {
    let errors = [form::FieldError::new("given", text.to_owned())];
    let field = |name: &'static str| form::Field::new(name, "Label").hint(text).value(text).errors(&errors);
    let choices = [form::Choice::new("a", text, "a").hint(text), form::Choice::new(text, "B", "a")];
    let contacts = href!("/practices").seg(text).seg("contacts");
    let today = day::Day {
        contacts: &contacts,
        date: "2026-11-20",
        heading: text,
        counted: 14,
        limit: Limit::RECOMMENDED,
        taps: 14,
        instead: Some(text),
        says: text,
    };
    html! {
        (parts::back_link(&contacts, text)) (parts::heading(text)) (parts::lede(&html! { (text) }))
        (form::error_summary(&errors))
        form {
            (form::text(&field("given").autocomplete("name").maxlength(20)))
            (form::email(&field("mail"))) (form::password(&field("secret"))) (form::number(&field("count")))
            (form::date(&field("from").between(&"2026-01-01", &"2026-12-31"))) (form::file(&field("sheet")))
            (form::textarea(&field("note"), 3)) (form::select(&field("one"), &choices))
            (form::radios(&field("two"), &choices)) (form::checkboxes(&field("many"), &choices))
            (form::checkbox(&field("consent"), "yes", form::Chosen::No))
            (form::fieldset(text, &html! { (form::hidden("id", text)) }))
            (form::button(form::Button::Primary, text))
            (form::button_named(form::Button::Secondary, text, "do", text))
            (form::button_link(form::Button::Warning, text, &contacts))
        }
        (live::live_fragment("capacity", &contacts, &["capacity"], &html! { (text) }))
        (day::panel(&today, Some((&contacts, &live::triggers(&["contacts"])))))
        (day::plus_one(&contacts, text)) (after(text)) (day::waiting())
        (parts::tag(parts::TagKind::Soon, text)) (parts::paste_box("paste", text)) (parts::copy_button("paste", text)) (parts::print_button())
        (parts::two_columns(
            &parts::panel(text, &table::table(text, &[table::words(text), table::numbers("n"), table::words(""), table::words("x")], &[vec![html! { (text) }, html! { "1" }]])),
            &parts::grid_of_figures(&[parts::card(text, &figures::big_number(text, &html! { (text) })), parts::card_link(text, &contacts, text)]),
        ))
        (parts::summary_list(&[(text, html! { (text) })])) (parts::inset(&html! { (text) })) (parts::details(text, &html! { (text) }))
        (parts::links(&[(contacts.clone(), text)])) (parts::pagination(Some((&contacts, text)), Some((&contacts, text))))
        (parts::actions(&parts::small(text)))
        (figures::meter(30, 25, Headroom::Over { by: 5 })) (figures::bounds_bar(42, 83, 71)) (figures::share_bar(38, 64))
        (chart::sparkline("spark", text, text, &[52, 40, 37], 100))
        (map::map(text, &pictured(text))) (map::tiles(text, &pictured(text)))
        (chart::band(&chart::Band { id: "band", title: text, says: text, moments: &[moment(text), moment(text)] }))
    }
}

fn pictured(text: &str) -> map::Picture {
    let shade = map::Shade {
        class: map::Class::Step(2),
        name: text.to_owned(),
        text: text.to_owned(),
        says: text.to_owned(),
        page: href!("/releases").query("icb", text),
        own: true,
    };
    map::Picture {
        atlas: map::Atlas::England,
        shades: BTreeMap::from([("QE1".to_owned(), shade)]),
        legend: vec![map::Key { class: map::Class::Outline, text: text.to_owned() }],
    }
}

fn moment(text: &str) -> chart::Moment {
    chart::Moment { label: text.to_owned(), range: Some((0, 9)), value: Some(4), text: text.to_owned() }
}

fn document(text: &str) -> Html {
    let item = |href, label: &str| NavItem { href, label: label.to_owned(), current: label == text };
    let nav = vec![item(href!("/a"), text), item(href!("/b"), "B")];
    let page = page(&Page {
        title: text,
        place: Some(text),
        others: vec![NavItem { current: false, ..item(href!("/a").seg(text), text) }],
        nav,
        demo: true,
        wide: true,
        small: false,
        signed_in: SignedIn::Person,
        by: None,
        sign_out_below: Some(text),
        said: Said::Above,
        live: Some(href!("/live").query("topics", text)),
        now: None,
        memory: Memory::Forget,
        places: Some(vec![href!("/b").seg(text)]),
        outbox: vec![href!("/a").seg(text)],
        print_note: Some(text),
        content: everything(text),
    });
    Html::parse_document(&page.into_string())
}

/// The names of all elements and their attributes, in order: what a hostile value must not change.
fn shape(document: &Html) -> Vec<String> {
    let every = select(document, "*");
    every
        .iter()
        .map(|e| format!("{} {:?}", e.value().name(), e.value().attrs().map(|(name, _)| name).collect::<Vec<_>>()))
        .collect()
}

#[test]
fn hostile_values_add_no_element_and_no_attribute() {
    let hostile = document(HOSTILE);
    assert_eq!(shape(&document("plain")), shape(&hostile));
    assert_eq!(select(&hostile, "h1")[0].text().collect::<String>(), HOSTILE);
    assert_eq!(select(&hostile, "input[name=given]")[0].attr("value"), Some(HOSTILE));
}

#[test]
fn every_id_is_unique_and_every_reference_leads_somewhere() {
    let document = document("plain");
    let mut ids = HashSet::new();
    for element in select(&document, "[id]") {
        let id = element.attr("id").unwrap();
        assert!(ids.insert(id), "{id} twice");
    }
    for (selector, attribute) in
        [("[aria-describedby]", "aria-describedby"), ("[aria-labelledby]", "aria-labelledby"), ("label", "for")]
    {
        for element in select(&document, selector) {
            for id in element.attr(attribute).unwrap().split_whitespace() {
                assert!(ids.contains(id), "{attribute} {id}");
            }
        }
    }
    for link in select(&document, "a[href^='#']") {
        let target = link.attr("href").unwrap().trim_start_matches('#');
        assert!(ids.contains(target), "#{target}");
    }
}

#[test]
fn every_control_has_a_label() {
    let document = document("plain");
    let labelled: HashSet<_> = select(&document, "label").iter().filter_map(|label| label.attr("for")).collect();
    let controls = select(&document, "input:not([type=hidden]), select, textarea");
    assert!(controls.len() >= 13);
    for control in controls {
        assert!(labelled.contains(control.attr("id").unwrap()), "{:?}", control.value());
    }
    for fieldset in select(&document, "fieldset") {
        assert_eq!(fieldset.child_elements().next().unwrap().value().name(), "legend");
    }
    for table in select(&document, "table") {
        assert_eq!(table.child_elements().next().unwrap().value().name(), "caption");
    }
    assert_eq!(select(&document, "h1").len(), 2, "the page's own and the day's");
}

#[test]
fn nothing_is_inline_and_every_address_is_allowed() {
    let document = document(HOSTILE);
    for element in select(&document, "*") {
        for (name, value) in element.value().attrs() {
            assert!(name != "style" && !name.starts_with("on") && !name.starts_with("hx-on"), "{name}");
            let address =
                matches!(name, "href" | "src" | "action" | "hx-get" | "hx-post" | "hx-sse:connect" | "data-day");
            assert!(!address || value.starts_with('#') || Href::new(value).is_ok(), "{name}={value}");
        }
    }
    assert!(select(&document, "style").is_empty());
    for script in select(&document, "script") {
        assert!(script.attr("src").is_some_and(|src| src.starts_with("/assets/")) && script.inner_html().is_empty());
    }
}

#[test]
fn an_error_is_tied_to_its_field_and_the_summary_leads_to_it() {
    let document = document("plain");
    let input = &select(&document, "#given")[0];
    assert_eq!(input.attr("aria-describedby"), Some("given-hint given-error"));
    assert_eq!(input.attr("aria-invalid"), Some("true"));
    assert_eq!(select(&document, ".nhsuk-error-summary a")[0].attr("href"), Some("#given"));
    assert!(form::error_summary(&[]).into_string().is_empty());
}

#[test]
fn the_map_knows_thirty_six_boards_and_says_where_it_is_from() {
    assert_eq!(map::Atlas::England.boards().count(), 36);
    let document = document("plain");
    assert_eq!(select(&document, ".hr-map path > title").len(), 36);
    assert_eq!(select(&document, ".hr-map path.c2").len(), 1);
    assert!(document.html().contains("Contains OS data"));
}

#[test]
fn the_day_says_left_and_over() {
    let limit = Limit::RECOMMENDED;
    let words = |counted| day::words(Headroom::of(counted, limit), limit);
    assert_eq!(words(14), (11, "left of 25".to_owned()));
    assert_eq!(words(25), (0, "left of 25".to_owned()));
    assert_eq!(words(27), (2, "over 25".to_owned()));
}
