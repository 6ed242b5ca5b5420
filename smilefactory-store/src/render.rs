//! Markdown into HTML that is safe to show, and into plain text.
//!
//! Raw HTML in a text is shown as the characters it is made of. What comes out of the renderer goes through a
//! sanitiser that knows only the elements below: neither of the two has to be right alone. Pictures are attachments
//! and not part of the text, so that reading a text calls on nobody.

use std::sync::LazyLock;

use ammonia::Builder;
use comrak::nodes::NodeValue;
use comrak::{Arena, Options, format_html, parse_document};
use sha2::{Digest, Sha256};
use smilefactory_core::content::Rendered;

/// The version of the rules. It is raised whenever the same source would give another result; what was rendered by
/// an older one is then rendered anew.
pub const RENDERER: i16 = 1;

/// Renders a text in Markdown: `CommonMark` with tables, strikethrough and bare links.
///
/// ```
/// let rendered = smilefactory_store::render::markdown("It **runs**. <script>alert(1)</script>");
/// assert_eq!(rendered.html, "<p>It <strong>runs</strong>. &lt;script&gt;alert(1)&lt;/script&gt;</p>\n");
/// assert_eq!(rendered.text, "It runs. <script>alert(1)</script>");
/// ```
pub fn markdown(source: &str) -> Rendered {
    let arena = Arena::new();
    let root = parse_document(&arena, source, &OPTIONS);
    let mut html = String::with_capacity(source.len() + source.len() / 2);
    // Writing to a String cannot fail.
    _ = format_html(root, &OPTIONS, &mut html);
    let mut text = String::with_capacity(source.len());
    for node in root.descendants() {
        match &node.data().value {
            NodeValue::Text(words) => text.push_str(words),
            NodeValue::Code(code) => text.push_str(&code.literal),
            NodeValue::CodeBlock(code) => begin_line(&mut text, &code.literal),
            NodeValue::HtmlBlock(block) => begin_line(&mut text, &block.literal),
            NodeValue::HtmlInline(tag) => text.push_str(tag),
            NodeValue::SoftBreak | NodeValue::TableCell => text.push(' '),
            NodeValue::LineBreak => text.push('\n'),
            value if value.block() => begin_line(&mut text, ""),
            _ => {}
        }
    }
    Rendered {
        html: SANITISER.clean(&html).to_string(),
        text: text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"),
        renderer: RENDERER,
        digest: Sha256::digest(source).into(),
    }
}

fn begin_line(text: &mut String, words: &str) {
    text.push('\n');
    text.push_str(words);
}

static OPTIONS: LazyLock<Options<'static>> = LazyLock::new(|| {
    let mut options = Options::default();
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.render.escape = true;
    options
});

static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut sanitiser = Builder::empty();
    sanitiser
        .tags(
            [
                "a",
                "blockquote",
                "br",
                "code",
                "del",
                "em",
                "h1",
                "h2",
                "h3",
                "h4",
                "h5",
                "h6",
                "hr",
                "li",
                "ol",
                "p",
                "pre",
                "strong",
                "table",
                "tbody",
                "td",
                "th",
                "thead",
                "tr",
                "ul",
            ]
            .into(),
        )
        .tag_attributes([("a", ["href", "title"].into()), ("ol", ["start"].into())].into())
        .url_schemes(["http", "https", "mailto"].into())
        .link_rel(Some("ugc nofollow noopener"));
    sanitiser
});

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_written_is_shown() {
        let rendered = markdown(
            "# Pumps\n\nThey run, see <https://example.org>.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n~~no~~\n\n```\nx < y\n```",
        );
        for part in
            ["<h1>Pumps</h1>", "rel=\"ugc nofollow noopener\"", "<td>1</td>", "<del>no</del>", "x &lt; y"]
        {
            assert!(rendered.html.contains(part), "{part} in {}", rendered.html);
        }
        assert_eq!(rendered.text, "Pumps\nThey run, see https://example.org.\na b\n1 2\nno\nx < y");
    }

    #[test]
    fn nothing_is_executed_and_nobody_called_on() {
        for source in [
            "<script>alert(1)</script>",
            "[a](javascript:alert(1))",
            "[a](data:text/html;base64,PHNjcmlwdD4=)",
            "[a](  JaVaScRiPt:alert(1))",
            "[a](&#106;avascript:alert(1))",
            "![a](https://tracker.example.org/pixel.png)",
            "<img src=x onerror=alert(1)>",
            "<svg><animate onbegin=alert(1) attributeName=x></svg>",
            "<a href=\"x\" onclick=\"alert(1)\">a</a>",
            "<iframe src=https://example.org></iframe>",
            "[a](x \"onmouseover=alert(1)\")\n\n<style>*{}</style>",
            "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        ] {
            let html = markdown(source).html;
            for tag in html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
                let known = ["p", "/p", "/a", "a href=\"\" rel=\"ugc nofollow noopener\""].contains(&tag)
                    || tag.starts_with("a href=\"x\" title=\"onmouseover=alert(1)\" rel=");
                assert!(known, "{tag:?} of {source:?} → {html}");
            }
        }
    }

    proptest! {
        /// Sanitised once more, nothing changes: what comes out is nothing but what is let through.
        #[test]
        fn whatever_is_written_the_result_is_clean(source in "[a-z<>\"'&=:/ \\n*_`#|!()\\[\\]~-]{0,200}") {
            let rendered = markdown(&source);
            prop_assert_eq!(SANITISER.clean(&rendered.html).to_string(), rendered.html);
        }
    }
}
