"""The copy of the tree that the rules walk is lexbor's tree: same elements, texts and attributes in the same order."""

from collections.abc import Iterator
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from extractors.page.tree import Element, Tree

UNREAD = "script, style, noscript, noframes, noembed, template, iframe, svg, math"
SOUP = st.lists(
    st.sampled_from(
        [
            "<div>", "</div>", "<p class=a>", "</p>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<a href=x>",
            "</a>", "<br>", "<br/>", "</html>", "</body>", "<b", "<p id='<'>", '<p a"b=1 c="&lt;&amp;">', "<div =x <y>",
            "<o:p>",
            "<script>if (a<b) '</p>'</script>", "<style>p>a{}</style>", "<!-- <p> -->", "<!--", "<xmp><b></xmp>",
            "<plaintext>", "<textarea><i></textarea>", "<title>a<b></title>", "<svg><p>", "<math><mi>", "<![CDATA[x]]>",
            "<select><option>", "<img alt='1>2'>", "&nbsp;", "&lt;p&gt;", "a < b > c", "一、总体情况。", "\x00", "\n",
        ]
    )
)  # fmt: skip


def events(html: str) -> Iterator[tuple[str, ...]]:
    """Lexbor's elements and texts in document order, neighbouring texts as one."""
    text = ""

    def walk(node: LexborNode) -> Iterator[tuple[str, ...]]:
        nonlocal text
        for child in node.iter(include_text=True):
            if child.is_text_node:
                text += child.text_content or ""
            elif child.is_element_node:
                if text:
                    yield ("text", text)
                    text = ""
                values = {name: value or "" for name, value in child.attributes.items()}
                yield (str(child.tag), *(part for pair in sorted(values.items()) for part in pair))
                yield from walk(child)
                if text:
                    yield ("text", text)
                    text = ""
                yield ("end", str(child.tag))

    root = parsed(html).root
    assert root is not None
    yield from walk(root)


def parsed(html: str) -> LexborHTMLParser:
    """The parser's own page, without what is no text of it and with raw text as text."""
    parser = LexborHTMLParser(html)
    for node in parser.css("xmp, plaintext"):
        node.replace_with(node.text())
    parser.strip_tags([tag.strip() for tag in UNREAD.split(",")])
    return parser


def copied(element: Element) -> Iterator[tuple[str, ...]]:
    for is_text, children in groupby(element.children, key=lambda child: isinstance(child, str)):
        if is_text:
            yield ("text", "".join(map(str, children)))
            continue
        for child in children:
            assert isinstance(child, Element)
            yield (child.tag, *(part for pair in sorted(child.attrs.items()) for part in pair))
            yield from copied(child)
            yield ("end", child.tag)


@given(SOUP.map("".join))
def test_copy_is_the_parsers_tree(html: str) -> None:
    assert list(copied(Tree(html).root)) == list(events(html))


@given(
    SOUP.map("".join), st.sampled_from(["p", ".a", "td, [href=x]", "div > p", "p:first-child", "#none, a"])
)
def test_selectors_mean_what_the_parser_says(html: str, selector: str) -> None:
    tree = Tree(html)
    assert [element.tag for element in tree.css(selector)] == [
        node.tag for node in parsed(html).css(selector)
    ]


@given(SOUP.map("".join))
def test_measures_add_up(html: str) -> None:
    tree = Tree(html)
    for element in tree.elements:
        assert element.chars == len("".join(element.text().split()))
        assert list(tree.within(element)) == list(element.descendants())


@pytest.mark.parametrize("names", [["a"], ["b", "a"], ["none"]])
def test_bearing_finds_by_id_and_class(names: list[str]) -> None:
    tree = Tree("<p class='a b'>1</p><p id=a>2</p><p class=c>3</p>")
    expected = [e.text() for e in tree.elements if set(e.names) & set(names)]
    assert [e.text() for e in tree.bearing(names)] == expected
