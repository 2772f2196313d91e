import { type Kind, rolesFor, type Step as StepOfKind } from '@ledger/decisions';
import type { RecordedEvent } from '@ledger/events';
import type { Blocker, BlockerCause } from './blockers.ts';
import type { Books } from './books.ts';
import type { Ledger } from './ledger.ts';
import { whoDid } from './who-did.ts';

/** The steps of a close, in their order. */
export const CLOSE_STEPS = [
  'open',
  'earlier',
  'over',
  'facts',
  'blockers',
  'requests',
  'queries',
  'request',
  'approve',
  'pay-run',
  'paid',
  'next',
] as const;
export type CloseStep = (typeof CLOSE_STEPS)[number];

export interface StepAnswer extends StepMade {
  /** What is missing by what causes it. */
  readonly causes: readonly BlockerCause[];
}
export interface StepMade {
  readonly step: CloseStep;
  readonly title: string;
  /** `now`: can be done at once; `later`: something before it comes first; `advice`: may be left as it is. */
  readonly state: 'done' | 'now' | 'later' | 'advice';
  readonly says: string;
  /** What is missing, each with the command that mends it. */
  readonly missing: readonly Blocker[];
  /** Who may do it: by role, without those who may not although they have it, and who has done it before. */
  readonly who: {
    readonly roles: readonly string[];
    readonly not: readonly string[];
    readonly before: readonly string[];
  };
  /** The exact command, with `<you>` for the id of whoever gives it; `null` where nothing is to be done. */
  readonly command: string | null;
}

/** What every step is derived from. */
export interface Matter {
  readonly ledger: Ledger;
  readonly books: Books;
  readonly asOf: bigint;
  /** The moment that was asked for, if one was. */
  readonly asked: string | undefined;
  readonly period: string;
  readonly from: string;
  readonly to: string;
  readonly today: string;
  readonly life: Life;
  /** Everything that blocks a freeze that has not begun. */
  readonly inTheWay: readonly Blocker[];
}

/** Where the period stands, by its own events. */
export interface Life {
  readonly opened: RecordedEvent | null;
  readonly requested: RecordedEvent | null;
  readonly approvals: readonly RecordedEvent[];
  readonly started: RecordedEvent | null;
  readonly frozen: RecordedEvent | null;
}

const UNBORN: Life = { opened: null, requested: null, approvals: [], started: null, frozen: null };

export function lifeOf(events: readonly RecordedEvent[]): Life {
  let life = UNBORN;
  for (const recorded of events) life = lived(life, recorded);
  return life;
}

function lived(life: Life, recorded: RecordedEvent): Life {
  // By name: an event of a later release of this stream leaves the period where it is.
  const type: string = recorded.event.type;
  switch (type) {
    case 'PeriodOpened':
      return { ...life, opened: recorded };
    case 'PeriodReopened':
      return { ...UNBORN, opened: recorded };
    case 'PeriodFreezeRequested':
      return { ...life, requested: recorded, approvals: [] };
    case 'PeriodFreezeDeclined':
      return { ...life, requested: null, approvals: [] };
    case 'RequestExpired':
      return life.started === null ? { ...life, requested: null, approvals: [] } : life;
    case 'ApprovalGiven':
      return { ...life, approvals: [...life.approvals, recorded] };
    case 'PeriodFreezeStarted':
      return { ...life, started: recorded };
    case 'PeriodFrozen':
      return { ...life, frozen: recorded };
    default:
      return life;
  }
}

export const NOBODY = { roles: [], not: [], before: [] };

export function who({ ledger, asOf }: Matter, kind: Kind, step: StepOfKind, type: string, not: readonly string[] = []) {
  return whoDid(ledger, type, asOf).then((before) => ({
    roles: rolesFor(kind, step),
    not,
    before: before.map(({ id }) => id).filter((id) => !not.includes(id)),
  }));
}

export function done(step: CloseStep, title: string, says: string): StepMade {
  return { step, title, state: 'done', says, missing: [], who: NOBODY, command: null };
}

/** `olga (ops) on 2026-04-03`. */
export function by({ meta: { actor }, recordedAt }: RecordedEvent): string {
  return `${actor.id} (${actor.role}) on ${recordedAt.slice(0, 10)}`;
}

export function later(step: CloseStep, title: string, says: string): StepMade {
  return { step, title, state: 'later', says, missing: [], who: NOBODY, command: null };
}
