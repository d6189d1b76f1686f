// Accepted weight of configurations of a menu, in integers: the sums are the CPU's, bit for bit.
//
// A block is 2048 events; a row has one bit for each, 64 words of 32. Two mappings: a thread takes a word
// and its group goes over configurations, or a thread takes a configuration and goes over the words.

struct Step {
    // Configurations of the batch, and tables of rejections that each has.
    configurations: u32,
    reject_tables: u32,
    // Words from one configuration to the next and from four ladders (two paths) to the next.
    level_stride: u32,
    ladder_stride: u32,
    number_stride: u32,
    path_stride: u32,
    // The groups of this dispatch: so many in a row of the dispatch, tiles of configurations, blocks.
    row: u32,
    first_tile: u32,
    tiles: u32,
    first_block: u32,
    blocks: u32,
    // Turns of loops that a thread can make on this adapter, and where among the sums it says that it
    // was to make more: software adapters leave their loops then.
    most_turns: u32,
    flag: u32,
}

@group(0) @binding(0) var<uniform> step: Step;
// Rows of critical levels and planes of weights, 64 words each.
@group(0) @binding(1) var<storage, read> words: array<u32>;
// Five numbers a block (class, first plane, planes, first entry, entries), then the entries: path, first
// ladder, ladders and (from bit 16) alternatives, and where their rows are.
@group(0) @binding(2) var<storage, read> tables: array<u32>;
// Four levels of ladders a word.
@group(0) @binding(3) var<storage, read> levels: array<u32>;
// Of each path its number among the prescaled ones: two a word.
@group(0) @binding(4) var<storage, read> numbers: array<u32>;
// For every eight prescaled paths the probability that all reject, by pattern, in 2^-32.
@group(0) @binding(5) var<storage, read> rejects: array<u32>;
// Three words a sum, the lowest first, by class and configuration.
@group(0) @binding(6) var<storage, read_write> sums: array<atomic<u32>>;

const ROW: u32 = 64u;
const TILE: u32 = 16u;
// Of a block, for a thread that takes a configuration: eight words each.
const STRIPS: u32 = 8u;
const OFF: u32 = 255u;
const UNPRESCALED: u32 = 65535u;
const HEADER: u32 = 5u;
const ENTRY: u32 = 4u;

var<private> turns: u32 = 0u;

var<workgroup> partial_low: array<u32, 1024>;
var<workgroup> partial_high: array<u32, 1024>;

struct Block {
    class_number: u32,
    first_plane: u32,
    planes: u32,
    first_entry: u32,
    end_entry: u32,
}

fn block_at(number: u32) -> Block {
    let at = number * HEADER;
    let first = tables[at + 3u];
    return Block(tables[at], tables[at + 1u], tables[at + 2u], first, first + ENTRY * tables[at + 4u]);
}

fn level_of(configuration: u32, ladder: u32) -> u32 {
    let word = levels[configuration * step.level_stride + (ladder >> 2u) * step.ladder_stride];
    return (word >> (8u * (ladder & 3u))) & 255u;
}

fn number_of(configuration: u32, path: u32) -> u32 {
    let word = numbers[configuration * step.number_stride + (path >> 1u) * step.path_stride];
    return (word >> (16u * (path & 1u))) & 65535u;
}

// The events of a word that pass the path of an entry.
fn passing(entry: u32, configuration: u32, word: u32) -> u32 {
    let ladder = tables[entry + 1u];
    let shape = tables[entry + 2u];
    let first = tables[entry + 3u];
    let own = level_of(configuration, ladder);
    if (own == OFF) {
        return 0u;
    }
    let legs = shape & 65535u;
    if (legs == 1u) {
        return words[(first + own) * ROW + word];
    }
    turns += (shape >> 16u) * (legs + 1u);
    var some = 0u;
    for (var alternative = 0u; alternative < (shape >> 16u); alternative++) {
        var all = 0xffffffffu;
        for (var leg = 0u; leg < legs; leg++) {
            let row = tables[first + alternative * legs + leg] + level_of(configuration, ladder + leg);
            all &= words[row * ROW + word];
        }
        some |= all;
    }
    return some;
}

// Their weight, in units: at most 32 events of 20 bits.
fn weigh(block: Block, events: u32, word: u32) -> u32 {
    if (events == 0u) {
        return 0u;
    }
    if (block.planes == 0u) {
        return countOneBits(events);
    }
    turns += block.planes;
    var sum = 0u;
    for (var bit = 0u; bit < block.planes; bit++) {
        sum += countOneBits(events & words[(block.first_plane + bit) * ROW + word]) << bit;
    }
    return sum;
}

