"use strict";
// Each task from the device: which clips go out, where the results come to, and the sentence where it can't be done.

const test = require("node:test");
const assert = require("node:assert/strict");
const { Room, aScene, echo, firstNotes, menus, namesOf, notes, roomWith, aNote } = require("../fake_live/room.js");

const { entry, place } = menus();
const slotsOf = (room, track) => room.set.track(track).values.clip_slots.map((slot) => slot.values.clip);

for (const task of ["vary", "continue", "humanise", "voice", "harmonise", "reharmonise", "drums"]) {
  test(`${task}: the selected clip goes out, new clips come into the next free slots, never over anything`, () => {
    const room = aScene({ compose: echo });
    room.set.click(0, 0);
    const before = slotsOf(room, 0);
    room.control({ task: place(task), count: 2, seed: 5 }).connected().press();
    assert.equal(room.start.task, task);
    const beside = entry(task).takes.context ? [36] : [];
    assert.deepEqual(firstNotes([room.prompt, ...room.context]), [60, ...beside]);
    assert.deepEqual(namesOf(room, 0), ["chords", "chords two", "chords ~1 s5", "chords ~2 s6"]);
    assert.deepEqual(slotsOf(room, 0).slice(0, 2), before.slice(0, 2));
    for (const clip of before.slice(0, 2)) assert.deepEqual(room.set.journal.of(clip), []);
    assert.equal(room.set.journal.undoSteps(), 1);
    assert.match(room.status, /^2 variations are in free slots/);
  });
}

test("harmonise: the chords under a tune are called chords", () => {
  const room = roomWith({ name: "tune ~2 s9", notes: notes(4) });
  room.control({ task: place("harmonise"), count: 1, seed: 5 }).connected().press();
  assert.equal(namesOf(room, 0)[1], "tune chords ~1 s5");
});

test("tasks that look at the whole clip send no selection, the others do", () => {
  const selected = { voice: [3], reharmonise: [3], vary: [3], harmonise: [], "continue": [], drums: [] };
  for (const [task, words] of Object.entries(selected)) {
    const room = roomWith({ notes: notes(4).map((note, i) => ({ ...note, selected: i < 2 })) });
    room.control({ task: place(task) }).connected().press();
    assert.deepEqual(room.prompt.selected, words, task);
  }
});

// ---- morph

test("morph: from the selected clip to the next one below it, results behind the first", () => {
  const room = aScene({ compose: echo });
  room.set.click(0, 0);
  room.control({ task: place("morph"), count: 2, seed: 5, context: 1 }).connected();
  room.control({ task: 0 }).control({ task: place("morph") });
  assert.match(room.status, /^Steps .* The other clip is the next one below it/);
  room.press();
  assert.deepEqual(firstNotes([room.prompt, room.server.clips.get(room.start.second)]), [60, 62]);
  assert.deepEqual(room.start.context, []);
  assert.deepEqual(namesOf(room, 0), ["chords", "chords two", "chords ~1 s5", "chords ~2 s6"]);
});

test("morph in the arrangement goes to the next clip of the track; without one it says what is needed", () => {
  const room = new Room({ set: { tracks: [{ arrangement: [{ at: 40, notes: [aNote({ pitch: 50 })] },
    { at: 0, notes: [aNote({ pitch: 51 })] }, { at: 8, notes: [aNote({ pitch: 52 })] }] }] } });
  const [last, first] = room.set.track(0).values.arrangement_clips;
  room.set.select(first);
  room.control({ task: place("morph") }).connected().press();
  assert.deepEqual(firstNotes([room.prompt, room.server.clips.get(room.start.second)]), [51, 52]);
  room.set.select(last);
  room.press();
  assert.match(room.status, /^Morph needs a second clip/);
});

// ---- what can't be done

test("another Live's scenes run out: they are added, and taken away again where that fails", () => {
  const roomy = aScene();
  roomy.set.click(2, 3);
  roomy.control({ task: place("generate"), count: 3, seed: 1 }).connected().press();
  assert.equal(roomy.set.song.values.scenes.length, 6);
  for (const silent of [false, true]) {
    const lite = aScene({ set: { mostScenes: 5, silent } });
    lite.set.click(2, 3);
    lite.control({ task: place("generate"), count: 3 }).connected().press();
    assert.match(lite.status, silent ? /Live didn't add a scene/ : /didn't take a new clip|didn't add/);
    assert.equal(lite.set.song.values.scenes.length, 4);
    assert.deepEqual(namesOf(lite, 2), [null, "bass", null, null]);
  }
});

const REFUSED = {
  "That track takes no MIDI clips": [["generate", (room) => room.set.click(3, 1)],
    ["accompany", (room) => room.set.click(3, 1)]],
  "That is an audio clip": [["accompany", (room) => room.set.click(3, 0)]],
  "The track is frozen": [["generate", (room) => { room.set.click(2, 0); room.set.track(2).values.is_frozen = 1; }],
    ["accompany", (room) => { room.set.click(2, 0); room.set.track(2).values.is_frozen = 1; }]],
  "No MIDI clip with notes is in this scene": [["accompany", (room) => room.set.click(2, 3)]],
  "No clip is selected": [["voice", () => {}]],
  "Nothing is selected. Click an empty slot": [["accompany", () => {}]],
};

for (const [sentence, cases] of Object.entries(REFUSED)) {
  for (const [task, prepare] of cases) {
    test(`${task} is refused with a sentence: ${sentence}`, () => {
      const room = aScene();
      prepare(room);
      room.control({ task: place(task) }).connected().press();
      assert.match(room.status, new RegExp(sentence));
      assert.equal(room.server.requests.size, 0);
      assert.deepEqual(room.set.journal.changes, []);
    });
  }
}

test("a target track that is deleted or frozen meanwhile is told, and nothing is written", () => {
  for (const [change, sentence] of [[(room) => room.set.remove(room.set.track(2)), /track is gone/],
    [(room) => { room.set.track(2).values.is_frozen = 1; }, /frozen/]]) {
    const room = aScene();
    room.server.paused = true;
    room.set.click(2, 0);
    room.control({ task: place("generate"), count: 1 }).connected().press();
    change(room);
    room.server.answer(room.server.requests.get(1), null);
    room.run(500);
    assert.match(room.status, sentence);
    assert.deepEqual(room.set.journal.changes, []);
  }
});

test("a slot that was filled meanwhile isn't written over", () => {
  const room = aScene();
  room.server.paused = true;
  room.set.click(2, 0);
  room.control({ task: place("generate"), count: 1, seed: 4 }).connected().press();
  room.set.addClip(room.set.slot(2, 0), { name: "mine", notes: notes(1) });
  room.server.answer(room.server.requests.get(1), null);
  room.run(500);
  assert.deepEqual(namesOf(room, 2), ["mine", "bass", "clip ~1 s4", null]);
});
