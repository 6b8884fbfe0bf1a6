"use strict";
// OSC as udpsend writes it and udpreceive reads it: int → i, other numbers → f, text → s.

const padded = (size) => size + 4 - (size % 4);

function encodeText(text) {
  const bytes = Buffer.alloc(padded(Buffer.byteLength(text)));
  bytes.write(text);
  return bytes;
}

/** The datagram of one message; `floats` sends every number as a float, as a patch may. */
function encode(address, args, floats = false) {
  let tags = ",";
  const bodies = args.map((value) => {
    if (typeof value === "string") {
      tags += "s";
      return encodeText(value);
    }
    const whole = Number.isInteger(value) && !floats;
    tags += whole ? "i" : "f";
    const bytes = Buffer.alloc(4);
    if (whole) bytes.writeInt32BE(value);
    else bytes.writeFloatBE(value);
    return bytes;
  });
  return Buffer.concat([encodeText(address), encodeText(tags), ...bodies]);
}

/** [address, …arguments] of a datagram; the reverse of `encode`. */
function decode(bytes) {
  let place = 0;
  const text = () => {
    const end = bytes.indexOf(0, place);
    const found = bytes.toString("utf8", place, end);
    place += padded(end - place);
    return found;
  };
  const address = text();
  const tags = text();
  const args = [...tags.slice(1)].map((tag) => {
    if (tag === "s") return text();
    place += 4;
    return tag === "i" ? bytes.readInt32BE(place - 4) : bytes.readFloatBE(place - 4);
  });
  return [address, ...args];
}

module.exports = { encode, decode };
