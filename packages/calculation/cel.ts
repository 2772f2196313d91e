import { Environment } from '@marcbachmann/cel-js';
import { DECIMAL_FUNCTIONS, DECIMAL_OPERATORS, Decimal, ExpressionFailure, negated, parsed } from './decimal.ts';
import { insteadOf, insteadOfName } from './habits.ts';
import { DEAL_FIELDS, LINE_FIELDS, OfferedDeal, OfferedLine } from './offer.ts';

/**
 * Expressions of definitions: a small, closed part of CEL over a deal (and one of its lines), with exact decimals as the only
 * numbers. Small, because definitions are stored for decades and must mean the same in any implementation: no floats, no regular
 * expressions, no clocks. `12` is the decimal 12; `0.5` would be a float in CEL and is written decimal("0.5").
 */

/** What is wrong with an expression, and where: line and column from 1. */
export interface ExpressionError {
  readonly says: string;
  readonly line: number;
  readonly column: number;
}

/** What an expression can read. */
export interface Offer {
  readonly deal: OfferedDeal;
  readonly line?: OfferedLine;
}

export type Expected = 'bool' | 'Decimal';

/** Throws ExpressionFailure when the expression has no value for what is offered. */
export type Evaluate<T> = (offer: Offer) => T;
export type Compiled<T> = { readonly run: Evaluate<T> } | { readonly errors: readonly ExpressionError[] };

const LIMITS = { maxAstNodes: 500, maxDepth: 50, maxListElements: 200, maxMapEntries: 1, maxCallArguments: 3 };
const OPERATORS = new Set('value id . call rcall list ?: || && !_ -_ != == in + - * / < <= > >='.split(' '));
const FUNCTIONS = new Set(['has', 'decimal', 'min', 'max']);
const METHODS = new Set(['startsWith', 'endsWith', 'contains', 'lowerAscii', 'upperAscii', 'trim']);
const MIXED = ['Decimal == string', 'Decimal == bool', 'string == bool'];

const language = new Environment({ limits: LIMITS }).registerType('Decimal', { ctor: Decimal, fields: {} });
for (const [signature, handler] of Object.entries(DECIMAL_OPERATORS)) language.registerOperator(signature, handler);
for (const [signature, handler] of Object.entries(DECIMAL_FUNCTIONS)) language.registerFunction(signature, handler);
language.registerOperator('-Decimal', negated);
// CEL answers false when a text is compared with a number; a term imported as text would then count as "not 12" and pay nothing.
for (const signature of MIXED) language.registerOperator(signature, refuseMixed);

/** Nodes of the library's syntax tree, as far as they are read here. */
interface Node {
  readonly op: string;
  args: unknown;
  readonly pos: number;
  readonly checkedType?: { readonly name: string };
}

/** Plans say the same few things again and again; no more are kept than a company's plans hold. */
const KEPT = 1000;
const LONGEST_KEPT = 1000;
const conditions = new Map<string, Compiled<boolean>>();
const amounts = new Map<string, Compiled<Decimal>>();

/** Parses, checks and compiles an expression. `lines`: whether it may read `line`. */
export function compile(text: string, expected: 'bool', lines: boolean): Compiled<boolean>;
export function compile(text: string, expected: 'Decimal', lines: boolean): Compiled<Decimal>;
export function compile(text: string, expected: Expected, lines: boolean): Compiled<boolean> | Compiled<Decimal> {
  const key = `${lines} ${text}`;
  return expected === 'bool'
    ? remembered(conditions, key, () => compiled(text, expected, lines))
    : remembered(amounts, key, () => compiled(text, expected, lines));
}

function remembered<C>(known: Map<string, C>, key: string, make: () => C): C {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  if (known.size >= KEPT) known.clear();
  if (key.length <= LONGEST_KEPT) known.set(key, made);
  return made;
}

function compiled(text: string, expected: 'bool', lines: boolean): Compiled<boolean>;
function compiled(text: string, expected: 'Decimal', lines: boolean): Compiled<Decimal>;
function compiled(text: string, expected: Expected, lines: boolean): Compiled<boolean> | Compiled<Decimal> {
  try {
    const tree: Node = language.parse(text).ast;
    const refused = [...refusals(tree, text)];
    if (refused.length > 0) return { errors: refused };
    const program = environmentFor(tree, lines).parse(text);
    useDecimals(program.ast);
    const checked = program.check();
    if (!checked.valid) return { errors: [located(checked.error, text, lines)] };
    const mixed = mixedComparisons(program.ast, text);
    if (mixed.length > 0) return { errors: mixed };
    if (checked.type !== expected && checked.type !== 'dyn') return { errors: [wrongType(expected, checked.type)] };
    return expected === 'bool'
      ? { run: runner(program, isBoolean, expected) }
      : { run: runner(program, isDecimal, expected) };
  } catch (error) {
    return { errors: [located(error, text, lines)] };
  }
}

