"use strict";
// The server's side of bridge/PROTOCOL.md, as far as a device meets it, written from that page alone.
// Variations come from the test: `compose(prompt, start)` gives [{notes, kept, length, seed, remarks, name, pairs}].

const MODULUS = 524287;
const fold = (sum, numbers) => numbers.reduce((c, v) => (31 * c + (((v % MODULUS) + MODULUS) % MODULUS)) % MODULUS, sum);
const pieces = (list, size) => Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
  list.slice(i * size, (i + 1) * size));

class Server {
  constructor({ compose, epoch = 1, engines = ["rules", "kin", "rnn", "lstm", "vae", "gan"] } = {}) {
    Object.assign(this, { compose, epoch, engines, silent: false, outgoing: [], log: [], faults: [] });
    this.reset();
  }

  reset() {
    Object.assign(this, { session: 0, clips: new Map(), requests: new Map(), sending: new Map(), final: new Map(),
      lastTransfer: 8388607, paused: false });
  }

  /** A new run of the server: it knows nothing any more. */
  restart() {
    this.epoch += 1;
    this.silent = false;
    this.reset();
  }

  say(address, ...args) {
    if (!this.silent) this.outgoing.push([address, ...args]);
  }

  fail(request, command, code, sentence, ...numbers) {
    const args = [this.session, request, command, code, "-", sentence, ...numbers];
    if (request > 0) this.final.set(request, ["/clipkin/request/fail", ...args]);
    this.say("/clipkin/request/fail", ...args);
  }

  /** One message from the device. */
  receive(address, args) {
    if (this.silent) return;
    this.log.push([address, ...args]);
    const [session, ...rest] = args;
    if (address === "/clipkin/client/hello") {
      this.session = session;
      this.say("/clipkin/server/welcome", session, this.protocol || 2, this.epoch, "0.1.0", 20000, 24, 16, 2000);
    } else if (session !== this.session) {
      // The real one answers to the port that the message came from, where a device isn't listening.
      this.unknown = (this.unknown || 0) + 1;
    } else {
      const reader = this.readers()[address.replace("/clipkin/", "")];
      if (!reader) throw new Error(`the device sent ${address}`);
      reader.apply(this, rest);
    }
  }

  readers() {
    return {
      "server/ping": (n) => this.say("/clipkin/server/pong", this.session, n, this.epoch, 0, 0, "-"),
      "engine/query": () => this.say("/clipkin/engine/names", this.session, this.engines.length, ...this.engines),
      "client/bye": () => this.reset(),
      "clip/begin": this.takeBegin,
      "clip/part": (...args) => this.takePart("notes", args),
      "clip/chords": (...args) => this.takePart("chords", args),
      "clip/selected": (...args) => this.takePart("selected", args),
      "clip/ack": this.takeAck,
      "clip/abort": (transfer) => { this.clips.delete(transfer); this.sending.delete(transfer); },
      "request/start": this.takeStart,
      "request/cancel": this.takeCancel,
      "request/query": (number) => this.say("/clipkin/request/state", this.session, number,
        this.final.has(number) ? 4 : this.requests.has(number) ? 2 : 0, 0),
      "request/seen": (number) => { this.final.delete(number); },
    };
  }

  takeBegin(transfer, request, index, noteCount, partCount, length, checksum, role, tempo, numerator, denominator) {
    if (request !== 0 || index !== 0) throw new Error("a prompt's request and index are 0");
    if (!this.clips.has(transfer)) {
      this.clips.set(transfer, { noteCount, partCount, length, checksum, role, tempo, numerator, denominator,
        parts: [], done: false });
    }
    this.ack(transfer);
  }

  takePart(kind, [transfer, part, count, ...numbers]) {
    const clip = this.clips.get(transfer);
    if (!clip) return;
    const size = { notes: 8, chords: 5, selected: 1 }[kind];
    if (numbers.length !== count * size || numbers.length + 4 > 255) throw new Error(`a part of ${numbers.length}`);
    clip.parts[part] = { kind, numbers };
    const all = clip.parts.filter(Boolean);
    if (!clip.done && all.length === clip.partCount) {
      if (fold(1, all.flatMap((one) => one.numbers)) !== clip.checksum) throw new Error("the checksum is wrong");
      clip.notes = pieces(all.filter((one) => one.kind === "notes").flatMap((one) => one.numbers), 8);
      clip.chords = pieces(all.filter((one) => one.kind === "chords").flatMap((one) => one.numbers), 5);
      clip.selected = all.filter((one) => one.kind === "selected").flatMap((one) => one.numbers);
      if (clip.notes.length !== clip.noteCount) throw new Error("the note count is wrong");
      clip.done = true;
    }
    this.ack(transfer);
  }

