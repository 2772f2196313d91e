import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ProblemError, systemClock } from '@ledger/kernel';
import { isAddress, openStore, shownStore } from '@ledger/wiring';
import { wrapped } from '../format.ts';
import { type Io, paint, processIo } from '../io.ts';
import { runCli } from '../run.ts';

/**
 * The product's main job, told through its own commands on the books of an invented company. Every id and every time is given, so
 * that the output is the same at every run.
 */
const here = import.meta.dirname;
const root = join(here, '../../..');
const company = relative(process.cwd(), join(here, 'company'));
// Another file may be named, so that a test does not take away the one that somebody is looking at; LEDGER_STORE may name a cluster.
const given = process.argv[2] ?? process.env.LEDGER_STORE ?? '';
const onCluster = isAddress(given);
const file = onCluster ? named(given) : relative(process.cwd(), process.argv[2] ?? join(root, '.ledger/demo.ledger'));

const ledgerIn = (address: string) => /[?&]ledger=([^&]*)/.exec(address)?.[1] ?? 'halden';

/** A cluster holds many ledgers; the one of the story is `halden` unless the address says otherwise. */
function named(address: string): string {
  if (/[?&]ledger=/.test(address)) return address;
  return `${address}${address.includes('?') ? '&' : '?'}ledger=halden`;
}

const io = processIo();
const colours = paint(io);

function say(text: string): void {
  io.out(
    `\n${text
      .trim()
      .split('\n')
      .map((line) => (line.startsWith(' ') ? line : wrapped(line, 78, '')))
      .join('\n')}\n`,
  );
}

function chapter(title: string): void {
  io.out(`\n${colours.bold(colours.cyan(`── ${title} ${'─'.repeat(Math.max(0, 74 - title.length))}`))}\n`);
}

const WORD = /'[^']*'|\S+/g;

function wordsOf(line: string): readonly string[] {
  return (line.match(WORD) ?? []).map((word) => word.replace(/^'|'$/g, ''));
}

/** A command as one types it over several lines. */
function typed(line: string): string {
  const lines: string[] = [];
  let current = '';
  for (const word of line.match(WORD) ?? []) {
    if (current !== '' && current.length + word.length > 74) {
      lines.push(current);
      current = '   ';
    }
    current += current === '' ? word : ` ${word}`;
  }
  return [...lines, current].join(' \\\n');
}

/** Shows a command as one would type it, runs it, and stops the story where it fails. */
async function ledger(at: string, as: string, line: string, expected = 0): Promise<string> {
  const words = wordsOf(line);
  io.out(`\n${colours.green('$')} ${typed(`ledger --as ${as} ${line}`)}\n`);
  let printed = '';
  const watched: Io = {
    ...io,
    out: (text) => {
      printed += text;
      io.out(text);
    },
    err: (text) => io.out(`${wrapped(text.trim(), 78, '  ')}\n`),
    terminal: false,
  };
  const code = await runCli(['--file', file, '--at', at, '--as', as, ...words], watched);
  if (code !== expected) throw new Error(`the demo's command answered ${code}, not ${expected}: ${line}`);
  return printed;
}

/** The same without showing it: for what the story has shown once already. */
async function quietly(at: string, as: string, line: string): Promise<string> {
  const words = wordsOf(line);
  let printed = '';
  const code = await runCli(['--file', file, '--at', at, '--as', as, ...words], {
    ...io,
    terminal: false,
    out: (text) => {
      printed += text;
    },
  });
  if (code !== 0) throw new Error(`the demo's command answered ${code}: ${line}`);
  return printed;
}

