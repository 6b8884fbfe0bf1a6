"use strict";
// What the device writes: free slots only, the kept notes to the last bit, one undo step, nothing half done.

const test = require("node:test");
const assert = require("node:assert/strict");
const { Room, roomWith, aNote, notes, echo } = require("../fake_live/room.js");

const written = (room, track = 0) => room.set.track(track).values.clip_slots.map((slot) => slot.values.clip);
const plain = (clip) => clip.notes.notes.map(({ note_id, selected, ...note }) => note);
const only = (variation) => (prompt, start) => echo(prompt, start).map((one) => ({ ...one, ...variation }));

test("kept notes come back to the last bit, with everything the wire rounds", () => {
  const exact = [aNote({ start_time: 0.1, duration: 1 / 3, velocity: 71.123456789, probability: 0.123456,
    velocity_deviation: -3.5, release_velocity: 64.2, mute: 1 }), aNote({ pitch: 127, start_time: Math.PI / 2 }),
  aNote({ pitch: 0, start_time: 3.9999999, duration: 0.3 })];
  const room = roomWith({ notes: exact });
  room.control({ count: 1 }).connected().press();
  assert.deepEqual(plain(room.set.clip(0, 1)), plain(room.set.clip(0, 0)));
});

test("two notes of one tick are told apart", () => {
  const room = roomWith({ notes: [aNote({ start_time: 1, duration: 1e-6 }), aNote({ start_time: 1.00001 })] });
  room.control({ count: 1 }).connected().press();
  assert.deepEqual(plain(room.set.clip(0, 1)), plain(room.set.clip(0, 0)));
});

test("a note that says it is kept but isn't the same is written as it came", () => {
  const room = roomWith({ notes: [aNote()] }, { compose: only({ notes: [[61, 0, 6720, 100, 0, 1000, 0, 64]] }) });
  room.control({ count: 1 }).connected().press();
  assert.equal(room.set.clip(0, 1).notes.notes[0].pitch, 61);
});

test("name, colour, loop, markers and metre come from the prompt", () => {
  const shape = { color: 0xabcdef, loop_start: 8, loop_end: 12, start_marker: 6, end_marker: 14,
    signature_numerator: 7, signature_denominator: 8, looping: 1 };
  const room = roomWith({ name: "lead", ...shape, notes: [aNote({ start_time: 9 })] });
  room.control({ count: 2, seed: 42 }).connected().press();
  for (const [index, clip] of [[1, room.set.clip(0, 1)], [2, room.set.clip(0, 2)]]) {
    const { name, ...values } = clip.values;
    assert.equal(name, `lead ~${index} s${41 + index}`);
    for (const key of Object.keys(shape)) assert.equal(values[key], shape[key], key);
    assert.equal(clip.notes.notes[0].start_time, 9);
  }
});

test("a variation of a variation gets a name of the same length; a nameless clip gets one", () => {
  for (const [name, wanted] of [["lead ~3 s77", "lead ~1 s5"], ["", "clip ~1 s5"]]) {
    const room = roomWith({ name, notes: notes(3) });
    room.control({ count: 1, seed: 5 }).connected().press();
    assert.equal(room.set.clip(0, 1).values.name, wanted);
  }
});

test("an unlooped clip and one that begins before zero keep their ends", () => {
  for (const shape of [{ looping: 0, loop_start: 2, loop_end: 6, start_marker: 2, end_marker: 6 },
    { loop_start: -4, loop_end: -1, start_marker: -4, end_marker: 3 }]) {
    const room = roomWith({ ...shape, notes: [aNote({ start_time: shape.loop_start + 1 })] });
    room.control({ count: 1 }).connected().press();
    const values = room.set.clip(0, 1).values;
    for (const key of Object.keys(shape)) assert.equal(values[key], shape[key], key);
  }
});

test("notes beside the loop are not lost", () => {
  const room = roomWith({ length: 8, loop_start: 4, notes: [aNote({ start_time: 1 }), aNote({ start_time: 5 })] });
  room.control({ count: 1 }).connected().press();
  assert.deepEqual(plain(room.set.clip(0, 1)), plain(room.set.clip(0, 0)));
});

