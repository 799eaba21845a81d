use std::time::{Duration, Instant};

use entity::ids::LocalDate;
use proptest::prelude::*;

use super::{
    cutter::{Cutter, Node},
    document::{Block, Column, Document, Margins, PAGE, Style, Table, Width},
    fonts::{Fonts, Weight},
    lines::{Line, Words},
    pages::{self, Pages},
    strips::Mark,
    *,
};
use crate::domain::{
    drawable,
    letter::{Form, Paper},
};

const STYLE: Style = Style(10.0);

fn fonts() -> &'static Fonts {
    Fonts::built_in().unwrap()
}

fn letter(form: Form, words: &str, body: &str) -> LetterData {
    LetterData::of(&Paper {
        form,
        practice: words,
        ods: "Z90001",
        dated_on: LocalDate::new(2026, 11, 20).unwrap(),
        recipient: words,
        subject: words,
        body,
    })
}

/// A day with `words` wherever a practice can write.
fn day(words: &str) -> DayRecord {
    let some = || words.to_owned();
    DayRecord {
        practice: some(),
        ods: "Z90001".to_owned(),
        day: some(),
        generated: "20 November 2026 at 18:40".to_owned(),
        total: DayTotal {
            figures: "2 left · 98 counted of 100".to_owned(),
            state: "Nearing the limit",
            clinicians: 4,
            full: 3,
        },
        clinicians: vec![ClinicianLine {
            label: some(),
            group: "GP partner",
            counted: "25".to_owned(),
            limit: "25".to_owned(),
            set_by: "recommended maximum",
            state: "At the limit",
            source: "taps",
            reason: some(),
            told: "14:05".to_owned(),
        }],
        diverts: vec![DivertShown {
            began: "14:10".to_owned(),
            ended: "17:20".to_owned(),
            started_by: "Practice manager".to_owned(),
            ended_by: "Practice manager".to_owned(),
            ground: "a rule",
            guard_rail: "2026-04".to_owned(),
            text: vec![some(), some()],
            sources: vec![some()],
        }],
        destinations: vec![("Pharmacy", 4)],
        sent: 4,
        messages: vec![MessageLine {
            kind: some(),
            how: "Email".to_owned(),
            sent: "14:06".to_owned(),
            answer: "Agreed, by telephone at 14:30".to_owned(),
        }],
        rule: some(),
        script: "version 2".to_owned(),
        groups: some(),
    }
}

/// A document of these blocks.
fn of(blocks: Vec<Block>) -> Document {
    Document { title: "A document".to_owned(), margins: Margins::RECORD, header: None, footer: None, blocks }
}

fn laid(document: &Document) -> (Pages<'static>, Vec<Node>) {
    let margins = document.margins;
    let mut cutter = Cutter::new(fonts(), (margins.width(), margins.height()));
    let nodes = cutter.cut(&document.blocks);
    (pages::lay(cutter.strips, margins), nodes)
}

/// The words on each page, in the order in which they are drawn.
fn read(pages: &Pages<'_>) -> Vec<String> {
    let text = |mark: &Mark<'_>| match mark {
        Mark::Text { piece, .. } => Some(format!("{} ", piece.text.trim_end())),
        Mark::Rule { .. } => None,
    };
    let page = |marks: &Vec<Mark<'_>>| marks.iter().filter_map(text).collect();
    pages.pages.iter().map(page).collect()
}

/// What stands outside the margins of a document.
fn outside(document: &Document) -> Vec<String> {
    let margins = document.margins;
    let (left, right) = (margins.side, PAGE.0 - margins.side);
    let bottom = PAGE.1 - margins.bottom;
    let (pages, _) = laid(document);
    let marks = pages.pages.iter().flatten();
    let over = marks.filter_map(|mark| {
        let (start, end, low, what) = match mark {
            Mark::Text { piece, x, baseline, .. } => {
                let seen = piece.text.trim_end_matches(' ');
                let shown = Words::new(seen, piece.ink).natural_width(fonts());
                (*x, x + shown, *baseline, seen.to_owned())
            }
            Mark::Rule { x, y, width, thickness, .. } => (*x, x + width, y + thickness, "a rule".to_owned()),
        };
        let fits = start >= left - 0.1 && end <= right + 0.1 && low <= bottom + 0.1;
        (!fits).then(|| format!("{what} from {start} to {end}, down to {low}"))
    });
    over.collect()
}

