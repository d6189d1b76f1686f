//! Checks on an .xls workbook, made before calamine sees it: in a damaged one it can follow a chain of sectors for
//! ever, or ask for more memory than there is, which ends the program.
//!
//! Layouts: Microsoft's MS-CFB (the container) and MS-XLS (the records in it).

use super::MAX_CELLS;

pub(super) const MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

const MINI_SECTOR: usize = 64;
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const FREE_OR_SPECIAL: u32 = 0xFFFF_FFFA;
const MAX_SHEETS: usize = 1000;

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
/// Formula, MulRk, RString, LabelSst, Number, Label, BoolErr, Rk: row and column come first in each.
const CELLS: [u16; 8] = [
    0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E,
];

/// Fails where the chains of the container do not end, or a sheet's extent is unreasonable.
pub(super) fn inspect(bytes: &[u8]) -> Result<(), String> {
    let stream = workbook_stream(bytes)?;
    let mut sheets = Vec::new();
    for (kind, data) in records(&stream, 0) {
        match kind {
            SHEET => sheets.extend(u32_at(data, 0)),
            EOF => break,
            _ => {}
        }
    }
    if sheets.len() > MAX_SHEETS {
        return Err(format!("the workbook has more than {MAX_SHEETS} sheets"));
    }
    let mut cells = 0_usize;
    for start in sheets {
        cells = cells.saturating_add(extent(&stream, start as usize));
    }
    if cells > MAX_CELLS {
        return Err(format!(
            "its sheets have more than {MAX_CELLS} cells, or it is damaged"
        ));
    }
    Ok(())
}

/// Cells of the rectangle that a sheet spans, declared or used, whichever is more.
fn extent(stream: &[u8], start: usize) -> usize {
    let (mut declared, mut last, mut first, mut depth) = (0_usize, (0, 0), (u16::MAX, u16::MAX), 0);
    for (kind, data) in records(stream, start) {
        match kind {
            BOF => depth += 1,
            EOF if depth <= 1 => break,
            EOF => depth -= 1,
            DIMENSIONS => declared = declared.saturating_add(declared_cells(data)),
            _ if CELLS.contains(&kind) => {
                if let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) {
                    // A MulRk holds a run of cells, which ends at the column in its last two bytes.
                    let end = data.len().checked_sub(2).and_then(|at| u16_at(data, at));
                    let end = end.filter(|_| kind == 0x00BD).unwrap_or(column);
                    first = (first.0.min(row), first.1.min(column));
                    last = (last.0.max(row), last.1.max(column).max(end));
                }
            }
            _ => {}
        }
    }
    let span = |first: u16, last: u16| usize::from(last.saturating_sub(first)) + 1;
    declared.max(span(first.0, last.0) * span(first.1, last.1))
}

fn declared_cells(data: &[u8]) -> usize {
    let read = || {
        Some(match data.len() {
            10 => (
                u16_at(data, 0)?.into(),
                u16_at(data, 2)?.into(),
                u16_at(data, 6)?,
            ),
            _ => (u32_at(data, 0)?, u32_at(data, 4)?, u16_at(data, 10)?),
        })
    };
    match read() {
        // An empty sheet ends at row or column 0.
        Some((_, 0, _) | (_, _, 0)) | None => 1,
        Some((first, last, columns)) => match (last as usize).checked_sub(first as usize) {
            Some(rows) => (rows + 1).saturating_mul(columns.into()),
            None => usize::MAX,
        },
    }
}

/// The records from a byte on, up to one that the stream cuts short.
fn records(stream: &[u8], start: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream.get(start..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(rest, 0)?, usize::from(u16_at(rest, 2)?));
        let data = rest.get(4..4 + length)?;
        rest = &rest[4 + length..];
        Some((kind, data))
    })
}

fn workbook_stream(bytes: &[u8]) -> Result<Vec<u8>, String> {
    const CUT: &str = "the file is damaged or incomplete";
    let size = match u16_at(bytes, 30) {
        Some(9) => 512,
        Some(12) => 4096,
        _ => return Err(CUT.into()),
    };
    let header = |at| u32_at(bytes, at).ok_or(CUT);
    let body = bytes.get(size..).ok_or(CUT)?;

    let mut fat_sectors = words(bytes.get(76..512).ok_or(CUT)?);
    let mut next = header(68)?;
    let mut steps = 0;
    while next < FREE_OR_SPECIAL {
        let mut more = words(sector(body, size, next).ok_or(CUT)?);
        next = more.pop().ok_or(CUT)?;
        fat_sectors.append(&mut more);
        steps += 1;
        if steps > body.len() / size {
            return Err(CUT.into());
        }
    }
    let mut fat = Vec::new();
    for id in fat_sectors.into_iter().filter(|id| *id < FREE_OR_SPECIAL) {
        fat.extend(words(sector(body, size, id).ok_or(CUT)?));
        if fat.len() > 2 * (body.len() / size + size) {
            return Err(CUT.into());
        }
    }

    let directory = chain(body, size, &fat, header(48)?, usize::MAX).ok_or(CUT)?;
    let entries: Vec<Entry> = directory
        .chunks_exact(128)
        .filter_map(Entry::read)
        .collect();
    let root = entries.first().ok_or(CUT)?;
    let (mini, mini_fat) = if header(64)? > 0 {
        let mini = chain(body, size, &fat, root.start, root.len).ok_or(CUT)?;
        let mini_fat = chain(body, size, &fat, header(60)?, usize::MAX).ok_or(CUT)?;
        (mini, words(&mini_fat))
    } else {
        (Vec::new(), Vec::new())
    };
    let named = |name: &str| entries.iter().find(|e| e.name.eq_ignore_ascii_case(name));
    if named("EncryptedPackage").is_some() {
        return Err("the workbook is protected by a password".into());
    }
    let entry = named("Workbook")
        .or_else(|| named("Book"))
        .ok_or("the file is an OLE2 document, but not an .xls workbook")?;
    if entry.len < 4096 {
        chain(&mini, MINI_SECTOR, &mini_fat, entry.start, entry.len)
    } else {
        chain(body, size, &fat, entry.start, entry.len)
    }
    .ok_or(CUT.into())
}

/// One entry of the container's directory.
struct Entry {
    name: String,
    start: u32,
    len: usize,
}

impl Entry {
    fn read(bytes: &[u8]) -> Option<Self> {
        let units = bytes[..64]
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let units: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
        Some(Self {
            name: String::from_utf16_lossy(&units),
            start: u32_at(bytes, 116)?,
            len: u32_at(bytes, 120)? as usize,
        })
    }
}

/// The sectors that follow each other from `start`, up to `len` bytes; `None` where the chain leaves the file or
/// comes back to itself.
fn chain(body: &[u8], size: usize, fat: &[u32], start: u32, len: usize) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    let mut id = start;
    while id != END_OF_CHAIN && content.len() < len {
        content.extend_from_slice(sector(body, size, id)?);
        if content.len() > body.len() + size {
            return None;
        }
        id = *fat.get(id as usize)?;
    }
    content.truncate(len);
    Some(content)
}

/// One sector; the last of a file may be short.
fn sector(body: &[u8], size: usize, id: u32) -> Option<&[u8]> {
    let start = (id as usize).checked_mul(size)?;
    let end = start.checked_add(size)?.min(body.len());
    body.get(start..end).filter(|sector| !sector.is_empty())
}

fn words(bytes: &[u8]) -> Vec<u32> {
    bytes
        .chunks_exact(4)
        .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        .collect()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(u16::from_le_bytes([pair[0], pair[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let word = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
}
