//! What practices have instead of CSV in UTF-8: workbooks, archives, UTF-16, carriage returns alone. Each becomes plain text in a
//! file without a name, so that what follows reads one kind of file. Every size is bounded while it is unpacked.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, Write},
    path::Path,
};

use encoding_rs::{Decoder, Encoding, UTF_16BE, UTF_16LE};
use zip::{ZipArchive, result::ZipError};

use super::{
    Source, Unreadable,
    unnamed::{ended, made},
    workbook,
};

/// Bytes that all files of an archive may have together, unpacked.
const MOST_UNPACKED: u64 = 512 * 1024 * 1024;
/// Files of an archive that are read.
const MOST_FILES: usize = 12;
/// Entries of an archive that are looked at.
const MOST_ENTRIES: usize = 200;
/// Bytes by which a file is known.
const HEAD: usize = 64 * 1024;

/// Makes plain text of every file, in `folder`; an archive and a workbook may become several.
///
/// # Errors
/// [`Unreadable`] where one is neither a table nor anything that holds one.
pub fn unpacked(sources: Vec<Source>, folder: &Path) -> Result<Vec<Source>, Unreadable> {
    let mut plain = Vec::new();
    let mut left = MOST_UNPACKED;
    for source in sources {
        match kind(&source.file)? {
            Kind::Archive => from_archive(&source, folder, &mut left, &mut plain)?,
            _ => one(source, folder, &mut plain)?,
        }
    }
    if plain.len() > MOST_FILES {
        return Err(Unreadable::TooManyFiles);
    }
    Ok(plain)
}

/// A file that is no archive.
fn one(source: Source, folder: &Path, plain: &mut Vec<Source>) -> Result<(), Unreadable> {
    match kind(&source.file)? {
        Kind::Plain => plain.push(source),
        Kind::Utf16(encoding) => {
            let file = decoded(&source.file, encoding, folder)?;
            plain.push(Source { name: source.name, file: with_line_feeds(file, folder)? });
        }
        Kind::CarriageReturns => {
            plain.push(Source { name: source.name, file: with_line_feeds(source.file, folder)? });
        }
        Kind::Workbook => plain.extend(workbook::sheets(&source, folder)?),
        Kind::Archive => return Err(Unreadable::Nested),
        Kind::OldWorkbook => return Err(Unreadable::OldWorkbook),
        Kind::OpenDocument => return Err(Unreadable::OpenDocument),
        Kind::Document => return Err(Unreadable::Document),
    }
    Ok(())
}

/// What a file is, by its first bytes and never by its name.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Plain,
    Utf16(&'static Encoding),
    CarriageReturns,
    Workbook,
    Archive,
    OldWorkbook,
    OpenDocument,
    Document,
}

fn kind(mut file: &File) -> Result<Kind, Unreadable> {
    file.rewind()?;
    let mut head = Vec::new();
    file.take(u64::try_from(HEAD).unwrap_or(0)).read_to_end(&mut head)?;
    file.rewind()?;
    let begins = |bytes: &[u8]| head.starts_with(bytes);
    Ok(if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") {
        archive(file)?
    } else if begins(&[0xD0, 0xCF, 0x11, 0xE0]) {
        Kind::OldWorkbook
    } else if begins(b"%PDF") || begins(&[0x1F, 0x8B]) || begins(b"7z\xBC\xAF") || is_markup(&head) {
        Kind::Document
    } else if let Some(encoding) = utf16(&head) {
        Kind::Utf16(encoding)
    } else if has_no_line_feed(&head) {
        Kind::CarriageReturns
    } else {
        Kind::Plain
    })
}

/// What a zip is: a workbook has a part of this name, an `OpenDocument` another.
fn archive(file: &File) -> Result<Kind, Unreadable> {
    let zip = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    let has = |name: &str| zip.index_for_name(name).is_some();
    Ok(if has("xl/workbook.xml") {
        Kind::Workbook
    } else if has("content.xml") || has("word/document.xml") || has("xl/workbook.bin") {
        Kind::OpenDocument
    } else {
        Kind::Archive
    })
}

/// Some systems call a web page or XML a spreadsheet.
fn is_markup(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let begins = |word: &[u8]| text.get(..word.len()).is_some_and(|text| text.eq_ignore_ascii_case(word));
    [&b"<html"[..], b"<!doctype", b"<?xml", b"<table", b"<meta", b"<head", b"{\\rtf"].into_iter().any(begins)
}

/// UTF-16 with its mark, or as text of this country has it without: every second byte is nought.
fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    if head.starts_with(b"\xFF\xFE") {
        return Some(UTF_16LE);
    }
    if head.starts_with(b"\xFE\xFF") {
        return Some(UTF_16BE);
    }
    let some = head.get(..head.len().min(512)).unwrap_or_default();
    let noughts = |from: usize| some.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let most = some.len() / 2 * 9 / 10;
    if some.len() < 8 {
        None
    } else if noughts(1) >= most && noughts(0) == 0 {
        Some(UTF_16LE)
    } else if noughts(0) >= most && noughts(1) == 0 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether the lines of a file end in carriage returns alone: to a reader it is one line.