fn widths(lines: &[Line<'_>]) -> Vec<f32> {
    lines.iter().map(|line| line.width).collect()
}

fn texts(lines: &[Line<'_>]) -> Vec<String> {
    let line = |line: &Line<'_>| line.pieces.iter().map(|piece| piece.text.as_str()).collect();
    lines.iter().map(line).collect()
}

#[test]
fn words_fill_lines_and_no_line_is_wider_than_its_column() {
    let text = "Fourteen contacts, NHS 111 and 08:00–18:30: offices\nA new line begins";
    let words = Words::new(text, STYLE.ink());
    let whole = words.lines(fonts(), 1000.0);
    assert_eq!(
        texts(&whole),
        ["Fourteen contacts, NHS 111 and 08:00–18:30: offices ", "A new line begins"],
        "one that must be broken ends with a space, or its words are read as one"
    );
    for width in [60.0, 90.0, 130.0] {
        let lines = words.lines(fonts(), width);
        assert!(widths(&lines).iter().all(|line| *line <= width), "{width}");
        assert_eq!(texts(&lines).concat(), text.replace('\n', " "), "{width}");
        for pair in lines.windows(2) {
            let next = texts(&pair[1..]).concat();
            let next = next.split(' ').next().unwrap();
            let longer = pair[0].width + Words::new(&format!(" {next}"), STYLE.ink()).natural_width(fonts());
            let broken = texts(&pair[..1]).concat().ends_with("offices ");
            assert!(longer > width || broken, "{next} had room at {width}");
        }
    }
}

#[test]
fn a_word_wider_than_its_column_is_broken_and_nothing_of_it_is_lost() {
    for word in ["W".repeat(200), "e\u{327}".repeat(90), "ffi☐".repeat(60)] {
        let text = format!("Before {word} after");
        let words = Words::new(&text, STYLE.ink()).and(&word, STYLE.bold());
        for width in [3.0, 40.0, 200.0] {
            let lines = words.lines(fonts(), width);
            let alone = ["W", "ffi", "☐"].map(|text| Words::new(text, STYLE.bold()));
            let alone = alone.map(|word| word.natural_width(fonts()));
            let most = alone.into_iter().fold(width, f32::max);
            assert!(widths(&lines).iter().all(|line| *line <= most), "{width}");
            assert_eq!(texts(&lines).concat(), words.text(), "{width}");
        }
    }
}

#[test]
fn nothing_stands_outside_the_margins() {
    let long = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch".repeat(3);
    for words in [&long, "x", &"of words ".repeat(60)] {
        assert_eq!(outside(&day(words).document()), Vec::<String>::new());
        for form in [Form::Letter, Form::Poster] {
            let body = format!("{words}\n\n{}", "A line of a letter. ".repeat(400));
            let document = letter(form, words, &body).document();
            assert_eq!(outside(&document), Vec::<String>::new());
        }
    }
}

fn table(rows: usize, cell: &str) -> Block {
    let row = |n: usize| {
        let cells = [format!("Row {n}."), cell.to_owned()];
        cells.map(|text| Words::new(&text, STYLE.ink())).to_vec()
    };
    STYLE.table(Table {
        columns: vec![Column::left(1.0), Column::right(1.0)],
        head: STYLE.head(9.0, &["Item", "Practices"]),
        rows: (0..rows).map(row).collect(),
        inset: 5.0,
    })
}

#[test]
fn a_table_goes_on_below_its_head_which_is_read_once() {
    let (pages, _) = laid(&of(vec![table(100, "7")]));
    let read = read(&pages);
    assert!(read.len() > 2);
    for (at, page) in read.iter().enumerate() {
        assert!(page.starts_with("Item Practices Row "), "{page}");
        let heads = pages.pages[at].iter().take(2);
        for mark in heads {
            let Mark::Text { slot, .. } = mark else { panic!() };
            assert_eq!(slot.is_some(), at == 0, "again for the eye alone");
        }
    }
    let all = read.concat();
    for n in 0..100 {
        assert_eq!(all.matches(&format!("Row {n}. 7 ")).count(), 1, "{n}");
    }
}

#[test]
fn a_row_that_no_page_has_room_for_is_parted_and_no_other() {
    let long = "word ".repeat(3000);
    let document = of(vec![Block::title("T"), table(3, &long)]);
    assert_eq!(outside(&document), Vec::<String>::new());
    let (pages, _) = laid(&document);
    let read = read(&pages);
    assert!(read.len() > 3);
    assert_eq!(read.concat().matches("word").count(), 9000);
    let (pages, _) = laid(&of(vec![table(40, &"word ".repeat(60))]));
    for page in self::read(&pages) {
        assert_eq!(page.matches("word").count() % 60, 0, "{page}");
    }
}

#[test]
fn a_heading_stands_above_what_it_names_and_no_line_stands_alone() {
    let paragraph = "One line of a paragraph that goes on for some time. ".repeat(8);
    for before in 0..60 {
        let mut blocks: Vec<Block> = (0..before).map(|_| STYLE.text("Before.")).collect();
        blocks.push(Block::heading("Heading"));
        blocks.push(STYLE.text(&paragraph));
        blocks.push(Block::heading("Figures"));
        blocks.push(table(2, "7"));
        let (pages, _) = laid(&of(blocks));
        for page in read(&pages) {
            let page = page.trim_end();
            assert!(!page.ends_with("Heading") && !page.ends_with("Figures"), "{before}");
            assert!(!page.ends_with("Practices"), "{before}: a head without rows");
        }
        let lines = |marks: &Vec<Mark<'_>>| {
            let of_it = marks
                .iter()
                .filter(|mark| matches!(mark, Mark::Text { piece, .. } if paragraph.contains(piece.text.trim())));
            of_it.count()
        };
        let counts: Vec<usize> = pages.pages.iter().map(lines).filter(|n| *n > 0).collect();
        assert!(counts.iter().all(|n| *n > 1), "{before}: {counts:?}");
    }
}

#[test]
fn what_is_kept_together_is_parted_only_where_no_page_has_room() {
    let area = |rows: usize| Block::together(vec![Block::heading("Area"), STYLE.text("About it."), table(rows, "7")]);
    let (pages, _) = laid(&of(vec![area(20), area(20), area(20)]));
    for page in read(&pages) {
        assert_eq!(page.matches("Row ").count() % 20, 0, "{page}");
    }
    let (pages, _) = laid(&of(vec![STYLE.text("Before."), area(100)]));
    let pages = read(&pages);
    assert!(pages[0].starts_with("Before. Area About it. Item Practices Row 0."));
    assert_eq!(pages.concat().matches("Row ").count(), 100);
}

/// The tags below a node, one a line, with the texts that they hold as `.`.
fn drawn(nodes: &[Node], depth: usize, into: &mut Vec<String>) {
    for node in nodes {
        match node {
            Node::Text(_) => into.push(format!("{}.", " ".repeat(depth))),
            Node::Group(tag, inner) => {
                let tag = format!("{tag:?}");
                let name = tag.split('(').next().unwrap();
                into.push(format!("{}{name}", " ".repeat(depth)));
                drawn(inner, depth + 1, into);
            }
        }
    }
}

#[test]
fn every_text_has_its_tag() {
    let strong = Words::new("14:10.", STYLE.bold()).and(" Then", STYLE.ink());
    let list = STYLE.list(vec![Words::new("One", STYLE.ink())]);
    let blocks = vec![Block::title("T"), STYLE.words(strong), list, table(1, "")];
    let (pages, nodes) = laid(&of(blocks));
    let mut tags = Vec::new();
    drawn(&nodes, 0, &mut tags);
    let wanted = "Hn/ ./P/ Strong/  ./ ./L/ LI/  Lbl/   ./  LBody/   ./Table/ THead/  TR/   TH/    ./   TH/    ./ TBody/  TR/   TH/    ./   TD/    .";
    assert_eq!(tags.join("/"), wanted, "an empty cell too");
    let slots = pages.pages.iter().flatten().filter_map(|mark| match mark {
        Mark::Text { slot, .. } => *slot,
        Mark::Rule { .. } => None,
    });
    assert_eq!(slots.collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5, 6, 7], "in the order of reading");
}

