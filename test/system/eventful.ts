import { expect } from 'vitest';
import { companyPlace, HEADER, type Place } from '../cli/given.ts';
import { METRIC } from './told-commands.ts';

/** Half a year in which something of everything happens to a small company: by whom, when, and in what words. */

type Step = readonly [instant: string, as: string, line: string];

const WHY = 'reason: As agreed\nevidence: [mail]\nscope: as said\n';
const exception = (kind: string, participant: string, name: string, terms: string) =>
  `exception: ${kind}\nname: ${name}\nparticipant: ${participant}\n${terms}\n${WHY}`;

/** What the lines name as `@name`. */
const FILES: Readonly<Record<string, string>> = {
  'rules.yaml': `approvals: Rules
from: 2026-04-01
reason: Audit
evidence: [Report]
expire-after: 10
rules:
  - { rule: large, kinds: [exception], exceptions: [adjustment], over: { amount: { USD: 5000 } }, approvers: [finance, finance] }
delegations: [{ by: flora, for: fred, from: 2026-04-13, until: 2026-04-27 }]
`,
  'people.yaml':
    'participants: [{ id: mo, name: Mo, starts: 2026-01-01, currency: USD }, { id: cy, name: Cy, starts: 2026-02-01, currency: USD, manager: mo }]',
  'queries.yaml': `queries: { from: 2026-04-01, first-answer: 2, resolution: 5, reopen: 30, cut-off: 60, reason: Desk }\n`,
  'hold.yaml': exception('hold', 'ada', 'h1', 'from: 2026-01-01'),
  'release.yaml': exception('release', 'ada', 'r1', 'hold: h1\nperiod: 2026-Q1'),
  'adjust.yaml': exception('adjustment', 'ben', 'a1', 'period: 2026-Q1\namount: 500.25\nexpires: 2026-05-01'),
  'late.yaml': exception('adjustment', 'ada', 'late', 'period: 2026-Q2\namount: 6000'),
  'draw.yaml': exception('draw', 'ben', 'd1', 'draw: { amount: 9000.00, from: 2026-02-01 }'),
  'waiver.yaml': exception('waiver', 'ada', 'wv1', 'period: 2026-Q1\ncomponent: bookings'),
  'metric.yaml': METRIC,
  'rate.yaml': 'rates: [{ pair: EUR/USD, on: 2026-02-20, rate: 1.20, source: Central bank }]',
  'plan.yaml': `plan: seller
title: Seller 2
currency: USD
from: 2026-04-01
reason: Second quarter
components: { bookings: { measure: bookings, window: quarter, table: [{ from: 0%, pays: 9% }, { from: 100%, pays: 13% }] } }
`,
  'crediting.yaml': `crediting: overlay
title: Overlay
from: 2026-04-01
reason: Overlay
rules: [{ rule: all, credits: { participant: mo }, pool: overlay, share: 10% }]
`,
  'april.csv': `${HEADER}D-2,ada,30000.00,USD,2026-02-10\nD-5,ada,20000.00,USD,2026-04-20\nD-6,ben,9000.00,USD,2026-03-20\n`,
  // Told whole: what is not in it has vanished.
  'whole.csv': `${HEADER}D-1,ada,80000.00,USD,2026-01-20\nD-2,ada,30000.00,USD,2026-02-10\nD-3,ben,50000.00,EUR,2026-03-01\nD-5,ada,20000.00,USD,2026-04-20\n`,
};

