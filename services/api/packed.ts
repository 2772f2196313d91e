import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { SentAnswer } from './answers.ts';

/** What is smaller is there before it would be packed. */
const LEAST_PACKED = 16 * 1024;

const pack = promisify(gzip);
/** An answer that is given again was packed the first time. */
const packed = new WeakMap<SentAnswer, Buffer>();

/** The bytes of an answer for a client that takes them packed; `undefined`: they go as they are. */
export async function packedOf(answer: SentAnswer, accepts: string | undefined): Promise<Buffer | undefined> {
  if (answer.bytes.length < LEAST_PACKED || !takesGzip(accepts)) return undefined;
  const known = packed.get(answer);
  if (known !== undefined) return known;
  const made = await pack(answer.bytes);
  packed.set(answer, made);
  return made;
}

function takesGzip(accepts = ''): boolean {
  return accepts.split(',').some((each) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(each));
}
