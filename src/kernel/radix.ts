/**
 * Sorting long rows by their bits: numbers are read as unsigned words whose order is theirs, and dealt out by eleven bits
 * at a time, from the lowest to the highest (least significant digit first, which keeps equal words in order). Digits
 * that are the same in all words are passed over.
 */

/** Rows of fewer elements are sorted as fast by comparing them. */
export const LONG = 2048;

export type Row = Float64Array | Float32Array | Int32Array | Uint32Array;

const DIGIT_BITS = 11;
/** 2 ** DIGIT_BITS */
const BUCKETS = 2048;
const MASK = 2047;
/** Digits of a word of 32 bits. */
const DIGITS = 3;

const SIGN = 0x80000000;
const LAST = 0xffffffff;
const INFINITY_BITS = 0x7f800000;

/** How many words have each value of each of their digits: three lists, the lowest digit first. */
const countWord = (counts: Int32Array, from: number, word: number): void => {
  const first = from + (word & MASK);
  const second = from + BUCKETS + ((word >>> DIGIT_BITS) & MASK);
  const third = from + 2 * BUCKETS + (word >>> (2 * DIGIT_BITS));
  counts[first] = (counts[first] as number) + 1;
  counts[second] = (counts[second] as number) + 1;
  counts[third] = (counts[third] as number) + 1;
};

/** Calls `deal` for each digit, with the place where each of its values begins; not for one that is always the same. */
const eachDigit = (
  counts: Int32Array,
  n: number,
  deal: (digit: number, starts: Int32Array) => void,
): void => {
  for (let digit = 0; digit * BUCKETS < counts.length; digit++) {
    const starts = counts.subarray(digit * BUCKETS, (digit + 1) * BUCKETS);
    if (starts.includes(n)) continue;
    for (let value = 0, start = 0; value < BUCKETS; value++) {
      const count = starts[value] as number;
      starts[value] = start;
      start += count;
    }
    deal(digit, starts);
  }
};

type Places = Int32Array | null;

/** Numbers of 64 bits with their words, or words of 32; and where each of them was, if that is asked for. */
interface Doubles {
  readonly numbers: Float64Array;
  readonly words: Uint32Array;
  readonly places: Places;
}
interface Words {
  readonly words: Uint32Array;
  readonly places: Places;
}

const doublesOf = (numbers: Float64Array, places: Places): Doubles => ({
  numbers,
  words: new Uint32Array(numbers.buffer, numbers.byteOffset, 2 * numbers.length),
  places,
});

/** Doubles stay as they are (to move one is one move) and are read as if all bits of those below zero were turned. */
const sortDoubles = (row: Doubles, spare: Doubles): Doubles => {
  const { numbers, words } = row;
  const n = numbers.length;
  // the word that has the sign
  const top = new Uint32Array(Float64Array.of(-0).buffer)[1] === SIGN ? 1 : 0;
  const counts = new Int32Array(2 * DIGITS * BUCKETS);
  for (let i = 0; i < n; i++) {
    const x = numbers[i] as number;
    // NaN without a sign is the last of all
    if (Number.isNaN(x)) numbers[i] = Number.NaN;
    else if (x === 0 && row.places !== null) numbers[i] = 0;
    const high = words[2 * i + top] as number;
    const flip = high >> 31;
    countWord(counts, 0, ((words[2 * i + 1 - top] as number) ^ flip) >>> 0);
    countWord(counts, DIGITS * BUCKETS, (high ^ (flip | SIGN)) >>> 0);
  }
  let [from, to] = [row, spare];
  eachDigit(counts, n, (digit, starts) => {
    const lower = digit < DIGITS;
    dealDoubles(
      from,
      to,
      starts,
      lower ? 1 - top : top,
      top,
      lower ? 0 : SIGN,
      (digit % DIGITS) * DIGIT_BITS,
    );
    [from, to] = [to, from];
  });
  return from;
};

/** Deals by the digit at `shift` of the word at `place`; `turned` is its sign bit where it has one. */
const dealDoubles = (
  { numbers, words, places }: Doubles,
  { numbers: toNumbers, places: toPlaces }: Doubles,
  starts: Int32Array,
  place: number,
  top: number,
  turned: number,
  shift: number,
): void => {
  const n = numbers.length;
  if (places === null || toPlaces === null) {
    for (let i = 0; i < n; i++) {
      const word = (words[2 * i + place] as number) ^ (((words[2 * i + top] as number) >> 31) | turned);
      const value = (word >>> shift) & MASK;
      const at = starts[value] as number;
      starts[value] = at + 1;
      toNumbers[at] = numbers[i] as number;
    }
  } else {
    for (let i = 0; i < n; i++) {
      const word = (words[2 * i + place] as number) ^ (((words[2 * i + top] as number) >> 31) | turned);
      const value = (word >>> shift) & MASK;
      const at = starts[value] as number;
      starts[value] = at + 1;
      toNumbers[at] = numbers[i] as number;
      toPlaces[at] = places[i] as number;
    }
  }
};