fn entries_of(block: Block) -> u32 {
    return (block.end_entry - block.first_entry) / ENTRY;
}

fn tell_turns() {
    // Those of the loops that hold the others come on top: at most 64.
    if (turns + 64u > step.most_turns) {
        atomicOr(&sums[step.flag], 1u);
    }
}

fn plain_word(block: Block, configuration: u32, word: u32) -> u32 {
    turns += entries_of(block);
    var accepted = 0u;
    for (var entry = block.first_entry; entry < block.end_entry; entry += ENTRY) {
        accepted |= passing(entry, configuration, word);
    }
    return weigh(block, accepted, word);
}

// a * b, the low word first.
fn multiply(a: u32, b: u32) -> vec2<u32> {
    let a0 = a & 65535u;
    let a1 = a >> 16u;
    let b0 = b & 65535u;
    let b1 = b >> 16u;
    let low = a0 * b0;
    // At most (2^16 - 1)^2 + 2 (2^16 - 1), which is below 2^32.
    let middle = a1 * b0 + (low >> 16u);
    let middle_2 = a0 * b1 + (middle & 65535u);
    return vec2(
        (low & 65535u) | (middle_2 << 16u),
        a1 * b1 + (middle >> 16u) + (middle_2 >> 16u),
    );
}

fn add_wide(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    let low = a.x + b.x;
    return vec2(low, a.y + b.y + select(0u, 1u, low < a.x));
}

fn subtract_wide(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
    return vec2(a.x - b.x, a.y - b.y - select(0u, 1u, a.x < b.x));
}

fn reject_entry(configuration: u32, number: u32, pattern: u32) -> u32 {
    let table = configuration * step.reject_tables + number;
    return rejects[table * 256u + pattern];
}

// The probability that all prescaled paths reject an event which passes some of them.
fn rejected(block: Block, configuration: u32, word: u32, bit: u32) -> u32 {
    var reject = 0u;
    var begun = false;
    var table = 0u;
    var pattern = 0u;
    turns += 1u + entries_of(block);
    for (var entry = block.first_entry; entry < block.end_entry; entry += ENTRY) {
        let number = number_of(configuration, tables[entry]);
        if (number == UNPRESCALED) {
            continue;
        }
        if ((number >> 3u) != table) {
            if (pattern != 0u) {
                let own = reject_entry(configuration, table, pattern);
                reject = select(own, multiply(reject, own).y, begun);
                begun = true;
            }
            table = number >> 3u;
            pattern = 0u;
        }
        pattern |= ((passing(entry, configuration, word) >> bit) & 1u) << (number & 7u);
    }
    if (pattern != 0u) {
        let own = reject_entry(configuration, table, pattern);
        reject = select(own, multiply(reject, own).y, begun);
    }
    return reject;
}

// In 2^-32 of a unit. All events that pass count, less what the prescales reject of them.
fn prescaled_word(block: Block, configuration: u32, word: u32) -> vec2<u32> {
    turns += entries_of(block);
    var accepted = 0u;
    for (var entry = block.first_entry; entry < block.end_entry; entry += ENTRY) {
        if (number_of(configuration, tables[entry]) == UNPRESCALED) {
            accepted |= passing(entry, configuration, word);
        }
    }
    var any = 0u;
    var several = 0u;
    turns += 2u * entries_of(block);
    for (var entry = block.first_entry; entry < block.end_entry; entry += ENTRY) {
        if (number_of(configuration, tables[entry]) != UNPRESCALED) {
            let own = passing(entry, configuration, word) & ~accepted;
            several |= any & own;
            any |= own;
        }
    }
    let all = vec2(0u, weigh(block, accepted | any, word));
    if (any == 0u) {
        return all;
    }
    var lost = vec2(0u, 0u);
    for (var entry = block.first_entry; entry < block.end_entry; entry += ENTRY) {
        let number = number_of(configuration, tables[entry]);
        if (number != UNPRESCALED) {
            let alone = passing(entry, configuration, word) & any & ~several;
            if (alone != 0u) {
                let reject = reject_entry(configuration, number >> 3u, 1u << (number & 7u));
                lost = add_wide(lost, multiply(weigh(block, alone, word), reject));
            }
        }
    }
    var left = several;
    while (left != 0u) {
        let bit = firstTrailingBit(left);
        left &= left - 1u;
        let reject = rejected(block, configuration, word, bit);
        lost = add_wide(lost, multiply(weigh(block, 1u << bit, word), reject));
    }
    return subtract_wide(all, lost);
}

