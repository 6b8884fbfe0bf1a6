"use strict";
// Takes from a context what the old engine of Max's js doesn't have, so that a script that uses it fails here too.

const GONE = `
(function (global) {
  var gone = {
    "Array": "from of", "Array.prototype": "find findIndex findLast findLastIndex includes fill copyWithin entries " +
      "keys values flat flatMap at toReversed toSorted toSpliced with",
    "String": "fromCodePoint raw", "String.prototype": "includes startsWith endsWith repeat padStart padEnd trimStart " +
      "trimEnd at codePointAt normalize matchAll replaceAll isWellFormed toWellFormed",
    "Number": "isInteger isFinite isNaN isSafeInteger EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER parseFloat parseInt",
    "Math": "trunc sign cbrt log2 log10 log1p expm1 sinh cosh tanh asinh acosh atanh hypot fround clz32 imul",
    "Object": "assign entries values is fromEntries getOwnPropertySymbols getOwnPropertyDescriptors setPrototypeOf " +
      "hasOwn groupBy",
    "Function.prototype": "",
    "": "Map Set WeakMap WeakSet WeakRef FinalizationRegistry Promise Symbol Proxy Reflect globalThis console BigInt " +
      "Atomics SharedArrayBuffer WebAssembly Intl Iterator AsyncFunction queueMicrotask structuredClone setTimeout " +
      "setInterval setImmediate clearTimeout require process Buffer"
  };
  Object.keys(gone).forEach(function (path) {
    var owner = path === "" ? global : path.split(".").reduce(function (at, step) { return at[step]; }, global);
    gone[path].split(" ").forEach(function (name) { if (name) { delete owner[name]; } });
  });
}(this));
`;

module.exports = { GONE };
