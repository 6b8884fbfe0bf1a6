"use strict";
// A set, the device's script in its host, and a server, joined by a wire that may lose, double and reorder.

const path = require("node:path");
const { Host } = require("./host.js");
const { LiveSet } = require("./live_set.js");
const { Server } = require("./server.js");

const SCRIPT = process.env.CLIPKIN_SCRIPT;
const STEP_MS = 5;

/** Numbers 0 to 1 that are the same each time. */
function dice(seed) {
  let state = seed;
  return () => {
    state = (1103515245 * state + 12345) % 2147483648;
    return state / 2147483648;
  };
}

class Room {
  /** set: see LiveSet · host: see Host · wire: {loss, repeat, reorder} shares · takenPorts: those of other programs */
  constructor({ set = {}, host = {}, compose = echo, wire = {}, takenPorts = [], server = {} } = {}) {
    if (!SCRIPT) throw new Error("CLIPKIN_SCRIPT must name the device's script");
    this.set = new LiveSet(set);
    this.host = new Host(path.resolve(SCRIPT), this.set, host);
    this.server = new Server({ compose, ...server });
    Object.assign(this, { wire, takenPorts, port: 0, queue: [], random: dice(7), elapsed: 0, largest: 0 });
    this.host.onOutlet = (index, atoms) => this.takeOutlet(index, atoms);
  }

  takeOutlet(index, atoms) {
    if (index === 0 && String(atoms[0]).startsWith("/")) {
      this.largest = Math.max(this.largest, atoms.length);
      this.post(() => this.server.receive(atoms[0], atoms.slice(1)));
    } else if (index === 2 && atoms[0] === "listen") {
      this.port = atoms[1];
    } else if (index === 2 && atoms[0] === "self" && !this.takenPorts.includes(this.port)) {
      this.post(() => this.host.message(...atoms.slice(1)));
    }
  }

  /** Puts a delivery on the wire: it may be lost, come twice, or later than the next. */
  post(deliver) {
    const { loss = 0, repeat = 0, reorder = 0 } = this.wire;
    if (this.random() < loss) return;
    const late = () => this.elapsed + 1 + (this.random() < reorder ? Math.floor(this.random() * 30) : 0);
    this.queue.push({ due: late(), deliver });
    if (this.random() < repeat) this.queue.push({ due: late() + 3, deliver });
  }

  /** Lets time pass. */
  run(ms) {
    for (const end = this.elapsed + ms; this.elapsed < end;) {
      this.elapsed += STEP_MS;
      this.host.advance(STEP_MS);
      if (this.elapsed % 30 === 0) this.server.tick();
      this.server.outgoing.splice(0).forEach((message) => this.post(() => this.host.message(...message)));
      const due = this.queue.filter((entry) => entry.due <= this.elapsed);
      this.queue = this.queue.filter((entry) => entry.due > this.elapsed);
      due.forEach((entry) => entry.deliver());
    }
    return this;
  }

  /** Starts the device and waits until the server has welcomed it. */
  connected() {
    this.host.bang();
    return this.run(this.wire.loss ? 3000 : 400);
  }

  control(values) {
    Object.entries(values).forEach(([name, value]) => this.host.message("control", name, value));
    return this;
  }

  press(button = "make", ms = 1500) {
    this.host.message("press", button);
    return this.run(ms);
  }

  /** The words on the status line. */
  get status() {
    const last = this.host.messages("status", 1).pop();
    return last ? last.slice(1).join(" ") : "";
  }

  get statuses() {
    return this.host.messages("status", 1).map((words) => words.slice(1).join(" "));
  }

  /** What the device asked for in its last request, as an object with its pairs. */
  get start() {
    const [, , , transfer, task, engine, mood, style, count, temperature, similarity, seed, ...pairs] =
      this.server.log.filter(([address]) => address === "/clipkin/request/start").pop();
    const start = { transfer, task, engine, mood, style, count, temperature, similarity, seed, context: [] };
    for (let i = 0; i < pairs.length; i += 2) {
      if (pairs[i] === "context") start.context.push(pairs[i + 1]);
      else start[pairs[i]] = pairs[i + 1];
    }
    return start;
  }

  /** The clips that the server has got as the context of the last request. */
  get context() {
    return this.start.context.map((transfer) => this.server.clips.get(transfer));
  }

  /** The clip that the server has got as the prompt of the last request. */
  get prompt() {
    return this.server.clips.get(this.start.transfer);
  }
}

/** Variations that are the prompt itself, every note kept. */
function echo(clip, start) {
  return Array.from({ length: start.count }, (_, index) => ({ notes: clip.notes, kept: clip.notes.map((_, i) => i + 1),
    length: clip.length, seed: start.seed + index }));
}

/** A note with Live's keys; a test names only what it is about. */
function aNote(values = {}) {
  return { pitch: 60, start_time: 0, duration: 0.5, velocity: 100, ...values };
}

/** `count` notes, one each quarter of a beat. */
function notes(count, values = {}) {
  return Array.from({ length: count }, (_, i) => aNote({ pitch: 36 + (i % 48), start_time: i / 4, duration: 0.25,
    ...values }));
}

/** A set with one MIDI track whose first slot has `clip`, which is selected. */
function roomWith(clip, options = {}) {
  const room = new Room({ ...options, set: { tracks: [{ clips: { 0: clip } }, ...(options.others || [])],
    ...options.set } });
  room.set.select(room.set.clip(0, 0));
  return room;
}

/** Three MIDI tracks and an audio track: chords and drums in scenes 0 and 1, a bass in scene 1. */
function aScene(options = {}) {
  const clip = (name, pitch, length = 4) => ({ name, length, notes: notes(8, { pitch }) });
  const { set, ...others } = options;
  return new Room({ compose: fresh(), ...others, set: { scenes: 4, ...set, tracks: [
    { name: "chords", clips: { 0: clip("chords", 60), 1: clip("chords two", 62) } },
    { name: "drums", drums: true, clips: { 0: clip("beat", 36, 8), 1: clip("beat two", 38) } },
    { name: "bass", clips: { 1: clip("bass", 40) } },
    { name: "vocals", kind: "audio", clips: { 0: { audio: true } } }] } });
}

/** New clips that nothing was kept of, as a server makes them for tasks without a prompt. */
function fresh(values = {}) {
  return (clip, start) => Array.from({ length: start.count }, (_, index) => ({
    notes: [[36 + index, 0, 13440, 100, 0, 1000, 0, 64]], length: 8 * 13440, seed: start.seed + index, ...values }));
}

/** The names of a track's clips by slot, null where there is none. */
function namesOf(room, track) {
  return room.set.track(track).values.clip_slots.map((slot) => slot.values.clip && slot.values.clip.values.name);
}

/** The pitch of each sent clip's first note, which tells the clips of `aScene` apart. */
const firstNotes = (clips) => clips.map((clip) => clip.notes[0][0]);

/** What the menus of the device hold: FACE itself, a task's entry and place, a style's place in its menu. */
function menus() {
  const { FACE } = roomWith({ notes: notes(1) }).host.globals;
  const place = (task) => [...FACE.tasks].findIndex((entry) => entry.name === task);
  const entry = (task) => FACE.tasks[place(task)];
  return { FACE, place, entry, styleOf: (task, word) => 1 + entry(task).styles.indexOf(word) };
}

module.exports = { Room, roomWith, aScene, fresh, namesOf, firstNotes, menus, aNote, notes, echo, dice };