pub(super) fn is_one_line(mut file: &File) -> io::Result<bool> {
    file.rewind()?;
    let mut head = Vec::new();
    file.take(u64::try_from(HEAD).unwrap_or(0)).read_to_end(&mut head)?;
    Ok(has_no_line_feed(&head))
}

/// Whether the first part of a file has carriage returns and no line feed.
fn has_no_line_feed(head: &[u8]) -> bool {
    // A carriage return at the very end belongs to a file of one line.
    let inner = head.trim_ascii_end();
    inner.contains(&b'\r') && !inner.contains(&b'\n')
}

fn decoded(mut file: &File, encoding: &'static Encoding, folder: &Path) -> Result<File, Unreadable> {
    file.rewind()?;
    let mut decoder: Decoder = encoding.new_decoder_with_bom_removal();
    let mut out = BufWriter::new(made(folder)?);
    let (mut from, mut to) = (vec![0; HEAD], vec![0; HEAD]);
    loop {
        let n = file.read(&mut from)?;
        let mut some = from.get(..n).unwrap_or_default();
        loop {
            let (result, read, written, _) = decoder.decode_to_utf8(some, &mut to, n == 0);
            out.write_all(to.get(..written).unwrap_or_default())?;
            some = some.get(read..).unwrap_or_default();
            if result == encoding_rs::CoderResult::InputEmpty {
                break;
            }
        }
        if n == 0 {
            return ended(out);
        }
    }
}

/// The same with line feeds, where lines end in carriage returns alone; else the file as it is.
fn with_line_feeds(file: File, folder: &Path) -> Result<File, Unreadable> {
    let mut from = &file;
    from.rewind()?;
    let mut buffer = vec![0; HEAD];
    let n = from.read(&mut buffer)?;
    if !has_no_line_feed(buffer.get(..n).unwrap_or_default()) {
        return Ok(file);
    }
    from.rewind()?;
    let mut out = BufWriter::new(made(folder)?);
    loop {
        let n = from.read(&mut buffer)?;
        let some = buffer.get_mut(..n).unwrap_or_default();
        some.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        out.write_all(some)?;
        if n == 0 {
            return ended(out);
        }
    }
}

/// The tables of an archive. What an entry says about its own size is not believed.
fn from_archive(source: &Source, folder: &Path, left: &mut u64, plain: &mut Vec<Source>) -> Result<(), Unreadable> {
    let mut zip = ZipArchive::new(BufReader::new(&source.file)).map_err(damaged)?;
    if zip.len() > MOST_ENTRIES {
        return Err(Unreadable::TooManyFiles);
    }
    let before = plain.len();
    for at in 0..zip.len() {
        let entry = zip.by_index(at).map_err(damaged)?;
        let path = entry.name().map_err(damaged)?.into_owned();
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let hidden = path.starts_with("__MACOSX") || name.starts_with('.');
        let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        if entry.is_dir() || hidden || !["csv", "txt", "tsv", "xlsx", "xls"].contains(&ending.as_str()) {
            continue;
        }
        let mut out = BufWriter::new(made(folder)?);
        let read = io::copy(&mut entry.take(left.saturating_add(1)), &mut out).map_err(|_| Unreadable::Damaged)?;
        *left = left.checked_sub(read).ok_or(Unreadable::TooBig)?;
        one(Source { name, file: ended(out)? }, folder, plain)?;
        if plain.len() > MOST_FILES {
            return Err(Unreadable::TooManyFiles);
        }
    }
    if plain.len() == before { Err(Unreadable::NothingInside) } else { Ok(()) }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
fn damaged(error: ZipError) -> Unreadable {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => Unreadable::Locked,
        _ => Unreadable::Damaged,
    }
}

#[cfg(test)]
mod tests {
    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    #[test]
    fn an_archive_that_unpacks_to_more_than_it_may_is_refused_before_it_is_all_there() {
        let mut packed = ZipWriter::new(tempfile::tempfile().unwrap());
        packed.start_file("bomb.csv", SimpleFileOptions::default()).unwrap();
        packed.write_all(&vec![b'a'; 1_000_000]).unwrap();
        let file = packed.finish().unwrap();
        for (mut left, fits) in [(1_000_000, true), (999_999, false), (10, false)] {
            let source = Source { name: "bomb.zip".to_owned(), file: file.try_clone().unwrap() };
            let taken = from_archive(&source, &std::env::temp_dir(), &mut left, &mut Vec::new());
            assert_eq!(taken.is_ok(), fits);
            assert!(fits || matches!(taken, Err(Unreadable::TooBig)));
        }
    }
}