fn add_to_sum(block: Block, configuration: u32, value: vec2<u32>) {
    let place = 3u * (block.class_number * step.configurations + configuration);
    var high = value.y;
    if (value.x != 0u) {
        let before = atomicAdd(&sums[place], value.x);
        high += select(0u, 1u, before > 0xffffffffu - value.x);
    }
    if (high != 0u) {
        let before = atomicAdd(&sums[place + 1u], high);
        if (before > 0xffffffffu - high) {
            atomicAdd(&sums[place + 2u], 1u);
        }
    }
}

// The block and the tile of a group; beyond the last one the number of blocks.
fn place_of(group: vec3<u32>) -> vec2<u32> {
    let number = group.y * step.row + group.x;
    return vec2(min(number / step.tiles, step.blocks), step.first_tile + number % step.tiles);
}

// What the threads of a group hold for each configuration of their tile, summed and added.
fn add_tile(block: Block, tile: u32, live: bool, thread: u32) {
    workgroupBarrier();
    let own = thread & (TILE - 1u);
    let quarter = thread >> 4u;
    var sum = vec2(0u, 0u);
    for (var i = 0u; i < ROW / 4u; i++) {
        let at = own * ROW + quarter * (ROW / 4u) + i;
        sum = add_wide(sum, vec2(partial_low[at], partial_high[at]));
    }
    workgroupBarrier();
    partial_low[thread] = sum.x;
    partial_high[thread] = sum.y;
    workgroupBarrier();
    let configuration = tile * TILE + thread;
    if (live && thread < TILE && configuration < step.configurations) {
        for (var other = 1u; other < 4u; other++) {
            let at = other * TILE + thread;
            sum = add_wide(sum, vec2(partial_low[at], partial_high[at]));
        }
        add_to_sum(block, configuration, sum);
    }
}

@compute @workgroup_size(64)
fn plain_by_word(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let place = place_of(group);
    let live = place.x < step.blocks;
    let block = block_at(step.first_block + min(place.x, step.blocks - 1u));
    for (var own = 0u; own < TILE; own++) {
        let configuration = place.y * TILE + own;
        var sum = 0u;
        if (live && configuration < step.configurations) {
            sum = plain_word(block, configuration, thread);
        }
        partial_low[own * ROW + thread] = 0u;
        partial_high[own * ROW + thread] = sum;
    }
    tell_turns();
    add_tile(block, place.y, live, thread);
}

@compute @workgroup_size(64)
fn prescaled_by_word(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let place = place_of(group);
    let live = place.x < step.blocks;
    let block = block_at(step.first_block + min(place.x, step.blocks - 1u));
    for (var own = 0u; own < TILE; own++) {
        let configuration = place.y * TILE + own;
        var sum = vec2(0u, 0u);
        if (live && configuration < step.configurations) {
            sum = prescaled_word(block, configuration, thread);
        }
        partial_low[own * ROW + thread] = sum.x;
        partial_high[own * ROW + thread] = sum.y;
    }
    tell_turns();
    add_tile(block, place.y, live, thread);
}

@compute @workgroup_size(64)
fn plain_by_configuration(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let place = place_of(group);
    let configuration = (place.y / STRIPS) * 64u + thread;
    let first_word = (place.y % STRIPS) * (ROW / STRIPS);
    if (place.x >= step.blocks || configuration >= step.configurations) {
        return;
    }
    let block = block_at(step.first_block + place.x);
    var sum = 0u;
    for (var word = first_word; word < first_word + ROW / STRIPS; word++) {
        sum += plain_word(block, configuration, word);
    }
    tell_turns();
    add_to_sum(block, configuration, vec2(0u, sum));
}

@compute @workgroup_size(64)
fn prescaled_by_configuration(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let place = place_of(group);
    let configuration = (place.y / STRIPS) * 64u + thread;
    let first_word = (place.y % STRIPS) * (ROW / STRIPS);
    if (place.x >= step.blocks || configuration >= step.configurations) {
        return;
    }
    let block = block_at(step.first_block + place.x);
    var sum = vec2(0u, 0u);
    for (var word = first_word; word < first_word + ROW / STRIPS; word++) {
        sum = add_wide(sum, prescaled_word(block, configuration, word));
    }
    tell_turns();
    add_to_sum(block, configuration, sum);
}
