/** Names of streams, without the ledger's prefix. The only place that spells them. */
export const streamOf = {
  policy: (name: string) => `policy-${name}`,
  fx: (base: string, quote: string, year: string) => `fx-${base}${quote}.${year}`,
  participant: (participant: string) => `participant-${participant}`,
  metric: (metric: string) => `metric-${metric}`,
  plan: (plan: string) => `plan-${plan}`,
  jurisdiction: (jurisdiction: string) => `jurisdiction-${jurisdiction}`,
  crediting: (crediting: string) => `crediting-${crediting}`,
  quota: (participant: string, metric: string, year: number) => `quota-${participant}.${metric}.${year}`,
  deal: (source: string, deal: string) => `deal-${source}.${deal}`,
  period: (period: string) => `period-${period}`,
  exception: (participant: string, exception: string) => `exception-${participant}.${exception}`,
  replay: (replay: string) => `replay-${replay}`,
  payout: (period: string, participant: string) => `payout-${period}.${participant}`,
  query: (query: string) => `query-${query}`,
  access: (principal: string) => `access-${principal}`,
  person: (person: string) => `person-${person}`,
} as const;

/** A deal as lines, views and people name it: `<source>.<id>`. */
export function dealKey(deal: { readonly source: string; readonly deal: string }): string {
  return `${deal.source}.${deal.deal}`;
}

/** Names of requests that wait for a decision, as people type them. The only place that spells them. */
export const requestName = {
  metric: (metric: string, version: number) => `metric/${metric}@${version}`,
  plan: (plan: string, version: number) => `plan/${plan}@${version}`,
  jurisdiction: (jurisdiction: string, version: number) => `jurisdiction/${jurisdiction}@${version}`,
  crediting: (crediting: string, version: number) => `crediting/${crediting}@${version}`,
  quota: (q: QuotaKey, proposal: string) => `quota/${q.participant}.${q.metric}.${q.year}/${proposal}`,
  relief: (q: QuotaKey, relief: string) => `relief/${q.participant}.${q.metric}.${q.year}/${relief}`,
  split: (deal: { readonly source: string; readonly deal: string }, exception: string) =>
    `split/${dealKey(deal)}/${exception}`,
  exception: (e: { readonly participant: string; readonly exception: string }) =>
    `exception/${e.participant}.${e.exception}`,
  approvals: (version: number) => `approvals@${version}`,
  freeze: (period: string) => `freeze/${period}`,
  reopen: (period: string) => `reopen/${period}`,
  replay: (replay: string) => `replay/${replay}`,
  grant: (g: { readonly principal: string; readonly role: string }) => `grant/${g.principal}.${g.role}`,
  erasure: (person: string) => `erasure/${person}`,
  key: (k: { readonly principal: string; readonly key: string }) => `key/${k.principal}.${k.key}`,
} as const;

interface QuotaKey {
  readonly participant: string;
  readonly metric: string;
  readonly year: number;
}
