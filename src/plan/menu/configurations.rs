//! Configurations of a menu: a level of every ladder and a kept share of every path.

/// Configurations, one after the other.
///
/// ```
/// use trigscape::plan::menu::Configurations;
/// // Three ladders on two paths.
/// let mut configurations = Configurations::new(3, 2);
/// configurations.push(&[0, 4, 1], &[1.0, 0.25]);
/// configurations.push_unprescaled(&[2, 2, 2]);
/// assert_eq!(configurations.len(), 2);
/// assert_eq!(configurations.levels_of(1), [2, 2, 2]);
/// assert_eq!(configurations.shares_of(0), [1.0, 0.25]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Configurations {
    /// One a ladder, as many as there are configurations; a ladder's number of levels means "off".
    pub levels: Vec<u8>,
    /// One a path: the share of its events that a path keeps, 1 / prescale; 0 where it is off.
    pub kept_shares: Vec<f64>,
    ladders: usize,
    paths: usize,
}

impl Configurations {
    /// None yet, of a menu with so many ladders and paths.
    pub fn new(ladders: usize, paths: usize) -> Self {
        Self {
            levels: Vec::new(),
            kept_shares: Vec::new(),
            ladders,
            paths,
        }
    }

    /// Adds a configuration.
    ///
    /// # Panics
    /// If there is not one level a ladder and one share a path.
    pub fn push(&mut self, levels: &[u8], kept_shares: &[f64]) {
        assert_eq!(levels.len(), self.ladders, "one level a ladder");
        assert_eq!(kept_shares.len(), self.paths, "one share a path");
        self.levels.extend_from_slice(levels);
        self.kept_shares.extend_from_slice(kept_shares);
    }

    /// Adds a configuration whose paths keep all of their events.
    ///
    /// # Panics
    /// If there is not one level a ladder.
    pub fn push_unprescaled(&mut self, levels: &[u8]) {
        assert_eq!(levels.len(), self.ladders, "one level a ladder");
        self.levels.extend_from_slice(levels);
        let shares = self.kept_shares.len() + self.paths;
        self.kept_shares.resize(shares, 1.0);
    }

    pub fn len(&self) -> usize {
        self.kept_shares.len() / self.paths.max(1)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn ladders(&self) -> usize {
        self.ladders
    }

    pub fn paths(&self) -> usize {
        self.paths
    }

    /// The levels of a configuration, one a ladder.
    pub fn levels_of(&self, configuration: usize) -> &[u8] {
        &self.levels[configuration * self.ladders..][..self.ladders]
    }

    /// The kept shares of a configuration, one a path.
    pub fn shares_of(&self, configuration: usize) -> &[f64] {
        &self.kept_shares[configuration * self.paths..][..self.paths]
    }
}
