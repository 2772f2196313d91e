import { planCapsOf } from '@ledger/calculation';
import type { DrawClause, GuaranteeClause, PayClause, PlanCap, PlanDocument } from '@ledger/events';
import { clausesIn, type LetterClause, listed, money, type Say, share, TERMS, type Words } from './words.ts';

const EVERY = { period: 'pay period', month: 'month', quarter: 'quarter', half: 'half-year', year: 'year' } as const;

/** As with components: a field that a plan gets one day does not compile until it is said here. */
const SAYS: { readonly [Field in keyof Required<PlanDocument>]: Say<PlanDocument> } = {
  plan: () => [],
  title: () => [],
  components: () => [],
  currency: ({ currency }) => [`The plan is calculated in ${currency}.`],
  exchange: ({ exchange }, { currency }) => [
    `Deals in other currencies are exchanged to ${currency} ${exchangeIn(exchange)}.`,
  ],
  payout: ({ payout }) => {
    if (payout === undefined) return [];
    const { rate } = payout;
    const on =
      rate === 'period-end'
        ? 'on the last day of the period'
        : rate === 'booking-date'
          ? 'on the day on which each deal closes'
          : `${rate.daysAfterPeriod} days after the period`;
    return [`Who is paid in another currency is paid at the rate ${on}.`];
  },
  pay: ({ pay }, words) => (pay === undefined ? ['What is due is paid with each statement.'] : payIn(pay, words)),
  cap: (plan, words) => planCapsOf(plan).flatMap((cap) => planCapIn(cap, words)),
  draws: ({ draws }, words) => (draws ?? []).flatMap((draw) => drawIn(draw, words)),
  guarantee: ({ guarantee }, words) => (guarantee === undefined ? [] : guaranteeIn(guarantee, words)),
  phaseIn: ({ phaseIn }) =>
    phaseIn === undefined
      ? []
      : [
          `For ${phaseIn.shares.length} ${EVERY[phaseIn.per]}s${phaseIn.from === null ? ' from the first day under it' : ` from ${phaseIn.from}`}, pay is ${phaseIn.as === 'floor' ? 'at least' : 'made up of'} ${listed(phaseIn.shares.map(share))} of what plan ${phaseIn.of} would have paid${phaseIn.as === 'floor' ? '' : ', and of this one the rest'}.`,
        ],
  onLeaving: ({ onLeaving }) =>
    Object.entries(onLeaving ?? {}).map(([kind, { partial, of, pipeline, held }]) => {
      const whose = kind === 'default' ? 'Whoever leaves' : `Whoever leaves (${kind})`;
      const cut = { paid: 'is paid', prorated: 'is paid for its part of the days', forfeited: 'is lost' }[partial];
      const later = pipeline.map(({ days, pays }) => `${share(pays)} of what closes within ${days} days`);
      return `${whose}: what was earned in the ${of === 'period' ? 'pay period' : 'window'} of the last day ${cut}; after it, ${listed(later) || 'nothing'} is paid.${held === 'forfeited' ? ' What is not released by then is lost.' : ''}`;
    }),
  rounding: ({ rounding }) => [
    `Amounts are rounded once, when they are posted, to the smallest unit of the currency that is paid, half a unit ${rounding === 'half-up' ? 'away from 0' : 'to the even one'}.`,
  ],
};

/** What a plan says about the person and the payment: draws, guarantee, when it is paid, what is paid back, how one leaves. */
export function settlementIn(document: PlanDocument, words: Words): readonly LetterClause[] {
  return clausesIn(SAYS, document, words);
}

function planCapIn(cap: PlanCap, words: Words): readonly string[] {
  return (['period', 'year'] as const).flatMap((scope) => {
    const of = cap.personal?.[scope];
    const own = of === undefined || cap.personal === undefined ? null : `${share(of)} of ${TERMS[cap.personal.term]}`;
    const fixed = cap[scope];
    const most = fixed === null ? own : money(fixed, words);
    const when = scope === 'period' ? 'a pay period' : 'a year';
    return most === null ? [] : [`The plan pays at most ${most} in ${when}${forParts(cap)}.`];
  });
}

/** Of which components, where it is not about all of them. */
function forParts({ earningsOf }: { readonly earningsOf?: readonly string[] | undefined }): string {
  return earningsOf === undefined ? '' : ` for ${listed(earningsOf.map((id) => `“${id}”`))} together`;
}

