//! What a study refers to: wall-time tables and marked studies.

use crate::bench::{Bench, EXPLORE, HEAD, SPACE, check_all};
use crate::book::Book;

#[test]
fn wall_time_tables() {
    let rest = "[system.complexity]\nFarm = { fit = \"wall.csv\", column = \"gpu\" }\n";
    let bench = Bench::with_study(rest);
    bench.refuse(&EXPLORE, &["study.toml:5:8: cannot read wall.csv"]);
    let cases: [(&str, &[&str]); 9] = [
        (
            "event_bytes,cpu\n1,1\n2,2\n3,3\n",
            &[
                "wall.csv: the table has no column `gpu`",
                "hint: its columns are event_bytes, cpu",
            ],
        ),
        (
            "bytes,gpu\n1,1\n2,2\n3,3\n",
            &["wall.csv: the table has no column `event_bytes`", "hint: "],
        ),
        (
            "event_bytes,gpu\n1,1\n2,2\n",
            &["wall.csv: expected at least 3 rows, found 2"],
        ),
        (
            "event_bytes,gpu\n1,1\n2,2\n2,3\n",
            &["wall.csv: ", "three different event sizes"],
        ),
        (
            "event_bytes,gpu\n1,1\n2,fast\n3,3\n",
            &["wall.csv:3:1: expected a number in column `gpu`, found `fast`"],
        ),
        (
            "event_bytes,gpu\n1,1\n2,\n3,3\n",
            &["wall.csv:3:1: expected a number in column `gpu`"],
        ),
        (
            "event_bytes,gpu\n1,1\n2,inf\n3,3\n",
            &["wall.csv:3:1: expected a number in column `gpu`, found `inf`"],
        ),
        (
            "event_bytes,gpu\n1,1\n2\n3,3\n",
            &["wall.csv:3:1: ", "another number of fields than the header"],
        ),
        ("", &["wall.csv"]),
    ];
    check_all(cases.into_iter().map(|(text, told)| {
        bench.write("wall.csv", text);
        (text.to_owned(), bench.refusal(&EXPLORE, told))
    }));
    bench.write("wall.csv", b"event_bytes,gpu\n1,\xff\n");
    bench.refuse(&EXPLORE, &["wall.csv: expected UTF-8 text"]);
}

#[test]
fn marks_that_cannot_be_placed() {
    let mark = |rest: &str| format!("{SPACE}[[mark]]\nname = \"A\"\n{rest}\n");
    let bench = Bench::with_study(&mark("study = \"nowhere.toml\""));
    bench.refuse(
        &EXPLORE,
        &[
            "study.toml:8:8: the marked study nowhere.toml does not exist",
            "hint: ",
        ],
    );

    let bench = Bench::with_study(&mark("[[mark]]\nname = \"A\""));
    bench.refuse(&EXPLORE, &["study.toml:10:8: two marks are named `A`"]);

    let bench = Bench::with_study(&mark("set = { \"system.Level1.skil\" = 1 }"));
    bench.refuse(&EXPLORE, &["study.toml:9:", "did you mean `skill`?"]);

    let bench = Bench::with_study(&mark("study = \"other.toml\""));
    bench.write("other.toml", HEAD.replace("system.xlsx", "other.xlsx"));
    Book::small()
        .renamed("Level1", "Seeds")
        .save(&bench.path("other.xlsx"));
    let told = ["study.toml:8:8: the marked study has no `system.Level1.reduction_ratio`"];
    bench.refuse(&EXPLORE, &told);
    bench.refuse(&["run", "study.toml", "-o", "out"], &told);
}
