"use strict";
// What the device reads from Live and sends as the prompt, and the sentence for each clip that it can't use.

const test = require("node:test");
const assert = require("node:assert/strict");
const { Room, roomWith, aNote, notes } = require("../fake_live/room.js");

const TICKS = 13440;

test("a session clip is sent with its notes, length, metre and tempo", () => {
  const room = roomWith({ length: 7, signature_numerator: 7, signature_denominator: 8, notes: [
    aNote({ pitch: 72, start_time: 1 / 3, duration: 0.25, velocity: 91.4, mute: 1, probability: 0.5,
      velocity_deviation: -12, release_velocity: 3 })] }, { set: { song: { tempo: 93.5 } } });
  room.connected().press();
  assert.deepEqual(room.prompt.notes, [[72, 4480, 3360, 91, 1, 500, -12, 3]]);
  assert.equal(room.prompt.length, 7 * TICKS);
  assert.deepEqual([room.prompt.numerator, room.prompt.denominator, room.prompt.tempo], [7, 8, 93500]);
});

test("only what begins inside the loop is sent, counted from the loop's start", () => {
  const room = roomWith({ length: 16, loop_start: 4, loop_end: 8, notes: [aNote({ start_time: 3 }),
    aNote({ start_time: 4 }), aNote({ pitch: 61, start_time: 7.5, duration: 3 }), aNote({ start_time: 8 })] });
  room.connected().press();
  assert.deepEqual(room.prompt.notes.map((note) => note.slice(1, 3)), [[0, TICKS / 2], [3.5 * TICKS, TICKS / 2]]);
  assert.equal(room.prompt.length, 4 * TICKS);
});

test("an arrangement clip is a prompt too", () => {
  const room = new Room({ set: { tracks: [{ arrangement: [{ at: 32, notes: notes(5) }] }] } });
  room.set.select(room.set.track(0).values.arrangement_clips[0]);
  room.connected().press();
  assert.equal(room.prompt.notes.length, 5);
  assert.equal(room.set.clip(0, 0).notes.notes.length, 5);
});

test("a clip of a take lane is one of its track", () => {
  const room = new Room({ set: { version: "12.2.0", tracks: [{}] } });
  const lane = room.set.addTakeLane(room.set.track(0));
  room.set.select(room.set.makeClip(lane, { at: 8, notes: notes(5) }));
  room.connected().press();
  assert.equal(room.set.clip(0, 0).notes.notes.length, 5);
});

test("notes that Live doesn't give as text are told", () => {
  const { NoteStore } = require("../fake_live/notes.js");
  const { all } = NoteStore.prototype;
  const room = roomWith({ notes: notes(4) });
  NoteStore.prototype.all = () => undefined;
  try {
    room.connected().press();
  } finally {
    NoteStore.prototype.all = all;
  }
  assert.match(room.status, /Live didn't give the clip's notes/);
});

test("without an open clip the highlighted slot's clip is taken", () => {
  const room = new Room({ set: { tracks: [{ clips: { 2: { notes: notes(3) } } }] } });
  room.set.view.values.highlighted_clip_slot = room.set.slot(0, 2);
  room.connected().press();
  assert.equal(room.prompt.notes.length, 3);
});

test("selected notes travel as bits", () => {
  const chosen = [0, 23, 24, 30];
  const room = roomWith({ length: 16, notes: notes(40).map((note, i) => ({ ...note, selected: chosen.includes(i) })) });
  room.connected().press();
  assert.deepEqual(room.prompt.selected, [1 + 2 ** 23, 1 + 2 ** 6]);
  assert.ok(room.statuses.includes("Sending the clip; only the selected notes will change."));
});

test("all notes selected is the same as none, and a continuation asks for no selection", () => {
  for (const [task, selected] of [[0, () => true], [2, (i) => i < 3]]) {
    const room = roomWith({ notes: notes(8).map((note, i) => ({ ...note, selected: selected(i) })) });
    room.control({ task }).connected().press();
    assert.deepEqual(room.prompt.selected, []);
  }
});

test("a Drum Rack makes it drums, also inside another rack", () => {
  const room = roomWith({ notes: notes(4) });
  const { set } = room;
  const rack = set.addDevice(set.track(0), { class_name: "InstrumentGroupDevice", can_have_drum_pads: 0 });
  set.addDevice(set.addChain(rack), { class_name: "DrumGroupDevice", can_have_drum_pads: 1 });
  room.connected().press();
  assert.equal(room.prompt.role, 4);
});

