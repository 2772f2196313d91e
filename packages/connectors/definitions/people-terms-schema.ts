import type { LeavingRule, OnLeaving, PhaseIn, Proration } from '@ledger/events';
import { z } from 'zod';
import { countFile, countOf } from './quota-schema.ts';
import { anId, date, rate, say } from './say.ts';

/** What a plan says of people who come, go, are away or change plans, as people write it. */

const prorateFile = z
  .strictObject({
    over: say(
      z.enum(['assigned', 'employed']),
      'Days that count: those assigned to a plan with the component, or all those employed.',
    ).default('assigned'),
    leave: say(z.enum(['counts', 'left-out']), 'Whether days of recorded leave count.').default('counts'),
    what: say(
      z
        .array(z.enum(['quota', 'target', 'target-incentive', 'lumps', 'bounds', 'caps']))
        .min(1, 'must name at least one thing')
        .max(6),
      'What is prorated: the quota, a fixed target, the target incentive, money of bands (lump, amount), bounds that are amounts, caps of the period, window and year.',
    ).default(['quota', 'target', 'target-incentive']),
    count: countFile.optional(),
  })
  .describe('For days on which somebody does not earn under the component, quota and money of a window are less.');

const prorate = z.union([z.enum(['none', 'assigned', 'employed']), prorateFile]);
export type ProrateFile = z.output<typeof prorate>;

export const prorateField = (what: string) => say(prorate, what).optional();

export function prorationOf(file: ProrateFile | undefined): Proration | undefined {
  if (file === undefined || file === 'none') return undefined;
  const { over, leave, what, count } = typeof file === 'string' ? prorateFile.parse({ over: file }) : file;
  return { over, leave, what: [...new Set(what)], count: countOf(count ?? countFile.parse({})) };
}

const leavingFile = z
  .strictObject({
    partial: say(
      z.enum(['paid', 'prorated', 'forfeited']),
      'What was earned in the period that the last day cuts: paid, for its part of the days, or lost.',
    ).default('paid'),
    of: say(
      z.enum(['period', 'window']),
      'Which period that is: the pay period, or the window of the component.',
    ).default('period'),
    pipeline: say(
      z
        .array(
          z
            .strictObject({
              within: say(
                z.string().regex(/^[1-9][0-9]{0,2}( days)?$/, 'must be a number of days from 1 to 999, as 30'),
                'Days after the last one within which the deal closes, as 30 or 30 days.',
              ),
              pays: rate('Share of what it earns that is paid, as 50%.'),
            })
            .describe('Deals that close so soon after the last day.'),
        )
        .max(20),
      'Deals that close after the last day, by how soon; later ones earn nothing.',
    ).default([]),
    held: say(
      z.enum(['paid', 'forfeited']),
      'What release still holds when the last day is over: paid as it is released, or lost.',
    ).default('paid'),
  })
  .describe('What is paid to somebody who leaves.');

export const onLeavingFile = z
  .strictObject({
    voluntary: leavingFile.optional(),
    involuntary: leavingFile.optional(),
    retirement: leavingFile.optional(),
    death: leavingFile.optional(),
    other: leavingFile.optional(),
    default: leavingFile.optional(),
  })
  .describe('By kind of separation; default is for those that are not named here.');

function leavingRuleOf({ partial, of, pipeline, held }: z.output<typeof leavingFile>): LeavingRule {
  return {
    partial,
    of,
    pipeline: pipeline.map(({ within, pays }) => ({ days: Number.parseInt(within, 10), pays })),
    ...(held === 'forfeited' ? { held } : {}),
  };
}

export function onLeavingOf(file: z.output<typeof onLeavingFile>): OnLeaving {
  return Object.fromEntries(
    Object.entries(file).flatMap(([kind, rule]) => (rule === undefined ? [] : [[kind, leavingRuleOf(rule)]])),
  );
}

export const phaseInFile = z
  .strictObject({
    of: anId('The old plan, whose place this one takes.'),
    shares: say(
      z.array(rate('Share of what it would have paid, as 90%.')).min(1, 'must hold at least one share').max(60),
      'For each step, in order; after the last one this plan pays alone.',
    ),
    per: say(z.enum(['period', 'month', 'quarter', 'year']), 'Length of a step, by the calendar.').default('period'),
    from: date('First day; that of the assignment to this plan if left out.').optional(),
    as: say(
      z.enum(['floor', 'blend']),
      'floor: pay is at least the share of the old plan; blend: the share of the old plan, and the rest of this one.',
    ).default('floor'),
  })
  .describe('For some time, pay is held against what an old plan would have paid for the same deals.');

export function phaseInOf({ of, shares, per, from, as }: z.output<typeof phaseInFile>): PhaseIn {
  return { of, shares, per, from: from ?? null, as };
}
