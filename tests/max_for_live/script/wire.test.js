"use strict";
// A request on the wire: parts and acknowledgements, loss, cancel, old requests, what the server says.

const test = require("node:test");
const assert = require("node:assert/strict");
const { roomWith, aNote, notes, echo } = require("../fake_live/room.js");

const sent = (room, address) => room.host.messages(address);
const clipsOf = (room) => room.set.track(0).values.clip_slots.map((slot) => slot.values.clip).filter(Boolean);
const plain = (clip) => clip.notes.notes.map(({ note_id, selected, ...note }) => note);

test("the checksum is the protocol's", () => {
  const { fold } = roomWith({ notes: notes(1) }).host.globals.clipkin.numbers;
  const one = [60, 0, 13440, 100, 0, 1000, 0, 64];
  const two = [64, 13440, 6720, 90, 1, 500, -5, 64];
  assert.deepEqual([fold(1, []), fold(1, one), fold(fold(1, one), two), fold(fold(1, two), one)],
    [1, 227452, 265734, 267783]);
  let sum = 1;
  for (let i = 0; i < 1000; i += 1) sum = fold(sum, [i % 128, 3360 * i, 1680, 1 + (i % 127), 0, 1000, -(i % 64), 64]);
  assert.equal(sum, 444252);
});

for (const [loss, repeat, reorder] of [[0, 0, 0], [0.05, 0.05, 0.1], [0.2, 0.1, 0.25], [0.4, 0.2, 0.5]]) {
  test(`2000 notes and three variations survive loss ${loss}, repeats ${repeat}, reordering ${reorder}`, () => {
    const room = roomWith({ length: 500, notes: notes(2000) }, { wire: { loss, repeat, reorder } });
    room.control({ count: 3 }).connected().press("make", 15000);
    assert.equal(clipsOf(room).length, 4, room.status);
    for (const clip of clipsOf(room)) assert.deepEqual(plain(clip), plain(clipsOf(room)[0]));
    assert.equal(room.server.requests.size, 1);
    assert.ok(room.largest <= 197);
  });
}

test("never more than 16 parts are under way", () => {
  const room = roomWith({ length: 500, notes: notes(2000) }).connected();
  room.server.takePart = () => {};
  room.press("make", 400);
  const numbers = sent(room, "/clipkin/clip/part").map(([, , , part]) => part);
  assert.deepEqual([...new Set(numbers)], Array.from({ length: 16 }, (_, part) => part));
});

test("no part runs ahead of the first missing one by more than the bitmap shows", () => {
  const room = roomWith({ length: 500, notes: notes(2000) }).connected();
  const { takePart } = room.server;
  room.server.takePart = function (kind, args) { if (args[1] !== 0) takePart.call(this, kind, args); };
  room.press("make", 1000);
  assert.equal(Math.max(...sent(room, "/clipkin/clip/part").map(([, , , part]) => part)), 23);
});

test("parts are not sent twice on a wire without loss", () => {
  const room = roomWith({ length: 500, notes: notes(2000) });
  room.control({ count: 1 }).connected().press("make", 4000);
  assert.ok(sent(room, "/clipkin/clip/part").length <= 84 * 1.1);
});

test("a server that stops in the middle is given up after ten seconds, and nothing is written", () => {
  const room = roomWith({ notes: notes(100) }).connected();
  room.server.takePart = () => {};
  room.server.takeBegin = () => {};
  room.press("make", 11500);
  assert.match(room.status, /stopped in the middle/);
  assert.deepEqual(room.set.journal.changes, []);
});

test("a restart in the middle sends the request again, once", () => {
  const room = roomWith({ notes: notes(30) });
  room.server.paused = true;
  room.connected().press("make", 500);
  room.server.restart();
  room.run(8000);
  assert.match(room.status, /4 variations/);
  assert.equal(clipsOf(room).length, 5);
  assert.ok(room.statuses.includes("The server was restarted; sending the clip again."));
});

test("a request that the server has lost is asked for, and sent again", () => {
  const room = roomWith({ notes: notes(30) });
  room.server.paused = true;
  room.connected().press("make", 500);
  room.server.requests.clear();
  room.server.paused = false;
  room.run(5000);
  assert.match(room.status, /4 variations/);
});

test("done is seen, so that the server stops repeating it", () => {
  const room = roomWith({ notes: notes(4) });
  room.connected().press();
  assert.ok(sent(room, "/clipkin/request/seen").length >= 1);
  assert.equal(room.server.final.size, 0);
});

test("cancel ends the request and writes nothing", () => {
  const room = roomWith({ notes: notes(30) });
  room.server.paused = true;
  room.connected().press("make", 500).press("cancel", 300);
  assert.equal(room.status, "Cancelled; nothing was written.");
  assert.ok(sent(room, "/clipkin/request/seen").length >= 1);
  assert.deepEqual(room.set.journal.changes, []);
  room.press("cancel", 100);
  assert.equal(room.status, "Nothing to cancel.");
});

test("what was under way when cancel was pressed is not written, even if the server had done it", () => {
  const room = roomWith({ notes: notes(4) });
  room.server.paused = true;
  room.control({ count: 1 }).connected().press("make", 500);
  const { server } = room;
  server.takeCancel = () => {};
  server.sendVariation(1, 0, echo(server.clips.get(1), { count: 1, seed: 3 })[0]);
  const [[transfer, clip]] = server.sending;
  server.sending.clear();
  room.host.message(...clip.begin);
  room.host.message(...clip.parts[0]);
  room.press("cancel", 20);
  clip.parts.slice(1).forEach((part) => room.host.message(...part));
  room.host.message("/clipkin/request/done", server.session, 1, 1, 5, 3);
  room.run(100);
  assert.equal(room.status, "Cancelled; nothing was written.", String(transfer));
  assert.deepEqual(room.set.journal.changes, []);
});

