import type { Change } from '@ledger/calculation';
import type { Ledger } from './tell.ts';

/** A story as somebody would tell it who looks for a mistake. */
export function shown(ledger: Ledger): string {
  const { book, later, periods } = ledger;
  const begins = [
    ...[book.metrics, book.plans, book.quotas, book.rates, book.deals, book.exceptions ?? new Map()].flatMap((map) => [
      ...map.values(),
    ]),
  ];
  const stages = later.map((changes, index) => [
    `after the freeze of ${periods[index]}:`,
    ...changes.map(({ event, entry }) => `${event}: ${inWords(entry)}`),
  ]);
  return [
    `periods ${periods.join(', ')}; ${book.calendar.cadence}; ${book.participant.participant} from ${book.participant.startsOn} to ${book.participant.endsOn}`,
    inWords(book.participant),
    ...[...book.crediting.values()].map(inWords),
    ...[...book.colleagues.values()].map((own) => inWords(own.participant)),
    ...begins.map(inWords),
    ...(book.corrections === undefined ? [] : [inWords(book.corrections)]),
    ...stages.flat(),
  ].join('\n  ');
}

function inWords(entry: Change['entry']): string {
  switch (entry.kind) {
    case 'deal': {
      const {
        deal,
        closedOn,
        selectionOn,
        sequence,
        amount,
        currency,
        credits,
        attributes,
        lines,
        cancelled,
        splits,
        milestones,
      } = entry;
      const owner = entry.owner === null ? [] : [`owner ${entry.owner}`];
      const shares = credits.map(
        ({ participant, pool, share }) => `${participant} ${share}${pool === 'overlay' ? ' overlay' : ''}`,
      );
      return [
        `deal ${deal}: ${amount} ${currency} on ${closedOn}${selectionOn === null ? '' : ` (selected ${selectionOn})`} #${sequence}`,
        ...owner,
        shares.join(' + '),
        JSON.stringify(attributes),
        ...(lines.length === 0
          ? []
          : [
              JSON.stringify(
                lines.map(
                  ({ amount: each, category, product, variant }) => `${each} ${category} ${product} ${variant ?? ''}`,
                ),
              ),
            ]),
        ...(cancelled === null ? [] : [`cancelled on ${cancelled.on}`]),
        ...milestones.map(({ milestone, on, amount: part }) => `${milestone} on ${on}: ${part}`),
        ...splits.map(({ shares: by, expiresOn }) => `split ${JSON.stringify(by)} until ${expiresOn}`),
      ].join('; ');
    }
    case 'plan':
      return entry.versions
        .map(({ version, from, document }) => {
          const components = Object.entries(document.components).map(
            ([id, each]) => `\n      ${id}: ${JSON.stringify(each)}`,
          );
          const { draws, guarantee, pay, exchange, payout, cap } = document;
          components.push(
            ...[draws, guarantee, pay, exchange, payout, cap].flatMap((each) =>
              each === undefined ? [] : [`\n      ${JSON.stringify(each)}`],
            ),
          );
          return `plan ${entry.plan} v${version} from ${from}: ${document.currency} ${document.rounding}${components.join('')}`;
        })
        .join('\n  ');
    case 'metric':
      return entry.versions
        .map(
          ({ version, from, to, document }) =>
            `metric ${entry.metric} v${version} ${from}..${to}: \`${document.counts}\` ? \`${document.amount}\` (${document.unit} of ${document.of})`,
        )
        .join('\n  ');
    case 'quota': {
      const reliefs = entry.reliefs.map(
        ({ from, to, basis, expiresOn }) => `${from}..${to} ${JSON.stringify(basis)} expires ${expiresOn}`,
      );
      return `quota ${entry.participant} ${entry.metric} ${entry.year}: ${entry.quota?.amounts.join(', ')} per ${entry.quota?.per}; ${reliefs.join('; ')}`;
    }
    case 'rates':
      return `rates ${entry.base}${entry.quote}: ${entry.rates.map(({ on, rate }) => `${rate} from ${on}`).join(', ')}`;
    case 'participant':
      return [
        `${entry.participant} (${entry.startsOn}..${entry.endsOn}, paid in ${entry.currency}):`,
        entry.assignments.map(({ plan, from, to }) => `${plan} ${from}..${to}`).join(', '),
        ...entry.managers.map(({ manager, from }) => `to ${manager} from ${from}`),
      ].join(' ');
    case 'crediting':
      return entry.versions
        .map(({ version, from, document }) => {
          return `crediting v${version} from ${from} (retired ${entry.retiredFrom}): ${JSON.stringify(document)}`;
        })
        .join('\n  ');
    case 'exception':
      return `exception ${entry.exception}${entry.isRevoked ? ' (revoked)' : ''} until ${entry.expiresOn}: ${JSON.stringify(entry.terms)}`;
    case 'corrections':
      return `corrections: ${JSON.stringify([entry.policies, entry.replays])}`;
    default:
      return entry.kind;
  }
}
