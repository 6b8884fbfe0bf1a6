"use strict";
// The user's Undo and Redo, performed: all of a press goes and comes, and the device never takes them for its own doing.

const test = require("node:test");
const assert = require("node:assert/strict");
const { roomWith, notes } = require("../fake_live/room.js");

const clips = (room) => room.set.track(0).values.clip_slots.map((slot) => slot.values.clip).filter(Boolean);
const plain = (clip) => clip.notes.notes.map(({ note_id, selected, ...note }) => note);

test("one Undo takes everything back, scenes too, one Redo brings it again, and nothing is taken for ours that isn't", () => {
  const room = roomWith({ name: "lead", notes: notes(8) }, { set: { scenes: 2 } }).control({ count: 4 }).connected();
  const whole = () => JSON.stringify(clips(room).map((clip) => [clip.values.name, plain(clip)]));
  const before = whole();
  room.press();
  const after = whole();
  assert.equal(room.set.song.values.scenes.length, 5);
  assert.ok(room.set.undo());
  assert.deepEqual([whole(), room.set.song.values.scenes.length], [before, 2]);
  assert.match(room.press("discard").status, /None of the new clips is there as it was made/);
  assert.ok(room.set.redo());
  assert.deepEqual([whole(), room.set.song.values.scenes.length], [after, 5]);
  assert.match(room.press("discard").status, /nothing to take back/);
  room.set.select(room.set.clip(0, 0));
  assert.match(room.press("again").status, /4 variations/);
  assert.equal(clips(room).length, 9);
  assert.ok(room.set.undo());
  assert.equal(whole(), after);
});

test("an Undo while the clips are being written leaves none of them, and a sentence", () => {
  const room = roomWith({ length: 600, notes: notes(2000) }).control({ count: 4 }).connected();
  room.host.message("press", "make");
  while (clips(room).length < 3) room.run(5);
  room.set.undo();
  assert.equal(clips(room).length, 1);
  assert.match(room.run(1500).status, /removed|gone|nothing was written/);
  assert.equal(clips(room).length, 1);
  assert.equal(room.set.journal.depth, 0);
});
