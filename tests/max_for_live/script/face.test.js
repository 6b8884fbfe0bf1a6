"use strict";
// The controls, the buttons, the menus, the start and the end of a device, and what its strings cost.

const test = require("node:test");
const assert = require("node:assert/strict");
const { roomWith, notes } = require("../fake_live/room.js");

const face = (room, word) => room.host.messages(word, 1);

test("every control reaches the request", () => {
  const room = roomWith({ notes: notes(8).map((note, i) => ({ ...note, selected: i < 4 })) });
  room.control({ task: 1, engine: 2, count: 3, temperature: 1.25, similarity: 42.5, seed: 1234, rhythm: 1, velocity: 1,
    bass: 1 });
  room.connected().press();
  const { task, engine, count, temperature, similarity, seed, locks } = room.start;
  assert.deepEqual({ task, engine, count, temperature, similarity, seed, locks }, { task: "infill", engine: "kin",
    count: 3, temperature: 1250, similarity: 425, seed: 1234, locks: 1 + 8 + 32 });
});

test("each lock has the bit of the protocol", () => {
  ["rhythm", "pitch", "contour", "velocity", "top", "bass"].forEach((lock, place) => {
    const room = roomWith({ notes: notes(4) });
    room.control({ [lock]: 1 }).connected().press();
    assert.equal(room.start.locks, 2 ** place);
  });
});

test("seed 0 is another one each time", () => {
  const room = roomWith({ notes: notes(4) });
  room.control({ seed: 0, count: 1 }).connected().press();
  const first = room.start.seed;
  room.press();
  assert.notEqual(room.start.seed, first);
  assert.ok(first >= 1 && first < 2 ** 24);
});

test("the engine menu is left alone while its names are right, whatever order the server says them in", () => {
  const room = roomWith({ notes: notes(4) }, { server: { engines: ["gan", "kin", "rules"] } }).connected();
  assert.deepEqual([face(room, "engines"), face(room, "engine")], [[], []]);
});

test("a further engine of the server comes behind those of the menu, and the chosen one stays", () => {
  const room = roomWith({ notes: notes(4) }, { server: { engines: ["kin", "waltz"] } });
  room.control({ engine: 2 }).connected();
  const { engines } = room.host.globals.FACE;
  assert.deepEqual(face(room, "engines"), [["engines", ...engines, "waltz"]]);
  assert.deepEqual(face(room, "engine"), [["engine", 2]]);
  room.press();
  assert.equal(room.start.engine, "kin");
  room.control({ engine: engines.length }).press();
  assert.equal(room.start.engine, "waltz");
});

test("a restored engine that the server hasn't gives way to auto, also on the menu", () => {
  const room = roomWith({ notes: notes(4) }, { server: { engines: ["rules"] } });
  room.control({ engine: 3 }).connected().press();
  assert.equal(room.start.engine, "auto");
  assert.deepEqual(face(room, "engine"), [["engine", 0]]);
});

test("another port of the server is used at once, and the old session is left", () => {
  const room = roomWith({ notes: notes(4) }).connected();
  const [, session] = room.host.messages("/clipkin/client/hello")[0];
  room.control({ port: 11850 }).run(300);
  assert.deepEqual(room.host.messages("port"), [["port", 11850]]);
  assert.notEqual(room.host.messages("/clipkin/client/hello").pop()[1], session);
  room.press();
  assert.match(room.status, /4 variations/);
  room.control({ port: 11850 });
  assert.equal(room.host.messages("port").length, 1);
});

test("the restored port is used from the first hello", () => {
  const room = roomWith({ notes: notes(4) });
  room.control({ port: 12000 }).connected();
  const names = room.host.sent.filter(([outlet]) => outlet === 0).map(([, name]) => name);
  assert.equal(names[0], "port");
  assert.equal(names[1], "/clipkin/client/hello");
});

test("the bang may come again: nothing starts twice", () => {
  const room = roomWith({ notes: notes(4) }).connected();
  const hellos = room.host.messages("/clipkin/client/hello").length;
  room.host.bang();
  room.run(1000);
  assert.equal(room.host.messages("/clipkin/client/hello").length, hellos);
  assert.equal(room.host.clock.tasks.size, 1);
});

test("a deleted device says goodbye and leaves no Task behind", () => {
  const room = roomWith({ notes: notes(4) }).connected();
  assert.equal(room.host.notifyDeleted(), 0);
  assert.equal(room.host.messages("/clipkin/client/bye").length, 1);
});

test("a device deleted during a request writes nothing", () => {
  const room = roomWith({ notes: notes(4) });
  room.server.paused = true;
  room.connected().press("make", 300);
  room.host.notifyDeleted();
  room.run(1000);
  assert.deepEqual(room.set.journal.changes, []);
});

test("a button before the start does nothing", () => {
  const room = roomWith({ notes: notes(4) });
  room.host.message("press", "make");
  assert.deepEqual(room.host.sent, []);
});

test("progress is shown with numbers as atoms of their own", () => {
  const room = roomWith({ notes: notes(4) });
  room.connected().press();
  assert.ok(face(room, "status").some((words) => words[1] === "Making variation" && words[2] === 1 && words[4] === 4));
});

test("a hundred requests add no strings, and nothing goes to the console", () => {
  const room = roomWith({ notes: notes(8) }, { set: { scenes: 205 } });
  room.control({ count: 2 }).connected().press("make", 2500);
  const before = [...room.host.strings];
  for (let i = 0; i < 99; i += 1) room.press("make", 300);
  assert.equal(room.set.track(0).values.clip_slots.filter((slot) => slot.values.clip).length, 201);
  assert.deepEqual([...room.host.strings].filter((string) => !before.includes(string)), []);
  assert.ok(before.length < 50, `${before.length} strings`);
  assert.deepEqual(room.host.console, []);
});

test("every sentence is short, without a number, and ends as a sentence does", () => {
  const { FACE, clipkin } = roomWith({ notes: notes(1) }).host.globals;
  const { words, hints } = clipkin;
  const tasks = Object.fromEntries([...FACE.tasks].map((task) => [task.name, task.sentence]));
  for (const [name, sentence] of Object.entries({ ...words, ...hints, ...tasks })) {
    assert.ok(sentence.length <= 130, name);
    if (name.startsWith("report")) continue;
    const figures = ["noPort", "oldLive", "tooManyNotes", "tooLong", "badChords"].includes(name);
    assert.ok(figures || !/\d/.test(sentence), name);
    assert.match(sentence, /^[A-Z].*[.:]$|^(variations are|new clips are|new scenes stand|are in (the arrangement|take lanes),) .*\.$/, name);
  }
});

test("the figures inside sentences are the ones that hold", () => {
  const { FACE, clipkin } = roomWith({ notes: notes(1) }).host.globals;
  assert.match(clipkin.words.noPort, new RegExp(`between ${FACE.listenPort} and ${FACE.listenPort + 31}:`));
  assert.match(clipkin.words.tooManyNotes, / 20000\./);
  assert.match(clipkin.words.tooLong, new RegExp(` ${Math.floor((2 ** 24 - 1) / 13440)} beats`));
});

test("the script runs in the other engine's manners too", () => {
  const room = roomWith({ notes: notes(4) }, { host: { v8: true } });
  room.connected().press();
  assert.match(room.status, /4 variations/);
});
