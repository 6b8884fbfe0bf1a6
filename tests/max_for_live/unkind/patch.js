"use strict";
// Max itself, as far as our patch needs it: boxes that take messages, cords that carry them (from each outlet to the
// boxes on the right first, as Max does), controls that Live stores. Built from the bytes of a frozen .amxd.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

/** {patcher, files: {name: text}} of a frozen device (facts of the container: ampf, meta, ptch with an mx@c block). */
function readDevice(file) {
  const bytes = fs.readFileSync(file);
  let at = 0;
  while (bytes.toString("latin1", at, at + 4) !== "ptch") at += 8 + bytes.readUInt32LE(at + 4);
  const block = bytes.subarray(at + 8);
  const entries = [];
  let place = Number(block.readBigUInt64BE(8)) + 8;
  while (place < block.length) {
    const end = place + block.readUInt32BE(place + 4);
    const entry = {};
    for (let field = place + 8; field < end; field += block.readUInt32BE(field + 4)) {
      entry[block.toString("latin1", field, field + 4)] = block.subarray(field + 8, field + block.readUInt32BE(field + 4));
    }
    entries.push({ name: entry.fnam.toString("latin1").replace(/\0/g, ""),
      body: block.subarray(entry.of32.readUInt32BE(0), entry.of32.readUInt32BE(0) + entry.sz32.readUInt32BE(0)) });
    place = end;
  }
  const [patch, ...files] = entries;
  return { patcher: JSON.parse(patch.body.toString("utf8").replace(/\0/g, "")).patcher, files };
}

/** The script inside a device, as a file for the host. */
function scriptOf(device) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "clipkin-")), device.files[0].name);
  fs.writeFileSync(file, device.files[0].body);
  return file;
}

class Patch {
  /** host: runs the script · network: {listen(port), send(port, atoms)} */
  constructor({ patcher }, host, network) {
    Object.assign(this, { host, network, later: [], undo: [], boxes: new Map() });
    patcher.boxes.forEach(({ box }) => {
      const [name, ...words] = (box.maxclass === "newobj" ? box.text : box.maxclass).split(" ");
      const valueof = ((box.saved_attribute_attributes || {}).valueof) || {};
      this.boxes.set(box.id, { ...box, name, words, valueof, cords: [], value: (valueof.parameter_initial || [""])[0],
        items: valueof.parameter_enum || [], shown: box.text || "", isActive: true });
    });
    patcher.lines.forEach(({ patchline: { source, destination } }) => {
      const box = this.boxes.get(source[0]);
      (box.cords[source[1]] = box.cords[source[1]] || []).push([this.boxes.get(destination[0]), destination[1]]);
    });
    const right = ([one]) => one.patching_rect[0];
    for (const { cords } of this.boxes.values()) {
      cords.forEach((ends) => ends.sort((a, b) => right(b) - right(a) || b[0].patching_rect[1] - a[0].patching_rect[1]));
    }
    host.onOutlet = (outlet, atoms) => this.say(this.find((box) => box.name === "js"), outlet, atoms);
  }

  find(is) {
    return [...this.boxes.values()].find(is);
  }

  /** A control or the like by its name on the face. */
  box(name) {
    return this.find((box) => box.varname === `Clipkin ${name}`);
  }

  say(box, outlet, atoms) {
    (box.cords[outlet] || []).forEach(([end, inlet]) => this.take(end, atoms, inlet));
  }

  /** What each kind of box does with a message. */
  take(box, atoms, inlet = 0) {
    const [first, ...rest] = atoms;
    const kinds = {
      t: () => box.words.map((letter) => (letter === "b" ? ["bang"] : atoms)).reverse()
        .forEach((said, fromRight) => this.say(box, box.words.length - 1 - fromRight, said)),
      message: () => this.say(box, 0, box.text.split(" ")),
      prepend: () => this.say(box, 0, [...box.words, ...atoms]),
      deferlow: () => this.later.push(() => this.say(box, 0, atoms)),
      js: () => (first === "bang" ? this.host.bang() : this.host.message(first, ...rest)),
      udpreceive: () => this.network.listen(rest[0]),
      udpsend: () => this.takeSend(box, atoms),
      route: () => {
        const place = box.words.indexOf(String(first));
        this.say(box, place < 0 ? box.words.length : place, place < 0 ? atoms : rest.length > 0 ? rest : ["bang"]);
      },
      textedit: () => { if (first === "bang") this.say(box, 0, ["text", box.value]); },
      panel: () => { if (first === "bgcolor") box.bgcolor = rest; },
      "live.comment": () => { if (first === "set") box.shown = rest.join(" "); },
    };
    if (kinds[box.name]) kinds[box.name]();
    else if (this.scheduler && this.scheduler.take(box, atoms, inlet)) return;
    else if (box.name.startsWith("live.")) this.takeControl(box, first, rest);
    else throw new Error(`a ${box.name} got ${atoms}`);
  }

  takeSend(box, atoms) {
    box.port = box.port || Number(box.words[1]);
    if (atoms[0] === "port") [, box.port] = atoms;
    else this.network.send(box.port, atoms);
  }

  takeControl(box, first, rest) {
    if (first === "outputvalue") this.say(box, 0, [box.value]);
    else if (first === "set") [box.value] = rest;
    else if (first === "active") box.isActive = rest[0] === 1;
    else if (first === "_parameter_range") box.items = rest;
    else if (first === "assign") [box.value] = rest;
    else if (typeof first === "number") this.change(box, first, "the patch");
    else throw new Error(`a ${box.name} got ${first}`);
  }

  /** A stored value changes, which Live notes for its undo. */
  change(box, value, who) {
    box.value = value;
    this.undo.push(`${who}: ${box.varname}`);
    this.say(box, 0, [value]);
  }

  /** The user turns a control, presses a button or types words. */
  use(name, value) {
    const box = this.box(name);
    if (box.name === "textedit") {
      box.value = value;
      this.say(box, 0, ["text", value]);
    } else if (box.valueof.parameter_invisible === 2) this.say(box, 0, ["bang"]);
    else this.change(box, value, "the user");
  }

  /** Live brings a stored value back; `aloud` as it does after the device has started. */
  restore(name, value, aloud = false) {
    const box = this.box(name);
    box.value = value;
    if (aloud) this.say(box, 0, [value]);
  }

  /** The device is loaded. */
  load() {
    this.say(this.find((box) => box.name === "live.thisdevice"), 0, ["bang"]);
  }

  /** A message for our port. */
  receive(atoms) {
    this.say(this.find((box) => box.name === "udpreceive"), 0, atoms);
  }

  /** What was put off until the end of Max's low-priority queue. */
  run() {
    this.later.splice(0).forEach((action) => action());
  }
}

module.exports = { readDevice, scriptOf, Patch };
