"use strict";
// The patch itself, run from the bytes of the built .amxd: every message goes along the patch's own cords.

const test = require("node:test");
const assert = require("node:assert/strict");
const { Host } = require("../fake_live/host.js");
const { LiveSet } = require("../fake_live/live_set.js");
const { Server } = require("../fake_live/server.js");
const { readDevice, scriptOf, Patch } = require("./patch.js");
const { notes, echo, menus } = require("../fake_live/room.js");

const device = readDevice(process.env.CLIPKIN_DEVICE);
const { place, styleOf } = menus();

/** A set with one clip, the patch, and the fake server at port 11800; `restored` values come before the bang. */
function aDevice({ restored = {}, late = {} } = {}) {
  const set = new LiveSet({ tracks: [{ clips: { 0: { name: "lead", notes: notes(8) } } }] });
  set.select(set.clip(0, 0));
  const host = new Host(scriptOf(device), set);
  const server = new Server({ compose: echo });
  const room = { set, host, server, heard: 0, own: 0 };
  const patch = room.patch = new Patch(device, host, {
    listen: (port) => { room.own = port; },
    send: (port, atoms) => {
      if (port === room.own) room.patch.receive(atoms);
      else if (port === 11800) server.receive(atoms[0], atoms.slice(1));
      else room.heard = port;
    },
  });
  room.run = (ms) => {
    for (let elapsed = 0; elapsed < ms; elapsed += 5) {
      patch.run();
      host.advance(5);
      if (elapsed % 30 === 0) server.tick();
      server.outgoing.splice(0).forEach((message) => patch.receive(message));
    }
    return room;
  };
  Object.entries(restored).forEach(([name, value]) => patch.restore(name, value));
  patch.load();
  Object.entries(late).forEach(([name, value]) => patch.restore(name, value, true));
  return room.run(500);
}

const started = (room) => room.server.log.filter(([address]) => address === "/clipkin/request/start").pop();
const clips = (room) => room.set.track(0).values.clip_slots.map((slot) => slot.values.clip).filter(Boolean);

test("a device that is dragged in connects, says so, and makes what the button is pressed for", () => {
  const room = aDevice();
  assert.equal(room.patch.box("Status").shown, "Ready. Choose a task, select a MIDI clip and press Make.");
  assert.deepEqual(room.patch.box("Light").bgcolor, [0.3, 0.75, 0.4, 1]);
  room.patch.use("Make");
  assert.deepEqual(room.patch.box("Light").bgcolor, [0.95, 0.7, 0.2, 1]);
  room.run(1500);
  assert.equal(room.patch.box("Status").shown, "4 variations are in free slots of this track.");
  assert.equal(clips(room).length, 5);
  assert.deepEqual([room.patch.undo, room.host.console], [[], []]);
});

test("stored settings come back before the bang or after it, and nothing of it is undone by the patch", () => {
  const values = { Style: styleOf("drums", "fill"), "Style 2": styleOf("drums", "house"), Task: place("drums"),
    Variations: 2, Seed: 99, Rhythm: 1 };
  for (const way of ["restored", "late"]) {
    const room = aDevice({ [way]: values });
    room.patch.use("Make");
    room.run(1500);
    const [, , , , task, , , style, count, , , seed] = started(room);
    assert.deepEqual([task, style, count, seed], ["drums", "fill house", 2, 99], way);
    assert.deepEqual(room.patch.undo, []);
    assert.equal(room.patch.box("Style").items[values.Style], "fill");
  }
});

test("another task fills the style menus, turns grey what it doesn't take, and clears the style without an undo entry", () => {
  const room = aDevice({ restored: { Task: place("drums"), Style: styleOf("drums", "fill") } }).run(2500);
  room.patch.use("Task", place("voice"));
  assert.equal(room.patch.box("Style").value, 0);
  assert.ok(room.patch.box("Style").items.includes("drop2"));
  assert.equal(room.patch.box("Similarity").isActive, false);
  assert.deepEqual(room.patch.undo, ["the user: Clipkin Task"]);
});

test("words that are typed go along, and are said again when the set is opened", () => {
  const room = aDevice({ restored: { Words: "late night", Chords: "Am9 | Dm9" } });
  room.patch.use("Make");
  room.run(1500);
  assert.equal(started(room)[7 - 1], "late night");
  assert.ok(started(room).includes("chords"));
  room.patch.use("Words", "bright");
  room.patch.use("Again");
  room.run(1500);
  room.patch.use("Make");
  room.run(1500);
  assert.equal(started(room)[6], "bright");
});

test("every button does its own thing", () => {
  const room = aDevice();
  for (const [button, words] of [["Discard", /nothing to take back/], ["Keep", /nothing to take back/],
    ["Again", /nothing to take back/], ["Cancel", /Nothing to cancel/]]) {
    room.patch.use(button);
    assert.match(room.patch.box("Status").shown, words, button);
  }
  room.patch.use("Dice");
  assert.ok(room.patch.box("Seed").value > 0);
  room.patch.use("More");
  room.run(1500);
  assert.equal(started(room)[10], 850);
  room.patch.use("Discard");
  room.run(500);
  assert.equal(clips(room).length, 1);
});

test("another port of the server is used along the patch", () => {
  const room = aDevice();
  room.patch.use("Port", 11850);
  room.run(300);
  assert.equal(room.heard, 11850);
});
