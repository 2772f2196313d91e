import type { TraceStep } from '@ledger/events';
import { add, div, type Exact, equal, exact, isZero, mul, ONE, percent, sub, toText } from '@ledger/money';
import type { SplitEntry } from './book.ts';
import type { EarnedLine, LineBasis } from './earn.ts';
import { type AppliedRate, exchange } from './exchange.ts';
import type { QuotaInterval, ReliefTaken, WindowQuota } from './quota.ts';
import { type BandPart, increment, type Table } from './rate.ts';
import { amountInWords, brief, grouped, percentInWords } from './words.ts';

/**
 * How a line came about, as data: one step for each stage, in the fixed order deal → credit → metric → window → rate → rounding.
 * A `formula` is arithmetic over the names in `inputs`, exact, and gives `result`; anybody can compute it again.
 */
export function traceLine(line: EarnedLine): TraceStep {
  const { basis } = line;
  const steps = [
    dealStep(line),
    creditStep(line),
    metricStep(line),
    windowStep(basis),
    rateStep(line),
    roundingStep(line),
  ];
  const { document } = basis.inForce.planVersion;
  return {
    step: 'line',
    says: `${grouped(line.amount)} ${line.currency} for deal ${line.deal}: ${basis.inForce.component.document.title}, plan ${document.title}, version ${line.planVersion}.`,
    result: line.amount,
    events: [basis.inForce.planVersion.event],
    steps,
  };
}

function dealStep({ deal: key, basis: { deal } }: EarnedLine): TraceStep {
  const account = deal.account === null ? '' : ` with ${deal.account}`;
  const selected = deal.selectionOn === null ? '' : `, definitions of ${deal.selectionOn}`;
  const vanished = deal.vanished === null ? '' : `; its source no longer has it since ${deal.vanished.on}`;
  const value = amountInWords(exact(deal.amount), deal.currency);
  return {
    step: 'deal',
    says: brief(`Deal ${key}${account}: ${value}, closed on ${deal.closedOn}${selected}${vanished}.`, 1000),
    result: deal.amount,
    events: deal.vanished === null ? [deal.event] : [deal.event, deal.vanished.event],
  };
}

function creditStep({ basis: { deal, weighed } }: EarnedLine): TraceStep {
  const [only] = weighed.credits;
  if (weighed.credits.length === 1 && only !== undefined) {
    const value = amountInWords(exact(deal.amount), deal.currency);
    return {
      step: 'credit',
      says: `${percentInWords(only.share)} of ${value}: ${ruleInWords(only.pool, only.exception)}.`,
      inputs: { share: toText(only.share) },
      formula: 'share',
      result: toText(weighed.share),
      events: only.events,
    };
  }
  return {
    step: 'credit',
    says: `${percentInWords(weighed.share)} of the deal in all.`,
    formula: weighed.credits.map(({ pool }) => pool).join(' + '),
    inputs: Object.fromEntries(weighed.credits.map(({ pool, share }) => [pool, toText(share)])),
    result: toText(weighed.share),
    events: [...new Set(weighed.credits.flatMap(({ events }) => events))],
    steps: weighed.credits.map(({ pool, share, exception, events }) => ({
      step: pool,
      says: `${percentInWords(share)}: ${ruleInWords(pool, exception)}.`,
      result: toText(share),
      events,
    })),
  };
}

function ruleInWords(pool: 'primary' | 'overlay', exception: SplitEntry | null): string {
  if (exception === null) return `${pool} credit by the rule of the source`;
  const { exception: name, approvedBy, reason } = exception;
  return `split exception ${name}, approved by ${approvedBy}: ${brief(reason, 400)}`;
}

function metricStep({ basis }: EarnedLine): TraceStep {
  const { deal, inForce, weighed } = basis;
  const { measured, rate, share, credited, unit } = weighed;
  const version = inForce.metric?.version;
  const worth = rate === null ? measured : exchange(measured, deal.currency, unit, rate);
  const converted = rate === null ? 'measured' : `measured ${rate.base === deal.currency ? '*' : '/'} rate`;
  const cut = equal(mul(worth, share), credited) ? '' : ', kept to 30 decimals';
  return {
    step: 'metric',
    says: brief(
      `${version?.document.title} (metric ${version?.document.metric}, version ${version?.version}) counts ${amountInWords(measured, unit === 'number' ? unit : deal.currency)}; credited: ${amountInWords(credited, unit)}.`,
      1000,
    ),
    formula: `${converted} * share${cut}`,
    inputs: {
      counts: brief(version?.document.counts ?? '', 400),
      amount: brief(version?.document.amount ?? '', 400),
      measured: toText(measured),
      ...(rate === null ? {} : { rate: rate.rate }),
      share: toText(share),
    },
    result: toText(credited),
    events: version === undefined ? [] : [version.event],
    ...(rate === null ? {} : { steps: [exchangeStep(deal.currency, unit, rate)] }),
  };
}

function exchangeStep(from: string, to: string, rate: AppliedRate): TraceStep {
  return {
    step: 'exchange',
    says: brief(
      `${from} to ${to} at ${rate.base}/${rate.quote} ${rate.rate}, the newest rate on the closing date: of ${rate.on}, ${rate.source}.`,
      1000,
    ),
    result: rate.rate,
    events: [rate.event],
  };
}

