//! A PDF as poppler reads it.

use std::{
    io::Write,
    process::{Command, Stdio},
};

/// Its words, with single spaces; `order` is a flag of pdftotext, or nothing.
pub(crate) fn words(pdf: &[u8], order: &[&str]) -> String {
    let args = [order, &["-", "-"]].concat();
    let text = poppler("pdftotext", &args, pdf);
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a screen reader follows, a tag or a text a line, indented.
pub(crate) fn structure(pdf: &[u8]) -> String {
    poppler("pdfinfo", &["-struct-text", "-"], pdf)
}

/// What it says of itself: title, language, standard.
pub(crate) fn metadata(pdf: &[u8]) -> String {
    poppler("pdfinfo", &["-meta", "-"], pdf)
}

/// How many pages it has.
pub(crate) fn pages(pdf: &[u8]) -> usize {
    let said = poppler("pdfinfo", &["-"], pdf);
    let pages = said.lines().find_map(|line| line.strip_prefix("Pages:"));
    pages.unwrap().trim().parse().unwrap()
}

fn poppler(program: &str, args: &[&str], pdf: &[u8]) -> String {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(pdf).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    let output = Command::new(program).args(args).stdin(Stdio::from(file)).output();
    let output = output.unwrap_or_else(|error| panic!("{program} of poppler-utils: {error}"));
    assert!(output.status.success(), "{program}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}
