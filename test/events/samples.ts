import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { canonical, type Stored } from '@ledger/kernel';

/** Golden events: `events/samples/<Type>.v<N>.json`, one for every version of every type ever written. */
export interface Sample {
  readonly file: string;
  readonly stored: Stored;
}

const FOLDER = join(dirname(dirname(import.meta.dirname)), 'events', 'samples');

/** As the log holds it; in the file, the data is laid out for people and the position is text. */
export function readSamples(): readonly Sample[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => {
      const sample = JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
      const stored: Stored = { ...sample, position: BigInt(sample.position), data: canonical(sample.data) };
      return { file, stored };
    });
}

/** Data of the sample of a type, parsed anew at every call. */
export function sampleData(type: string): unknown {
  const sample = readSamples().findLast(({ stored }) => stored.type === type);
  if (sample === undefined) throw new Error(`no sample of ${type}`);
  return JSON.parse(sample.stored.data);
}
