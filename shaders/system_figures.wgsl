// Figures of a system at points, in f32: a sieve. A thread takes a point.

struct Head {
    points: u32,
    // Values of a point, and figures.
    axes: u32,
    width: u32,
    nodes: u32,
    stages: u32,
    slots: u32,
    // Groups in a row of the dispatch.
    row: u32,
    sends_compressed: u32,
}

@group(0) @binding(0) var<uniform> head: Head;
// The axis of each slot; six numbers a node (output, stages before and behind, first input, inputs, its
// cubic); six a stage (node, law, first negative knot, knots, first positive knot, knots); the inputs.
@group(0) @binding(1) var<storage, read> shape: array<u32>;
// Offset and slope of each slot; cubics; knots as score and survival.
@group(0) @binding(2) var<storage, read> numbers: array<f32>;
// Axis after axis of each point.
@group(0) @binding(3) var<storage, read> coordinates: array<f32>;
@group(0) @binding(4) var<storage, read_write> figures: array<f32>;

const FIELDS: u32 = 11u;
const DATA_BYTES: u32 = 0u;
const SAMPLE_RATE_HZ: u32 = 1u;
const COMPRESSION: u32 = 2u;
const LINK_EFFICIENCY: u32 = 3u;
const OP_EFFICIENCY: u32 = 4u;
const REDUCTION_RATIO: u32 = 8u;
const SKILL: u32 = 9u;
const SCALE: u32 = 10u;
const MOST_NODES: u32 = 32u;
const MOST_STAGES: u32 = 8u;

fn slot(point: u32, number: u32) -> f32 {
    let x = coordinates[point * head.axes + shape[number]];
    return numbers[2u * number] + numbers[2u * number + 1u] * x;
}

fn field(point: u32, node: u32, of_node: u32) -> f32 {
    return slot(point, node * FIELDS + of_node);
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

// The threshold of a stage and the accepted rates of negatives and positives, `accepted` together.
fn split(
    stage: u32, skill: f32, scale: f32, rates: vec2<f32>, accepted: f32,
) -> vec3<f32> {
    var first = min(-10.0, skill - 10.0 * scale);
    var last = max(10.0, skill + 10.0 * scale);
    if (shape[stage + 1u] != 0u) {
        let negative = shape[stage + 2u];
        let positive = shape[stage + 4u];
        first = min(numbers[negative], numbers[positive] + skill) - 1.0;
        last = max(
            numbers[negative + 2u * (shape[stage + 3u] - 1u)],
            numbers[positive + 2u * (shape[stage + 5u] - 1u)] + skill,
        ) + 1.0;
    }
    // Bisection among floats ends at two neighbours, whatever jumps there are between them.
    var low = key_of(first);
    var high = key_of(last);
    while (high - low > 1u) {
        let middle = low + (high - low) / 2u;
        if (dot(rates, survivals(stage, skill, scale, float_of(middle))) > accepted) {
            low = middle;
        } else {
            high = middle;
        }
    }
    let left = survivals(stage, skill, scale, float_of(low));
    let right = survivals(stage, skill, scale, float_of(high));
    let above = dot(rates, left);
    let below = dot(rates, right);
    var share = 0.0;
    if (above > below) {
        share = clamp((above - accepted) / (above - below), 0.0, 1.0);
    }
    let own = rates * mix(left, right, vec2(share));
    // The side with fewer events comes from its own survival, the other makes up the rest.
    if (own.y <= own.x) {
        return vec3(float_of(low), accepted - own.y, own.y);
    }
    return vec3(float_of(low), own.x, accepted - own.x);
}

@compute @workgroup_size(64)
fn evaluate(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let point = (group.y * head.row + group.x) * 64u + thread;
    if (point >= head.points) {
        return;
    }
    let out = point * head.width;
    var rates: array<f32, 9>;
    let first_node = head.slots;
    let first_stage = first_node + 6u * head.nodes;

    // The split of the crossings, stage by stage.
    var product = 1.0;
    for (var k = 0u; k < head.stages; k++) {
        product *= field(point, shape[first_stage + 6u * k], REDUCTION_RATIO);
    }
    let leaf_hz = field(point, 0u, SAMPLE_RATE_HZ);
    let positives = leaf_hz / product;
    var now = vec2(leaf_hz - positives, positives);
    rates[0] = leaf_hz;
    for (var k = 0u; k < head.stages; k++) {
        let stage = first_stage + 6u * k;
        let node = shape[stage];
        let ratio = field(point, node, REDUCTION_RATIO);
        var threshold = bitcast<f32>(0x7fc00000u + 0u * point);
        rates[k + 1u] = rates[k];
        if (ratio != 1.0) {
            rates[k + 1u] = rates[k] / ratio;
            let skill = field(point, node, SKILL);
            let scale = field(point, node, SCALE);
            let own = split(stage, skill, scale, now, rates[k + 1u]);
            threshold = own.x;
            now = own.yz;
        }
        figures[out + 7u + k] = rates[k + 1u];
        figures[out + 7u + head.stages + k] = threshold;
    }
    let accepted = now.x + now.y;
    // Whatever is relevant and is not accepted was rejected somewhere.
    let wrong = now.x + (positives - now.y);
    let f1 = select(0.0, 2.0 * now.y / (2.0 * now.y + wrong), now.y > 0.0);

    // What messages cost, at the rate that a node sees.
    var messages: array<f32, 32>;
    var op_power = 0.0;
    var link_power = 0.0;
    for (var n = 0u; n < head.nodes; n++) {
        let node = first_node + 6u * n;
        var bytes = field(point, n, DATA_BYTES);
        for (var i = 0u; i < shape[node + 4u]; i++) {
            let input = shape[shape[node + 3u] + i];
            bytes += messages[input] * (1.0 - field(point, input, COMPRESSION));
        }
        messages[n] = bytes;
        let cubic = shape[node + 5u];
        let ops = bytes * (numbers[cubic + 2u] + bytes * (numbers[cubic + 1u] + bytes * numbers[cubic]));
        op_power += field(point, n, OP_EFFICIENCY) * ops * rates[shape[node + 1u]];
        if (shape[node] != 0u) {
            var sent = bytes;
            if (head.sends_compressed != 0u) {
                sent *= 1.0 - field(point, n, COMPRESSION);
            }
            link_power += field(point, n, LINK_EFFICIENCY) * 8.0 * sent * rates[shape[node + 2u]];
        }
    }
    // The last slot is the year, counted from the one of reference.
    let years = slot(point, head.slots - 1u);
    let growth = exponential(-abs(0.18717361 * years));
    let total = op_power + link_power;
    let scaled = select(total / growth, total * growth, years > 0.0);
    figures[out] = f1;
    figures[out + 1u] = select(0.0, now.y / accepted, accepted > 0.0);
    figures[out + 2u] = select(0.0, now.y / positives, positives > 0.0);
    figures[out + 3u] = op_power;
    figures[out + 4u] = link_power;
    figures[out + 5u] = scaled;
    figures[out + 6u] = select(0.0, f1 * rates[head.stages] / scaled, scaled != 0.0);
}