test("only free slots below are used, and scenes are added when they run out", () => {
  const clip = (name) => ({ name, notes: notes(2) });
  const room = new Room({ set: { scenes: 4, tracks: [{ clips: { 0: clip("above"), 1: clip("prompt"),
    3: clip("below") } }, { clips: { 2: clip("other") } }] } });
  room.set.select(room.set.clip(0, 1));
  const before = written(room);
  room.control({ count: 3, seed: 1 }).connected().press();
  assert.deepEqual(written(room).map((one) => one && one.values.name),
    ["above", "prompt", "prompt ~1 s1", "below", "prompt ~2 s2", "prompt ~3 s3"]);
  assert.deepEqual([0, 1, 3].map((index) => written(room)[index]), [0, 1, 3].map((index) => before[index]));
  assert.equal(written(room, 1).length, 6);
  assert.deepEqual(room.set.journal.of(before[1]), []);
});

test("the source clip is never written, and all is one undo step", () => {
  const room = roomWith({ notes: notes(16) });
  room.control({ count: 4 }).connected().press();
  assert.deepEqual(room.set.journal.of(room.set.clip(0, 0)), []);
  assert.deepEqual(room.set.journal.of(room.set.slot(0, 0)), []);
  assert.equal(room.set.journal.undoSteps(), 1);
});

test("an undo step that isn't there, or refuses, stops nothing", () => {
  for (const set of [{ undoSteps: false }, { undoSteps: false, silent: true }]) {
    const room = roomWith({ notes: notes(4) }, { set });
    room.connected().press();
    assert.match(room.status, /4 variations/);
  }
});

test("a Live 11 isn't asked for undo steps, which would leave a line in the console", () => {
  const room = roomWith({ notes: notes(4) }, { set: { version: "11.3.20", undoSteps: false, silent: true } });
  room.connected().press();
  assert.match(room.status, /4 variations/);
  assert.deepEqual(room.host.console, []);
});

test("at most 500 notes go into one call, and all arrive, of many pitches or of one", () => {
  for (const values of [{}, { pitch: 42 }]) {
    const room = roomWith({ length: 600, notes: notes(2000, values) });
    room.control({ count: 1 }).connected().press("make", 4000);
    const calls = room.set.journal.changes.filter((change) => change.member === "add_new_notes");
    assert.ok(calls.length < 10 && calls.every((change) => change.args[0].notes.length <= 500));
    assert.deepEqual(plain(room.set.clip(0, 1)), plain(room.set.clip(0, 0)));
    assert.equal(room.status, "One variation is in a free slot of this track.");
  }
});

test("new notes mean what their eight numbers say", () => {
  const compose = only({ notes: [[64, 4480, 8960, 90, 1, 250, -7, 11]], kept: [0] });
  const room = roomWith({ length: 8, loop_start: 4, loop_end: 8, notes: [aNote({ start_time: 4 })] }, { compose });
  room.control({ count: 1 }).connected().press();
  assert.deepEqual(plain(room.set.clip(0, 1)), [{ velocity: 90, mute: 1, probability: 0.25, velocity_deviation: -7,
    release_velocity: 11, pitch: 64, start_time: 4 + 1 / 3, duration: 2 / 3 }]);
});

test("rounding never cuts a kept note: the new one beside it gives way", () => {
  const kept = aNote({ start_time: 0, duration: 1.00003 });
  const compose = (prompt, start) => [{ notes: [prompt.notes[0], [60, 13440, 6720, 80, 0, 1000, 0, 64]], kept: [1, 0],
    length: prompt.length, seed: start.seed }];
  const room = roomWith({ notes: [kept] }, { compose });
  room.control({ count: 1 }).connected().press();
  const [first, second] = room.set.clip(0, 1).notes.notes;
  assert.equal(first.duration, 1.00003);
  assert.equal(second.start_time, 1.00003);
  assert.match(room.status, /One variation/);
});

