"""The arrangement view: sections across, tracks down; a cell or a section is edited from its menu.

Return or a click with the right button opens the menu; cells and sections are dragged out; Space plays.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PyQt6 import QtWidgets
from PyQt6.QtCore import QModelIndex, QPoint, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QKeyEvent, QPainter, QPen, QResizeEvent

from gui.appearance import Colours, add_entry, context_menu, gap
from gui.clips.dragging import drag
from gui.clips.grid.note_layer import LayerShelf
from gui.clips.grid.rows import Rows, counted, describe
from gui.language.say import say
from gui.link.song_files import CELL_ACTIONS, SECTION_ACTIONS, SongEdit, starts_of
from gui.state.panel_state import PanelState
from gui.state.values import Round, SongFiles


class SongTable(QtWidgets.QTableWidget):
    """Shows the song of the chosen round; emits ``edit_wanted`` with a SongEdit, ``play_wanted`` with clips that are to
    sound together.
    """

    edit_wanted = pyqtSignal(object)
    play_wanted = pyqtSignal(object)

    def __init__(self, state: PanelState, shelf: LayerShelf) -> None:
        super().__init__()
        self._state = state
        self._round: Round | None = None
        self._song: SongFiles | None = None
        self._names: list[str] = []
        self.setObjectName("song")
        self.setAccessibleName(say("The song: sections across, tracks down"))
        self.setItemDelegate(_Cells(self, shelf))
        self.setShowGrid(False)
        self.setEditTriggers(QtWidgets.QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QtWidgets.QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragEnabled(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda place: self._open_menu(self.indexAt(place)))
        self.doubleClicked.connect(self._open_menu)
        # Our own: Qt may answer None when it is asked for those that it makes.
        self._view, self._heads = QtWidgets.QWidget(), QtWidgets.QHeaderView(Qt.Orientation.Horizontal)
        tracks, across = QtWidgets.QHeaderView(Qt.Orientation.Vertical), self._heads
        self.setViewport(self._view)
        self.setHorizontalHeader(across)
        self.setVerticalHeader(tracks)
        across.setSectionsClickable(True)
        tracks.setSectionResizeMode(QtWidgets.QHeaderView.ResizeMode.Stretch)
        tracks.setMinimumSectionSize(gap(self, 1.6))
        across.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        across.customContextMenuRequested.connect(self._open_section_menu)
        across.setToolTip(say("Click with the right button to change the section."))
        state.follow("chosen round rounds", self._follow)

    @property
    def song_round(self) -> Round | None:
        """The chosen round, where it has made a song."""
        made = self._state.round_of(self._state.chosen)
        return made if made and made.song else None

    def _follow(self) -> None:
        made = self.song_round
        if made is None or made is self._round:
            return
        self._round, self._song, song = made, made.song, made.song
        assert song is not None
        here = (max(0, self.currentRow()), max(0, self.currentColumn()))
        self.clear()
        self.setRowCount(len(song.tracks))
        self.setColumnCount(len(song.names))
        self.setVerticalHeaderLabels(song.tracks)
        self._names = []
        for section, (name, clips) in enumerate(zip(map(say, song.names), song.clips, strict=True)):
            clip = next(clip for clip in clips if clip)
            self._names.append(f"{section + 1}  {name}\n{counted(clip.metre.bars(clip.length), 'bar')}")
            for track, playing in enumerate(clips):
                item = QtWidgets.QTableWidgetItem("")
                item.setData(Qt.ItemDataRole.UserRole, playing)
                words = describe(playing) if playing else say("silent")
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{song.tracks[track]}, {name}: {words}")
                item.setToolTip(words)
                self.setItem(track, section, item)
        self.setHorizontalHeaderLabels(self._names)
        self._fit()
        self.setCurrentCell(min(here[0], len(song.tracks) - 1), min(here[1], len(song.names) - 1))

    def _fit(self) -> None:
        """Room for each section's name, and what is left of the width by their lengths."""
        if self._song is None:
            return
        starts, length = starts_of(self._song.clips)
        ends, metrics = [*starts[1:], length], self.fontMetrics()
        named = [max(map(metrics.horizontalAdvance, head.split("\n"))) + gap(self) for head in self._names]
        left = max(0, self._view.width() - sum(named))
        for section, (start, end) in enumerate(zip(starts, ends, strict=True)):
            self.setColumnWidth(section, named[section] + int(left * (end - start) / length))

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit()

    # ---- what is done with a cell or a section

    def menu_of(self, section: int, track: int | None) -> QtWidgets.QMenu:
        """What can be done: with a track in a section, or (track None) with the section."""
        menu, song = context_menu(self), self._song
        clips = tuple(filter(None, song.clips[section])) if song else ()
        if track is not None and song and (clip := song.clips[section][track]):
            add_entry(menu, f"{say('Play')}\tSpace", partial(self.play_wanted.emit, (clip,)))
        add_entry(menu, say("Section: {what}", what=say("Play")), partial(self.play_wanted.emit, clips))
        menu.addSeparator()
        for action, words in CELL_ACTIONS.items() if track is not None else ():
            add_entry(menu, say(words), partial(self.edit_wanted.emit, SongEdit(action, section, track)))
        menu.addSeparator()  # Qt shows several in a row as one
        for action, words in SECTION_ACTIONS.items():
            said = say("Section: {what}", what=say(words))
            add_entry(menu, said, partial(self.edit_wanted.emit, SongEdit(action, section)))
        return menu

    def _open_menu(self, index: QModelIndex) -> None:
        if index.isValid():
            place = self.visualRect(index).bottomLeft()
            self.menu_of(index.column(), index.row()).popup(self._view.mapToGlobal(place))

    def _open_section_menu(self, place: QPoint) -> None:
        header = self._heads
        section = header.logicalIndexAt(place)
        if section >= 0:
            self.menu_of(section, None).popup(header.mapToGlobal(place))

    def _file_at(self, index: QModelIndex) -> Path | None:
        here, results = (index.column(), index.row()), self._round.results if self._round else []
        at_place = ((result, result.variation.place) for result in results)
        return next((each.path for each, place in at_place if place and (place.section, place.track) == here), None)

    def startDrag(self, actions: Qt.DropAction) -> None:
        """Carry a cell's clip; with Shift the whole section."""
        index = self.currentIndex()
        whole = QtWidgets.QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        if path := self._song.files[index.column()] if whole and self._song else self._file_at(index):
            drag(self, path, self._view.grab(self.visualRect(index)))

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        index = self.currentIndex()
        if event and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Menu) and index.isValid():
            self._open_menu(index)
        elif event and event.key() == Qt.Key.Key_Space:
            clip = index.data(Qt.ItemDataRole.UserRole)
            self.play_wanted.emit((clip,) if clip else ())
        elif event and event.key() == Qt.Key.Key_Delete and index.isValid():
            self.edit_wanted.emit(SongEdit("out", index.column(), index.row()))
        else:
            super().keyPressEvent(event)


class _Cells(QtWidgets.QStyledItemDelegate):
    """Paints the notes of each cell."""

    def __init__(self, table: SongTable, shelf: LayerShelf) -> None:
        super().__init__(table)
        self._table, self._shelf = table, shelf

    def paint(self, painter: QPainter | None, option: QtWidgets.QStyleOptionViewItem, index: QModelIndex) -> None:
        """The notes on the ground of the roll, a frame around the cell that has the focus."""
        if painter is None:
            return
        colours, clip = Colours.of(self._table), index.data(Qt.ItemDataRole.UserRole)
        area = QRectF(option.rect).adjusted(1, 1, -1, -1)
        painter.save()
        painter.fillRect(area, QColor(colours.roll if clip else colours.surface))
        if clip is not None:
            self._shelf.of_clip(clip, Rows.of([clip])).paint_small(painter, area, colours, clip.length)
        if self._table.currentIndex() == index:
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        painter.restore()