/** The word of a float whose order is that of floats, NaN last; of both zeros that of 0, where `merged`. */
const codedFloat = (word: number, merged: boolean): number => {
  const size = word & 0x7fffffff;
  return size > INFINITY_BITS ? LAST : merged && size === 0 ? SIGN : word ^ ((word >> 31) | SIGN);
};

const code = (row: Exclude<Row, Float64Array>, words: Uint32Array, merged: boolean): void => {
  const bits = new Uint32Array(row.buffer, row.byteOffset, row.length);
  const n = row.length;
  if (row instanceof Float32Array) {
    for (let i = 0; i < n; i++) words[i] = codedFloat(bits[i] as number, merged);
  } else {
    const flip = row instanceof Int32Array ? SIGN : 0;
    for (let i = 0; i < n; i++) words[i] = (bits[i] as number) ^ flip;
  }
};

const decode = (words: Uint32Array, row: Exclude<Row, Float64Array>): void => {
  const bits = new Uint32Array(row.buffer, row.byteOffset, row.length);
  const n = row.length;
  if (row instanceof Float32Array) {
    for (let i = 0; i < n; i++) {
      const word = words[i] as number;
      bits[i] = word ^ (~(word >> 31) | SIGN);
    }
  } else {
    const flip = row instanceof Int32Array ? SIGN : 0;
    for (let i = 0; i < n; i++) bits[i] = (words[i] as number) ^ flip;
  }
};

const sortWords = (row: Words, spare: Words): Words => {
  const n = row.words.length;
  const counts = new Int32Array(DIGITS * BUCKETS);
  for (let i = 0; i < n; i++) countWord(counts, 0, row.words[i] as number);
  let [from, to] = [row, spare];
  eachDigit(counts, n, (digit, starts) => {
    dealWords(from, to, starts, digit * DIGIT_BITS);
    [from, to] = [to, from];
  });
  return from;
};

const dealWords = (
  { words, places }: Words,
  { words: toWords, places: toPlaces }: Words,
  starts: Int32Array,
  shift: number,
): void => {
  const n = words.length;
  if (places === null || toPlaces === null) {
    for (let i = 0; i < n; i++) {
      const word = words[i] as number;
      const value = (word >>> shift) & MASK;
      const at = starts[value] as number;
      starts[value] = at + 1;
      toWords[at] = word;
    }
  } else {
    for (let i = 0; i < n; i++) {
      const word = words[i] as number;
      const value = (word >>> shift) & MASK;
      const at = starts[value] as number;
      starts[value] = at + 1;
      toWords[at] = word;
      toPlaces[at] = places[i] as number;
    }
  }
};

/** Sorts each row of n elements in place; -0 comes before 0, NaN last. */
export const sortByDigits = (data: Row, n: number): void => {
  if (data instanceof Float64Array) {
    const spare = doublesOf(new Float64Array(n), null);
    for (let p = 0; p < data.length; p += n) {
      const row = data.subarray(p, p + n);
      const { numbers } = sortDoubles(doublesOf(row, null), spare);
      if (numbers !== row) row.set(numbers);
    }
    return;
  }
  const [words, spare] = [new Uint32Array(n), new Uint32Array(n)];
  for (let p = 0; p < data.length; p += n) {
    const row = data.subarray(p, p + n);
    code(row, words, false);
    decode(sortWords({ words, places: null }, { words: spare, places: null }).words, row);
  }
};

/** The order that sorts each row of n elements, into `out`; both zeros are equal, and all NaN. Doubles are lost. */
export const orderByDigits = (data: Row, n: number, out: Int32Array): void => {
  const sparePlaces = new Int32Array(n);
  const wide = data instanceof Float64Array;
  const numbers = new Float64Array(wide ? n : 0);
  const [words, spareWords] = [new Uint32Array(wide ? 0 : n), new Uint32Array(wide ? 0 : n)];
  for (let p = 0; p < data.length; p += n) {
    const places = out.subarray(p, p + n);
    for (let i = 0; i < n; i++) places[i] = i;
    let sorted: Places;
    if (wide) {
      const row = doublesOf(data.subarray(p, p + n), places);
      sorted = sortDoubles(row, doublesOf(numbers, sparePlaces)).places;
    } else {
      code(data.subarray(p, p + n), words, true);
      sorted = sortWords({ words, places }, { words: spareWords, places: sparePlaces }).places;
    }
    if (sorted !== null && sorted !== places) places.set(sorted);
  }
};
