//! Trees that no file at hand has: objects, structures, branches in branches.

use super::branch::{Branch, branches};
use super::cursor::{BYTE_COUNT, Cursor, Parse};
use super::objects::objects;
use crate::events::{Content, Kind};

fn framed(version: u16, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let count = (body.len() as u32 + 2) | BYTE_COUNT;
    [&count.to_be_bytes(), &version.to_be_bytes()[..], &body].concat()
}

fn named(name: &str) -> Vec<u8> {
    let text = [&[name.len() as u8], name.as_bytes(), &[0]].concat();
    framed(1, &[&[0, 1, 0, 0, 0, 0, 0, 0, 0, 0], &text])
}

fn pointer(class: &str, body: &[u8]) -> Vec<u8> {
    let tagged = [&[0xFF; 4], class.as_bytes(), &[0], body].concat();
    let count = tagged.len() as u32 | BYTE_COUNT;
    [&count.to_be_bytes()[..], &tagged].concat()
}

/// Its first object stands at byte 25.
fn array(objects: &[Vec<u8>]) -> Vec<u8> {
    let count = (objects.len() as u32).to_be_bytes();
    let head = [&[0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], &count[..], &[0; 4]].concat();
    framed(3, &[&head, &objects.concat()])
}

fn leaf(class: &str) -> Vec<u8> {
    let numbers = [0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let base = framed(2, &[&named("leaf"), &numbers]);
    pointer(class, &framed(1, &[&base, &[0; 8]]))
}

fn branch(inside: &[Vec<u8>], leaves: &[Vec<u8>]) -> Vec<u8> {
    let body = framed(
        12,
        &[
            &named("b"),
            &framed(2, &[&[0; 4]]),
            &[0; 4 * 4 + 8 + 3 * 4 + 4 * 8],
            &array(inside),
            &array(leaves),
            &array(&[]),
            &[0; 3],
        ],
    );
    pointer("TBranch", &body)
}

fn found(record: &[u8]) -> Parse<Vec<(String, Content)>> {
    let array = objects(&mut Cursor::new(record, 0))?;
    let found = branches(&array, 0, record.len())?;
    let both = |b: Branch| (b.about.name, b.about.content);
    Ok(found.into_iter().map(both).collect())
}

#[test]
fn what_cannot_be_read_is_listed_with_what_it_is() {
    let base = framed(12, &[&named("v"), &[1, 2, 3]]);
    let vector = framed(10, &[&base, b"\x0dvector<float>", &[4, 5]]);
    let record = array(&[
        pointer("TBranchElement", &vector),
        branch(&[], &[leaf("TLeafI")]),
        branch(&[], &[leaf("TLeafI"), leaf("TLeafF")]),
        branch(&[], &[leaf("TLeafD32")]),
    ]);
    let unreadable = |what: &str| Content::Unreadable(what.into());
    let contents = [
        unreadable("objects of class vector<float>"),
        Content::Flat(Kind::I32),
        unreadable("a structure of 2 leaves"),
        unreadable("numbers of reduced precision (TLeafD32)"),
    ];
    let found = found(&record).unwrap();
    assert_eq!(found[0].0, "v");
    assert_eq!(found.into_iter().map(|b| b.1).collect::<Vec<_>>(), contents);
}

#[test]
fn branches_inside_a_branch_are_listed() {
    let inner = branch(&[], &[leaf("TLeafI")]);
    let record = array(&[branch(&[inner.clone(), inner], &[])]);
    assert_eq!(found(&record).unwrap().len(), 2);
}

#[test]
fn a_branch_inside_itself_is_an_error() {
    let itself = vec![0, 0, 0, 25 + 2];
    for times in [1, 30] {
        let record = array(&[branch(&vec![itself.clone(); times], &[])]);
        let refused = found(&record).unwrap_err().0;
        assert_eq!(refused, "its branches are nested without end");
    }
}
