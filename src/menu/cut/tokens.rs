//! A cut's text as tokens.

use super::CutError;
use std::ops::Range;

#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Number(f64),
    Name(String),
    Symbol(Symbol),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symbol {
    Open,
    Close,
    Comma,
    Plus,
    Minus,
    Times,
    Over,
    And,
    Or,
    /// `!`, which binds to what follows it at once.
    Bang,
    /// `not`, which takes in a whole comparison.
    Not,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
}

/// The longer ones first.
const SYMBOLS: [(&str, Symbol); 17] = [
    ("&&", Symbol::And),
    ("||", Symbol::Or),
    ("<=", Symbol::LessEqual),
    (">=", Symbol::GreaterEqual),
    ("==", Symbol::Equal),
    ("!=", Symbol::NotEqual),
    ("<", Symbol::Less),
    (">", Symbol::Greater),
    ("!", Symbol::Bang),
    ("(", Symbol::Open),
    (")", Symbol::Close),
    (",", Symbol::Comma),
    ("+", Symbol::Plus),
    ("-", Symbol::Minus),
    ("*", Symbol::Times),
    ("/", Symbol::Over),
    ("\u{2212}", Symbol::Minus),
];

/// The tokens and the bytes that they take.
pub fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, CutError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = if first.is_ascii_digit() || first == '.' {
            number(rest, at)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            word(rest)
        } else if let Some((spelling, symbol)) = SYMBOLS.iter().find(|(s, _)| rest.starts_with(s)) {
            (Token::Symbol(*symbol), spelling.len())
        } else {
            let span = at..at + first.len_utf8();
            let error = CutError::new(span, format!("`{first}` means nothing in a cut"));
            return Err(match first {
                '=' => error.hint("equality is `==`, and `>=` is written in this order"),
                '&' => error.hint("`and` is `&&`"),
                '|' => error.hint("`or` is `||`; a magnitude is abs(...)"),
                '^' => error.hint("write a product: x * x"),
                _ => error,
            });
        };
        tokens.push((token, at..at + length));
        at += length;
    }
    Ok(tokens)
}

fn word(rest: &str) -> (Token, usize) {
    let length = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    let token = match &rest[..length] {
        "and" => Token::Symbol(Symbol::And),
        "or" => Token::Symbol(Symbol::Or),
        "not" => Token::Symbol(Symbol::Not),
        name => Token::Name(name.to_owned()),
    };
    (token, length)
}

fn number(rest: &str, at: usize) -> Result<(Token, usize), CutError> {
    let bytes = rest.as_bytes();
    let digits = |mut i: usize| {
        while bytes.get(i).is_some_and(u8::is_ascii_digit) {
            i += 1;
        }
        i
    };
    let mut length = digits(0);
    if bytes.get(length) == Some(&b'.') {
        length = digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let end = digits(length + 1 + sign);
        if end > length + 1 + sign {
            length = end;
        }
    }
    let glued = bytes
        .get(length)
        .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
    match rest[..length].parse::<f64>() {
        Ok(value) if value.is_finite() && !glued => Ok((Token::Number(value), length)),
        _ => {
            let end = length + usize::from(glued);
            Err(CutError::new(at..at + end, "this is no number"))
        }
    }
}
