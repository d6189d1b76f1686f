//! A folder with a small system and a study, and the program run in it.

use crate::book::Book;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;
use trigscape::results::table::{Table, file_name};

/// The first three lines of every study here.
pub const HEAD: &str = "name = \"small\"\n[system]\nworkbook = \"system.xlsx\"\n";

/// 5 x 5 points.
pub const SPACE: &str = "[space]
\"system.Level1.reduction_ratio\" = { from = 100, to = 20, points = 5 }
\"system.Level1.skill\" = { from = 0, to = 2, step = 0.5 }
";

pub const EXPLORE: [&str; 4] = ["explore", "study.toml", "-o", "out"];

pub struct Bench {
    folder: TempDir,
}

impl Bench {
    /// The small system as `system.xlsx`, and `study.toml` that explores 25 points of it.
    pub fn new() -> Self {
        Self::with_study(SPACE)
    }

    /// The small system, and a study that goes on with `rest` after its head.
    pub fn with_study(rest: &str) -> Self {
        let bench = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        Book::small().save(&bench.path("system.xlsx"));
        bench.write("study.toml", format!("{HEAD}{rest}"));
        bench
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).expect("a folder is made");
        }
        std::fs::write(path, content).expect("a file is written");
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    pub fn json(&self, name: &str) -> Value {
        serde_json::from_slice(&self.read(name)).expect("JSON")
    }

    /// The first block of the results in `out`.
    pub fn table(&self, out: &str) -> Table {
        Table::read(&self.path(out).join(file_name(0))).expect("a table of points")
    }

    /// The program in this folder, untouched by the caller's environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("trigscape"));
        command.args(arguments).current_dir(self.folder.path());
        for name in [
            "TRIGSCAPE_ENGINE",
            "TRIGSCAPE_THREADS",
            "TRIGSCAPE_MEMORY_GB",
            "SLURM_CPUS_PER_TASK",
            "NO_COLOR",
            "FORCE_COLOR",
            "CLICOLOR_FORCE",
        ] {
            command.env_remove(name);
        }
        command
    }

    pub fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments)
            .output()
            .expect("the program starts")
    }

    /// Runs to success and returns stdout.
    pub fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {stderr}");
        String::from_utf8(output.stdout).expect("UTF-8 on stdout")
    }

    /// `evaluate --json` of the study.
    pub fn evaluate(&self, study: &str, options: &[&str]) -> Value {
        let text = self.succeed(&[&["evaluate", study, "--json"], options].concat());
        serde_json::from_str(&text).expect("one JSON object")
    }

    /// What is wrong with how the program refuses: exit code 2, nothing on stdout, every file as it
    /// was and none added, and a message that holds each of `told`.
    pub fn refusal(&self, arguments: &[&str], told: &[&str]) -> Result<(), String> {
        let before = self.snapshot();
        let output = self.output(arguments);
        let message = flat(&output.stderr);
        let mut wrong = Vec::new();
        if output.status.code() != Some(2) {
            wrong.push(format!("exit {:?}", output.status.code()));
        }
        if message.contains("panicked") {
            wrong.push("a panic".to_owned());
        }
        if !output.stdout.is_empty() {
            wrong.push(format!("stdout: {}", flat(&output.stdout)));
        }
        let after = self.snapshot();
        if before != after {
            let names: Vec<_> = after.keys().filter(|k| !before.contains_key(*k)).collect();
            wrong.push(format!("files changed; new ones: {names:?}"));
        }
        for part in told.iter().filter(|part| !message.contains(*part)) {
            wrong.push(format!("not told: {part}"));
        }
        if wrong.is_empty() {
            return Ok(());
        }
        let message: String = message.chars().take(800).collect();
        Err(format!("{}\n    it said: {message}", wrong.join("; ")))
    }

    pub fn refuse(&self, arguments: &[&str], told: &[&str]) {
        if let Err(wrong) = self.refusal(arguments, told) {
            panic!("{arguments:?}: {wrong}");
        }
    }

    /// Every file below the folder with its content; folders have none.
    pub fn snapshot(&self) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
        let mut found = BTreeMap::new();
        let mut open = vec![self.folder.path().to_owned()];
        while let Some(folder) = open.pop() {
            for path in entries(&folder) {
                if path.is_dir() {
                    open.push(path.clone());
                    found.insert(path, None);
                } else {
                    let content = std::fs::read(&path).expect("a file is read");
                    found.insert(path, Some(content));
                }
            }
        }
        found
    }

    /// The names in a folder, sorted.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let names = entries(&self.path(folder)).into_iter();
        let mut names: Vec<String> = names
            .map(|p| p.file_name().unwrap_or_default().to_string_lossy().into())
            .collect();
        names.sort();
        names
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder is read");
    entries.map(|e| e.expect("an entry").path()).collect()
}

/// Messages without the frame that is drawn around them and without line breaks.
pub fn flat(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let lines = text.lines().map(|line| {
        line.trim()
            .trim_start_matches(['×', '│', '|', '╰', '─', '▶'])
            .trim()
    });
    lines.collect::<Vec<_>>().join(" ")
}

/// Fails with all that went wrong in a table of cases, each under its name.
pub fn check_all(outcomes: impl IntoIterator<Item = (String, Result<(), String>)>) {
    let wrong: Vec<String> = outcomes
        .into_iter()
        .filter_map(|(name, outcome)| Some(format!("{name}: {}", outcome.err()?)))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Runs studies that go on like this after their head, which has three lines.
pub fn refuse_all(cases: &[(&str, &[&str])]) {
    check_all(cases.iter().map(|(rest, told)| {
        let outcome = Bench::with_study(rest).refusal(&EXPLORE, told);
        (rest.to_string(), outcome)
    }));
}