function runner<T>(program: (context: Offer) => unknown, is: (value: unknown) => value is T, expected: Expected) {
  return (offer: Offer): T => {
    let value: unknown;
    try {
      value = program(offer);
    } catch (error) {
      throw error instanceof ExpressionFailure ? error : new ExpressionFailure(inWords(summaryOf(error)));
    }
    if (is(value)) return value;
    throw new ExpressionFailure(`the result is not ${KIND[expected]}`);
  };
}

const KIND: Readonly<Record<string, string>> = {
  bool: 'true or false',
  Decimal: 'a number',
  string: 'a text',
  list: 'a list',
};

function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

function isDecimal(value: unknown): value is Decimal {
  return value instanceof Decimal;
}

/** Attributes have no declared type: those that the expression names are fields of any type, everything else is known. */
function environmentFor(tree: Node, lines: boolean): Environment {
  const fields: Record<string, string> = { ...DEAL_FIELDS };
  for (const node of nodesOf(tree)) {
    const name = fieldOf(node, 'deal');
    if (name !== undefined && !Object.hasOwn(fields, name)) fields[name] = 'dyn';
  }
  const environment = language.clone().registerType('Deal', { ctor: OfferedDeal, fields });
  environment.registerVariable('deal', 'Deal');
  if (!lines) return environment;
  return environment
    .registerType('Line', { ctor: OfferedLine, fields: { ...LINE_FIELDS } })
    .registerVariable('line', 'Line');
}

/** What CEL knows and definitions may not use. */
function* refusals(tree: Node, text: string): Generator<ExpressionError> {
  for (const node of nodesOf(tree)) {
    const says = refusal(node, text);
    if (says !== undefined) yield { says, ...placeOf(text, node.pos) };
  }
}

function refusal(node: Node, text: string): string | undefined {
  if (!OPERATORS.has(node.op)) return `"${node.op}" is not part of the language of definitions`;
  const name = Array.isArray(node.args) ? node.args[0] : undefined;
  if (node.op === 'call' && !FUNCTIONS.has(name))
    return `${name}() is not a function here; there are ${list(FUNCTIONS)}${also(insteadOf(text.slice(node.pos)))}`;
  if (node.op === 'rcall' && !METHODS.has(name)) return `.${name}() is not a function here; there are ${list(METHODS)}`;
  if (node.op === 'call' && name === 'decimal') return decimalRefusal(node.args);
  if (node.op === 'value') return literalRefusal(node.args, text.slice(node.pos));
  const field = fieldOf(node, 'deal');
  if (field === undefined || Object.hasOwn(DEAL_FIELDS, field)) return undefined;
  const meant = Object.keys(DEAL_FIELDS).find((known) => known.toLowerCase() === field.toLowerCase());
  return meant === undefined ? undefined : `deal.${field} is written deal.${meant}`;
}

function also(instead: string | undefined): string {
  return instead === undefined ? '' : `; ${instead}`;
}

function literalRefusal(value: unknown, rest: string): string | undefined {
  switch (typeof value) {
    case 'number':
      return `${floatText(rest)} would be a float; write decimal("${floatText(rest)}")`;
    case 'bigint':
      return String(value).length > 30 ? 'the number has more than 30 digits' : undefined;
    case 'string':
    case 'boolean':
      return undefined;
    default:
      return value === null
        ? 'null is not a value here; ask has(deal.account)'
        : 'only texts, whole numbers, true and false can be written; other numbers as decimal("0.5")';
  }
}

/** A number that is written out is read at publication, not at the first deal. */
function decimalRefusal(args: unknown): string | undefined {
  const [, given] = Array.isArray(args) ? args : [];
  const literal = Array.isArray(given) && isNode(given[0]) && given[0].op === 'value' ? given[0].args : undefined;
  if (typeof literal !== 'string') return undefined;
  try {
    parsed(literal);
    return undefined;
  } catch (error) {
    return summaryOf(error);
  }
}

function floatText(rest: string): string {
  return /^[0-9.]+(?:[eE][+-]?[0-9]+)?/.exec(rest)?.[0] ?? rest;
}

