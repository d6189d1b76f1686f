//! Formulas of linked axes: arithmetic over numbers and the addresses of other axes.

use super::address::Address;

/// A formula such as `5330 / system.Intermediate.reduction_ratio`.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// Reverse Polish: operands before their operators.
    code: Vec<Op>,
    /// The addresses it reads, each once.
    pub inputs: Vec<Address>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Op {
    Number(f64),
    Input(usize),
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Negate,
}

/// What is wrong with a formula, and the byte at which it shows.
#[derive(Debug, Clone, PartialEq)]
pub struct SyntaxError {
    pub at: usize,
    pub message: String,
}

impl Expression {
    /// Reads a formula of numbers, addresses, `+ - * / ^` and parentheses.
    ///
    /// ```
    /// use trigscape::study::Expression;
    /// let ratio = Expression::parse("5330 / system.Intermediate.reduction_ratio").unwrap();
    /// assert_eq!(ratio.evaluate(&[53.3]), 100.0);
    /// // `^` binds tighter than the sign before it, and from the right: -(2^(3^1)).
    /// assert_eq!(Expression::parse("-2^3^1").unwrap().evaluate(&[]), -8.0);
    /// ```
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut parser = Parser {
            text,
            at: 0,
            depth: 0,
            code: Vec::new(),
            inputs: Vec::new(),
        };
        parser.sum()?;
        parser.skip_space();
        if parser.at < text.len() {
            return Err(parser.error("expected an operator"));
        }
        Ok(Self {
            code: parser.code,
            inputs: parser.inputs,
        })
    }

    /// The value, given one number for each of `inputs`.
    pub fn evaluate(&self, inputs: &[f64]) -> f64 {
        let mut stack: Vec<f64> = Vec::with_capacity(8);
        for op in &self.code {
            let value = match *op {
                Op::Number(x) => x,
                Op::Input(i) => inputs[i],
                Op::Negate => -stack.pop().unwrap_or(f64::NAN),
                binary => {
                    let b = stack.pop().unwrap_or(f64::NAN);
                    let a = stack.pop().unwrap_or(f64::NAN);
                    match binary {
                        Op::Add => a + b,
                        Op::Subtract => a - b,
                        Op::Multiply => a * b,
                        Op::Divide => a / b,
                        _ => a.powf(b),
                    }
                }
            };
            stack.push(value);
        }
        stack.pop().unwrap_or(f64::NAN)
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    code: Vec<Op>,
    inputs: Vec<Address>,
}

impl Parser<'_> {
    /// Deeper formulas are refused before they could exhaust the stack.
    const MAX_DEPTH: usize = 64;

    fn error(&self, message: impl Into<String>) -> SyntaxError {
        SyntaxError {
            at: self.at,
            message: message.into(),
        }
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.text[self.at..].trim_start().len();
    }

    fn take(&mut self, symbol: char) -> bool {
        self.skip_space();
        let found = self.text[self.at..].starts_with(symbol);
        self.at += if found { symbol.len_utf8() } else { 0 };
        found
    }

    fn sum(&mut self) -> Result<(), SyntaxError> {
        self.product()?;
        loop {
            if self.take('+') {
                self.product()?;
                self.code.push(Op::Add);
            } else if self.take('-') {
                self.product()?;
                self.code.push(Op::Subtract);
            } else {
                return Ok(());
            }
        }
    }

    fn product(&mut self) -> Result<(), SyntaxError> {
        self.signed()?;
        loop {
            if self.take('*') {
                self.signed()?;
                self.code.push(Op::Multiply);
            } else if self.take('/') {
                self.signed()?;
                self.code.push(Op::Divide);
            } else {
                return Ok(());
            }
        }
    }

    fn signed(&mut self) -> Result<(), SyntaxError> {
        self.depth += 1;
        if self.depth > Self::MAX_DEPTH {
            return Err(self.error("the formula is nested too deeply"));
        }
        if self.take('-') {
            self.signed()?;
            self.code.push(Op::Negate);
        } else {
            self.operand()?;
            if self.take('^') {
                self.signed()?;
                self.code.push(Op::Power);
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn operand(&mut self) -> Result<(), SyntaxError> {
        if self.take('(') {
            self.sum()?;
            return if self.take(')') {
                Ok(())
            } else {
                Err(self.error("expected `)`"))
            };
        }
        self.skip_space();
        let rest = &self.text[self.at..];
        match rest.chars().next() {
            Some(c) if c.is_ascii_digit() || c == '.' => {
                let length = number_length(rest);
                let value = rest[..length]
                    .parse()
                    .map_err(|_| self.error("not a number"))?;
                self.at += length;
                self.code.push(Op::Number(value));
                Ok(())
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let length = address_length(rest);
                let address = Address::parse(&rest[..length]).map_err(|m| self.error(m))?;
                self.at += length;
                let known = self.inputs.iter().position(|a| *a == address);
                self.code
                    .push(Op::Input(known.unwrap_or(self.inputs.len())));
                if known.is_none() {
                    self.inputs.push(address);
                }
                Ok(())
            }
            _ => Err(self.error("expected a number, an address or `(`")),
        }
    }
}

fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |mut i: usize| {
        while i < bytes.len() && (bytes[i].is_ascii_digit() || bytes[i] == b'_') {
            i += 1;
        }
        i
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let after = digits(end + 1 + sign);
        if after > end + 1 + sign {
            end = after;
        }
    }
    end
}

/// Bytes up to the first that belongs to no address; names in quotes are passed over.
fn address_length(text: &str) -> usize {
    let mut quoted = false;
    for (i, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            _ if quoted || c.is_ascii_alphanumeric() || c == '_' || c == '.' => {}
            _ => return i,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn precedence_is_that_of_arithmetic() {
        for (text, value) in [
            ("1 + 2 * 3 - 4 / 2", 5.0),
            ("(1 + 2) * 3", 9.0),
            ("2 ^ 3 ^ 2", 512.0),
            ("-2 ^ 2", -4.0),
            ("2 ^ -1", 0.5),
            ("1e3 - 1.5e-1", 999.85),
            ("8 - 4 - 2", 2.0),
        ] {
            assert_eq!(
                Expression::parse(text).unwrap().evaluate(&[]),
                value,
                "{text}"
            );
        }
    }

    #[test]
    fn inputs_are_listed_once() {
        let e =
            Expression::parse("system.a.skill * system.\"b c\".skill + system.a.skill").unwrap();
        assert_eq!(e.inputs.len(), 2);
        assert_eq!(e.evaluate(&[2.0, 5.0]), 12.0);
    }

    #[test]
    fn mistakes_are_pointed_at() {
        for (text, at) in [
            ("1 +", 3),
            ("(1", 2),
            ("1 2", 2),
            ("", 0),
            ("système", 4),
            ("1 + *", 4),
        ] {
            assert_eq!(Expression::parse(text).unwrap_err().at, at, "{text}");
        }
        assert!(Expression::parse(&"(".repeat(100_000)).is_err());
        assert!(Expression::parse(&"-".repeat(100_000)).is_err());
    }
}
