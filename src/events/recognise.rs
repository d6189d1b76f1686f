//! Which columns are trigger objects: by the prefixes that CMS formats and this program use.

use super::{Content, Description};

/// A collection found in a source: columns `<prefix>_<field>` that are lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    pub prefix: String,
    pub fields: Vec<String>,
    /// What it is for a trigger, where its name says so.
    pub object: Option<&'static str>,
}

/// Prefixes by object, in the order in which a study would want them: Level-1 before offline.
const OBJECTS: [(&str, &[&str]); 4] = [
    (
        "muon",
        &[
            "L1Mu",
            "L1Muon",
            "L1GMTTkMuon",
            "L1gmtTkMuon",
            "Muon",
            "muon",
        ],
    ),
    (
        "egamma",
        &[
            "L1EG",
            "L1EGamma",
            "L1tkElectron",
            "Electron",
            "Photon",
            "egamma",
            "electron",
        ],
    ),
    ("jet", &["L1Jet", "L1puppiJet", "Jet", "jet"]),
    ("tau", &["L1Tau", "L1nnPuppiTau", "Tau", "tau"]),
];

/// Scalars by name, likewise.
const SCALARS: [(&str, &[&str]); 2] = [
    (
        "met",
        &["L1MET_pt", "L1EtSum_met", "PuppiMET_pt", "MET_pt", "met"],
    ),
    ("ht", &["L1HT_pt", "L1EtSum_ht", "HT", "ht"]),
];

/// The collections of a source, those that are known objects first.
pub fn collections(source: &Description) -> Vec<Collection> {
    let mut found: Vec<Collection> = Vec::new();
    for branch in &source.branches {
        let (Content::Jagged(_), Some((prefix, field))) =
            (&branch.content, branch.name.split_once('_'))
        else {
            continue;
        };
        match found.iter_mut().find(|c| c.prefix == prefix) {
            Some(collection) => collection.fields.push(field.to_owned()),
            None => found.push(Collection {
                prefix: prefix.to_owned(),
                fields: vec![field.to_owned()],
                object: None,
            }),
        }
    }
    for collection in &mut found {
        // The fields that every cut uses come first.
        const FIRST: [&str; 5] = ["pt", "eta", "phi", "mass", "charge"];
        let rank = |f: &String| {
            FIRST
                .iter()
                .position(|first| first == f)
                .unwrap_or(FIRST.len())
        };
        collection.fields.sort_by_key(rank);
        let known = OBJECTS
            .iter()
            .find(|(_, p)| p.contains(&collection.prefix.as_str()));
        collection.object = known
            .map(|(object, _)| *object)
            .filter(|_| collection.has("pt"));
    }
    let rank = |c: &Collection| {
        let of = |object| OBJECTS.iter().position(|(o, _)| *o == object);
        let among = |i: usize| OBJECTS[i].1.iter().position(|p| *p == c.prefix);
        let i = c.object.and_then(of);
        (i.unwrap_or(usize::MAX), i.and_then(among))
    };
    found.sort_by_key(rank);
    found
}

impl Collection {
    fn has(&self, field: &str) -> bool {
        self.fields.iter().any(|f| f == field)
    }
}

/// The scalars that a source is known to have: (scalar, column).
pub fn scalars(source: &Description) -> Vec<(&'static str, &'static str)> {
    let flat = |name: &&&str| {
        let branch = source.branches.iter().find(|b| b.name == ***name);
        branch.is_some_and(|b| matches!(b.content, Content::Flat(_)))
    };
    let known = |(scalar, names): &(&'static str, &'static [&'static str])| {
        names.iter().find(flat).map(|name| (*scalar, *name))
    };
    SCALARS.iter().filter_map(known).collect()
}
