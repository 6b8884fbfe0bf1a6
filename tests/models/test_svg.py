"""What a drawing writes: well-formed SVG, words as they are, numbers short."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.svg import NEW, PAPER, Drawing

SPACE = "{http://www.w3.org/2000/svg}"


def drawn(drawing: Drawing) -> list[ElementTree.Element]:
    """What lies on the paper."""
    return list(ElementTree.fromstring(str(drawing)))[1:]


def test_the_paper_covers_the_page() -> None:
    root = ElementTree.fromstring(str(Drawing(200, 100.5)))
    assert root.get("viewBox") == "0 0 200 100.5"
    (paper,) = root
    assert (paper.get("width"), paper.get("height"), paper.get("fill")) == ("200", "100.5", PAPER)


def test_numbers_are_written_to_a_hundredth_and_names_with_a_hyphen() -> None:
    drawing = Drawing(10, 10)
    drawing.rect(1 / 3, 2.0, 3, 4.5678, NEW, stroke_width=0.8)
    (rect,) = drawn(drawing)
    assert [rect.get(name) for name in ("x", "y", "height", "stroke-width")] == ["0.33", "2", "4.57", "0.8"]


def test_a_line_goes_through_its_points_in_their_order() -> None:
    drawing = Drawing(10, 10)
    drawing.line([(0, 1), (2.5, 3), (4, 0)], width=2)
    (line,) = drawn(drawing)
    assert line.get("points") == "0,1 2.5,3 4,0"
    assert line.get("fill") == "none"


def test_a_legend_is_a_box_and_its_word() -> None:
    drawing = Drawing(10, 10)
    drawing.legend(2, 9, "new", NEW)
    box, word = drawn(drawing)
    assert (box.tag, box.get("fill"), word.text) == (f"{SPACE}rect", NEW, "new")
    assert float(word.get("x")) > float(box.get("x")) + float(box.get("width"))


@given(st.text(st.characters(exclude_categories=("C",)), max_size=20))
def test_any_words_come_back_as_they_were(words: str) -> None:
    drawing = Drawing(10, 10)
    drawing.text(0, 0, words, title=f"{words}!")
    (text,) = drawn(drawing)
    assert (text.text or "") == words
    assert text[0].text == f"{words}!"


@pytest.mark.parametrize("size", [0.001, 1e6])
def test_no_size_is_written_with_an_exponent_that_svg_can_not_read(size: float) -> None:
    drawing = Drawing(10, 10)
    drawing.rect(0, 0, size, size, NEW)
    assert float(drawn(drawing)[0].get("width")) == pytest.approx(size, abs=0.005)
