"use strict";
// Call and response, run from the bytes of the built .amxd along the patch's own cords, with Live's transport and a clock
// that the test turns, and the fake server.

const test = require("node:test");
const assert = require("node:assert/strict");
const { Host } = require("../fake_live/host.js");
const { LiveSet } = require("../fake_live/live_set.js");
const { Server } = require("../fake_live/server.js");
const { readDevice, scriptOf, Patch } = require("../unkind/patch.js");
const { dice, notes } = require("../fake_live/room.js");
const { Scheduler } = require("./scheduler.js");

const device = readDevice(process.env.CLIPKIN_DEVICE);
const BEAT_MS = 500;
const [OFF, ONE, TWO] = [0, 1, 2];

/** An answer as long as its call: `pitches`, one each beat. */
const answers = (...pitches) => (clip) => [{ length: clip.length, seed: 1,
  notes: pitches.map((pitch, i) => [pitch, i * 13440, 13440, 90, 0, 1000, 0, 64]) }];

/** A track with the device, Live's transport standing at 0, and a server; `stall`: how late the script's thread is. */
function aJam({ compose = answers(72, 74, 76, 77), jam = ONE, stall = () => 0, silent = false } = {}) {
  const set = new LiveSet({ tracks: [{ clips: { 0: { name: "lead", notes: notes(8) } } }] });
  const host = new Host(scriptOf(device), set);
  const server = new Server({ compose });
  const room = { set, host, server, own: 0, away: 0 };
  const patch = room.patch = new Patch(device, host, {
    listen: (port) => { room.own = port; },
    send: (port, atoms) => {
      if (port === room.own) patch.receive(atoms);
      else if (port === 11800) server.receive(atoms[0], atoms.slice(1));
    },
  });
  const max = room.max = new Scheduler(patch);
  /** Lets time pass; the script's own thread may stand still meanwhile, the scheduler never does. */
  room.run = (ms) => {
    for (let elapsed = 0; elapsed < ms; elapsed += 1) {
      max.step();
      if (room.away <= 0 && room.began) room.away = stall();
      room.away -= 1;
      if (room.away > 0) {
        host.clock.now += 1;
      } else {
        patch.run();
        host.advance(1);
      }
      if (max.now % 30 === 0) server.tick();
      server.outgoing.splice(0).forEach((message) => patch.receive(message));
    }
    return room;
  };
  /** Plays pitches, one each beat, each for half of one. */
  room.phrase = (...pitches) => {
    pitches.forEach((pitch) => {
      max.play(pitch, 100);
      room.run(BEAT_MS / 2);
      max.play(pitch, 0);
      room.run(BEAT_MS / 2);
    });
    return room;
  };
  patch.load();
  room.run(500);
  server.silent = silent;
  patch.use("Jam", jam);
  room.run(60);
  max.live.runs = 1;
  room.began = max.now;
  return room;
}

/** What was asked about what was played; seed 0 is asked before that, to have the engines ready. */
const starts = (room) => room.server.log.filter((message) => message[0] === "/clipkin/request/start" && message[11] > 0);
const clips = (room) => room.set.track(0).values.clip_slots.map((slot) => slot.values.clip).filter(Boolean);
const firsts = (room) => room.max.begun.map(([at, pitch]) => [Math.round((at - room.began) / BEAT_MS * 100) / 100, pitch]);
const said = (room) => room.patch.box("Status").shown;

test("a bar that is played is answered in the next one, each note on its beat, and the next bar is heard again", () => {
  const room = aJam().phrase(60, 62, 64, 65).run(4 * BEAT_MS);
  assert.deepEqual(firsts(room), [[4, 72], [5, 74], [6, 76], [7, 77]]);
  room.phrase(60, 62, 64, 65).run(4 * BEAT_MS);
  assert.deepEqual(firsts(room).slice(4).map(([beat]) => beat), [12, 13, 14, 15]);
  room.run(100);
  assert.deepEqual([room.max.stuck, room.host.console], [[], []]);
});