#[test]
fn bookmarks_are_the_headings_where_they_stand() {
    let blocks = (0..30).flat_map(|n| [Block::heading(&format!("Area {n}")), table(9, "7")]);
    let blocks = std::iter::once(Block::title("Release")).chain(blocks).collect();
    let (pages, _) = laid(&of(blocks));
    assert_eq!(pages.bookmarks.len(), 31);
    assert_eq!(pages.bookmarks[0].level, 1);
    let read = read(&pages);
    for bookmark in &pages.bookmarks {
        assert!(read[bookmark.page].contains(&bookmark.text), "{bookmark:?}");
        assert!(bookmark.y >= Margins::RECORD.top && bookmark.y < PAGE.1, "{bookmark:?}");
    }
}

#[test]
fn a_column_of_numbers_is_as_wide_as_they_are_and_leaves_room() {
    let rows = vec![vec![Words::new("Long ".repeat(40).trim(), STYLE.ink()), Words::new("1,000", STYLE.ink())]];
    let mut numbers = Table {
        columns: vec![Column::left(1.0), Column::number()],
        head: STYLE.head(9.0, &["Destination", "n"]),
        rows,
        inset: 5.0,
    };
    let widths = Cutter::new(fonts(), (400.0, 700.0)).widths(&numbers);
    let number = Words::new("1,000", STYLE.ink()).natural_width(fonts());
    assert!((widths[1] - number - 10.0).abs() < 0.01 && (widths[0] + widths[1] - 400.0).abs() < 0.01);
    numbers.columns[0].width = Width::Natural;
    let widths = Cutter::new(fonts(), (400.0, 700.0)).widths(&numbers);
    assert!((widths[0] - 200.0).abs() < 0.01, "at most its part: {widths:?}");
}

