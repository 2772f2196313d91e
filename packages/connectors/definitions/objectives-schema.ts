import type { Component } from '@ledger/events';
import { fields } from '@ledger/events';
import { z } from 'zod';
import { find, type Node, type Path } from './node.ts';
import { anId, rate, say } from './say.ts';
import type { Report } from './source.ts';

/** Objectives and their weights, as people write them; scores are exceptions of their own (`exception: score`). */

const objectiveFile = z
  .strictObject({
    name: anId('Name of the objective, as scores call it.'),
    title: say(fields.label, 'What people read; the name if left out.').optional(),
    weight: rate('Its share, as 40%; those of all objectives add up to 100%.'),
  })
  .describe('An objective.');

export const objectivesFile = say(
  z.array(objectiveFile).min(1, 'must name at least one objective').max(50),
  'Objectives that are scored by approved exceptions: pays target-incentive by their weighted score, when the window ends.',
);

export const unscoredFile = say(
  z.enum(['stop', 'counts-0']),
  'An objective without a score when its window ends: the statement stops; or it counts as 0%.',
);

interface Written {
  readonly objectives?: z.output<typeof objectivesFile> | undefined;
  readonly unscored?: z.output<typeof unscoredFile> | undefined;
}

export function objectivesOf({ objectives, unscored = 'stop' }: Written): Pick<Component, 'objectives'> {
  if (objectives === undefined) return {};
  const list = objectives.map(({ name, title, weight }) => ({ name, title: title ?? null, weight }));
  return { objectives: { list, unscored } };
}

/** A component measures a metric, or scores objectives. */
export function checkObjectives(document: Node, path: Path, report: Report): void {
  const component = find(document, path);
  if (component?.kind !== 'fields') return;
  const has = (field: string) => component.fields.has(field);
  if (has('objectives')) {
    if (has('measure')) {
      report('field_invalid', [...path, 'measure'], 'objectives are scored, not measured; keep one of the two.');
    }
    return;
  }
  if (!has('measure')) {
    const says = 'is missing. Name the metric that is measured, or write objectives that are scored.';
    report('field_missing', [...path, 'measure'], says);
  }
  if (has('unscored')) report('field_invalid', [...path, 'unscored'], 'there are no objectives; remove it.');
}
