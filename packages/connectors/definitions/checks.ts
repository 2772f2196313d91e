import { fields } from '@ledger/events';
import { isCurrency } from '@ledger/money';
import { checkCap } from './cap-schema.ts';
import { checkRules } from './crediting.ts';
import { checkException } from './exception.ts';
import { checkExchange } from './exchange.ts';
import { find, itemsAt, type Node, offsetOf, type Path, textAt } from './node.ts';
import { checkComponent } from './plan-checks.ts';
import { checkTerms } from './quota-checks.ts';
import type { DefinitionKind } from './schema.ts';
import { checkClauses } from './settlement.ts';
import type { FileProblem, Report, Source } from './source.ts';

type Check = (document: Node, report: Report) => void;

/**
 * What no single field shows. These look at the document as written and only at values that their own schema takes, so that
 * everything wrong is found in one reading, whatever else is wrong.
 */
export function check(kind: DefinitionKind, document: Node, source: Source): readonly FileProblem[] {
  const problems: FileProblem[] = [];
  CHECKS[kind](document, (code, path, says) =>
    problems.push(source.problem(code, offsetOf(document, path), path, says)),
  );
  return problems;
}

const CHECKS: Readonly<Record<DefinitionKind, Check>> = {
  exception: checkException,

  queries: () => undefined,

  metric: (document, report) => checkInterval(document, [], report),

  plan(document, report) {
    checkInterval(document, [], report);
    checkClauses(document, report);
    checkExchange(document, report);
    checkCap(document, ['cap'], report);
    const components = find(document, ['components']);
    if (components?.kind !== 'fields') return;
    if (components.fields.size === 0)
      report('field_missing', ['components'], 'a plan pays for at least one component.');
    for (const id of components.fields.keys()) checkComponent(document, ['components', id], report);
  },

  jurisdiction(document, report) {
    checkInterval(document, [], report);
  },

  approvals(document, report) {
    checkInterval(document, [], report);
  },

  crediting(document, report) {
    checkInterval(document, [], report);
    checkRules(document, report);
    for (const list of ['rules', 'territories']) {
      itemsAt(document, list).forEach((_, index) => {
        checkInterval(document, [list, index], report);
      });
    }
  },

  participants(document, report) {
    const people = itemsAt(document, 'participants');
    checkOnce(people, 'participants', (person) => textAt(person, 'id'), report);
    people.forEach((person, index) => {
      const path = ['participants', index] as const;
      const id = textAt(person, 'id');
      if (id !== undefined && id === textAt(person, 'manager')) {
        report('reporting_loop', [...path, 'manager'], `${id} cannot report to themselves; name somebody else.`);
      }
      itemsAt(person, 'plans').forEach((_, plan) => {
        checkInterval(document, [...path, 'plans', plan], report);
      });
    });
  },

  quotas(document, report) {
    const quotas = itemsAt(document, 'quotas');
    const value = (quota: Node, name: string) => textAt(quota, name) ?? textAt(document, name);
    quotas.forEach((quota, index) => {
      const path = ['quotas', index] as const;
      if (quota.kind !== 'fields') return;
      for (const name of ['metric', 'year']) {
        if (value(quota, name) === undefined) {
          report('field_missing', [...path, name], 'is missing; write it here or once beside quotas.');
        }
      }
      checkAmounts(quota, path, value(quota, 'per') ?? 'year', report);
      checkTerms(quota, document, path, report);
    });
    checkOnce(
      quotas,
      'quotas',
      (quota) => {
        const key = [textAt(quota, 'participant'), value(quota, 'metric'), value(quota, 'year')];
        return key.includes(undefined) ? undefined : key.join(' ');
      },
      report,
    );
  },

  rates(document, report) {
    const rates = itemsAt(document, 'rates');
    rates.forEach((rate, index) => {
      const path = ['rates', index] as const;
      const pair = textAt(rate, 'pair');
      if (pair !== undefined && /^[A-Z]{3}\/[A-Z]{3}$/.test(pair)) {
        const [base = '', quote = ''] = pair.split('/');
        for (const currency of new Set([base, quote])) {
          if (!isCurrency(currency))
            report('currency_unknown', [...path, 'pair'], `${currency} is not a currency of ISO 4217.`);
        }
        if (base === quote) report('currency_unknown', [...path, 'pair'], 'must be two different currencies.');
      }
      if (rate.kind === 'fields' && !rate.fields.has('source') && textAt(document, 'source') === undefined) {
        report('field_missing', [...path, 'source'], 'is missing; write it here or once beside rates.');
      }
    });
    checkOnce(
      rates,
      'rates',
      (rate) => {
        const key = [textAt(rate, 'pair'), textAt(rate, 'on')];
        return key.includes(undefined) ? undefined : key.join(' on ');
      },
      report,
    );
  },

  corrections(document, report) {
    const policy = textAt(document, 'corrections', 'policy');
    const over = textAt(document, 'corrections', 'over');
    if (policy === 'spread' && over === undefined) {
      report('field_missing', ['corrections', 'over'], 'is missing; say over how many pay periods it is spread.');
    }
    if (policy !== undefined && policy !== 'spread' && over !== undefined) {
      report('field_invalid', ['corrections', 'over'], 'is for the policy spread alone; leave it out.');
    }
  },

  calendar(document, report) {
    const cadence = textAt(document, 'calendar', 'cadence');
    const first = textAt(document, 'calendar', 'first-period');
    if (
      first !== undefined &&
      fields.periodId.safeParse(first).success &&
      (cadence === 'month' || cadence === 'quarter')
    ) {
      if (first.includes('Q') !== (cadence === 'quarter')) {
        const example = cadence === 'quarter' ? '2026-Q1' : '2026-01';
        report('field_invalid', ['calendar', 'first-period'], `${first} is not a ${cadence}; write it as ${example}.`);
      }
    }
    const zone = textAt(document, 'calendar', 'time-zone');
    if (zone !== undefined && zone !== '' && !isTimeZone(zone)) {
      report(
        'field_invalid',
        ['calendar', 'time-zone'],
        `"${zone.slice(0, 64)}" is not a time zone; write its IANA name, as Europe/Oslo.`,
      );
    }
  },
};

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function checkInterval(document: Node, path: Path, report: Report): void {
  const from = textAt(document, ...path, 'from');
  const to = textAt(document, ...path, 'to');
  if (from === undefined || to === undefined) return;
  if (!fields.date.safeParse(from).success || !fields.date.safeParse(to).success || to > from) return;
  report(
    'interval_invalid',
    [...path, 'to'],
    `${to} must be after ${from}; \`to\` is the first day on which it no longer applies.`,
  );
}

