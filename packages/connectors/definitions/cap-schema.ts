import type { Caps } from '@ledger/events';
import { z } from 'zod';
import { find, type Node, type Path, textAt } from './node.ts';
import { amount, rate, say } from './say.ts';
import type { Report } from './source.ts';

/** Most that is paid, as people write it: money, or a share of what is agreed with the participant. */

const most = (what: string) =>
  say(
    z.union([amount(what), rate(`${what} Or a share of what is agreed with the participant, as 200%.`)]),
    what,
  ).optional();

export const capFile = z
  .strictObject({
    deal: amount('Most that a deal earns.').optional(),
    period: most('Most that the component pays in a pay period.'),
    window: most('Most that it pays in a window.'),
    year: most('Most that it pays in a calendar year.'),
    of: say(
      z.enum(['target-incentive', 'salary']),
      'What shares are of: exception: target-incentive, or exception: salary; target-incentive if left out.',
    ).optional(),
    changes: say(
      z.enum(['start', 'end', 'by-days']),
      'Where that changes inside the time of the cap: the first day counts, the last one, or all by their days; by-days if left out.',
    ).optional(),
    excess: say(
      z.enum(['forfeited', 'later']),
      'What a period cap removes: lost, or offered again in later periods of the year.',
    ).default('forfeited'),
    above: rate(
      'A soft cap: share of what exceeds the caps of period, window and year that is paid all the same, as 50%.',
    ).optional(),
  })
  .describe('Most that is paid.');

const SCOPES = ['period', 'window', 'year'] as const;

export function capsOf(file: z.output<typeof capFile> | undefined): Caps | null {
  if (file === undefined) return null;
  const shares = SCOPES.flatMap((scope) => {
    const text = file[scope];
    return text?.endsWith('%') === true ? [[scope, text] as const] : [];
  });
  const money = (scope: (typeof SCOPES)[number]) =>
    file[scope]?.endsWith('%') === true ? null : (file[scope] ?? null);
  const caps = {
    deal: file.deal ?? null,
    period: money('period'),
    window: money('window'),
    year: money('year'),
    excess: file.excess,
    ...(file.above === undefined ? {} : { above: file.above }),
  };
  if (shares.length === 0) return caps;
  const personal = { term: file.of ?? 'target-incentive', changes: file.changes ?? 'by-days' } as const;
  return { ...caps, personal: { ...personal, ...Object.fromEntries(shares) } };
}

/** `of` and `changes` are about shares. */
export function checkCap(document: Node, component: Path, report: Report): void {
  const cap = find(document, [...component, 'cap']);
  if (cap?.kind !== 'fields' || SCOPES.some((scope) => textAt(cap, scope)?.endsWith('%') === true)) return;
  for (const field of ['of', 'changes']) {
    if (!cap.fields.has(field)) continue;
    const says = 'is about caps in percent, and there is none; write one, as year: 200%, or remove it.';
    report('field_invalid', [...component, 'cap', field], says);
  }
}
