//! Zip archives: which workbook they hold, and whether it is whole and of bounded size.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;

use super::xml;

const ODS_TYPE: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Xlsx,
    Ods,
}

/// The kind of workbook in a zip archive, once every part was unpacked and its checksum compared; together the parts may
/// have `limit` bytes.
pub(super) fn inspect(bytes: &[u8], limit: u64) -> Result<Kind, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| format!("the file is damaged or incomplete: {error}"))?;
    let kind = kind(&mut archive)?;
    let mut left = limit;
    for index in 0..archive.len() {
        let part = archive
            .by_index(index)
            .map_err(|error| format!("a part of the file cannot be read: {error}"))?;
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        let broken =
            |error: &dyn std::fmt::Display| format!("its part `{name}` is damaged: {error}");
        let is_xml = name.ends_with(".xml") || name.ends_with(".rels");
        let mut part = part.take(left + 1);
        let mut content = Vec::new();
        let size = if is_xml {
            part.read_to_end(&mut content).map(|size| size as u64)
        } else {
            io::copy(&mut part, &mut io::sink())
        }
        .map_err(|error| broken(&error))?;
        left = left
            .checked_sub(size)
            .ok_or_else(|| format!("the workbook unpacks to more than {limit} bytes"))?;
        if is_xml {
            let text = std::str::from_utf8(&content).map_err(|error| broken(&error))?;
            match (kind, name.as_str()) {
                (Kind::Ods, "content.xml") => xml::check_ods(text)?,
                _ => xml::check(text).map_err(|error| broken(&error))?,
            }
        }
    }
    Ok(kind)
}

fn kind(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<Kind, String> {
    if archive
        .file_names_raw()
        .any(|name| name == b"xl/workbook.bin")
    {
        return Err("a binary workbook (.xlsb) is not read; save it as .xlsx".into());
    }
    if archive
        .file_names_raw()
        .any(|name| name.starts_with(b"xl/"))
    {
        return Ok(Kind::Xlsx);
    }
    let mut declared = Vec::new();
    if let Ok(part) = archive.by_name("mimetype") {
        // A damaged part reads short and then matches nothing.
        let _ = part.take(ODS_TYPE.len() as u64).read_to_end(&mut declared);
    }
    if declared == ODS_TYPE {
        Ok(Kind::Ods)
    } else {
        Err("the file is a zip archive, but not a workbook (.xlsx, .ods)".into())
    }
}
