import {
  type By,
  diff,
  documentsIn,
  handover,
  type Ledger,
  rebuild,
  recordReplay,
  replayPeriods,
  verify,
} from '@ledger/application';
import { isProblem, type Problem } from '@ledger/kernel';

/** What is tried out: definitions as text that somebody sent along, and requests that wait. */
interface Tried {
  readonly definitions?: string | undefined;
  readonly requests?: readonly string[] | undefined;
}

interface Range {
  readonly from: string;
  readonly to: string;
  readonly participant?: string | undefined;
}

/** Long work, by its kind: data only, so that it can be sent to a thread. */
export type Work =
  | ({ readonly kind: 'replay'; readonly asOf?: string | undefined } & Range & Tried)
  | ({ readonly kind: 'record-replay'; readonly replay: string; readonly reason: string; readonly by: By } & Range &
      Tried)
  | {
      readonly kind: 'diff';
      readonly from: string;
      readonly to?: string | undefined;
      readonly participant?: string | undefined;
      readonly period?: string | undefined;
    }
  | { readonly kind: 'handover'; readonly asOf?: string | undefined }
  | { readonly kind: 'verify'; readonly expect?: string | undefined; readonly logOnly?: boolean | undefined }
  | { readonly kind: 'rebuild' };

export type Progress = (done: number, of: number) => void;

/** Does the work on a ledger: each is one function of the application. */
export async function doWork(ledger: Ledger, work: Work, onProgress: Progress): Promise<object | Problem> {
  switch (work.kind) {
    case 'replay': {
      const { kind: _, definitions, ...ask } = work;
      const documents = documentsOf(definitions);
      return isProblem(documents) ? documents : replayPeriods(ledger, { ...ask, documents, onProgress });
    }
    case 'record-replay': {
      const { kind: _, definitions, by, ...ask } = work;
      const documents = documentsOf(definitions);
      return isProblem(documents) ? documents : recordReplay(ledger, { ...ask, documents, onProgress }, by);
    }
    case 'diff':
      return diff(ledger, { ...work, onProgress });
    case 'handover':
      return handover(ledger, { ...work, onProgress });
    case 'verify':
      return verify(ledger, { ...work, onProgress });
    case 'rebuild':
      return rebuild(ledger, onProgress, { gently: true });
    default:
      return work satisfies never;
  }
}

function documentsOf(text: string | undefined) {
  return text === undefined ? [] : documentsIn([{ name: 'definitions', bytes: new TextEncoder().encode(text) }]);
}
