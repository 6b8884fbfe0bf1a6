"use strict";
// Max's js object: loads a script into globals as Max does, passes messages to it, takes what leaves its outlets.

const fs = require("node:fs");
const vm = require("node:vm");
const { Clock } = require("./clock.js");
const { GONE } = require("./es5.js");
const { liveApiClass } = require("./live_api.js");
const { traceOf, tracedApi, tracedTask, MUTE } = require("../unkind/trace.js");

const MOST_ATOMS = 255;
const LONGEST_STRING = 200;

class Host {
  /** observerNameFirst: the order of an observer callback's arguments · v8: the other engine's manners */
  constructor(scriptFile, set, { observerNameFirst = false, v8 = false, mostStrings = 400 } = {}) {
    Object.assign(this, { set, observerNameFirst, v8, mostStrings, started: false, console: [], sent: [] });
    this.clock = new Clock();
    this.strings = new Set();
    this.onOutlet = () => {};
    this.trace = traceOf();
    this.globals = vm.createContext(this.makeGlobals());
    if (this.trace) vm.runInContext(MUTE, this.globals);
    vm.runInContext(GONE, this.globals);
    vm.runInContext(fs.readFileSync(scriptFile, "utf8"), this.globals, { filename: scriptFile });
  }

  /** Runs a text among the script's globals. */
  evaluate(text) {
    vm.runInContext(text, this.globals);
  }

  makeGlobals() {
    const host = this;
    return {
      outlet: (index, ...atoms) => host.takeOutlet(index, atoms.flat()),
      post: (...words) => { host.console.push(words.join(" ")); },
      error: (...words) => { host.console.push(words.join(" ")); },
      arrayfromargs: (...args) => arrayFromArgs(args),
      LiveAPI: this.trace ? tracedApi(liveApiClass(this.set, this), this.trace) : liveApiClass(this.set, this),
      Task: this.trace ? tracedTask(this.clock.taskClass(), this.trace, this.clock) : this.clock.taskClass(),
      setinletassist: () => {},
      setoutletassist: () => {},
      jsarguments: ["clipkin.js"],
      max: { version: "865", get time() { return host.clock.now + host.set.questions * host.set.callMs; } },
      messagename: "",
      inlet: 0,
    };
  }

  /** What leaves an outlet: numbers that are finite and strings that are short and few. */
  takeOutlet(index, atoms) {
    if (!Number.isInteger(index) || index < 0 || index >= (this.globals.outlets || 1)) {
      throw new Error(`outlet ${index} doesn't exist`);
    }
    if (atoms.length === 0 || atoms.length > MOST_ATOMS) throw new Error(`a message of ${atoms.length} atoms`);
    atoms.forEach((atom) => this.checkAtom(atom));
    this.sent.push([index, ...atoms]);
    if (this.trace) this.trace.push(["out", index, ...atoms]);
    this.onOutlet(index, atoms);
  }

  checkAtom(atom) {
    if (typeof atom === "number" && Number.isFinite(atom)) return;
    if (typeof atom !== "string") throw new Error(`an atom can't be ${typeof atom} ${String(atom)}`);
    if (atom.length > LONGEST_STRING) throw new Error(`a string of ${atom.length} characters`);
    this.strings.add(atom);
    if (this.strings.size > this.mostStrings) throw new Error(`more than ${this.mostStrings} different strings`);
  }

  /** The bang of live.thisdevice, which also comes when a preset is loaded or saved. */
  bang() {
    this.started = true;
    this.message("bang");
  }

  /** A message at the inlet: the global function of that name, unless it is local, else `anything`. */
  message(name, ...args) {
    if (this.trace) this.trace.push(["in", this.clock.now, name, args]);
    this.globals.inlet = 0;
    this.globals.messagename = name;
    const own = this.globals[name];
    const taken = typeof own === "function" && !own.local && vm.runInContext(`typeof ${safe(name)}`, this.globals);
    if (taken === "function") return own.apply(this.globals, args);
    if (typeof this.globals.anything !== "function") throw new Error(`the script doesn't understand ${name}`);
    return this.globals.anything.apply(this.globals, args);
  }

  /** The device is taken out of the set. */
  notifyDeleted() {
    if (this.trace) this.trace.push(["in", this.clock.now, "notifydeleted", []]);
    if (typeof this.globals.notifydeleted === "function") this.globals.notifydeleted();
    const left = [...this.clock.tasks].length;
    this.clock.cancelAll();
    return left;
  }

  /** The messages that left an outlet and begin with `name`, without the outlet's number. */
  messages(name, outlet = 0) {
    return this.sent.filter((entry) => entry[0] === outlet && entry[1] === name).map((entry) => entry.slice(1));
  }

  advance(ms) {
    this.clock.advance(ms);
  }
}

const safe = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : "undefined");

function arrayFromArgs(args) {
  const [first, second] = args;
  if (typeof first === "string" && second && typeof second.length === "number" && typeof second !== "string") {
    return [first, ...Array.prototype.slice.call(second)];
  }
  if (first && typeof first === "object" && typeof first.length === "number") return Array.prototype.slice.call(first);
  return args;
}

module.exports = { Host };
