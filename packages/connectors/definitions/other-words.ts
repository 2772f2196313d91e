/** Our words for those that people bring with them from other systems, and from plans on paper; the first that is known where one stands. */
const OURS: Readonly<Record<string, readonly string[]>> = {
  accelerator: ['table', 'pays'],
  above: ['from'],
  advance: ['draws'],
  annual: ['year'],
  at: ['from'],
  attainment: ['at', 'from', 'is'],
  balance: ['balances', 'statement'],
  bands: ['table'],
  bonus: ['lump'],
  begin: ['from'],
  brackets: ['table'],
  category: ['product'],
  ceiling: ['cap'],
  chargeback: ['returned'],
  clawback: ['returned'],
  commission: ['pays', 'table'],
  components: ['earnings-of'],
  condition: ['when'],
  customer: ['account'],
  date: ['day', 'closed', 'on', 'from'],
  day: ['within'],
  dismissal: ['involuntary'],
  earned: ['total'],
  earning: ['amount', 'statement'],
  eligibility: ['when', 'counts'],
  end: ['to', 'until'],
  'end-date': ['to', 'until'],
  every: ['for-each'],
  expected: ['then', 'is', 'amount'],
  expect: ['then'],
  factor: ['by'],
  filter: ['when', 'counts'],
  frequency: ['every', 'window', 'per'],
  gate: ['gates'],
  goal: ['target', 'quota'],
  guarantees: ['guarantee'],
  hurdle: ['gates', 'at-least'],
  hold: ['release'],
  holdback: ['release'],
  interval: ['window', 'per', 'every'],
  kicker: ['lump'],
  layoff: ['involuntary'],
  leaderboard: ['contest'],
  manager: ['reports-to'],
  max: ['cap', 'to', 'most-owed'],
  maximum: ['cap', 'to', 'most-owed'],
  metric: ['measure'],
  min: ['floor', 'from', 'at-least', 'minimum'],
  minimum: ['floor', 'from', 'at-least'],
  modifier: ['multiply-earning'],
  month: ['period', 'window'],
  multiplier: ['by', 'multiply-earning', 'pays'],
  name: ['title', 'case'],
  of: ['earnings-of'],
  percent: ['pays', 'share'],
  percentage: ['pays', 'share'],
  payee: ['participant', 'owner'],
  paid: ['milestone'],
  payment: ['milestone'],
  payout: ['pays', 'total', 'statement'],
  period: ['window', 'per', 'every'],
  points: ['curve'],
  price: ['amount'],
  prize: ['prizes', 'pays'],
  q1: ['amounts'],
  q2: ['amounts'],
  q3: ['amounts'],
  q4: ['amounts'],
  qty: ['quantity'],
  quarter: ['period', 'window'],
  quota: ['target', 'amount', 'attainment'],
  rank: ['place'],
  rate: ['pays', 'rates', 'table'],
  rates: ['table', 'pays'],
  recover: ['returned'],
  refund: ['returned'],
  rep: ['owner', 'participant'],
  retroactive: ['read', 'applies'],
  resign: ['offboard'],
  resignation: ['voluntary'],
  role: ['title'],
  salesperson: ['owner', 'participant'],
  seller: ['owner', 'participant'],
  sku: ['product'],
  split: ['credits', 'shares'],
  splits: ['credits', 'shares'],
  start: ['from', 'starts'],
  'start-date': ['from', 'starts', 'closed'],
  steps: ['given', 'table'],
  terminate: ['offboard'],
  termination: ['offboard', 'involuntary'],
  tests: ['then'],
  threshold: ['gates', 'from', 'at-least'],
  tier: ['from'],
  tiers: ['table'],
  type: ['kind'],
  until: ['within', 'to'],
  'up-to': ['to'],
  value: ['amount', 'pays', 'is'],
  vesting: ['release'],
  where: ['when', 'counts'],
  yearly: ['year'],
};

/** The field that is meant by another word, among those that are known where it stands. */
export function inOurWords(word: string, known: readonly string[]): string | undefined {
  const plain = word.toLowerCase().replaceAll('_', '-');
  // What differs in its case, or has lost its hyphens, is the field itself.
  const own = known.find((field) => field === plain || field.replaceAll('-', '') === plain.replaceAll('-', ''));
  const ours = OURS[plain] ?? OURS[plain.replace(/s$/, '')];
  return own ?? ours?.find((field) => known.includes(field));
}

/** Our words for values that people bring with them. */
const VALUES: Readonly<Record<string, string>> = {
  annual: 'year',
  annually: 'year',
  'first-dollar': 'retroactive',
  graduated: 'marginal',
  interpolated: 'curve',
  mtd: 'month',
  progressive: 'marginal',
  qtd: 'quarter',
  'semi-annual': 'half',
  slab: 'retroactive',
  tiered: 'marginal',
  transaction: 'deal',
  yearly: 'year',
  ytd: 'year',
};

/** The value that is meant by another word. */
export function inOurValues(word: string, known: readonly string[]): string | undefined {
  const meant = VALUES[word.toLowerCase().replaceAll(/[_ ]/g, '-')];
  return meant !== undefined && known.includes(meant) ? meant : undefined;
}

/** Documents whose fields all stand inside their first one. */
const HOLDING = ['calendar', 'queries', 'corrections'];
const OF_PLAN = ['draws', 'guarantee', 'pay', 'phase-in', 'on-leaving', 'exchange', 'payout', 'rounding'];
const OF_COMPONENT = ['measure', 'pays-on', 'window', 'table', 'tier-by', 'gates', 'release', 'returned', 'curve'];

/** Where a field stands that is in the wrong place of a plan. */
export function elsewhere(field: string, known: readonly string[]): string | undefined {
  const ofPlan = OF_PLAN.find((each) => each === field || each === `${field}s`);
  if (known.includes('pays-on') && ofPlan !== undefined) {
    return `it is of the whole plan; write ${ofPlan === field ? 'it' : ofPlan} beside \`components\``;
  }
  const [only = ''] = known.length === 1 ? known : [];
  if (HOLDING.includes(only)) return `write it inside \`${only}\``;
  if (known.includes('counts') && field === 'quota') {
    return 'quotas are a document of their own; write quotas: [{ participant: ada, amount: 100000 }]';
  }
  if (known.includes('components') && OF_COMPONENT.includes(field)) {
    return 'it is of a component; write it in one, under `components`';
  }
  return undefined;
}
