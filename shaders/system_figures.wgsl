// Figures of a system at points, as they are (behind system_model.wgsl).

// From the 32nd word of the question: how many figures, and their places.
@group(0) @binding(5) var<storage, read_write> rows: array<f32>;

@compute @workgroup_size(64)
fn evaluate(
    @builtin(workgroup_id) group: vec3<u32>,
    @builtin(local_invocation_index) thread: u32,
) {
    let point = (group.y * head.row + group.x) * GROUP + thread;
    if (point >= head.points) {
        return;
    }
    evaluate_point(point);
    let count = question[MOST_AXES];
    let out = point * (count + 1u);
    var doubtful = 0.0;
    for (var i = 0u; i < count; i++) {
        let figure = question[MOST_AXES + 1u + i];
        rows[out + i] = figures[figure];
        // A stage that keeps everything has no threshold.
        let is_threshold = figure >= THRESHOLD && figure < MESSAGE;
        let has_none = is_threshold && !is_finite(figures[figure]);
        doubtful = select(doubtful, 1.0, is_doubtful(figure) && !has_none);
    }
    rows[out + count] = doubtful;
}
