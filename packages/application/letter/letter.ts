import type { MetricDocument, PlanDocument } from '@ledger/events';
import { componentIn } from './component.ts';
import { settlementIn } from './settlement.ts';
import { capital, type LetterClause, metricIn, type Words } from './words.ts';

export interface LetterSection {
  /** Component; `null` for what is about the plan as a whole. */
  readonly component: string | null;
  readonly title: string;
  readonly clauses: readonly LetterClause[];
}

/** A difference between two versions, in the sentences of both. */
export interface LetterChange {
  readonly component: string | null;
  readonly title: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * The plan in plain words: every field that it has, in sentences with its figures. A function of the published document and of the
 * metrics that it names, and of nothing else: the same version reads the same for ever.
 */
export function planLetter(
  document: PlanDocument,
  metric: (id: string) => MetricDocument | undefined,
): readonly LetterSection[] {
  const words: Words = {
    currency: document.currency,
    metric,
    component: (id) => document.components[id]?.title ?? id,
  };
  const components = Object.entries(document.components).map(([id, component]): LetterSection => {
    return { component: id, title: component.title, clauses: componentIn(component, words) };
  });
  const clauses = settlementIn(document, words);
  return [...components, { component: null, title: 'When and how it is paid', clauses }];
}

/** A metric in plain words. */
export function metricSection(document: MetricDocument): LetterSection {
  const counted = metricIn(document);
  const says = `${capital(counted)}.`;
  const unit = document.unit === 'money' ? 'It is an amount of money.' : 'It is a number, not money.';
  return {
    component: null,
    title: document.title,
    clauses: [
      { field: 'counts', says },
      { field: 'unit', says: unit },
    ],
  };
}

/** What one version says otherwise than another: by section and field, sentences that only one of them has. */
export function letterChanges(
  before: readonly LetterSection[],
  after: readonly LetterSection[],
): readonly LetterChange[] {
  const nameOf = ({ component }: LetterSection) => component ?? '';
  const was = new Map(before.map((section) => [nameOf(section), section]));
  const is = new Map(after.map((section) => [nameOf(section), section]));
  return [...new Set([...is.keys(), ...was.keys()])].flatMap((name): readonly LetterChange[] => {
    const [old, now] = [was.get(name), is.get(name)];
    const told = { component: name === '' ? null : name, title: now?.title ?? old?.title ?? name };
    const fields = new Set([...(now?.clauses ?? []), ...(old?.clauses ?? [])].map(({ field }) => field));
    return [...fields].flatMap((field) => {
      const said = (section: LetterSection | undefined) =>
        (section?.clauses ?? []).flatMap((clause) => (clause.field === field ? [clause.says] : []));
      const [first, second] = [said(old), said(now)];
      const gone = first.filter((says) => !second.includes(says));
      const come = second.filter((says) => !first.includes(says));
      return gone.length + come.length === 0 ? [] : [{ ...told, before: gone, after: come }];
    });
  });
}