  ack(transfer) {
    const clip = this.clips.get(transfer);
    let base = 0;
    while (clip.parts[base]) base += 1;
    let bitmap = 0;
    for (let bit = 0; bit < 24; bit += 1) if (clip.parts[base + 1 + bit]) bitmap += 2 ** bit;
    this.say("/clipkin/clip/ack", this.session, transfer, base, bitmap, clip.done ? 1 : 0,
      clip.done ? clip.checksum : 0);
  }

  takeStart(number, transfer, task, engine, mood, style, count, temperature, similarity, seed, ...pairs) {
    if (this.requests.has(number)) {
      this.say("/clipkin/request/accepted", this.session, number, 0);
      return;
    }
    const clip = this.clips.get(transfer) || null;
    const free = transfer === 0 && ["generate", "accompany"].includes(task);
    if (!free && !(clip && clip.done)) {
      this.fail(number, "/clipkin/request/start", 404, "This clip isn't known; send it again.");
      return;
    }
    const start = { number, task, engine, mood, style, count, temperature, similarity, seed, pairs };
    this.requests.set(number, start);
    if (this.refuse) {
      this.fail(number, "/clipkin/request/start", ...this.refuse);
      return;
    }
    this.say("/clipkin/request/accepted", this.session, number, 0);
    if (!this.paused) this.answer(start, clip);
  }

  answer(start, clip) {
    this.say("/clipkin/request/progress", this.session, start.number, 500, 0, "drawing");
    const variations = this.compose(clip, start);
    variations.forEach((variation, index) => this.sendVariation(start.number, index, variation));
    start.left = variations.length;
    start.made = variations.length;
    if (variations.length === 0) this.finish(start);
  }

  sendVariation(request, index, { notes, kept = notes.map(() => 0), length, seed = 42, remarks = [], spoil = 0, name,
    pairs = [], similarity = -1 }) {
    const transfer = (this.lastTransfer += 1);
    const bodies = [
      ...pieces(notes, 24).map((some) => ["clip/part", some.length, ...some.flat()]),
      ...pieces(kept, 192).map((some) => ["clip/kept", some.length, ...some]),
      ...(name === undefined ? [] : [["clip/name", name]]),
      ["variation/report", seed, similarity, kept.filter(Boolean).length, notes.length, 1000, -1, -1, 0, 0, ...pairs],
      ...remarks.map((remark) => ["variation/remark", ...remark]),
    ];
    const parts = bodies.map(([kind, ...body], part) => [`/clipkin/${kind}`, this.session, transfer, part, ...body]);
    const checksum = (fold(fold(1, notes.flat()), kept) + spoil) % MODULUS;
    const begin = ["/clipkin/clip/begin", this.session, transfer, request, index, notes.length, parts.length, length,
      checksum, 0, 120000, 4, 4];
    this.sending.set(transfer, { begin, parts, request, checksum, base: 0, begun: false });
  }

  takeAck(transfer, base, bitmap, done, checksum) {
    const clip = this.sending.get(transfer);
    if (!clip) return;
    clip.begun = true;
    clip.base = Math.max(clip.base, base);
    if (done !== 1) return;
    if (checksum !== clip.checksum) throw new Error("the device acknowledged another clip");
    this.sending.delete(transfer);
    const start = this.requests.get(clip.request);
    start.left -= 1;
    if (start.left === 0) this.finish(start);
  }

  finish(start) {
    const done = ["/clipkin/request/done", this.session, start.number, start.made, 12, start.seed];
    this.final.set(start.number, done);
    this.say(...done);
  }

  takeCancel(number) {
    for (const [transfer, clip] of this.sending) if (clip.request === number) this.sending.delete(transfer);
    this.fail(number, "/clipkin/request/cancel", 499, "Cancelled.");
  }

  /** What is sent again, each 30 ms: unacknowledged parts, and the ends that weren't seen. */
  tick() {
    for (const clip of this.sending.values()) {
      const messages = clip.begun ? clip.parts.slice(clip.base, clip.base + 16) : [clip.begin];
      messages.forEach((message) => this.say(...message));
    }
    for (const message of this.final.values()) this.say(...message);
  }
}

module.exports = { Server };
