//! A cut's tokens as a tree; its types are not yet known.

use super::CutError;
use super::tokens::{Symbol, Token, tokens};
use std::ops::Range;

/// Levels of nesting, at most: a cut is refused before it could exhaust the stack.
const MAX_DEPTH: usize = 64;

/// Bytes of a cut, at most.
const MAX_BYTES: usize = 1 << 16;

#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    pub kind: NodeKind,
    pub span: Range<usize>,
    depth: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub enum NodeKind {
    Number(f64),
    Name(String),
    Call {
        name: String,
        arguments: Vec<Node>,
    },
    Negate(Box<Node>),
    Not(Box<Node>),
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    /// Two or more, all of which hold.
    And(Vec<Node>),
    /// Two or more, one of which holds.
    Or(Vec<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
}

/// Reads a cut.
pub fn parse(text: &str) -> Result<Node, CutError> {
    if text.len() > MAX_BYTES {
        let message = format!(
            "the cut has {} bytes, at most {MAX_BYTES} are read",
            text.len()
        );
        return Err(CutError::new(0..0, message));
    }
    let mut parser = Parser {
        tokens: tokens(text)?,
        next: 0,
        depth: 0,
        end: text.len(),
    };
    if parser.tokens.is_empty() {
        return Err(CutError::new(0..0, "the cut is empty").hint("leave it out to take everything"));
    }
    let node = parser.any()?;
    match parser.tokens.get(parser.next) {
        None => Ok(node),
        Some((_, span)) => Err(CutError::new(span.clone(), "expected an operator")
            .hint("conditions are joined by && and ||")),
    }
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    next: usize,
    depth: usize,
    end: usize,
}

type Parsed = Result<Node, CutError>;

impl Parser {
    fn here(&self) -> Range<usize> {
        self.tokens
            .get(self.next)
            .map_or(self.end..self.end, |(_, span)| span.clone())
    }

    fn peek(&self) -> Option<Symbol> {
        match self.tokens.get(self.next) {
            Some((Token::Symbol(symbol), _)) => Some(*symbol),
            _ => None,
        }
    }

    fn take(&mut self, symbol: Symbol) -> bool {
        let found = self.peek() == Some(symbol);
        self.next += usize::from(found);
        found
    }

    fn node(&self, kind: NodeKind, span: Range<usize>) -> Parsed {
        let below = match &kind {
            NodeKind::Number(_) | NodeKind::Name(_) => 0,
            NodeKind::Negate(a) | NodeKind::Not(a) => a.depth,
            NodeKind::Arithmetic(_, a, b) | NodeKind::Compare(_, a, b) => a.depth.max(b.depth),
            NodeKind::And(all) | NodeKind::Or(all) => deepest(all),
            NodeKind::Call { arguments, .. } => deepest(arguments),
        };
        if below >= MAX_DEPTH {
            return Err(too_deep(span));
        }
        Ok(Node {
            kind,
            span,
            depth: below + 1,
        })
    }

    /// Goes one level deeper for as long as `inner` reads.
    fn deeper(&mut self, inner: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.depth >= MAX_DEPTH {
            return Err(too_deep(self.here()));
        }
        self.depth += 1;
        let node = inner(self);
        self.depth -= 1;
        node
    }

    fn any(&mut self) -> Parsed {
        self.chain(Symbol::Or, NodeKind::Or, |p| {
            p.chain(Symbol::And, NodeKind::And, Self::denial)
        })
    }

    fn chain(
        &mut self,
        symbol: Symbol,
        kind: fn(Vec<Node>) -> NodeKind,
        part: impl Fn(&mut Self) -> Parsed,
    ) -> Parsed {
        let first = part(self)?;
        if self.peek() != Some(symbol) {
            return Ok(first);
        }
        let start = first.span.start;
        let mut all = vec![first];
        while self.take(symbol) {
            all.push(part(self)?);
        }
        let end = all.last().map_or(start, |n| n.span.end);
        self.node(kind(all), start..end)
    }

    fn denial(&mut self) -> Parsed {
        let start = self.here().start;
        if self.take(Symbol::Not) {
            let inner = self.deeper(Self::denial)?;
            let end = inner.span.end;
            return self.node(NodeKind::Not(Box::new(inner)), start..end);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        let Some(comparison) = self.peek().and_then(Comparison::of) else {
            return Ok(left);
        };
        self.next += 1;
        let right = self.sum()?;
        if self.peek().and_then(Comparison::of).is_some() {
            return Err(CutError::new(self.here(), "comparisons cannot be chained")
                .hint("write a < x && x < b"));
        }
        let span = left.span.start..right.span.end;
        self.node(
            NodeKind::Compare(comparison, Box::new(left), Box::new(right)),
            span,
        )
    }

    fn sum(&mut self) -> Parsed {
        let sign = |symbol| match symbol {
            Symbol::Plus => Some(Arithmetic::Add),
            Symbol::Minus => Some(Arithmetic::Subtract),
            _ => None,
        };
        let factor = |symbol| match symbol {
            Symbol::Times => Some(Arithmetic::Multiply),
            Symbol::Over => Some(Arithmetic::Divide),
            _ => None,
        };
        self.arithmetic(sign, |p| p.arithmetic(factor, Self::signed))
    }

    /// Operands joined from the left.
    fn arithmetic(
        &mut self,
        operator: impl Fn(Symbol) -> Option<Arithmetic>,
        operand: impl Fn(&mut Self) -> Parsed,
    ) -> Parsed {
        let mut left = operand(self)?;
        while let Some(op) = self.peek().and_then(&operator) {
            self.next += 1;
            let right = operand(self)?;
            let span = left.span.start..right.span.end;
            left = self.node(
                NodeKind::Arithmetic(op, Box::new(left), Box::new(right)),
                span,
            )?;
        }
        Ok(left)
    }

    fn signed(&mut self) -> Parsed {
        let start = self.here().start;
        let kind: fn(Box<Node>) -> NodeKind = match self.peek() {
            Some(Symbol::Minus) => NodeKind::Negate,
            Some(Symbol::Bang) => NodeKind::Not,
            _ => return self.operand(),
        };
        self.next += 1;
        let inner = self.deeper(Self::signed)?;
        let end = inner.span.end;
        self.node(kind(Box::new(inner)), start..end)
    }

    fn operand(&mut self) -> Parsed {
        let span = self.here();
        match self.tokens.get(self.next).map(|(token, _)| token.clone()) {
            Some(Token::Number(value)) => {
                self.next += 1;
                self.node(NodeKind::Number(value), span)
            }
            Some(Token::Name(name)) => {
                self.next += 1;
                if self.take(Symbol::Open) {
                    self.call(name, span.start)
                } else {
                    self.node(NodeKind::Name(name), span)
                }
            }
            Some(Token::Symbol(Symbol::Open)) => {
                self.next += 1;
                let mut inner = self.deeper(Self::any)?;
                inner.span = span.start..self.here().end;
                self.close(span.start)?;
                Ok(inner)
            }
            Some(Token::Symbol(_)) => Err(CutError::new(span, "expected a number, a name or `(`")),
            None => Err(CutError::new(
                span,
                "the cut ends where a number, a name or `(` is expected",
            )),
        }
    }

    fn call(&mut self, name: String, start: usize) -> Parsed {
        let mut arguments = Vec::new();
        if self.peek() != Some(Symbol::Close) {
            loop {
                arguments.push(self.deeper(Self::any)?);
                if !self.take(Symbol::Comma) {
                    break;
                }
            }
        }
        let end = self.here().end;
        self.close(start)?;
        self.node(NodeKind::Call { name, arguments }, start..end)
    }

    fn close(&mut self, opened: usize) -> Result<(), CutError> {
        if self.take(Symbol::Close) {
            Ok(())
        } else {
            let message = format!("expected `)` for what begins at character {}", opened + 1);
            Err(CutError::new(self.here(), message))
        }
    }
}

impl Comparison {
    fn of(symbol: Symbol) -> Option<Self> {
        match symbol {
            Symbol::Less => Some(Self::Less),
            Symbol::LessEqual => Some(Self::LessEqual),
            Symbol::Greater => Some(Self::Greater),
            Symbol::GreaterEqual => Some(Self::GreaterEqual),
            Symbol::Equal => Some(Self::Equal),
            Symbol::NotEqual => Some(Self::NotEqual),
            _ => None,
        }
    }
}

fn deepest(nodes: &[Node]) -> usize {
    nodes.iter().map(|n| n.depth).max().unwrap_or(0)
}

fn too_deep(span: Range<usize>) -> CutError {
    CutError::new(
        span,
        format!("the cut is nested more than {MAX_DEPTH} levels deep"),
    )
}
