/** Names of streams, without the ledger's prefix. The only place that spells them. */
export const streamOf = {
  policy: (name: string) => `policy-${name}`,
  fx: (base: string, quote: string, year: string) => `fx-${base}${quote}.${year}`,
  participant: (participant: string) => `participant-${participant}`,
  metric: (metric: string) => `metric-${metric}`,
  plan: (plan: string) => `plan-${plan}`,
  quota: (participant: string, metric: string, year: number) => `quota-${participant}.${metric}.${year}`,
  deal: (source: string, deal: string) => `deal-${source}.${deal}`,
  period: (period: string) => `period-${period}`,
  payout: (period: string, participant: string) => `payout-${period}.${participant}`,
} as const;

/** A deal as lines, views and people name it: `<source>.<id>`. */
export function dealKey(deal: { readonly source: string; readonly deal: string }): string {
  return `${deal.source}.${deal.deal}`;
}
