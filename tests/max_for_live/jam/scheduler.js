"use strict";
// Max's scheduler as far as a jam's player needs it: the objects that wait, Live's transport, and a track's notes. Time
// moves only when a test says so; a cold inlet keeps what comes, the left one sends it on.

const SUMS = {
  "expr ($f1-$f2)*$f3": (a, b, c) => (a - b) * c,
  "expr $f1>-150.&&$f1<4000.": (a) => a > -150 && a < 4000,
};

class Scheduler {
  /** patch: see ../unkind/patch.js · it hears the track by `play` and is heard in `sent`: [ms, pitch, velocity] */
  constructor(patch) {
    Object.assign(this, { patch, now: 0, waiting: [], sent: [], refused: [] });
    this.live = { tempo: 120, tick: 0, runs: 0, metre: [4, 4] };
    patch.scheduler = this;
  }

  /** Lets one millisecond pass: Live's song goes on, then what is due comes. */
  step() {
    this.now += 1;
    if (this.live.runs) this.live.tick += 480 * this.live.tempo / 60000;
    for (;;) {
      const next = this.waiting.filter((one) => one.due <= this.now + 1e-9).sort((a, b) => a.due - b.due)[0];
      if (!next) break;
      this.waiting.splice(this.waiting.indexOf(next), 1);
      next.act();
    }
  }

  wait(box, ms, act) {
    if (!(ms >= 0)) throw new Error(`${box.text}: a wait of ${ms}`);
    this.waiting.push({ box, due: this.now + ms, act });
  }

  /** A note of the track comes in; velocity 0 ends it. */
  play(pitch, velocity) {
    const box = this.patch.find((one) => one.name === "notein");
    [1, velocity, pitch].forEach((value, fromRight) => this.patch.say(box, 2 - fromRight, [value]));
  }

  /** The device goes. */
  free() {
    this.patch.say(this.patch.find((one) => one.name === "freebang"), 0, ["bang"]);
  }

  switchOff() {
    this.patch.say(this.patch.find((one) => one.name === "live.thisdevice"), 1, [0]);
  }

  take(box, atoms, inlet) {
    const kinds = { transport: this.transport, pack: this.pack, unpack: this.unpack, expr: this.expr, clip: this.clip, gate: this.gate,
      pipe: this.pipe, makenote: this.makenote, noteout: this.noteout, sel: this.sel };
    if (!kinds[box.name]) return false;
    box.held = box.held || box.words.filter((word) => !word.startsWith("@")).map(Number);
    kinds[box.name].call(this, box, atoms, inlet);
    return true;
  }

  fromRight(box, values) {
    values.map((value, outlet) => [outlet, [].concat(value)]).reverse()
      .forEach(([outlet, said]) => this.patch.say(box, outlet, said));
  }

  transport(box) {
    const { tempo, tick, runs, metre } = this.live;
    this.fromRight(box, [1, 1, 0, 480, tempo, metre, runs, tick]);
  }

  pack(box, atoms, inlet) {
    atoms.forEach((atom, place) => { box.held[inlet + place] = atom; });
    if (inlet === 0) this.patch.say(box, 0, [...box.held]);
  }

  unpack(box, atoms) {
    this.fromRight(box, box.words.map((word, place) => (word.includes(".") ? atoms[place] : Math.trunc(atoms[place]))));
  }

  expr(box, atoms, inlet) {
    box.values = box.values || [0, 0, 0];
    [box.values[inlet]] = atoms;
    if (inlet === 0) this.patch.say(box, 0, [Number(SUMS[box.text](...box.values))]);
  }

  gate(box, [value], inlet) {
    if (inlet === 0) box.open = value !== 0;
    else if (box.open) this.patch.say(box, 0, [value]);
  }

  clip(box, [value]) {
    this.patch.say(box, 0, [Math.max(box.held[0], Math.min(box.held[1], value))]);
  }

  pipe(box, [first], inlet) {
    if (first === "clear") {
      this.waiting = this.waiting.filter((one) => one.box !== box);
      return;
    }
    box.held[inlet] = first;
    const values = box.held.slice(0, -1);
    if (inlet === 0) this.wait(box, box.held[box.held.length - 1], () => this.fromRight(box, values));
  }

  makenote(box, [first], inlet) {
    const end = (pitch) => { this.fromRight(box, [pitch, 0]); };
    if (first === "stop") {
      const ringing = this.waiting.filter((one) => one.box === box);
      this.waiting = this.waiting.filter((one) => one.box !== box);
      ringing.forEach((one) => one.act());
      return;
    }
    if (inlet > 0) {
      box.held[inlet - 1] = first;
      return;
    }
    this.fromRight(box, [first, box.held[0]]);
    this.wait(box, box.held[1], () => end(first));
  }

  noteout(box, [value], inlet) {
    if (inlet > 0) [box.velocity] = [value];
    else this.sent.push([this.now, value, box.velocity]);
  }

  sel(box, [first]) {
    if (first === box.held[0]) this.patch.say(box, 0, ["bang"]);
    else this.patch.say(box, 1, [first]);
  }

  /** Beginnings less ends of each pitch, where that isn't nothing. */
  get stuck() {
    const keys = {};
    this.sent.forEach(([, pitch, velocity]) => { keys[pitch] = (keys[pitch] || 0) + (velocity > 0 ? 1 : -1); });
    return Object.entries(keys).filter(([, count]) => count !== 0);
  }

  /** The moments, in milliseconds, at which notes began. */
  get begun() {
    return this.sent.filter(([, , velocity]) => velocity > 0);
  }
}

module.exports = { Scheduler };
