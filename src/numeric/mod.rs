//! Small numerical tools every room may use.