async function story(): Promise<void> {
  chapter('Halden Instruments sets up its commission ledger');
  await ledger('2026-01-05T08:00:00Z', 'ops:olga', `init --ledger ${onCluster ? ledgerIn(file) : 'halden'} --demo`);
  await ledger('2026-01-05T09:00:00Z', 'ops:olga', `define ${company}/calendar.yaml ${company}/metrics.yaml`);
  say('Olga proposed two metrics. Ops propose, finance approve:');
  await ledger('2026-01-05T09:05:00Z', 'ops:olga', 'approve metric/new-business@1', 4);
  await ledger('2026-01-05T09:30:00Z', 'finance:fred', 'approve metric/new-business@1 metric/expansion-revenue@1');
  await ledger('2026-01-05T10:00:00Z', 'ops:olga', `define ${company}/plans.yaml ${company}/people.yaml`);
  await ledger('2026-01-05T10:10:00Z', 'ops:olga', `define ${company}/quotas.yaml ${company}/rates.yaml`);
  await ledger('2026-01-05T11:00:00Z', 'finance:fred', 'approve --all');
  for (const person of ['ada', 'ben', 'chloe', 'dev']) {
    const show = person === 'ada' ? ledger : quietly;
    await show(
      `2026-01-05T11:1${person.length}:0${person.charCodeAt(0) % 10}Z`,
      'ops:olga',
      `assign ${person} account-executive --from 2026-01-01 --reason 'Plan year 2026'`,
    );
  }
  for (const person of ['ema', 'finn']) {
    await quietly(
      `2026-01-05T11:2${person.length}:00Z`,
      'ops:olga',
      `assign ${person} account-manager --from 2026-01-01 --reason 'Plan year 2026'`,
    );
  }
  await ledger('2026-01-05T11:30:00Z', 'ops:olga', 'open 2026-Q1');

  chapter('The quarter ends: deals from the CRM, two exceptions, the close');
  await ledger(
    '2026-04-02T07:00:00Z',
    'ops:olga',
    `import deals ${company}/deals-2026-04-02.csv --map ${company}/deals.mapping.yaml`,
  );
  say('Chloe was on leave for five weeks; Ada and Ben won the largest deal together.');
  await ledger(
    '2026-04-02T08:00:00Z',
    'manager:mo',
    `relief chloe new-business 2026 --kind leave --from 2026-02-02 --to 2026-03-09 --reason 'Parental leave' --evidence 'HR case 311'`,
  );
  await ledger(
    '2026-04-02T08:10:00Z',
    'manager:mo',
    `split crm.OP-2001 ada=70% ben=30% --reason 'Joint pursuit: Ben brought the account in' --evidence 'Account plan 2025-10, page 3'`,
  );
  await ledger('2026-04-02T08:20:00Z', 'finance:fred', 'requests');
  say('Nobody approves their own request, in whatever role.');
  await ledger('2026-04-02T08:30:00Z', 'finance:mo', 'approve split/crm.OP-2001/split-1', 4);
  await ledger('2026-04-02T09:00:00Z', 'finance:fred', 'approve --all');
  await ledger('2026-04-03T08:00:00Z', 'ops:olga', 'attainment 2026-Q1');
  await ledger('2026-04-03T08:10:00Z', 'ops:olga', 'statement ada 2026-Q1');
  await ledger('2026-04-03T08:50:00Z', 'ops:olga', 'blockers 2026-Q1');
  await ledger(
    '2026-04-03T09:00:00Z',
    'ops:olga',
    `freeze 2026-Q1 --reason 'Close of the first quarter' --despite 'A house deal: nobody worked on it'`,
  );
  await ledger('2026-04-03T10:00:00Z', 'finance:fred', 'approve freeze/2026-Q1');
  const before = await quietly('2026-04-03T10:10:00Z', 'rep:chloe', 'statement chloe 2026-Q1 --json');

  chapter('Life goes on: a plan change, a late cancellation, a corrected definition');
  await quietly('2026-04-03T11:00:00Z', 'ops:olga', 'open 2026-Q2');
  await ledger('2026-05-22T09:00:00Z', 'ops:olga', `define ${company}/plan-june.yaml`);
  await ledger('2026-05-22T10:00:00Z', 'finance:fred', 'approve plan/account-executive@2');
  say('The next export holds the whole half year, and a deal of the frozen quarter in it was cancelled since.');
  await ledger(
    '2026-07-02T07:00:00Z',
    'ops:olga',
    `import deals ${company}/deals-2026-07-02.csv --map ${company}/deals.mapping.yaml --snapshot`,
  );
  say('An audit finds that "expansion revenue" left out what renewals add.');
  await ledger('2026-07-02T09:00:00Z', 'ops:olga', `define ${company}/metrics-corrected.yaml`);
  await ledger('2026-07-02T10:00:00Z', 'finance:fred', 'approve metric/expansion-revenue@2');
  await ledger('2026-07-03T08:00:00Z', 'ops:olga', 'replay 2026-Q1');
  await ledger('2026-07-03T08:10:00Z', 'ops:olga', 'statement chloe 2026-Q2');
  const after = await quietly('2026-07-03T08:20:00Z', 'rep:chloe', 'statement chloe 2026-Q1 --json');
  say(
    before === after
      ? "Chloe's frozen statement of the first quarter is the same as before, byte for byte."
      : "Chloe's frozen statement has changed: this must not happen.",
  );
  if (before !== after) throw new Error('a frozen statement changed');

  chapter('Why? Down to the deal, the split, the plan version and the rate band');
  await ledger('2026-07-03T09:00:00Z', 'rep:ada', 'explain ada 2026-Q1 crm.OP-2001');
  await ledger('2026-07-03T09:10:00Z', 'auditor:ana', 'audit participant chloe');

  chapter('Proof: everything again from nothing');
  await ledger('2026-07-03T09:20:00Z', 'auditor:ana', 'rebuild');
  await ledger('2026-07-03T09:30:00Z', 'auditor:ana', 'verify');

  say(`The ledger of this story is ${colours.bold(shownStore(file))}. Go on looking:

  export LEDGER_STORE='${shownStore(file)}'
  npx pnpm@12 ledger statement ema 2026-Q2
  npx pnpm@12 ledger statement ben 2026-Q1 --as-of 2026-04-02T08:30:00Z
  npx pnpm@12 ledger audit --payout 2026-Q1/chloe
  npx pnpm@12 ledger close 2026-Q2
  npx pnpm@12 ledger handover --out .ledger/handover
  npx pnpm@12 ledger --help`);
}

if (!onCluster) clearFiles(file);
if (onCluster && (await isThere(file)))
  say(`The ledger at ${shownStore(file)} is there already; nothing is told again.`);
else await story();

/** On a cluster nothing is deleted: what was told once stays. */
async function isThere(address: string): Promise<boolean> {
  try {
    await (await openStore(address, { clock: systemClock })).close();
    return true;
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'store_missing') return false;
    throw error;
  }
}

/** Files that the last run has left. */
function clearFiles(ledger: string): void {
  mkdirSync(dirname(ledger), { recursive: true });
  for (const companion of ['', '.views', '.people']) {
    for (const part of ['', '-wal', '-shm']) rmSync(`${ledger}${companion}${part}`, { force: true });
  }
}
