// What the device says, and the fixed figures of the wire. Max keeps every distinct string for ever, so that these
// are few and hold no number: a number travels as an atom of its own.

var SAY = {
    looking: "Looking for Clipkin.",
    silent: "Clipkin isn't running. Start the Clipkin app, or type clipkin serve in a terminal; this device connects by itself.",
    ready: "Ready. Choose a task, select a MIDI clip and press Make.",
    lost: "Clipkin has stopped answering; waiting for it to come back.",
    otherVersion: "Device and server are of different versions. Install the same version of both.",
    noPort: "No free port between 11900 and 11931: another program holds them. Close it; this device tries again.",
    oldLive: "This Live is too old. Clipkin needs Live 11.1 or later.",
    noVersion: "Live doesn't say which version it is, so nothing can be written safely. Use Clipkin's control surface.",
    noClip: "No clip is selected. Click a MIDI clip, then press Make.",
    audioClip: "That is an audio clip. Select a MIDI clip.",
    emptyClip: "The clip has no notes in its loop. Draw or record some first.",
    frozenTrack: "The track is frozen. Unfreeze it first.",
    tooManyNotes: "The clip has too many notes. Cut it into pieces of at most 20000.",
    tooLong: "The clip is too long. Cut it into pieces of at most 1248 beats.",
    nothingChosen: "Nothing is selected. Click an empty slot beside the clips to accompany, or one of them, then press Make.",
    notMidi: "That track takes no MIDI clips. Click an empty slot of a MIDI track, then press Make.",
    noContext: "No MIDI clip with notes is in this scene. Click an empty slot of a scene that has clips to accompany.",
    sessionOnly: "Arrange works on a scene. Press Tab for the session, select the scene of your loops, then press Make.",
    emptyScene: "The selected scene has no MIDI clips with notes. Select the scene whose clips shall become a song.",
    frozenScene: "A track of this scene is frozen. Unfreeze it first.",
    noSecond: "Morph needs a second clip: put it below this one on the same track, or behind it in the arrangement.",
    noSelection: "Infill needs selected notes: select in the clip those that shall be replaced.",
    unreadable: "Live didn't give the clip's notes. Select the clip again.",
    sending: "Sending the clip.",
    sendingSelected: "Sending the clip; only the selected notes will change.",
    waiting: "Waiting for the server to begin.",
    queued: "Waiting; requests before this one:",
    working: "Working, percent done:",
    restarted: "The server was restarted; sending the clip again.",
    dead: "The server stopped in the middle. Nothing was written; press Make again.",
    cancelling: "Cancelling.",
    cancelled: "Cancelled; nothing was written.",
    nothing: "Nothing to cancel.",
    none: "No variation came.",
    trackGone: "The track is gone; nothing was written.",
    slotRefused: "Live didn't take a new clip on this track; what was begun was removed. Press Make again.",
    noSlot: "Live didn't add a scene for the new clips; add empty scenes and press Make again.",
    oneWritten: "One variation is in a free slot of this track.",
    written: "variations are in free slots of this track.",
    fewer: "The clip and its locks leave no more that differ.",
    oneAdded: "One new clip is in a free slot of the track.",
    added: "new clips are in free slots of the track.",
    oneScene: "One new scene stands at the end of the set.",
    songAdded: "new scenes stand at the end of the set.",
    someTracks: "Only the first tracks of the scene were used.",
    notesLost: "Live didn't keep the notes of a new clip; what was begun was removed. Press Make again.",
    busy: "Live allows no changes just now; nothing was written. Press Make again.",
    writing: "The last clips are being written; press again in a moment.",
    sourceChanged: "The clip was changed meanwhile: these are made of what it was.",
    unknownScale: "Live's scale isn't known here, so any note may come:",
    noPad: "No drum pad of this track has that name. See the names in its Drum Rack.",
    noRange: "The range is upside down: the lowest note lies above the highest.",
    badChords: "A chord wasn't understood. Write for example Am9 | Dm9 | G7 | C.",
    onlySlots: "This Live can't take clips in the arrangement, so they are in slots.",
    noLanes: "Take lanes need a newer Live and a clip of the arrangement, so they are in slots.",
    inLanes: "are in take lanes, at the clip's own time.",
    arranged: "are in the arrangement, behind what was there.",
    nothingMade: "There is nothing to take back: make some first.",
    discarded: "The new clips that nobody changed are gone.",
    noneAsMade: "None of the new clips is there as it was made, so none was taken away.",
    keptOne: "The selected new clip stays; the others that nobody changed are gone.",
    noneOfThem: "Select the new clip that shall stay, then press Keep.",
    reportOf: "Device",
    reportLive: "in Live",
    reportAsked: "asked",
    reportCame: "came",
    jamOn: "Jam: start Live's transport and play a phrase into this track.",
    jamOff: "The jam is over.",
    jamLast: "No answer was ready; the last one goes on.",
    jamNone: "No answer was ready yet; play on.",
    jamKept: "What was played in the jam is in free slots of this track.",
    changed: "Live changed some notes while they were written: listen to the new clips."
};

// What to select for a task, by what it reads; the others take the selected clip.
var HINTS = {
    pair: "The other clip is the next one below it, or behind it in the arrangement.",
    slot: "Click an empty slot first.",
    neighbours: "Click an empty slot beside the clips first, or one of them.",
    scene: "Select the scene first."
};

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
