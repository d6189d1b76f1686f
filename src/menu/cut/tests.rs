use super::*;
use crate::study::Located;

const SCALARS: [&str; 2] = ["met", "seed_bit"];

fn muon() -> Scope<'static> {
    Scope::Leg {
        object: "muon",
        leg: 0,
        scalars: &SCALARS,
    }
}

const PAIR: [Option<LegObject<'static>>; 3] = [
    Some(LegObject {
        object: "muon",
        has_mass: false,
    }),
    Some(LegObject {
        object: "jet",
        has_mass: true,
    }),
    None,
];

fn cross() -> Scope<'static> {
    Scope::Cross { legs: &PAIR }
}

/// The truth of a cut on a muon, by the names of what it reads.
fn truth(text: &str, values: &[(&str, f64)]) -> bool {
    let cut = Cut::parse(text, muon()).unwrap_or_else(|e| panic!("{text}: {e:?}"));
    cut.condition.holds(&|v| {
        let name = match &cut.variables[v].source {
            Source::Field { field, .. } => field,
            Source::Scalar(scalar) => scalar,
        };
        let found = values.iter().find(|(n, _)| n == name);
        found.unwrap_or_else(|| panic!("{name}")).1
    })
}

#[test]
fn operators_bind_as_in_c_and_words_as_in_python() {
    let values = [("pt", 20.0), ("eta", -2.0), ("met", 50.0), ("tight", 1.0)];
    for (text, expected) in [
        ("abs(eta) < 2.4 && pt >= 20", true),
        ("abs(eta) < 2.4 and pt > 20", false),
        ("pt > 30 || met > 40 && eta < 0", true),
        ("(pt > 30 || met > 40) && eta > 0", false),
        ("not pt > 30 and tight", true),
        ("!tight || !(pt > 30)", true),
        ("!tight", false),
        ("not not tight", true),
        ("pt + 2 * eta == 16", true),
        ("pt - 4 - 6 == 10", true),
        ("pt / 4 / 5 == 1", true),
        ("-eta > 1.5e0", true),
        ("--eta < 0", true),
        ("min(pt, met, 30) == 20 && max(pt, met) == 50", true),
        ("pt + tight == 21", true),
        ("pt != 20", false),
    ] {
        assert_eq!(truth(text, &values), expected, "{text}");
    }
}

#[test]
fn names_are_fields_of_the_leg_unless_they_are_scalars() {
    let cut = Cut::parse("pt > met && seed_bit && pt < 9", muon()).unwrap();
    let sources: Vec<_> = cut.variables.iter().map(|v| (&v.source, v.bit)).collect();
    let field = Source::Field {
        leg: 0,
        field: "pt".into(),
    };
    assert_eq!(sources[0], (&field, false));
    assert_eq!(sources[1], (&Source::Scalar("met".into()), false));
    assert_eq!(sources[2], (&Source::Scalar("seed_bit".into()), true));
    assert_eq!(sources.len(), 3);
}

#[test]
fn cross_conditions_read_both_legs() {
    let cut = Cut::parse("delta_phi(1, 2) > 0 && charge(1) * charge(2) < 0", cross()).unwrap();
    assert_eq!(cut.variables.len(), 4);
    // phi of legs 1 and 2, then the charges.
    let holds = |values: [f64; 4]| cut.condition.holds(&|v| values[v]);
    assert!(holds([1.0, 0.5, 1.0, -1.0]));
    assert!(!holds([1.0, 0.5, 1.0, 1.0]));
    // 3 - (-3) is 6 - 2 pi, below 0.
    assert!(!holds([3.0, -3.0, 1.0, -1.0]));
}

#[test]
fn the_mass_of_a_leg_counts_where_it_is_named() {
    let cut = Cut::parse("mass(1, 2) > 0", cross()).unwrap();
    let fields: Vec<String> = cut
        .variables
        .iter()
        .map(|v| match &v.source {
            Source::Field { leg, field } => format!("{field}{}", leg + 1),
            Source::Scalar(_) => unreachable!(),
        })
        .collect();
    assert_eq!(
        fields,
        ["pt1", "pt2", "eta1", "eta2", "phi1", "phi2", "mass2"]
    );
    let at_least = |limit: f64, values: &[f64]| {
        let text = format!("mass(1, 2) >= {limit}");
        let cut = Cut::parse(&text, cross()).unwrap();
        cut.condition.holds(&|v| values[v])
    };
    // Back to back at rest in z: a massless 30 GeV and a 40 GeV of mass 30 GeV (E = 50 GeV):
    // sqrt((30 + 50)^2 - 10^2).
    let values = [30.0, 40.0, 0.0, 0.0, 0.0, std::f64::consts::PI, 30.0];
    let mass = (80.0f64 * 80.0 - 100.0).sqrt();
    assert!(at_least(mass - 1e-9, &values) && !at_least(mass + 1e-9, &values));
}

