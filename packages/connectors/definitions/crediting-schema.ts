import { fields } from '@ledger/events';
import { z } from 'zod';
import { anId, cel, date, say, when, why } from './say.ts';

/** Crediting rules as people write them; crediting.ts turns them into documents, with every default written out. */

const attribute = (what: string) =>
  say(z.string().regex(/^[a-z][A-Za-z0-9]{0,63}$/, 'must be the name of an attribute, as region'), what);

const recipientFile = say(
  z.union([
    z.enum(['owner', 'manager']),
    z.strictObject({
      manager: say(
        z.string().regex(/^(?:[1-9]|10)$/, 'must be a number of levels from 1 to 10'),
        '1: the manager of the owner; 2: their manager.',
      ),
    }),
    z.strictObject({ participant: anId('Id of a participant.') }),
    z.strictObject({ attribute: attribute('Attribute in which the id of a participant stands.') }),
    z.strictObject({ territory: attribute('Attribute in which the territory stands.') }),
  ]),
  'owner; manager, or { manager: 2 } for the manager of the manager; { participant: eve }; { attribute: sdr }: whose id stands there; { territory: region }: who owns what stands there.',
);

const ruleFile = z
  .strictObject({
    rule: anId('Id of the rule; the trace of a credit names it.'),
    when: cel('CEL over the deal: is the rule for it? For all deals if left out.').default('true'),
    credits: recipientFile,
    pool: say(z.enum(['primary', 'overlay']), 'Out of the 100% of the deal, or beside it.').default('primary'),
    share: say(fields.shareText, 'Share of the deal, as 30% or 1/3.', 'percent_invalid').default('100%'),
    on: say(
      z.union([
        z.enum(['closed', 'selected']),
        z.strictObject({ attribute: attribute('Attribute in which a date stands.') }),
      ]),
      'Day for which managers and territories are looked up: that of closing, of selection, or { attribute: created }.',
    ).default('closed'),
    'if-unreachable': say(
      z.enum(['rest', 'stop']),
      'When nobody is there to be credited. rest: the share stays with the rest; stop: the statements that depend on the deal stop.',
    ).default('rest'),
    from: date('For deals that close on this day or later.').optional(),
    to: date('For deals that close before this day.').optional(),
  })
  .describe('Whom a deal credits, and with which share.');
export type RuleFile = z.output<typeof ruleFile>;

export const creditingFile = z
  .strictObject({
    crediting: anId('Id of the rules.'),
    title: say(fields.label, 'Name that people read.'),
    apply: say(z.enum(['all', 'first']), 'Every rule that is for a deal, or the first of them alone.').default('all'),
    'source-credits': say(
      z.enum(['keep', 'reduce', 'replace']),
      'A deal whose source names credits itself, other than all of it to the owner. keep: no rule takes a primary share of it; reduce: they share what the rules leave; replace: rules instead of them.',
    ).default('keep'),
    rest: say(
      z.enum(['owner', 'spread', 'none']),
      'What primary rules leave of the 100%. owner: stays with the owner; spread: over whom the rules credit; none: there may be none.',
    ).default('owner'),
    territories: z
      .array(
        z
          .strictObject({
            territory: say(fields.label, 'Territory, as the attribute of deals names it.'),
            owner: anId('Id of the participant who owns it.'),
            ...when,
          })
          .describe('Who owns a territory, over an interval.'),
      )
      .max(2000)
      .default([]),
    rules: say(z.array(ruleFile).max(200), 'In the order in which they are looked at.'),
    ...when,
    ...why,
  })
  .describe('Who is credited with which deals.');
export type CreditingFile = z.output<typeof creditingFile>;
