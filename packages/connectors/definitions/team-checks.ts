import { EARNINGS } from '@ledger/events';
import { find, type Node, type Path, textAt } from './node.ts';
import type { Report } from './source.ts';

/** What only the file knows of a component of a team: fields that nothing would read. */
export function checkTeam(document: Node, path: Path, report: Report): void {
  const credits = textAt(document, ...path, 'credits');
  const measures = [textAt(document, ...path, 'measure'), textAt(document, ...path, 'pays-on')];
  if (credits !== 'team' && find(document, [...path, 'team']) !== undefined) {
    report('field_invalid', [...path, 'team'], 'is read only with `credits: team`; write that, or remove it.');
  }
  if (measures.includes(EARNINGS)) {
    if (credits === 'team') return;
    const field = measures[0] === EARNINGS ? 'measure' : 'pays-on';
    report('field_invalid', [...path, field], `${EARNINGS} are what a team earns; write credits: team with it.`);
  } else if (find(document, [...path, 'earnings-of']) !== undefined) {
    const says = `says which earnings are measured, and none are; write measure: ${EARNINGS} or pays-on: ${EARNINGS}.`;
    report('field_invalid', [...path, 'earnings-of'], says);
  }
}
