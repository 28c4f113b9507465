//! "Did you mean": the nearest of the allowed words.

/// The allowed word nearest to `given`, if it is near enough to be a slip of the pen.
pub(crate) fn nearest<'a, S: AsRef<str>>(given: &str, allowed: &'a [S]) -> Option<&'a str> {
    let given = given.to_lowercase();
    allowed
        .iter()
        .map(|word| {
            (
                distance(&given, &word.as_ref().to_lowercase()),
                word.as_ref(),
            )
        })
        .min()
        .filter(|(d, word)| *d <= (word.chars().count().max(3) / 3).max(1))
        .map(|(_, word)| word)
}

/// A hint that names the nearest word, or else what can be done.
pub(crate) fn hint<S: AsRef<str>>(given: &str, allowed: &[S], otherwise: &str) -> String {
    match nearest(given, allowed) {
        Some(word) => format!("write `{word}`"),
        None => otherwise.to_owned(),
    }
}

/// Allowed words in one line.
pub(crate) fn list<S: AsRef<str>>(words: &[S]) -> String {
    words
        .iter()
        .map(|w| format!("`{}`", w.as_ref()))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Insertions, deletions, changes and swaps of neighbours that turn one word into the other.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut now = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            now[j] = (last[j] + 1).min(now[j - 1] + 1).min(last[j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                now[j] = now[j].min(before[j - 2] + 1);
            }
        }
        before = last;
        last = now;
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_finds_its_word_and_a_strange_word_finds_none() {
        let words = ["horizon", "headline", "name"];
        assert_eq!(nearest("horizont", &words), Some("horizon"));
        assert_eq!(nearest("hedline", &words), Some("headline"));
        assert_eq!(nearest("naem", &words), Some("name"));
        assert_eq!(nearest("colour", &words), None);
    }
}
