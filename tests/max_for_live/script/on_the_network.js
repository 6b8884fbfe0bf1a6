"use strict";
// The device's script in the fake host, on a real network: `node on_the_network.js '{"port": …}'` presses Make once
// and prints as JSON what stands in the set afterwards. Settings: port, notes (how many, in a clip of so many `beats` that
// is selected), tracks (those of the set, in place of that clip), click ([track, scene]), device (its track), song (the
// set's values), controls, floats, `moving`: after so many datagrams the next ones leave from another port, limit_ms,
// `until`: words on the status line that end it earlier, and `patient`: a server that is gone isn't the end.

const dgram = require("node:dgram");
const { Host } = require("../fake_live/host.js");
const { LiveSet } = require("../fake_live/live_set.js");
const { encode, decode } = require("../fake_live/osc.js");
const { notes } = require("../fake_live/room.js");

const TICK_MS = 2;
const settings = { notes: 60, controls: {}, song: {}, device: 0, floats: false, moving: 0, until: "", limit_ms: 40000,
  ...JSON.parse(process.argv[2]) };

const beats = settings.beats || settings.notes / 4;
const gap = beats / settings.notes;
const line = notes(settings.notes, { velocity: 90.3 }).map((note, i) => ({ ...note, start_time: i * gap, duration: gap }));
const oneClip = () => [
  { clips: { 0: { name: "prompt", length: beats, notes: line } } },
  { drums: true, clips: { 0: { notes: notes(16, { pitch: 36 }) } } }];
const set = new LiveSet({ song: { tempo: 127.5, ...settings.song }, device: settings.device,
  tracks: settings.tracks || oneClip() });
if (settings.click) set.click(...settings.click);
else set.select(set.clip(0, 0));
const before = new Set(clipsOf(set).flat());
const host = new Host(process.env.CLIPKIN_SCRIPT, set);
let out = dgram.createSocket("udp4");
let sent = 0;
const self = dgram.createSocket("udp4");
const state = { server: settings.port, listener: null, port: 0, largest: 0, pressedAt: 0, startedAt: 0, said: [] };

/** udpreceive: a port that another program holds fails silently. */
function listen(port) {
  if (state.listener) state.listener.close();
  const socket = dgram.createSocket("udp4");
  state.listener = socket;
  state.port = port;
  socket.on("error", () => { state.listener = null; });
  socket.on("message", (bytes) => host.message(...decode(bytes)));
  socket.bind(port, "127.0.0.1");
}

host.onOutlet = (index, atoms) => {
  const [name, ...args] = atoms;
  if (index === 1 && name === "status") state.said.push([Date.now(), args.join(" ")]);
  if (index === 0 && name === "port") [state.server] = args;
  if (index === 2 && name === "listen") listen(args[0]);
  if (index === 2 && name === "self") self.send(encode(args[0], args.slice(1)), state.port, "127.0.0.1");
  if (index === 0 && name !== "port") {
    const bytes = encode(name, args, settings.floats);
    state.largest = Math.max(state.largest, bytes.length);
    sent += 1;
    if (settings.moving && sent % settings.moving === 0) out = dgram.createSocket("udp4");
    out.send(bytes, state.server, "127.0.0.1");
  }
};

const spentMs = () => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000;
const statuses = () => host.messages("status", 1).map((words) => words.slice(1).join(" "));
const plain = (clip) => clip.notes.notes.map(({ note_id, selected, ...note }) => note);

function clipsOf(set) {
  return set.song.values.tracks.map((track) => track.values.clip_slots.map((slot) => slot.values.clip));
}

const told = (clip) => clip && { name: clip.values.name, color: clip.values.color, notes: plain(clip),
  length: clip.values.loop_end - clip.values.loop_start, is_new: !before.has(clip) };

function finish() {
  const tracks = clipsOf(set);
  const changed = [...before].filter(Boolean).reduce((sum, clip) => sum + set.journal.of(clip).length, 0);
  const result = { statuses: statuses(), said: state.said, largest: state.largest, elapsed_ms: state.pressedAt ? Date.now() - state.pressedAt : 0,
    ended_at_ms: Date.now(), cpu_ms: spentMs() - state.spentMs,
    undo_steps: set.journal.undoSteps(), source_changes: changed, console: host.console,
    clips: tracks[0].filter(Boolean).map(told), tracks: tracks.map((clips) => clips.map(told)),
    scenes: set.song.values.scenes.map((scene) => scene.values.name) };
  host.notifyDeleted();
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}

function tick() {
  host.advance(Date.now() - state.startedAt - host.clock.now);
  const last = statuses().pop() || "";
  if (!state.pressedAt && last.startsWith("Ready")) {
    state.pressedAt = Date.now();
    state.spentMs = spentMs();
    host.message("press", "make");
    process.stderr.write("pressed\n");
  } else if ((state.pressedAt && isEnd(last)) || (settings.until && last.includes(settings.until))) {
    finish();
    return;
  }
  if (Date.now() - state.startedAt > settings.limit_ms) finish();
  else setTimeout(tick, TICK_MS);
}

const isEnd = (status) => !/^(Ready|Sending|Waiting|Working|Making|The server was restarted)/.test(status) &&
  !(settings.patient && /^(Clipkin|Looking)/.test(status));

state.startedAt = Date.now();
Object.entries(settings.controls).forEach(([name, value]) => host.message("control", name, value));
host.message("control", "port", settings.port);
host.bang();
tick();
