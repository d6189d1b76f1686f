// The figures of a system at a point, in f32, and how far they may be off. What follows in another file takes
// them. A thread takes a point.

struct Head {
    points: u32,
    // Groups in a row of the dispatch.
    row: u32,
    nodes: u32,
    stages: u32,
    slots: u32,
    // Axes with values of their own, and places at which numbers are looked up.
    free: u32,
    looks: u32,
    sends_compressed: u32,
}

@group(0) @binding(0) var<uniform> head: Head;
// Two numbers a slot (its look from 1, or 0 where it is constant; where its values begin); the lengths of the
// free axes; eight numbers a look (four times axis and stride); six a node (output, stages before and behind,
// first input, inputs, its cubic); six a stage (node, law, first negative knot, knots, first positive knot,
// knots); the inputs.
@group(0) @binding(1) var<storage, read> shape: array<u32>;
// The slots at the study's own values; cubics; knots as score and survival.
@group(0) @binding(2) var<storage, read> numbers: array<f32>;
// The values that slots take.
@group(0) @binding(3) var<storage, read> moved: array<f32>;
// The digits of the first point, last axis last; then what is asked.
@group(0) @binding(4) var<storage, read> question: array<u32>;

const FIELDS: u32 = 11u;
const DATA_BYTES: u32 = 0u;
const SAMPLE_RATE_HZ: u32 = 1u;
// The host gives what is left: 1 - compression.
const LEFT: u32 = 2u;
const LINK_EFFICIENCY: u32 = 3u;
const OP_EFFICIENCY: u32 = 4u;
const ROUTING_LATENCY_S: u32 = 5u;
const OP_LATENCY_S: u32 = 6u;
const STEPS: u32 = 7u;
const REDUCTION_RATIO: u32 = 8u;
const SKILL: u32 = 9u;
const SCALE: u32 = 10u;
const MOST_NODES: u32 = 32u;
const MOST_STAGES: u32 = 8u;
const MOST_AXES: u32 = 32u;
const GROUP: u32 = 64u;

// Places of figures.
const F1: u32 = 0u;
const PRECISION: u32 = 1u;
const RECALL: u32 = 2u;
const OP_POWER: u32 = 3u;
const LINK_POWER: u32 = 4u;
const SCALED_POWER: u32 = 5u;
const PRODUCTIVITY: u32 = 6u;
const OUTPUT: u32 = 7u;
const THRESHOLD: u32 = 15u;
const MESSAGE: u32 = 23u;
const OPS: u32 = 55u;
const LATENCY: u32 = 87u;

// How far sums of survivals may be off, relative; and ops, relative to their terms without signs.
const SUM_NOISE: f32 = 2e-6;
const OPS_NOISE: f32 = 2e-6;
// Scores, thresholds and skills, relative.
const SCORE_NOISE: f32 = 1e-6;
// Figures that may be off by more are in doubt.
const DOUBT: f32 = 1e-4;

var<private> place: array<u32, 32>;
var<private> figures: array<f32, 119>;
var<private> score_doubt: f32;
// Absolute.
var<private> threshold_doubt: f32;
var<private> op_doubt: f32;
var<private> power_doubt: f32;

// Where the thread's point lies: the digits of the first one and the thread's own number, with carries.
fn locate(point: u32) {
    var digits: array<u32, 32>;
    var rest = point;
    for (var k = head.free; k > 0u; k--) {
        let count = shape[2u * head.slots + k - 1u];
        let sum = question[k - 1u] + rest % count;
        rest = rest / count;
        digits[k - 1u] = sum;
        if (sum >= count) {
            digits[k - 1u] = sum - count;
            rest += 1u;
        }
    }
    let first = 2u * head.slots + head.free;
    for (var look = 0u; look < head.looks; look++) {
        var own = 0u;
        for (var i = 0u; i < 4u; i++) {
            let at = first + 8u * look + 2u * i;
            own += digits[shape[at]] * shape[at + 1u];
        }
        place[look] = own;
    }
}

