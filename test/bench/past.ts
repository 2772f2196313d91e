import { join } from 'node:path';
import { openBooks, refresh, statementOf } from '@ledger/application';
import { earn } from '@ledger/calculation';
import { encode, streamOf } from '@ledger/events';
import type { Append } from '@ledger/kernel';
import { good, META, participantId, snapshots } from './company.ts';
import { newLedger, type OpenedLedger } from './ledgers.ts';
import { median, seconds } from './measure.ts';

/** What history costs: reading it, adding to it, writing it. Seconds. */
export interface Past {
  /** One statement, as it is and as it was when nothing was known after the freeze. */
  readonly current: number;
  readonly asOf: number;
  /** The statement after one late deal, and that participant's whole year calculated again. */
  readonly incremental: number;
  readonly recalculated: number;
}

const PEOPLE = 40;
const YEAR_END = '2027-01-01';

export async function pastOf(ledger: OpenedLedger, people: number, frozenAt: string): Promise<Past> {
  const ids = [...Array(Math.min(PEOPLE, people)).keys()].map((index) =>
    participantId(Math.floor((index * people) / Math.min(PEOPLE, people))),
  );
  const current: number[] = [];
  const asOf: number[] = [];
  for (const participant of [...ids, ...ids]) {
    const ask = { participant, period: '2026-Q2' };
    current.push(await seconds(async () => good(await statementOf(ledger, ask))));
    asOf.push(await seconds(async () => good(await statementOf(ledger, { ...ask, asOf: frozenAt }))));
  }
  const incremental: number[] = [];
  const recalculated: number[] = [];
  for (const [index, participant] of ids.entries()) {
    await recordLate(ledger, participant, index);
    incremental.push(await seconds(async () => good(await statementOf(ledger, { participant, period: '2026-Q2' }))));
    recalculated.push(
      await seconds(async () => {
        const books = good(await openBooks(ledger, await refresh(ledger), participant));
        const { problems } = earn(good(await books.book(participant)), YEAR_END);
        if (problems.length > 0) throw new Error(problems[0]?.message);
      }),
    );
  }
  return {
    current: median(current),
    asOf: median(asOf),
    incremental: median(incremental),
    recalculated: median(recalculated),
  };
}

/** A deal of the frozen quarter that nobody knew of. */
async function recordLate(ledger: OpenedLedger, participant: string, index: number): Promise<void> {
  const [like] = snapshots(1);
  if (like === undefined) throw new Error('no deal to go by');
  const deal = `LATE-${index}`;
  const credits = [{ participant, pool: 'primary' as const, share: '1' }];
  const data = { ...like, deal, closedOn: '2026-03-01', owner: participant, credits };
  const pending = { id: ledger.newId(), ...encode({ type: 'DealClosed', data }), meta: META };
  await ledger.store.append({ stream: streamOf.deal(data.source, deal), expected: 0, events: [pending] });
}

/** The statements of a freeze once more, appended in bulk to a ledger of their own: seconds, and how many they are. */
export async function appendFrozen(
  ledger: OpenedLedger,
  folder: string,
): Promise<{ readonly took: number; readonly statements: number }> {
  const appends: Append[] = [];
  for (let after = 0n; ; ) {
    const page = await ledger.store.readAll({ after, limit: 5_000 });
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.position;
    for (const { stream, id, type, version, data, meta } of page) {
      if (type === 'PayoutFrozen') appends.push({ stream, expected: 0, events: [{ id, type, version, data, meta }] });
    }
  }
  const copy = newLedger(join(folder));
  const took = await seconds(async () => {
    for (let at = 0; at < appends.length; at += 1_000) await copy.store.appendEach(appends.slice(at, at + 1_000));
  });
  await copy.close();
  return { took, statements: appends.length };
}
