//! Texts made safe for the places of a page.

use std::fmt::Write as _;

/// Appends to a text. Writing to a String cannot fail.
macro_rules! put {
    ($out:expr, $($text:tt)*) => {
        let _ = write!($out, $($text)*);
    };
}
pub(super) use put;

pub(super) use crate::report::figures::text::escape;

/// A quoted CSS string inside a `style` element: all but letters, digits and spaces as numbers, so that nothing can end
/// the string or the element.
pub(super) fn string_of_css(text: &str) -> String {
    let mut safe = String::from("\"");
    for c in text.chars() {
        if c.is_alphanumeric() || c == ' ' {
            safe.push(c);
        } else if matches!(c, '\t' | '\n' | '\r') {
            safe.push(' ');
        } else if !c.is_control() {
            put!(safe, "\\{:x} ", u32::from(c));
        }
    }
    safe.push('"');
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_leave_its_place() {
        assert_eq!(
            escape("</td><script a=\"1\">&'\u{0}\næøå"),
            "&lt;/td&gt;&lt;script a=&quot;1&quot;&gt;&amp;&#39; æøå"
        );
        assert_eq!(
            string_of_css("På</style>\"\\"),
            "\"På\\3c \\2f style\\3e \\22 \\5c \""
        );
    }
}
