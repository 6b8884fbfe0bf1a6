"use strict";
// A jam from the bytes of the device, in the fake Live, beside a real server: `node on_the_network.js '{"port": …}'` plays
// the same bar as a call so many times, then stops Live and prints as JSON what the track has heard and what was kept.
// Settings: port, device (an .amxd), tempo, turns, pitches (one each half beat), controls.

const dgram = require("node:dgram");
const { Host } = require("../fake_live/host.js");
const { LiveSet } = require("../fake_live/live_set.js");
const { encode, decode } = require("../fake_live/osc.js");
const { readDevice, scriptOf, Patch } = require("../unkind/patch.js");
const { Scheduler } = require("./scheduler.js");

const settings = { tempo: 240, turns: 2, pitches: [60, 62, 64, 65, 67, 65, 64, 62], controls: {},
  ...JSON.parse(process.argv[2]) };
const device = readDevice(settings.device);
const set = new LiveSet({ tracks: [{}] });
const host = new Host(scriptOf(device), set);
const out = dgram.createSocket("udp4");
let listener = null;
let said = [];
let shownAt = 0;
const patch = new Patch(device, host, {
  listen: (port) => {
    if (listener) listener.close();
    listener = dgram.createSocket("udp4");
    listener.on("error", () => { listener = null; });
    listener.on("message", (bytes) => patch.receive(decode(bytes)));
    listener.bind(port, "127.0.0.1");
  },
  send: (port, [address, ...args]) => out.send(encode(address, args), port, "127.0.0.1"),
});
const max = new Scheduler(patch);
const events = Array.from({ length: settings.turns }, (_, turn) => settings.pitches.flatMap((pitch, place) => {
  const beat = 8 * turn + place / 2;
  return [[beat, pitch, 96], [beat + 0.45, pitch, 0]];
})).flat();
let stoppedAt = Infinity;

function finish() {
  const beatMs = 60000 / settings.tempo;
  const clips = set.track(0).values.clip_slots.map((slot) => slot.values.clip).filter(Boolean);
  const result = { stuck: max.stuck, console: host.console, said,
    begun: max.begun.map(([at, pitch]) => [(at - max.startedAt) / beatMs, pitch]),
    clips: clips.map((clip) => ({ name: clip.values.name, length: clip.values.loop_end, notes: clip.notes.notes.length })) };
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}

function step() {
  max.step();
  patch.run();
  host.advance(1);
  const status = patch.box("Status").shown;
  if (said[said.length - 1] !== status) said = [...said, status];
  shownAt = shownAt || (status.startsWith("Jam") ? max.now : 0);
  if (!max.startedAt && shownAt && max.now > shownAt + 60) {
    max.live.runs = 1;
    max.startedAt = max.now;
  }
  while (max.startedAt && events.length > 0 && events[0][0] * 480 <= max.live.tick) max.play(...events.shift().slice(1));
  if (stoppedAt === Infinity && max.live.tick >= 8 * settings.turns * 480) {
    max.live.runs = 0;
    stoppedAt = max.now;
  }
  return max.now > stoppedAt + 1000 || max.now > 60000;
}

/** As much time as has passed. */
function catchUp() {
  while (max.now < Date.now() - began) {
    if (step()) {
      finish();
      return;
    }
  }
  setTimeout(catchUp, 1);
}

const began = Date.now();
max.live.tempo = settings.tempo;
patch.restore("Port", settings.port);
patch.load();
const ready = setInterval(() => {
  if (!patch.box("Status").shown.startsWith("Ready")) return;
  clearInterval(ready);
  Object.entries({ Jam: 1, ...settings.controls }).forEach(([name, value]) => patch.use(name, value));
}, 10);
catchUp();
