"use strict";
// The task arrange: the clips of a scene go out, the sections of a song come back as new scenes.

const test = require("node:test");
const assert = require("node:assert/strict");
const { Room, roomWith, aNote, notes } = require("../fake_live/room.js");

const TICKS = 13440;
const { FACE } = roomWith({ notes: notes(1) }).host.globals;
const ARRANGE = FACE.tasks.map((task) => task.name).indexOf("arrange");

/** Sections as [name, tracks that play, beats]; each repeats the first note of its track's loop. */
const PLAN = [["intro", [0], 8], ["drop", [0, 1, 2], 16], ["outro", [1], 4]];

/** A server that sends the plan's clips, some later ones first. */
function song(plan = PLAN, change = (one) => one) {
  return () => plan.flatMap(([name, tracks, beats], section) => tracks.map((track) => change({ name,
    notes: [[60 + track, 0, TICKS / 2, 71, 0, 1000, 0, 64]], kept: [1], length: beats * TICKS, seed: 7,
    pairs: ["section", section, "track", track, "density", 4000] })));
}

/** Scene 1 has chords, drums and a bass, and audio; a group; scene 0 has other clips. */
function aScene({ set, ...options } = {}) {
  const clip = (name, pitch, values = {}) => ({ name, notes: [aNote({ pitch, velocity: 71.123456789 })], ...values });
  const room = new Room({ compose: song(), ...options, set: { scenes: 3, tracks: [
    { name: "chords", clips: { 0: clip("other", 72), 1: clip("chords ~2 s9", 60, { color: 0xaa0000, loop_start: 0,
      start_marker: 2 }) } },
    { name: "group", kind: "group" },
    { name: "drums", drums: true, clips: { 1: clip("beat", 61, { length: 8 }) } },
    { name: "vocals", kind: "audio", clips: { 1: { audio: true } } },
    { name: "bass", clips: { 1: clip("", 62) } }], ...set } });
  room.set.click(0, 1);
  room.control({ task: ARRANGE, seed: 7, count: 4 });
  return room;
}

const scenesOf = (room) => room.set.song.values.scenes.map((scene) => scene.values.name);
const rows = (room) => room.set.song.values.scenes.map((_, index) => [0, 2, 4].map((track) =>
  room.set.clip(track, index) && room.set.clip(track, index).values.name));

test("the scene's MIDI clips go out, in the order of their tracks, and one request asks for the song", () => {
  const room = aScene();
  room.control({ style: 2 }).connected().press();
  const { task, style, count, similarity, transfer } = room.start;
  assert.deepEqual([task, style, count, similarity], ["arrange", FACE.tasks[ARRANGE].styles[1], 1, -1]);
  assert.ok(transfer > 0);
  assert.deepEqual([room.prompt, ...room.context].map((clip) => [clip.notes[0][0], clip.role, clip.length / TICKS]),
    [[60, 0, 4], [61, 4, 8], [62, 0, 4]]);
});

test("each section is a new scene at the end, named, with its clips in the tracks of the loops", () => {
  const room = aScene();
  const before = room.set.song.values.scenes.slice();
  room.connected().press();
  assert.deepEqual(room.set.song.values.scenes.slice(0, 3), before);
  assert.deepEqual(scenesOf(room), ["", "", "", "intro", "drop", "outro"]);
  assert.deepEqual(rows(room).slice(3), [["chords intro", null, null], ["chords drop", "beat drop", "drop"],
    [null, "beat outro", null]]);
  assert.equal(room.status, "3 new scenes stand at the end of the set.");
});

test("one undo step, and nothing that was there is touched", () => {
  const room = aScene();
  const before = [0, 2, 4].map((track) => room.set.clip(track, 1)).concat(room.set.clip(0, 0), room.set.clip(3, 1));
  room.connected().press();
  assert.equal(room.set.journal.undoSteps(), 1);
  for (const clip of before) assert.deepEqual(room.set.journal.of(clip), []);
  assert.deepEqual(rows(room).slice(0, 3), [["other", null, null], ["chords ~2 s9", "beat", ""], [null, null, null]]);
});

test("a section loops over its whole length from its start; a kept note is its loop's own to the last bit", () => {
  const room = aScene();
  room.connected().press();
  const { looping, loop_start, loop_end, start_marker, end_marker, color } = room.set.clip(0, 4).values;
  assert.deepEqual([looping, loop_start, loop_end, start_marker, end_marker, color], [1, 0, 16, 0, 16, 0xaa0000]);
  for (const track of [0, 2, 4]) assert.equal(room.set.clip(track, 4).notes.notes[0].velocity, 71.123456789);
});