#[test]
fn text_from_data_stays_text() {
    let words = "#panic(\"no\") *bold* <script> $x$ \\ \" ] ) (Tj) /P BDC";
    let pdf = day(words).render().unwrap();
    assert!(pdf.starts_with(b"%PDF-1."));
    assert!(pdf.windows(15).any(|part| part == b"/StructTreeRoot"));
    let (pages, _) = laid(&day(words).document());
    assert!(read(&pages).concat().contains(words));
}

#[test]
fn two_pages_of_a_letter_take_less_than_their_time() {
    let long = "Please confirm that you have received this letter. ".repeat(12);
    let body = vec![format!("{long}\nSecond line"); 8].join("\n\n");
    let letter = letter(Form::Letter, "Alder Lane Surgery", &body);
    // The first document reads the fonts.
    letter.render().unwrap();
    let mut times: Vec<Duration> = (0..5)
        .map(|_| {
            let begin = Instant::now();
            assert!(letter.render().unwrap().starts_with(b"%PDF-1."));
            begin.elapsed()
        })
        .collect();
    times.sort_unstable();
    // Unoptimised and beside other tests; a release takes a small part of it.
    assert!(times[0].as_millis() < 1500, "{times:?}");
}

#[test]
fn the_table_of_what_can_be_drawn_is_that_of_the_fonts() {
    let (regular, bold) = (fonts().of(Weight::Regular), fonts().of(Weight::Bold));
    let behind = fonts().behind();
    let points = |ranges: &[(u32, u32)]| {
        let points = ranges.iter().flat_map(|(a, z)| *a..=*z);
        points.filter_map(char::from_u32).collect::<Vec<_>>()
    };
    for c in points(drawable::SIGNS) {
        let both = regular.covers(c) && bold.covers(c);
        assert!(both || behind.covers(c), "{c:?}");
    }
    for c in points(drawable::MARKS).into_iter().chain(points(drawable::LETTERS)) {
        assert!(behind.covers(c), "{c:?}");
    }
    for c in "☐☑☒✓✗→←↑↓•…≤≥≠£€①⑩½⅓°′″–—“”‘’ŵŷłżếñşğőđțəŋẹ\u{FFFD}".chars()
    {
        let fits = drawable::undrawable(&c.to_string()).is_none();
        assert!(fits || c == drawable::REPLACEMENT, "{c}");
        assert!(regular.covers(c) || behind.covers(c), "{c}");
    }
}

