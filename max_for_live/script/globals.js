// What Max calls. Everything else lives inside `clipkin`, so that no message can reach it by its name.

autowatch = 0;
inlets = 1;
outlets = 4;
setinletassist(0, "(bang, control, press, played, transport, OSC message) the device, its controls, the track and the server speak");
setoutletassist(0, "(OSC message) to the server");
setoutletassist(1, "(status, light, engines, engine, styles, styles2, style, style2, seed, active) to the face");
setoutletassist(2, "(listen, self) our own port, and a message to it");
setoutletassist(3, "(where, play, stop) to the transport, and to who plays a jam's answers");

function bang() {
    clipkin.start();
}

function control() {
    clipkin.control.apply(null, arrayfromargs(arguments));
}

function press(button) {
    clipkin.press(button);
}

function played(pitch, velocity, tick) {
    clipkin.played(pitch, velocity, tick);
}

function transport(tempo, tick, runs, numerator, denominator) {
    clipkin.transport(tempo, tick, runs, numerator, denominator);
}

function anything() {
    clipkin.message(messagename, arrayfromargs(arguments));
}

function notifydeleted() {
    clipkin.stop();
}
