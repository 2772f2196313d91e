import type { z } from 'zod';

/** Says yes only to what the schema surely accepts as it is; no means: ask the schema. */
export type Accepts = (value: unknown) => boolean;

/** What this module reads of a schema: zod's own description of it, which every schema carries. */
export interface Description {
  readonly type: string;
  readonly format?: string;
  readonly checks?: readonly Check[];
  readonly shape?: Readonly<Record<string, z.ZodType>>;
  readonly catchall?: z.ZodType;
  readonly element?: z.ZodType;
  readonly innerType?: z.ZodType;
  readonly keyType?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly getter?: () => z.ZodType;
  readonly check?: string;
}
interface Check {
  readonly _zod: {
    readonly def: {
      readonly check: string;
      readonly format?: string;
      readonly pattern?: RegExp;
      readonly minimum?: number;
      readonly maximum?: number;
      readonly value?: unknown;
      readonly inclusive?: boolean;
      readonly fn?: (value: unknown) => unknown;
    };
  };
}

const never: Accepts = () => false;

/**
 * A schema as plain functions, for the one place where a million events pass through it: what is as it should be is accepted in a
 * tenth of the time, and everything else is still the schema's to judge and to explain. A kind of schema that is not known here is
 * never accepted quickly, which costs time and nothing else.
 */
export function acceptsOf(schema: z.ZodType): Accepts {
  const known = KNOWN.get(schema);
  if (known !== undefined) return known;
  const accepts = make(describe(schema));
  KNOWN.set(schema, accepts);
  return accepts;
}

const KNOWN = new WeakMap<z.ZodType, Accepts>();

export function describe(schema: z.ZodType): Description {
  return (schema as unknown as { readonly _zod: { readonly def: Description } })._zod.def;
}

function make(of: Description): Accepts {
  switch (of.type) {
    case 'string':
      return checked((value) => typeof value === 'string', of.checks);
    case 'number':
      // Every number of the ledger is a safe integer; anything exact is text.
      return of.format === 'safeint' ? checked(Number.isSafeInteger, of.checks) : never;
    case 'boolean':
      return checked((value) => typeof value === 'boolean', of.checks);
    case 'literal':
      return oneOf(of.values ?? []);
    case 'enum':
      return oneOf(Object.values(of.entries ?? {}));
    case 'nullable': {
      const inner = inside(of.innerType);
      return checked((value) => value === null || inner(value), of.checks);
    }
    case 'array':
      return array(of);
    case 'record':
      return record(of);
    case 'object':
      return object(of);
    case 'union': {
      const options = (of.options ?? []).map(acceptsOf);
      return checked((value) => {
        for (let i = 0; i < options.length; i++) if (options[i]?.(value) === true) return true;
        return false;
      }, of.checks);
    }
    case 'lazy': {
      // The getter makes the schema anew each time, which costs a hundred times what reading a value does.
      let inner: Accepts | undefined;
      return (value) => {
        inner ??= inside(of.getter?.());
        return inner(value);
      };
    }
    default:
      return never;
  }
}

function inside(schema: z.ZodType | undefined): Accepts {
  return schema === undefined ? never : acceptsOf(schema);
}

function oneOf(values: readonly unknown[]): Accepts {
  return (value) => values.includes(value);
}

function array(of: Description): Accepts {
  const element = inside(of.element);
  return checked((value) => {
    if (!Array.isArray(value)) return false;
    for (let i = 0; i < value.length; i++) if (!element(value[i])) return false;
    return true;
  }, of.checks);
}

function record(of: Description): Accepts {
  const key = inside(of.keyType);
  const member = inside(of.valueType);
  return checked((value) => {
    if (!isPlain(value)) return false;
    for (const name of Object.keys(value)) {
      if (name === '__proto__' || !key(name) || !member(value[name])) return false;
    }
    return true;
  }, of.checks);
}

function object(of: Description): Accepts {
  if (of.catchall === undefined || describe(of.catchall).type !== 'never') return never;
  const fields = Object.entries(of.shape ?? {}).map(([name, schema]) => {
    const described = describe(schema);
    const optional = described.type === 'optional';
    return { name, optional, accepts: optional ? inside(described.innerType) : acceptsOf(schema) };
  });
  return checked((value) => {
    if (!isPlain(value)) return false;
    let there = 0;
    for (const { name, optional, accepts } of fields) {
      const member = Object.hasOwn(value, name) ? value[name] : undefined;
      if (member === undefined) {
        if (!optional || Object.hasOwn(value, name)) return false;
      } else if (accepts(member)) there += 1;
      else return false;
    }
    // Closed: every member is one of the fields.
    return Object.keys(value).length === there;
  }, of.checks);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checked(base: Accepts, checks: readonly Check[] = []): Accepts {
  if (checks.length === 0) return base;
  const all = checks.map(passes);
  if (all.includes(never)) return never;
  const [only] = all;
  if (all.length === 1 && only !== undefined) return (value) => base(value) && only(value);
  return (value) => {
    if (!base(value)) return false;
    for (let i = 0; i < all.length; i++) if (all[i]?.(value) !== true) return false;
    return true;
  };
}

function passes({ _zod: { def } }: Check): Accepts {
  const { pattern, minimum, maximum, value: bound, inclusive, fn } = def;
  switch (def.check) {
    case 'string_format':
      return pattern === undefined || pattern.global || pattern.sticky
        ? never
        : (value) => typeof value === 'string' && pattern.test(value);
    case 'min_length':
      if (minimum === undefined) return never;
      // One unit or more are one code point or more.
      return minimum <= 1
        ? (value) => lengthOf(value) >= minimum
        : (value) => lengthOf(value) >= minimum && !hasPairs(value);
    // A text of n units has at most n code points, which are what is counted.
    case 'max_length':
      return maximum === undefined ? never : (value) => lengthOf(value) <= maximum;
    case 'greater_than':
      return typeof bound === 'number'
        ? (value) => typeof value === 'number' && (value > bound || (inclusive === true && value === bound))
        : never;
    case 'less_than':
      return typeof bound === 'number'
        ? (value) => typeof value === 'number' && (value < bound || (inclusive === true && value === bound))
        : never;
    case 'number_format':
      return Number.isSafeInteger;
    case 'custom':
      return fn === undefined ? never : (value) => fn(value) === true;
    default:
      return never;
  }
}

/** Text in which one code point may take two units. */
function hasPairs(value: unknown): boolean {
  return typeof value === 'string' && /[\ud800-\udfff]/.test(value);
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : Number.NaN;
}
