"use strict";
// Results in the arrangement and in take lanes, where this Live can; taken back in either way of naming them.

const test = require("node:test");
const assert = require("node:assert/strict");
const { Room, roomWith, notes } = require("../fake_live/room.js");

const clips = (room) => room.set.track(0).values.clip_slots.map((slot) => slot.values.clip).filter(Boolean);
const plain = (clip) => clip.notes.notes.map(({ note_id, selected, ...note }) => note);

test("the arrangement gets them behind the clip, over nothing, where this Live can; else they are in slots", () => {
  for (const [version, wanted] of [["12.1.10", [0, 8, 14]], ["12.4.0", [0, 8, 14]], ["12.1.9", [0, 8]]]) {
    const room = new Room({ set: { version, tracks: [{ arrangement: [{ at: 0, loop_start: 1, notes: notes(16) },
      { at: 8, length: 5.5, notes: notes(2) }] }] } });
    const track = room.set.track(0);
    room.set.select(track.values.arrangement_clips[0]);
    room.control({ where: 1, count: 1 }).connected().press();
    if (wanted.length === 2) {
      assert.match(room.status, /One variation .* can't take clips in the arrangement/);
    } else {
      assert.match(room.status, /1 are in the arrangement|arrangement, behind/);
      const made = track.values.arrangement_clips[2];
      assert.equal(made.values.start_time, 4);
      assert.deepEqual(plain(made).map((note) => note.start_time), notes(16).map((n) => n.start_time - 1).filter((t) => t >= 0));
    }
  }
});

test("take lanes get them at the clip's own time, each one of its own; where they can't be, slots and a sentence", () => {
  const lanesOf = (version, { where = 2, slot = false, dropNotes = 0 } = {}) => {
    const room = new Room({ set: { version, dropNotes, tracks: [{ clips: slot ? { 0: { notes: notes(8) } } : {},
      arrangement: [{ at: 8, loop_start: 1, start_marker: 1, notes: notes(16) }] }] } });
    const track = room.set.track(0);
    room.set.select(slot ? room.set.clip(0, 0) : track.values.arrangement_clips[0]);
    room.control({ where, count: 2 }).connected().press();
    return [room, track.values.take_lanes.map((lane) => lane.values.arrangement_clips.map((clip) => clip.values.start_time))];
  };
  const [room, starts] = lanesOf("12.2.0");
  assert.equal(room.status, "2 are in take lanes, at the clip's own time.");
  assert.deepEqual(starts, [[8], [8]]);
  assert.equal(room.set.journal.undoSteps(), 1);
  room.press("discard");
  assert.deepEqual(room.set.track(0).values.take_lanes.map((lane) => lane.values.arrangement_clips.length), [0, 0]);
  for (const [version, values] of [["12.1.10", {}], ["12.4.0", { slot: true }]]) {
    const [other, none] = lanesOf(version, values);
    assert.match(other.status, /2 variations are in free slots .* Take lanes need a newer Live and a clip/);
    assert.deepEqual(none, []);
  }
  const [lossy, left] = lanesOf("12.4.0", { dropNotes: 1 });
  assert.match(lossy.status, /didn't keep the notes/);
  assert.deepEqual(left.flat(), []);
});

test("new clips of the arrangement are taken back, in either way of naming them; a device that goes leaves no half clip", () => {
  for (const idWord of [false, true]) {
    const room = new Room({ set: { idWord, tracks: [{ arrangement: [{ at: 0, notes: notes(16) }] }] } });
    const track = room.set.track(0);
    room.set.select(track.values.arrangement_clips[0]);
    room.control({ where: 1, count: 2 }).connected().press();
    assert.equal(track.values.arrangement_clips.length, 3);
    room.press("discard");
    assert.equal(track.values.arrangement_clips.length, 1);
  }
  const room = roomWith({ length: 600, notes: notes(2000) }).control({ count: 4 }).connected();
  room.host.message("press", "make");
  while (clips(room).length < 2) room.run(5);
  room.host.notifyDeleted();
  assert.equal(clips(room).length, 1);
  assert.equal(room.set.journal.depth, 0);
});
