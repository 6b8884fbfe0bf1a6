"use strict";
// A Live that is less kind: odd versions and ids, notes that are lost, calls that take another form, times at which
// nothing may be changed; and what the device does with what it has made.

const test = require("node:test");
const assert = require("node:assert/strict");
const { Room, roomWith, aNote, notes, echo, menus, namesOf } = require("../fake_live/room.js");

const { place } = menus();
const clips = (room, track = 0) => room.set.track(track).values.clip_slots.map((slot) => slot.values.clip).filter(Boolean);
const plain = (clip) => clip.notes.notes.map(({ note_id, selected, ...note }) => note);
const pressed = (clip, set, values = {}) => roomWith(clip, { set }).control({ count: 2, ...values }).connected().press();

test("versions are read in whatever words; one that can't be read is asked for in numbers, else nothing is done", () => {
  for (const words of ["12.1.10", "Live 12.1.10", "12.4b3", "Ableton Live 12 Suite"]) {
    assert.match(pressed({ notes: notes(4) }, { versionWords: words }).status, /2 variations/, words);
  }
  for (const [version, words] of [["10.1.0", "Live 10.1"], ["11.0.12", "11.0.12"]]) {
    assert.match(pressed({ notes: notes(4) }, { version, versionWords: words }).status, /too old/);
  }
  const mute = pressed({ notes: notes(4) }, { version: "x.y", versionWords: "" });
  assert.match(mute.status, /doesn't say which version/);
  assert.deepEqual(mute.set.journal.changes, []);
});

test("every Live from 11.1 to 12.4 gets its clips, with all eight values", () => {
  for (const version of ["11.1.0", "11.3.20", "12.0.0", "12.1.10", "12.4.6"]) {
    const exact = notes(30, { velocity: 71.25, probability: 0.5, velocity_deviation: -3, release_velocity: 12, mute: 1 });
    const room = pressed({ length: 8, notes: exact }, { version, scenes: 2, silent: true });
    assert.equal(room.status, "2 variations are in free slots of this track.", version);
    for (const clip of clips(room)) assert.deepEqual(plain(clip), plain(room.set.clip(0, 0)));
    assert.deepEqual(room.host.console, [], version);
  }
});

test("ids may come as words, and id 0 is nothing", () => {
  assert.match(pressed({ notes: notes(4) }, { idWord: true }).status, /2 variations/);
  const nothing = new Room({ set: { idWord: true, tracks: [{}] } });
  assert.match(nothing.connected().press().status, /No clip is selected/);
});

test("names may come in quotes, which don't get into the new clips' names", () => {
  const room = roomWith({ name: "lead", notes: notes(4) }, { set: { quotes: true } }).control({ count: 1, seed: 5 });
  room.connected().press();
  assert.equal(namesOf(room, 0)[1], "lead ~1 s5");
});

for (const noteForm of ["object", "text"]) {
  test(`a Live that takes new notes as ${noteForm} only gets them so`, () => {
    const room = pressed({ length: 200, notes: notes(700) }, { noteForm });
    assert.equal(room.status, "2 variations are in free slots of this track.");
    for (const clip of clips(room)) assert.deepEqual(plain(clip), plain(room.set.clip(0, 0)));
    assert.equal(room.set.journal.undoSteps(), 1);
  });
}

test("a Live that loses notes in either form is told, and nothing stays", () => {
  for (const dropNotes of [1, 500]) {
    const room = pressed({ notes: notes(8) }, { dropNotes });
    assert.match(room.status, /didn't keep the notes/);
    assert.equal(clips(room).length, 1);
    assert.equal(room.set.journal.depth, 0);
  }
});

test("a Live that gives notes all at once only is believed, too", () => {
  const room = pressed({ length: 200, notes: notes(700) }, { noWindows: true });
  assert.equal(room.status, "2 variations are in free slots of this track.");
  assert.equal(room.set.journal.changes.filter((change) => change.member === "create_clip").length, 2);
});

test("what comes while Live forbids changes is written a little later", () => {
  for (const refusals of [1, 5, 9]) {
    const room = roomWith({ notes: notes(4) }).control({ count: 2 }).connected();
    room.set.journal.refusals = refusals;
    assert.match(room.press("make", 2500).status, /2 variations/);
    assert.equal(clips(room).length, 3);
  }
  const never = roomWith({ notes: notes(4) }).connected();
  never.set.journal.refusals = 1e6;
  assert.match(never.press("make", 4000).status, /allows no changes just now/);
  assert.equal(clips(never).length, 1);
});

test("a step of undo that was left open is ended first", () => {
  const room = roomWith({ notes: notes(4) }).control({ count: 1 }).connected();
  room.set.journal.begin();
  room.press();
  assert.equal(room.set.journal.undoSteps(), 1);
});

test("a clip that was changed while we worked is told of, and the new clips are made of what was sent", () => {
  const room = roomWith({ notes: notes(4) });
  room.server.paused = true;
  room.control({ count: 1 }).connected().press();
  const before = plain(room.set.clip(0, 0));
  room.set.clip(0, 0).notes.put([aNote({ pitch: 90, start_time: 3.5 })]);
  room.server.answer(room.server.requests.get(1), room.server.clips.get(1));
  assert.match(room.run(500).status, /One variation .* The clip was changed meanwhile/);
  assert.deepEqual(plain(room.set.clip(0, 1)), before);
});

test("all scales of Live 11 are known by name, and another one is named", () => {
  const scaleOf = (scale_name, root_note = 2) => {
    const room = pressed({ notes: notes(4) }, { version: "11.3.20", song: { scale_name, root_note } });
    return [room.start.scale_root, room.start.scale_mask, room];
  };
  assert.deepEqual(scaleOf("Dorian #4").slice(0, 2), [2, 1 + 4 + 8 + 64 + 128 + 512 + 1024]);
  assert.deepEqual(scaleOf("Messiaen 7").slice(0, 2), [2, 0b101111101111]);
  const [root, , room] = scaleOf("Homemade");
  assert.equal(root, undefined);
  assert.ok(room.statuses.some((words) => /scale isn't known here.*Homemade/.test(words)));
});

test("pressing Make in a set of 40 tracks and 200 scenes asks Live at most 200 questions", () => {
  const tracks = Array.from({ length: 40 }, (_, i) => ({ clips: i % 2 ? {} : { 7: { notes: notes(8) } } }));
  const room = new Room({ set: { scenes: 200, tracks } });
  room.set.select(room.set.clip(0, 7));
  room.connected();
  const before = room.set.questions;
  room.host.message("press", "make");
  assert.ok(room.set.questions - before <= 200, `${room.set.questions - before} questions`);
  room.run(1500);
  assert.equal(room.context.length, 8);
  assert.equal(clips(room).length, 5);
});

test("4 clips of 5000 notes are written and read back in pieces of at most 500", () => {
  const room = roomWith({ length: 1248, notes: notes(5000).map((note, i) => ({ ...note, start_time: i / 5 })) }).connected();
  room.press("make", 9000);
  assert.match(room.status, /4 variations/);
  const calls = room.set.journal.changes.filter((change) => change.member === "add_new_notes");
  assert.ok(calls.length >= 40 && calls.every((change) => change.args[0].notes.length <= 500));
});

test("the first new clip is shown; again, more, keep and discard touch only what nobody changed", () => {
  const room = roomWith({ name: "lead", notes: notes(4) }).control({ count: 3, seed: 5 }).connected().press();
  const [source, first, second, third] = clips(room);
  assert.equal(room.set.view.values.detail_clip, first);
  room.press("again");
  assert.equal(clips(room).length, 7);
  assert.equal(room.start.task, "vary");
  assert.notEqual(room.start.seed, 5);
  clips(room)[4].notes.put([aNote({ pitch: 99 })]);
  room.press("discard");
  assert.deepEqual(clips(room).slice(0, 4), [source, first, second, third]);
  assert.equal(clips(room).length, 5, "the one that was changed stays");
  assert.match(room.press("discard").status, /nothing to take back/);
  room.set.select(source);
  room.press("make");
  const made = clips(room).filter((clip) => ![source, first, second, third].includes(clip)).slice(-3);
  room.set.select(source);
  assert.match(room.press("keep").status, /Select the new clip/);
  room.set.select(made[1]);
  assert.match(room.press("keep").status, /stays; the others/);
  assert.deepEqual(made.map((clip) => clip.alive), [false, true, false]);
  room.control({ similarity: 40 }).press("more");
  assert.equal(room.start.similarity, 850);
  assert.equal(room.prompt.notes.length, 4);
});

test("what a person sends back is one line", () => {
  const room = roomWith({ notes: notes(4) }, { set: { version: "12.4.6" } }).connected().press();
  assert.equal(room.press("report").status, "Device 0.1.0 in Live 12 4 6 asked 1 came 1");
});

test("the dice go to the seed, and a held seed is thrown once", () => {
  const room = roomWith({ notes: notes(4) }).control({ seedlock: 1, count: 1 }).connected();
  room.press();
  const first = room.start.seed;
  room.press();
  assert.equal(room.start.seed, first);
  room.press("dice");
  const [[, seed]] = room.host.messages("seed", 1);
  assert.ok(Number.isInteger(seed) && seed > 0 && seed < 2 ** 24);
});

test("how near a variation is stands in its name", () => {
  const compose = (prompt, start) => echo(prompt, start).map((one) => ({ ...one, similarity: 712 }));
  const room = roomWith({ name: "lead ~4 s77 70%", notes: notes(4) }, { compose }).control({ count: 1, seed: 5 });
  room.connected().press();
  assert.equal(namesOf(room, 0)[1], "lead ~1 s5 71%");
});

test("pads are kept by the words in their names", () => {
  const room = roomWith({ notes: notes(8, { pitch: 36 }) });
  const rack = room.set.addDevice(room.set.track(0), { can_have_drum_pads: 1 });
  [["Kick 808", 36], ["Snare", 38], ["Closed Hat", 42]].forEach(([name, note]) => room.set.addPad(rack, name, note));
  room.set.addPad(rack, "D#1", 51, false);
  room.control({ pads: "kick, HAT", count: 1 }).connected().press();
  const sent = room.server.log.filter(([address]) => address === "/clipkin/request/start").pop();
  assert.deepEqual(sent.filter((word, i) => sent[i - 1] === "lane"), [36, 42]);
  assert.match(room.control({ pads: "cowbell" }).press().status, /No drum pad/);
});

test("words of one's own, a range and chords go along", () => {
  const room = roomWith({ length: 8, notes: notes(8) });
  room.control({ words: "late night rain", low: 48, high: 72, chords: "Am9 | Dm7/C . G7", count: 1 }).connected().press();
  const { mood, range_low, range_high, chords } = room.start;
  assert.deepEqual([mood, range_low, range_high], ["late night rain", 48, 72]);
  const bar = 4 * 13440;
  assert.deepEqual(room.server.clips.get(chords).chords.map((chord) => chord.map(Math.round)), [
    [0, bar, 9, 1 + 8 + 128 + 1024 + 4, 9], [bar, Math.round(2 * bar / 3), 2, 1 + 8 + 128 + 1024, 0],
    [bar + Math.round(2 * bar / 3), bar - Math.round(2 * bar / 3), 7, 1 + 16 + 128 + 1024, 7]]);
  assert.match(room.control({ chords: "Am9 | nonsense" }).press().status, /A chord wasn't understood/);
  assert.match(room.control({ chords: "", low: 80 }).press().status, /upside down/);
});

test("the settings of a set come back in any order, early or late, and the patch changes none of them", () => {
  const { styleOf, FACE } = menus();
  const values = { task: place("drums"), style: styleOf("drums", "fill"), style2: styleOf("drums", "house"), role: 3,
    mood: FACE.moods.indexOf("dark") };
  const names = Object.keys(values);
  for (let turn = 0; turn < names.length; turn += 1) {
    for (const early of [0, 2, names.length]) {
      const order = [...names.slice(turn), ...names.slice(0, turn)];
      const room = roomWith({ notes: notes(8) });
      order.slice(0, early).forEach((name) => room.control({ [name]: values[name] }));
      room.connected();
      order.slice(early).forEach((name) => room.control({ [name]: values[name] }));
      room.press();
      assert.equal(room.start.style, "fill house", order.join(" "));
      assert.deepEqual(room.host.messages("style", 1), []);
    }
  }
});

test("bad input is a sentence each, and nothing is lost", () => {
  const group = new Room({ set: { tracks: [{ kind: "group" }, { clips: { 0: { notes: notes(4) } } }] } });
  group.set.click(0, 0);
  assert.match(group.control({ task: place("generate") }).connected().press().status, /takes no MIDI clips/);
  const many = roomWith({ length: 1200, notes: Array.from({ length: 20001 }, (_, i) => aNote({ pitch: i % 128,
    start_time: Math.floor(i / 128) / 2 })) });
  assert.match(many.connected().press().status, /too many notes/);
  const still = roomWith({ notes: notes(4) }, { set: { song: { tempo: 0 } } });
  assert.match(still.connected().press().status, /variations/);
  assert.equal(still.prompt.tempo, 120000);
  for (const room of [group, many]) assert.deepEqual(room.set.journal.changes, []);
});