test("the call goes out as it was played, with what the dials say, first to the engine that answers at once", () => {
  const room = aJam();
  room.patch.use("Similarity", 20);
  room.patch.use("Density", 1);
  room.patch.use("Mood", 3);
  room.phrase(60, 62, 64, 65);
  const [, , , transfer, task, engine, mood, , count, , similarity, seed, ...pairs] = starts(room)[0];
  assert.deepEqual([task, engine, mood, count, similarity, seed], ["vary", "rules", "playful", 1, 200, 1]);
  assert.deepEqual(pairs, ["answer", 1, "density", 0]);
  assert.equal(starts(room)[1][5], "auto");
  assert.deepEqual(starts(room)[1][3], transfer, "the same clip, not sent again");
  const call = room.server.clips.get(starts(room).pop()[3]);
  assert.deepEqual(call.notes.map(([pitch]) => pitch), [60, 62, 64, 65]);
  call.notes.forEach(([, onset], place) => assert.ok(Math.abs(onset - place * 13440) < 60));
  assert.deepEqual([call.length, call.tempo, call.numerator, call.denominator], [4 * 13440, 120000, 4, 4]);
});

test("the calls before are named, and who answers is who the role says", () => {
  const room = aJam();
  room.patch.use("Role", 3);
  room.phrase(60, 62, 64, 65).run(4 * BEAT_MS).phrase(60, 62, 64, 65);
  const pairs = starts(room).pop().slice(12);
  assert.deepEqual(pairs.slice(0, 5), ["answer", 1, "role", 3, "context"]);
  assert.ok(room.server.clips.get(pairs[5]).notes.length >= 3);
});

test("two bars are traded by two, and a menu that changes counts from the next call on", () => {
  const room = aJam({ jam: TWO }).phrase(60, 62, 64, 65, 67, 69, 71, 72).run(4 * BEAT_MS);
  assert.equal(firsts(room)[0][0], 8);
  room.patch.use("Jam", ONE);
  room.run(4 * BEAT_MS);
  room.phrase(60, 62, 64, 65).run(4 * BEAT_MS);
  assert.ok(firsts(room).some(([beat]) => beat === 20));
});

test("where no answer comes the last one goes on, and it is said", () => {
  const room = aJam().phrase(60, 62, 64, 65).run(4 * BEAT_MS);
  room.server.paused = true;
  room.phrase(60, 62, 64, 65).run(BEAT_MS);
  assert.match(said(room), /the last one goes on/);
  room.run(3 * BEAT_MS);
  assert.deepEqual(firsts(room).slice(4).map(([, pitch]) => pitch), [72, 74, 76, 77]);
});

test("without an answer, without a call and without a server nothing is played", () => {
  const room = aJam({ silent: true }).phrase(60, 62, 64, 65).run(4 * BEAT_MS);
  assert.deepEqual(room.max.sent, []);
  assert.deepEqual(aJam().run(16 * BEAT_MS).max.sent, []);
});

for (const [what, act] of Object.entries({
  "Live stops": (room) => { room.max.live.runs = 0; },
  "Live jumps": (room) => { room.max.live.tick += 4000; },
  "the mode is switched off": (room) => room.patch.use("Jam", OFF),
  "the device is switched off": (room) => room.max.switchOff(),
  "the patch goes": (room) => room.max.free(),
  "the device goes": (room) => { room.host.notifyDeleted(); room.max.free(); },
})) {
  test(`${what} in the middle of a note: it ends at once, and no other begins`, () => {
    const room = aJam({ compose: answers(72, 74, 76, 77) }).phrase(60, 62, 64, 65).run(BEAT_MS * 1.2);
    assert.deepEqual(room.max.stuck, [["74", 1]]);
    act(room);
    const before = room.max.begun.length;
    room.run(25);
    assert.deepEqual(room.max.stuck, []);
    room.run(2 * BEAT_MS);
    const more = /switched off$|patch/.test(what) && !/mode/.test(what) ? 2 : 0; // the script knows nothing of it
    assert.ok(room.max.begun.length - before <= more);
  });
}

