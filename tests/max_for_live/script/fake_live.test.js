"use strict";
// The fake Live keeps the rules that a script must keep: each rule is broken here once.

const test = require("node:test");
const assert = require("node:assert/strict");
const { LiveSet } = require("../fake_live/live_set.js");
const { liveApiClass } = require("../fake_live/live_api.js");
const { Clock } = require("../fake_live/clock.js");
const { Host } = require("../fake_live/host.js");
const { aNote } = require("../fake_live/room.js");

const host = (values = {}) => ({ started: true, console: [], ...values });

function aSet(options = {}) {
  const set = new LiveSet({ scenes: 3, ...options, tracks: options.tracks || [
    { clips: { 0: { notes: [aNote({ pitch: 127 }), aNote({ pitch: 0, start_time: 1 })] } } },
    { kind: "audio", clips: { 0: { audio: true } } }, { kind: "group" }] });
  return { set, LiveAPI: liveApiClass(set, host(options.host)) };
}

function at({ LiveAPI }, object) {
  const api = new LiveAPI("live_set");
  api.id = object.id;
  return api;
}

test("no LiveAPI before the bang", () => {
  const LiveAPI = liveApiClass(new LiveSet(), host({ started: false }));
  assert.throws(() => new LiveAPI("live_set"), /before live.thisdevice/);
});

test("an id is a string, 0 for nothing; get gives arrays; children come in pairs", () => {
  const room = aSet();
  const api = new room.LiveAPI("live_set view detail_clip");
  assert.equal(api.id, "0");
  api.path = "live_set";
  assert.deepEqual(api.get("tempo"), [120]);
  const ids = room.set.song.values.tracks.flatMap((track) => ["id", track.id]);
  assert.deepEqual(api.get("tracks"), ids);
  assert.deepEqual(new room.LiveAPI("live_set view").get("detail_clip"), ["id", 0]);
});

test("notes come as JSON text by pitch; a span of 127 loses the top note, a time span its end", () => {
  const room = aSet();
  const clip = at(room, room.set.clip(0, 0));
  assert.deepEqual(JSON.parse(clip.call("get_all_notes_extended")).notes.map((note) => note.pitch), [0, 127]);
  const span = (...args) => JSON.parse(clip.call("get_notes_extended", ...args)).notes.length;
  assert.equal(span(0, 128, 0, 4), 2);
  assert.equal(span(0, 127, 0, 4), 1);
  assert.equal(span(0, 128, 0, 1), 1);
});

test("new notes: object or text; the dictionary form does nothing; bad ones are refused", () => {
  const room = aSet();
  const clip = at(room, room.set.clip(0, 0));
  const count = () => room.set.clip(0, 0).notes.notes.length;
  clip.call("add_new_notes", { notes: [aNote({ pitch: 50 })] });
  clip.call("add_new_notes", JSON.stringify({ notes: [aNote({ pitch: 51 })] }));
  assert.equal(count(), 4);
  clip.call("add_new_notes", "dictionary", "name");
  assert.equal(count(), 4);
  for (const bad of [{ pitch: 128 }, { pitch: 60.5 }, { duration: 0 }, { start_time: NaN }, { velocity: Infinity },
    { note_id: 3 }, { probability: 2 }, { color: 1 }]) {
    assert.throws(() => clip.call("add_new_notes", { notes: [aNote(bad)] }), /add_new_notes/);
  }
});

test("one unknown id and no note is modified", () => {
  const room = aSet();
  const { notes } = room.set.clip(0, 0);
  const clip = at(room, room.set.clip(0, 0));
  const known = notes.notes[0].note_id;
  clip.call("apply_note_modifications", { notes: [{ note_id: known, velocity: 1 }, { note_id: 99999, velocity: 1 }] });
  assert.equal(notes.notes[0].velocity, 100);
  clip.call("apply_note_modifications", { notes: [{ note_id: known, velocity: 1 }] });
  assert.equal(notes.notes[0].velocity, 1);
});

