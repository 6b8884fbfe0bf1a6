"use strict";
// Figures of the script, as JSON: the questions that Make asks of a set of 40 tracks and 200 scenes, and the milliseconds
// of each piece of work for 4 clips of 5000 notes, in the fewest of so many `rounds`, without the time that is Live's.
// A clock that goes on by half of a turn whenever it is looked at makes each turn of the Task one piece.

// With CLIPKIN_TRACES, a folder, it writes replay.js there instead: the same work for an ES5 engine, which prints the
// longest turn.

const fs = require("node:fs");
const path = require("node:path");
const { Room, roomWith, notes } = require("../fake_live/room.js");
const { timedReplay, MUTE } = require("./trace.js");

const rounds = Number(process.argv[2] || 5);
const folder = process.env.CLIPKIN_TRACES;
const CLOCK = "var looked = 0; Date = function () { looked += 3; }; Date.prototype.getTime = function () { return looked; };";

function questions() {
  const tracks = Array.from({ length: 40 }, (_, i) => ({ clips: i % 2 ? {} : { 7: { notes: notes(8) } } }));
  const room = new Room({ set: { scenes: 200, tracks } });
  room.set.select(room.set.clip(0, 7));
  room.connected();
  const before = room.set.questions;
  room.host.message("press", "make");
  return room.set.questions - before;
}

function pieces() {
  const room = roomWith({ length: 1248, notes: notes(5000).map((note, i) => ({ ...note, start_time: i / 5 })) });
  room.host.evaluate(CLOCK);
  room.connected();
  const found = [];
  const { clock } = room.host;
  const timed = (action) => {
    const [from, before] = [process.cpuUsage(), room.set.spentMs];
    action();
    const spent = process.cpuUsage(from);
    found.push((spent.user + spent.system) / 1000 - (room.set.spentMs - before));
  };
  timed(() => room.host.message("press", "make"));
  const { advance } = clock;
  clock.advance = function (ms) { timed(() => advance.call(clock, ms)); };
  room.run(9000);
  if (!/4 variations/.test(room.status)) throw new Error(room.statuses.join("\n"));
  return found;
}

if (folder) {
  pieces();
  const script = fs.readFileSync(process.env.CLIPKIN_SCRIPT, "utf8");
  fs.writeFileSync(path.join(folder, "replay.js"), timedReplay(script, folder, MUTE + CLOCK, rounds));
} else {
  const all = Array.from({ length: rounds }, pieces);
  const [press, ...turns] = all[0].map((_, i) => Math.min(...all.map((round) => round[i])));
  process.stdout.write(JSON.stringify({ questions: questions(), press, longest: Math.max(...turns) }) + "\n");
}