test("fewer clips than asked for are written, and it is said why there are no more", () => {
  const room = roomWith({ notes: notes(4) });
  room.server.compose = (clip, start) => echo(clip, { ...start, count: 2 });
  room.control({ count: 3 }).connected().press("make", 1500);
  assert.equal(clipsOf(room).length, 3);
  assert.equal(room.status, "2 variations are in free slots of this track. The clip and its locks leave no more that differ.");
});

test("a new press drops the old request; what still comes of it is ignored", () => {
  const room = roomWith({ notes: notes(30) });
  room.server.paused = true;
  room.control({ count: 2 }).connected().press("make", 500);
  room.server.paused = false;
  room.press("make", 100);
  room.server.answer({ number: 1, seed: 9, count: 2, task: "vary" }, room.server.clips.get(1));
  room.run(1500);
  assert.deepEqual(sent(room, "/clipkin/request/cancel").map((words) => words[2]), [1]);
  assert.equal(clipsOf(room).length, 3);
  assert.match(room.status, /2 variations/);
});

test("what is complete is written, even when the button is pressed before the next tick", () => {
  const room = roomWith({ notes: notes(4) });
  room.control({ count: 1 }).connected();
  room.host.message("press", "make");
  for (let i = 0; i < 100 && !sent(room, "/clipkin/request/seen").length; i += 1) room.run(5);
  room.press("make", 1000);
  assert.equal(clipsOf(room).length, 3);
});

test("a long sentence of the server is cut to what an atom may hold", () => {
  const room = roomWith({ notes: notes(4) });
  room.server.refuse = [400, "x".repeat(900)];
  room.connected().press();
  assert.equal(room.status.length, 180);
});

test("a clip that is dropped on its way is taken back from the server", () => {
  const room = roomWith({ length: 500, notes: notes(2000) }).connected();
  const { takePart } = room.server;
  room.server.takePart = () => {};
  room.press("make", 200);
  room.server.takePart = takePart;
  room.press("make", 4000);
  assert.deepEqual(sent(room, "/clipkin/clip/abort").map((words) => words.slice(2)), [[1, 499]]);
  assert.match(room.status, /4 variations/);
});

test("a server that loses a request again and again is given up", () => {
  const room = roomWith({ notes: notes(4) });
  room.server.paused = true;
  room.connected().press("make", 500);
  room.server.requests.clear();
  room.run(4000).server.requests.clear();
  room.run(5000);
  assert.match(room.status, /stopped in the middle/);
  assert.equal(sent(room, "/clipkin/request/start").length, 2);
});

test("messages of another session, of no request, or malformed are dropped", () => {
  const room = roomWith({ notes: notes(4) });
  room.server.paused = true;
  room.connected().press("make", 500);
  const { session } = room.server;
  const before = room.host.sent.length;
  const begin = (s, request, index = 0) => ["/clipkin/clip/begin", s, 9000000, request, index, 0, 1, 100, 1, 0, 0, 4, 4];
  for (const message of [begin(session + 1, 1), begin(session, 77), begin(session, 1, 99), begin(session, 1, -1),
    ["/clipkin/clip/part", session, 5, 0, 1, 60], ["/clipkin/clip/part", session], ["/clipkin/request/done"],
    ["/clipkin/request/fail", session, 1], ["/nothing/known", session, 1], ["toString", session], ["bake", 1]]) {
    room.host.message(...message);
  }
  assert.equal(room.host.sent.length, before);
});

test("a variation whose checksum is wrong, or whose notes are impossible, is not taken", () => {
  for (const spoilt of [{ spoil: 1 }, { notes: [[60, 999999, 10, 1, 0, 0, 0, 0]] }, { kept: [1, 1] }]) {
    const compose = (prompt, start) => echo(prompt, start).slice(0, 1).map((one) => ({ ...one, ...spoilt }));
    const room = roomWith({ notes: [aNote()] }, { compose });
    room.connected().press("make", 1000);
    assert.ok(sent(room, "/clipkin/clip/abort").length >= 1);
    assert.equal(clipsOf(room).length, 1);
  }
});

test("numbers may come as floats with a whole value, and not otherwise", () => {
  const { isNote, isWhole } = roomWith({ notes: notes(1) }).host.globals.clipkin.numbers;
  assert.ok(isWhole(5.0) && !isWhole(5.5) && !isWhole("5") && !isWhole(NaN) && !isWhole(2 ** 24));
  assert.ok(isNote([60, 0, 1, 1, 0, 0, 0, 0], 1) && !isNote([60, 0, 1.5, 1, 0, 0, 0, 0], 2));
});

test("a refusal of the server is shown in its words, with its numbers as atoms of their own", () => {
  const room = roomWith({ notes: notes(4) });
  room.server.refuse = [400, "Only {} of {} notes are free.", 3, 0, 125, 1];
  room.connected().press();
  assert.deepEqual(room.host.messages("status", 1).pop().slice(1), ["Only", 3, "of", 12.5, "notes are free."]);
  assert.deepEqual(room.set.journal.changes, []);
});

test("a remark of the server stands behind the good news", () => {
  const compose = (prompt, start) => echo(prompt, start).map((one) => ({ ...one,
    remarks: [["The nearest similarity is {}.", 71, 2]] }));
  const room = roomWith({ notes: notes(4) }, { compose });
  room.connected().press();
  assert.match(room.status, /^4 variations are in free slots of this track\. The nearest similarity is 0\.71/);
});

test("a request without any variation says so", () => {
  const room = roomWith({ notes: notes(4) }, { compose: () => [] });
  room.connected().press();
  assert.equal(room.status, "No variation came.");
});