fn slot(number: u32) -> f32 {
    let look = shape[2u * number];
    if (look == 0u) {
        return numbers[number];
    }
    return moved[shape[2u * number + 1u] + place[look - 1u]];
}

fn field(node: u32, of_node: u32) -> f32 {
    return slot(node * FIELDS + of_node);
}

// e^x for x <= 0: 2^k times a polynomial, for drivers promise little of their own.
fn exponential(x: f32) -> f32 {
    if (x < -87.0) {
        return 0.0;
    }
    let k = round(x * 1.44269504);
    let r = (x - k * 0.693359375) + k * 2.12194440e-4;
    let p = 1.0 + r * (1.0 + r * (0.5 + r * (0.166666666 + r * (0.0416666666
        + r * (0.00833333333 + r * (0.00138888889 + r * 0.000198412698))))));
    return p * bitcast<f32>(u32(i32(k) + 127) << 23u);
}

// The complementary error function, to 1e-6 relative: rational approximations of Sun's fdlibm.
fn erfc(x: f32) -> f32 {
    let a = abs(x);
    if (a < 0.84375) {
        let z = x * x;
        let p = 0.128379166 + z * (-0.325042099 + z * (-0.0284817498 + z * (-0.00577027025
            + z * -0.0000237630178)));
        let q = 1.0 + z * (0.397917211 + z * (0.0650222525 + z * (0.00508130621
            + z * (0.000132494737 + z * -0.00000396022824))));
        let y = p / q;
        if (x < 0.25) {
            return 1.0 - (x + x * y);
        }
        return 0.5 - (x - 0.5 + x * y);
    }
    var tail = 0.0;
    if (a < 1.25) {
        let s = a - 1.0;
        let p = -0.00236211857 + s * (0.414856106 + s * (-0.3722078 + s * (0.31834662
            + s * (-0.110894695 + s * (0.0354783051 + s * -0.00216637552)))));
        let q = 1.0 + s * (0.106420882 + s * (0.540397942 + s * (0.0718286559
            + s * (0.126171216 + s * (0.0136370836 + s * 0.0119845001)))));
        tail = 0.154937088 - p / q;
    } else if (a < 10.0) {
        let s = 1.0 / (a * a);
        var r = 0.0;
        var q = 1.0;
        if (a < 2.857143) {
            r = -0.00986494403 + s * (-0.693858564 + s * (-10.5586262 + s * (-62.3753319
                + s * (-162.396667 + s * (-184.605087 + s * (-81.2874374 + s * -9.81432915))))));
            q = 1.0 + s * (19.6512718 + s * (137.657761 + s * (434.565887 + s * (645.387268
                + s * (429.008148 + s * (108.635002 + s * (6.57024956 + s * -0.0604244135)))))));
        } else {
            r = -0.0098649431 + s * (-0.799283266 + s * (-17.757956 + s * (-160.636383
                + s * (-637.566467 + s * (-1025.09509 + s * -483.519196)))));
            q = 1.0 + s * (30.3380604 + s * (325.792511 + s * (1536.72961 + s * (3199.85815
                + s * (2553.05029 + s * (474.528534 + s * -22.4409523))))));
        }
        // The square of the first half of the digits is exact.
        let z = bitcast<f32>(bitcast<u32>(a) & 0xffffe000u);
        tail = exponential(-z * z - 0.5625) * exponential((z - a) * (z + a) + r / q) / a;
    }
    return select(tail, 2.0 - tail, x < 0.0);
}

// P(score > t) of a table: linear between its knots.
fn tabulated(first: u32, knots: u32, t: f32) -> f32 {
    var below = 0u;
    var above = knots;
    // Of the knots, those before `below` are at or below t.
    while (below < above) {
        let middle = (below + above) / 2u;
        if (numbers[first + 2u * middle] <= t) {
            below = middle + 1u;
        } else {
            above = middle;
        }
    }
    if (below == 0u) {
        return 1.0;
    }
    if (below == knots) {
        return 0.0;
    }
    let at = first + 2u * below;
    let t0 = numbers[at - 2u];
    let s0 = numbers[at - 1u];
    return s0 + (numbers[at + 1u] - s0) * ((t - t0) / (numbers[at] - t0));
}

