import { join } from 'node:path';
import { approve, define, refresh, requests } from '@ledger/application';
import { readDefinitions } from '@ledger/connectors';
import { FINANCE, found, good, OPS, participantId, participantsOf, writeExport } from './company.ts';
import { served } from './http.ts';
import { importFile, inFolder, newLedger } from './ledgers.ts';
import { percentile, type Result, type Sizes, seconds } from './measure.ts';
import { rounded } from './rows.ts';

/** What a person waits for a list, at most (issue 7). */
const WAIT_MS = 200;
const ASKED = 40;

const RULES = `
crediting: managers
title: Managers
from: 2026-01-01
reason: Help in large deals
rules: [{ rule: large, when: 'deal.amount > decimal("50000")', share: 10%, credits: { participant: ${participantId(0)} }, pool: overlay }]
`;

/** Lists and searches of a person in a ledger whose rules may credit anybody, over HTTP; no question is asked twice. */
export async function findAmongDeals({ deals }: Sizes): Promise<readonly Result[]> {
  return inFolder(async (folder) => {
    const file = join(folder, 'deals.csv');
    await writeExport(file, deals);
    const ledger = newLedger(folder);
    await found(ledger, participantsOf(deals));
    await importFile(ledger, folder, file);
    const rules = readDefinitions(new TextEncoder().encode(RULES), 'rules.yaml');
    if (!rules.ok) throw new Error(rules.problems[0]?.message);
    good(await define(ledger, rules.documents, OPS));
    for (const { name } of await requests(ledger, { all: false })) good(await approve(ledger, name, FINANCE));
    await refresh(ledger);
    const server = await served(ledger);
    const ask = async (path: string) => {
      const answer = await fetch(`${server.address}${path}`, { headers: { authorization: 'Bearer demo:ops:olga' } });
      if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
      await answer.arrayBuffer();
    };
    const p95 = async (pathOf: (at: number) => string) => {
      const times: number[] = [];
      for (let at = 0; at < ASKED; at += 1) times.push((await seconds(() => ask(pathOf(at)))) * 1_000);
      return percentile(times, 95);
    };
    // Whoever asks first pays for the index.
    const first = (await seconds(() => ask('/v1/deals?limit=1'))) * 1_000;
    const sorts = ['closed', '-closed', 'amount', '-amount'];
    const people = participantsOf(deals);
    const filtered = await p95(
      (at) => `/v1/deals?participant=${participantId(at % people)}&text=${at}&sort=${sorts[at % sorts.length]}`,
    );
    const searched = await p95((at) => `/v1/search?text=${at % 2 === 0 ? `d-${at}` : participantId(at % people)}`);
    await server.close();
    await ledger.close();
    const within = (row: string, ours: number, goal: number | null): Result => ({
      row,
      ours: rounded(ours),
      reference: null,
      unit: 'ms',
      ratio: null,
      goal: goal === null ? '–' : `<= ${goal} ms`,
      met: goal === null || ours <= goal,
    });
    const size = deals >= 1_000 ? `${deals / 1_000}k` : String(deals);
    return [
      within(`first list of ${size} deals credited by rules`, first, null),
      within(`filter of ${size} deals, p95`, filtered, WAIT_MS),
      within(`search among ${size} deals, p95`, searched, WAIT_MS),
    ];
  });
}
