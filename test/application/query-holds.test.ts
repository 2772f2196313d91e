import { approve, openPeriod, openQuery, resolveQuery, revoke, statementOf } from '@ledger/application';
import { recompute } from '@ledger/recompute';
import { expect, test } from 'vitest';
import { defineText, FINANCE, freeze, importRows, type Made, makeCompany, OPS, sound } from '../support/company.ts';

const ADA = { actor: { id: 'ada', role: 'rep' } } as const;
const ASK = { participant: 'ada', period: '2026-Q2', says: 'Why is it held?', expects: null, facts: null };

async function linesOf({ ledger }: Made, period: string) {
  return sound(await statementOf(ledger, { participant: 'ada', period })).statement.lines;
}

test('what lets go of a hold is named by the line that pays it, in part and when the hold is revoked, and so is its query', async () => {
  const made = await makeCompany();
  made.at('2026-04-01T09:00:00Z');
  await freeze(made.ledger, '2026-Q1');
  sound(await openPeriod(made.ledger, '2026-Q2', OPS));
  const { ledger } = made;
  const decide = async (terms: string, name: string) => {
    await defineText(ledger, `{ ${terms}, participant: ada, reason: Audit., evidence: [Memo] }`);
    sound(await approve(ledger, `exception/ada.${name}`, FINANCE));
  };
  sound(await importRows(made, ['D-4,ada,10000.00,USD,2026-04-01']));
  await decide('exception: hold, name: audit, from: 2026-04-01', 'audit');
  sound(await openQuery(ledger, { ...ASK, line: 'total' }, ADA));
  await decide('exception: release, name: part, hold: audit, share: 40%, period: 2026-Q2', 'part');
  const resolve = (query: string, event: string) =>
    resolveQuery(ledger, { query, reason: 'It is paid.', events: [event] }, OPS);
  expect(sound(await resolve('ada.1', 'exception/ada.part')).events).toMatchObject([{ data: { amount: '320.00' } }]);
  const settled = async (line: string) => (await linesOf(made, '2026-Q2')).find((each) => each.line === line);
  expect(await settled('held/audit')).toMatchObject({ amount: '-480.00', queries: ['ada.1'] });
  made.at('2026-07-02T09:00:00Z');
  await freeze(ledger, '2026-Q2');
  sound(await openPeriod(ledger, '2026-Q3', OPS));
  sound(await openQuery(ledger, { ...ASK, line: 'held/audit' }, ADA));
  sound(await revoke(ledger, 'exception/ada.audit', 'It is over.', FINANCE));
  sound(await resolve('ada.2', 'exception/ada.audit'));
  const paid = (await linesOf(made, '2026-Q3')).find((each) => each.line === 'unheld/audit');
  expect(paid).toMatchObject({ amount: '480.00', queries: ['ada.2'] });
  const answer = sound(await statementOf(ledger, { participant: 'ada', period: '2026-Q2' }));
  expect(recompute(JSON.parse(JSON.stringify(answer)))).toMatchObject({ ok: true });
});