test("the scale comes from Live where it is switched on", () => {
  const minor = { root_note: 9, scale_mode: 1, scale_intervals: [0, 2, 3, 5, 7, 8, 10] };
  const scaleOf = (set, control = {}) => {
    const room = roomWith({ notes: notes(4) }, { set });
    room.control(control).connected().press();
    return [room.start.scale_root, room.start.scale_mask];
  };
  assert.deepEqual(scaleOf({ song: minor }), [9, 0b010110101101]);
  assert.deepEqual(scaleOf({ song: { ...minor, scale_mode: 0 } }), [undefined, undefined]);
  assert.deepEqual(scaleOf({ song: minor }, { scale: 1 }), [undefined, undefined]);
  assert.deepEqual(scaleOf({ version: "11.3.4", song: { root_note: 2, scale_name: "Dorian" } }), [2, 0b011010101101]);
  assert.deepEqual(scaleOf({ version: "11.3.4" }), [undefined, undefined]);
});

test("the clips of the same scene are sent as context, with drums marked", () => {
  const room = roomWith({ notes: notes(4) }, { others: [
    { clips: { 0: { notes: notes(6), length: 8 }, 1: { notes: notes(9) } } },
    { drums: true, clips: { 0: { notes: notes(2) } } },
    { kind: "audio", clips: { 0: { audio: true } } }, { clips: { 0: { notes: [] } } }] });
  room.connected().press();
  const context = room.start.context.map((transfer) => room.server.clips.get(transfer));
  assert.deepEqual(context.map((clip) => [clip.notes.length, clip.role, clip.length / TICKS]), [[6, 0, 8], [2, 4, 4]]);
});

test("context can be left out, and never holds more than eight clips", () => {
  const others = Array.from({ length: 12 }, () => ({ clips: { 0: { notes: notes(2) } } }));
  const alone = roomWith({ notes: notes(4) }, { others });
  alone.control({ context: 1 }).connected().press();
  assert.deepEqual(alone.start.context, []);
  const full = roomWith({ notes: notes(4) }, { others });
  full.connected().press();
  assert.equal(full.start.context.length, 8);
});

test("in the arrangement the context is what sounds meanwhile, loops unrolled, at the prompt's time", () => {
  const room = new Room({ set: { tracks: [{ arrangement: [{ at: 8, length: 4, notes: notes(4) }] }, { arrangement: [
    { at: 6, length: 8, loop_end: 1, end_time: 14, notes: [aNote({ start_time: 0.5 })] },
    { at: 40, notes: notes(3) }] }] } });
  room.set.select(room.set.track(0).values.arrangement_clips[0]);
  room.connected().press();
  const [context] = room.start.context.map((transfer) => room.server.clips.get(transfer));
  assert.deepEqual(context.notes.map((note) => note[1] / TICKS), [0.5, 1.5, 2.5, 3.5]);
});

test("what comes before a neighbour's loop is heard once", () => {
  const room = new Room({ set: { tracks: [{ arrangement: [{ at: 0, length: 4, notes: notes(4) }] }, { arrangement: [
    { at: 0, length: 4, loop_start: 1, loop_end: 2, notes: [aNote({ start_time: 0.5 }), aNote({ start_time: 1.25 })] },
  ] }] } });
  room.set.select(room.set.track(0).values.arrangement_clips[0]);
  room.connected().press();
  const [context] = room.start.context.map((transfer) => room.server.clips.get(transfer));
  assert.deepEqual(context.notes.map((note) => note[1] / TICKS), [0.5, 1.25, 2.25, 3.25]);
});

const REFUSED = {
  "No clip is selected": () => new Room({ set: { tracks: [{}] } }),
  "That is an audio clip": () => roomWith({ audio: true }),
  "The clip has no notes": () => roomWith({ notes: [] }),
  "The clip has no notes in its loop": () => roomWith({ length: 4, notes: [aNote({ start_time: 9 })] }),
  "track is frozen": () => {
    const room = roomWith({ notes: notes(4) });
    room.set.track(0).values.is_frozen = 1;
    return room;
  },
  "too many notes": () => roomWith({ length: 1000, notes: Array.from({ length: 20001 }, (_, i) =>
    aNote({ pitch: i % 128, start_time: Math.floor(i / 128), duration: 0.1 })) }),
  "too long": () => roomWith({ length: 1300, notes: notes(2) }),
  "Infill needs selected notes": () => roomWith({ notes: notes(4) }).control({ task: 1 }),
};

for (const [sentence, make] of Object.entries(REFUSED)) {
  test(`refused with a sentence: ${sentence}`, () => {
    const room = make();
    room.connected().press();
    assert.match(room.status, new RegExp(sentence));
    assert.equal(room.server.requests.size, 0);
    assert.deepEqual(room.set.journal.changes, []);
  });
}

test("a Live before 11.1 is refused, and Live is asked nothing more", () => {
  const room = roomWith({ notes: notes(4) }, { set: { version: "11.0.12" } });
  room.connected().press();
  assert.match(room.status, /too old/);
  assert.equal(room.server.log.length, 0);
});

test("Live 11.1 does it all, without the members that came later", () => {
  const room = roomWith({ notes: notes(4) }, { set: { version: "11.1.0", undoSteps: false } });
  room.connected().press();
  assert.match(room.status, /4 variations/);
});
