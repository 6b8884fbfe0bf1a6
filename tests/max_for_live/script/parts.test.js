"use strict";
// New parts: generate into an empty slot, accompany the clips of a scene.

const test = require("node:test");
const assert = require("node:assert/strict");
const { Room, aNote, aScene, firstNotes, fresh, menus, namesOf, notes } = require("../fake_live/room.js");

const { FACE, place, styleOf } = menus();

// ---- generate

test("generate: into the empty slot that was clicked, and the next free ones", () => {
  const room = aScene({ set: { song: { tempo: 93.5, signature_numerator: 7, signature_denominator: 8 } } });
  room.set.click(2, 0);
  room.control({ task: place("generate"), count: 2, seed: 9, role: 3, bars: FACE.bars.indexOf(4) }).connected().press();
  const { transfer, role, bars, tempo, numerator, denominator } = room.start;
  assert.deepEqual({ transfer, role, bars, tempo, numerator, denominator },
    { transfer: 0, role: 3, bars: 4, tempo: 93500, numerator: 7, denominator: 8 });
  assert.deepEqual(firstNotes(room.context), [60, 36]);
  assert.deepEqual(namesOf(room, 2), ["clip ~1 s9", "bass", "clip ~2 s10", null]);
  const made = room.set.clip(2, 0);
  const { looping, loop_start, loop_end, end_marker, signature_numerator, color } = made.values;
  assert.deepEqual([looping, loop_start, loop_end, end_marker, signature_numerator, color],
    [1, 0, 8, 8, 7, room.set.track(2).values.color]);
  assert.deepEqual(made.notes.notes.map((note) => [note.pitch, note.start_time]), [[36, 0]]);
  assert.equal(room.set.journal.undoSteps(), 1);
  assert.equal(room.status, "2 new clips are in free slots of the track.");
});

test("generate: the name that the server gives is the clip's", () => {
  const room = aScene({ compose: fresh({ name: "melody waltz" }) });
  room.set.click(2, 0);
  room.control({ task: place("generate"), count: 1, seed: 3 }).connected().press();
  assert.equal(room.set.clip(2, 0).values.name, "melody waltz ~1 s3");
  assert.equal(room.status, "One new clip is in a free slot of the track.");
});

test("generate: a slot with a clip means the next free ones; a Drum Rack means drums", () => {
  const room = aScene();
  room.set.click(1, 0);
  room.control({ task: place("generate"), count: 1, seed: 3 }).connected().press();
  assert.equal(room.start.role, 4);
  assert.deepEqual(namesOf(room, 1), ["beat", "beat two", "clip ~1 s3", null]);
});

test("generate: without the clips beside it nothing is sent before the request", () => {
  const room = aScene();
  room.set.click(2, 0);
  room.control({ task: place("generate"), context: 1, count: 1 }).connected().press();
  assert.deepEqual(room.start.context, []);
  assert.equal(room.start.role, undefined);
  assert.equal(room.host.messages("/clipkin/clip/begin").length, 0);
  assert.ok(room.set.clip(2, 0));
});

test("generate: in the arrangement, or without a slot, onto the device's own track", () => {
  for (const change of [(room) => { room.set.click(0, 0); room.set.appView.values.shown = "Arranger"; }, () => {}]) {
    const room = aScene({ set: { device: 2 } });
    change(room);
    room.control({ task: place("generate"), count: 1, seed: 3 }).connected().press();
    assert.deepEqual(namesOf(room, 2), ["clip ~1 s3", "bass", null, null]);
  }
});

// ---- accompany

test("accompany: into the empty slot that was clicked, with the scene's clips on other MIDI tracks", () => {
  const room = aScene();
  room.set.click(2, 0);
  room.control({ task: place("accompany"), style: styleOf("accompany", "walking"), role: 3, count: 2, seed: 9, context: 1 });
  room.connected().press();
  assert.deepEqual([room.start.transfer, room.start.role, room.start.style], [0, 3, "walking"]);
  assert.deepEqual(firstNotes(room.context), [60, 36]);
  assert.deepEqual(room.context.map((clip) => clip.role), [0, 4]);
  assert.deepEqual(namesOf(room, 2), ["clip ~1 s9", "bass", "clip ~2 s10", null]);
  assert.equal(room.set.journal.undoSteps(), 1);
  assert.match(room.status, /^2 new clips are in free slots of the track/);
});

test("accompany: a clip that was clicked is the prompt, the result goes onto the device's track in its scene", () => {
  const room = aScene({ set: { device: 2 }, compose: fresh({ name: "bass walking" }) });
  room.set.click(0, 0);
  room.control({ task: place("accompany"), count: 1, seed: 9 }).connected().press();
  assert.deepEqual(firstNotes([room.prompt, ...room.context]), [60, 36]);
  assert.equal(room.start.role, undefined);
  assert.deepEqual(namesOf(room, 2), ["bass walking ~1 s9", "bass", null, null]);
  assert.deepEqual(namesOf(room, 0), ["chords", "chords two", null, null]);
});

test("accompany: a clip that was clicked, alone", () => {
  const room = aScene({ set: { device: 2 } });
  room.set.click(0, 0);
  room.control({ task: place("accompany"), count: 1, context: 1 }).connected().press();
  assert.deepEqual([firstNotes([room.prompt]), room.start.context], [[60], []]);
});

test("accompany: the device's own clip of that scene isn't listened to, as it won't play beside the new one", () => {
  const room = aScene({ set: { device: 2 } });
  room.set.click(0, 1);
  room.control({ task: place("accompany"), count: 1, seed: 9 }).connected().press();
  assert.deepEqual(firstNotes([room.prompt, ...room.context]), [62, 38]);
  assert.deepEqual(namesOf(room, 2), [null, "bass", "clip ~1 s9", null]);
});

test("accompany: from the clip's own track the result goes into that track's free slots", () => {
  const room = aScene({ set: { device: 0 } });
  room.set.click(0, 0);
  room.control({ task: place("accompany"), count: 1, seed: 9 }).connected().press();
  assert.deepEqual(namesOf(room, 0), ["chords", "chords two", "clip ~1 s9", null]);
});

test("accompany: a clip of the arrangement with what sounds meanwhile, into the device's free slots", () => {
  const room = new Room({ compose: fresh(), set: { device: 1, tracks: [
    { arrangement: [{ at: 8, notes: notes(4, { pitch: 60 }) }] }, { clips: { 0: { notes: notes(2) } } },
    { arrangement: [{ at: 8, notes: notes(4, { pitch: 36 }) }] }] } });
  room.set.select(room.set.track(0).values.arrangement_clips[0]);
  room.set.appView.values.shown = "Arranger";
  room.control({ task: place("accompany"), count: 1, seed: 9 }).connected().press();
  assert.deepEqual(firstNotes([room.prompt, ...room.context]), [60, 36]);
  assert.deepEqual(namesOf(room, 1).slice(0, 3), ["clip", "clip ~1 s9", null]);
});

test("accompany takes along at most eight clips", () => {
  const tracks = Array.from({ length: 12 }, () => ({ clips: { 0: { notes: [aNote()] } } }));
  const room = new Room({ compose: fresh(), set: { tracks: [{}, ...tracks] } });
  room.set.click(0, 0);
  room.control({ task: place("accompany"), count: 1 }).connected().press();
  assert.equal(room.start.context.length, 8);
});