test("what was played is kept when it stops: all of it, and the answers alone, in free slots", () => {
  const room = aJam().phrase(60, 62, 64, 65).run(4 * BEAT_MS).phrase(67, 69);
  room.max.live.runs = 0;
  room.run(500);
  const [source, all, answered] = clips(room);
  assert.deepEqual([source, all, answered].map((clip) => clip.values.name), ["lead", "jam", "jam answers"]);
  const kept = (clip) => clip.notes.notes.map((note) => [Math.round(note.start_time * 20) / 20, note.pitch]);
  assert.deepEqual(kept(answered), [[4, 72], [5, 74], [6, 76], [7, 77]]);
  assert.deepEqual(kept(all).sort((a, b) => a[0] - b[0]), [[0, 60], [1, 62], [2, 64], [3, 65], ...kept(answered), [8, 67],
    [9, 69]]);
  assert.equal(all.values.loop_end, 12);
  assert.match(said(room), /in free slots/);
  assert.deepEqual(room.set.journal.of(source), []);
});

test("what is kept is written every thirty-two bars, so that nothing grows", () => {
  const room = aJam();
  room.max.live.tempo = 300;
  for (let bar = 0; bar < 18; bar += 1) {
    room.max.play(60, 90);
    room.run(400);
    room.max.play(60, 0);
    room.run(1200);
  }
  assert.equal(clips(room).length, 3);
  assert.ok(starts(room).length >= 18);
});

test("a script that stands still for a third of a second now and again plays every note within 10 ms of its beat", () => {
  const random = dice(5);
  const room = aJam({ stall: () => (random() < 0.001 ? 330 : 0) });
  for (let turn = 0; turn < 10; turn += 1) room.phrase(60, 62, 64, 65).run(4 * BEAT_MS);
  const late = room.max.begun.map(([at]) => Math.abs((at - room.began) / BEAT_MS - Math.round((at - room.began) / BEAT_MS)));
  assert.ok(late.length >= 36);
  assert.ok(Math.max(...late) * BEAT_MS <= 10, `${Math.max(...late) * BEAT_MS} ms`);
});

for (let seed = 1; seed <= 12; seed += 1) {
  test(`no note is ever left sounding, whatever happens (${seed})`, () => {
    const random = dice(seed * 7919);
    const pick = (list) => list[Math.floor(random() * list.length)];
    const room = aJam({ stall: () => (random() < 0.01 ? Math.floor(random() * 400) : 0),
      compose: (clip) => answers(...Array.from({ length: 4 }, () => 60 + Math.floor(random() * 8)))(clip) });
    const held = new Set();
    const acts = [
      () => { room.max.live.runs = 1 - room.max.live.runs; },
      () => { room.max.live.tick = Math.floor(random() * 20000); },
      () => { room.max.live.tempo = 30 + random() * 270; },
      () => { room.max.live.metre = pick([[4, 4], [3, 4], [7, 8]]); },
      () => room.patch.use("Jam", Math.floor(random() * 5)),
      () => room.patch.use("Make"),
      () => room.patch.use("Cancel"),
      () => { room.server.paused = !room.server.paused; },
      () => room.server.restart(),
      () => room.max.switchOff(),
      ...Array.from({ length: 12 }, () => () => {
        const pitch = 60 + Math.floor(random() * 6);
        room.max.play(pitch, held.has(pitch) ? 0 : 80);
        if (!held.delete(pitch)) held.add(pitch);
      }),
    ];
    for (let step = 0; step < 80; step += 1) {
      pick(acts)();
      room.run(Math.floor(random() * 300));
    }
    pick([() => { room.max.live.runs = 0; }, () => room.patch.use("Jam", OFF), () => {
      room.host.notifyDeleted();
      room.max.free();
    }])();
    room.run(900);
    assert.deepEqual(room.max.stuck, []);
  });
}
