import type { Place } from '../cli/given.ts';

/** Commands that freeze, correct, replay, dispute and decide, by both doors. */

/** What a command is given, by what it is: a period, an amount. */
export type Slot =
  | 'period'
  | 'participant'
  | 'deal'
  | 'component'
  | 'amount'
  | 'date'
  | 'reason'
  | 'evidence'
  | 'digest'
  | 'moment'
  | 'name'
  | 'kept'
  | 'request'
  | 'query'
  | 'text'
  | 'principal'
  | 'payment';
export type Words = Readonly<Partial<Record<Slot, string>>>;

export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: unknown;
  readonly raw?: string;
}

/** A command of those that freeze, correct, replay, dispute, decide and audit, with words that are good. */
export interface Command {
  readonly as: string;
  readonly good: Words;
  /** `file` writes one into the folder of the ledger, and answers with its path. */
  argv(words: Words, file: Place['write']): readonly string[];
  /** The same over HTTP, where there is a route for it. */
  http?(words: Words): Asked;
  /** Reads write nothing, whatever they are given. */
  readonly reads?: true;
  /** Over HTTP it is a job, whose end nobody waits for here. */
  readonly isSlow?: true;
  /** What is given first, for the good words to be good. */
  readonly first?: readonly (readonly [as: string, line: string])[];
}

export const inPath = (word: string | undefined) => encodeURIComponent(word ?? '');
const why = ({ reason, evidence }: Words) => ({ reason, ...(evidence === undefined ? {} : { evidence: [evidence] }) });
const options = ({ reason, evidence }: Words) => [
  `--reason=${reason}`,
  ...(evidence === undefined ? [] : [`--evidence=${evidence}`]),
];

/** An exception, written as a definition file or sent as a body. */
function exception(document: (words: Words) => object, good: Words, more: Partial<Command> = {}): Command {
  const whole = (words: Words) => ({ scope: 'As said', ...document(words), ...why(words) });
  return {
    as: 'ops:olga',
    good: { reason: 'As agreed', evidence: 'mail', ...good },
    argv: (words, file) => ['define', file('exception.json', JSON.stringify(whole(words)))],
    http: (words) => ({ method: 'POST', path: '/v1/exceptions', body: whole(words) }),
    ...more,
  };
}

const PAYMENTS = 'payment,currency,amount,status,date,reference,reason\n';

