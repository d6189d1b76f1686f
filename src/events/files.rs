//! Files of events: the patterns of a study turned into paths, and each opened by its content.

use super::csv::CsvFile;
use super::parquet::ParquetFile;
use super::root::RootFile;
use super::source::Source;
use crate::error::{Fault, Place, Result};
use crate::study::FilePattern;
use std::path::{Path, PathBuf};

/// The files that patterns stand for, in the order of the patterns, those of one pattern sorted.
///
/// A pattern is a path, a glob (`*`, `?`, `[...]`, `**`), or a text file (`.txt`) with one path or glob
/// a line, relative to that file's folder; `#` begins a comment.
///
/// # Errors
/// A [`Fault`] where the pattern stands: nothing matches, or a directory is named.
pub fn expand(patterns: &[FilePattern]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for pattern in patterns {
        if has_extension(&pattern.path, "txt") && !is_glob(&pattern.path) {
            expand_list(pattern, &mut files)?;
        } else {
            expand_one(pattern, &mut files)?;
        }
    }
    Ok(files)
}

fn expand_list(list: &FilePattern, files: &mut Vec<PathBuf>) -> Result<()> {
    let text = std::fs::read_to_string(&list.path).map_err(|e| {
        Fault::new(
            list.place.clone(),
            format!("cannot read the list of files {}: {e}", list.path.display()),
        )
    })?;
    let folder = list.path.parent().unwrap_or(Path::new(""));
    let before = files.len();
    let text: std::sync::Arc<str> = text.into();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let name = line.split('#').next().unwrap_or("").trim();
        if !name.is_empty() {
            let pattern = FilePattern {
                path: folder.join(name),
                place: Place::Text {
                    path: list.path.clone(),
                    text: text.clone(),
                    span: start..start + line.trim_end().len(),
                },
            };
            expand_one(&pattern, files)?;
        }
        start += line.len();
    }
    if files.len() == before {
        let message = format!("the list of files {} is empty", list.path.display());
        return Err(Fault::new(list.place.clone(), message).into());
    }
    Ok(())
}

fn expand_one(pattern: &FilePattern, files: &mut Vec<PathBuf>) -> Result<()> {
    let fault = |message: String| Fault::new(pattern.place.clone(), message);
    // A name that exists is meant as it stands, whatever characters it holds.
    if pattern.path.is_dir() {
        return Err(fault(format!("{} is a directory", pattern.path.display()))
            .hint(format!(
                "name its files, for example {}/*.parquet",
                pattern.path.display()
            ))
            .into());
    }
    if pattern.path.exists() || !is_glob(&pattern.path) {
        if !pattern.path.exists() {
            return Err(
                fault(format!("there is no file {}", pattern.path.display()))
                    .hint("paths in a study or a list are relative to its own folder")
                    .into(),
            );
        }
        files.push(pattern.path.clone());
        return Ok(());
    }
    let text = pattern.path.to_string_lossy();
    let matches = glob::glob(&text).map_err(|e| fault(format!("`{text}` is no pattern: {e}")))?;
    let before = files.len();
    for path in matches {
        let path = path.map_err(|e| fault(format!("cannot look into {}", e.path().display())))?;
        if path.is_file() {
            files.push(path);
        }
    }
    if files.len() == before {
        return Err(fault(format!("no file matches {text}"))
            .hint("paths in a study or a list are relative to its own folder")
            .into());
    }
    Ok(())
}

fn is_glob(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?', '['])
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case(extension))
}

/// Opens one file; its content tells the format, not its name.
///
/// `tree` is the tree to read in a ROOT file; none: `Events`, or the only one.
///
/// # Errors
/// A [`Fault`] at the file: unreadable, a directory, empty, damaged, or of no known format.
pub fn open(path: &Path, tree: Option<&str>) -> Result<Box<dyn Source>> {
    let fault = |message: String| Fault::in_file(path, message);
    if path.is_dir() {
        return Err(fault("this is a directory".to_owned())
            .hint(format!(
                "name its files, for example {}/*.parquet",
                path.display()
            ))
            .into());
    }
    let mut magic = [0; 4];
    let length = std::fs::File::open(path)
        .and_then(|file| read_start(file, &mut magic))
        .map_err(|e| fault(format!("cannot read the file: {e}")))?;
    let kind = match (&magic[..length], has_extension(path, "csv")) {
        ([], _) => return Err(fault("the file is empty".to_owned()).into()),
        (b"PAR1", _) => return Ok(Box::new(ParquetFile::open(path)?)),
        (b"PARE", _) => "encrypted Parquet",
        (b"root", _) => return Ok(Box::new(RootFile::open(path, tree)?)),
        ([0x89, b'H', b'D', b'F'], _) => "HDF5",
        (b"ARRO", _) => "Arrow IPC",
        ([0x1f, 0x8b, ..], _) => "gzip",
        (_, true) => return Ok(Box::new(CsvFile::open(path)?)),
        (text, false)
            if text
                .iter()
                .all(|b| b.is_ascii_graphic() || b" \t\r\n".contains(b)) =>
        {
            return Ok(Box::new(CsvFile::open(path)?));
        }
        _ => "an unknown format",
    };
    Err(fault(format!("this file is {kind}"))
        .hint("events are read from ROOT trees, Parquet and CSV")
        .into())
}

fn read_start(mut file: std::fs::File, bytes: &mut [u8]) -> std::io::Result<usize> {
    use std::io::Read;
    let mut filled = 0;
    while filled < bytes.len() {
        match file.read(&mut bytes[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(path: PathBuf) -> FilePattern {
        FilePattern {
            place: Place::File(path.clone()),
            path,
        }
    }

    #[test]
    fn patterns_lists_and_names_stand_for_files_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["b.csv", "a.csv", "c[1].csv"] {
            std::fs::write(at(name), "x\n1\n").unwrap();
        }
        std::fs::write(at("list.txt"), "# mine\nb.csv\n\na*.csv # and this\n").unwrap();
        let names = |patterns: &[&str]| {
            let patterns: Vec<_> = patterns.iter().map(|p| pattern(at(p))).collect();
            expand(&patterns).map(|files| {
                let name = |f: &PathBuf| f.file_name().unwrap().to_string_lossy().into_owned();
                files.iter().map(name).collect::<Vec<_>>()
            })
        };
        assert_eq!(names(&["?.csv"]).unwrap(), ["a.csv", "b.csv"]);
        assert_eq!(
            names(&["list.txt", "c[1].csv"]).unwrap(),
            ["b.csv", "a.csv", "c[1].csv"]
        );
        for wrong in ["d.csv", "d*.csv", "", "none.txt"] {
            assert_eq!(names(&[wrong]).unwrap_err().exit_code(), 2, "{wrong}");
        }
    }
}
