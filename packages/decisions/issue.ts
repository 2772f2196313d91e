/** What a schema has against a value, as zod says it. */
export interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[] | undefined;
  readonly errors?: readonly (readonly Issue[])[] | undefined;
  readonly issues?: readonly Issue[] | undefined;
  readonly expected?: string | undefined;
  readonly origin?: string | undefined;
  readonly minimum?: number | bigint | undefined;
  readonly maximum?: number | bigint | undefined;
  readonly values?: readonly unknown[] | undefined;
  readonly options?: readonly unknown[] | undefined;
  readonly format?: string | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** The rule that a value breaks, in words that go on after `it`: a message of our own, or what zod would say in its own. */
export function ruleOf(issue: Issue): string {
  const { code, message } = issue;
  if (/^(?:must|may) /.test(message)) return message;
  switch (code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected ?? ''] ?? issue.expected}`;
    case 'invalid_value':
      return oneOf(issue.values ?? []);
    case 'invalid_union':
      return issue.options === undefined ? 'does not read' : oneOf(issue.options);
    case 'too_small':
      return tooSmall(issue);
    case 'too_big':
      return `must ${issue.origin === 'number' || issue.origin === 'int' ? 'be' : 'have'} at most ${issue.maximum}${unitOf(issue)}`;
    case 'invalid_format':
      return issue.format === 'uuid' ? 'must be a UUID' : `must be written as ${issue.format}`;
    case 'invalid_key': {
      const [first] = issue.issues ?? [];
      return first === undefined ? 'has a name that does not read' : `has a name that ${ruleOf(first)}`;
    }
    default:
      return message;
  }
}

function tooSmall(issue: Issue): string {
  const { minimum, origin } = issue;
  if (origin === 'number' || origin === 'int') return `must be at least ${minimum}`;
  return Number(minimum) === 1 ? 'must not be empty' : `must have at least ${minimum}${unitOf(issue)}`;
}

function unitOf({ origin }: Issue): string {
  if (origin === 'string') return ' characters';
  return origin === 'number' || origin === 'int' ? '' : ' entries';
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? `must be ${values[0]}` : `must be one of ${values.join(', ')}`;
}