// The survivals of negatives and positives of a stage above a threshold.
fn survivals(stage: u32, skill: f32, scale: f32, t: f32) -> vec2<f32> {
    if (shape[stage + 1u] == 0u) {
        const ROOT: f32 = 0.70710678;
        return vec2(0.5 * erfc(t * ROOT), 0.5 * erfc((t - skill) / scale * ROOT));
    }
    return vec2(
        tabulated(shape[stage + 2u], shape[stage + 3u], t),
        tabulated(shape[stage + 4u], shape[stage + 5u], t - skill),
    );
}

// Floats in their order as integers, and back.
fn key_of(x: f32) -> u32 {
    let bits = bitcast<u32>(x);
    return select(bits | 0x80000000u, ~bits, (bits >> 31u) != 0u);
}

fn float_of(key: u32) -> f32 {
    return bitcast<f32>(select(~key, key & 0x7fffffffu, (key >> 31u) != 0u));
}

struct Split {
    threshold: f32,
    // Accepted rates of negatives and positives.
    accepted: vec2<f32>,
    // By how much the positives may be off, relative; 1 where nothing is known.
    doubt: f32,
    // And the threshold, absolute.
    reach: f32,
}

// Of a stage at work.
struct Stage {
    // Its place in `shape`.
    own: u32,
    skill: f32,
    scale: f32,
    // Of negatives and positives before it.
    rates: vec2<f32>,
}

fn passing(stage: Stage, threshold: f32) -> vec2<f32> {
    return stage.rates * survivals(stage.own, stage.skill, stage.scale, threshold);
}

// What is lost over a stretch about a threshold.
fn falling(stage: Stage, threshold: f32, reach: f32) -> vec2<f32> {
    return passing(stage, threshold - reach) - passing(stage, threshold + reach);
}

