// What Max calls. Everything else lives inside `clipkin`, so that no message can reach it by its name.

autowatch = 0;
inlets = 1;
outlets = 3;
setinletassist(0, "(bang, control, press, OSC message) the device, its controls and the server speak");
setoutletassist(0, "(OSC message) to the server");
setoutletassist(1, "(status, light, engines, engine, styles, styles2, style, style2, seed, active) to the face");
setoutletassist(2, "(listen, self) our own port, and a message to it");

function bang() {
    clipkin.start();
}

function control() {
    clipkin.control.apply(null, arrayfromargs(arguments));
}

function press(button) {
    clipkin.press(button);
}

function anything() {
    clipkin.message(messagename, arrayfromargs(arguments));
}

function notifydeleted() {
    clipkin.stop();
}
