import type { Caps, PlanCap } from '@ledger/events';
import { z } from 'zod';
import { find, type Node, type Path, textAt } from './node.ts';
import { amount, rate, say } from './say.ts';
import type { Report } from './source.ts';

/** Most that is paid, as people write it: money, or a share of what is agreed with the participant. */

export const most = (what: string) =>
  say(
    z.union([amount(what), rate(`${what} Or a share of what is agreed with the participant, as 200%.`)]),
    what,
  ).optional();

export const capOf = say(
  z.enum(['target-incentive', 'salary']),
  'What shares are of: exception: target-incentive, or exception: salary; target-incentive if left out.',
).optional();

export const capChanges = say(
  z.enum(['start', 'end', 'by-days']),
  'Where that changes inside the time of the cap: the first day counts, the last one, or all by their days; by-days if left out.',
).optional();

export const capFile = z
  .strictObject({
    deal: amount('Most that a deal earns.').optional(),
    period: most('Most that the component pays in a pay period.'),
    window: most('Most that it pays in a window.'),
    year: most('Most that it pays in a calendar year.'),
    of: capOf,
    changes: capChanges,
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

type Scope = (typeof SCOPES)[number];
type Said = { readonly [S in Scope]?: string | undefined } & Pick<z.output<typeof capFile>, 'of' | 'changes'>;

const isShare = (text: string | undefined) => text?.endsWith('%') === true;

export function capsOf(file: z.output<typeof capFile> | undefined): Caps | null {
  if (file === undefined) return null;
  return {
    deal: file.deal ?? null,
    period: moneyOf(file.period),
    window: moneyOf(file.window),
    year: moneyOf(file.year),
    excess: file.excess,
    ...(file.above === undefined ? {} : { above: file.above }),
    ...personalOf(file),
  };
}

/** Caps of a plan. */
export function planCapOf(file: Omit<Said, 'window'> & { readonly 'earnings-of'?: string[] | undefined }): PlanCap {
  const of = file['earnings-of'];
  return {
    period: moneyOf(file.period),
    year: moneyOf(file.year),
    ...(of === undefined ? {} : { earningsOf: of }),
    ...personalOf(file),
  };
}

function moneyOf(text: string | undefined): string | null {
  return text === undefined || isShare(text) ? null : text;
}

function personalOf(file: Said): Pick<Caps, 'personal'> {
  const shares = SCOPES.filter((scope) => isShare(file[scope])).map((scope) => [scope, file[scope]] as const);
  if (shares.length === 0) return {};
  const personal = { term: file.of ?? 'target-incentive', changes: file.changes ?? 'by-days' } as const;
  return { personal: { ...personal, ...Object.fromEntries(shares) } };
}

/** `of` and `changes` are about shares. */
export function checkCap(document: Node, path: Path, report: Report): void {
  const cap = find(document, path);
  if (cap?.kind === 'list') {
    for (const index of cap.items.keys()) checkCap(document, [...path, index], report);
  }
  if (cap?.kind !== 'fields' || SCOPES.some((scope) => isShare(textAt(cap, scope)))) return;
  for (const field of ['of', 'changes']) {
    if (!cap.fields.has(field)) continue;
    const says = 'is about caps in percent, and there is none; write one, as year: 200%, or remove it.';
    report('field_invalid', [...path, field], says);
  }
}
