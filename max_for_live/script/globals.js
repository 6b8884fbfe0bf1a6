// What Max calls. Everything else lives inside `clipkin`, so that no message can reach it by its name.

autowatch = 0;
inlets = 1;
outlets = 3;
setinletassist(0, "(bang, control, press, OSC message) the device, its controls and the server speak");
setoutletassist(0, "(OSC message) to the server");
setoutletassist(1, "(status, engines, engine, styles, styles2, style, style2, active) to the face");
setoutletassist(2, "(listen, self) our own port, and a message to it");

function bang() {
    clipkin.start();
}

function control(name, value) {
    clipkin.control(name, value);
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
