"use strict";
// Writes down everything that passes between the script and its host, so that an engine that knows ES5 only can be
// asked to do the same again (replay.js). CLIPKIN_TRACES names the folder; without it nothing is written.

const fs = require("node:fs");
const path = require("node:path");

const FOLDER = process.env.CLIPKIN_TRACES;
const LONGEST = 700000;
const MUTE = "Math.dice = 7; Math.random = function () { Math.dice = (75 * Math.dice + 74) % 65537; " +
  "return Math.dice / 65537; }; Date = function () { this.getTime = function () { return 0; }; };";
const traces = [];

if (FOLDER) {
  process.on("exit", () => traces.forEach((trace, number) => {
    const text = JSON.stringify(trace);
    if (text.length < LONGEST) fs.writeFileSync(path.join(FOLDER, `${process.pid}-${number}.json`), text);
  }));
}

/** Begins a trace of a host: gives what is told of each event and of each word between them; null without a folder. */
function traceOf() {
  if (!FOLDER) return null;
  const trace = [];
  traces.push(trace);
  return trace;
}

/** A LiveAPI class that writes down each question and its answer. */
function tracedApi(LiveAPI, trace) {
  const told = (op, ask) => {
    try {
      const answer = ask();
      trace.push([...op, answer === undefined ? null : structuredClone(answer)]);
      return answer;
    } catch (error) {
      trace.push([...op, { error: error.message }]);
      throw error;
    }
  };
  return class {
    constructor(first) { this.real = new LiveAPI(first); trace.push(["new", first]); }
    get id() { return told(["id?"], () => this.real.id); }
    set id(id) { told(["id", id], () => { this.real.id = id; }); }
    set path(where) { told(["path", where], () => { this.real.path = where; }); }
    get type() { return told(["type"], () => this.real.type); }
    get(name) { return told(["get", name], () => this.real.get(name)); }
    set(...args) { told(["set", structuredClone(args)], () => this.real.set(...args)); }
    call(...args) { return told(["call", structuredClone(args)], () => this.real.call(...args)); }
  };
}

/** A Task class that writes down each time it fires. */
function tracedTask(Task, trace, clock) {
  return class extends Task {
    fire() {
      trace.push(["task", clock.now]);
      super.fire();
    }
  };
}

/** The first trace's flow as a program for another engine, which prints how long the longest turn takes there. */
function timedReplay(script, folder, mute, rounds) {
  const stand = { FOLDER: `${folder}/`, SCRIPT: script, MUTE: mute, ROUNDS: rounds, TRACES: [JSON.stringify(traces[0])] };
  fs.writeFileSync(path.join(folder, "script.js"), script);
  fs.writeFileSync(path.join(folder, "mute.js"), mute);
  return Object.entries(stand).map(([name, value]) => `var ${name} = ${JSON.stringify(value)};\n`).join("") +
    fs.readFileSync(path.join(__dirname, "replay.js"), "utf8");
}

module.exports = { traceOf, tracedApi, tracedTask, timedReplay, MUTE };
