// What the device says (sentences.json), and the fixed figures of the wire. Max keeps every distinct string for ever, so
// that these are few and hold no number: a number travels as an atom of its own.

var SAY = FACE.say;

// What to select for a task, by what it reads; the others take the selected clip.
var HINTS = FACE.hints;

var STAGE = "Making variation";
var STAGE_OF = "of";
var NO_TEXT = "-";

var PROTOCOL = 2;  // it needs none of what version 3 adds
var TICKS = FACE.ticks;
var LARGEST = 16777215;
var MOST_NOTES = 20000;
var NOTE_SIZE = 8;
var MODULUS = 524287;

// The pauses of the wire, in milliseconds.
var RESEND_MS = 30;
var QUIET_MS = 500;
var DEAD_MS = 10000;
var FIRST_PAUSE_MS = 100;
var LONGEST_PAUSE_MS = 1000;
var MOST_TRIES = 12;