/** Whole numbers become decimals, so that 1 / 2 is a half and not CEL's integer 0. */
function useDecimals(tree: Node): void {
  for (const node of nodesOf(tree)) {
    if (node.op === 'value' && typeof node.args === 'bigint') node.args = new Decimal({ n: node.args, d: 1n });
  }
}

function mixedComparisons(tree: Node, text: string): ExpressionError[] {
  const errors: ExpressionError[] = [];
  for (const node of nodesOf(tree)) {
    if ((node.op !== '==' && node.op !== '!=') || !Array.isArray(node.args)) continue;
    const [left, right] = node.args.map((side: Node) => side.checkedType?.name ?? 'dyn');
    if (
      left === right ||
      left === undefined ||
      right === undefined ||
      left.startsWith('dyn') ||
      right.startsWith('dyn')
    )
      continue;
    errors.push({ says: `compares ${kindOf(left)} with ${kindOf(right)}`, ...placeOf(text, node.pos) });
  }
  return errors;
}

function refuseMixed(a: unknown, b: unknown): never {
  throw new ExpressionFailure(`compares ${kindOf(celType(a))} with ${kindOf(celType(b))}`);
}

function celType(value: unknown): string {
  if (value instanceof Decimal) return 'Decimal';
  return typeof value === 'boolean' ? 'bool' : 'string';
}

function* nodesOf(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const each of value) yield* nodesOf(each);
  } else if (isNode(value)) {
    yield value;
    yield* nodesOf(value.args);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value && 'pos' in value;
}

/** `termMonths` for the node `deal.termMonths`. */
function fieldOf(node: Node, variable: string): string | undefined {
  if (node.op !== '.' || !Array.isArray(node.args)) return undefined;
  const [of, name] = node.args;
  return isNode(of) && of.op === 'id' && of.args === variable && typeof name === 'string' ? name : undefined;
}

function wrongType(expected: Expected, found: string | undefined): ExpressionError {
  return { says: `must be ${KIND[expected]}, and is ${kindOf(found ?? '')}`, line: 1, column: 1 };
}

function located(error: unknown, text: string, lines: boolean): ExpressionError {
  const summary = summaryOf(error);
  const start = rangeStart(error);
  const name = /^Unknown variable: (\w+)$/.exec(summary)?.[1];
  if (!lines && name === 'line')
    return { says: `${summary}; only metrics \`of: line\` have lines`, ...placeOf(text, start) };
  const instead = insteadOf(text) ?? (name === undefined ? undefined : insteadOfName(name));
  return { says: `${inWords(summary)}${also(instead)}`, ...placeOf(text, start) };
}

function summaryOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'summary' in error && typeof error.summary === 'string') {
    return error.summary;
  }
  return error instanceof Error ? error.message : String(error);
}

function rangeStart(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('range' in error)) return 0;
  const { range } = error;
  if (typeof range !== 'object' || range === null || !('start' in range)) return 0;
  return typeof range.start === 'number' ? range.start : 0;
}

/** The library's words, in ours. */
function inWords(summary: string): string {
  const missing = /^No such key: (.+)$/.exec(summary);
  if (missing !== null) return `${missing[1]} is not there`;
  const overload = /^no such overload: (\S+) (\S+) (\S+)$/.exec(summary);
  if (overload !== null) {
    const [left, right] = [kindOf(overload[1] ?? ''), kindOf(overload[3] ?? '')];
    const unlike = left === right ? '' : '; write both alike: 12 is a number, "12" a text';
    return `${left} "${overload[2]}" ${right} is not possible${unlike}`;
  }
  const branches = /^Ternary branches must have the same type, got '(.+)' and '(.+)'$/.exec(summary);
  if (branches !== null) return `the two results are ${kindOf(branches[1] ?? '')} and ${kindOf(branches[2] ?? '')}`;
  const operand = /^Logical operator requires bool operands, got '(.+)'$/.exec(summary);
  if (operand !== null) return `"&&" and "||" join conditions, and one side is ${kindOf(operand[1] ?? '')}`;
  const single = /^Unexpected character: ([=&|])$/.exec(summary)?.[1];
  if (single !== undefined) return `"${single}" is written twice: ${single}${single}`;
  return summary.replace('Unexpected token: EOF', 'the expression ends too early');
}

function kindOf(type: string): string {
  const bare = /^dyn<(.+)>$/.exec(type)?.[1] ?? type;
  return KIND[bare] ?? KIND[/^[a-z]+/.exec(bare)?.[0] ?? ''] ?? bare;
}

function placeOf(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function list(names: ReadonlySet<string>): string {
  return [...names].join(', ');
}
