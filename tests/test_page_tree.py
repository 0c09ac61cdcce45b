"""The copy of the tree that the rules walk is lexbor's tree: same elements, texts and attributes in the same order."""

from collections.abc import Iterator
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from extractors.page.blocks import lines_in, lines_of
from extractors.page.markup import MARKS, opening
from extractors.page.tree import Element, Tree

UNREAD = "script, style, noscript, noframes, noembed, template, iframe, svg, math"
SOUP = st.lists(
    st.sampled_from(
        [
            "<div>", "</div>", "<p class=a>", "<b class='b A' id=B>", "<i id=b>", "<!doctype html>",
            "</p>", "<table>", "<tr>", "<td>", "</td>", "</table>", "<a href=x>",
            "</a>", "<br>", "<br/>", "</html>", "</body>", "<b", "<p id='<'>", '<p a"b=1 c="&lt;&amp;">', "<div =x <y>",
            "<o:p>",
            "<script>if (a<b) '</p>'</script>", "<style>p>a{}</style>", "<!-- <p> -->", "<!--",
            "<p <!-- a>", "<i <!--b='-->'>", "-->", "<xmp><b></xmp>",
            "<plaintext>", "<textarea><i></textarea>", "<title>a<b></title>", "<svg><p>", "<math><mi>", "<![CDATA[x]]>",
            "<img alt='1>2'>", "&nbsp;", "&lt;p&gt;", "a < b > c", "一、总体情况。", "\x00", "\n",
        ]
    )
)  # fmt: skip


def events(html: str) -> Iterator[tuple[str, ...]]:
    """Lexbor's elements and texts in document order, neighbouring texts as one, white space collapsed; of what is not
    printed an element's own texts come first."""

    def walk(node: LexborNode, is_printed: bool) -> Iterator[tuple[str, ...]]:
        children = [
            child for child in node.iter(include_text=True) if child.is_text_node or child.is_element_node
        ]
        if not is_printed:
            children.sort(key=lambda child: not child.is_text_node)
        for is_text, group in groupby(children, key=lambda child: child.is_text_node):
            if is_text:
                yield from said("".join(child.text_content or "" for child in group))
                continue
            for child in group:
                values = {name: value or "" for name, value in child.attributes.items()}
                yield (str(child.tag), *(part for pair in sorted(values.items()) for part in pair))
                yield from walk(child, is_printed and not opening(str(child.tag)).is_silent)
                yield ("end", str(child.tag))

    root = parsed(html).root
    assert root is not None
    yield from walk(root, True)


def said(text: str) -> Iterator[tuple[str, ...]]:
    if words := " ".join(text.split()):
        yield ("text", words)


def parsed(html: str) -> LexborHTMLParser:
    """The parser's own page, without what is no text of it and with raw text as text."""
    parser = LexborHTMLParser(html)
    for node in parser.css("xmp, plaintext"):
        node.replace_with(node.text())
    parser.strip_tags([tag.strip() for tag in UNREAD.split(",")])
    return parser


def copied(element: Element) -> Iterator[tuple[str, ...]]:
    if not element.is_printed:
        yield from said(element.tree.raw_text(element))
    for is_text, content in groupby(element.content, key=lambda child: isinstance(child, str)):
        if is_text:
            yield from said("".join(map(str, content)))
            continue
        for child in content:
            assert isinstance(child, Element)
            yield (child.tag, *(part for pair in sorted(child.attrs.items()) for part in pair))
            yield from copied(child)
            yield ("end", child.tag)


@given(SOUP.map("".join))
def test_copy_is_the_parsers_tree(html: str) -> None:
    assert list(copied(Tree(html).root)) == list(events(html))


@given(
    SOUP.map("".join),
    st.sampled_from(
        ["p", ".a", "td, [href=x]", "div > p", "p:first-child", "#none, a", ".A", "#B, TD", ".a b"]
    ),
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
        below = [inner for child in element.children for inner in child.descendants()]
        assert list(element.descendants()) == [element, *below]


@given(SOUP.map("".join))
def test_tape_holds_what_each_element_prints(html: str) -> None:
    tree = Tree(html)
    for element in tree.elements:
        marks = [piece for piece in tree.tape[element.begin : element.end] if piece.startswith(MARKS)]
        printed = [inner for inner in element.descendants() if inner.is_printed]
        assert len(marks) == sum(2 - inner.start.is_void for inner in printed)
        assert all(tree.holder(place) in element.descendants() for place in range(element.begin, element.end))


def test_link_is_marked_in_the_last_line_it_spans() -> None:
    tree = Tree("<p>so <a href=x>one<br>two</a></p><div>three<a href=y><div>four</div>five</a></div>")
    lines = lines_of(tree, 0, len(tree.tape))
    assert [(line.text, line.linked) for line in lines] == [
        ("so one", 0), ("two", 1), ("three", 0), ("four", 0), ("five", 1),
    ]  # fmt: skip


@pytest.mark.parametrize("control", ["button", "select", "object", "video"])
def test_control_prints_nothing_unless_nobody_closed_it(control: str) -> None:
    closed = Tree(f"<p>a<{control}>b<span>c</span></{control}>d</p>")
    assert closed.root.text() == "ad"
    assert [leaf.tag for leaf in closed.leaves] == ["p"]
    assert closed.root.chars == 2
    article = "".join(f"<div>{number:03} 全年调解矛盾纠纷若干件，均已办结。</div>" for number in range(9))
    swallowed = Tree(f"<p>a</p><{control}>{article}")
    assert swallowed.root.chars == len("".join(swallowed.root.text().split())) > 9 * 18
    assert [line.text[:3] for line in lines_in(swallowed.root)] == ["a", *(f"{n:03}" for n in range(9))]


def test_text_of_an_element_has_a_space_between_blocks_only() -> None:
    tree = Tree("<div><p>首页</p><p>机<b>构</b></p>\n<ul>  <li>一<br>二</li></ul></div>")
    assert tree.root.text() == "首页 机构 一二"
    assert tree.root.text(apart=True) == "首页 机 构 一 二"


def test_lines_leave_out_elements() -> None:
    tree = Tree("<div>a<i>b</i>c<p>d</p><table><tr><td>e<td>f<tr><td>g<td>h</table></div>")
    row = tree.tagged("tr")[1]
    lines = lines_in(tree.tagged("div")[0], [*tree.tagged("i"), *tree.tagged("p"), row])
    assert [line.cells for line in lines] == [("ac",), ("e", "f")]


@pytest.mark.parametrize("names", [["a"], ["b", "a"], ["none"]])
def test_bearing_finds_by_id_and_class(names: list[str]) -> None:
    tree = Tree("<p class='a b'>1</p><p id=a>2</p><p class=c>3</p>")
    expected = [e.text() for e in tree.elements if set(e.names) & set(names)]
    assert [e.text() for e in tree.bearing(names)] == expected
