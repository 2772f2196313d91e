import type { CreditingDocument } from '@ledger/events';
import { nearest } from '@ledger/kernel';
import type { Definition } from '../definitions/index.ts';
import { offsetOf } from '../definitions/node.ts';
import type { FileProblem } from '../definitions/source.ts';
import type { ParsedExpectation, ParsedStep } from './parse.ts';

/** Whoever is named and not defined, by id. */
export function namedPeople(
  parsed: readonly ParsedStep[],
  then: readonly ParsedExpectation[],
  defined: readonly Definition[],
): readonly string[] {
  const named = new Set([...inGiven(parsed, defined), ...then.map(inExpectation)]);
  for (const participant of onboarded(defined)) named.delete(participant);
  return [...named].filter((name) => name !== undefined).sort();
}

/**
 * Who is named in `then` alone joins like everybody else, and has earned nothing: a slip in a name would pass for that. Names that differ
 * by a letter in the same place (rep-1, rep-2) are taken for two people.
 */
export function checkNames(
  parsed: readonly ParsedStep[],
  then: readonly ParsedExpectation[],
  defined: readonly Definition[],
  problems: FileProblem[],
): void {
  const given = new Set([...inGiven(parsed, defined), ...onboarded(defined)]);
  for (const each of then) {
    const name = inExpectation(each);
    if (name === undefined || given.has(name)) continue;
    const meant = nearest(name, [...given]);
    if (meant === undefined || (meant.length === name.length && lettersOf(meant) !== lettersOf(name))) continue;
    const says = `"${name}" is named nowhere in given; did you mean "${meant}"? Somebody else is given first, as by assign: { ${name}: … }.`;
    problems.push(each.source.problem('participant_unknown', offsetOf(each.node, [each.word]), [each.word], says));
  }
}

function lettersOf(name: string): string {
  return [...name].sort().join('');
}

function inGiven(parsed: readonly ParsedStep[], defined: readonly Definition[]): readonly string[] {
  return [
    ...parsed.flatMap(inStep),
    ...defined.flatMap((document) => {
      if (document.kind === 'quotas') return document.quotas.map(({ participant }) => participant);
      if (document.kind === 'exception') return [document.participant];
      return document.kind === 'crediting' ? credited(document.document) : [];
    }),
  ];
}

function onboarded(defined: readonly Definition[]): readonly string[] {
  return defined.flatMap((document) =>
    document.kind === 'participants' ? document.participants.map(({ participant }) => participant) : [],
  );
}

/** Whom crediting rules name themselves. */
function credited({ rules, territories }: CreditingDocument): readonly string[] {
  return [
    ...rules.flatMap(({ credits }) => (credits.by === 'participant' ? [credits.participant] : [])),
    ...territories.map(({ owner }) => owner),
  ];
}

function inStep(step: ParsedStep): readonly string[] {
  switch (step.word) {
    case 'assign':
      return Object.keys(step.file.assign);
    case 'unassign':
      return Object.keys(step.file.unassign);
    case 'quota':
      return Object.keys(step.file.quota);
    case 'deal':
    case 'amend': {
      const { owner, credits = {}, overlay = {} } = step.file;
      return [...(owner === undefined ? [] : [owner]), ...Object.keys(credits), ...Object.keys(overlay)];
    }
    case 'split':
      return Object.keys(step.file.shares);
    case 'relief':
      return [step.file.relief];
    case 'leave':
      return [step.file.leave];
    case 'offboard':
      return [step.file.offboard];
    case 'reports-to':
      return [...Object.keys(step.file['reports-to']), ...Object.values(step.file['reports-to']).map(String)];
    default:
      return [];
  }
}

function inExpectation(each: ParsedExpectation): string | undefined {
  switch (each.word) {
    case 'statement':
      return each.file.statement;
    case 'attainment':
      return each.file.attainment;
    case 'corrections':
      return each.file.corrections;
    case 'trace':
      return each.file.trace;
    default:
      return undefined;
  }
}
