//! A source file as the few kinds of token that the rules look at, and the paths in it, spelt out.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// One token and the line it stands on.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) line: usize,
    pub(crate) kind: Kind,
}

#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Word(String),
    /// `::`
    Then,
    Sign(char),
    Literal(String),
    Group {
        braces: bool,
        inside: Vec<Token>,
        last_line: usize,
    },
}

impl Token {
    pub(crate) fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => Some(word),
            _ => None,
        }
    }

    pub(crate) fn is(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    pub(crate) fn is_sign(&self, sign: char) -> bool {
        matches!(self.kind, Kind::Sign(found) if found == sign)
    }

    pub(crate) fn is_then(&self) -> bool {
        matches!(self.kind, Kind::Then)
    }

    /// What stands in braces, and the line that closes them.
    pub(crate) fn block(&self) -> Option<(&[Token], usize)> {
        match &self.kind {
            Kind::Group { braces: true, inside, last_line } => Some((inside, *last_line)),
            _ => None,
        }
    }
}

pub(crate) fn read(text: &str) -> Vec<Token> {
    convert(text.parse().unwrap())
}

fn convert(stream: TokenStream) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    for tree in stream {
        let line = tree.span().start().line;
        let kind = match tree {
            TokenTree::Ident(word) => Kind::Word(word.to_string()),
            TokenTree::Literal(literal) => Kind::Literal(literal.to_string()),
            TokenTree::Group(group) => Kind::Group {
                braces: group.delimiter() == Delimiter::Brace,
                inside: convert(group.stream()),
                last_line: group.span_close().end().line,
            },
            TokenTree::Punct(sign) => {
                if sign.as_char() == ':' && tokens.last().is_some_and(|last| last.is_sign(':')) {
                    tokens.pop();
                    Kind::Then
                } else {
                    Kind::Sign(sign.as_char())
                }
            }
        };
        tokens.push(Token { line, kind });
    }
    tokens
}

/// The paths that begin at `start`, one for each leaf of a `{…}` group, and how many tokens they take.
pub(crate) fn paths(tokens: &[Token]) -> (Vec<Vec<String>>, usize) {
    let mut path = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match &token.kind {
            Kind::Word(word) => path.push(word.clone()),
            Kind::Sign('*') => path.push("*".to_owned()),
            Kind::Group { braces: true, inside, .. } => {
                let mut leaves = Vec::new();
                for part in inside.split(|token| token.is_sign(',')).filter(|part| !part.is_empty()) {
                    for leaf in paths(part).0 {
                        leaves.push(path.iter().cloned().chain(leaf).collect());
                    }
                }
                return (leaves, at + 1);
            }
            _ => break,
        }
        at += 1;
        match tokens.get(at) {
            Some(token) if token.is_then() => at += 1,
            // Another name is the last word of the path.
            Some(token) if token.is("as") => path.push("as".to_owned()),
            _ => break,
        }
        if path.last().is_some_and(|word| word == "as") {
            break;
        }
    }
    (vec![path], at)
}
