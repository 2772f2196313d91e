import {
  type BlastRadius,
  countDeals,
  type Proposal,
  policyInWords,
  type ReplayAnswer,
  type ReplayShown,
} from '@ledger/application';
import { counted, forPeople, grouped, signed, table, wrapped } from '../format.ts';
import type { Paint } from '../io.ts';

/** Deals and people that are named one by one; the rest are counted. */
const MOST_NAMED = 20;

/** What frozen periods would be now: per person and component, with the cause of each difference. */
export function renderReplay(paint: Paint, answer: ReplayAnswer, width: number, isKept = false): string {
  const { from, to, periods, participants, totals, proposals = [], blastRadius } = answer;
  const range = from === to ? from : `${from} to ${to}`;
  const head = `${paint.bold(`Replay of ${range}`)}, as of position ${answer.asOf}${isKept ? '' : '; nothing is written'}\n`;
  const all = participants.flatMap(({ participant, replay }) => replay.rows.map((row) => ({ participant, row })));
  const rows = all.map(({ participant, row }) => {
    const delta = row.causes.length > 0 ? paint.bold(signed(row.delta)) : signed(row.delta);
    return [participant, row.period, row.component, grouped(row.frozen), grouped(row.replayed), delta];
  });
  const columns = [
    { title: '' },
    { title: 'period' },
    { title: 'component' },
    { title: 'frozen', right: true },
    { title: 'replayed', right: true },
    { title: 'delta', right: true },
  ];
  const causes = all.flatMap(({ participant, row }) =>
    row.causes.map(
      (cause) =>
        `  ${paint.bold(signed(cause.delta))} ${participant}, ${row.component} in ${row.period}\n    ${wrapped(cause.says, width - 4, '    ')}\n`,
    ),
  );
  const sums = Object.entries(totals).map(
    ([currency, { frozen, replayed, delta }]) =>
      `  ${paint.bold('total')} ${currency}: frozen ${grouped(frozen)}, replayed ${grouped(replayed)}, delta ${paint.bold(signed(delta))}\n`,
  );
  const failing = participants.flatMap(({ replay }) => replay.problems);
  const known = new Set(failing.map(({ message }) => message));
  const later = blastRadius?.problems.filter(({ message }) => !known.has(message)) ?? [];
  return [
    head,
    ...statesText(periods, width),
    ...proposals.map((proposal) => proposalText(proposal, width)),
    rows.length > 0 ? table(columns, rows) : failing.length > 0 ? '' : '  nothing was earned, and nothing would be\n',
    ...sums,
    ...(rows.length === 0 ? [] : [causes.length === 0 ? '  nothing has changed\n' : `${paint.bold('Why')}\n`]),
    ...causes,
    ...owedText(answer),
    ...(blastRadius === undefined ? [] : [renderBlastRadius(paint, { ...blastRadius, problems: later })]),
    ...failing.map((one) => `  ${paint.red(one.code)}: ${one.message}\n`),
  ].join('');
}

/** Which periods of a range are frozen, where not all of them are. */
function statesText(periods: ReplayAnswer['periods'], width: number): readonly string[] {
  if (periods.every(({ state }) => state === 'frozen')) return [];
  const runs: { readonly from: string; to: string; readonly state: string }[] = [];
  for (const { period, state } of periods) {
    const last = runs.at(-1);
    if (last?.state === state) last.to = period;
    else runs.push({ from: period, to: period, state });
  }
  const says = runs.map(({ from, to, state }) => `${from === to ? from : `${from} to ${to}`} ${state}`).join(', ');
  return [`  ${wrapped(`${says}; only what is frozen is compared`, width - 4, '    ')}\n`];
}

function proposalText({ request, says }: Proposal, width: number): string {
  const name = request === null ? '' : `${request}: `;
  return `  with ${wrapped(`${name}${says}`, width - 7, '    ')}\n`;
}

function owedText({ owed, owing }: ReplayAnswer): readonly string[] {
  const names = (list: ReplayAnswer['owed']) => {
    const first = list
      .slice(0, MOST_NAMED)
      .map((each) => `${each.participant} ${grouped(each.amount)} ${each.currency}`);
    const more = list.length - first.length;
    return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  };
  return [
    ...(owed.length === 0 ? [] : [`  would be owed: ${names(owed)}\n`]),
    ...(owing.length === 0 ? [] : [`  would owe: ${names(owing)}\n`]),
  ];
}

