import { processIo } from '../io.ts';
import { runCli } from '../run.ts';

/**
 * `node present.ts <ledger>`: what is going on now in the demo, at the time of the clock: a question that ops have answered, one that
 * waits for them, and a request that waits for finance. The story itself is the same at every run; this is for those who look at it live.
 */
const [, , file = ''] = process.argv;

async function ledger(as: string, argv: readonly string[]): Promise<string> {
  let printed = '';
  const out = (text: string) => {
    printed += text;
  };
  const io = { ...processIo(), out };
  const code = await runCli(['--file', file, '--as', as, ...argv, '--json'], io);
  if (code !== 0) throw new Error(`the demo's command answered ${code}: ${argv.join(' ')}`);
  return printed;
}

/** The query that a command has opened. */
function opened(printed: string): string {
  const [, query] = /"query":"([^"]+)"/.exec(printed) ?? [];
  if (query === undefined) throw new Error(`no query in ${printed}`);
  return query;
}

const chloe = await ledger('rep:chloe', [
  ...['query', 'open', 'chloe', '2026-Q2', 'crm.OP-1396'],
  ...['--says', 'The order form that the customer signed says 40,000.', '--amount', '40000.00'],
]);
const answer = 'Thank you: I see both calculations. I ask the CRM team which amount is booked.';
await ledger('ops:olga', ['query', 'reply', opened(chloe), '--says', answer]);
await ledger('rep:ben', [
  ...['query', 'open', 'ben', '2026-Q2', 'crm.OP-1325', '--expects', '2850.00'],
  ...['--says', 'I was above quota when this one closed: should it not be in the higher band?'],
]);
await ledger('manager:mo', [
  ...['split', 'crm.OP-1347', 'ben=60%', 'ada=40%', '--reason', 'Ada ran the technical evaluation'],
  ...['--evidence', 'Call notes of 2026-04-28'],
]);
