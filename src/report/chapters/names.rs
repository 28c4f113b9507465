//! What the items of rows are called: destinations, permutation tests, counts of levels, moderators, answers of surveys.

use super::context::Context;
use crate::report::amounts::sentence_middle;

/// The permutation test that an item names, and its destination; `None` for a destination of its own.
pub(crate) fn permutation_of(item: &str) -> Option<(&str, Option<&str>)> {
    let (test, destination) = match item.split_once(": ") {
        Some((test, destination)) => (test, Some(destination)),
        None => (item, None),
    };
    matches!(test, "permutation" | "permutation_studentised").then_some((test, destination))
}

impl Context<'_> {
    /// A name with its item: a destination, or the permutation test of the difference.
    pub(crate) fn with_item(&self, name: &str, item: &str) -> String {
        // What is counted of the levels of a subgroup column is no destination.
        match item {
            "expected" => return self.tell("report-chance", &[("name", name)]),
            "positive" => return self.tell("report-positive", &[("name", name)]),
            "expected_positive" => {
                let name = self.tell("report-positive", &[("name", name)]);
                return self.tell("report-chance", &[("name", &name)]);
            }
            _ => {}
        }
        if let Some(name) = self.with_answer(name, item) {
            return name;
        }
        if let Some(moderator) = item.strip_prefix("moderator: ") {
            let moderator = sentence_middle(&self.view.name(moderator));
            let arguments = [("name", name), ("moderator", moderator.as_str())];
            return self.tell("report-moderator-of", &arguments);
        }
        let Some((test, destination)) = permutation_of(item) else {
            let destination = self.destination(item);
            return self.tell(
                "report-to",
                &[("name", name), ("destination", &destination)],
            );
        };
        let key = if test == "permutation" {
            "report-permutation"
        } else {
            "report-permutation-studentised"
        };
        let name = self.tell(key, &[("name", name)]);
        match destination {
            Some(destination) => self.with_item(&name, destination),
            None => name,
        }
    }

    /// A name with what a survey's row is about.
    fn with_answer(&self, name: &str, item: &str) -> Option<String> {
        if let Some(answer) = item.strip_prefix("answer: ") {
            let answer = self.view.name(answer);
            let arguments = [("name", name), ("answer", answer.as_str())];
            return Some(self.tell("report-item-answer", &arguments));
        }
        if let Some(test) = item.strip_prefix("agree: ") {
            let name = self.tell("report-item-agree", &[("name", name)]);
            return Some(self.with_item(&name, test));
        }
        match item {
            "agree" => Some(self.tell("report-item-agree", &[("name", name)])),
            "exact" => Some(self.tell("report-item-exact", &[("name", name)])),
            _ => None,
        }
    }

    /// A destination in people's words; `other` has one of its own.
    pub(crate) fn destination(&self, item: &str) -> String {
        if item == "other" && self.view.word(item) == item {
            return self.say("destination-other");
        }
        // It stands inside "exited: to employment".
        sentence_middle(&self.view.name(item))
    }
}