test("notes that overlap are cut before Live has to do it", () => {
  const compose = (prompt) => [{ notes: [[60, 0, 26880, 100, 0, 1000, 0, 64], [60, 13440, 13440, 90, 0, 1000, 0, 64]],
    kept: [0, 0], length: prompt.length }];
  const room = roomWith({ notes: notes(1) }, { compose });
  room.control({ count: 1 }).connected().press();
  assert.deepEqual(room.set.clip(0, 1).notes.notes.map((note) => [note.start_time, note.duration]), [[0, 1], [1, 1]]);
  assert.equal(room.status, "One variation is in a free slot of this track.");
});

test("a continuation that is longer moves the ends, not the start", () => {
  const compose = (prompt) => [{ notes: [[60, 53760, 13440, 100, 0, 1000, 0, 64]], kept: [0], length: 107520 }];
  const room = roomWith({ length: 8, loop_start: 4, loop_end: 8, notes: [aNote({ start_time: 4 })] }, { compose });
  room.control({ count: 1, task: 2 }).connected().press();
  const { loop_start, loop_end, end_marker } = room.set.clip(0, 1).values;
  assert.deepEqual([loop_start, loop_end, end_marker], [4, 12, 12]);
  assert.deepEqual(room.set.clip(0, 1).notes.notes.map((note) => note.start_time), [8]);
});

test("notes that Live changes while writing are told", () => {
  const room = roomWith({ notes: notes(4) });
  room.control({ count: 1 }).connected();
  const { NoteStore } = require("../fake_live/notes.js");
  const { put } = NoteStore.prototype;
  NoteStore.prototype.put = function (list) { return put.call(this, list.map((note) => ({ ...note, duration: 0.1 }))); };
  try {
    room.press();
  } finally {
    NoteStore.prototype.put = put;
  }
  assert.match(room.status, /Live changed some notes/);
});

test("what can't be written is taken away again, and the undo step is closed", () => {
  for (const silent of [false, true]) {
    const room = roomWith({ notes: notes(4) }, { set: { silent } });
    room.control({ count: 2 }).connected();
    room.set.track(0).values.kind = "group";
    room.press();
    assert.match(room.status, /didn't take a new clip/);
    assert.deepEqual(written(room).filter(Boolean).length, 1);
    assert.equal(room.set.journal.depth, 0);
  }
});

test("when the third of four can't be written none is left", () => {
  const room = roomWith({ notes: notes(4) });
  room.connected();
  const { NoteStore } = require("../fake_live/notes.js");
  const { add } = NoteStore.prototype;
  let calls = 0;
  NoteStore.prototype.add = function (payload) {
    calls += 1;
    if (calls === 3) throw new Error("Live is busy");
    return add.call(this, payload);
  };
  try {
    room.press();
  } finally {
    NoteStore.prototype.add = add;
  }
  assert.match(room.status, /what was begun was removed/);
  assert.equal(written(room).filter(Boolean).length, 1);
  assert.equal(room.set.journal.undoSteps(), 1);
});

test("a deleted clip still gets its variations; a deleted or frozen track is told", () => {
  const during = (change) => {
    const room = roomWith({ notes: notes(4) });
    room.server.paused = true;
    room.control({ count: 1 }).connected().press();
    change(room);
    room.server.answer(room.server.requests.get(1), room.server.clips.get(1));
    return room.run(500);
  };
  const noClip = during((room) => { room.set.remove(room.set.clip(0, 0)); room.set.slot(0, 0).values.clip = null; });
  assert.match(noClip.status, /One variation/);
  assert.equal(noClip.set.clip(0, 0), null);
  const noTrack = during((room) => room.set.remove(room.set.track(0)));
  assert.match(noTrack.status, /track is gone; nothing was written/);
  const frozen = during((room) => { room.set.track(0).values.is_frozen = 1; });
  assert.match(frozen.status, /frozen/);
  assert.deepEqual([noTrack, frozen].map((room) => room.set.journal.changes), [[], []]);
});

test("nothing is written inside a notification", () => {
  const room = roomWith({ notes: notes(4) });
  room.connected();
  room.set.journal.during("a notification", () => room.host.message("press", "make"));
  room.run(1000);
  assert.match(room.status, /4 variations/);
});