/** What a proposal moves, in frozen periods and open ones. */
export function renderBlastRadius(paint: Paint, radius: BlastRadius): string {
  const { deals, participants, periods, totals, problems } = radius;
  const missing = problems
    .slice(0, MOST_NAMED)
    .map(({ code, message }) => `  ${paint.red(code)}: ${message}\n`)
    .concat(problems.length === 0 ? [] : [moreText(problems.length, 'problem')]);
  const without = missing.length === 0 ? '' : `${paint.bold('Not in these figures')}\n${missing.join('')}`;
  if (participants.length === 0) {
    const settled = '  what settles a statement, as an adjustment or a hold, is no part of it\n';
    return `${paint.bold('Blast radius')}: it moves nothing that is earned\n${settled}${without}`;
  }
  const people = counted(participants.length, 'participant');
  const head = `${paint.bold('Blast radius')}: ${counted(countDeals(deals), 'deal')} with another verdict, ${people}\n`;
  const byPeriod = table(
    [
      { title: 'period' },
      { title: '' },
      { title: 'people', right: true },
      { title: 'deals', right: true },
      { title: 'paid otherwise', right: true },
      { title: 'delta', right: true },
    ],
    periods.map(({ period, state, participants: count, deals: own, repaid, delta }) => [
      period,
      state,
      String(count),
      String(own),
      String(repaid),
      moneyText(delta),
    ]),
  );
  const byDeal = table(
    [
      { title: 'deal' },
      { title: 'of' },
      { title: 'verdict' },
      { title: 'counted', right: true },
      { title: 'pay', right: true },
    ],
    deals
      .slice(0, MOST_NAMED)
      .map((deal) => [
        deal.deal,
        `${deal.participant}, ${deal.component}`,
        deal.verdict,
        `${countText(deal.countedBefore, deal)} → ${countText(deal.countedAfter, deal)}`,
        `${grouped(deal.payBefore)} → ${grouped(deal.payAfter)}`,
      ]),
  );
  const byPerson = table(
    [
      { title: 'participant' },
      { title: 'in frozen periods', right: true },
      { title: 'in open ones', right: true },
      { title: 'delta', right: true },
    ],
    participants
      .slice(0, MOST_NAMED)
      .map(({ participant, currency, frozen, open, delta }) => [
        participant,
        signed(frozen),
        signed(open),
        `${signed(delta)} ${currency}`,
      ]),
  );
  const sums = Object.entries(totals).map(
    ([currency, { up, down, delta }]) =>
      `  ${paint.bold('moves')} ${currency}: ${signed(up)} and ${signed(down)}, together ${paint.bold(signed(delta))}\n`,
  );
  return [
    head,
    byPeriod,
    ...(deals.length === 0 ? [] : [byDeal, moreText(deals.length, 'row')]),
    byPerson,
    moreText(participants.length, 'participant'),
    ...sums,
    without,
  ].join('');
}

function moreText(count: number, thing: string): string {
  return count <= MOST_NAMED ? '' : `  and ${counted(count - MOST_NAMED, thing)} more; --json has all\n`;
}

/** Shares and rates make fractions of what counts, which nobody reads as such; whole units are counted. */
function countText(counted: string | null, { unit }: { readonly unit: string }): string {
  if (counted === null) return '–';
  return unit === 'number' && /^-?\d+$/.test(counted) ? grouped(counted) : forPeople(counted, unit);
}

function moneyText(delta: Readonly<Record<string, string>>): string {
  const sums = Object.entries(delta).map(([currency, amount]) => `${signed(amount)} ${currency}`);
  return sums.length === 0 ? '0' : sums.join(', ');
}

/** A kept replay and what became of it. */
export function renderKept(paint: Paint, kept: ReplayShown, width: number): string {
  const {
    replay,
    from,
    to,
    participant = 'everybody',
    asOf,
    digest,
    definitions,
    totals,
    state,
    policy,
    waiting,
    expired,
  } = kept;
  const lines = [
    `of ${from === to ? from : `${from} to ${to}`}, ${participant}, as of position ${asOf}; recorded by ${kept.recordedBy}: ${kept.reason}`,
    `digest ${digest}`,
    ...definitions.map(({ request }) => {
      const gone = expired.includes(request) ? ', which has expired: it can be applied no more' : '';
      return `with ${request}${waiting.includes(request) ? ', which waits' : gone}`;
    }),
    ...Object.entries(totals).map(
      ([currency, sum]) =>
        `${currency}: frozen ${grouped(sum.frozen)}, replayed ${grouped(sum.replayed)}, delta ${signed(sum.delta)}`,
    ),
    ...(policy === null ? [] : [policyInWords(policy)]),
  ];
  const text = lines.map((line) => `  ${wrapped(line, width - 4, '    ')}\n`).join('');
  return `${paint.bold(`Replay ${replay}`)}: ${state}\n${text}`;
}
