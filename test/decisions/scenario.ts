import { CODES, type Code, encode, type LedgerEvent } from '@ledger/events';
import { type Actor, type Context, type Decider, isProblem, type Problem } from '@ledger/kernel';
import { expect } from 'vitest';

export const TODAY = '2026-04-02';

export const OPS: Actor = { id: 'olga', role: 'ops' };
export const OTHER_OPS: Actor = { id: 'oskar', role: 'ops' };
export const MANAGER: Actor = { id: 'mona', role: 'manager' };
export const FINANCE: Actor = { id: 'finn', role: 'finance' };
export const ADMIN: Actor = { id: 'adam', role: 'admin' };
export const FEED: Actor = { id: 'crm-feed', role: 'integration' };
export const REP: Actor = { id: 'ada', role: 'rep' };

interface Answer<C, E extends LedgerEvent> {
  /** Exactly these events, each with at least these data. */
  records(
    ...events: readonly { readonly type: E['type']; readonly data?: Readonly<Record<string, unknown>> }[]
  ): Story<C, E>;
  /** Nothing to record. */
  recordsNothing(): void;
  refuses(code: Code, says?: RegExp, field?: string): void;
}
export interface Story<C, E extends LedgerEvent> {
  when(command: C, actor: Actor, today?: string): Answer<C, E>;
  readonly events: readonly E[];
}

/** given(decider, events).when(command, actor).records(...): a sentence about a stream. `records` goes on with the longer stream. */
export function given<S, C, E extends LedgerEvent>(decider: Decider<S, C, E>, events: readonly E[] = []): Story<C, E> {
  return {
    events,
    when(command, actor, today = TODAY) {
      const answer = decide(decider, events, command, { actor, today });
      return {
        records(...expected) {
          if (isProblem(answer)) expect.unreachable(`refused: ${answer.code}: ${answer.message}`);
          expect(answer.map(({ type }) => type)).toEqual(expected.map(({ type }) => type));
          for (const [index, event] of answer.entries()) expect(event.data).toMatchObject(expected[index]?.data ?? {});
          return given(decider, [...events, ...answer]);
        },
        recordsNothing() {
          expect(answer).toEqual([]);
        },
        refuses(code, says = /./, field) {
          if (!isProblem(answer)) expect.unreachable(`recorded ${answer.map(({ type }) => type).join(', ')}`);
          expect(`${answer.code}: ${answer.message}`).toMatch(new RegExp(`^${code}: `));
          expect(answer.message).toMatch(says);
          if (field !== undefined) expect(answer.field).toBe(field);
          checkProblem(answer);
        },
      };
    },
  };
}

/** Folds and decides, and checks what must hold of every answer: events fit their schemas, problems are of the catalogue. */
export function decide<S, C, E extends LedgerEvent>(
  decider: Decider<S, C, E>,
  events: readonly E[],
  command: C,
  context: Context,
): readonly E[] | Problem {
  const state = events.reduce((before, event) => decider.evolve(before, event), decider.initial);
  const answer = decider.decide(command, state, context);
  if (isProblem(answer)) checkProblem(answer);
  else for (const event of answer) encode(event);
  return answer;
}

/** A code of the catalogue and a message that is one well-formed, visible line ending in a full stop. */
function checkProblem({ code, message, errors }: Problem): void {
  expect(Object.keys(CODES)).toContain(code);
  expect(message).toMatch(/^[^\p{Cc}\p{Cf}]+\.$/u);
  expect(message.isWellFormed()).toBe(true);
  for (const error of errors ?? []) if (error.message !== message) checkProblem(error);
}
