import type { PeriodEntry } from '@ledger/calculation';
import { REQUESTS } from '@ledger/decisions';
import { decode, type RecordedEvent } from '@ledger/events';
import { isProblem } from '@ledger/kernel';
import { paymentsView, type RunsRow } from '@ledger/projections';
import { companyAt } from './colleagues.ts';
import { dealsInOrder } from './deal-index.ts';
import { placesIn } from './deal-lookup.ts';
import { type DefinedKind, definitionsSeen } from './definitions-seen.ts';
import { participantEntries, periodEntries } from './entries.ts';
import { seesEvents } from './events-seen.ts';
import { findEvents } from './find-events.ts';
import { PAGE } from './pages.ts';
import { listQueries } from './query-reads.ts';
import { reaches, reachOf } from './reach.ts';
import { requestsOfInterest } from './requests-page.ts';
import { bestOf, type Findable, type Found, fitOf, type Looking, type Searched } from './search-fit.ts';

/** Where each kind of thing is looked for. A source gives nothing to whoever sees nothing of its kind. */
export const SOURCES: Readonly<Record<Searched, (looking: Looking) => Promise<readonly Found[]>>> = {
  participant: participants,
  statement: statements,
  period: periods,
  deal: deals,
  plan: (looking) => definitions(looking, 'plan'),
  metric: (looking) => definitions(looking, 'metric'),
  crediting: (looking) => definitions(looking, 'crediting'),
  jurisdiction: (looking) => definitions(looking, 'jurisdiction'),
  query: queries,
  request: requests,
  'pay-run': payRuns,
  event: events,
};

/** Someone whom the reader sees, with the name where they see names, too. */
interface Seen {
  readonly id: string;
  readonly name: string | null;
  readonly detail: string;
}

async function peopleSeen({ ledger, actor, asOf }: Looking): Promise<readonly Seen[]> {
  const reach = await reachOf(ledger, actor, 'people');
  if (reach.kind === 'none') return [];
  const people = reach.kind === 'redacted' ? [] : await ledger.directory.list();
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const entries = await participantEntries(ledger, asOf);
  return entries
    .filter(({ participant }) => reaches(reach, [participant]))
    .map(({ participant: id, jobTitle, startsOn, endsOn }) => {
      const since = endsOn === null ? `since ${startsOn}` : `${startsOn} to ${endsOn}`;
      return { id, name: names.get(id) ?? null, detail: jobTitle === null ? since : `${jobTitle}, ${since}` };
    });
}

async function participants(looking: Looking): Promise<readonly Found[]> {
  const best = bestOf(looking.most);
  for (const { id, name, detail } of await peopleSeen(looking)) {
    const fit = fitOf(looking.words, [id.toLowerCase(), (name ?? '').toLowerCase()]);
    best.add(fit, () => ({ kind: 'participant', id, title: name, detail, at: { participant: id } }));
  }
  return best.found();
}

async function periodsSeen({ ledger, actor, asOf }: Looking): Promise<readonly PeriodEntry[]> {
  if ((await reachOf(ledger, actor, 'calendar')).kind === 'none') return [];
  return periodEntries(ledger, asOf);
}

async function periods(looking: Looking): Promise<readonly Found[]> {
  const best = bestOf(looking.most);
  for (const { period, state, from, to } of await periodsSeen(looking)) {
    const it: Findable = {
      kind: 'period',
      id: period,
      title: null,
      detail: `${state}, ${from} to ${to}`,
      at: { period },
    };
    best.add(fitOf(looking.words, [period.toLowerCase()]), () => it);
  }
  return best.found();
}

/** Of somebody and a period, both of them named; or of a payment, by the name that payroll repeats. */
async function statements(looking: Looking): Promise<readonly Found[]> {
  const { ledger, actor, text } = looking;
  const [, paidIn, paidTo] = /^([0-9Q-]{7})\.([A-Za-z0-9_:-]+)\.[0-9]{1,5}$/.exec(text) ?? [];
  const words = paidIn === undefined || paidTo === undefined ? looking.words : [paidIn, paidTo].map(lower);
  if (words.length < 2) return [];
  const pay = await reachOf(ledger, actor, 'pay');
  const known = await periodsSeen(looking);
  const about = known.filter(({ period }) =>
    paidIn === undefined ? words.some((word) => period.toLowerCase().startsWith(word)) : period === paidIn,
  );
  if (pay.kind === 'none' || about.length === 0) return [];
  const best = bestOf(looking.most);
  for (const { id, name } of await peopleSeen(looking)) {
    if (!reaches(pay, [id]) || (paidTo !== undefined && id !== paidTo)) continue;
    for (const { period, state } of about) {
      const fit = fitOf(words, [id, name ?? '', period].map(lower));
      const at = { period, participant: id };
      best.add(fit, () => ({ kind: 'statement', id: `${period}/${id}`, title: name, detail: state, at }));
    }
  }
  return best.found();
}

function lower(text: string): string {
  return text.toLowerCase();
}

