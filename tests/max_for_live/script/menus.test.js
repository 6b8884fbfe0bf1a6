"use strict";
// The menus: what each task says, its styles, what is stored with the set, what a task doesn't take.

const test = require("node:test");
const assert = require("node:assert/strict");
const { roomWith, menus, notes } = require("../fake_live/room.js");

const { FACE, place, entry, styleOf } = menus();
const face = (room, word) => room.host.messages(word, 1);

test("every task is on the menu, with its sentence at the bottom", () => {
  const room = roomWith({ notes: notes(4) }).connected();
  for (const task of [...FACE.tasks].map((task) => task.name).reverse()) {
    room.control({ task: place(task) });
    assert.equal(room.status.indexOf(entry(task).sentence), 0);
  }
});

test("the sentence of a task doesn't hide what is under way", () => {
  const room = roomWith({ notes: notes(4) });
  room.server.paused = true;
  room.connected().press("make", 300);
  const before = room.status;
  room.control({ task: place("voice") });
  assert.equal(room.status, before);
});

test("the style menus have the words of the task, and begin at auto again", () => {
  const room = roomWith({ notes: notes(4) }).connected();
  assert.deepEqual(face(room, "styles"), []);
  room.control({ task: place("drums") });
  assert.deepEqual(face(room, "styles").pop(), ["styles", "auto", ...entry("drums").styles]);
  assert.deepEqual(face(room, "styles2").pop(), ["styles2", "nothing else", ...entry("drums").styles]);
  room.control({ style: styleOf("drums", "fill") }).press("make", 2500);
  assert.equal(room.start.style, "fill");
  assert.deepEqual(face(room, "style"), []);
  room.control({ task: place("voice") }).press();
  assert.deepEqual([face(room, "style"), face(room, "style2")], [[["style", 0]], []]);
  assert.equal(room.start.style, "-");
  room.control({ style: styleOf("voice", "drop2") }).press();
  assert.equal(room.start.style, "drop2");
});

test("two words of style go together, the same one only once", () => {
  const room = roomWith({ notes: notes(4) }).connected();
  room.control({ task: place("drums") });
  room.control({ style: styleOf("drums", "lane"), style2: styleOf("drums", "snare") }).press();
  assert.equal(room.start.style, "lane snare");
  room.control({ style: styleOf("drums", "lane"), style2: styleOf("drums", "lane") }).press();
  assert.equal(room.start.style, "lane");
  room.control({ style: 0, style2: styleOf("drums", "funk") }).press();
  assert.equal(room.start.style, "funk");
});

test("a style of a task without styles isn't sent", () => {
  const room = roomWith({ notes: notes(4) }).connected();
  room.control({ task: 0, style: 3 }).press();
  assert.equal(room.start.style, "-");
});

test("a restored task has its restored style; one behind the end of the list means none", () => {
  const kept = roomWith({ notes: notes(4) });
  kept.control({ task: place("drums"), style: styleOf("drums", "busier") }).connected().press();
  assert.equal(kept.start.style, "busier");
  assert.deepEqual(face(kept, "style"), []);
  assert.deepEqual(face(kept, "styles").pop().slice(2), [...entry("drums").styles]);
  const old = roomWith({ notes: notes(4) });
  old.control({ task: place("arrange"), style: 33, style2: entry("arrange").styles.length });
  old.set.click(0, 0);
  old.connected().press();
  assert.equal(old.start.style, entry("arrange").styles.slice(-1)[0]);
  assert.deepEqual([face(old, "style"), face(old, "style2")], [[], []]);
});

test("a preset that is loaded says the task first, then the style", () => {
  const room = roomWith({ notes: notes(4) }).connected();
  room.control({ task: place("voice") }).control({ style: styleOf("voice", "lofi") });
  room.host.bang();
  room.control({ task: place("voice"), style: styleOf("voice", "lofi") }).press();
  assert.equal(room.start.style, "lofi");
});

test("what a task doesn't take turns grey, and isn't asked for", () => {
  const grey = (room) => face(room, "active").slice(-21).filter(([, , on]) => on === 0).map(([, name]) => name).sort();
  const room = roomWith({ notes: notes(4) });
  room.control({ rhythm: 1, top: 1, similarity: 30, role: 3, bars: 3, density: 1 }).connected();
  assert.deepEqual(grey(room), ["bars", "role", "style", "style2"]);
  room.control({ task: place("harmonise") }).press();
  assert.deepEqual(grey(room), ["bars", "bass", "context", "contour", "density", "mood", "pads", "pitch",
    "rhythm", "role", "similarity", "top", "velocity"]);
  const { locks, similarity, role, bars, density } = room.start;
  assert.deepEqual([locks, similarity, role, bars, density], [undefined, -1, undefined, undefined, undefined]);
  room.control({ task: place("voice") }).press();
  assert.equal(room.start.locks, 16);
  room.control({ task: place("continue") }).press();
  assert.deepEqual([room.start.bars, room.start.locks, room.start.density], [FACE.bars[3], undefined, 0]);
  room.control({ task: place("reharmonise") }).press();
  assert.equal(room.start.similarity, 300);
});

test("without a seed of one's own a ranked task begins with the best, others anywhere", () => {
  const seeds = (task, seed) => {
    const room = roomWith({ notes: notes(4) });
    room.control({ task: place(task), seed }).connected().press();
    return room.start.seed;
  };
  assert.equal(seeds("voice", 0), 0);
  assert.equal(seeds("voice", 5), 5);
  assert.ok(seeds("vary", 0) > 0);
});

test("as many notes isn't asked for; fewer and more are, in the wire's numbers", () => {
  const room = roomWith({ notes: notes(4) });
  const asked = [0, 1, 2].map((density) => {
    room.control({ density }).connected().press();
    return room.start.density;
  });
  assert.deepEqual(asked, [undefined, 0, 2]);
});

test("mood and temperature go with the tasks that take them", () => {
  for (const [task, mood, temperature] of [["vary", "romantic", 1500], ["voice", "-", 1000], ["drums", "-", 1500]]) {
    const room = roomWith({ notes: notes(4) });
    room.control({ task: place(task), mood: FACE.moods.indexOf("romantic"), temperature: 1.5 }).connected().press();
    assert.deepEqual([room.start.mood, room.start.temperature], [mood, temperature]);
  }
  const none = roomWith({ notes: notes(4) });
  none.connected().press();
  assert.equal(none.start.mood, "-");
});
