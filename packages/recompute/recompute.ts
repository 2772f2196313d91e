import { createHash } from 'node:crypto';

/**
 * Computes a statement again from what it says itself: no store, no plan, and none of the code that made it. This file stands alone,
 * so that whoever doubts a statement can take it, read it, and run it. docs/reference/traces.md has the grammar that it reads.
 */

export interface Recomputed {
  readonly period: string;
  readonly participant: string;
  readonly currency: string;
  readonly lines: readonly RecomputedLine[];
  /** What the statement says, and what its lines add up to. */
  readonly total: { readonly says: string; readonly gives: string; readonly ok: boolean };
  /**
   * What the file says and what its statement has; `null` where the file carries none, as for a period that is still open. One that is
   * frozen has a digest: `says` is empty where it was taken away.
   */
  readonly digest: { readonly says: string; readonly gives: string; readonly ok: boolean } | null;
  readonly ok: boolean;
}
export interface RecomputedLine {
  readonly line: string;
  readonly amount: string;
  readonly ok: boolean;
  /** What does not come out, in words. */
  readonly wrong: readonly string[];
  /** Queries that the line answers, where there are any. */
  readonly queries?: readonly string[];
}

/** A document that is not a statement, or too deep or large to be one. `message` says where. */
export class NotAStatement extends Error {}

/** An exact number n/d, d > 0. */
export interface Ratio {
  readonly n: bigint;
  readonly d: bigint;
}
type Values = ReadonlyMap<string, Ratio>;
type Members = Readonly<Record<string, unknown>>;

const DEEPEST = 32;
const LONGEST_FORMULA = 4000;
const LONGEST_NUMBER = 4000;
const MOST_WRONG = 20;

/** `document`: a statement, or anything that holds one as `statement`, with its `digest` or without. Throws NotAStatement. */
export function recompute(document: unknown): Recomputed {
  try {
    return recomputeStatement(document);
  } catch (error) {
    throw error instanceof Wrong ? new NotAStatement(error.message) : error;
  }
}

function recomputeStatement(document: unknown): Recomputed {
  const file = members(document, 'the document');
  const statement = members(file.statement ?? file, 'statement');
  const currency = text(statement, 'currency', 'statement');
  if (!Array.isArray(statement.lines)) throw new NotAStatement('statement.lines is not a list');
  const later = Array.isArray(file.queries) ? file.queries : [];
  const lines = statement.lines.map((line, at) => withLater(recomputeLine(line, `statement.lines[${at}]`), later));
  const says = text(statement, 'total', 'statement');
  const gives = lines.reduce((sum, { amount }) => add(sum, number(amount)), ZERO);
  const total = { says, gives: written(gives), ok: same(number(says, 'statement.total'), gives) };
  const digest = sealOf(file, statement, lines.length);
  return {
    period: text(statement, 'period', 'statement'),
    participant: text(statement, 'participant', 'statement'),
    currency,
    lines,
    total,
    digest,
    ok: total.ok && digest?.ok !== false && lines.every(({ ok }) => ok),
  };
}

/** With queries that were resolved after the line was frozen, which the file says beside the statement. */
function withLater(line: RecomputedLine, later: readonly unknown[]): RecomputedLine {
  const added = later.flatMap((each) => {
    const { query, line: name, is } = (typeof each === 'object' && each !== null ? each : {}) as Members;
    return typeof query === 'string' && name === line.line && is === 'answered' ? [query] : [];
  });
  return added.length === 0 ? line : { ...line, queries: [...new Set([...(line.queries ?? []), ...added])] };
}

/** Nothing was due to somebody whose frozen statement has no lines: that one was never written, and has no digest. */
function sealOf(file: Members, statement: Members, lines: number): Recomputed['digest'] {
  const { digest = null, state } = file;
  if (digest !== null && typeof digest !== 'string') throw new NotAStatement('digest is not a text');
  return digest === null && (state !== 'frozen' || lines === 0) ? null : digestOf(statement, digest ?? '');
}

