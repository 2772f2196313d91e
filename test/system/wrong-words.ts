import type { Slot } from './told-commands.ts';

const LONG = 'x'.repeat(5_000);
const ESCAPE = 'ada\u001b[31m';
const ID = [
  'id_invalid',
  'parameter_invalid',
  'not_found',
  'participant_unknown',
  'percent_invalid',
  'option_invalid',
  'field_invalid',
];
const PERIOD = ['field_invalid', 'parameter_invalid', 'not_found', 'option_invalid'];
const ABSENT = ['period_unknown', 'period_not_frozen', 'not_found'];
const DATE = ['date_invalid', 'parameter_invalid'];
const MOMENT = ['as_of_invalid', 'parameter_invalid', 'field_invalid'];
const REQUEST = [
  'not_found',
  'parameter_invalid',
  'field_invalid',
  'argument_missing',
  'route_unknown',
  'method_not_allowed',
];

/** Words that are none of their kind, and the codes with which they may be refused: the first to notice differs from door to door. */
export const WRONG: Readonly<
  Record<Slot, Readonly<Record<string, readonly [word: string, codes: readonly string[]]>>>
> = {
  period: {
    none: ['2026-Q9', PERIOD],
    'of another calendar': ['2026-03', ABSENT],
    'before the first': ['2025-Q4', ABSENT],
    empty: ['', PERIOD],
    long: [LONG, PERIOD],
    'with a control character': ['2026-Q1\u0007', PERIOD],
    'that climbs': ['../2026-Q1', PERIOD],
  },
  participant: {
    unknown: ['zoe', ['participant_unknown', 'not_found', 'quota_missing', 'role_forbidden']],
    empty: ['', ID],
    long: [LONG, ID],
    'with a control character': [ESCAPE, ID],
    'that climbs': ['../ada', ID],
  },
  deal: {
    unknown: ['csv.D-99', ['not_found']],
    'without a source': ['D-1', ['id_invalid', 'not_found', 'parameter_invalid']],
    empty: ['', ['id_invalid', 'not_found', 'parameter_invalid']],
    long: [`csv.${LONG}`, ['id_invalid', 'not_found', 'parameter_invalid']],
    'with a control character': ['csv.D-1\u0007', ['id_invalid', 'not_found', 'parameter_invalid']],
  },
  component: {
    unknown: ['nothing', ['component_unknown', 'not_found', 'quota_missing']],
    empty: ['', [...ID, 'argument_missing']],
    long: [LONG, ID],
    'with a control character': [ESCAPE, ID],
  },
  amount: {
    'with an exponent': ['1e3', ['amount_invalid']],
    'with a comma': ['1,000.00', ['amount_invalid']],
    'with too many decimals': ['1.005', ['amount_invalid']],
    'that is no number': ['many', ['amount_invalid']],
    empty: ['', ['amount_invalid']],
    long: ['9'.repeat(60), ['amount_invalid']],
    'of other digits': ['١٢٣', ['amount_invalid']],
  },
  date: {
    'that does not exist': ['2026-02-30', DATE],
    'written otherwise': ['31.12.2026', DATE],
    empty: ['', DATE],
    'out of range': ['9999-12-31', DATE],
    long: [LONG, DATE],
  },
  reason: {
    empty: ['', ['reason_required']],
    blank: [' \t', ['reason_required']],
    long: [LONG, ['field_invalid']],
    'with a control character': ['a\u0007b', ['field_invalid']],
    'that reads backwards': ['a\u202eb', ['field_invalid']],
  },
  evidence: {
    empty: ['', ['evidence_required']],
    blank: ['  ', ['evidence_required']],
    long: [LONG, ['field_invalid']],
    'with a control character': ['a\u0007b', ['field_invalid']],
  },
  digest: {
    short: ['x', ['field_invalid', 'approval_stale']],
    'of another one': ['a'.repeat(64), ['approval_stale']],
    empty: ['', ['field_invalid', 'approval_stale']],
    long: [LONG, ['field_invalid', 'approval_stale']],
  },
  moment: {
    'beyond the end': ['999999', ['as_of_ahead']],
    'that is none': ['yesterday', MOMENT],
    'below zero': ['-1', MOMENT],
    'with an exponent': ['1e3', MOMENT],
    empty: ['', MOMENT],
    'in the future': ['2199-01-01T00:00:00Z', ['as_of_ahead']],
    'in a leap second': ['2016-12-31T23:59:60Z', MOMENT],
    'of a day that does not exist': ['2026-02-30T00:00:00Z', MOMENT],
    'of a freeze that never was': ['freeze:9', [...MOMENT, 'not_found', 'period_not_frozen']],
    long: [LONG, MOMENT],
  },
  name: { empty: ['', ID], long: [LONG, ID], 'with a control character': [ESCAPE, ID], 'that climbs': ['../x', ID] },
  kept: {
    unknown: ['nothing', ['not_found']],
    empty: ['', ID],
    long: [LONG, ID],
    'with a control character': [ESCAPE, ID],
    'that climbs': ['../x', ID],
  },
  request: {
    unknown: ['split/csv.D-1/split-9', REQUEST],
    'that is no name': ['nothing', REQUEST],
    empty: ['', REQUEST],
    long: [LONG, REQUEST],
    'with a control character': ['split/csv.D-2/split-1\u0007', REQUEST],
    'that climbs': ['../x', REQUEST],
  },
  query: {
    unknown: ['ada.9', REQUEST],
    'that is no name': ['nothing', REQUEST],
    empty: ['', REQUEST],
    long: [LONG, REQUEST],
    'with a control character': ['ada.1\u0007', REQUEST],
    'that climbs': ['../x', REQUEST],
  },
  text: {
    empty: ['', ['reason_required', 'field_invalid']],
    blank: [' ', ['reason_required', 'field_invalid']],
    long: [LONG, ['field_invalid']],
    'with a control character': ['a\u0007b', ['field_invalid']],
    'that reads backwards': ['a\u202eb', ['field_invalid']],
  },
  principal: {
    unknown: ['nobody', ['principal_unknown']],
    empty: ['', ['id_invalid']],
    long: [LONG, ['id_invalid']],
    'with a control character': [ESCAPE, ['id_invalid']],
    'whom it is about': ['ada', ['own_pay']],
  },
  payment: {
    unknown: ['2026-Q1.zoe.1', ['payment_unknown']],
    'of another run': ['2026-Q1.ada.7', ['payment_unknown']],
    empty: ['', ['id_invalid']],
    long: [LONG, ['id_invalid']],
    'with a control character': ['2026-Q1.ada.1\u0007', ['id_invalid']],
  },
};
