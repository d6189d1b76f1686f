//! The address of a knob: `system.Intermediate.skill`, `system."Inner Tracker".data_bytes`,
//! `system.*.link_efficiency`.

use std::fmt;

/// A dotted path; each part a name, or `*` for any.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address {
    pub parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    Name(String),
    Any,
}

impl Part {
    pub fn matches(&self, name: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Name(own) => own == name,
        }
    }
}

impl Address {
    /// Reads an address; the error says what is wrong with it.
    ///
    /// ```
    /// use trigscape::study::Address;
    /// let address = Address::parse(r#"system."Inner Tracker".data_bytes"#).unwrap();
    /// assert_eq!(address.to_string(), r#"system."Inner Tracker".data_bytes"#);
    /// // Quotes that are not needed go: the address is a key in results.
    /// assert_eq!(Address::parse(r#"system."Global".skill"#).unwrap().to_string(), "system.Global.skill");
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text.trim();
        if rest.is_empty() {
            return Err("an address is empty".into());
        }
        loop {
            let (part, after) = if let Some(quoted) = rest.strip_prefix('"') {
                let end = quoted
                    .find('"')
                    .ok_or_else(|| format!("a quote is not closed in `{text}`"))?;
                (Part::Name(quoted[..end].to_owned()), &quoted[end + 1..])
            } else {
                let end = rest.find('.').unwrap_or(rest.len());
                let (name, after) = rest.split_at(end);
                if name == "*" {
                    (Part::Any, after)
                } else if is_bare(name) {
                    (Part::Name(name.to_owned()), after)
                } else {
                    return Err(format!(
                        "`{name}` in the address `{text}` must be letters, digits and `_`, or quoted"
                    ));
                }
            };
            parts.push(part);
            if after.is_empty() {
                return Ok(Self { parts });
            }
            rest = after
                .strip_prefix('.')
                .ok_or_else(|| format!("expected `.` before `{after}` in the address `{text}`"))?;
        }
    }

    /// The address of a field of a node.
    pub fn of_node(node: &str, field: &str) -> Self {
        let parts = ["system", node, field]
            .map(|p| Part::Name(p.to_owned()))
            .to_vec();
        Self { parts }
    }

    pub fn has_wildcard(&self) -> bool {
        self.parts.contains(&Part::Any)
    }
}

/// Whether a name stands in an address without quotes.
pub fn is_bare(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A name as it stands in addresses and in names of figures: quoted where it must be.
pub fn quoted(name: &str) -> String {
    if is_bare(name) {
        name.to_owned()
    } else {
        format!("\"{name}\"")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, part) in self.parts.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            match part {
                Part::Any => f.write_str("*")?,
                Part::Name(name) => f.write_str(&quoted(name))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_addresses_say_why() {
        for (text, why) in [
            ("", "empty"),
            ("system..skill", "must be letters"),
            ("system.\"Inner", "not closed"),
            ("system.\"a\"b", "expected `.`"),
            ("system.a b.skill", "quoted"),
        ] {
            let message = Address::parse(text).unwrap_err();
            assert!(message.contains(why), "{text}: {message}");
        }
    }
}
