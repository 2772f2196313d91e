/** What a new definition of a kind begins with, and who asks for it: definition files as docs/reference/definition-files.md has them. */
export interface Template {
  readonly title: string;
  readonly says: string;
  /** Roles that ask for one or record one; the API judges. */
  readonly roles: readonly string[];
  readonly text: (year: string) => string;
  /** It takes effect at once; everything else waits for approval. */
  readonly isRecorded?: true;
}

const TEMPLATES = {
  plan: {
    title: 'Plan',
    says: 'What is paid, for what.',
    roles: ['ops'],
    text: (year) => `plan: my-plan
title: My plan ${year}
currency: USD
from: ${year}-01-01
reason: Why it is so, or why it changes.
components:
  new-business:
    title: New business
    measure: new-business
    window: quarter
    table:
      - { from: 0%, pays: 8% }
      - { from: 100%, pays: 12% }
# Worked cases run as you type, and again before anybody can approve the plan.
cases:
  - case: A deal above quota is paid at two rates
    given:
      - { quota: { ada: 100000 }, per: quarter }
      - { deal: D-1, owner: ada, amount: 120000, closed: ${year}-02-09, attributes: { type: new } }
    then:
      - { statement: ada, period: ${year}-Q1, total: 10400.00 }
`,
  },
  metric: {
    title: 'Metric',
    says: 'What counts, and for how much.',
    roles: ['ops'],
    text: (year) => `metric: my-metric
title: My metric
# An expression: does this deal count?
counts: has(deal.type) && deal.type == "new"
# An expression: how much does it count for?
amount: deal.amount
from: ${year}-01-01
reason: Why it is so, or why it changes.
`,
  },
  quota: {
    title: 'Quotas',
    says: 'What somebody is to reach in a year.',
    roles: ['manager', 'ops'],
    text: (year) => `quotas:
  - { participant: ada, metric: new-business, year: ${year}, per: quarter, amount: 600000, currency: USD }
reason: Quotas of ${year}.
`,
  },
  crediting: {
    title: 'Crediting rules',
    says: 'Whom deals credit besides, or instead of, those whom their source names.',
    roles: ['ops'],
    text: (year) => `crediting: my-rules
title: My crediting rules
rules:
  - { rule: engineer, credits: { attribute: engineer }, pool: overlay, share: 50% }
from: ${year}-01-01
reason: Why it is so, or why it changes.
`,
  },
  jurisdiction: {
    title: 'Jurisdiction',
    says: 'What the place where somebody works lets be recovered out of pay.',
    roles: ['ops'],
    text: (year) => `jurisdiction: my-place
title: My place
source: The law, its section, and who read it.
offset: with-consent
recover-draws: with-consent
from: ${year}-01-01
reason: Why it is so, or why it changes.
`,
  },
  rates: {
    title: 'Exchange rates',
    says: 'What a currency is worth in another one, from a day on.',
    roles: ['ops', 'finance'],
    isRecorded: true,
    text: (year) => `rates:
  - { pair: EUR/USD, on: ${year}-12-01, rate: 1.0850, source: Central bank reference rate }
`,
  },
  corrections: {
    title: 'How corrections are posted',
    says: 'How statements post corrections of earlier, frozen periods.',
    roles: ['finance'],
    isRecorded: true,
    text: (year) => `corrections:
  policy: true-up
  from: ${year}-01-01
  reason: Why it is so, or why it changes.
`,
  },
  calendar: {
    title: 'Calendar',
    says: 'How the year is cut. Only its holidays can be changed later.',
    roles: ['ops', 'finance', 'admin'],
    isRecorded: true,
    text: (year) => `calendar:
  cadence: quarter
  first-period: ${year}-Q1
  time-zone: Europe/Oslo
  currency: USD
  reason: Why it is so.
`,
  },
  approvals: {
    title: 'Approval rules',
    says: 'Who has to approve what, beyond what always holds.',
    roles: ['ops', 'admin'],
    text: (year) => `approvals: Approval rules ${year}
from: ${year}-01-01
reason: Why it is so, or why it changes.
rules:
  - rule: pay by decision above 10,000
    kinds: [exception]
    exceptions: [adjustment, draw, guarantee]
    over: { amount: { USD: 10000 } }
    approvers: [finance, finance]
`,
  },
} satisfies Readonly<Record<string, Template>>;

export type TemplateKind = keyof typeof TEMPLATES;

export function templateOf(kind: TemplateKind): Template {
  return TEMPLATES[kind];
}

const KINDS = Object.keys(TEMPLATES) as readonly TemplateKind[];

/** The kinds that somebody in a role asks for. */
export function kindsFor(role: string): readonly TemplateKind[] {
  return KINDS.filter((kind) => templateOf(kind).roles.includes(role));
}
