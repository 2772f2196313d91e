import { api, type Schemas } from '../../api/client.ts';
import { type Called, named } from '../../api/send.ts';
import { dealNamed } from '../../parts/address.ts';
import { type Field, linesOf, type Typed } from '../../parts/field.tsx';
import { sharesIn } from '../../parts/shares.ts';
import { type Asked, type Body, FORMS } from './exception-forms.ts';

/** What came of it: what waits, and what may not be meant. */
export interface Sent {
  readonly waiting: readonly string[];
  readonly warnings?: readonly Schemas['Note'][];
}

/** Asks for what was typed. The API checks it as it checks what programs send; a refusal names the field. */
export function ask(kind: Asked, typed: Typed, key: string): Called<Sent> {
  const header = named(key);
  const body = told(FORMS[kind].fields, typed);
  if (kind === 'relief') {
    return api.POST('/v1/reliefs', {
      params: { header },
      body: { ...body, year: number(typed.year) } as Body<'/v1/reliefs'>,
    });
  }
  if (kind === 'split') {
    const { deal: _, ...split } = {
      ...body,
      shares: sharesIn(typed.shares),
    } as Body<'/v1/deals/{source}/{deal}/splits'> & {
      readonly deal?: string;
    };
    return api.POST('/v1/deals/{source}/{deal}/splits', {
      params: { path: dealNamed(typed.deal ?? ''), header },
      body: split,
    });
  }
  return api.POST('/v1/exceptions', {
    params: { header },
    body: { exception: kind, ...body } as Body<'/v1/exceptions'>,
  });
}

/** What was typed as fields, and fields of fields; what is empty is not there. Texts lose what surrounds them, and nothing else does. */
function told(fields: readonly Field[], typed: Typed): Readonly<Record<string, unknown>> {
  const body: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(typed)) {
    if (name !== 'reason' && text.trim() === '') continue;
    const isText = fields.some((field) => field.name === name && field.as === 'text');
    const value = name === 'evidence' ? linesOf(text) : isText ? text.trim() : text;
    const [clause = '', field] = name.split('/');
    if (field === undefined) body[name] = value;
    else body[clause] = { ...(body[clause] as object | undefined), [field]: value };
  }
  return body;
}

/** A year as a number; anything else goes as it was typed, to be refused. */
function number(text = ''): number | string {
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : text;
}