export const WRITES: Readonly<Record<string, Command>> = {
  freeze: {
    as: 'ops:olga',
    good: { period: '2026-Q2', reason: 'Close' },
    argv: (words) => ['freeze', words.period ?? '', ...options(words), '--despite=House deals'],
    http: (words) => ({
      method: 'POST',
      path: `/v1/periods/${inPath(words.period)}/freeze`,
      body: { ...why(words), despite: 'House deals' },
    }),
  },
  reopen: {
    as: 'finance:cora',
    good: { period: '2026-Q1', reason: 'Wrong rates', evidence: 'mail' },
    argv: (words) => ['reopen', words.period ?? '', ...options(words)],
    http: (words) => ({ method: 'POST', path: `/v1/periods/${inPath(words.period)}/reopening`, body: why(words) }),
  },
  hold: exception(
    ({ name, participant, period, component, date }) => ({
      ...{ exception: 'hold', name, participant, period, component, expires: date },
    }),
    { name: 'h2', participant: 'ben', period: '2026-Q2', component: 'bookings', date: '2026-12-31' },
  ),
  release: exception(
    ({ kept, participant, period, date }) => ({
      exception: 'release',
      name: 'r1',
      hold: kept,
      participant,
      period,
      expires: date,
    }),
    { kept: 'h1', participant: 'ada', period: '2026-Q2', date: '2026-12-31' },
  ),
  waiver: exception(
    ({ name, participant, period, component, date }) => ({
      ...{ exception: 'waiver', name, participant, period, component, expires: date },
    }),
    { name: 'w1', participant: 'ada', period: '2026-Q1', component: 'bookings', date: '2026-12-31' },
  ),
  adjustment: exception(
    ({ name, participant, period, component, amount, date }) => ({
      ...{ exception: 'adjustment', name, participant, period, component, amount, expires: date },
    }),
    { name: 'a1', participant: 'ada', period: '2026-Q2', component: 'bookings', amount: '100.00', date: '2026-12-31' },
  ),
  relief: {
    as: 'ops:olga',
    good: {
      participant: 'ada',
      component: 'bookings',
      date: '2026-05-01',
      amount: '1000',
      reason: 'Leave',
      evidence: 'HR',
    },
    argv: (words) => [
      ...['relief', words.participant ?? '', words.component ?? '', '2026', '--kind=leave', `--from=${words.date}`],
      ...['--to=2026-06-01', `--amount=${words.amount}`, ...options(words)],
    ],
    http: (words) => ({
      method: 'POST',
      path: '/v1/reliefs',
      body: {
        ...{ participant: words.participant, metric: words.component, year: 2026, kind: 'leave', from: words.date },
        ...{ to: '2026-06-01', basis: { by: 'amount', amount: words.amount }, ...why(words) },
      },
    }),
  },
  split: {
    as: 'ops:olga',
    good: { deal: 'csv.D-1', participant: 'ada', date: '2026-12-31', reason: 'Joint', evidence: 'mail' },
    argv: (words) => [
      'split',
      words.deal ?? '',
      `${words.participant}=100%`,
      `--expires=${words.date}`,
      ...options(words),
    ],
    http: (words) => {
      const [source, ...id] = (words.deal ?? '').split('.');
      return {
        method: 'POST',
        path: `/v1/deals/${inPath(source)}/${inPath(id.join('.'))}/splits`,
        body: { shares: [{ participant: words.participant, share: '1' }], expiresOn: words.date, ...why(words) },
      };
    },
  },
  'replay kept': {
    as: 'ops:olga',
    good: { period: '2026-Q1', name: 'r9', text: 'To see' },
    argv: (words, file) => [
      'replay',
      words.period ?? '',
      `--record=${words.name}`,
      `--note=${words.text}`,
      `--with=${file('m.yaml', METRIC)}`,
    ],
    http: (words) => ({
      method: 'PUT',
      path: `/v1/replays/${inPath(words.name)}`,
      body: { from: words.period, reason: words.text, definitions: METRIC },
    }),
    isSlow: true,
  },
  apply: {
    as: 'ops:olga',
    good: { kept: 'large', digest: 'LARGE', reason: 'As agreed', evidence: 'minutes' },
    argv: (words) => [
      'replay',
      'apply',
      words.kept ?? '',
      `--digest=${words.digest}`,
      '--policy=true-up',
      ...options(words),
    ],
    http: (words) => ({
      method: 'POST',
      path: `/v1/replays/${inPath(words.kept)}/application`,
      body: { digest: words.digest, policy: { by: 'true-up' }, ...why(words) },
    }),
  },
  discard: {
    as: 'ops:olga',
    good: { kept: 'large', reason: 'Not needed' },
    argv: (words) => ['replay', 'discard', words.kept ?? '', ...options(words)],
    http: (words) => ({ method: 'POST', path: `/v1/replays/${inPath(words.kept)}/discard`, body: why(words) }),
  },
  'pay run': {
    as: 'finance:fred',
    good: { period: '2026-Q1' },
    argv: (words, file) => ['pay-run', words.period ?? '', `--out=${file('folder', '')}.csv`],
    http: (words) => ({ method: 'POST', path: `/v1/periods/${inPath(words.period)}/pay-runs` }),
  },
  payments: {
    as: 'finance:fred',
    good: { payment: '2026-Q1.ada.1', amount: '10400.00', date: '2026-04-15', text: 'Account closed' },
    argv: (words, file) => ['payments', file('back.csv', rowOf(words))],
    http: (words) => ({ method: 'POST', path: '/v1/payments', raw: rowOf(words) }),
    first: [['finance:fred', 'pay-run 2026-Q1 --out FOLDER/run.csv']],
  },
  'query open': {
    as: 'rep:ben',
    good: {
      participant: 'ben',
      period: '2026-Q1',
      component: 'csv.D-3',
      amount: '6400',
      text: 'Less than I think',
      moment: '30',
    },
    argv: (words) => [
      ...['query', 'open', words.participant ?? '', words.period ?? '', words.component ?? ''],
      ...[`--says=${words.text}`, `--expects=${words.amount}`, `--as-of=${words.moment}`],
    ],
    http: ({ participant, period, component, text, amount, moment }) => ({
      method: 'POST',
      path: '/v1/queries',
      body: { participant, period, line: component, says: text, expects: amount, asOf: moment },
    }),
  },
  'query reply': {
    as: 'ops:olga',
    good: { query: 'ada.1', text: 'Which form?' },
    argv: (words) => ['query', 'reply', words.query ?? '', `--says=${words.text}`],
    http: (words) => ({
      method: 'POST',
      path: `/v1/queries/${inPath(words.query)}/messages`,
      body: { says: words.text },
    }),
  },
  'query assign': {
    as: 'ops:olga',
    good: { query: 'ada.1', principal: 'fred', reason: 'Knows it' },
    argv: (words) => ['query', 'assign', words.query ?? '', words.principal ?? '', ...options(words)],
    http: (words) => ({
      method: 'POST',
      path: `/v1/queries/${inPath(words.query)}/assignment`,
      body: { to: words.principal, reason: words.reason },
    }),
  },
  'query escalate': {
    as: 'ops:olga',
    good: { query: 'ada.1', principal: 'fred', reason: 'A decision' },
    argv: (words) => ['query', 'escalate', words.query ?? '', words.principal ?? '', ...options(words)],
    http: (words) => ({
      method: 'POST',
      path: `/v1/queries/${inPath(words.query)}/escalation`,
      body: { to: words.principal, reason: words.reason },
    }),
  },
  'query resolve': {
    as: 'finance:fred',
    good: { query: 'ada.1', reason: 'It is right' },
    argv: (words) => ['query', 'resolve', words.query ?? '', ...options(words)],
    http: (words) => ({ method: 'POST', path: `/v1/queries/${inPath(words.query)}/resolution`, body: why(words) }),
  },
  'query resolve by': {
    as: 'finance:fred',
    good: { query: 'ada.1', reason: 'Mended', request: 'LATE' },
    argv: (words) => ['query', 'resolve', words.query ?? '', ...options(words), `--event=${words.request}`],
    http: (words) => ({
      method: 'POST',
      path: `/v1/queries/${inPath(words.query)}/resolution`,
      body: { ...why(words), events: [words.request] },
    }),
  },
  'query reopen': {
    as: 'rep:ada',
    good: { query: 'ada.2', reason: 'Not yet' },
    argv: (words) => ['query', 'reopen', words.query ?? '', ...options(words)],
    http: (words) => ({ method: 'POST', path: `/v1/queries/${inPath(words.query)}/reopening`, body: why(words) }),
  },
  'query withdraw': {
    as: 'rep:ada',
    good: { query: 'ada.1', reason: 'I see' },
    argv: (words) => ['query', 'withdraw', words.query ?? '', ...options(words)],
    http: (words) => ({ method: 'POST', path: `/v1/queries/${inPath(words.query)}/withdrawal`, body: why(words) }),
  },
  approve: {
    as: 'finance:fred',
    good: { request: 'split/csv.D-2/split-1', digest: 'HASH' },
    argv: (words) => ['approve', words.request ?? '', `--hash=${words.digest}`],
    http: (words) => ({
      method: 'POST',
      path: `/v1/requests/${inPath(words.request)}/approve`,
      body: { requestHash: words.digest },
    }),
  },
  decline: {
    as: 'finance:fred',
    good: { request: 'split/csv.D-2/split-1', reason: 'No' },
    argv: (words) => ['decline', words.request ?? '', ...options(words)],
    http: (words) => ({ method: 'POST', path: `/v1/requests/${inPath(words.request)}/decline`, body: why(words) }),
  },
  revoke: {
    as: 'finance:fred',
    good: { request: 'exception/ada.h1', reason: 'No longer' },
    argv: (words) => ['revoke', words.request ?? '', ...options(words)],
    http: (words) => ({ method: 'POST', path: `/v1/requests/${inPath(words.request)}/revoke`, body: why(words) }),
  },
  'approval rules': {
    as: 'ops:olga',
    good: { date: '2026-08-01', amount: '1000', reason: 'Audit', evidence: 'Report' },
    argv: (words, file) => ['define', file('rules.json', JSON.stringify(rulesOf(words)))],
    http: (words) => ({ method: 'POST', path: '/v1/definitions', raw: JSON.stringify(rulesOf(words)) }),
  },
};

export const METRIC =
  'metric: bookings\ntitle: Bookings\ncounts: deal.amount > 50000\namount: deal.amount\nfrom: 2026-01-01\nreason: Large ones\n';

function rowOf({ payment, amount, date, text }: Words): string {
  return `${PAYMENTS}${payment},USD,"${amount}",returned,${date},,"${text}"\n`;
}

function rulesOf({ date, amount, reason, evidence }: Words): object {
  return {
    ...{ approvals: 'Rules', from: date, reason, evidence: [evidence] },
    rules: [
      { rule: 'large', kinds: ['exception'], over: { amount: { USD: amount } }, approvers: ['finance', 'finance'] },
    ],
    delegations: [{ by: 'fay', for: 'fred', from: date, until: '2026-09-01' }],
  };
}