test("an overlap of the same pitch cuts the earlier note; the same start replaces it", () => {
  const { set } = aSet();
  const clip = set.addClip(set.slot(0, 1), { notes: [aNote({ duration: 4 }), aNote({ start_time: 1 }),
    aNote({ start_time: 1, velocity: 7 })] });
  const kept = clip.notes.notes.map((note) => [note.start_time, note.duration, note.velocity]);
  assert.deepEqual(kept, [[0, 1, 100], [1, 0.5, 7]]);
});

test("create_clip wants an empty slot of a MIDI track and a length", () => {
  const room = aSet();
  const create = (track, scene, length) => at(room, room.set.slot(track, scene)).call("create_clip", length);
  assert.throws(() => create(0, 0, 4), /has a clip/);
  assert.throws(() => create(1, 1, 4), /audio/);
  assert.throws(() => create(2, 1, 4), /group/);
  assert.throws(() => create(0, 1, 0), /length/);
  create(0, 1, 4);
  assert.equal(room.set.clip(0, 1).values.loop_end, 4);
});

test("changes are refused during a notification, an undo and a redo", () => {
  const room = aSet();
  const clip = at(room, room.set.clip(0, 0));
  for (const what of ["a notification", "an undo", "a redo"]) {
    room.set.journal.during(what, () => assert.throws(() => clip.set("name", "x"), /cannot be triggered/));
  }
  clip.set("name", "y");
  assert.equal(room.set.clip(0, 0).values.name, "y");
});

test("a start must lie before its end at every moment", () => {
  const room = aSet();
  const clip = at(room, room.set.clip(0, 0));
  assert.throws(() => clip.set("loop_start", 8), /before/);
  clip.set("loop_end", 12);
  clip.set("loop_start", 8);
  assert.throws(() => clip.set("end_marker", 0), /before/);
});

test("a new scene gives a slot to every track", () => {
  const room = aSet();
  new room.LiveAPI("live_set").call("create_scene", -1);
  assert.deepEqual(room.set.song.values.tracks.map((track) => track.values.clip_slots.length), [4, 4, 4]);
});

test("each Live has its own members", () => {
  const read = (version, name) => () => new (aSet({ version }).LiveAPI)("live_set").get(name);
  assert.throws(read("12.0.0", "scale_mode"), /not in Live 12.0.0/);
  assert.deepEqual(read("12.0.5", "scale_mode")(), [0]);
  const call = (version, name, ...args) => () => {
    const room = aSet({ version });
    return at(room, name === "create_midi_clip" ? room.set.track(0) : room.set.clip(0, 0)).call(name, ...args);
  };
  assert.throws(call("11.0.12", "get_all_notes_extended"), /not in Live/);
  call("11.1.0", "get_all_notes_extended")();
  assert.throws(call("12.1.5", "create_midi_clip", 0, 4), /not in Live/);
  call("12.1.10", "create_midi_clip", 0, 4)();
});

test("undo steps may be absent, and one left open is seen", () => {
  const absent = aSet({ undoSteps: false });
  assert.throws(() => new absent.LiveAPI("live_set").call("begin_undo_step"), /not in this Live/);
  const room = aSet();
  const song = new room.LiveAPI("live_set");
  song.call("end_undo_step");
  assert.equal(room.set.journal.depth, 0);
  song.call("begin_undo_step");
  assert.throws(() => room.set.journal.undoSteps(), /left open/);
});

test("a deleted object is stale, and its id isn't used again", () => {
  const room = aSet();
  const clip = at(room, room.set.clip(0, 0));
  const gone = Number(clip.id);
  at(room, room.set.slot(0, 0)).call("delete_clip");
  assert.equal(clip.id, "0");
  assert.throws(() => clip.get("name"), /stale/);
  at(room, room.set.slot(0, 0)).call("create_clip", 4);
  assert.notEqual(room.set.clip(0, 0).id, gone);
});

test("unknown members throw with their name", () => {
  const room = aSet();
  const song = new room.LiveAPI("live_set");
  assert.throws(() => song.get("flavour"), /flavour/);
  assert.throws(() => song.set("flavour", 1), /flavour/);
  assert.throws(() => song.call("bake"), /bake/);
  assert.throws(() => song.colour, /colour/);
});