const STORY: readonly Step[] = [
  ['2026-04-01T09:00:00Z', 'admin:root', 'access register adam --issuer https://id.example --subject adam'],
  ['2026-04-01T09:01:00Z', 'admin:root', "access init adam --role admin --reason 'First'"],
  ['2026-04-01T09:02:00Z', 'admin:adam', 'access register crm --machine'],
  ['2026-04-01T09:03:00Z', 'admin:adam', 'access keys issue crm --scope deals:write --expires 2026-12-31 --reason x'],
  ['2026-04-01T09:04:00Z', 'admin:adam', 'define @rules.yaml'],
  ['2026-04-01T09:05:00Z', 'finance:fay', 'approve approvals@1'],
  ['2026-04-01T09:06:00Z', 'ops:olga', 'define @people.yaml @queries.yaml'],
  ['2026-04-01T09:07:00Z', 'ops:olga', "manager ada mo --from 2026-01-01 --reason 'Team'"],
  ['2026-04-01T09:08:00Z', 'rep:ada', 'acknowledge seller 1'],
  ['2026-04-01T10:00:00Z', 'manager:mo', 'split csv.D-2 ada=60% ben=40% --reason Joint --evidence mail'],
  ['2026-04-01T10:01:00Z', 'finance:fred', 'approve split/csv.D-2/split-1'],
  [
    '2026-04-01T10:02:00Z',
    'manager:mo',
    'relief ben bookings 2026 --kind leave --from 2026-02-02 --to 2026-03-02 --reason Leave --evidence HR',
  ],
  ['2026-04-01T10:03:00Z', 'finance:fred', 'approve relief/ben.bookings.2026/relief-1'],
  ['2026-04-01T10:04:00Z', 'ops:olga', 'define @hold.yaml @adjust.yaml @draw.yaml'],
  ['2026-04-01T10:05:00Z', 'finance:fred', 'approve exception/ada.h1 exception/ben.a1 exception/ben.d1'],
  ['2026-04-02T08:00:00Z', 'ops:olga', "freeze 2026-Q1 --reason Close --despite 'A house deal'"],
  ['2026-04-02T09:00:00Z', 'finance:fred', 'approve freeze/2026-Q1'],
  ['2026-04-02T10:00:00Z', 'ops:olga', 'open 2026-Q2'],
  ['2026-04-05T08:00:00Z', 'rep:ada', 'query open ada 2026-Q1 csv.D-2 --says Why --expects 5000'],
  ['2026-04-05T09:00:00Z', 'rep:ada', 'query open ada 2026-Q1 total --says Why'],
  ['2026-04-06T08:00:00Z', 'ops:olga', 'query assign ada.1 olga'],
  ['2026-04-07T08:00:00Z', 'ops:olga', "query reply ada.1 --ask --says 'Which?'"],
  ['2026-04-08T08:00:00Z', 'rep:ada', 'query reply ada.1 --says This'],
  ['2026-04-09T08:00:00Z', 'finance:fred', "query resolve ada.2 --reason 'Right'"],
  ['2026-04-11T08:00:00Z', 'rep:ada', "query reopen ada.2 --reason 'Not yet'"],
  // Nobody decides it in time.
  ['2026-04-12T08:00:00Z', 'ops:olga', 'define @late.yaml'],
  ['2026-04-13T08:00:00Z', 'ops:olga', 'import deals @april.csv'],
  ['2026-04-14T08:00:00Z', 'ops:olga', 'define @release.yaml @waiver.yaml'],
  ['2026-04-14T09:00:00Z', 'finance:fred', 'approve exception/ada.r1 exception/ada.wv1'],
  ['2026-04-17T08:00:00Z', 'ops:olga', 'replay 2026-Q1 --with @metric.yaml --record large --note Test'],
  ['2026-04-18T08:00:00Z', 'ops:olga', "replay discard large --reason 'Not needed'"],
  ['2026-04-19T08:00:00Z', 'finance:fred', 'approve metric/bookings@2'],
  ['2026-04-20T08:00:00Z', 'finance:cora', 'reopen 2026-Q1 --reason Wrong --evidence mail'],
  ['2026-04-20T09:00:00Z', 'finance:fred', 'approve reopen/2026-Q1'],
  ['2026-04-20T10:00:00Z', 'finance:fay', 'approve reopen/2026-Q1'],
  ['2026-04-21T08:00:00Z', 'ops:olga', 'define @rate.yaml @plan.yaml @crediting.yaml'],
  ['2026-04-21T09:00:00Z', 'finance:fred', 'revoke split/csv.D-2/split-1 --reason No'],
  ['2026-04-22T08:00:00Z', 'ops:olga', 'import deals @whole.csv --snapshot'],
  ['2026-04-23T08:00:00Z', 'ops:olga', "freeze 2026-Q1 --reason Again --despite 'A house deal'"],
  ['2026-04-23T09:00:00Z', 'finance:fred', 'approve freeze/2026-Q1'],
  ['2026-04-24T08:00:00Z', 'finance:fred', 'pay-run 2026-Q1 --out @run.csv'],
  ['2026-04-27T08:00:00Z', 'finance:fred', 'approve plan/seller@2 crediting/overlay@1'],
  ['2026-05-03T08:00:00Z', 'ops:olga', 'cancel csv.D-5 --on 2026-05-01 --reason Rescinded'],
  ['2026-05-04T08:00:00Z', 'rep:ada', 'query open ada 2026-Q2 total --says Why'],
  ['2026-05-05T08:00:00Z', 'ops:olga', 'offboard ben --on 2026-05-31 --reason Left'],
  ['2026-07-02T08:00:00Z', 'ops:olga', "freeze 2026-Q2 --reason Close --despite 'As this company does it'"],
  ['2026-07-02T09:00:00Z', 'finance:fred', 'approve freeze/2026-Q2'],
];

/** The company after all that. */
export async function eventful(): Promise<Place> {
  const at = await companyPlace();
  const named = (line: string) =>
    line.replace(/@([a-z]+\.(?:yaml|csv))/g, (_, name: string) => {
      const content = FILES[name];
      return content === undefined ? `${at.folder}/${name}` : at.write(name, content);
    });
  for (const [instant, as, line] of STORY) {
    const ran = await at.at(instant, as, named(line));
    expect(ran, `${as}: ${line}`).toMatchObject({ code: 0 });
  }
  return at;
}
