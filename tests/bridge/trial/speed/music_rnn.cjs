// Magenta.js MusicRNN at its true size (two layers of 512, melodies of 38 values) with random weights: speed doesn't
// depend on the values. Four continuations of 64 sixteenths behind 64, as it offers them: one after the other.
// Run by `benchmark speed --peer magenta` in a folder with @magenta/music and @tensorflow/tfjs-backend-wasm.
// Prints one JSON object a round: seconds of processor and wall time, first of four and all.
const { createRequire } = require('module');
const path = require('path');
const local = createRequire(path.join(process.cwd(), 'package.json'));
console.log = console.warn = console.info = () => {};
delete globalThis.fetch;  // younger than this tfjs, which would ask it for files

const tf = local('@tensorflow/tfjs');
local('@tensorflow/tfjs-backend-wasm');
const { MusicRNN } = local('@magenta/music/node/music_rnn');

const UNITS = 512, VALUES = 38, STEPS = 64, COUNT = 4, ROUNDS = 5;

function withRandomWeights(rnn) {
  rnn.instantiateFromSpec();
  rnn.forgetBias = tf.scalar(1);
  for (const inputs of [VALUES, UNITS]) {
    const kernel = tf.randomNormal([inputs + UNITS, 4 * UNITS], 0, 0.05);
    const bias = tf.zeros([4 * UNITS]);
    rnn.lstmCells.push((data, c, h) => tf.basicLSTMCell(rnn.forgetBias, kernel, bias, data, c, h));
    rnn.biasShapes.push(4 * UNITS);
  }
  rnn.lstmFcW = tf.randomNormal([UNITS, VALUES], 0, 0.05);
  rnn.lstmFcB = tf.zeros([VALUES]);
  rnn.initialized = true;
  return rnn;
}

// The wasm backend has no draw of its own; without one MusicRNN runs on the plain one, ten times slower.
tf.registerKernel({
  kernelName: 'Multinomial', backendName: 'wasm',
  kernelFunc: ({ inputs, backend }) => {
    const logits = backend.readSync(inputs.logits.dataId);
    const likely = Array.from(logits, (logit) => Math.exp(logit - Math.max(...logits)));
    let left = Math.random() * likely.reduce((sum, each) => sum + each, 0);
    const drawn = likely.findIndex((each) => (left -= each) <= 0);
    const info = backend.makeOutput([1, 1], 'int32');
    backend.typedArrayFromHeap(info)[0] = Math.max(0, drawn);
    return info;
  },
});

function processor() {
  const used = process.cpuUsage();
  return (used.user + used.system) / 1e6;
}

async function main() {
  const backend = (await tf.setBackend('wasm')) ? 'wasm' : tf.getBackend();
  await tf.ready();
  const rnn = withRandomWeights(new MusicRNN('', {
    type: 'MusicRNN', dataConverter: { type: 'MelodyConverter', args: { minPitch: 48, maxPitch: 83 } },
  }));
  const notes = Array.from({ length: 32 }, (_, i) => ({
    pitch: 60 + (i * 5) % 12, quantizedStartStep: 2 * i, quantizedEndStep: 2 * i + 2, velocity: 80,
  }));
  const prompt = { notes, totalQuantizedSteps: STEPS, quantizationInfo: { stepsPerQuarter: 4 } };
  for (let round = -1; round < ROUNDS; round++) {
    const cpu = processor(), wall = performance.now();
    let first = null;
    for (let number = 0; number < COUNT; number++) {
      await rnn.continueSequence(prompt, STEPS, 1.0);
      first = first || [processor() - cpu, (performance.now() - wall) / 1000];
    }
    const all = [processor() - cpu, (performance.now() - wall) / 1000];
    if (round >= 0) process.stdout.write(JSON.stringify({ backend, first, all }) + '\n');
  }
}
main().catch((error) => { process.stderr.write(String(error) + '\n'); process.exit(1); });