async function deals({ ledger, actor, asOf, words, most }: Looking): Promise<readonly Found[]> {
  const reach = await reachOf(ledger, actor, 'deals');
  if (reach.kind === 'none') return [];
  const best = bestOf(most);
  const all = await dealsInOrder(ledger.views, asOf, await companyAt(ledger, asOf), 'byClosed');
  // The longest word is in the fewest deals.
  const [word] = words.toSorted((a, b) => b.length - a.length);
  for (const place of placesIn(all, { word }, 0, false)) {
    const deal = all[place];
    if (deal === undefined || !words.every((each) => deal.text.includes(each))) continue;
    const { key, owner, people, source, closedOn, state } = deal;
    if (!reaches(reach, owner === null ? people : [owner, ...people])) continue;
    const id = key.slice(source.length + 1);
    const account = deal.text.slice(key.length + 1);
    const at = { source, deal: id };
    best.add(fitOf(words, [id.toLowerCase(), key.toLowerCase(), account]), () => ({
      kind: 'deal',
      id: key,
      title: account === '' ? null : account,
      detail: `${state} ${closedOn}${owner === null ? '' : `, ${owner}`}`,
      at,
    }));
  }
  return best.found();
}

async function definitions(looking: Looking, kind: DefinedKind & Searched): Promise<readonly Found[]> {
  const { ledger, actor, asOf, words } = looking;
  const best = bestOf(looking.most);
  for (let cursor: string | undefined; ; ) {
    const page = await definitionsSeen(ledger, actor, { asOf: String(asOf), kind, limit: PAGE.most, cursor });
    if (isProblem(page)) return [];
    for (const { name, title, inForce } of page.definitions) {
      const detail = inForce === null ? 'not in force' : `version ${inForce} in force`;
      const fit = fitOf(words, [name.toLowerCase(), (title ?? '').toLowerCase()]);
      best.add(fit, () => ({ kind, id: name, title, detail, at: { kind, name } }));
    }
    if (page.next === null) return best.found();
    cursor = page.next;
  }
}

async function queries({ ledger, actor, asOf, words, most }: Looking): Promise<readonly Found[]> {
  const list = await listQueries(ledger, { asOf: String(asOf), stands: 'all' }, actor);
  if (isProblem(list)) return [];
  const best = bestOf(most);
  for (const { query, participant, period, line, says, stands } of list.queries) {
    const fit = fitOf(words, [query, participant, period, line, says].map(lower));
    const title = says.length > TITLE ? `${says.slice(0, TITLE)}…` : says;
    best.add(fit, () => ({ kind: 'query', id: query, title, detail: `${stands}, ${period}`, at: { query } }));
  }
  return best.found();
}

/** Characters of what somebody wrote that stand in a list. */
const TITLE = 80;

async function requests({ ledger, actor, asOf, asked, words, most }: Looking): Promise<readonly Found[]> {
  const isOfInterest = ({ name, says }: { readonly name: string; readonly says: string }) =>
    fitOf(words, [name.toLowerCase(), says.toLowerCase()]) !== null;
  const best = bestOf(most);
  for (const { name, says, state } of await requestsOfInterest(ledger, actor, { asOf, asked }, isOfInterest)) {
    const request = REQUESTS.parse(name);
    // An exception goes by its own name, too.
    const own = isProblem(request) || !('exception' in request) ? '' : request.exception;
    const fit = fitOf(words, [name, own, says].map(lower));
    best.add(fit, () => ({ kind: 'request', id: name, title: says, detail: state, at: { request: name } }));
  }
  return best.found();
}

async function payRuns(looking: Looking): Promise<readonly Found[]> {
  const { ledger, actor, asOf, words, most } = looking;
  if ((await reachOf(ledger, actor, 'close')).kind === 'none') return [];
  const best = bestOf(most);
  for (const { row } of await ledger.views.list(paymentsView, 'run/', asOf)) {
    const { period, runs } = JSON.parse(row) as RunsRow;
    for (const { run, recordedAt, releasedBy, payments } of runs) {
      const texts = [`${period}/run/${run}`, `pay run ${run} of ${period}`, releasedBy].map(lower);
      best.add(fitOf(words, texts), () => ({
        kind: 'pay-run',
        id: `${period}/run/${run}`,
        title: `Pay run ${run} of ${period}`,
        detail: `${payments} ${payments === 1 ? 'payment' : 'payments'}, ${recordedAt.slice(0, 10)} by ${releasedBy}`,
        at: { period, run: String(run) },
      }));
    }
  }
  return best.found();
}

/** By its position, or by its id. */
async function events({ ledger, actor, asOf, text }: Looking): Promise<readonly Found[]> {
  const reach = await reachOf(ledger, actor, 'events');
  if (reach.kind === 'none') return [];
  let found: RecordedEvent | undefined;
  if (/^[1-9][0-9]{0,17}$/.test(text) && BigInt(text) <= asOf) {
    const [stored] = await ledger.store.readAll({ after: BigInt(text) - 1n, limit: 1 });
    found = stored === undefined || String(stored.position) !== text ? undefined : decode(stored);
  } else {
    const id = text.toUpperCase();
    found = (await findEvents(ledger, [id], asOf)).get(id);
  }
  if (found === undefined || !(await (await seesEvents(ledger, reach, asOf))(found))) return [];
  const { position, stream, recordedAt, event, meta } = found;
  const detail = `${stream}, ${recordedAt.slice(0, 10)} by ${meta.actor.id}`;
  const at = { position: String(position), stream };
  return [{ fit: 0, it: { kind: 'event', id: String(position), title: event.type, detail, at } }];
}
