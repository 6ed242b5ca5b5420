//! What is made of a text in Markdown: HTML to show, and plain text to search and compare.

/// A text in Markdown, rendered.
///
/// It is kept beside its source, with the version of the rules it was made by: when those change, it is made anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// HTML that is safe to show: nothing but listed elements, attributes and schemes.
    pub html: String,
    /// The words alone, a block a line.
    pub text: String,
    /// The version of the rules it was made by.
    pub renderer: i16,
    /// The SHA-256 of the source.
    pub digest: [u8; 32],
}