test("every change is recorded with its object", () => {
  const room = aSet();
  at(room, room.set.clip(0, 0)).set("name", "x");
  assert.deepEqual(room.set.journal.of(room.set.clip(0, 0)).map((change) => change.member), ["name"]);
  assert.deepEqual(room.set.journal.of(room.set.slot(0, 0)), []);
});

test("Tasks run by a clock of their own, repeat, change their pace, and stop", () => {
  const clock = new Clock();
  const Task = clock.taskClass();
  let count = 0;
  const task = new Task(() => { count += 1; });
  task.interval = 10;
  task.repeat();
  clock.advance(35);
  assert.equal(count, 3);
  task.interval = 100;
  clock.advance(110);
  assert.equal(count, 5);
  task.cancel();
  clock.advance(1000);
  assert.equal(count, 5);
  task.freepeer();
  assert.throws(() => task.schedule(1), /freed/);
});

test("observers are told in either order of arguments, and may not write", () => {
  for (const observerNameFirst of [true, false]) {
    const set = new LiveSet({ tracks: [{ clips: { 0: { name: "a" } } }] });
    const LiveAPI = liveApiClass(set, host({ observerNameFirst }));
    let told = null;
    const api = new LiveAPI((words) => {
      told = words;
      assert.throws(() => api.set("name", "mine"), /notification/);
    }, "live_set tracks 0 clip_slots 0 clip");
    api.property = "name";
    set.change(set.clip(0, 0), "name", "b");
    assert.deepEqual(told, observerNameFirst ? ["name", "b"] : ["b", "name"]);
  }
});

test("outlets take finite numbers and short strings only, few of them", () => {
  const room = new Host(process.env.CLIPKIN_SCRIPT, new LiveSet(), { mostStrings: 3 });
  for (const bad of [NaN, Infinity, undefined, null, {}, true, "x".repeat(201)]) {
    assert.throws(() => room.takeOutlet(0, ["/a", bad]));
  }
  assert.throws(() => room.takeOutlet(0, new Array(256).fill(1)), /256 atoms/);
  assert.throws(() => room.takeOutlet(4, [1]), /outlet 4/);
  room.takeOutlet(0, ["/a", "one"]);
  assert.throws(() => room.takeOutlet(0, ["two", "three"]), /different strings/);
});

test("scenes: appended up to the edition's number, deleted with their slots, the last one stays", () => {
  const room = aSet({ mostScenes: 4 });
  const song = at(room, room.set.song);
  assert.throws(() => song.call("create_scene", 0), /appends only/);
  song.call("create_scene", -1);
  assert.throws(() => song.call("create_scene", -1), /no more scenes/);
  const gone = room.set.slot(0, 3);
  song.call("delete_scene", 3);
  assert.equal(room.set.find(gone.id), null);
  assert.equal(room.set.track(1).values.clip_slots.length, 3);
  assert.throws(() => song.call("delete_scene", 3), /3 of 3/);
  [2, 1].forEach((index) => song.call("delete_scene", index));
  assert.throws(() => song.call("delete_scene", 0), /0 of 1/);
});

test("exactly one of session and arrangement is shown; other views aren't known here", () => {
  const room = aSet();
  const view = at(room, room.set.appView);
  const shown = () => ["Session", "Arranger"].map((name) => view.call("is_view_visible", name));
  assert.deepEqual(shown(), [1, 0]);
  room.set.appView.values.shown = "Arranger";
  assert.deepEqual(shown(), [0, 1]);
  assert.throws(() => view.call("is_view_visible", "Browser"), /Browser/);
});

test("a click on an empty slot highlights it and leaves the detail view as it was", () => {
  const { set } = aSet();
  set.click(0, 0);
  set.click(0, 1);
  const { highlighted_clip_slot, detail_clip, selected_scene } = set.view.values;
  assert.deepEqual([highlighted_clip_slot, detail_clip, selected_scene],
    [set.slot(0, 1), set.clip(0, 0), set.song.values.scenes[1]]);
});
