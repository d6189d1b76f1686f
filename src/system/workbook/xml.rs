//! Checks on the XML inside a workbook, made before calamine sees it: some of its loops end only at a closing tag,
//! and repeated .ods cells are written out one by one.

use super::{MAX_CELLS, MAX_ROWS};

/// Columns beyond which calamine cuts a row of an .ods sheet.
const ODS_COLUMNS: usize = 16_384;

/// A start tag (`open`), or an end tag; `<a/>` gives both.
struct Tag<'a> {
    name: &'a str,
    attributes: &'a str,
    open: bool,
}

/// Every tag of `text` in order; fails where tags are not nested as XML wants it.
fn walk<'a>(
    text: &'a str,
    mut visit: impl FnMut(&Tag<'a>) -> Result<(), String>,
) -> Result<(), String> {
    const UNFINISHED: &str = "the XML stops in the middle";
    let mut open: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let skipped = [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>")]
            .into_iter()
            .find(|(start, _)| rest.starts_with(start));
        if let Some((start, end)) = skipped {
            let stop = rest[start.len()..].find(end).ok_or(UNFINISHED)?;
            rest = &rest[start.len() + stop + end.len()..];
            continue;
        }
        if rest.starts_with('!') {
            return Err("the XML declares a document type".into());
        }
        let stop = end_of_tag(rest).ok_or(UNFINISHED)?;
        let (inside, after) = (&rest[..stop], &rest[stop + 1..]);
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            let name = name.trim_end();
            if open.pop() != Some(name) {
                return Err(format!("the XML closes `{name}`, which is not open"));
            }
            visit(&Tag {
                name,
                attributes: "",
                open: false,
            })?;
        } else {
            let (inside, empty) = match inside.strip_suffix('/') {
                Some(inside) => (inside, true),
                None => (inside, false),
            };
            let end = inside.find(char::is_whitespace).unwrap_or(inside.len());
            let (name, attributes) = inside.split_at(end);
            visit(&Tag {
                name,
                attributes,
                open: true,
            })?;
            if empty {
                visit(&Tag {
                    name,
                    attributes: "",
                    open: false,
                })?;
            } else {
                open.push(name);
            }
        }
    }
    match open.last() {
        Some(name) => Err(format!("the XML never closes `{name}`")),
        None => Ok(()),
    }
}

/// The byte of the `>` that ends a tag; one inside a quoted attribute does not.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    text.bytes().position(|byte| {
        match (quote, byte) {
            (None, b'>') => return true,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
        false
    })
}

/// The number in an attribute such as `table:number-rows-repeated="12"`; 1 where it is absent.
fn repeats(attributes: &str, name: &str) -> usize {
    let value = attributes.split_once(name).and_then(|(_, after)| {
        let after = after.trim_start().strip_prefix('=')?.trim_start();
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        after[1..].split(quote).next()
    });
    // What does not parse is too large or no number: either way too many.
    value.map_or(1, |digits| digits.trim().parse().unwrap_or(usize::MAX))
}

/// Fails where `text` is not well nested.
pub(super) fn check(text: &str) -> Result<(), String> {
    walk(text, |_| Ok(()))
}

/// [`check`] for the `content.xml` of an .ods workbook; fails also where its sheets would fill the memory.
pub(super) fn check_ods(text: &str) -> Result<(), String> {
    let (mut cells, mut spaces) = (0_usize, 0_usize);
    let (mut row, mut row_repeats, mut last_row, mut width) = (0_usize, 1, 0, 0);
    let (mut column, mut pending, mut filled) = (0_usize, 0, false);
    walk(text, |tag| {
        match (tag.name, tag.open) {
            ("table:table", true) => (row, last_row, width) = (0, 0, 0),
            ("table:table-row", true) => {
                row_repeats = repeats(tag.attributes, "table:number-rows-repeated");
                (column, pending, filled) = (0, 0, false);
            }
            ("table:table-cell" | "table:covered-table-cell", true) => {
                let count = repeats(tag.attributes, "table:number-columns-repeated");
                column = column.saturating_add(pending).min(ODS_COLUMNS);
                if tag.attributes.contains("value") || tag.attributes.contains("formula") {
                    column = column.saturating_add(count).min(ODS_COLUMNS);
                    (pending, filled) = (0, true);
                } else {
                    pending = count;
                }
            }
            ("table:table-row", false) => {
                row = row.saturating_add(row_repeats);
                cells = cells.saturating_add(column);
                if filled {
                    (last_row, width) = (row, width.max(column));
                }
            }
            ("table:table", false) => cells = cells.saturating_add(last_row.saturating_mul(width)),
            ("text:s", true) => {
                spaces = spaces.saturating_add(repeats(tag.attributes, "text:c"));
            }
            _ => return Ok(()),
        }
        if last_row > MAX_ROWS as usize {
            return Err(format!("a sheet has more than {MAX_ROWS} rows"));
        }
        if cells.max(spaces) > MAX_CELLS {
            return Err(format!("its sheets have more than {MAX_CELLS} cells"));
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_checked_past_comments_quotes_and_empty_tags() {
        for good in [
            "",
            "\u{feff}<?xml version='1.0'?><a x='>' y=\"/>\"><b/><!-- <c> --><![CDATA[<d>]]></a>\n",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for bad in [
            "<a>",
            "<a",
            "<a></b>",
            "</a>",
            "<a><b></a></b>",
            "<!DOCTYPE a><a/>",
            "<!-- a",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_empty_rest_of_an_ods_sheet_is_fine_and_a_filled_one_is_not() {
        let sheet = |cell: &str| {
            format!(
                "<table:table><table:table-row table:number-rows-repeated=\"99000\">\
                 <table:table-cell {cell} table:number-columns-repeated=\"16384\"/>\
                 </table:table-row></table:table>"
            )
        };
        assert_eq!(check_ods(&sheet("")), Ok(()));
        let bomb = check_ods(&sheet("office:value-type=\"float\" office:value=\"1\""));
        assert!(bomb.is_err_and(|message| message.contains("cells")));
        assert!(check_ods("<text:s text:c=\"4000000000\"/>").is_err());
    }
}
