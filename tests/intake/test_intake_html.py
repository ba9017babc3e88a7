"""HTML as a reader sees it."""

from __future__ import annotations

import time

import pytest

from classifier.intake.html import from_bytes, marker, to_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<ol start=3><li>a</li><li value=7>b</li><li>c</li></ol>", "3. a\n7. b\n8. c"),
        ("<ol type=a><li>x</li><li>y</li></ol>", "a. x\nb. y"),
        ("<ol type=A><li>x</li></ol>", "A. x"),
        ("<ol type=i><li>x</li><li>y</li></ol>", "i. x\nii. y"),
        ('<ol style="list-style-type: upper-roman"><li>x</li></ol>', "I. x"),
        ("<ol><li>a<ol type=a><li>b</li><li>c</li></ol></li><li>d</li></ol>", "1. a\n  a. b\n  b. c\n2. d"),
        ("<ol><li><p>a</p><p>more</p></li><li><div>b</div></li></ol>", "1. a\n\nmore\n2. b"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("a<br>b<br><br>c", "a\nb\n\nc"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("<b>a</b> <i>b</i>c", "a bc"),
        ("a &amp;  b\n\n c&nbsp;d", "a & b c d"),
        ("<pre>a  b\n c</pre>", "a  b\n c"),
        (
            "<table><tr><th>Year</th><th>No</th></tr><tr><td><p>2020</p></td><td>5</td></tr></table>",
            "Year\tNo\n2020\t5",
        ),
        ("<p>See <a href='http://x'>the law</a>.</p>", "See the law."),
        ("<script>x</script><style>p{}</style><title>t</title>a<p hidden>b</p>", "a"),
        ("a<div style='display: none'>secret</div><span style='mso-hide:all'>x</span>", "a"),
        (
            "<p style='text-indent:-18pt'><span style='mso-list:Ignore'>1.&nbsp;&nbsp;</span>Word item</p>",
            "1. Word item",
        ),
    ],
)
def test_markup_reads_as_it_looks(markup: str, text: str) -> None:
    assert to_text(markup) == text


def test_quoted_history_is_marked_and_an_indent_is_not() -> None:
    markup = (
        "new<div class=gmail_quote>On Monday X wrote:<blockquote class=gmail_quote style='margin:0 0 0 .8ex;"
        "border-left:1px solid #ccc'>old<br>older<blockquote type=cite>oldest</blockquote></blockquote></div>"
        "<blockquote style='margin:0 0 0 40px;border:none;padding:0'>my own words</blockquote>"
    )
    assert [line for line in to_text(markup).split("\n") if line.strip("> ")] == [
        "new", "On Monday X wrote:", "> old", "> older", "> > oldest", "my own words",
    ]  # fmt: skip


def test_a_documents_own_charset_is_believed_where_the_envelope_names_none() -> None:
    data = "<meta charset=iso-8859-15><p>5 €".encode("iso-8859-15")
    assert from_bytes(data) == "5 €"
    assert from_bytes("<p>5 €".encode(), "utf-8") == "5 €"


def test_numbers_are_written_as_browsers_write_them() -> None:
    assert [marker(n, "a") for n in (1, 26, 27, 53)] == ["a", "z", "aa", "ba"]
    assert [marker(n, "I") for n in (4, 9, 14, 1990)] == ["IV", "IX", "XIV", "MCMXC"]
    assert [marker(n, "a") for n in (0, -3)] == ["0", "-3"]


@pytest.mark.parametrize(
    "unit", ["<div>", "<ol><li>", "<blockquote>x<br>", "<td>x", "<p>x", "<b><p>", "<table><tr><td>", "<!--"]
)
def test_hostile_markup_takes_time_in_proportion_to_its_length(unit: str) -> None:
    def seconds(count: int) -> float:
        markup = "<html>" + unit * count + "end"
        start = time.perf_counter()
        to_text(markup)
        return time.perf_counter() - start

    seconds(100)
    assert seconds(40_000) < 12 * seconds(10_000) + 0.2


def test_a_tag_with_very_many_attributes_is_read_in_no_time() -> None:
    start = time.perf_counter()
    assert to_text("<p " + " ".join(f"a{i}=1" for i in range(50_000)) + ">How many?") == "How many?"
    assert time.perf_counter() - start < 1
