import { KERNEL_CODES, type ProblemKind } from '@ledger/kernel';

/**
 * Every code with which the product refuses, and what kind of refusal it is. A code is a promise to programs: it may be added,
 * not changed. docs/errors.md is generated from this.
 */
export const CODES = {
  ...KERNEL_CODES,

  // How a command was given
  argument_missing: 'usage',
  option_unknown: 'usage',
  option_invalid: 'usage',
  command_unknown: 'usage',

  // What a person or a file said
  input_invalid: 'input',
  field_missing: 'input',
  field_unknown: 'input',
  field_invalid: 'input',
  id_invalid: 'input',
  amount_invalid: 'input',
  currency_unknown: 'input',
  date_invalid: 'input',
  percent_invalid: 'input',
  reason_required: 'input',
  evidence_required: 'input',
  interval_invalid: 'input',
  encoding_invalid: 'input',
  document_invalid: 'input',
  document_too_large: 'input',
  expression_invalid: 'input',
  file_missing: 'input',
  file_unreadable: 'input',
  statement_invalid: 'input',

  // Import of CSV files
  mapping_invalid: 'input',
  csv_no_rows: 'input',
  csv_delimiter: 'input',
  csv_missing_column: 'input',
  csv_unknown_column: 'input',
  csv_duplicate_column: 'input',
  csv_too_many_columns: 'input',
  csv_line_too_long: 'input',
  csv_row_length: 'input',
  csv_quote: 'input',
  csv_lookup_missing: 'input',
  csv_lookup_ambiguous: 'input',
  csv_value_unknown: 'input',
  csv_name_ambiguous: 'input',
  csv_rows_invalid: 'input',
  deal_id_invalid: 'input',
  deal_id_suspicious: 'input',
  row_conflict: 'input',
  file_exists: 'conflict',
  file_unwritable: 'input',
  import_changed: 'conflict',

  // Who may
  role_forbidden: 'forbidden',
  own_request: 'forbidden',
  own_pay: 'forbidden',
  approver_excluded: 'forbidden',
  scope_missing: 'forbidden',
  role_ambiguous: 'input',

  // What the state of things allows
  not_found: 'conflict',
  already_exists: 'conflict',
  already_decided: 'conflict',
  approval_stale: 'conflict',
  replay_moved: 'conflict',
  approval_repeated: 'conflict',
  request_expired: 'conflict',
  cases_failed: 'conflict',
  nothing_to_record: 'conflict',
  interval_overlaps: 'conflict',
  version_unexpected: 'conflict',
  participant_unknown: 'conflict',
  participant_inactive: 'conflict',
  reporting_loop: 'conflict',
  metric_unknown: 'conflict',
  plan_unknown: 'conflict',
  deal_cancelled: 'conflict',
  shares_not_whole: 'input',
  lines_not_whole: 'input',
  period_unknown: 'conflict',
  period_not_over: 'conflict',
  period_frozen: 'conflict',
  period_out_of_order: 'conflict',
  freeze_running: 'conflict',
  period_not_frozen: 'conflict',
  period_paid: 'conflict',
  freeze_blocked: 'conflict',
  deal_uncredited: 'conflict',
  plan_unassigned: 'conflict',
  request_waiting: 'conflict',
  query_past_cut_off: 'conflict',
  nothing_payable: 'conflict',
  payment_unknown: 'conflict',
  payment_unequal: 'conflict',
  payment_returned: 'conflict',
  calendar_missing: 'conflict',
  query_closed: 'conflict',
  reopen_too_late: 'conflict',
  correction_invalid: 'conflict',
  demo_only: 'forbidden',

  // What a calculation cannot do
  quota_missing: 'conflict',
  quota_zero: 'conflict',
  score_missing: 'conflict',
  term_missing: 'conflict',
  quota_currency: 'conflict',
  plan_currency: 'conflict',
  component_twice: 'conflict',
  component_unknown: 'conflict',
  clause_twice: 'conflict',
  rate_missing: 'conflict',
  metric_failed: 'conflict',
  condition_failed: 'conflict',
  jurisdiction_missing: 'conflict',
  recipient_unreachable: 'conflict',
  table_invalid: 'input',

  // What cannot go on
  replay_unequal: 'integrity',
  statement_damaged: 'integrity',
  store_io: 'crash',
  internal: 'crash',
} as const satisfies Record<string, ProblemKind>;
export type Code = keyof typeof CODES;

export function isCode(code: string): code is Code {
  return Object.hasOwn(CODES, code);
}

export function kindOf(code: string): ProblemKind {
  return isCode(code) ? CODES[code] : 'crash';
}
