"""How an entry of the session looks: a round's head as a line, a result as a thumbnail with play, star and handle."""

from __future__ import annotations

from typing import Literal, get_args

from PyQt6.QtCore import QModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPixmap
from PyQt6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gui.appearance import Colours, canvas, draw_words, gap
from gui.clips.grid.note_layer import LayerShelf, mixed
from gui.clips.grid.rows import Rows
from gui.clips.rounds.round_model import Entry, short
from gui.language.say import say
from gui.state.panel_state import PanelState
from gui.state.values import SongFiles

Sign = Literal["play", "star", "handle"]
_MOST_PICTURES = 400


class RoundPainter(QStyledItemDelegate):
    """Paints; ``sign_at`` says which of a thumbnail's signs lies at a place."""

    def __init__(self, view: QListView, state: PanelState, shelf: LayerShelf) -> None:
        super().__init__(view)
        self._view, self._state, self._shelf = view, state, shelf
        self._pictures: dict[tuple[object, ...], QPixmap] = {}
        self.playing: object = None

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """A head takes a line of its own; as many thumbnails as fit stand below it."""
        view = self._view
        viewport = view.viewport()
        room = (viewport.width() if viewport else view.width()) - gap(view, 0.3)
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        if entry.result is None:
            return QSize(max(room, gap(view, 8)), gap(view, 1.5))
        in_a_row = max(1, room // gap(view, 12))
        return QSize(room // in_a_row, gap(view, 5.4))

    def paint(self, painter: QPainter | None, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        if painter is None:
            return
        entry: Entry = index.data(Qt.ItemDataRole.UserRole)
        colours, line = Colours.of(self._view), gap(self._view, 1.0)
        painter.save()
        if entry.result is not None:
            self._paint_result(painter, option, entry)
        else:
            painter.setPen(QColor(colours.quiet))
            area = option.rect.adjusted(line // 3, 0, -line // 3, 0)
            draw_words(painter, area, index.data(Qt.ItemDataRole.DisplayRole))
        painter.restore()

    def _paint_result(self, painter: QPainter, option: QStyleOptionViewItem, entry: Entry) -> None:
        colours, line, card = Colours.of(self._view), gap(self._view, 1.0), self.card(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        thick = (3 if self._view.hasFocus() else 2) if chosen else 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.accent if chosen else colours.line), thick))
        painter.setBrush(QColor(colours.field))
        painter.drawRoundedRect(QRectF(card).adjusted(1, 1, -1, -1), line * 0.3, line * 0.3)
        painter.setPen(QColor(colours.text))
        play = "■" if self.playing == entry.choice else "▶"
        star = "★" if entry.choice in self._state.stars else "☆"
        glyphs: dict[Sign, str] = {"play": play, "star": star, "handle": "⠿"}
        for sign, glyph in glyphs.items():
            painter.drawText(self.place(sign, option.rect), Qt.AlignmentFlag.AlignCenter, glyph)
        head = QRect(card.left() + line * 2, card.top(), card.width() - line * 5, round(line * 1.5))
        assert entry.result is not None
        words = say("Song") if entry.round.song else f"{entry.result.number}  {short(entry.result)}"
        draw_words(painter, head, words)
        notes = card.adjusted(line // 2, round(line * 1.5), -line // 2, -round(line * 0.4))
        painter.drawPixmap(notes, self.picture(entry, notes.size(), colours))

    def card(self, area: QRect) -> QRect:
        """The frame of a thumbnail in its place."""
        space = gap(self._view, 0.15)
        return area.adjusted(space, space, -space, -space)

    def place(self, sign: Sign, area: QRect) -> QRect:
        """Where a sign of a thumbnail lies."""
        line, card = gap(self._view, 1.0), self.card(area)
        side = round(line * 1.5)
        left = {"play": card.left(), "star": card.right() - 2 * side, "handle": card.right() - side}[sign]
        return QRect(left, card.top(), side, side)

    def sign_at(self, place: QPointF, area: QRect) -> Sign | None:
        return next((sign for sign in get_args(Sign) if self.place(sign, area).contains(place.toPoint())), None)

    def picture(self, entry: Entry, size: QSize, colours: Colours) -> QPixmap:
        """The notes of a result, small; painted once for a size and a look."""
        ratio = self._view.devicePixelRatioF()
        key = (entry.choice, bool(entry.round.song), size.width(), size.height(), ratio, colours.window)
        if key not in self._pictures:
            if len(self._pictures) >= _MOST_PICTURES:
                self._pictures.clear()
            picture = canvas(self._view, size, colours.field)
            painter, area = QPainter(picture), QRectF(0, 0, size.width(), size.height())
            if entry.round.song:
                paint_song(painter, area, entry.round.song, colours)
            elif entry.result is not None:
                variation, behind = entry.result.variation, entry.result.behind
                if behind and behind.drums != variation.clip.drums:
                    behind = None
                rows = Rows.of([clip for clip in (variation.clip, behind) if clip])
                layer = self._shelf.of_variation(variation, behind, rows)
                layer.paint_small(painter, area, colours, variation.clip.length)
            painter.end()
            self._pictures[key] = picture
        return self._pictures[key]


def paint_song(painter: QPainter, area: QRectF, song: SongFiles, colours: Colours) -> None:
    """A song in the small: a row for each track, a block where it plays, the fuller the denser."""
    lengths = [max(clip.length for clip in clips if clip) for clips in song.clips]
    tall, beat = area.height() / max(1, len(song.tracks)), area.width() / sum(lengths)
    dense = [[len(clip.notes) / clip.length if clip else 0.0 for clip in clips] for clips in song.clips]
    left = area.left()
    for length, shares in zip(lengths, dense, strict=True):
        for track, share in enumerate(shares):
            most = max(each[track] for each in dense) or 1.0
            if share:
                block = QRectF(left + 0.5, area.top() + track * tall + 0.5, length * beat - 1, tall - 1)
                painter.fillRect(block, mixed(colours.kept, colours.roll, 0.35 + 0.65 * share / most))
        left += length * beat
