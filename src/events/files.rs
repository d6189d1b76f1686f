//! Files of events: the patterns of a study turned into paths, and each opened by its content.

use super::Budget;
use super::csv::CsvFile;
use super::parquet::ParquetFile;
use super::root::RootFile;
use super::source::Source;
use crate::error::{Fault, Place, Result};
use crate::study::FilePattern;
use rayon::prelude::*;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// The files that patterns stand for, in the order of the patterns, those of one pattern sorted.
///
/// A pattern is a path, a glob (`*`, `?`, `[...]`, `**`), or a text file (`.txt`) with one path or glob
/// a line, relative to that file's folder; `#` begins a comment.
///
/// # Errors
/// A [`Fault`] where the pattern stands: nothing matches, a directory is named, or a file twice.
pub fn expand(patterns: &[FilePattern]) -> Result<Vec<PathBuf>> {
    let mut files = Files::default();
    for pattern in patterns {
        let path = pattern.folder.join(&pattern.pattern);
        if has_extension(&path, "txt") && !is_glob(&pattern.pattern) {
            files.add_list(&path, &pattern.place)?;
        } else {
            files.add(pattern)?;
        }
    }
    Ok(files.paths)
}

#[derive(Default)]
struct Files {
    paths: Vec<PathBuf>,
    known: HashSet<PathBuf>,
}

impl Files {
    fn add_list(&mut self, list: &Path, named_at: &Place) -> Result<()> {
        let fault = |message: String| Fault::new(named_at.clone(), message);
        let text = std::fs::read_to_string(list).map_err(|e| {
            fault(format!(
                "cannot read the list of files {}: {e}",
                list.display()
            ))
        })?;
        let text: std::sync::Arc<str> = text.into();
        let before = self.paths.len();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let name = line.split('#').next().unwrap_or("").trim();
            if !name.is_empty() {
                self.add(&FilePattern {
                    folder: list.parent().unwrap_or(Path::new("")).to_owned(),
                    pattern: name.to_owned(),
                    place: Place::Text {
                        path: list.to_owned(),
                        text: text.clone(),
                        span: start..start + line.trim_end().len(),
                    },
                })?;
            }
            start += line.len();
        }
        if self.paths.len() == before {
            return Err(fault(format!("the list of files {} is empty", list.display())).into());
        }
        Ok(())
    }

    fn add(&mut self, pattern: &FilePattern) -> Result<()> {
        let fault = |message: String| Fault::new(pattern.place.clone(), message);
        let path = pattern.folder.join(&pattern.pattern);
        // A name that exists is meant as it stands, whatever characters it holds.
        if path.is_dir() {
            return Err(fault(format!("{} is a directory", path.display()))
                .hint(format!(
                    "name its files, for example {}/*.parquet",
                    path.display()
                ))
                .into());
        }
        if path.exists() {
            return self.push(path, &pattern.place);
        }
        let hint = "paths in a study or a list are relative to its own folder";
        if !is_glob(&pattern.pattern) {
            return Err(fault(format!("there is no file {}", path.display()))
                .hint(hint)
                .into());
        }
        let folder = glob::Pattern::escape(&pattern.folder.to_string_lossy());
        let text = Path::new(&folder).join(&pattern.pattern);
        let matches = glob::glob(&text.to_string_lossy())
            .map_err(|e| fault(format!("`{}` is no pattern: {e}", pattern.pattern)))?;
        let before = self.paths.len();
        for path in matches {
            let path =
                path.map_err(|e| fault(format!("cannot look into {}", e.path().display())))?;
            if path.is_file() {
                self.push(path, &pattern.place)?;
            }
        }
        if self.paths.len() == before {
            return Err(fault(format!("no file matches {}", path.display()))
                .hint(hint)
                .into());
        }
        Ok(())
    }

    fn push(&mut self, path: PathBuf, named_at: &Place) -> Result<()> {
        let whole = path.canonicalize().unwrap_or_else(|_| path.clone());
        if !self.known.insert(whole) {
            let message = format!("{} is named a second time", path.display());
            return Err(Fault::new(named_at.clone(), message)
                .hint("its events would count twice")
                .into());
        }
        self.paths.push(path);
        Ok(())
    }
}

fn is_glob(pattern: &str) -> bool {
    pattern.contains(['*', '?', '['])
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension()
        .is_some_and(|e| e.eq_ignore_ascii_case(extension))
}

/// Opens files, each by its content, not its name.
///
/// `tree` is the tree to read in ROOT files; none: `Events`, or the only one.
///
/// # Errors
/// A [`Fault`] at the file: unreadable, no regular file, empty, damaged, or of no known format; CSV files
/// that do not fit into memory together.
pub fn open(files: &[PathBuf], tree: Option<&str>) -> Result<Vec<Box<dyn Source>>> {
    let budget = Budget::new()?;
    files
        .par_iter()
        .map(|file| open_one(file, tree, &budget))
        .collect()
}

fn open_one(path: &Path, tree: Option<&str>, budget: &Budget) -> Result<Box<dyn Source>> {
    let fault = |message: String| Fault::in_file(path, message);
    let unreadable = |e: std::io::Error| fault(format!("cannot read the file: {e}"));
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(fault("this is no regular file".to_owned())
            .hint("events are read at any place of a file: write what comes from a pipe to disk first")
            .into());
    }
    let mut magic = [0; 4];
    let length = std::fs::File::open(path)
        .and_then(|file| read_start(file, &mut magic))
        .map_err(unreadable)?;
    let magic = &magic[..length];
    let is_text = |c: &u8| c.is_ascii_graphic() || b" \t\r\n".contains(c);
    let csv = magic.starts_with(&[0xef, 0xbb, 0xbf]) || magic.iter().all(is_text);
    let kind = match magic {
        [] => return Err(fault("the file is empty".to_owned()).into()),
        b"root" => return Ok(Box::new(RootFile::open(path, tree)?)),
        _ if tree.is_some() => {
            return Err(fault("a tree is asked for, but this is no ROOT file".to_owned()).into());
        }
        b"PAR1" => return Ok(Box::new(ParquetFile::open(path)?)),
        b"PARE" => "encrypted Parquet",
        [0x89, b'H', b'D', b'F'] => "HDF5",
        b"ARRO" => "Arrow IPC",
        [0x1f, 0x8b, ..] => "gzip",
        _ if csv || has_extension(path, "csv") => {
            return Ok(Box::new(CsvFile::open(path, budget)?));
        }
        _ => "of an unknown format",
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

    #[test]
    fn patterns_lists_and_names_stand_for_files_in_order() {
        // Brackets in the folder's name are no pattern.
        let folder = tempfile::Builder::new().prefix("run[1]").tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["b.csv", "a.csv", "c[1].csv"] {
            std::fs::write(at(name), "x\n1\n").unwrap();
        }
        std::fs::write(at("list.txt"), "# mine\nb.csv\n\na*.csv # and this\n").unwrap();
        let names = |patterns: &[&str]| {
            let pattern = |p: &&str| FilePattern {
                folder: folder.path().to_owned(),
                pattern: (*p).to_owned(),
                place: Place::File(folder.path().to_owned()),
            };
            let patterns: Vec<_> = patterns.iter().map(pattern).collect();
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
        assert!(names(&["a.csv", "?.csv"]).is_err(), "a file twice");
        for wrong in ["d.csv", "d*.csv", "", "none.txt"] {
            assert_eq!(names(&[wrong]).unwrap_err().exit_code(), 2, "{wrong}");
        }
    }
}