function checkOnce(
  items: readonly Node[],
  list: string,
  keyOf: (item: Node) => string | undefined,
  report: Report,
): void {
  const seen = new Map<string, number>();
  items.forEach((item, index) => {
    const key = keyOf(item);
    if (key === undefined) return;
    const before = seen.get(key);
    if (before === undefined) seen.set(key, index);
    else report('field_invalid', [list, index], `${key} is written twice (#${before + 1} too); keep one of them.`);
  });
}

const INTERVALS: Readonly<Record<string, number>> = { month: 12, quarter: 4, year: 1 };

function checkAmounts(quota: Node, path: Path, per: string, report: Report): void {
  const amount = find(quota, ['amount']);
  const amounts = find(quota, ['amounts']);
  if (amount === undefined && amounts === undefined) {
    report('field_missing', [...path, 'amount'], 'is missing; write amount, or amounts with one for each interval.');
  } else if (amount !== undefined && amounts !== undefined) {
    report('field_invalid', [...path, 'amounts'], 'amount and amounts are both there; keep one of them.');
  }
  const wanted = INTERVALS[per];
  if (amounts?.kind !== 'list' || wanted === undefined || amounts.items.length === wanted) return;
  report(
    'field_invalid',
    [...path, 'amounts'],
    `a year has ${wanted} ${per}s, but ${amounts.items.length} amounts are here.`,
  );
}
