import type { Component, Look, MeasuringWindow } from '@ledger/events';
import { type Exact, percent } from '@ledger/money';

/** What is looked at as of a date beside what a component measures itself: for gates, for bands and columns, for factors. */
export interface CompiledLook {
  readonly document: Look;
  readonly window: MeasuringWindow;
  readonly measures: readonly { readonly metric: string; readonly weight: Exact; readonly component: string | null }[];
}

/** What is looked at, in words: metrics, or one over another. */
export function lookInWords({ measures, document: { over } }: Pick<CompiledLook, 'measures' | 'document'>): string {
  return `${measures.map(({ metric, component }) => (component === null ? metric : `${metric} of ${component}`)).join(', ')}${over === undefined ? '' : ` over ${over}`}`;
}

/** Every metric that a look names, with its place in it. */
export function metricsOf({ measures, over }: Look): readonly { readonly at: string; readonly metric: string }[] {
  const looked = measures.map(({ measure }, index) => ({ at: `/measures/${index}/measure`, metric: measure }));
  return over === undefined ? looked : [...looked, { at: '/over', metric: over }];
}

export function compiledLook(document: Look): CompiledLook {
  const measures = document.measures.map(({ measure, weight, component }) => ({
    metric: measure,
    weight: percent(weight),
    component: component ?? null,
  }));
  return { document, window: document.window, measures };
}

/** Every look of a component beside its gates, with its place in the document. */
export function looksOf(component: Component): readonly { readonly at: string; readonly look: Look }[] {
  const { tierOf, columns, multiplyEarning } = component;
  return [
    ...(tierOf !== undefined && 'look' in tierOf ? [{ at: '/tierBy', look: tierOf.look }] : []),
    ...(columns !== undefined && 'look' in columns.by ? [{ at: '/columns', look: columns.by.look }] : []),
    ...multiplyEarning.flatMap((each, index) =>
      'look' in each ? [{ at: `/multiplyEarning/${index}`, look: each.look }] : [],
    ),
  ];
}

/** Gates too: everything that a component looks at beside its own window. */
export function allLooksOf(component: Component): readonly { readonly at: string; readonly look: Look }[] {
  const gates = component.gates.map((gate, index) => ({ at: `/gates/${index}`, look: gate }));
  return [...gates, ...looksOf(component)];
}
