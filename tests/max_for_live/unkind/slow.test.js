"use strict";
// A Live that takes its time for each call, by Max's own clock: nobody is taken for gone, and all of it is written.

const test = require("node:test");
const assert = require("node:assert/strict");
const { roomWith, notes } = require("../fake_live/room.js");

test("calls of 1, 20 and 200 ms only take longer", () => {
  for (const callMs of [1, 20, 200]) {
    const room = roomWith({ length: 500, notes: notes(2000) }, { set: { callMs } }).control({ count: 4 }).connected();
    room.press("make", 12000);
    assert.equal(room.status, "4 variations are in free slots of this track.", `${callMs} ms`);
    assert.ok(!room.statuses.some((words) => /stopped answering|stopped in the middle/.test(words)), room.statuses.join("\n"));
    assert.equal(room.set.track(0).values.clip_slots[4].values.clip.notes.notes.length, 2000);
  }
});