#[test]
fn every_sign_and_every_mark_on_every_letter_is_set_in_both_weights() {
    let all = |ranges: &[(u32, u32)]| -> Vec<char> {
        let points = ranges.iter().flat_map(|(a, z)| *a..=*z);
        points.filter_map(char::from_u32).collect()
    };
    let apart: String = all(drawable::SIGNS).iter().flat_map(|c| [*c, ' ']).collect();
    let together: String = all(drawable::SIGNS).iter().collect();
    // Each mark on some letters of each kind, and each letter under one mark.
    let (letters, marks) = (all(drawable::LETTERS), all(drawable::MARKS));
    let under = |letter: char, mark: char| [letter, mark, mark, ' '];
    let marked: String = "aOnıƀẽ"
        .chars()
        .flat_map(|letter| marks.iter().map(move |mark| (letter, *mark)))
        .chain(letters.iter().map(|letter| (*letter, '\u{308}')))
        .flat_map(|(letter, mark)| under(letter, mark))
        .collect();
    for words in [apart, together, marked] {
        let plain = drawable::plain(&words);
        assert_eq!(drawable::undrawable(&plain), None);
        // The body of a letter is regular, the name of the practice bold.
        let regular = letter(Form::Letter, "x", &plain).render();
        assert!(regular.is_ok(), "{regular:?}");
        let bold = letter(Form::Letter, &plain, "x").render();
        assert!(bold.is_ok(), "{bold:?}");
    }
}

#[test]
fn what_no_font_has_is_replaced() {
    for words in
        ["王 سلام שלום ① 🙂 ☐ → n\u{301}", "a\tb\nc", "\u{202E}\u{E000}\u{FFFE}\u{0}\u{7F}", "\u{200B}", " ", ""]
    {
        let letter = letter(Form::Letter, words, words);
        assert!(letter.render().is_ok(), "{words:?}");
        assert!(day(words).render().is_ok(), "{words:?}");
    }
    let (pages, _) = laid(&letter(Form::Letter, "王 Surgery", "x").document());
    assert!(read(&pages)[0].starts_with("\u{FFFD} Surgery "));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn any_text_at_all_makes_a_document(words in prop_oneof!["\\PC{0,60}", ".{0,60}", "(?s:.){0,60}", "[\u{0}-\u{2FF}\u{300}-\u{36F}\u{2000}-\u{27BF}]{0,80}"]) {
        let letter = letter(Form::Letter, &words, &words);
        prop_assert!(letter.render().is_ok());
        prop_assert_eq!(outside(&letter.document()), Vec::<String>::new());
    }
}
