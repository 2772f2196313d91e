import type { AboutLine, QueryAnswer, QueryEntry, QueryList, QueryView } from '@ledger/application';
import type { LedgerEvent, MovedPeriod, QueryFacts, StatementLine } from '@ledger/events';
import type { Entry } from '../follow.ts';
import { counted, grouped, signed, wrapped } from '../format.ts';
import type { Paint } from '../io.ts';
import { renderStep } from './explain.ts';

/** Open queries, one below the other: what each is about, whose move it is, and until when. */
export function renderQueries(paint: Paint, { asOf, at, queries }: QueryList, columns: number): string {
  const breached = queries.filter(({ times }) => times.breaches.length > 0).length;
  const late = breached === 0 ? '' : `, ${paint.red(`${breached} past a clock`)}`;
  const head = `${paint.bold(counted(queries.length, 'query').replace('querys', 'queries'))}${late}, as of position ${asOf}, ${day(at)}\n`;
  return head + queries.map((query) => entryOf(paint, query, columns)).join('');
}

function entryOf(paint: Paint, query: QueryView, columns: number): string {
  const lines = [
    `${paint.bold(query.query)}  ${query.line} in ${query.period}: ${query.currency} ${grouped(query.saw.amount)}${wished(query)}`,
    moveOf(paint, query),
    ...clocksOf(paint, query),
    query.says,
  ];
  return `  ${lines.map((line) => wrapped(line, columns - 4, '    ')).join('\n    ')}\n`;
}

function wished({ expects, difference }: QueryView): string {
  const parts = [
    expects === null ? '' : `, ${grouped(expects)} expected`,
    difference === null ? '' : `, ${signed(difference)} by their facts`,
  ];
  return parts.join('');
}

function moveOf(paint: Paint, { stands, ball, holder, participant, escalations, resolution }: QueryView): string {
  const up = escalations === 0 ? '' : `, escalated ${escalations === 1 ? 'once' : `${escalations} times`}`;
  if (stands === 'resolved') {
    return `${paint.green('resolved')} by ${resolution?.by ?? ''}: ${resolution?.reason ?? ''}`;
  }
  if (stands === 'withdrawn') return paint.dim('withdrawn');
  if (ball === 'participant') return `waits for ${participant}${holder === null ? '' : `; ${holder} has it`}${up}`;
  return `waits for ${holder === null ? 'the desk; nobody has it yet' : holder}${up}`;
}

function clocksOf(
  paint: Paint,
  { times: { on, firstAnswer, resolution, reopenUntil, cutOffOn, isPastCutOff }, stands, period }: QueryView,
) {
  const late = (what: string, { state, dueOn, doneOn }: typeof firstAnswer): readonly string[] => {
    if (dueOn === null) return [];
    if (state === 'breached') {
      return [paint.red(`${what} was due on ${dueOn}${doneOn === null ? ' and is late' : `, came on ${doneOn}`}`)];
    }
    if (doneOn !== null) return [];
    return [`${what} due on ${dueOn}${state === 'waiting' ? ', later while an answer is waited for' : ''}`];
  };
  const clocks = [...late('first answer', firstAnswer), ...late('resolution', resolution)];
  if (stands === 'open' && cutOffOn !== null) {
    clocks.push(
      isPastCutOff ? paint.red(`blocks the freeze of ${period}`) : `blocks a freeze of ${period} from ${cutOffOn}`,
    );
  }
  if (reopenUntil !== null) clocks.push(`${on <= reopenUntil ? 'can' : 'could'} be reopened until ${reopenUntil}`);
  return clocks.length === 0 ? [] : [clocks.join('; ')];
}

/** A query as the desk and the participant read it. */
export function renderQuery(paint: Paint, answer: QueryAnswer, traces: boolean, columns: number): string {
  const { query, facts, replay, line, thread, asOf, at } = answer;
  const { saw, participant, period, currency } = query;
  const out = [
    `${paint.bold(`Query ${query.query}`)}: ${query.line} in ${period}, as of position ${asOf}, ${day(at)}\n`,
    `  ${moveOf(paint, query)}\n`,
    ...clocksOf(paint, query).map((each) => `  ${wrapped(each, columns - 4, '    ')}\n`),
    `  opened by ${query.openedBy} on ${day(query.openedAt)}${query.openedBy === participant ? '' : ` for ${participant}`}\n`,
    `  ${wrapped(`saw ${currency} ${grouped(saw.amount)}${wished(query)} in the ${saw.state} statement as of position ${saw.asOf}`, columns - 4, '    ')}\n`,
    `    ${wrapped(query.says, columns - 6, '    ')}\n`,
  ];
  if (facts !== null) out.push(...factsOf(facts).map((each) => `  says that ${wrapped(each, columns - 4, '    ')}\n`));
  if (replay !== null) {
    const amount = (one: StatementLine | null) => (one === null ? 'no such line' : grouped(one.amount));
    const both =
      query.line === 'total' ? '' : `: ${amount(replay.ledger)} by the ledger, ${amount(replay.theirs)} by these facts`;
    const says = `replayed as of position ${replay.asOf}${both}, difference ${signed(replay.difference)}`;
    out.push(`  ${wrapped(says, columns - 4, '    ')}\n`);
    for (const each of replay.pays) out.push(`    ${movedText(each, columns)}\n`);
    if (replay.pays.length === 0) out.push('    would change no statement that is open\n');
  }
  if (traces) {
    const theirs = replay === null ? [] : ([['by these facts', replay.theirs]] as const);
    for (const [whose, one] of [['by the ledger', replay?.ledger ?? line], ...theirs] as const) {
      if (one !== null) out.push(`  ${paint.bold(whose)}\n${renderStep(paint, one.trace, columns, 2)}`);
    }
  }
  out.push(...thread.map((entry) => threadText(paint, entry, columns)));
  return out.join('');
}