#[test]
fn mistakes_are_pointed_at() {
    for (text, span, message) in [
        ("", 0..0, "empty"),
        ("pt >", 4..4, "ends where"),
        ("pt > 20 eta < 2", 8..11, "expected an operator"),
        ("pt = 20", 3..4, "means nothing"),
        ("pt & 20", 3..4, "means nothing"),
        ("|eta| < 2", 0..1, "means nothing"),
        ("pt > 1 < 2", 7..8, "chained"),
        ("(pt > 1", 7..7, "expected `)`"),
        ("pt > 1)", 6..7, "expected an operator"),
        ("pt > 2 2", 7..8, "expected an operator"),
        ("pt > 2x", 5..7, "no number"),
        ("pt > 1.2.3", 5..9, "no number"),
        ("pt > 1e999", 5..10, "no number"),
        ("pt + 1", 0..6, "expected a condition"),
        ("20", 0..2, "expected a condition"),
        ("abs(pt)", 0..7, "expected a condition"),
        ("pt > 1 && eta - 2", 10..17, "expected a condition"),
        ("(eta < 1) + 1 > 2", 0..9, "expected a number"),
        ("!eta < 1", 0..4, "expected a number"),
        ("-(pt > 1) < 2", 1..9, "expected a number"),
        ("abs < 2", 0..3, "is a function"),
        ("abs(pt, 2) > 1", 0..10, "takes one number"),
        ("min(pt) > 1", 0..7, "takes two numbers or more"),
        ("abss(pt) > 1", 0..8, "no function"),
        ("delta_r(1, 2) > 1", 0..13, "no function"),
        ("pt > && 2", 5..7, "expected a number, a name"),
        ("pt > 20 µ", 8..10, "means nothing"),
    ] {
        let error = Cut::parse(text, muon()).expect_err(text);
        assert_eq!(error.span, span, "{text}: {error:?}");
        assert!(error.message.contains(message), "{text}: {error:?}");
    }
}

#[test]
fn mistakes_about_legs_are_pointed_at() {
    for (text, span, message) in [
        ("delta_r(1, 4) > 1", 11..12, "no leg 4"),
        ("delta_r(0, 1) > 1", 8..9, "no leg 0"),
        ("delta_r(1, 1.5) > 1", 11..14, "no leg 1.5"),
        ("delta_r(1, 3) > 1", 11..12, "leg 3 is a scalar"),
        ("delta_r(2, 2) > 1", 0..13, "with itself"),
        ("delta_r(1) > 1", 0..10, "takes two legs"),
        ("delta_r(1, pt) > 1", 11..13, "the number of a leg"),
        ("charge(1, 2) > 0", 0..12, "of 2 legs"),
        ("mass > 2", 0..4, "is a function"),
    ] {
        let error = Cut::parse(text, cross()).expect_err(text);
        assert_eq!(error.span, span, "{text}: {error:?}");
        assert!(error.message.contains(message), "{text}: {error:?}");
    }
    let hint = Cut::parse("deltar(1, 2) > 1", cross()).unwrap_err().hint;
    assert_eq!(hint.as_deref(), Some("did you mean `delta_r`?"));
}

#[test]
fn nesting_is_bounded_and_long_chains_are_not() {
    for text in [
        "(".repeat(100_000),
        "!".repeat(60_000) + "x",
        "not ".repeat(10_000) + "x",
        "abs(".repeat(1000),
        "1+".repeat(1000) + "1 > 0",
        "x".repeat(1 << 17),
    ] {
        assert!(Cut::parse(&text, muon()).is_err());
    }
    let chain = vec!["pt > 1"; 3000].join(" || ");
    assert!(Cut::parse(&chain, muon()).is_ok());
}

#[test]
fn faults_stand_inside_the_study() {
    let text = "where = \"pt > eta +\" # pt > eta +";
    let place = |span| Place::Text {
        path: "s.toml".into(),
        text: text.into(),
        span,
    };
    let cut = |value: &str| Located {
        value: value.to_owned(),
        place: place(8..20),
    };
    let error = |text: &str| Cut::parse(text, muon()).unwrap_err();
    let fault = error("pt > eta +").in_study(&cut("pt > eta +"));
    assert_eq!(fault.place, place(19..19));
    // With escapes the text stands there in other letters: the whole cut, and the character.
    let fault = error("pt\t> eta +").in_study(&cut("pt\t> eta +"));
    assert_eq!(fault.place, place(8..20));
    assert!(fault.message.contains("at character 11"), "{fault}");
}
