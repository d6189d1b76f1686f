// Which points of a system may belong to an answer: a sieve (behind system_model.wgsl). Points that surely do
// not are discarded, those that surely do and need no row are counted, the others are listed: the host decides
// on them in f64.

// Where the first pass leaves what the second needs of a point: its verdict, then what it is worth by each goal.
@group(0) @binding(5) var<storage, read_write> worths: array<u32>;
// Points listed; points that are surely feasible and not listed; the key of the floor; then the records of listed
// points (number and verdict, worths), then bins.
@group(0) @binding(6) var<storage, read_write> found: array<atomic<u32>>;

const LISTED: u32 = 0u;
const SURE: u32 = 1u;
const FLOOR: u32 = 2u;
const FIRST_RECORD: u32 = 4u;

// Words of the question, behind the digits.
const KEEP: u32 = 32u;
const BOUNDS: u32 = 33u;
const GOALS: u32 = 34u;
const HISTOGRAMS: u32 = 35u;
const CAPACITY: u32 = 36u;
const FIRST_BIN: u32 = 37u;
const WANTED: u32 = 38u;
const KNOWN_FLOOR: u32 = 39u;
const REFERENCES: u32 = 40u;
const FIRST_REFERENCE: u32 = 41u;
const SAMPLED: u32 = 42u;
// Three numbers a bound (figure, smallest, largest), two a goal (figure, 1 where the larger is the better), four a
// histogram (figure, first edge, edges, its first bin).
const FIRST_BOUND: u32 = 43u;

const KEEP_FEASIBLE: u32 = 0u;
const KEEP_BEST: u32 = 1u;
const KEEP_PARETO: u32 = 2u;
const KEEP_HISTOGRAMS: u32 = 3u;

// Verdicts; the host has to decide where none is possible.
const NO: u32 = 0u;
const YES: u32 = 1u;
const MAYBE: u32 = 2u;
const LISTED_MAYBE: u32 = 0x80000000u;

// How far a figure in f32 is trusted not to be off: relative, and in itself.
const GUARD: f32 = 2e-4;
const TINY: f32 = 1e-30;
const BINS_OF_KEYS: u32 = 65536u;

var<workgroup> sure_here: atomic<u32>;

fn band(x: f32) -> f32 {
    return GUARD * abs(x) + TINY;
}

fn asked(word: u32) -> f32 {
    return bitcast<f32>(question[word]);
}

fn feasible() -> u32 {
    var verdict = YES;
    for (var i = 0u; i < question[BOUNDS]; i++) {
        let bound = FIRST_BOUND + 3u * i;
        let figure = question[bound];
        let value = figures[figure];
        if (is_doubtful(figure)) {
            verdict = MAYBE;
            continue;
        }
        let low = value - band(value);
        let high = value + band(value);
        if (high < asked(bound + 1u) || low > asked(bound + 2u)) {
            return NO;
        }
        if (low < asked(bound + 1u) || high > asked(bound + 2u)) {
            verdict = MAYBE;
        }
    }
    return verdict;
}

fn list(point: u32, verdict: u32, words: u32) {
    let number = atomicAdd(&found[LISTED], 1u);
    if (number >= question[CAPACITY]) {
        return;
    }
    let record = FIRST_RECORD + number * (1u + words);
    atomicStore(&found[record], point | select(0u, LISTED_MAYBE, verdict == MAYBE));
    for (var i = 0u; i < words; i++) {
        atomicStore(&found[record + 1u + i], worths[point * (1u + words) + 1u + i]);
    }
}

// Edges at or below a value.
fn edges_below(first: u32, edges: u32, value: f32) -> u32 {
    var below = 0u;
    var above = edges;
    while (below < above) {
        let middle = (below + above) / 2u;
        if (asked(first + middle) <= value) {
            below = middle + 1u;
        } else {
            above = middle;
        }
    }
    return below;
}

// Counts a point in every histogram; false, and counts it nowhere, where an edge is near.
fn counted() -> bool {
    let first = FIRST_BOUND + 3u * question[BOUNDS];
    for (var turn = 0u; turn < 2u; turn++) {
        for (var i = 0u; i < question[HISTOGRAMS]; i++) {
            let own = first + 4u * i;
            let value = figures[question[own]];
            let low = edges_below(question[own + 1u], question[own + 2u], value - band(value));
            if (turn == 1u) {
                atomicAdd(&found[question[FIRST_BIN] + question[own + 3u] + low], 1u);
                continue;
            }
            let high = edges_below(question[own + 1u], question[own + 2u], value + band(value));
            if (is_doubtful(question[own]) || low != high) {
                return false;
            }
        }
    }
    return true;
}

