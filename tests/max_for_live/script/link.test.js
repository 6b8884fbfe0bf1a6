"use strict";
// The connection: ports, hello, heartbeat, a server that stops, returns, or is another one.

const test = require("node:test");
const assert = require("node:assert/strict");
const { roomWith, notes } = require("../fake_live/room.js");

const sent = (room, address) => room.host.messages(address);

test("hello names a port that is ours, and the session is echoed", () => {
  const room = roomWith({ notes: notes(1) }).connected();
  const [, session, protocol, port, client, version, token] = sent(room, "/clipkin/client/hello")[0];
  assert.ok(session >= 1 && session < 2 ** 24);
  assert.deepEqual([protocol, port, client, version, token], [2, 11900, "device", "0.1.0", "-"]);
  assert.equal(room.status, "Ready. Choose a task, select a MIDI clip and press Make.");
});

test("a port that another program holds is passed over", () => {
  const room = roomWith({ notes: notes(1) }, { takenPorts: [11900, 11901] });
  room.host.bang();
  room.run(1500);
  assert.equal(sent(room, "/clipkin/client/hello")[0][3], 11902);
});

test("when all ports are taken the device says so, and tries again", () => {
  const all = Array.from({ length: 32 }, (_, i) => 11900 + i);
  const room = roomWith({ notes: notes(1) }, { takenPorts: all });
  room.host.bang();
  room.run(14000);
  assert.match(room.status, /No free port/);
  room.takenPorts = [];
  room.run(6000);
  assert.match(room.status, /Ready/);
});

test("without a server the device says how to start it, and connects by itself", () => {
  const room = roomWith({ notes: notes(1) });
  room.server.silent = true;
  room.host.bang();
  room.run(5000);
  assert.match(room.status, /clipkin serve/);
  assert.ok(sent(room, "/clipkin/client/hello").length < 14);
  room.press();
  assert.match(room.status, /clipkin serve/);
  room.server.silent = false;
  room.run(1500);
  assert.match(room.status, /Ready/);
});

test("a server that falls silent is noticed; its return within half a second", () => {
  const room = roomWith({ notes: notes(1) }).connected();
  room.run(3000);
  room.server.silent = true;
  room.run(9000);
  assert.match(room.status, /isn't running|stopped answering/);
  room.server.restart();
  room.run(500);
  assert.match(room.status, /Ready/);
});

test("a server that was restarted at any moment is greeted within 3 s, and within one while a request is at work", () => {
  for (const [busy, withinMs] of [[false, 3000], [true, 1000]]) {
    for (let after = 0; after < 2200; after += 200) {
      const room = roomWith({ notes: notes(1) }).connected();
      room.server.paused = true;
      if (busy) room.press("make", 0);
      room.run(after).server.restart();
      room.run(withinMs);
      assert.notEqual(room.server.session, 0, `restarted ${after} ms after the hello`);
    }
  }
});

test("a restarted server is asked anew, and serves", () => {
  const room = roomWith({ notes: notes(4) }).connected();
  room.server.restart();
  room.run(7000);
  assert.equal(room.server.session, sent(room, "/clipkin/client/hello").pop()[1]);
  room.press();
  assert.match(room.status, /4 variations/);
});

test("a fail that says the session isn't known is believed", () => {
  const room = roomWith({ notes: notes(1) }).connected();
  const hellos = sent(room, "/clipkin/client/hello").length;
  room.server.fail(0, "/clipkin/server/ping", 404, "Say hello again.");
  room.run(300);
  assert.equal(sent(room, "/clipkin/client/hello").length, hellos + 1);
});

test("a pong of another epoch means a new server", () => {
  const room = roomWith({ notes: notes(1) }).connected();
  const hellos = sent(room, "/clipkin/client/hello").length;
  room.host.message("/clipkin/server/pong", room.server.session, 1, 99, 0, 0, "-");
  room.run(300);
  assert.equal(sent(room, "/clipkin/client/hello").length, hellos + 1);
});

test("a server of another version is told", () => {
  const room = roomWith({ notes: notes(1) }, { server: {} });
  room.server.protocol = 1;
  room.connected();
  assert.match(room.status, /different versions/);
});

test("a session number in use is given up for another", () => {
  const room = roomWith({ notes: notes(1) });
  const { receive } = room.server;
  room.server.receive = function (address, args) {
    if (address === "/clipkin/client/hello" && !this.refused) {
      [this.session] = args;
      this.refused = args[0];
      this.fail(0, address, 409, "This number is in use.");
    } else receive.call(this, address, args);
  };
  room.connected().run(2000);
  assert.match(room.status, /Ready/);
  assert.notEqual(room.server.session, room.server.refused);
});
