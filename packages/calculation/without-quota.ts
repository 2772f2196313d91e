import type { Component } from '@ledger/events';
import { add, type Exact, ONE, ZERO } from '@ledger/money';
import { lumpsAt, type Section, sectionAt, sectionOf, type Table, tableOf } from './bands.ts';
import { type Curve, shareAt } from './curve.ts';
import { totalPay } from './rate.ts';

/** What a plan says of somebody without a quota, or with one of 0 (mechanics §1, §8: never divide, an explicit rule). */
export type WithoutQuota = NonNullable<Component['withoutQuota']>;

/** A table with one rate for everything: that of attainment 0, or what an attainment of exactly 100 % comes to for each unit. */
export function flatTable(table: Table, rule: WithoutQuota): Table {
  return rule === 'full-attainment' ? atWhole(table) : atNothing(table);
}

function atNothing(table: Table): Table {
  const lowest = sectionOf(table, 0);
  return oneSection(table, { ...lowest, lump: null });
}

/** Rates by the part of the way to 100 % that their bands take; lumps, and amounts for whole bands, as 100 % reaches them. */
function atWhole(table: Table): Table {
  const isAmount = ({ pays }: Section) => pays?.by === 'amount';
  const rates = mapped(table, (section) => (isAmount(section) ? { ...section, pays: null } : section));
  const amounts = mapped(table, (section) => (isAmount(section) ? section : { ...section, pays: null }));
  const by = table.sections.find(({ pays }) => pays !== null && pays.by !== 'amount')?.pays?.by ?? 'share';
  const lump = add(lumpsAt(table, ONE), totalPay(amounts, ONE));
  const reached = sectionOf(table, sectionAt(table, ONE));
  return oneSection(table, { ...reached, pays: { by, rate: totalPay(rates, ONE) }, ...once(lump) });
}

/** For whole deals: the rate of the band that holds 100 %. */
export function flatWholeDeal(table: Table, rule: WithoutQuota): Table {
  if (rule !== 'full-attainment') return atNothing(table);
  const lump = lumpsAt(table, ONE);
  return oneSection(table, {
    ...sectionOf(table, sectionAt(table, ONE)),
    ...once(lump),
  });
}

function once(lump: Exact): Pick<Section, 'lump' | 'forEach'> {
  return { lump: lump.n === 0n ? null : lump, forEach: null };
}

function mapped(table: Table, change: (section: Section) => Section): Table {
  const [first, ...rest] = table.sections;
  return { ...table, sections: [change(first), ...rest.map(change)] };
}

function oneSection({ hitIsUpper }: Table, section: Section): Table {
  return tableOf([{ ...section, from: ZERO, to: null, retroactive: false, gate: null }], hitIsUpper, false);
}

/** A curve that stays where attainment is 0, or 100 %. */
export function flatCurve(curve: Curve, rule: WithoutQuota): Curve {
  const at: Exact = rule === 'full-attainment' ? ONE : ZERO;
  return { ...curve, points: [{ at: ZERO, pays: shareAt(curve, at) }] };
}
