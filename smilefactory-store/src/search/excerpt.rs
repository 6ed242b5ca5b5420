//! Texts with marks in them into pieces.

use smilefactory_core::content::Excerpt;

/// Marks that no text has: they are taken out of what is marked before.
pub(super) const BEGIN: char = '\u{e000}';
pub(super) const END: char = '\u{e001}';

/// The pieces of a text in which hits stand between [`BEGIN`] and [`END`].
pub(super) fn pieces(marked: &str) -> Vec<Excerpt> {
    let mut pieces = Vec::new();
    let mut push = |text: &str, hit| {
        if !text.is_empty() {
            pieces.push(Excerpt { text: text.to_owned(), hit });
        }
    };
    for part in marked.split(BEGIN) {
        match part.split_once(END) {
            Some((hit, rest)) => {
                push(hit, true);
                push(rest, false);
            }
            None => push(part, false),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_are_told_from_the_rest() {
        let found = pieces("A \u{e000}pump\u{e001} that \u{e000}runs\u{e001}");
        let found: Vec<_> = found.iter().map(|piece| (piece.text.as_str(), piece.hit)).collect();
        assert_eq!(found, [("A ", false), ("pump", true), (" that ", false), ("runs", true)]);
        assert!(pieces("").is_empty());
    }
}
