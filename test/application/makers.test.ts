import {
  type By,
  defineText,
  recordOnParticipant,
  refresh,
  requestException,
  requestRelief,
  requestSplit,
  seesAsMaker,
} from '@ledger/application';
import { isProblem } from '@ledger/kernel';
import { expect, test } from 'vitest';
import { approveAll, importRows, type Made, makeCompany, OPS, sound } from '../support/company.ts';

const WHY = { reason: 'x', evidence: ['y'], expiresOn: null };
const FROM = { from: '2026-02-01', to: '2026-03-01' };

/** What a manager can ask for about somebody, or about a deal of theirs. */
const ASKS: Readonly<Record<string, (made: Made, person: string, deal: string, by: By) => Promise<unknown>>> = {
  'a relief': ({ ledger }, participant, _deal, by) => {
    const basis = { by: 'days', share: '50%' } as const;
    const ask = { participant, metric: 'bookings', year: 2026, kind: 'other', basis, ...FROM, ...WHY } as const;
    return requestRelief(ledger, ask, by);
  },
  'a split': ({ ledger }, _person, deal, by) => {
    const shares = [
      { participant: 'ada', share: '0.5' },
      { participant: 'ben', share: '0.5' },
    ];
    return requestSplit(ledger, { source: 'csv', deal, shares, ...WHY }, by);
  },
  'a quota': ({ ledger }, participant, _deal, by) => {
    const quota = `{ participant: ${participant}, metric: bookings, year: 2026, per: quarter, amount: 90000, currency: USD }`;
    const bytes = new TextEncoder().encode(`quotas: [${quota}]`);
    return defineText(ledger, { name: 'quota.yaml', bytes }, by);
  },
  'a decision about pay': ({ ledger }, participant, _deal, by) => {
    const told = { exception: 'adjustment', name: 'gift', participant, period: '2026-Q1', amount: '10' };
    return requestException(ledger, { ...told, reason: 'x', evidence: ['y'] }, by);
  },
  'a leave': ({ ledger }, participant, _deal, by) => {
    return recordOnParticipant(
      ledger,
      { type: 'RecordLeave', participant, kind: 'parental', ...FROM, reason: 'x' },
      by,
    );
  },
};

test.each(Object.entries(ASKS))(
  '%s of somebody whom a manager does not see is refused as if there were nobody, and asked for of their own team',
  async (_, ask) => {
    const made = await makeCompany();
    sound(await importRows(made, ['D-1,ada,100000.00,USD,2026-01-02', 'D-2,ben,100000.00,USD,2026-01-02']));
    const line = { type: 'ChangeReportingLine', participant: 'ada', manager: 'mo', reason: 'Team' } as const;
    sound(await recordOnParticipant(made.ledger, { ...line, effectiveFrom: '2026-01-01' }, OPS));
    await refresh(made.ledger);
    const actor = { id: 'mo', role: 'manager' };
    const mo: By = { actor, sees: await seesAsMaker(made.ledger, actor) };
    const head = await made.ledger.store.head();
    const said = (answer: unknown) => (isProblem(answer) ? `${answer.code}: ${answer.message}` : 'done');
    const hidden = said(await ask(made, 'ben', 'D-2', mo));
    const missing = said(await ask(made, 'eve', 'D-9', mo));
    expect(hidden).toMatch(/^not_found: /);
    expect(hidden.replace('ben', 'X').replace('D-2', 'Y')).toBe(missing.replace('eve', 'X').replace('D-9', 'Y'));
    expect(await made.ledger.store.head()).toBe(head);
    expect(said(await ask(made, 'ada', 'D-1', mo))).toBe('done');
  },
);

test('ops sees everybody, and somebody who sees no pay is not bound by whom they see', async () => {
  const { ledger } = await makeCompany();
  for (const role of ['ops', 'finance', 'auditor', 'admin', 'integration']) {
    expect([role, await seesAsMaker(ledger, { id: 'x', role })]).toEqual([role, undefined]);
  }
  expect(await seesAsMaker(ledger, { id: 'ada', role: 'rep' })).toEqual(new Set(['ada']));
});

test('a deal that somebody shares in by a split is one of theirs for whoever asks for the next split', async () => {
  const made = await makeCompany();
  sound(await importRows(made, ['D-2,ben,100000.00,USD,2026-01-02']));
  const line = { type: 'ChangeReportingLine', participant: 'ada', manager: 'mo', reason: 'Team' } as const;
  sound(await recordOnParticipant(made.ledger, { ...line, effectiveFrom: '2026-01-01' }, OPS));
  const actor = { id: 'mo', role: 'manager' };
  await refresh(made.ledger);
  const mo: By = { actor, sees: await seesAsMaker(made.ledger, actor) };
  const split = (ada: string, ben: string) => {
    const shares = Object.entries({ ada, ben }).map(([participant, share]) => ({ participant, share }));
    return { source: 'csv', deal: 'D-2', shares, ...WHY };
  };
  expect(await requestSplit(made.ledger, split('0.6', '0.4'), mo)).toMatchObject({ code: 'not_found' });
  sound(await requestSplit(made.ledger, split('0.5', '0.5'), OPS));
  await approveAll(made.ledger);
  sound(await requestSplit(made.ledger, split('0.6', '0.4'), mo));
});