function exchangeIn(exchange: PlanDocument['exchange']): string {
  if (typeof exchange === 'string') {
    return {
      'booking-date': 'at the newest rate of the day on which they close',
      'period-average': 'at the average rate of their pay period',
      'payment-date': 'at the newest rate of the day on which they are paid',
    }[exchange];
  }
  if ('on' in exchange) return `at the rate of ${exchange.on}`;
  return `at rates of the plan: ${listed(exchange.rates.map(({ base, quote, rate }) => `${base}/${quote} ${rate}`))}`;
}

function payIn(
  { every, minimum, always, negative, negativeMinimum, recover, corrections, writeOffUnder }: PayClause,
  words: Words,
) {
  const even = {
    'year-end': 'at the end of a year',
    termination: 'when somebody leaves',
    underpayment: 'when it makes up for too little',
  };
  const back =
    recover.instalment !== null
      ? `${money(recover.instalment, words)} in each period`
      : `at most ${share(recover.share)} of the pay of a period${recover.atLeast === null ? '' : `, but at least ${money(recover.atLeast, words)}`}`;
  const leaving = { 'in-full': 'in full', 'as-usual': 'as usual', nothing: 'not at all' }[recover.onLeaving];
  return [
    `What is due is paid ${every === 'period' ? 'with each statement' : `once a ${EVERY[every]}; what is earned before waits until then`}.`,
    ...(minimum === null
      ? []
      : [
          `Less than ${money(minimum, words)} is carried to the next payment${
            always.length === 0
              ? ''
              : `, but paid ${listed(
                  always.map((each) => even[each]),
                  'or',
                )}`
          }.`,
        ]),
    negative === 'carry'
      ? `A statement below 0 takes nothing at once; it is paid back out of later pay: ${back}. When somebody leaves, ${leaving}.`
      : `A statement below 0 is charged at once${negativeMinimum === null ? '' : `, from ${money(negativeMinimum, words)} on`}.`,
    ...(corrections === undefined
      ? []
      : ['Corrections of earlier periods that come to less than 0 are not taken back.']),
    ...(writeOffUnder === null ? [] : [`A rest of less than ${money(writeOffUnder, words)} is not asked back.`]),
  ];
}

function lasts({ from, until, months, part }: Pick<DrawClause, 'from' | 'until' | 'months' | 'part'>): string {
  const begins = from === null ? 'from your first day under the plan' : `from ${from}`;
  const ends = months !== null ? `, for ${months} months` : until === null ? '' : `, before ${until}`;
  return `${begins}${ends}${part === 'whole' ? '; a part of an interval counts as a whole one' : ''}`;
}

function earnings({ earningsOf }: Pick<DrawClause, 'earningsOf'>): string {
  return earningsOf === undefined
    ? ''
    : ` What ${listed(earningsOf.map((id) => `“${id}”`))} earns is compared with it.`;
}

function drawIn(draw: DrawClause, words: Words): readonly string[] {
  const { name, kind, amount, every, protectFloor, recover, recoverMost, recoverFrom, mostOwed, atEnd, onLeaving } =
    draw;
  const first = `Draw ${name}: ${money(amount, words)} each ${EVERY[every]} ${lasts(draw)}.${earnings(draw)}`;
  if (kind === 'non-recoverable') return [`${first} It is not paid back.`];
  if (kind === 'on-top') return [`${first} It is paid beside what is earned, and not paid back.`];
  const of = protectFloor ? 'of what is earned above the draw' : 'of what is earned';
  const leaving = {
    'as-usual': 'as usual',
    'in-full': 'in full',
    nothing: 'not at all',
    forgive: 'not at all: it is forgiven',
  };
  return [
    `${first} It is paid back with ${share(recover)} ${of}${recoverMost === undefined ? '' : `, at most ${share(recoverMost)} of everything earned`}${recoverFrom === null ? '' : `, from ${recoverFrom} on`}${mostOwed === null ? '' : `; never more than ${money(mostOwed, words)} is owed`}.`,
    `What is owed when it ends is ${atEnd === 'forgive' ? 'forgiven' : 'still paid back'}; by those who leave, ${leaving[onLeaving]}.`,
  ];
}

function guaranteeIn(guarantee: GuaranteeClause, words: Words): readonly string[] {
  const { amount, every, over, paid } = guarantee;
  const sum =
    over === 'each' ? '' : over === 'whole' ? ', as a sum over all of it' : `, as a sum over the ${EVERY[over]}`;
  const when =
    over === 'each'
      ? ''
      : paid === 'to-date'
        ? ' It is made up for period by period.'
        : ' It is made up for once, at the end.';
  return [
    `Guarantee: at least ${money(amount, words)} each ${EVERY[every]} ${lasts(guarantee)}${sum}.${when}${earnings(guarantee)}`,
  ];
}
