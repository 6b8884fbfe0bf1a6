"use strict";
// The script is ES5: its syntax, the library it uses (the fake host has taken the newer one away), and its globals.

const test = require("node:test");
const assert = require("node:assert/strict");
const fs = require("node:fs");
const vm = require("node:vm");
const { LiveSet } = require("../fake_live/live_set.js");
const { Host } = require("../fake_live/host.js");
const { GONE } = require("../fake_live/es5.js");

const FILE = process.env.CLIPKIN_SCRIPT;
const SOURCE = fs.readFileSync(FILE, "utf8");

/** The source with comments, strings and regular expressions blanked out. */
function bare(source) {
  return source.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g,
    (found) => (found[0] === "/" ? " " : " 0 "))
    .replace(/([=(,:]\s*)\/(?![*/])(?:\\.|\[[^\]]*\]|[^/\\\n])+\/[gimy]*/g, "$1 0 ");
}

const NEWER = {
  "an arrow function": /=>/,
  "let, const, class, extends, super, import, export, yield, async or await":
    /(^|[^.\w$])(let|const|class|extends|super|import|export|yield|async|await)(?![\w$]*\s*:)\s/,
  "a template": /`/,
  "spread or rest": /\.\.\./,
  "for … of": /\bfor\s*\([^;)]*\bof\b/,
  "a power": /\*\*/,
  "a default value of a parameter": /function\s*[\w$]*\s*\([^)]*=/,
  "optional chaining or coalescing": /\?\.|\?\?/,
  "a short method": /[{,]\s*(?!(?:if|for|while|switch|catch|function|with)\b)[\w$]+\s*\([^)]*\)\s*\{/,
  "destructuring": /\bvar\s*[[{]/,
  "a trailing comma in a call": /,\s*\)/,
};

for (const [what, pattern] of Object.entries(NEWER)) {
  test(`the script has no ${what}`, () => {
    const found = pattern.exec(bare(SOURCE));
    assert.equal(found && found[0], null);
  });
}

test("the scan sees what is newer", () => {
  const newer = ["var f = x => x;", "let a = 1;", "var s = `x`;", "f(...x);", "for (var a of b) {}", "var c = a ** b;",
    "function f(a = 1) {}", "a?.b;", "var o = { f() { } };", "var [a] = b;", "f(a, );", "class A { }"];
  for (const line of newer) {
    assert.ok(Object.values(NEWER).some((pattern) => pattern.test(bare(line))), line);
  }
});

test("acorn agrees, where it is installed", (context) => {
  let acorn;
  try {
    acorn = require("acorn");
  } catch (missing) {
    context.skip("acorn isn't installed");
    return;
  }
  acorn.parse(SOURCE, { ecmaVersion: 5 });
});

test("the newer library is really gone where the script runs", () => {
  const context = vm.createContext({});
  vm.runInContext(GONE, context);
  for (const missing of ["typeof Map", "typeof Promise", "typeof Symbol", "typeof Object.assign", "typeof [].find",
    "typeof [].includes", "typeof 'a'.startsWith", "typeof 'a'.padStart", "typeof Math.trunc", "typeof console",
    "typeof Number.isInteger", "typeof require", "typeof setTimeout", "typeof globalThis"]) {
    assert.equal(vm.runInContext(missing, context), "undefined", missing);
  }
  assert.equal(vm.runInContext("JSON.stringify([1].map(function (x) { return x + 1; }))", context), "[2]");
});

test("loading touches neither Live nor an outlet", () => {
  const host = new Host(FILE, new LiveSet());
  assert.deepEqual(host.sent, []);
  assert.deepEqual([host.globals.inlets, host.globals.outlets, host.globals.autowatch], [1, 4, 0]);
});

test("only what Max calls is global", () => {
  const before = new Set(Object.keys(new Host(FILE, new LiveSet()).makeGlobals()));
  const host = new Host(FILE, new LiveSet());
  const own = Object.keys(host.globals).filter((name) => !before.has(name)).sort();
  assert.deepEqual(own, ["FACE", "anything", "autowatch", "bang", "clipkin", "control", "inlets", "notifydeleted",
    "outlets", "played", "press", "transport"]);
});

test("as a module it gives the same object", () => {
  const module = { exports: null };
  const context = vm.createContext({ module, setinletassist() {}, setoutletassist() {} });
  vm.runInContext(SOURCE, context);
  assert.equal(typeof module.exports.numbers.fold, "function");
});