test("sections may come in any order over a wire that loses and doubles", () => {
  const room = aScene({ wire: { loss: 0.2, repeat: 0.1, reorder: 0.4 } });
  room.connected().press("make", 6000);
  assert.deepEqual(scenesOf(room).slice(3), ["intro", "drop", "outro"]);
  assert.deepEqual(rows(room)[4], ["chords drop", "beat drop", "drop"]);
});

test("a song of many sections is taken whole", () => {
  const plan = Array.from({ length: 24 }, (_, index) => [index % 2 ? "verse" : "drop", [0, 1, 2], 8]);
  const room = aScene({ compose: song(plan) });
  room.connected().press("make", 6000);
  assert.equal(room.status, "24 new scenes stand at the end of the set.");
  assert.equal(rows(room).slice(3).flat().filter(Boolean).length, 72);
});

test("in the arrangement view the device says what to do", () => {
  const room = aScene();
  room.set.appView.values.shown = "Arranger";
  room.connected().press();
  assert.match(room.status, /Press Tab for the session, select the scene/);
  assert.deepEqual(room.set.journal.changes, []);
});

test("an empty scene, a frozen track and too many notes are told before anything is sent", () => {
  const many = (count) => Array.from({ length: count }, (_, i) => aNote({ pitch: i % 128, start_time: (i >> 7) / 64,
    duration: 0.01 }));
  for (const [prepare, sentence] of [[(room) => room.set.click(0, 2), /scene has no MIDI clips with notes/],
    [(room) => { room.set.track(4).values.is_frozen = 1; }, /A track of this scene is frozen/],
    [(room) => room.set.clip(0, 1).notes.put(many(20001)), /too many notes/]]) {
    const room = aScene();
    prepare(room);
    room.connected().press();
    assert.match(room.status, sentence);
    assert.equal(room.host.messages("/clipkin/clip/begin").length, 0);
  }
});

test("of more than eight tracks the first eight are used, and the status says so", () => {
  const tracks = Array.from({ length: 10 }, () => ({ clips: { 1: { notes: [aNote()] } } }));
  const room = aScene({ set: { tracks } });
  room.connected().press();
  assert.equal(room.start.context.length, 7);
  assert.match(room.status, /^3 new scenes .* Only the first tracks of the scene were used\.$/);
});

test("a Live that holds no more scenes: what was begun is taken away again", () => {
  for (const silent of [false, true]) {
    const room = aScene({ set: { mostScenes: 5, silent } });
    room.connected().press();
    assert.match(room.status, silent ? /Live didn't add a scene/ : /didn't take a new clip/);
    assert.deepEqual(scenesOf(room), ["", "", ""]);
    assert.deepEqual(rows(room)[1], ["chords ~2 s9", "beat", ""]);
    assert.equal(room.set.journal.depth, 0);
  }
});

test("a song that breaks off on its way isn't written in pieces", () => {
  const room = aScene();
  room.server.paused = true;
  room.connected().press();
  const { server } = room;
  song()().slice(0, 2).forEach((one, index) => server.sendVariation(1, index, one));
  room.server.requests.get(1).left = 99;
  room.run(300);
  server.fail(1, "/clipkin/request/start", 500, "The server made a mistake.");
  room.run(300);
  assert.equal(room.status, "The server made a mistake.");
  assert.deepEqual(room.set.journal.changes, []);
});

test("a loop's track that is deleted or frozen meanwhile is told, and nothing is written", () => {
  for (const [change, sentence] of [[(room) => room.set.remove(room.set.track(4)), /track is gone/],
    [(room) => { room.set.track(4).values.is_frozen = 1; }, /frozen/]]) {
    const room = aScene();
    room.server.paused = true;
    room.connected().press();
    change(room);
    room.server.answer(room.server.requests.get(1), null);
    room.run(500);
    assert.match(room.status, sentence);
    assert.deepEqual(room.set.journal.changes, []);
  }
});

test("a clip for a track that wasn't sent is left out", () => {
  const room = aScene({ compose: song([["drop", [0, 5], 8]]) });
  room.connected().press();
  assert.equal(room.status, "One new scene stands at the end of the set.");
  assert.deepEqual(rows(room)[3], ["chords drop", null, null]);
});
