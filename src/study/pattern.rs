//! Patterns of names.

/// A name, or its beginning and `*`.
///
/// ```
/// use trigscape::study::matches_pattern;
/// assert!(matches_pattern("threshold.*", "threshold.Global") && !matches_pattern("f1", "f10"));
/// ```
pub fn matches_pattern(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == pattern,
    }
}
