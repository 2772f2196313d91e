import { type Asked, type Command, inPath, type Words } from './told-commands.ts';

/** A read that takes a moment. */
function read(
  argv: (words: Words) => readonly string[],
  path: ((words: Words) => string) | null,
  good: Words,
): Command {
  return {
    as: 'finance:fred',
    good: { moment: '30', ...good },
    argv: (words) => [...argv(words), `--as-of=${words.moment}`],
    ...(path === null
      ? {}
      : {
          http: (words: Words): Asked => {
            const at = path(words);
            return { method: 'GET', path: `${at}${at.includes('?') ? '&' : '?'}asOf=${inPath(words.moment)}` };
          },
        }),
    reads: true,
  };
}

/** Reads of the past, as of a moment. */
export const READS: Readonly<Record<string, Command>> = {
  replay: read(({ period, participant }) => ['replay', period ?? '', `--participant=${participant}`], null, {
    period: '2026-Q1',
    participant: 'ada',
  }),
  diff: {
    as: 'finance:fred',
    good: { participant: 'ada', period: '2026-Q2', moment: '30' },
    argv: (words) => ['diff', words.participant ?? '', `--period=${words.period}`, `--as-of=${words.moment}`],
    http: (words) => ({
      method: 'GET',
      path: `/v1/diff?participant=${inPath(words.participant)}&period=${inPath(words.period)}&from=${inPath(words.moment)}`,
    }),
    reads: true,
  },
  'diff of freezes': {
    as: 'finance:fred',
    good: { period: '2026-Q1', moment: 'freeze:1' },
    argv: (words) => ['diff', `--period=${words.period}`, `--as-of=${words.moment}`],
    http: (words) => ({ method: 'GET', path: `/v1/diff?period=${inPath(words.period)}&from=${inPath(words.moment)}` }),
    reads: true,
  },
  handover: {
    as: 'finance:fred',
    good: { moment: '30' },
    argv: (words, file) => ['handover', `--out=${file('pack', '')}.d`, `--as-of=${words.moment}`],
    reads: true,
  },
  close: read(
    ({ period }) => ['close', period ?? ''],
    ({ period }) => `/v1/periods/${inPath(period)}/close`,
    { period: '2026-Q1' },
  ),
  blockers: read(
    ({ period }) => ['blockers', period ?? ''],
    ({ period }) => `/v1/periods/${inPath(period)}/blockers`,
    { period: '2026-Q1' },
  ),
  payouts: read(
    ({ period }) => ['payouts', period ?? ''],
    ({ period }) => `/v1/periods/${inPath(period)}/payouts`,
    { period: '2026-Q1' },
  ),
  audit: read(
    ({ participant }) => ['audit', `--participant=${participant}`],
    ({ participant }) => `/v1/audit?participant=${inPath(participant)}`,
    { participant: 'ada' },
  ),
  'audit of a deal': read(
    ({ deal }) => ['audit', 'deal', deal ?? ''],
    ({ deal }) => `/v1/audit?deal=${inPath(deal)}`,
    { deal: 'csv.D-1' },
  ),
  'audit of a payout': read(
    ({ participant, period }) => ['audit', `--payout=${period}/${participant}`],
    ({ participant, period }) => `/v1/periods/${inPath(period)}/statements/${inPath(participant)}/audit`,
    { participant: 'ada', period: '2026-Q1' },
  ),
  statement: read(
    ({ participant, period }) => ['statement', participant ?? '', period ?? ''],
    ({ participant, period }) => `/v1/periods/${inPath(period)}/statements/${inPath(participant)}`,
    { participant: 'ada', period: '2026-Q1' },
  ),
  attainment: read(
    ({ participant, period }) => ['attainment', period ?? '', participant ?? ''],
    ({ participant, period }) => `/v1/periods/${inPath(period)}/attainment?participant=${inPath(participant)}`,
    { participant: 'ada', period: '2026-Q1' },
  ),
  explain: read(
    ({ participant, period, component }) => ['explain', participant ?? '', period ?? '', component ?? ''],
    ({ participant, period, component }) =>
      `/v1/periods/${inPath(period)}/statements/${inPath(participant)}/line?line=${inPath(component)}`,
    { participant: 'ada', period: '2026-Q1', component: 'csv.D-1' },
  ),
  exceptions: read(
    ({ participant }) => ['exceptions', `--participant=${participant}`],
    ({ participant }) => `/v1/exceptions?participant=${inPath(participant)}`,
    { participant: 'ada' },
  ),
  show: read(
    ({ date }) => ['show', 'plan', 'seller', `--on=${date}`],
    ({ date }) => `/v1/definitions/plan/seller?on=${inPath(date)}`,
    { date: '2026-02-01' },
  ),
  requests: read(
    () => ['requests'],
    () => '/v1/requests',
    {},
  ),
  request: {
    as: 'finance:fred',
    good: { request: 'split/csv.D-2/split-1' },
    argv: (words) => ['requests', words.request ?? ''],
    http: (words) => ({ method: 'GET', path: `/v1/requests/${inPath(words.request)}` }),
    reads: true,
  },
  query: read(
    ({ query }) => ['query', 'show', query ?? ''],
    ({ query }) => `/v1/queries/${inPath(query)}`,
    { query: 'ada.1', moment: 'END' },
  ),
  deals: read(({ participant }) => ['deals', participant ?? ''], null, { participant: 'ada' }),
};