function digestOf(statement: Members, says: string): NonNullable<Recomputed['digest']> {
  const gives = createHash('sha256').update(canonical(statement, 0)).digest('hex');
  return { says, gives, ok: says === gives };
}

/** The text that a digest is taken over: JSON without white space, members sorted by name (RFC 8785). */
function canonical(value: unknown, depth: number): string {
  if (depth > 2 * DEEPEST + 4) throw new NotAStatement('it is nested too deeply');
  if (Array.isArray(value)) return `[${value.map((each) => canonical(each, depth + 1)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical((value as Members)[name], depth + 1)}`).join(',')}}`;
}

/** One line of a statement: its trace from the leaves up, which must give its amount. */
export function recomputeLine(given: unknown, where = 'line'): RecomputedLine {
  const line = members(given, where);
  const name = text(line, 'line', where);
  const amount = text(line, 'amount', where);
  const posted = number(amount, `${where}.amount`);
  const wrong: string[] = [];
  const say = (what: string) => {
    if (wrong.length < MOST_WRONG) wrong.push(what);
  };
  const root = readStep(line.trace, `${where}.trace`, new Map(), 0, say);
  if (root.result === null) say('the trace has no result');
  else if (!same(root.result, posted)) say(`the trace gives ${written(root.result)}, the line says ${amount}`);
  if (typeof line.exact === 'string') {
    const earned = root.given.get('earned');
    if (earned === undefined) say('no step of the trace gives what was earned before rounding');
    else if (!same(earned, number(line.exact, `${where}.exact`))) {
      say(`the trace gives ${written(earned)} before rounding, the line says ${line.exact}`);
    }
  }
  const queries = Array.isArray(line.queries) ? line.queries.filter((each) => typeof each === 'string') : [];
  return { line: name, amount, ok: wrong.length === 0, wrong, ...(queries.length === 0 ? {} : { queries }) };
}

/** What a step computes, and what the steps in it give, by name. */
interface Read {
  readonly as: string | null;
  readonly result: Ratio | null;
  readonly given: Values;
}

/** `earlier`: results of steps before this one, by the names that they are given under; the nearest of a name holds. */
function readStep(given: unknown, where: string, earlier: Values, depth: number, say: (what: string) => void): Read {
  if (depth > DEEPEST) throw new NotAStatement(`${where} is nested more than ${DEEPEST} steps deep`);
  const step = members(given, where);
  const called = `step "${text(step, 'step', where)}"`;
  const inputs = step.inputs === undefined ? {} : members(step.inputs, `${where}.inputs`);
  const inner = step.steps ?? [];
  if (!Array.isArray(inner)) throw new NotAStatement(`${where}.steps is not a list`);
  const known = new Map(earlier);
  const own = new Map<string, Ratio>();
  for (const [at, each] of inner.entries()) {
    const { as, result } = readStep(each, `${where}.steps[${at}]`, known, depth + 1, say);
    if (as === null || result === null) continue;
    known.set(as, result);
    own.set(as, result);
  }
  const as = step.as === undefined ? null : text(step, 'as', where);
  if (step.result === undefined) {
    if (as !== null) say(`${called} gives "${as}" and has no result`);
    return { as, result: null, given: own };
  }
  const says = number(text(step, 'result', where), `${where}.result`);
  if (step.formula === undefined) {
    say(`${called} has a result and no formula`);
    return { as, result: says, given: own };
  }
  const formula = text(step, 'formula', where);
  try {
    const result = evaluate(formula, (name) => inputOf(name, inputs, known));
    if (!same(result, says)) say(`${called}: ${formula} gives ${written(result)}, not ${step.result}`);
    return { as, result, given: own };
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    say(`${called}: ${error.message}`);
    return { as, result: says, given: own };
  }
}

/** An input is what it says; one that has the name of an earlier result must also be that result. */
function inputOf(name: string, inputs: Members, known: Values): Ratio {
  const result = known.get(name);
  const given = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
  if (given === undefined) {
    if (result === undefined) throw new Wrong(`nothing gives ${name}`);
    return result;
  }
  const value = typeof given === 'string' ? parsed(given) : undefined;
  if (value === undefined) throw new Wrong(`${name} is ${JSON.stringify(given).slice(0, 60)}, not a number`);
  if (result !== undefined && !same(result, value)) {
    throw new Wrong(`${name} is ${given} and was computed before as ${written(result)}`);
  }
  return value;
}

/** What cannot be computed. */
export class Wrong extends Error {}

const MODES = ['half-up', 'half-even', 'down', 'up'];
const TOKEN = /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|([0-9]+(?:\.[0-9]+)?)|([-+*/(),]))/y;

/**
 * `expression = term { ("+" | "-") term }`, `term = factor { ("*" | "/") factor }`, `factor = number | name | "-" factor |
 * "(" expression ")" | ("min" | "max") "(" expression { "," expression } ")" | "round" "(" expression "," digits "," mode ")"`.
 * Throws Wrong.
 */
export function evaluate(formula: string, named: (name: string) => Ratio): Ratio {
  if (formula.length > LONGEST_FORMULA) throw new Wrong(`the formula is longer than ${LONGEST_FORMULA} characters`);
  let at = 0;
  let depth = 0;
  let token = next();

  const value = expression();
  if (token !== '') throw new Wrong(`"${token}" is not expected in ${formula}`);
  return value;

  function next(): string {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(formula);
    if (found === null) {
      if (formula.slice(at).trim() === '') return '';
      throw new Wrong(`"${formula.slice(at).trim().slice(0, 20)}" is not arithmetic`);
    }
    at = TOKEN.lastIndex;
    return found[1] ?? found[2] ?? found[3] ?? '';
  }

  function expect(what: string): void {
    if (token !== what) throw new Wrong(`"${what}" is expected in ${formula}, not "${token}"`);
    token = next();
  }

  function expression(): Ratio {
    depth += 1;
    if (depth > DEEPEST) throw new Wrong(`the formula is nested more than ${DEEPEST} deep`);
    let value = term();
    while (token === '+' || token === '-') {
      const sign = token;
      token = next();
      const other = term();
      value = add(value, sign === '+' ? other : negative(other));
    }
    depth -= 1;
    return value;
  }

  function term(): Ratio {
    let value = factor();
    while (token === '*' || token === '/') {
      const operator = token;
      token = next();
      const other = factor();
      if (operator === '/' && other.n === 0n) throw new Wrong(`${formula} divides by 0`);
      value =
        operator === '*' ? ratio(value.n * other.n, value.d * other.d) : ratio(value.n * other.d, value.d * other.n);
    }
    return value;
  }

  function factor(): Ratio {
    let isNegative = false;
    for (; token === '-'; token = next()) isNegative = !isNegative;
    const value = plain();
    return isNegative ? negative(value) : value;
  }

  function plain(): Ratio {
    const first = token;
    token = next();
    if (first === '(') {
      const value = expression();
      expect(')');
      return value;
    }
    if (token === '(') return call(first);
    if (/^[0-9]/.test(first)) return number(first);
    if (/^[A-Za-z_]/.test(first)) return named(first);
    throw new Wrong(`a number or a name is expected in ${formula}, not "${first}"`);
  }

  function call(name: string): Ratio {
    expect('(');
    let value = expression();
    if (name === 'min' || name === 'max') {
      while (token === ',') {
        token = next();
        const other = expression();
        if (isLess(other, value) === (name === 'min')) value = other;
      }
      expect(')');
      return value;
    }
    if (name !== 'round') throw new Wrong(`"${name}" is not a function; there are min, max and round`);
    expect(',');
    const digits = Number(token);
    if (!/^[0-9]{1,3}$/.test(token)) throw new Wrong(`round asks for a number of decimals, not "${token}"`);
    token = next();
    let mode = '';
    for (expect(','); token !== ')' && token !== ''; token = next()) mode += token;
    if (!MODES.includes(mode)) throw new Wrong(`"${mode}" is not a way to round; there are ${MODES.join(', ')}`);
    expect(')');
    return rounded(value, digits, mode);
  }
}

const ZERO: Ratio = { n: 0n, d: 1n };

/** In lowest terms. */
function ratio(n: bigint, d: bigint): Ratio {
  let [a, b] = [n < 0n ? -n : n, d < 0n ? -d : d];
  if (a > MOST || b > MOST) throw new Wrong('a number on the way has too many digits');
  while (b !== 0n) [a, b] = [b, a % b];
  const common = d < 0n ? -a : a;
  return { n: n / common, d: d / common };
}
const MOST = 10n ** BigInt(2 * LONGEST_NUMBER);

function add(a: Ratio, b: Ratio): Ratio {
  return ratio(a.n * b.d + b.n * a.d, a.d * b.d);
}

function negative({ n, d }: Ratio): Ratio {
  return { n: -n, d };
}

function same(a: Ratio, b: Ratio): boolean {
  return a.n * b.d === b.n * a.d;
}

function isLess(a: Ratio, b: Ratio): boolean {
  return a.n * b.d < b.n * a.d;
}

/** The size is rounded and the sign put back, so that what is taken back is what was given. */
function rounded({ n, d }: Ratio, digits: number, mode: string): Ratio {
  const scale = 10n ** BigInt(digits);
  const size = (n < 0n ? -n : n) * scale;
  const whole = size / d;
  const rest = 2n * (size - whole * d);
  const isHalf = rest === d;
  const isUp =
    mode === 'up' ? rest > 0n : mode !== 'down' && (rest > d || (isHalf && (mode === 'half-up' || whole % 2n === 1n)));
  const units = isUp ? whole + 1n : whole;
  return ratio(n < 0n ? -units : units, scale);
}

const NUMBER = /^(-?)([0-9]+)(?:\.([0-9]+)|\/([0-9]+))?$/;

/** `-12.50`, `1/3`. */
function parsed(given: string): Ratio | undefined {
  const found = given.length <= LONGEST_NUMBER ? NUMBER.exec(given) : null;
  if (found === null) return undefined;
  const [, sign = '', whole = '', decimals = '', parts = '1'] = found;
  if (/^0+$/.test(parts)) return undefined;
  const value = ratio(BigInt(whole + decimals), 10n ** BigInt(decimals.length) * BigInt(parts));
  return sign === '' ? value : negative(value);
}

function number(given: string, where?: string): Ratio {
  const value = parsed(given);
  if (value !== undefined) return value;
  const what = `"${given.slice(0, 60)}" is not a number`;
  throw where === undefined ? new Wrong(what) : new NotAStatement(`${where}: ${what}`);
}

/** As a decimal where it ends, as a fraction otherwise. */
function written({ n, d }: Ratio): string {
  let scale = 0;
  let rest = d;
  for (; rest % 10n === 0n; rest /= 10n) scale += 1;
  let halves = 0;
  for (; rest % 2n === 0n; rest /= 2n) halves += 1;
  for (; rest % 5n === 0n; rest /= 5n) halves += 1;
  if (rest !== 1n) return `${n}/${d}`;
  scale += halves;
  const units = (n * 10n ** BigInt(scale)) / d;
  const size = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const at = size.length - scale;
  return `${units < 0n ? '-' : ''}${size.slice(0, at)}${scale === 0 ? '' : `.${size.slice(at)}`}`;
}

function members(value: unknown, where: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw new NotAStatement(`${where} is not an object`);
}

function text(of: Members, name: string, where: string): string {
  const value = of[name];
  if (typeof value === 'string') return value;
  throw new NotAStatement(`${where}.${name} is not text`);
}
