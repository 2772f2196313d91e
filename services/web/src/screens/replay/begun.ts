import type { AnswerOf } from '../../api/client.ts';

type Found = AnswerOf<'/v1/definitions/{kind}/{name}'>;

/** Kinds whose text can be begun from what is in force. */
export function isBegun(kind: string): boolean {
  return kind === 'metric' || kind === 'quota';
}

/** What is in force as the text of a definition file, with why it changes left to be said. Its day stays: it corrects from there on. */
export function begunFrom({ definition, inForce }: Found): string {
  if (definition.kind === 'metric') {
    const version = definition.versions.find((each) => each.version === inForce) ?? definition.versions.at(-1);
    if (version?.document == null) return '';
    const { metric, title, unit, of, counts, amount } = version.document;
    return linesOf({
      metric,
      title,
      ...(unit === 'money' ? {} : { unit }),
      ...(of === 'deal' ? {} : { of }),
      counts,
      amount,
      from: version.from,
      ...(version.to === null ? {} : { to: version.to }),
      reason: WHY,
    });
  }
  if (definition.kind === 'quota' && definition.quota !== null) {
    const { participant, metric, year, quota } = definition;
    const { per, amounts, currency } = quota;
    const entry = {
      participant,
      metric,
      year: String(year),
      per,
      ...(amounts.length === 1 ? { amount: amounts[0] ?? '' } : { amounts: `[${amounts.join(', ')}]` }),
      ...(currency === null ? {} : { currency }),
    };
    const said = Object.entries(entry).map(([name, value]) => `${name}: ${value}`);
    return `quotas:\n  - { ${said.join(', ')} }\nreason: ${WHY}\n`;
  }
  return '';
}

const WHY = 'Why it changes.';

function linesOf(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${scalar(value)}\n`)
    .join('');
}

/** A text as YAML reads it as the same text. */
function scalar(text: string): string {
  const isPlain = /^[^\s!&*?|>%@`"'#,[\]{}:-]/.test(text) && !/: |:$| #|\s$|\n/.test(text);
  if (isPlain) return text;
  return text.includes('\n') ? JSON.stringify(text) : `'${text.replaceAll("'", "''")}'`;
}