/** One entry of a thread as it comes in, among those of other queries. */
export function renderEntry(paint: Paint, entry: Entry, columns: number): string {
  const { query, recordedAt, actor, data, type } = entry;
  const event = { type, data } as LedgerEvent;
  const [head, ...more] = said(event);
  const when = recordedAt.slice(0, 16).replace('T', ' ');
  const lines = [`${paint.dim(when)}  ${query}  ${paint.bold(actor.id)} ${head ?? type}`, ...more];
  return `${lines.map((line) => wrapped(line, columns - 4, '    ')).join('\n    ')}\n`;
}

/** Below a statement or a line: who asked about it, and what of it answers somebody, by what is known now. */
export function renderQueriesAbout(queries: readonly AboutLine[], columns: number): string {
  return queries
    .map(({ query, line, stands, is }) => {
      const says = is === 'asked' ? `asks about ${line}: ${stands}` : `is answered by ${line}`;
      return `  ${wrapped(`query ${query} ${says}`, columns - 4, '    ')}\n`;
    })
    .join('');
}

function factsOf({ deals, splits }: QueryFacts): readonly string[] {
  return [
    ...deals.map(({ snapshot: { source, deal, amount, currency, closedOn, owner }, cancelledOn }) => {
      const off = cancelledOn === null ? '' : `, cancelled on ${cancelledOn}`;
      return `${source}.${deal} is ${grouped(amount)} ${currency}, closed on ${closedOn}, of ${owner ?? 'nobody'}${off}`;
    }),
    ...splits.map(({ source, deal, shares }) => {
      const parts = shares.map(({ participant, share }) => `${participant} ${share}`);
      return `${source}.${deal} is split ${parts.join(', ')}`;
    }),
  ];
}

function movedText({ period, before, after, difference, components }: MovedPeriod, columns: number): string {
  const parts = components.map((each) => `${each.component} ${signed(each.difference)}`).join(', ');
  return wrapped(
    `would be paid in ${period}: ${grouped(before)}, then ${grouped(after)}: ${signed(difference)} (${parts})`,
    columns - 6,
    '      ',
  );
}

function threadText(paint: Paint, { recordedAt, actor, data, type }: QueryEntry, columns: number): string {
  const when = recordedAt.slice(0, 16).replace('T', ' ');
  const event = { type, data } as LedgerEvent;
  const [head, ...more] = said(event);
  const lines = [`${paint.dim(when)}  ${paint.bold(actor.id)} ${head ?? type}`, ...more];
  return `  ${lines.map((line) => wrapped(line, columns - 6, '      ')).join('\n      ')}\n`;
}

function said(event: LedgerEvent): readonly string[] {
  switch (event.type) {
    case 'QueryOpened':
      return [`asks about ${event.data.line} in ${event.data.period}`, event.data.says];
    case 'QueryMessagePosted':
      return [event.data.asks ? 'asks' : 'says', event.data.says];
    case 'QueryAssigned':
      return [`assigned it to ${event.data.to}`, event.data.reason];
    case 'QueryEscalated':
      return [`escalated it to ${event.data.to}`, event.data.reason];
    case 'QueryReopened':
      return ['reopened it', event.data.reason];
    case 'QueryWithdrawn':
      return ['withdrew it', event.data.reason];
    case 'QueryResolved': {
      const { corrections, amount, currency, reason } = event.data;
      if (corrections.length === 0) return ['resolved it; no money moves', reason];
      const events = corrections.map((each) => {
        const by = each.approvedBy === null ? '' : `, approved by ${each.approvedBy}`;
        const where = each.moved.map(({ period, difference }) => `${signed(difference)} in ${period}`).join(', ');
        return `${each.type} ${each.event} at position ${each.position}${by}: ${where}`;
      });
      return [`resolved it: ${currency} ${signed(amount)}`, reason, ...events];
    }
    default:
      return [];
  }
}

function day(instant: string): string {
  return instant.slice(0, 10);
}
