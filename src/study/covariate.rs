//! What is asked of the persons' characteristics before the draw.

/// A covariate as the study asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CovariateAsked {
    /// Name: that of the column, or that of the outcome and the weeks.
    pub name: String,
    /// Where it stands.
    pub source: CovariateSource,
}

/// Where a covariate stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CovariateSource {
    /// A column of the persons file.
    Column {
        /// Column.
        column: String,
        /// What its values are.
        kind: CovariateKind,
    },
    /// Weeks in the states of an outcome before trial week 1.
    Before {
        /// Index into `tables`.
        table: usize,
        /// States that count.
        states: Vec<String>,
        /// Weeks that are looked at: -weeks + 1 to 0.
        weeks: u32,
    },
}

/// What the values of a covariate are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CovariateKind {
    /// Numbers when all of them are, else levels of a factor.
    Guessed,
    /// Numbers.
    Number,
    /// Levels of a factor.
    Factor {
        /// The level the others are compared with; `None`: the first.
        reference: Option<String>,
    },
}