function windowStep({ window, before, weighed, quota, inForce }: LineBasis): TraceStep {
  const after = add(before, weighed.credited);
  const { document } = inForce.component;
  const share = quota === null || isZero(quota.value) ? '' : `, ${percentInWords(div(after, quota.value))} of quota`;
  return {
    step: 'window',
    says: `In ${window.id}: ${amountInWords(before, weighed.unit)} before this deal, ${amountInWords(after, weighed.unit)} with it${share}.`,
    formula: 'before + credited',
    inputs: { before: toText(before), credited: toText(weighed.credited) },
    result: toText(after),
    ...(quota === null ? {} : { steps: [quotaStep(quota, document.measure)] }),
  };
}

function quotaStep(quota: WindowQuota, metric: string): TraceStep {
  const unit = quota.currency ?? 'number';
  const names = quota.intervals.map(({ id }) => nameOf(id));
  const whole = equal(quota.part, ONE);
  const total = names.join(' + ');
  return {
    step: 'quota',
    says: `Quota for ${metric} in ${quota.window.id}: ${amountInWords(quota.value, unit)}, approved by ${quota.approvedBy}.`,
    formula: whole ? total : names.length === 1 ? `${total} * part` : `(${total}) * part`,
    inputs: {
      ...Object.fromEntries(quota.intervals.map(({ id, value }) => [nameOf(id), toText(value)])),
      ...(whole ? {} : { part: toText(quota.part) }),
    },
    result: toText(quota.value),
    events: [quota.event],
    ...(quota.intervals.some(({ reliefs }) => reliefs.length > 0)
      ? { steps: quota.intervals.filter(({ reliefs }) => reliefs.length > 0).map((each) => intervalStep(each, unit)) }
      : {}),
  };
}

/** A name that stands in a formula: `q2026_Q1`. */
function nameOf(interval: string): string {
  return `q${interval.replaceAll('-', '_')}`;
}

function intervalStep(interval: QuotaInterval, unit: string): TraceStep {
  const { id, assigned, value, relievedDays, days, lump, reliefs } = interval;
  return {
    step: 'relief',
    says: `${id}: ${amountInWords(assigned, unit)} assigned, ${amountInWords(value, unit)} after relief.`,
    formula: 'max(0, assigned * (days - relievedDays) / days - lump)',
    inputs: {
      assigned: toText(assigned),
      days: String(days),
      relievedDays: toText(relievedDays),
      lump: toText(lump),
    },
    result: toText(value),
    events: reliefs.map(({ relief }) => relief.event),
    steps: reliefs.slice(0, 100).map((taken) => reliefStep(taken, unit)),
  };
}

function reliefStep({ relief, days }: ReliefTaken, unit: string): TraceStep {
  const what =
    relief.basis.by === 'days'
      ? `${percentInWords(percent(relief.basis.share))} of ${days} days`
      : amountInWords(exact(relief.basis.amount), unit);
  return {
    step: 'relief',
    says: brief(
      `Relief ${relief.relief} (${relief.kind}), ${relief.from} to ${relief.to}: ${what}, approved by ${relief.approvedBy}: ${relief.reason}`,
      1000,
    ),
    events: [relief.event],
  };
}

function rateStep(line: EarnedLine): TraceStep {
  const { table, before, weighed, quota, inForce } = line.basis;
  const { total, parts, catchUp } = increment(table, before, weighed.credited);
  const steps = parts.map((part) => bandStep(part, line.basis, line.currency));
  const inputs: Record<string, string> = Object.fromEntries(
    parts.map(({ pays }, at) => [`part${at + 1}`, toText(pays)]),
  );
  if (catchUp !== null) {
    inputs.catchUp = toText(catchUp.amount);
    steps.push({
      step: 'catch-up',
      says: `${percentInWords(rateAt(table, catchUp.band))} applies to everything from the first unit on once ${boundInWords(table, catchUp.band, quota, weighed.unit)} is reached: ${amountInWords(catchUp.amount, line.currency)} for what was credited before.`,
      result: toText(catchUp.amount),
    });
  }
  return {
    step: 'rate',
    says: `${inForce.component.document.title}: ${amountInWords(total, line.currency)} by ${inForce.component.document.tierBy}.`,
    formula: Object.keys(inputs).join(' + ') || '0',
    inputs,
    result: toText(total),
    events: [inForce.planVersion.event],
    steps,
  };
}

function bandStep(
  { band, from, to, pays }: BandPart,
  { table, quota, weighed }: LineBasis,
  currency: string,
): TraceStep {
  const returned = pays.n < 0n !== rateAt(table, band).n < 0n;
  const size = sub(to, from);
  return {
    step: 'band',
    says: `${percentInWords(rateAt(table, band))} on ${amountInWords(size, weighed.unit)}${returned ? ' returned' : ''}, in the band from ${boundInWords(table, band, quota, weighed.unit)}: ${amountInWords(pays, currency)}.`,
    formula: returned ? '0 - rate * (to - from)' : 'rate * (to - from)',
    inputs: { rate: toText(rateAt(table, band)), from: toText(from), to: toText(to) },
    result: toText(pays),
  };
}

function rateAt({ bands }: Table, band: number): Exact {
  return (bands[band] ?? bands[0]).rate;
}

function boundInWords({ bands }: Table, band: number, quota: WindowQuota | null, unit: string): string {
  const { from } = bands[band] ?? bands[0];
  const amount = amountInWords(from, unit);
  return quota === null || isZero(quota.value)
    ? amount
    : `${percentInWords(div(from, quota.value))} of quota (${amount})`;
}

function roundingStep({ exact: value, amount, currency, basis }: EarnedLine): TraceStep {
  const { rounding } = basis.inForce.planVersion.document;
  return {
    step: 'rounding',
    says: `Rounded once, ${rounding}: ${grouped(amount)} ${currency}.`,
    formula: `round(exact, ${rounding})`,
    inputs: { exact: toText(value) },
    result: amount,
  };
}