// The first pass.
@compute @workgroup_size(64)
fn sift(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let point = (group.y * head.row + group.x) * GROUP + thread;
    var is_sure = false;
    if (point < head.points) {
        evaluate_point(point);
        var verdict = feasible();
        let keep = question[KEEP];
        let goals = question[GOALS];
        if (keep == KEEP_FEASIBLE) {
            if (verdict != NO) {
                list(point, MAYBE, 0u);
            }
        } else if (keep == KEEP_HISTOGRAMS) {
            if (verdict == YES) {
                is_sure = counted();
            }
            if (verdict != NO && !is_sure) {
                list(point, MAYBE, 0u);
            }
        } else {
            let out = point * (1u + goals);
            for (var i = 0u; i < goals; i++) {
                let goal = FIRST_BOUND + 3u * question[BOUNDS] + 2u * i;
                let figure = question[goal];
                if (verdict == YES && is_doubtful(figure)) {
                    verdict = MAYBE;
                }
                let value = figures[figure];
                worths[out + 1u + i] = bitcast<u32>(select(-value, value, question[goal + 1u] == 1u));
            }
            worths[out] = verdict;
            if (keep == KEEP_BEST && verdict == YES) {
                let worth = bitcast<f32>(worths[out + 1u]);
                let key = key_of(worth - band(worth));
                atomicAdd(&found[question[FIRST_BIN] + (key >> 16u)], 1u);
            }
        }
    }
    count_sure(is_sure, thread);
}

fn count_sure(is_sure: bool, thread: u32) {
    if (thread == 0u) {
        atomicStore(&sure_here, 0u);
    }
    workgroupBarrier();
    if (is_sure) {
        atomicAdd(&sure_here, 1u);
    }
    workgroupBarrier();
    if (thread == 0u) {
        atomicAdd(&found[SURE], atomicLoad(&sure_here));
    }
}

var<workgroup> sums: array<u32, 64>;

// Of the best: the largest key, by its first half, that as many points reach as are wanted.
@compute @workgroup_size(64)
fn raise_floor(@builtin(local_invocation_index) thread: u32) {
    const EACH: u32 = BINS_OF_KEYS / GROUP;
    let first = question[FIRST_BIN];
    var sum = 0u;
    for (var i = 0u; i < EACH; i++) {
        sum += atomicLoad(&found[first + thread * EACH + i]);
    }
    sums[thread] = sum;
    workgroupBarrier();
    if (thread != 0u) {
        return;
    }
    let wanted = question[WANTED];
    var floor = 0u;
    var above = 0u;
    for (var part = GROUP; part > 0u; part--) {
        if (above + sums[part - 1u] < wanted) {
            above += sums[part - 1u];
            continue;
        }
        for (var i = EACH; i > 0u; i--) {
            let bin = (part - 1u) * EACH + i - 1u;
            above += atomicLoad(&found[first + bin]);
            if (above >= wanted) {
                floor = bin << 16u;
                break;
            }
        }
        break;
    }
    atomicStore(&found[FLOOR], max(floor, question[KNOWN_FLOOR]));
}

// Whether another point is surely better in every goal.
fn is_surpassed(point: u32, goals: u32) -> bool {
    let own = point * (1u + goals) + 1u;
    // Some points of the batch, then points that are known.
    for (var i = 0u; i < question[SAMPLED] + question[REFERENCES]; i++) {
        var is_better = true;
        if (i < question[SAMPLED]) {
            let other = sampled(i) * (1u + goals);
            if (worths[other] != YES) {
                continue;
            }
            for (var k = 0u; k < goals; k++) {
                let worth = bitcast<f32>(worths[own + k]);
                let better = bitcast<f32>(worths[other + 1u + k]);
                is_better = is_better && better - band(better) >= worth + band(worth);
            }
        } else {
            let other = question[FIRST_REFERENCE] + (i - question[SAMPLED]) * goals;
            for (var k = 0u; k < goals; k++) {
                let worth = bitcast<f32>(worths[own + k]);
                is_better = is_better && asked(other + k) >= worth + band(worth);
            }
        }
        if (is_better) {
            return true;
        }
    }
    return false;
}

// Points of the batch that others are compared with: spread, so that they follow no axis.
fn sampled(number: u32) -> u32 {
    let each = head.points / question[SAMPLED];
    return number * each + (number * 2654435769u) % each;
}

// The second pass, of the best and of fronts.
@compute @workgroup_size(64)
fn choose(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let point = (group.y * head.row + group.x) * GROUP + thread;
    var is_sure = false;
    if (point < head.points) {
        let goals = question[GOALS];
        let own = point * (1u + goals);
        let verdict = worths[own];
        if (verdict == MAYBE) {
            list(point, verdict, goals);
        } else if (verdict == YES) {
            if (question[KEEP] == KEEP_BEST) {
                let worth = bitcast<f32>(worths[own + 1u]);
                is_sure = key_of(worth + band(worth)) < atomicLoad(&found[FLOOR]);
            } else {
                is_sure = is_surpassed(point, goals);
            }
            if (!is_sure) {
                list(point, verdict, goals);
            }
        }
    }
    count_sure(is_sure, thread);
}