// The last float between two, as keys, above which more than `level` passes; the next one is the first at which
// that is not so, whatever jumps there are between them.
fn last_above(stage: Stage, first: u32, last: u32, level: f32) -> u32 {
    var low = first;
    var high = last;
    while (high - low > 1u) {
        let middle = low + (high - low) / 2u;
        let own = passing(stage, float_of(middle));
        if (own.x + own.y > level) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

// By how much the positives that pass may be off, absolute, and the threshold (x and y).
//
// Scores and thresholds are known to `reach`, sums to `noise`. Both sides fall with the threshold and their sum is
// given: where scores are off by little, the positives are off by no more than either side falls nearby; where the
// sum is off, by no more than that. The true threshold lies where the sum is surely above on one side and
// surely below on the other.
fn uncertainty(stage: Stage, threshold: f32, accepted: f32, first: u32, last: u32) -> vec2<f32> {
    let noise = SUM_NOISE * accepted;
    let nearest = SCORE_NOISE * (1.0 + abs(threshold) + abs(stage.skill));
    var reach = nearest;
    for (var turn = 0u; turn < 6u; turn++) {
        let before = passing(stage, threshold - reach);
        let behind = passing(stage, threshold + reach);
        if (before.x + before.y >= accepted + noise && behind.x + behind.y <= accepted - noise) {
            let fallen = before - behind;
            let off = min(fallen.x + noise, fallen.y);
            if (off <= 0.1 * DOUBT * behind.y) {
                return vec2(off, reach);
            }
            break;
        }
        reach *= 2.0;
    }
    // A stretch where the sum hardly falls, or jumps of both sides: its ends tell.
    let key = key_of(threshold);
    let low = float_of(last_above(stage, first, min(key + 1u, last), accepted + noise));
    let high = float_of(last_above(stage, key, last, accepted - noise) + 1u);
    let at_low = falling(stage, low, nearest);
    let at_high = falling(stage, high, nearest);
    let all = passing(stage, low - nearest) - passing(stage, high + nearest);
    let jumps = max(min(at_low.x, at_low.y), min(at_high.x, at_high.y));
    return vec2(min(2.0 * noise + jumps, all.y), max(threshold - low, high - threshold) + nearest);
}

// The threshold of a stage at which `accepted` remain.
fn split(stage: Stage, accepted: f32) -> Split {
    let shift = stage.skill;
    var first = min(-10.0, shift - 10.0 * stage.scale);
    var last = max(10.0, shift + 10.0 * stage.scale);
    let is_table = shape[stage.own + 1u] != 0u;
    if (is_table) {
        let negative = shape[stage.own + 2u];
        let positive = shape[stage.own + 4u];
        first = min(numbers[negative], numbers[positive] + shift) - 1.0;
        last = max(
            numbers[negative + 2u * (shape[stage.own + 3u] - 1u)],
            numbers[positive + 2u * (shape[stage.own + 5u] - 1u)] + shift,
        ) + 1.0;
    }
    let low = last_above(stage, key_of(first), key_of(last), accepted);
    let threshold = float_of(low);
    let left = passing(stage, threshold);
    let right = passing(stage, float_of(low + 1u));
    let above = left.x + left.y;
    let below = right.x + right.y;
    var share = 0.0;
    if (above > below) {
        share = clamp((above - accepted) / (above - below), 0.0, 1.0);
    }
    let own = mix(left, right, vec2(share));
    // The side with fewer events comes from its own survival, the other makes up the rest.
    var both = vec2(own.x, accepted - own.x);
    if (own.y <= own.x) {
        both = vec2(accepted - own.y, own.y);
    }
    let off = uncertainty(stage, threshold, accepted, key_of(first), key_of(last));
    var doubt = 1.0;
    let is_inside = low != key_of(first) && low + 1u != key_of(last);
    if (is_inside && both.y > 1e-30 && (is_table || stage.scale > 1e-3)) {
        doubt = off.x / both.y;
    }
    return Split(threshold, both, doubt, off.y);
}

// Whether a number is neither infinite nor NaN: by its bits, for drivers may take for granted that all are.
fn is_finite(x: f32) -> bool {
    return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

// By how much a figure may be off besides rounding: relative, thresholds absolute.
fn doubt_of(figure: u32) -> f32 {
    if (figure <= RECALL) {
        return score_doubt;
    }
    if (figure == OP_POWER || (figure >= OPS && figure < LATENCY)) {
        return op_doubt;
    }
    if (figure >= THRESHOLD && figure < MESSAGE) {
        return threshold_doubt;
    }
    if (figure == SCALED_POWER) {
        return power_doubt;
    }
    if (figure == PRODUCTIVITY) {
        return score_doubt + power_doubt;
    }
    return 0.0;
}

fn is_doubtful(figure: u32) -> bool {
    let doubt = doubt_of(figure);
    return !is_finite(figures[figure]) || !is_finite(doubt) || doubt >= DOUBT;
}

fn relative(noise: f32, value: f32) -> f32 {
    return select(noise / abs(value), 0.0, noise == 0.0);
}

// Fills `figures` and the doubts.
fn evaluate_point(point: u32) {
    locate(point);
    var rates: array<f32, 9>;
    let first_node = 2u * head.slots + head.free + 8u * head.looks;
    let first_stage = first_node + 6u * head.nodes;

    // The split of the crossings, stage by stage.
    var product = 1.0;
    for (var k = 0u; k < head.stages; k++) {
        product *= field(shape[first_stage + 6u * k], REDUCTION_RATIO);
    }
    let leaf_hz = field(0u, SAMPLE_RATE_HZ);
    let positives = leaf_hz / product;
    var now = vec2(leaf_hz - positives, positives);
    rates[0] = leaf_hz;
    score_doubt = 0.0;
    threshold_doubt = 0.0;
    for (var k = 0u; k < head.stages; k++) {
        let stage = first_stage + 6u * k;
        let node = shape[stage];
        let ratio = field(node, REDUCTION_RATIO);
        var threshold = bitcast<f32>(0x7fc00000u + 0u * point);
        rates[k + 1u] = rates[k];
        if (ratio != 1.0) {
            rates[k + 1u] = rates[k] / ratio;
            let at_work = Stage(stage, field(node, SKILL), field(node, SCALE), now);
            let own = split(at_work, rates[k + 1u]);
            threshold = own.threshold;
            // What was off before shifts the threshold: more so where more negatives pass than positives.
            let passed = own.accepted / now;
            let shifted = 2.0 * score_doubt * now.y * abs(passed.y - passed.x);
            let nearby = falling(at_work, own.threshold, own.reach);
            let reach = own.reach * (1.0 + relative(shifted, nearby.x + nearby.y));
            threshold_doubt = max(threshold_doubt, reach);
            score_doubt = score_doubt * max(1.0, passed.x / passed.y) + own.doubt;
            now = own.accepted;
        }
        figures[OUTPUT + k] = rates[k + 1u];
        figures[THRESHOLD + k] = threshold;
    }
    let accepted = now.x + now.y;
    // Whatever is relevant and is not accepted was rejected somewhere.
    let wrong = now.x + (positives - now.y);
    let f1 = select(0.0, 2.0 * now.y / (2.0 * now.y + wrong), now.y > 0.0);

    // What messages cost, at the rate that a node sees.
    var op_power = 0.0;
    var op_noise = 0.0;
    var link_power = 0.0;
    op_doubt = 0.0;
    for (var n = 0u; n < head.nodes; n++) {
        let node = first_node + 6u * n;
        var bytes = field(n, DATA_BYTES);
        var routing = 0.0;
        var waiting = 0.0;
        for (var i = 0u; i < shape[node + 4u]; i++) {
            let input = shape[shape[node + 3u] + i];
            bytes += figures[MESSAGE + input] * field(input, LEFT);
            routing = max(routing, field(input, ROUTING_LATENCY_S));
            waiting = max(waiting, figures[LATENCY + input]);
        }
        figures[MESSAGE + n] = bytes;
        figures[LATENCY + n] = field(n, OP_LATENCY_S) * field(n, STEPS) + routing + waiting;
        let cubic = shape[node + 5u];
        let k = vec3(numbers[cubic], numbers[cubic + 1u], numbers[cubic + 2u]);
        let ops = bytes * (k.z + bytes * (k.y + bytes * k.x));
        // Terms of opposite signs leave fewer digits.
        let noise = OPS_NOISE * bytes * (abs(k.z) + bytes * (abs(k.y) + bytes * abs(k.x)));
        figures[OPS + n] = ops;
        op_doubt = max(op_doubt, relative(noise, ops));
        let cost = field(n, OP_EFFICIENCY) * rates[shape[node + 1u]];
        op_power += cost * ops;
        op_noise += cost * noise;
        if (shape[node] != 0u) {
            var sent = bytes;
            if (head.sends_compressed != 0u) {
                sent *= field(n, LEFT);
            }
            link_power += field(n, LINK_EFFICIENCY) * 8.0 * sent * rates[shape[node + 2u]];
        }
    }
    let total = op_power + link_power;
    op_doubt = max(op_doubt, relative(op_noise, op_power));
    power_doubt = relative(op_noise, total);
    // The last slot is the technology's scale.
    let scaled = total / slot(head.slots - 1u);
    figures[F1] = f1;
    figures[PRECISION] = select(0.0, now.y / accepted, accepted > 0.0);
    figures[RECALL] = select(0.0, now.y / positives, positives > 0.0);
    figures[OP_POWER] = op_power;
    figures[LINK_POWER] = link_power;
    figures[SCALED_POWER] = scaled;
    figures[PRODUCTIVITY] = select(0.0, f1 * rates[head.stages] / scaled, scaled != 0.0);
}
