import type { Ledger } from '@ledger/application';
import { type Append, type Appended, bound, type EventStore, gathering } from '@ledger/kernel';
import { VIEWS } from '@ledger/projections';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What a server counts: numbers alone, no name, no reason, no amount. One registry for each server, so that tests have their own. */
export interface Metrics {
  readonly registry: Registry;
  /** The same store, with what is written to it counted. */
  observed(store: EventStore): EventStore;
  answered(route: string, method: string, status: number, seconds: number): void;
  readonly sseClients: Gauge;
  readonly jobs: Gauge<'kind'>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const appended = new Counter({
    name: 'ledger_appended_events_total',
    help: 'Events written by this process.',
    registers,
  });
  const conflicts = new Counter({
    name: 'ledger_append_conflicts_total',
    help: 'Appends that met another one and were decided again.',
    registers,
  });
  const duration = new Histogram({
    name: 'ledger_http_request_seconds',
    help: 'Time from request to answer.',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const sseClients = new Gauge({ name: 'ledger_sse_clients', help: 'Clients that follow a stream now.', registers });
  const jobs = new Gauge({
    name: 'ledger_jobs',
    help: 'Long work that is under way or waits.',
    labelNames: ['kind'] as const,
    registers,
  });

  /** Counted together: a batch has thousands of appends. */
  function count(appends: readonly Append[], answers: readonly Appended[]): void {
    let [events, refused] = [0, 0];
    for (const [at, answer] of answers.entries()) {
      if (answer.ok) events += appends[at]?.events.length ?? 0;
      else refused += 1;
    }
    appended.inc(events);
    conflicts.inc(refused);
  }

  return {
    registry,
    sseClients,
    jobs,
    answered: (route, method, status, seconds) =>
      duration.observe({ route, method, status: `${Math.floor(status / 100)}xx` }, seconds),
    observed: (store) => ({
      ...bound(store),
      async append(append) {
        const answer = await store.append(append);
        count([append], [answer]);
        return answer;
      },
      async appendEach(appends) {
        const answers = await store.appendEach(appends);
        count(appends, answers);
        return answers;
      },
    }),
  };
}

/**
 * The ledger as its doors work with it: what is written at the same time by any of them goes to the disk together, and is counted. Every
 * door of a process gets the same one.
 */
export function atDoors<L extends Ledger>(ledger: L, metrics: Metrics): L {
  return { ...ledger, store: metrics.observed(gathering(ledger.store)) };
}

/** Reads how far the views are behind whenever somebody asks. Positions may have gaps: this is a distance, not a number of events. */
export function watchViews({ registry }: Metrics, { store, views }: Ledger): void {
  new Gauge({
    name: 'ledger_view_lag_positions',
    help: 'How far a view is behind the end of the log, in positions.',
    labelNames: ['view'] as const,
    registers: [registry],
    async collect() {
      const head = await store.head();
      for (const view of VIEWS) {
        const { checkpoint } = await views.state(view);
        this.set({ view: view.name }, Number(head - checkpoint));
      }
    },
  });
  new Gauge({
    name: 'ledger_head_position',
    help: 'Position of the last event.',
    registers: [registry],
    async collect() {
      this.set(Number(await store.head()));
    },
  });
}
