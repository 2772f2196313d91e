import { existsSync, readFileSync } from 'node:fs';
import { KINDS, type Kind, ROLES, type Role, rolesFor, type Step } from '@ledger/decisions';
import { describe, expect, test } from 'vitest';

/** Which row of the company's table of authority each kind is about; a kind that no row is about says why. */
const ROWS: Readonly<Record<Kind, readonly string[]>> = {
  deal: ['W03'],
  split: ['W04'],
  quota: ['W05'],
  relief: ['W06'],
  exception: ['W10'],
  metric: ['W07'],
  jurisdiction: ['W07'],
  crediting: ['W07'],
  plan: ['W07'],
  acknowledgement: ['W09'],
  freeze: ['W15'],
  reopen: ['W16'],
  approvals: ['W24', 'W25'],
  replay: ['W22'],
  query: ['W19'],
  payment: ['W18'],
  grant: ['W25'],
  key: ['W26'],
  erasure: ['W27'],
  rebuild: ['W23'],
  backup: ['W28'],
  // Recorded at once, and seen by everybody: no request of theirs waits for a decision yet.
  ...({
    assignment: [],
    participant: [],
    leave: [],
    period: [],
    payout: [],
    // W17: its maker is who asked for the freeze, its checker who releases the run.
    'pay-run': [],
    calendar: [],
    corrections: [],
    fx: [],
    'query-clocks': [],
    'query-desk': [],
    'query-resolution': [],
    // What takes power away, or gives none, is recorded at once.
    access: [],
  } as const),
};

interface Cell {
  readonly id: string;
  readonly action: string;
  readonly [role: string]: string;
}
/** Named by the environment, so that nothing here depends on where somebody keeps it. */
const FILE = process.env.LEDGER_AUTHORITY_TABLE;

/** What a letter of the table allows: request (maker), decide (checker), record at once. */
function allows(cell: Cell | undefined, role: Role, step: Step): boolean {
  const letter = cell?.[role === 'integration' ? 'key' : role] ?? '-';
  if (cell?.action === 'open' && step === 'request') return letter === 'O' || letter === 'T';
  if (step === 'request') return letter === 'M' || letter === 'MC';
  if (step === 'decide') return letter === 'C' || letter === 'MC';
  return letter === 'A' || letter === 'O' || letter.startsWith('S');
}

test('every kind has its row, or says that it has none', () => {
  expect(Object.keys(ROWS).sort()).toEqual([...KINDS].sort());
});

describe('the table of authority that LEDGER_AUTHORITY_TABLE names', () => {
  test('no kind is requested or decided by more than it says', ({ skip }) => {
    if (FILE === undefined || !existsSync(FILE)) return skip('LEDGER_AUTHORITY_TABLE names no file');
    const { cells } = JSON.parse(readFileSync(FILE, 'utf8')) as { readonly cells: readonly Cell[] };
    const byId = new Map(cells.map((cell) => [cell.id, cell]));
    for (const kind of KINDS) {
      const rows = ROWS[kind];
      for (const role of rows.length === 0 ? [] : ROLES) {
        for (const step of ['request', 'decide'] as const) {
          const said = rows.some((each) => allows(byId.get(each), role, step));
          expect([kind, rows, role, step, rolesFor(kind, step).includes(role)]).toEqual([kind, rows, role, step, said]);
        }
      }
    }
  });
});
